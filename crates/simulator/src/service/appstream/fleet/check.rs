//! What a fleet may consist of: ranges, combinations, and which type takes which member.

use serde_json::Value;

use super::super::input::{member, range, texts};
use super::super::instance_type::{self, Family};
use super::super::network::{self, Subnets};
use super::super::{fault, image, image_builder};
use crate::service::Fault;

/// The platforms of Elastic fleets (CreateFleet, Platform).
pub(in super::super) const ELASTIC_PLATFORMS: &[&str] =
    &["WINDOWS_SERVER_2019", "AMAZON_LINUX2", "UBUNTU_PRO_2404"];

/// Members that Elastic fleets do not take.
const NOT_ELASTIC: &[&str] = &[
    "ImageName",
    "ImageArn",
    "ComputeCapacity",
    "DomainJoinInfo",
    "MaxSessionsPerInstance",
];

/// Members that only Elastic fleets take.
const ONLY_ELASTIC: &[&str] = &["MaxConcurrentSessions", "SessionScriptS3Location"];

/// Checks what does not depend on what is already there.
pub(super) fn ranges(input: &Value) -> Result<(), Fault> {
    range(input, "MaxUserDurationInSeconds", 600, 432_000, false)?;
    range(input, "DisconnectTimeoutInSeconds", 60, 36_000, false)?;
    range(input, "IdleDisconnectTimeoutInSeconds", 60, 36_000, true)?;
    range(input, "MaxConcurrentSessions", 1, i64::from(i32::MAX), false)?;
    range(input, "MaxSessionsPerInstance", 1, i64::from(i32::MAX), false)?;
    image_builder::check_volume(input)?;
    if let Some(capacity) = member(input, "ComputeCapacity") {
        // The model: "You can't define both attributes or leave both attributes blank."
        if member(capacity, "DesiredInstances").is_some() == member(capacity, "DesiredSessions").is_some() {
            return Err(fault::combination(
                "Specify exactly one of DesiredInstances and DesiredSessions.",
            ));
        }
        range(capacity, "DesiredInstances", 0, i64::from(i32::MAX), false)?;
        range(capacity, "DesiredSessions", 0, i64::from(i32::MAX), false)?;
    }
    Ok(())
}

/// Checks which members belong to which fleet type.
pub(super) fn members(input: &Value, elastic: bool) -> Result<(), Fault> {
    let wrong = if elastic { NOT_ELASTIC } else { ONLY_ELASTIC };
    match wrong.iter().find(|name| member(input, name).is_some()) {
        Some(name) => Err(fault::combination(format!(
            "{name} is not allowed for this fleet type."
        ))),
        None => Ok(()),
    }
}

/// Checks a fleet as it would be: `whole` holds every member after creation or update.
pub(super) fn whole(whole: &Value, elastic: bool, image: Option<&image::Image>) -> Result<(), Fault> {
    let kind = whole["InstanceType"].as_str().unwrap_or_default();
    let family = instance_type::family(kind)?;
    if elastic {
        return whole_elastic(whole, kind);
    }
    network::check(whole, Subnets::Some)?;
    let desired = member(whole, "ComputeCapacity")
        .ok_or_else(|| fault::combination("ComputeCapacity is required for this fleet type."))?;
    let multi = member(whole, "MaxSessionsPerInstance").is_some();
    if multi != member(desired, "DesiredSessions").is_some() {
        // terraform-provider-aws issue 34245
        return Err(fault::combination(
            "DesiredSessions and MaxSessionsPerInstance belong together.",
        ));
    }
    if whole["EnableDefaultInternetAccess"] == true {
        // Assumption: appstream.internet-limit. 100 instances is documented, the error for more is not.
        let per_instance = whole["MaxSessionsPerInstance"].as_u64().unwrap_or(1).max(1);
        let instances = desired["DesiredInstances"]
            .as_u64()
            .or_else(|| Some(desired["DesiredSessions"].as_u64()?.div_ceil(per_instance)))
            .unwrap_or_default();
        if instances > 100 {
            return Err(fault::combination(
                "Default internet access ends at 100 instances.",
            ));
        }
    }
    let Some(image) = image else {
        return Ok(());
    };
    if !image_builder::runs_on(image, family) {
        return Err(fault::incompatible(format!(
            "{} does not run on {kind}.",
            image.name
        )));
    }
    image_builder::not_below(whole, image.volume)?;
    if multi && !image.platform.starts_with("WINDOWS_SERVER") {
        return Err(fault::incompatible(
            "Multi-session fleets need a Windows Server image.",
        ));
    }
    if whole["DisableIMDSV1"] == true && image::agent_date(&image.agent) < image::IMDS_AGENT {
        return Err(fault::incompatible("The image's agent needs IMDSv1."));
    }
    if member(whole, "Platform").is_some_and(|platform| platform != image.platform.as_str()) {
        return Err(fault::combination("Platform contradicts the image."));
    }
    Ok(())
}

fn whole_elastic(whole: &Value, kind: &str) -> Result<(), Fault> {
    if !instance_type::elastic(kind) || instance_type::family(kind)? == Family::Imported {
        return Err(fault::combination(format!(
            "Elastic fleets do not run on {kind}."
        )));
    }
    if member(whole, "MaxConcurrentSessions").is_none() {
        return Err(fault::combination(
            "MaxConcurrentSessions is required for Elastic fleets.",
        ));
    }
    if !whole["Platform"]
        .as_str()
        .is_some_and(|platform| ELASTIC_PLATFORMS.contains(&platform))
    {
        return Err(fault::combination("Elastic fleets need one of their platforms."));
    }
    if member(whole, "VpcConfig").is_none() {
        return Err(fault::combination("VpcConfig is required for Elastic fleets."));
    }
    network::check(whole, Subnets::AtLeastTwo)
}

/// USB filters are at most 100 characters each (CreateFleet, UsbDeviceFilterStrings).
pub(super) fn filters(input: &Value) -> Result<(), Fault> {
    let list = texts(input, "UsbDeviceFilterStrings").unwrap_or_default();
    if list.iter().any(|filter| filter.chars().count() > 100) {
        return Err(fault::combination("A USB device filter string is too long."));
    }
    Ok(())
}

/// A session script is one object: the model makes its key optional, because other operations share the structure,
/// and says that this one needs it.
pub(super) fn scripts(input: &Value) -> Result<(), Fault> {
    match member(input, "SessionScriptS3Location") {
        Some(location) if member(location, "S3Key").is_none() => {
            Err(fault::combination("SessionScriptS3Location needs an S3Key."))
        }
        _ => Ok(()),
    }
}
