//! boto3 against `headset sim serve`.

use std::process::Command;

use super::{python, root, simulator, told};

#[test]
fn boto3_builds_rereads_changes_and_removes_each_kind() {
    let python = python();
    let (_simulator, address) = simulator("1");
    let output = Command::new(python)
        .arg(root().join("tests/foreign/suite.py"))
        .arg(&address)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
}
