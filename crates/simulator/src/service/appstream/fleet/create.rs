//! CreateFleet.

use serde_json::{Map, Value, json};

use super::super::capacity::Capacity;
use super::super::input::{keep, member, required, tags};
use super::super::{answer, fault, image, image_builder, place, role, visible_from};
use super::{Fleet, State, check};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// Members of the input that Describe answers as they are.
const KEPT: &[&str] = &[
    "InstanceType",
    "FleetType",
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

/// CreateFleet: the fleet is STOPPED, whatever one expects (terraform-provider-aws issue 42900).
pub(in super::super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let input = &call.input;
    // Assumption: appstream.default-fleet-type. ON_DEMAND is what clients report; the model names no default.
    let elastic = call.text("FleetType") == Some("ELASTIC");
    check::ranges(input)?;
    check::members(input, elastic)?;
    check::filters(input)?;
    check::scripts(input)?;
    let found = if elastic {
        None
    } else {
        Some(image::find(world, call, "allowFleet")?)
    };
    check::whole(input, elastic, found.as_ref().map(|(image, _)| image))?;
    image_builder::domain(world, call)?;
    if let Some(arn) = call.text("IamRoleArn") {
        role::check(world, call, arn)?;
    }
    let quota = world.quota("appstream.fleets", 10);
    let quirks = super::Quirks::of(world);
    let visible_from = visible_from(world, call.now);
    let mut fields = Map::new();
    keep(input, KEPT, &mut fields);
    for (member, default) in [
        ("FleetType", json!("ON_DEMAND")),
        ("StreamView", json!("APP")),
        ("EnableDefaultInternetAccess", json!(false)),
        // Assumption: appstream.timeout-defaults. The console's: 16 hours and 15 minutes.
        ("MaxUserDurationInSeconds", json!(57_600)),
        ("DisconnectTimeoutInSeconds", json!(900)),
        ("IdleDisconnectTimeoutInSeconds", json!(0)),
    ] {
        fields.entry(member).or_insert(default);
    }
    idle(world, &mut fields);
    if let Some((image, arn)) = &found {
        name_image(&mut fields, image, arn);
    }
    let place = place(world, call);
    if place.fleets.contains_key(&name) {
        return Err(fault::exists("fleet", &name));
    }
    if place.fleets.len() as u64 >= quota {
        return Err(fault::limit(format!("You can have {quota} fleets.")));
    }
    let mut capacity = Capacity::default();
    set_capacity(&mut capacity, input);
    let fleet = Fleet {
        name: name.clone(),
        state: State::Stopped,
        due: None,
        created: call.now,
        visible_from,
        fields: Value::Object(fields),
        capacity,
        errors: Vec::new(),
        tags: tags(input, "Tags"),
    };
    place.fleets.insert(name.clone(), fleet);
    Ok(answer("Fleet", super::described(place, &name, quirks)?))
}

/// What a fleet answers about its image.
pub(super) fn name_image(fields: &mut Map<String, Value>, image: &image::Image, arn: &str) {
    fields.insert("ImageName".to_owned(), json!(image.name));
    fields.insert("ImageArn".to_owned(), json!(arn));
    fields.insert("Platform".to_owned(), json!(image.platform));
}

/// Takes over the desired capacity of an input.
pub(super) fn set_capacity(capacity: &mut Capacity, input: &Value) {
    if let Some(desired) = member(input, "ComputeCapacity") {
        let number = member(desired, "DesiredInstances").or_else(|| member(desired, "DesiredSessions"));
        capacity.desired = number.and_then(Value::as_u64).unwrap_or_default();
    }
    if let Some(sessions) = member(input, "MaxSessionsPerInstance").and_then(Value::as_u64) {
        capacity.per_instance = Some(sessions);
    }
}

/// The idle timeout takes effect in whole minutes. Terraform's acceptance test reads 70 seconds back
/// (`TestAccAppStreamFleet_completeWithStop`); a quirk answers whole minutes, half ones rounded up, as field reports do.
pub(super) fn idle(world: &World, fields: &mut Map<String, Value>) {
    if !world.quirk("appstream.idle-timeout-rounded") {
        return;
    }
    if let Some(seconds) = fields
        .get("IdleDisconnectTimeoutInSeconds")
        .and_then(Value::as_u64)
    {
        let rounded = (seconds + 30) / 60 * 60;
        fields.insert("IdleDisconnectTimeoutInSeconds".to_owned(), json!(rounded));
    }
}
