//! boto3 against `headset sim serve`.

mod brownfield;
mod directions;
mod hosts;
mod wire;

use std::process::Command;

use crate::interop::{python, root, simulator, simulator_with, told};

#[test]
fn boto3_builds_rereads_changes_and_removes_each_kind() {
    let python = python();
    let (_simulator, address) = simulator("1");
    let output = Command::new(python)
        .arg(root().join("tests/interop/suite.py"))
        .arg(&address)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
}

#[test]
fn boto3_is_refused_beyond_aws_s_rates_and_gets_through_by_trying_again() {
    let python = python();
    let (_simulator, address) = simulator_with(&["--throttle"]);
    let output = Command::new(python)
        .arg(root().join("tests/interop/throttled.py"))
        .arg(&address)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", told(&output));
}
