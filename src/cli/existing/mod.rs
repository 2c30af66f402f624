//! `headset import FILE --alias ALIAS`: writes a blueprint of what exists.

mod comments;
mod desk;
mod discover;
mod draft;
mod entitled;
mod extent;
mod pages;
mod sections;
mod sign_in;
mod wanted;

use std::path::Path;

use self::comments::{bullet, whole};
use self::desk::Desk;
use self::draft::sentence;
pub(super) use self::wanted::{Stack, Wanted};
use super::Global;
use super::access::open_aws_or;
use super::exit::Failure;
use super::terminal::is_standard_input;
use super::{new_file, terminal};
use headset_core::shell::word;
use headset_core::words::plural;
use headset_kinds::regions::{Identity, Regions};

/// Where the look around begins if all regions are looked at anyway.
const ANY_REGION: &str = "us-east-1";

/// Writes the blueprint of what exists to a file that is not there yet.
pub(super) async fn write_down(global: &Global, file: &Path, wanted: &Wanted) -> Result<(), Failure> {
    check_name(file)?;
    let name = file.display().to_string();
    new_file::is_free(file)?;
    let mut refused = None;
    // All regions are those of a partition, which the configured one tells; the simulated cloud is in one.
    let any = (wanted.all_regions && global.sim).then_some(ANY_REGION);
    let access = open_aws_or(
        global,
        wanted.regions.first().map(String::as_str),
        any,
        Identity::Same,
        |region| {
            wanted.places(region).unwrap_or_else(|why| {
                refused = Some(why);
                Regions::all_in(region)
            })
        },
    )
    .await?;
    if let Some(why) = refused {
        return Err(why);
    }
    let mut desk = Desk::new(global, access);
    let all = match wanted.discover {
        true => desk.discover(wanted).await?,
        false => wanted.clone(),
    };
    desk.begin(&all).await?;
    desk.fill().await?;
    desk.add_sign_in(&file.with_extension("")).await?;
    desk.add_desktops(&file.with_extension("")).await?;
    desk.add_pages().await?;
    desk.add_usage_reports().await?;
    desk.leave_themes().await;
    desk.share_tags().await?;
    let whole = text(&desk, wanted, &name);
    for (name, text) in &desk.files {
        let beside = file.with_file_name(name);
        new_file::write(&beside, text)?;
        terminal::talk(&format!("wrote {}", beside.display()));
    }
    new_file::write(file, &whole)?;
    terminal::talk(&format!("wrote {name}"));
    if let count @ 1.. = desk.left.len() + desk.open.len() + desk.notes.len() + desk.alternatives.len() {
        terminal::talk(&format!(
            "what it does not say is in comments at its end: {}",
            plural(count, "point")
        ));
    }
    Ok(())
}

/// The blueprint, with what is to be known about it.
fn text(desk: &Desk<'_>, wanted: &Wanted, file: &str) -> String {
    let file = word(file);
    let mut text = format!(
        "# What existed when `headset import {file} {}` wrote this.\n# `headset import {file}` takes it over; the next plan \
         then shows Headset's tags, which `apply` adds, and nothing else.\n\n{}",
        wanted.said(),
        whole(&desk.draft, &desk.alternatives)
    );
    let unread = desk.unread.iter();
    let unread = unread.map(|(address, why)| format!("{address} could not be read: {why}"));
    let left: Vec<String> = unread
        .chain(desk.left.iter().cloned())
        .chain(desk.open.iter().map(sentence))
        .collect();
    let notes: Vec<String> = desk.notes.iter().cloned().collect();
    for (heading, points) in [("Not said above, and left as it is", left), ("Besides", notes)] {
        if !points.is_empty() {
            text.extend(["\n# ", heading, ":\n"]);
            text.extend(points.iter().map(|point| bullet(point) + "\n"));
        }
    }
    text
}

/// Refuses a FILE that no blueprint can be written to.
fn check_name(file: &Path) -> Result<(), Failure> {
    let name = file.to_string_lossy();
    if is_standard_input(file) {
        return Err(Failure::usage(
            "a blueprint of what exists is written to FILE, and `-` is standard input",
        )
        .help("name a file that is not there yet"));
    }
    match name.chars().any(char::is_control) {
        true => Err(
            Failure::usage("the name of FILE has a line break or another control character")
                .help("name it without"),
        ),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use headset_core::KindId;

    /// How a thing of each kind gets into a blueprint of what exists.
    const WRITTEN: &[(&str, &[&str])] = &[
        (
            "named, or of what is named",
            &[
                "appstream.entitlement",
                "appstream.fleet",
                "appstream.fleet_association",
                "appstream.image",
                "appstream.stack",
                "autoscaling.fleet",
                "connect.instance",
            ],
        ),
        (
            "in a list of what is named",
            &[
                "appstream.user",
                "appstream.user_association",
                "connect.approved_origin",
                "connect.hours_of_operation",
                "connect.queue",
                "connect.user",
            ],
        ),
        ("left in a comment", &["appstream.theme"]),
        (
            "by what the account has",
            &["appstream.usage_report", "iam.service_role"],
        ),
        (
            "with who signs people in",
            &[
                "iam.role",
                "iam.saml_provider",
                "identity_center.application",
                "identity_center.assignment",
                "identity_center.link",
                "idp.application",
            ],
        ),
        (
            "with the pages",
            &[
                "cloudfront.access_control",
                "cloudfront.distribution",
                "cloudfront.headers_policy",
                "s3.bucket",
                "s3.object",
            ],
        ),
    ];

    /// The kinds that are not, and why.
    const LEFT: &[(&str, &str)] = &[
        (
            "appstream.image_builder",
            "an image that is there is linked to, and needs no builder",
        ),
        (
            "ec2.security_group",
            "a fleet that is there names its groups by id, and who made them keeps them",
        ),
        (
            "ec2.vpc_endpoint",
            "a stack that is there names its endpoints by id, and who made them keeps them",
        ),
        (
            "iam.oidc_provider",
            "`headset bootstrap` makes it, and takes over what is there",
        ),
        ("iam.policy", "`headset bootstrap` makes it"),
        ("s3.state_bucket", "`headset bootstrap` makes it"),
    ];

    /// A kind that is added is written down, or says why not.
    #[test]
    fn each_kind_is_written_down_or_left_for_a_reason() {
        let mut decided: BTreeMap<&str, &str> = LEFT.iter().copied().collect();
        for (how, kinds) in WRITTEN {
            for kind in *kinds {
                let before = decided.insert(kind, how);
                assert_eq!(before, None, "{kind} is decided twice");
            }
        }
        let decided: Vec<&str> = decided.into_keys().collect();
        let mut all: Vec<&str> = KindId::all().map(KindId::name).collect();
        all.sort_unstable();
        assert_eq!(decided, all);
    }
}
