//! Terraform's AWS provider against the simulator, where this machine has both Terraform and the provider.

mod ids;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::interop::root;
use crate::support::effort;

/// Where a mirror has the versions of the provider, below a folder for each host that providers come from.
const PROVIDER: &str = "hashicorp/aws";

/// Terraform on the PATH, as the name to run.
fn terraform() -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join("terraform"))
        .find(|file| file.is_file())
}

/// A directory that holds the provider in a mirror's layout: the one that `HEADSET_TERRAFORM_PLUGINS` names, one of
/// Terraform's implied local mirrors, or a folder directly below /opt.
fn mirror() -> Option<PathBuf> {
    let named = std::env::var_os("HEADSET_TERRAFORM_PLUGINS").map(PathBuf::from);
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".terraform.d/plugins"));
    let implied = [
        "/usr/local/share/terraform/plugins",
        "/usr/share/terraform/plugins",
    ]
    .map(PathBuf::from);
    named
        .into_iter()
        .chain(home)
        .chain(implied)
        .chain(entries(Path::new("/opt")))
        .find(|folder| {
            let hosts = entries(folder);
            let mut versions = hosts.flat_map(|host| entries(&host.join(PROVIDER)));
            versions.any(|version| is_five(&version))
        })
}

fn entries(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path())
}

/// Whether a mirror's entry is the provider in a version 5, unpacked or as an archive.
fn is_five(entry: &Path) -> bool {
    let name = entry.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("5.") || name.starts_with("terraform-provider-aws_5.")
}

/// All topics at the same time: most of a run goes by in the provider's own waits.
#[test]
fn terraform_builds_rereads_changes_imports_and_removes_a_contact_center() {
    if !effort::takes_long("terraform_builds_rereads_changes_imports_and_removes_a_contact_center") {
        return;
    }
    let (Some(terraform), Some(mirror)) = (terraform(), mirror()) else {
        effort::say(
            "skipped: this needs terraform on the PATH and a mirror of its AWS provider 5.x, in the folder that \
             HEADSET_TERRAFORM_PLUGINS names, in one of Terraform's implied mirrors or in a folder below /opt",
        );
        return;
    };
    let arguments: [(&str, OsString); 3] = [
        ("--headset", env!("CARGO_BIN_EXE_headset").into()),
        ("--terraform", terraform.into()),
        ("--plugins", mirror.into()),
    ];
    let mut drive = Command::new("python3");
    drive.arg(root().join("tests/interop/terraform/drive.py"));
    for (name, value) in arguments {
        drive.arg(name).arg(value);
    }
    let output = drive.output().unwrap();
    eprintln!("{}", crate::interop::told(&output));
    assert!(output.status.success(), "{}", crate::interop::told(&output));
}
