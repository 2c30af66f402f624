//! `headset network check`, with a name server of the test's own that knows no name.

use std::net::{SocketAddr, UdpSocket};
use std::process::Command;

use crate::support::desk::Desk;
use crate::support::effort;

/// A name server on loopback, for as long as the tests run.
pub(super) fn name_server() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            // The question comes back as an answer: there is no such name.
            buffer[2..4].copy_from_slice(&[0x81, 0x83]);
            socket.send_to(&buffer[..length], from).unwrap();
        }
    });
    address
}

#[test]
fn rows_that_do_not_get_through_are_named_for_agents_and_for_the_network_team() {
    let desk = Desk::example("split-ccp.yaml");
    let server = name_server().to_string();
    let check = [
        "network",
        "check",
        "center.yaml",
        "--proxy",
        "none",
        "--resolver",
        &server,
    ];
    let said = desk.run(&[&check[..], &["--report", "found.html"]].concat());
    assert_eq!(said.code, Some(1), "{}", said.talk);
    let text = &said.data;
    for expected in [
        "blocked     acme-support.my.connect.aws 443/TCP: ",
        "DNS says that there is no such name (NXDOMAIN)",
        "an agent sees: DNS_PROBE_FINISHED_NXDOMAIN for https://acme-support.my.connect.aws",
        "for the network team: outbound TurnNlb-*.elb.eu-west-2.amazonaws.com 3478/UDP: ",
        "an agent sees: Browser unable to establish media channel with turn:TurnNlb-",
        "\nacme-support (agent): 0 open, 0 slow, ",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }

    let page = std::fs::read_to_string(desk.path().join("found.html")).unwrap();
    for expected in [
        "<svg ",
        "DNS_PROBE_FINISHED_NXDOMAIN",
        "<h2>This machine</h2>",
        "processor",
    ] {
        assert!(page.contains(expected), "{expected}");
    }

    // The clock of the simulator does not measure this machine's network.
    let json = desk.run(&[&check[..], &["--json", "--side", "session", "--sim"]].concat());
    let document: serde_json::Value = serde_json::from_str(&json.data).unwrap();
    assert_eq!(document["schema_version"], 1);
    assert_eq!(document["side"], "session");
    let rows = document["rows"].as_array().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        let verdict = row["verdict"].as_str().unwrap();
        assert!(["blocked", "unknown"].contains(&verdict), "{row}");
        assert_ne!(
            row["target"]["port"], 3478,
            "a session of a split center has no media"
        );
    }

    assert!(
        json.talk.contains("the simulation has no network"),
        "{}",
        json.talk
    );

    // Nothing is applied: what AWS has fails, and what the network lets through stands beside it.
    let options = [
        "--network",
        "--proxy",
        "none",
        "--resolver",
        &server,
        "--sim",
        "--format",
        "json",
    ];
    let verified = desk.run(&[&["verify", "center.yaml"], &options[..]].concat());
    assert_eq!(verified.code, Some(1), "{}", verified.talk);
    let document: serde_json::Value = serde_json::from_str(&verified.data).unwrap();
    assert_eq!(document["network"][0]["side"], "agent", "{document}");
    assert!(document["failed"].as_u64().unwrap() > 0, "{document}");

    let refused = desk.run(&[&check[..3], &["--proxy", "socks5://ana:secret@proxy.example.com"]].concat());
    assert_eq!(refused.code, Some(64));
    assert!(!refused.talk.contains("secret"), "{}", refused.talk);
}

#[test]
fn the_script_for_windows_holds_the_same_rows() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&["network", "check", "center.yaml", "--script", "check.ps1"]);
    let file = desk.path().join("check.ps1");
    let script = std::fs::read_to_string(&file).unwrap();
    assert!(script.is_ascii());
    let blueprint = desk.path().join("center.yaml");
    let before = std::fs::read_to_string(&blueprint).unwrap();
    let said = desk.run(&["network", "check", "center.yaml", "--script", "center.yaml"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(said.talk.contains("is there already"), "{}", said.talk);
    assert_eq!(std::fs::read_to_string(&blueprint).unwrap(), before);
    for row in [
        "$rows += Test-Row 'web' 'acme-support.my.connect.aws' '443/TCP' ",
        "$rows += Test-Row 'media' 'TurnNlb-*.elb.eu-west-2.amazonaws.com' '3478/UDP' ",
        "$rows += Test-Row 'socket' '*.transport.connect.eu-west-2.amazonaws.com' '443/TCP' ",
        "$report.latency = @(Test-Regions 'eu-west-2' @(",
    ] {
        assert!(script.contains(row), "{row}\n{script}");
    }

    // The simulator's reader reads its functions; where PowerShell is at hand, it reads all of it.
    let parse = "$found = $null; \
        $null = [System.Management.Automation.Language.Parser]::ParseFile($args[0], [ref] $null, [ref] $found); \
        if ($found.Count -gt 0) { $found | Out-String | Write-Host; exit 1 }";
    let command = format!("& {{ {parse} }} '{}'", file.display());
    let parsed = Command::new("pwsh")
        .args(["-NoProfile", "-NonInteractive", "-Command", &command])
        .output();
    match parsed {
        Ok(output) => assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        ),
        Err(_) => effort::say(
            "not tried: the script that checks a network, by PowerShell itself: there is no `pwsh`",
        ),
    }
}
