//! The services: what AWS's control planes remember and how they change.
//!
//! A service sees decoded, already validated calls (the wire layer checked required members, types,
//! lengths, ranges, patterns and enums against the table generated from AWS's models) and answers with
//! members by AWS's names. It never sees bytes, XML or CBOR, except for S3 object bodies.

pub(crate) mod appstream;
pub(crate) mod ask;
pub(crate) mod auto_scaling;
mod call;
pub(crate) mod cloud_front;
pub(crate) mod cloud_trail;
pub(crate) mod connect;
pub(crate) mod ec2;
pub(crate) mod iam;
pub(crate) mod identity_store;
mod initial;
mod page;
pub(crate) mod parameter_store;
pub(crate) mod s3;
pub(crate) mod saml;
pub(crate) mod secrets_manager;
pub(crate) mod sso_admin;
pub(crate) mod sts;
pub(crate) mod tagging;
mod tags;
mod zone;

use crate::clock::Moment;
use crate::world::World;

pub(crate) use crate::answer::{Answer, Fault};
pub(crate) use call::{Call, Caller, Handler, Operation, Service};

/// Every service of the simulator, in the order in which time passes for them: scaling moves AppStream along itself.
pub(crate) fn all() -> &'static [&'static dyn Service] {
    &[
        &auto_scaling::AutoScaling,
        &appstream::AppStream,
        &connect::Connect,
        &iam::Iam,
        &sts::Sts,
        &s3::S3,
        &s3::S3Control,
        &sso_admin::SsoAdmin,
        &identity_store::IdentityStore,
        &secrets_manager::SecretsManager,
        &parameter_store::ParameterStore,
        &cloud_trail::CloudTrail,
        &cloud_front::CloudFront,
        &tagging::Tagging,
        &ec2::Ec2,
    ]
}

/// Lets whatever is due by `now` happen.
pub(crate) fn tick(world: &mut World, now: Moment) {
    for service in all() {
        service.tick(world, now);
    }
}

/// The way to add an operation that the README shows is the one that the code goes.
#[test]
fn the_example_in_the_readme_is_an_operation_of_the_simulator() {
    let readme = include_str!("../../README.md");
    let (_, section) = readme
        .split_once("\n## Adding an operation\n")
        .expect("a section");
    let (section, _) = section.split_once("\n## ").expect("a next section");
    let blocks = section.split("```rust\n").skip(1);
    let blocks: Vec<&str> = blocks
        .filter_map(|rest| Some(rest.split_once("```")?.0))
        .collect();
    let [function, line] = blocks.as_slice() else {
        panic!("a function and a line of the table: {blocks:?}");
    };
    assert!(
        include_str!("auto_scaling/tag.rs").contains(function),
        "{function}"
    );
    assert!(include_str!("auto_scaling/calls.rs").contains(line), "{line}");
    assert_eq!(line.trim_end().lines().count(), 1);
}
