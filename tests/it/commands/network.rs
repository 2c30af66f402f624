//! `headset network` and `headset voice`: what they print, and what they refuse.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::mpsc;

use serde_json::Value;

use crate::support::desk::Desk;
use crate::support::{example, examples};

/// A made-up file of AWS's address ranges.
const RANGES: &str = include_str!("../../../crates/network/tests/ip-ranges.json");

fn list(desk: &Desk, options: &[&str]) -> Value {
    let line = [&["network", "list", "center.yaml", "--format", "json"], options].concat();
    serde_json::from_str(&desk.ok(&line).data).unwrap()
}

/// `side id` of each row with this port.
fn rows(list: &Value, port: &str) -> Vec<String> {
    let rows = list["rows"].as_array().unwrap().iter();
    rows.filter(|row| row["ports"].as_array().unwrap().contains(&port.into()))
        .map(|row| {
            format!(
                "{} {}",
                row["side"].as_str().unwrap(),
                row["id"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn voice_leaves_from_the_agents_machine_in_a_split_center_and_from_the_session_in_another() {
    let desk = Desk::example("split-ccp.yaml");
    let split = list(&desk, &[]);
    assert_eq!(rows(&split, "3478/udp"), ["agent connect-media-agent"]);
    assert_eq!(split["schema_version"], 1);
    assert_eq!(split["environment"], "acme-support");
    let portal = |side: &str| {
        split["rows"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["side"] == side && row["id"] == "identity-center-portal")
    };
    assert!(portal("agent") && portal("session"), "agents sign in on both");
    let (_, text) = example("split-ccp.yaml");
    desk.write(&text.replace("ccp: { hosting: s3 }", "ccp: { hosting: s3, audio: session }"));
    let session = list(&desk, &[]);
    assert_eq!(rows(&session, "3478/udp"), ["session connect-media-session"]);
}

/// What AWS gave is in the list once this machine knows it.
#[test]
fn an_environment_that_was_applied_has_its_own_hosts_in_its_list() {
    let desk = Desk::example("split-ccp.yaml");
    let hosts = |list: &Value, id: &str| -> String {
        let rows = list["rows"].as_array().unwrap().iter();
        let hosts = rows
            .filter(|row| row["id"] == id)
            .map(|row| row["hosts"].to_string());
        hosts.collect()
    };
    let before = list(&desk, &["--sim"]);
    assert!(
        hosts(&before, "identity-center-portal").contains("*.awsapps.com"),
        "{before}"
    );
    desk.ok(&crate::support::desk::APPLY);
    let after = list(&desk, &["--sim"]);
    let portal = hosts(&after, "identity-center-portal");
    assert!(portal.contains("d-") && !portal.contains('*'), "{portal}");
    let pages = after.to_string();
    assert!(
        pages.contains("acme-support-ccp-123456789012-eu-west-2.s3.eu-west-2.amazonaws.com"),
        "{pages}"
    );
    // What the simulation has is nothing of AWS's.
    assert_eq!(list(&desk, &[])["rows"], before["rows"]);
}

/// No account, no network and no sign of a mistake: also where a key of a blueprint is unusual.
#[test]
fn each_example_has_a_list() {
    let desk = Desk::with("");
    for name in examples() {
        std::fs::write(desk.path().join(&name), example(&name).1).unwrap();
    }
    for name in examples().iter().filter(|name| !name.starts_with("bootstrap")) {
        let said = desk.ok(&["network", "list", name]);
        assert!(
            said.data.contains("what the network has to let through"),
            "{name}: {}",
            said.data
        );
    }
    let said = desk.run(&["network", "list", "bootstrap.yaml"]);
    assert_eq!(said.code, Some(1), "{}", said.data);
    assert!(
        said.talk.contains("needs nothing of the network"),
        "{}",
        said.talk
    );
}

#[test]
fn old_data_warns_and_broken_data_is_refused() {
    let desk = Desk::example("split-ccp.yaml");
    let data = include_str!("../../../policies/network/endpoints.yaml");
    std::fs::write(
        desk.path().join("old.yaml"),
        data.replace("2026-11-28", "2021-03-01"),
    )
    .unwrap();
    let said = desk.ok(&["network", "lists", "--data", "old.yaml"]);
    assert!(
        said.talk.contains("days old (read on 2021-03-01)"),
        "{}",
        said.talk
    );
    let said = desk.ok(&["network", "list", "center.yaml", "--data", "old.yaml"]);
    assert!(said.talk.contains("days old"), "{}", said.talk);
    let broken = data.replacen("  read: 2026-11-28\n", "", 1);
    std::fs::write(desk.path().join("broken.yaml"), broken).unwrap();
    let said = desk.run(&["network", "list", "center.yaml", "--data", "broken.yaml"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.talk.contains("`broken.yaml` is no data for allow-lists"),
        "{}",
        said.talk
    );
}

#[test]
fn a_group_that_would_be_too_long_and_a_file_that_was_cut_short_are_refused() {
    let desk = Desk::example("split-ccp.yaml");
    let write = |name: &str, text: &str| std::fs::write(desk.path().join(name), text).unwrap();
    let many: String = (0..70)
        .map(|at| {
            format!("{{\"ip_prefix\": \"52.1.{at}.0/27\", \"region\": \"eu-west-2\", \"service\": \"EC2\"}},")
        })
        .collect();
    write(
        "long.json",
        &RANGES.replacen("\"prefixes\": [", &format!("\"prefixes\": [{many}"), 1),
    );
    write("short.json", &RANGES[..900]);
    let group = |ranges: &str| {
        let line = [
            "network",
            "list",
            "center.yaml",
            "--side",
            "session",
            "--mode",
            "addresses",
            "--format",
        ];
        desk.run(&[&line[..], &["security-group", "--ranges", ranges]].concat())
    };
    let said = group("long.json");
    assert_eq!((said.code, said.data.as_str()), (Some(1), ""));
    assert!(said.talk.contains("holds 60 of each"), "{}", said.talk);
    let said = group("short.json");
    assert!(
        said.talk
            .contains("`short.json` is refused: it ends in the middle"),
        "{}",
        said.talk
    );
}

#[test]
fn new_addresses_are_open_until_the_firewall_has_them() {
    let desk = Desk::example("split-ccp.yaml");
    let entry =
        "{\"ip_prefix\": \"18.130.0.0/25\", \"region\": \"eu-west-2\", \"service\": \"AMAZON_CONNECT\"},";
    let newer = RANGES
        .replacen("\"prefixes\": [", &format!("\"prefixes\": [{entry}"), 1)
        .replace("1793451600", "1793538000")
        .replace("2026-10-31", "2026-11-01");
    std::fs::write(desk.path().join("old.json"), RANGES).unwrap();
    std::fs::write(desk.path().join("new.json"), &newer).unwrap();
    let diff = [
        "network",
        "ranges",
        "diff",
        "old.json",
        "new.json",
        "--json",
        "--blueprint",
        "center.yaml",
    ];
    let said = desk.run(&diff);
    assert_eq!(said.code, Some(2), "{}", said.talk);
    let document: Value = serde_json::from_str(&said.data).unwrap();
    let came = &document["changes"]["came"][0];
    assert_eq!(
        (&came["range"], &came["due"]),
        (&"18.130.0.0/25".into(), &"2026-11-30".into())
    );
    assert_eq!(document["changes"]["to"]["sync_token"], "1793538000");
    let same = desk.ok(&["network", "ranges", "diff", "new.json", "new.json"]);
    assert!(same.data.ends_with("nothing is open\n"), "{}", same.data);

    // By an address, either of them.
    let (address, _asked) = served(vec![Some(RANGES.to_owned())]);
    let said = desk.run(&["network", "ranges", "diff", &address, "new.json"]);
    assert_eq!(said.code, Some(2), "{}", said.talk);

    // By the web: the second time it is not sent again, and a later publication gives no more time.
    let later = newer.replace("2026-11-01", "2026-11-20");
    let (address, asked) = served(vec![Some(newer), None, Some(later)]);
    let watch = [
        "network",
        "ranges",
        "watch",
        address.as_str(),
        "--against",
        "old.json",
        "--json",
    ];
    for _ in 0..3 {
        let said = desk.run(&watch);
        assert_eq!(said.code, Some(2), "{}\n{}", said.data, said.talk);
        let document: Value = serde_json::from_str(&said.data).unwrap();
        assert_eq!(document["changes"]["came"][0]["due"], "2026-11-30", "{document}");
    }
    let asked: Vec<Option<String>> = asked.iter().take(3).collect();
    assert_eq!(asked, [None, Some("\"1\"".to_owned()), Some("\"1\"".to_owned())]);
}

/// A server that gives these answers one after the other (nothing: 304), and what it was asked for by ETag.
fn served(answers: Vec<Option<String>>) -> (String, mpsc::Receiver<Option<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/ip-ranges.json", listener.local_addr().unwrap());
    let (tell, asked) = mpsc::channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap())
                .lines()
                .map(Result::unwrap);
            let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let known = head.iter().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("if-none-match")
                    .then(|| value.to_owned())
            });
            tell.send(known).unwrap();
            let answer = match answer {
                Some(body) => format!(
                    "HTTP/1.1 200 OK\r\netag: \"1\"\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                ),
                None => "HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".to_owned(),
            };
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    (address, asked)
}

#[test]
fn worksheets_and_codes_are_printed() {
    let desk = Desk::example("split-ccp.yaml");
    let plan = desk.ok(&["network", "plan", "center.yaml", "--json"]);
    let plan: Value = serde_json::from_str(&plan.data).unwrap();
    assert_eq!(plan["sites"][0]["agents"], 2, "as many as the fleet holds");
    let wrong = desk.run(&["voice", "code", "XX9"]);
    assert_eq!(wrong.code, Some(64), "{}", wrong.talk);
    std::fs::write(
        desk.path().join("reports.csv"),
        "time;agent;code\n14:05;ada;LT2\n14:20;ada;WI1\n",
    )
    .unwrap();
    let counts = desk.ok(&["voice", "code", "--reports", "reports.csv"]);
    for part in [
        "2 reports\n",
        "by hour\n      2  14:00\n",
        "      1  one-way audio\n",
    ] {
        assert!(counts.data.contains(part), "{part}\n{}", counts.data);
    }
    let bad = desk.run(&["network", "trial", "reports.csv"]);
    assert!(
        bad.talk.contains("line 1: there is no column `contact`"),
        "{}",
        bad.talk
    );
}
