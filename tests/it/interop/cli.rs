//! The AWS CLI against `headset sim serve`.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{python, root, simulator, told};

/// Runs the suite with one `aws`, against a simulator of its own.
fn suite(aws: &Path) {
    // An hour a minute: `aws ... wait` looks every 30 seconds of real time.
    let (_simulator, address) = simulator("60");
    let output = Command::new(python())
        .arg(root().join("tests/interop/cli.py"))
        .arg(&address)
        .arg(aws)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}: {}", aws.display(), told(&output));
}

#[test]
fn the_aws_cli_builds_rereads_changes_and_removes_each_kind() {
    suite(&python().with_file_name("aws"));
}

/// Whoever has another AWS CLI, of version 1 or 2, tries that one as well.
#[test]
fn the_aws_cli_on_the_path_does_so_too() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed: Option<PathBuf> = std::env::split_paths(&path)
        .map(|folder| folder.join("aws"))
        .find(|program| program.is_file());
    if let Some(aws) = installed {
        suite(&aws);
    }
}
