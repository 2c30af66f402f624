//! The AWS CLI against `headset sim serve`.

use std::path::PathBuf;
use std::process::Command;

use super::{python, root, simulator, told};
use crate::support::effort;

/// Runs the suite against a simulator of its own: with this program, a process for each command, or with Python's own AWS
/// CLI, which is loaded once.
fn suite(program: Option<PathBuf>) {
    // An hour a minute: `aws ... wait` of a program looks every 30 seconds of real time.
    let (_simulator, address) = simulator("60");
    let program = program.unwrap_or_else(|| PathBuf::from("-"));
    let output = Command::new(python())
        .arg(root().join("tests/interop/cli.py"))
        .arg(&address)
        .arg(&program)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}: {}",
        program.display(),
        told(&output)
    );
}

#[test]
fn the_aws_cli_builds_rereads_changes_and_removes_each_kind() {
    suite(None);
}

/// The same as people have it: one process for each command, of the AWS CLI on the PATH. Of version 2 it is everything, of
/// version 1, whose code is that of the test above, what may differ in processes.
#[test]
fn the_aws_cli_as_a_program_does_so_too() {
    if !effort::takes_long("the_aws_cli_as_a_program_does_so_too") {
        return;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = std::env::split_paths(&path)
        .map(|folder| folder.join("aws"))
        .find(|program| program.is_file());
    suite(Some(installed.unwrap_or_else(|| python().with_file_name("aws"))));
}
