//! UpdateFleet: what may change in which state.

use serde_json::{Map, Value, json};

use super::super::input::{keep, member, required, texts};
use super::super::{answer, fault, image, image_builder, place, role};
use super::create::{idle, name_image, set_capacity};
use super::{Fleet, State, check, instances_allowed};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// Everything that an update can set, in the model's order.
pub(super) const SETTABLE: &[&str] = &[
    "ImageName",
    "ImageArn",
    "InstanceType",
    "ComputeCapacity",
    "VpcConfig",
    "MaxUserDurationInSeconds",
    "DisconnectTimeoutInSeconds",
    "Description",
    "DisplayName",
    "EnableDefaultInternetAccess",
    "DomainJoinInfo",
    "IdleDisconnectTimeoutInSeconds",
    "IamRoleArn",
    "StreamView",
    "Platform",
    "MaxConcurrentSessions",
    "UsbDeviceFilterStrings",
    "SessionScriptS3Location",
    "MaxSessionsPerInstance",
    "RootVolumeConfig",
    "DisableIMDSV1",
];

/// What a RUNNING Always-On or On-Demand fleet lets change (UpdateFleet).
const RUNNING: &[&str] = &[
    "DisplayName",
    "ComputeCapacity",
    "ImageArn",
    "ImageName",
    "IdleDisconnectTimeoutInSeconds",
    "DisconnectTimeoutInSeconds",
];

/// What a RUNNING Elastic fleet lets change (UpdateFleet).
const RUNNING_ELASTIC: &[&str] = &[
    "DisplayName",
    "IdleDisconnectTimeoutInSeconds",
    "DisconnectTimeoutInSeconds",
    "MaxConcurrentSessions",
    "SessionScriptS3Location",
    "UsbDeviceFilterStrings",
];

/// Which member an attribute to delete clears; the security groups are inside VpcConfig.
const DELETABLE: &[(&str, &str)] = &[
    ("VPC_CONFIGURATION", "VpcConfig"),
    ("VPC_CONFIGURATION_SECURITY_GROUP_IDS", "VpcConfig"),
    ("DOMAIN_JOIN_INFO", "DomainJoinInfo"),
    ("IAM_ROLE_ARN", "IamRoleArn"),
    ("USB_DEVICE_FILTER_STRINGS", "UsbDeviceFilterStrings"),
    ("SESSION_SCRIPT_S3_LOCATION", "SessionScriptS3Location"),
    ("MAX_SESSIONS_PER_INSTANCE", "MaxSessionsPerInstance"),
    ("VOLUME_CONFIGURATION", "RootVolumeConfig"),
];

/// UpdateFleet. Members that are absent stay as they are; clearing needs AttributesToDelete.
pub(in super::super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    // The model does not require Name, although nothing can be done without it.
    let name = required(&call.input, "Name")?;
    let input = &call.input;
    let fleet = place(world, call)
        .fleets
        .get(&name)
        .ok_or_else(|| fault::not_found("fleet", &name))?
        .clone();
    let mut gone = texts(input, "AttributesToDelete").unwrap_or_default();
    if input["DeleteVpcConfig"] == true {
        gone.push("VPC_CONFIGURATION".to_owned());
    }
    let quirks = super::Quirks::of(world);
    allowed(
        &fleet,
        input,
        &gone,
        world.quirk("appstream.changing-fleet-is-in-use"),
        !world.quirk("appstream.sessions-need-a-stop"),
    )?;
    check::ranges(input)?;
    check::members(input, fleet.elastic())?;
    check::filters(input)?;
    check::scripts(input)?;
    let new_image = match (member(input, "ImageName"), member(input, "ImageArn")) {
        (None, None) => None,
        _ => Some(image::find(world, call, "allowFleet")?),
    };
    if let Some((image, _)) = &new_image
        && fleet.state == State::Running
        && image.platform != fleet.text("Platform")
    {
        // Assumption: appstream.image-platform-code. Another operating system needs a stopped fleet
        // (admin guide, update-fleets-new-image); the code for trying is not documented.
        return Err(fault::incompatible(
            "Stop the fleet to change its operating system.",
        ));
    }
    let mut fields = fleet.fields.as_object().cloned().unwrap_or_default();
    clear(&mut fields, input, &gone)?;
    let kept: Vec<&str> = SETTABLE
        .iter()
        .copied()
        .filter(|member| !matches!(*member, "ImageName" | "ImageArn" | "ComputeCapacity"))
        .collect();
    keep(input, &kept, &mut fields);
    idle(world, &mut fields);
    if let Some((image, arn)) = &new_image {
        name_image(&mut fields, image, arn);
    }
    let mut capacity = fleet.capacity.clone();
    if !fields.contains_key("MaxSessionsPerInstance") {
        capacity.per_instance = None;
    }
    set_capacity(&mut capacity, input);
    whole(world, call, &fleet, &fields, &new_image)?;
    image_builder::domain(world, call)?;
    if let Some(arn) = call.text("IamRoleArn") {
        role::check(world, call, arn)?;
    }
    if fleet.state == State::Running && member(input, "ComputeCapacity").is_some() {
        instances_allowed(
            world,
            (&call.caller.account, &call.region),
            &name,
            fleet.text("InstanceType"),
            capacity.instances(),
        )?;
        capacity.begin(call.now);
    }
    let place = place(world, call);
    if let Some(fleet) = place.fleets.get_mut(&name) {
        fleet.fields = Value::Object(fields);
        fleet.capacity = capacity;
    }
    Ok(answer("Fleet", super::described(place, &name, quirks)?))
}

/// Refuses what the fleet's state does not let change.
///
/// `sessions`: whether a RUNNING fleet whose instances are shared takes another number of sessions on an instance. The
/// operation's text does not name it among what can change; Terraform's acceptance test of such fleets changes it
/// without stopping (`TestAccAppStreamFleet_multiSession`, 780 s in terraform-provider-aws 41341: one start, no stop).
fn allowed(fleet: &Fleet, input: &Value, gone: &[String], in_use: bool, sessions: bool) -> Result<(), Fault> {
    let sessions = sessions && fleet.capacity.per_instance.is_some();
    let open = match fleet.state {
        State::Stopped => return Ok(()),
        State::Starting | State::Stopping => {
            // Quirk `appstream.changing-fleet-is-in-use`. That it is refused is documented (with STOPPED for STOPPING),
            // as what is not: both declared errors about states fit.
            let message = format!("The fleet {} is changing its state.", fleet.name);
            return Err(match in_use {
                true => fault::in_use(message),
                false => fault::not_permitted(message),
            });
        }
        State::Running if fleet.elastic() => RUNNING_ELASTIC,
        State::Running => RUNNING,
    };
    let cleared = DELETABLE
        .iter()
        .filter(|(attribute, _)| gone.iter().any(|it| it == attribute))
        .map(|(_, member)| *member);
    let set = SETTABLE
        .iter()
        .copied()
        .filter(|name| member(input, name).is_some());
    let open = |name: &&str| open.contains(name) || (sessions && *name == "MaxSessionsPerInstance");
    match set.chain(cleared).find(|name| !open(name)) {
        // Also when the value would stay the same (CloudFormation roadmap issue 1017: "when it is ACTIVE").
        Some(name) => Err(fault::in_use(format!(
            "Cannot update the attribute {name} for fleet {} when it is ACTIVE.",
            fleet.name
        ))),
        None => Ok(()),
    }
}

/// Removes what is to be deleted; setting and deleting one thing at once is refused.
fn clear(fields: &mut Map<String, Value>, input: &Value, gone: &[String]) -> Result<(), Fault> {
    for (attribute, name) in DELETABLE {
        if !gone.iter().any(|it| it == attribute) {
            continue;
        }
        if member(input, name).is_some() {
            return Err(fault::combination(format!(
                "{name} cannot be set and deleted at once."
            )));
        }
        if *attribute == "VPC_CONFIGURATION_SECURITY_GROUP_IDS" {
            if let Some(vpc) = fields.get_mut("VpcConfig").and_then(Value::as_object_mut) {
                vpc.remove("SecurityGroupIds");
            }
        } else {
            fields.remove(*name);
        }
    }
    Ok(())
}

/// Checks the fleet as it would be after the update.
fn whole(
    world: &World,
    call: &Call,
    fleet: &Fleet,
    fields: &Map<String, Value>,
    new_image: &Option<(image::Image, String)>,
) -> Result<(), Fault> {
    let mut after = fields.clone();
    let desired = match member(&call.input, "ComputeCapacity") {
        Some(capacity) => capacity.clone(),
        None if fleet.capacity.per_instance.is_some() => json!({ "DesiredSessions": fleet.capacity.desired }),
        None => json!({ "DesiredInstances": fleet.capacity.desired }),
    };
    if !fleet.elastic() {
        after.insert("ComputeCapacity".to_owned(), desired);
    }
    let image = match new_image {
        Some((image, _)) => Some(image.clone()),
        None => fleet
            .image_arn()
            .and_then(|arn| image::by_arn(world, &call.caller.account, &call.region, arn)),
    };
    check::whole(&Value::Object(after), fleet.elastic(), image.as_ref())
}
