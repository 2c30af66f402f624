//! The forms of allow-lists as others read them, and names as AWS's own data has them.

use std::process::Command;

use super::{python, root, told};
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
    for format in ["csv", "json"] {
        let text = list(&desk, &[&both[..], &[format]].concat());
        std::fs::write(desk.path().join(format), text).unwrap();
    }
    script(&desk, &["tables", "csv", "json"]);
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
