//! How a running fleet gets another image.

use std::time::Duration;

use headset_simulator::console;
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use crate::support::desk::Desk;
use crate::support::{Sandbox, on_virtual_time};

const TEXT: &str = "\
version: 1
name: acme
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718], security_groups: [sg-0a1b2c3d4e5f60718], internet: nat }
  images:
    desk: { newest: AppStream-WinServer2022 }
  fleets:
    agents: { image: desk, instance: stream.standard.medium, capacity: 2, rollout: stop-start, timeouts: { drain: 20m } }
  stacks:
    agents: { fleet: agents }
";
const NEWER: &str = "AppStream-WinServer2022-12-31-2026";

/// The fleet's image.
fn image(desk: &Desk) -> String {
    let places = desk.saved()["world"]["appstream"]["places"].clone();
    let mut fleets = places
        .as_object()
        .unwrap()
        .values()
        .map(|place| &place["fleets"]["acme-agents"]);
    let fleet = fleets.find(|fleet| fleet.is_object()).unwrap();
    fleet["fields"]["ImageName"].as_str().unwrap().to_owned()
}

#[test]
fn with_stop_start_no_session_runs_on_the_old_image_beside_the_new_one() {
    let apply = ["apply", "center.yaml", "--sim", "--yes"];
    let desk = Desk::with(TEXT);
    desk.ok(&apply);
    let newer = json!({ "Platform": "WINDOWS_SERVER_2022" });
    desk.console(3600, &format!("image-builder/images/{NEWER}/publish"), &newer);
    // A day after the newest one.
    desk.edit(|world| {
        let images = world["world"]["appstream"]["public_images"]
            .as_array_mut()
            .unwrap();
        let newest = images
            .iter()
            .filter_map(|image| image["released"].as_u64())
            .max()
            .unwrap();
        let image = images.iter_mut().find(|image| image["name"] == NEWER).unwrap();
        image["released"] = json!(newest + 86_400_000);
    });
    let session = json!({ "stack": "acme-agents", "fleet": "acme-agents", "user": "agent1@example.com" });
    desk.console(60, "image-builder/sessions/open", &session);

    // Live, the image is given to the fleet while an agent works on the old one.
    desk.write(&TEXT.replace("rollout: stop-start", "rollout: live"));
    let plan = desk.run(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert!(
        plan.code == Some(2) && !plan.data.contains("cut"),
        "{}",
        plan.data
    );

    desk.write(TEXT);
    let status = desk.ok(&["status", "center.yaml", "--sim"]).data;
    assert!(
        !status.contains("began before"),
        "the fleet has its old image: {status}"
    );
    let said = desk.run(&apply);
    assert_eq!(
        said.code,
        Some(5),
        "an agent would be cut off: {}{}",
        said.data,
        said.talk
    );
    desk.ok(&[&apply[..], &["--allow-disruption"]].concat());
    assert_eq!(image(&desk), NEWER);
    let sessions = desk.saved()["world"]["appstream"]["places"].to_string();
    assert!(!sessions.contains("\"ended\":null"), "{sessions}");
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
}

/// The stop waits for the last session to end, and for no longer than the limit.
#[test]
fn with_stop_start_a_fleet_is_drained_before_it_stops() {
    const MINUTE: Duration = Duration::from_secs(60);
    // When the session ends by itself; how long after the session began the fleet stops.
    for (ends, stops) in [(Some(7 * MINUTE), 7), (None, 20)] {
        on_virtual_time(async {
            let sandbox = Sandbox::new("center.yaml", TEXT, Settings::default());
            assert!(sandbox.apply(None).await.is_done());
            sandbox.simulator.skip(Duration::from_secs(3600));
            let mut snapshot = sandbox.simulator.snapshot();
            let images = snapshot["world"]["appstream"]["public_images"]
                .as_array_mut()
                .unwrap();
            let released = |image: &Value| image["released"].as_u64().unwrap_or_default();
            let is_of_family = |image: &&Value| {
                image["name"]
                    .as_str()
                    .unwrap()
                    .starts_with("AppStream-WinServer2022")
            };
            let newest = images
                .iter()
                .filter(is_of_family)
                .max_by_key(|image| released(image))
                .unwrap();
            let mut newer = newest.clone();
            newer["name"] = NEWER.into();
            newer["released"] = (released(newest) + 86_400_000).into();
            newer["visible_from"] = 0.into();
            images.push(newer);
            sandbox.simulator.restore(&snapshot).unwrap();
            let act = |path: &str, input: Value| {
                let acted = sandbox
                    .simulator
                    .with_world(|world, now| console::act(world, path, &input, now));
                acted.unwrap()
            };
            let session =
                json!({ "stack": "acme-agents", "fleet": "acme-agents", "user": "agent1@example.com" });
            let opened = act("image-builder/sessions/open", session);
            let began = sandbox.clock().now();
            let (calls, clock) = (sandbox.simulator.call_log().len(), sandbox.clock());
            let agent = async {
                if let Some(ends) = ends {
                    clock.sleep(ends).await;
                    act("image-builder/sessions/close", json!({ "id": opened["id"] }));
                }
            };
            let (outcome, ()) = tokio::join!(sandbox.apply(None), agent);
            assert!(outcome.is_done(), "{outcome:?}");
            let calls = sandbox.simulator.call_log().split_off(calls);
            let stop = calls.iter().find(|call| call.operation == "StopFleet").unwrap();
            let after = Duration::from_millis(stop.at.0 - u64::try_from(began.as_millisecond()).unwrap());
            assert!(
                (stops * MINUTE..(stops + 3) * MINUTE).contains(&after),
                "{ends:?}: {after:?}"
            );
        });
    }
}

/// Live, sessions stay on the image with which they began, and `status` says how many.
#[test]
fn sessions_on_the_old_image_are_counted_after_a_live_rollout() {
    let text = |number: u32| {
        super::captured::TEXT
            .replace(
                "https://crm.example.com",
                &format!("https://crm{number}.example.com"),
            )
            .replace(", power: off", "")
    };
    let apply = ["apply", "center.yaml", "--sim", "--yes"];
    let desk = Desk::with(&text(1));
    desk.ok(&apply);
    let open = |user: &str| {
        let session = json!({ "stack": "acme-agents", "fleet": "acme-agents", "user": user });
        desk.console(3600, "image-builder/sessions/open", &session)
    };
    let older = || {
        let status = desk.ok(&["status", "center.yaml", "--sim"]).data;
        let status = status.split_whitespace().collect::<Vec<_>>().join(" ");
        status.contains("1 of 1 session on the stack acme-agents began before the image acme-desk-")
    };
    let opened = open("agent1@example.com");
    assert!(!older(), "the image is older than the session");
    desk.write(&text(2));
    desk.ok(&apply);
    assert!(older());
    let closed = json!({ "id": opened["id"] });
    desk.console(3600, "image-builder/sessions/close", &closed);
    assert!(!older());
}
