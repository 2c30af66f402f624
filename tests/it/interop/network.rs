//! The forms of allow-lists as others read them, and names as AWS's own data has them.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{Running, documents, python, root, told};
use crate::support::desk::Desk;
use crate::support::effort;

/// A made-up file of AWS's address ranges.
const RANGES: &str = include_str!("../../../crates/network/tests/ip-ranges.json");

fn list(desk: &Desk, options: &[&str]) -> String {
    desk.ok(&[&["network", "list", "center.yaml"], options].concat())
        .data
}

fn script(desk: &Desk, arguments: &[&str]) {
    let output = Command::new(python())
        .arg(root().join("tests/interop/allow_lists.py"))
        .args(arguments)
        .current_dir(desk.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", told(&output));
}

/// Names of APIs that agents' browsers use are those of botocore, region by region, and no row names a region that there is not.
#[test]
fn names_are_those_of_awss_endpoint_data() {
    let desk = Desk::example("split-ccp.yaml");
    let data = desk.ok(&["network", "lists", "--json"]).data;
    std::fs::write(desk.path().join("lists.json"), data).unwrap();
    script(&desk, &["endpoints", "lists.json"]);
}

#[test]
fn tables_are_read_by_others() {
    let desk = Desk::example("split-ccp.yaml");
    std::fs::write(desk.path().join("ip-ranges.json"), RANGES).unwrap();
    let both = ["--mode", "both", "--ranges", "ip-ranges.json", "--format"];
    for format in ["csv", "json", "markdown"] {
        let text = list(&desk, &[&both[..], &[format]].concat());
        std::fs::write(desk.path().join(format), text).unwrap();
    }
    script(&desk, &["tables", "csv", "json", "markdown"]);
}

/// With every option, the document is as its schema says.
#[test]
fn a_list_is_as_its_schema_says() {
    let desk = Desk::example("split-ccp.yaml");
    std::fs::write(desk.path().join("ip-ranges.json"), RANGES).unwrap();
    let ranges = ["--ranges", "ip-ranges.json"];
    let all = "attachments agent-workspace screen-recording scheduling global-resiliency fips domain-joined";
    let with: Vec<&str> = all.split(' ').flat_map(|what| ["--with", what]).collect();
    let asked = [
        vec![],
        vec!["--mode", "addresses"],
        [&["--mode", "both", "--stateless"][..], &ranges, &with].concat(),
        vec!["--turn", "hosts", "--cloudfront", "hosts", "--side", "agent"],
    ];
    let mut files = Vec::new();
    for (number, options) in asked.iter().enumerate() {
        let file = desk.path().join(format!("{number}.json"));
        std::fs::write(&file, list(&desk, &[&options[..], &["--json"]].concat())).unwrap();
        files.push(file);
    }
    documents::hold(&documents::schema("allow-list"), &files, None);
}

#[test]
fn templates_pass_the_linter_of_cloudformation() {
    let desk = Desk::example("split-ccp.yaml");
    std::fs::write(desk.path().join("ip-ranges.json"), RANGES).unwrap();
    let addresses = |mode: &'static str| ["--mode", mode, "--ranges", "ip-ranges.json"];
    let templates = [
        (
            "group.json",
            [
                &["--side", "session", "--with", "domain-joined"][..],
                &["--format", "security-group"],
            ]
            .concat(),
        ),
        (
            "by-address.json",
            [
                &["--side", "session"][..],
                &addresses("addresses"),
                &["--format", "security-group"],
            ]
            .concat(),
        ),
        (
            "names.json",
            vec!["--side", "session", "--format", "network-firewall"],
        ),
        (
            "firewall.json",
            [&addresses("both")[..], &["--format", "network-firewall"]].concat(),
        ),
    ];
    let mut files = Vec::new();
    for (file, options) in templates {
        std::fs::write(desk.path().join(file), list(&desk, &options)).unwrap();
        files.push(file);
    }
    let output = Command::new(python().with_file_name("cfn-lint"))
        .args(["--regions", "eu-west-1", "--"])
        .args(&files)
        .current_dir(desk.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
}

/// Squid is on few machines: where it is, it reads its lines.
#[test]
fn a_proxy_takes_its_lines() {
    let desk = Desk::example("split-ccp.yaml");
    let lines = list(&desk, &["--format", "squid"]);
    let config = format!("{lines}\nhttp_access deny all\nhttp_port 3128\n");
    let file = desk.path().join("squid.conf");
    std::fs::write(&file, config).unwrap();
    let run = Command::new("squid")
        .args(["-k", "parse", "-f"])
        .arg(&file)
        .output();
    let Ok(output) = run else {
        effort::say("skipped: squid, which is not on this machine, reads no list");
        return;
    };
    let said = told(&output);
    assert!(
        output.status.success() && !said.contains("ERROR") && !said.contains("WARNING"),
        "{said}"
    );
}

/// A name server that others wrote says of each name what a network can do to it; answers have pointers and aliases as servers write
/// them.
#[test]
fn what_a_name_server_of_others_says_is_told_apart() {
    let mut server = Running(
        Command::new(python())
            .arg(root().join("tests/interop/names.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut port = String::new();
    let mut said = BufReader::new(server.0.stdout.take().unwrap());
    said.read_line(&mut port).unwrap();
    let desk = Desk::example("split-ccp.yaml");
    let resolver = format!("127.0.0.1:{}", port.trim());
    let line = [
        "network",
        "check",
        "center.yaml",
        "--json",
        "--proxy",
        "none",
        "--resolver",
        &resolver,
    ];
    let found = desk.run(&line);
    assert_eq!(found.code, Some(1), "{}", found.talk);
    let document: Value = serde_json::from_str(&found.data).unwrap();
    let rows = document["rows"].as_array().unwrap().iter();
    let hosts = rows.flat_map(|row| row["hosts"].as_array().unwrap());
    let causes: BTreeMap<&str, &str> = hosts
        .map(|host| {
            (
                host["host"].as_str().unwrap(),
                host["cause"]["kind"].as_str().unwrap(),
            )
        })
        .collect();
    for (host, cause) in [
        ("acme-support.my.connect.aws", "no-such-name"),
        ("participant.connect.eu-west-2.amazonaws.com", "resolver-fails"),
        ("signin.aws.amazon.com", "resolver-refuses"),
        ("eu-west-2.console.aws.amazon.com", "resolver-silent"),
        ("eu-west-2.signin.aws.amazon.com", "sinkhole"),
        ("us-east-1.signin.aws", "no-address"),
        ("oidc.us-east-1.amazonaws.com", "sinkhole"),
        ("portal.sso.us-east-1.amazonaws.com", "resolver-fails"),
        ("oidc.us-east-1.api.aws", "no-such-name"),
    ] {
        assert_eq!(causes.get(host), Some(&cause), "{host}: {causes:?}");
    }
}
