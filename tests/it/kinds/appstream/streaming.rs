//! From a public image over builder, capture, fleet and stack to a streaming agent, and back to nothing.

use crate::kinds::lab::{Lab, seeds as lab_seeds, tags};
use headset_kinds::{Condition, Observation};
use headset_simulator::console;
use serde_json::json;

pub(super) fn captured(lab: &Lab, builder: &str, image: &str) {
    let input = json!({
        "name": image, "display_name": "Desk", "tags": tags(), "use_latest_agent_version": true,
        "applications": [{"name": "connect", "absolute_app_path": r"C:\Windows\System32\notepad.exe"}],
    });
    lab.simulator.with_world(|world, now| {
        console::act(world, &format!("image-builder/{builder}/capture"), &input, now).unwrap();
    });
}

#[tokio::test(start_paused = true)]
async fn from_a_public_image_to_a_streaming_stack_and_back() {
    for seed in lab_seeds() {
        let lab = Lab::new(seed, "eu-west-1").await;
        let newest = lab.resource(
            "appstream.image/newest:AppStream-WinServer2022",
            json!({"newest": "AppStream-WinServer2022"}),
        );
        let Observation::Present(base) = newest.see().await else {
            panic!("there is a public image of Windows Server 2022");
        };
        let missing = lab.resource("appstream.image/newest:Nothing", json!({"newest": "Nothing"}));
        assert!(matches!(missing.see().await, Observation::Absent));

        let mut builder = lab.resource(
            "appstream.image_builder/desk",
            json!({"name": "acme-desk", "base_image": base.outputs["name"], "instance_type": "stream.standard.medium",
                   "subnets": ["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"],
                   "security_groups": ["sg-0a1b2c3d4e5f60718"], "internet": false, "description": "d",
                   "tags": tags()}),
        );
        assert!(matches!(builder.see().await, Observation::Absent));
        let live = builder.make().await;
        assert_eq!(live.condition, Condition::settled("RUNNING"));
        builder.change(json!({"tags": {"headset:id": "other"}})).await;
        let (url, expires) = headset_aws::kinds::appstream::streaming_url(&lab.aws, "acme-desk")
            .await
            .unwrap();
        assert!(url.starts_with("http") && expires > lab.aws.clock().now());

        let mut image = lab.resource(
            "appstream.image/desk",
            json!({"name": "acme-desk-1a2b3c4d", "builder": "acme-desk", "region": "eu-west-1", "apps": [],
                   "recipe": "1a2b3c4d", "tags": tags()}),
        );
        assert!(matches!(image.see().await, Observation::Absent));
        // A running builder needs no preparation; a stopped one is started.
        image.kind.prepare_any(&image.work(), &image.want).await.unwrap();
        captured(&lab, "acme-desk", "acme-desk-1a2b3c4d");
        let live = image.converge().await;
        image.id = Some(live.id.clone());
        assert_eq!(live.condition, Condition::settled("AVAILABLE"));
        image.change(json!({"tags": {"team": "x"}})).await;
        let by_arn = lab.resource("appstream.image/shared", json!({"arn": live.outputs["arn"]}));
        assert!(matches!(by_arn.see().await, Observation::Present(_)));

        // After a capture the builder rests, stopped; another capture starts it again.
        assert_eq!(builder.converge().await.condition, Condition::settled("STOPPED"));
        let next = lab.resource(
            "appstream.image/desk",
            json!({"name": "acme-desk-99999999", "builder": "acme-desk", "region": "eu-west-1", "apps": [], "recipe": "9"}),
        );
        next.kind.prepare_any(&next.work(), &next.want).await.unwrap();
        assert_eq!(builder.converge().await.condition, Condition::settled("RUNNING"));

        streaming(&lab, "acme-desk-1a2b3c4d").await;

        image.delete().await;
        builder.delete().await;
    }
}

async fn streaming(lab: &Lab, image: &str) {
    let mut fleet = lab.resource(
        "appstream.fleet/agents",
        json!({"name": "acme-agents", "image": image, "fleet_type": "ON_DEMAND",
               "instance_type": "stream.standard.medium", "desired_instances": 1, "view": "DESKTOP", "power": "on",
               "session": 43200, "disconnect": 900, "idle": 900,
               "subnets": ["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"],
               "security_groups": ["sg-0a1b2c3d4e5f60718"], "internet": false,
               "display_name": "Agents", "description": "d", "tags": tags()}),
    );
    let live = fleet.make().await;
    assert_eq!(
        (live.condition, live.running),
        (Condition::settled("RUNNING"), true)
    );
    fleet.kind.create_any(&fleet.work(), &fleet.want).await.unwrap();
    let stops = |lab: &Lab| {
        lab.simulator
            .call_log()
            .iter()
            .filter(|call| call.operation == "StopFleet")
            .count()
    };
    for fields in [
        json!({"desired_instances": 2}),
        json!({"idle": 0}),
        json!({"idle": 90}),
        json!({"disconnect": 600}),
        json!({"display_name": null}),
        json!({"tags": {"team": "x"}}),
    ] {
        fleet.change(fields).await;
    }
    assert_eq!(stops(lab), 0, "seed {}: changes in place stop nothing", lab.seed);
    for fields in [
        json!({"description": null}),
        json!({"instance_type": "stream.standard.large"}),
        json!({"session": 7200}),
        json!({"view": "APP"}),
        json!({"internet": true}),
        json!({"security_groups": [], "subnets": ["subnet-1a1b2c3d4e5f60718"]}),
        json!({"subnets": []}),
    ] {
        let before = stops(lab);
        assert_eq!(
            fleet.change(fields).await.condition,
            Condition::settled("RUNNING")
        );
        assert!(stops(lab) > before, "seed {}", lab.seed);
    }
    let mut stack = lab.resource(
        "appstream.stack/agents",
        json!({"name": "acme-agents", "display_name": "Agents", "storage_connectors": {"HOMEFOLDERS": {}},
               "user_settings": {"FILE_UPLOAD": "DISABLED", "CLIPBOARD_COPY_TO_LOCAL_DEVICE": "DISABLED"},
               "embed_domains": [], "tags": tags()}),
    );
    stack.make().await;
    stack.kind.create_any(&stack.work(), &stack.want).await.unwrap();
    for fields in [
        json!({"user_settings": {"FILE_UPLOAD": "ENABLED", "CLIPBOARD_COPY_TO_LOCAL_DEVICE": "DISABLED"}}),
        json!({"display_name": null}),
        json!({"storage_connectors": {}}),
        json!({"embed_domains": ["crm.example.com"]}),
        json!({"embed_domains": []}),
        json!({"tags": {"team": "x"}}),
    ] {
        stack.change(fields).await;
    }

    let mut link = lab.resource(
        "appstream.fleet_association/agents:agents",
        json!({"fleet": "acme-agents", "stack": "acme-agents"}),
    );
    assert!(matches!(link.see().await, Observation::Absent));
    assert!(link.make().await.running);
    // An agent who came by SAML is streaming: the deletion ends that session first.
    lab.simulator.with_world(|world, now| {
        let input = json!({"fleet": "acme-agents", "stack": "acme-agents", "user": "agent1@example.com"});
        console::act(world, "image-builder/sessions/open", &input, now).unwrap();
    });
    let Observation::Present(live) = link.see().await else {
        panic!("the association is there");
    };
    assert_eq!(live.sessions, Some(1));
    link.delete().await;
    assert_eq!(
        fleet.change(json!({"power": "off"})).await.condition,
        Condition::settled("STOPPED")
    );
    fleet.change(json!({"power": "on"})).await;
    fleet.delete().await;
    stack.delete().await;
}
