//! Scalable targets: a fleet, and how far its capacity may go.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Answer, Call, DIMENSION, Fault, PAGER, PRINCIPAL, asks_for, filters, invalid, place, unregistered,
};
use super::{tag, tracking};
use crate::clock::Moment;
use crate::service::ask::{Fleets, Identities};
use crate::world::World;
pub(super) use crate::world::auto_scaling::{Suspended, Target};

/// How long a new target may be unknown (see [`super::registered`]).
const UNSETTLED: Duration = Duration::from_secs(2);

/// Scalable targets of one namespace that an account may have in a region (the user guide's quotas).
const MOST: u64 = 500;

impl Target {
    /// The fleet's name.
    pub(super) fn fleet(&self) -> &str {
        self.resource.strip_prefix("fleet/").unwrap_or_default()
    }

    /// The service-linked role under which it is scaled.
    pub(super) fn role(&self) -> &str {
        &self.role
    }

    /// When everybody knows the target.
    pub(super) fn settled(&self) -> Moment {
        self.created.after(UNSETTLED)
    }

    fn view(&self) -> Value {
        json!({
            "ServiceNamespace": "appstream", "ResourceId": self.resource, "ScalableDimension": DIMENSION,
            "MinCapacity": self.min, "MaxCapacity": self.max, "RoleARN": self.role,
            "CreationTime": self.created.epoch_seconds(), "ScalableTargetARN": self.arn,
            "SuspendedState": {
                "DynamicScalingInSuspended": self.suspended.scale_in,
                "DynamicScalingOutSuspended": self.suspended.scale_out,
                "ScheduledScalingSuspended": self.suspended.scheduled,
            },
        })
    }
}

/// A capacity that a call gives: at least zero, which fleets allow.
pub(super) fn capacity(input: &Value, member: &str) -> Result<Option<u64>, Fault> {
    match input.get(member).filter(|value| !value.is_null()) {
        None => Ok(None),
        Some(value) => value
            .as_u64()
            .map(Some)
            .ok_or_else(|| invalid(format!("{member} must be at least 0."))),
    }
}

/// Refuses a resource that is not an AppStream fleet with a capacity of its own.
fn scalable(world: &World, call: &Call) -> Result<(), Fault> {
    if call.text("ServiceNamespace") != Some("appstream") {
        let other = format!("{} targets", call.text("ServiceNamespace").unwrap_or_default());
        return Err(Fault::not_implemented("application-autoscaling", &other));
    }
    super::dimension(call)?;
    let resource = call.text("ResourceId").unwrap_or_default();
    let fleet = resource
        .strip_prefix("fleet/")
        .filter(|name| !name.is_empty() && !name.contains('/'))
        .ok_or_else(|| invalid(format!("{resource} is no fleet/NAME.")))?;
    match world.scaled(&call.caller.account, &call.region, fleet) {
        None => Err(invalid(format!("The fleet {fleet} does not exist."))),
        // Elastic fleets scale by themselves (admin guide, fleet-type).
        Some(scaled) if scaled.elastic => Err(invalid(format!("{fleet} is an Elastic fleet."))),
        Some(_) => Ok(()),
    }
}

/// RegisterScalableTarget: makes a target or changes one. An active fleet is put inside the bounds at once, also
/// when they do not change; one that is not active keeps its capacity.
pub(super) fn register(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    scalable(world, call)?;
    let known = world.auto_scaling.find(call).cloned();
    let before = known.as_ref();
    let bound = |member: &str, old: Option<u64>| {
        capacity(&call.input, member)?
            .or(old)
            .ok_or_else(|| invalid(format!("{member} is required for a new scalable target.")))
    };
    let min = bound("MinCapacity", before.map(|it| it.min))?;
    let max = bound("MaxCapacity", before.map(|it| it.max))?;
    if min > max {
        return Err(invalid("MaxCapacity must not be below MinCapacity."));
    }
    let mut suspended = before.map(|it| it.suspended).unwrap_or_default();
    let state = &call.input["SuspendedState"];
    for (member, flag) in [
        ("DynamicScalingInSuspended", &mut suspended.scale_in),
        ("DynamicScalingOutSuspended", &mut suspended.scale_out),
        ("ScheduledScalingSuspended", &mut suspended.scheduled),
    ] {
        *flag = state[member].as_bool().unwrap_or(*flag);
    }
    let role = role(world, call)?;
    let target = match known {
        Some(target) => Target {
            min,
            max,
            suspended,
            ..target
        },
        None => new(world, call, role, (min, max), suspended)?,
    };
    let (arn, resource) = (target.arn.clone(), target.resource.clone());
    world.auto_scaling.done.get_or_insert(call.now);
    world
        .auto_scaling
        .targets
        .entry(place(call))
        .or_default()
        .insert(resource.clone(), target);
    tracking::clamp(
        world,
        &place(call),
        &resource,
        call.now,
        "the bounds were set by a request",
    );
    Ok(Answer::of(json!({ "ScalableTargetARN": arn })))
}

/// The service-linked role, made with the first target. `RoleARN` is ignored for fleets.
fn role(world: &mut World, call: &Call) -> Result<String, Fault> {
    let arn = world
        .ensure_service_role(&call.caller.account, PRINCIPAL, None, call.now)
        .ok_or_else(|| invalid("There is no role for fleets."))?;
    // Quirk `auto-scaling.role-propagates`. A role that was just made may not work yet. Terraform's provider waits for it, and
    // knows it by these words (`registerScalableTarget`).
    if world.quirk("auto-scaling.role-propagates") && !world.role_usable(&arn, call.now) {
        return Err(invalid(format!("Unable to assume IAM role: {arn}")));
    }
    Ok(arn)
}

fn new(
    world: &mut World,
    call: &Call,
    role: String,
    (min, max): (u64, u64),
    suspended: Suspended,
) -> Result<Target, Fault> {
    let tags = tag::read(&call.input)?;
    let quota = world.quota("auto-scaling.targets", MOST);
    if world.auto_scaling.here(call).count() as u64 >= quota {
        let message = format!("You can have {quota} scalable targets.");
        return Err(Fault::new("LimitExceededException", message));
    }
    let id = world.hex(31);
    Ok(Target {
        account: call.caller.account.clone(),
        region: call.region.clone(),
        resource: call.text("ResourceId").unwrap_or_default().to_owned(),
        arn: format!(
            "arn:aws:application-autoscaling:{}:{}:scalable-target/0{id}",
            call.region, call.caller.account
        ),
        role,
        min,
        max,
        suspended,
        tags,
        created: call.now,
        policies: BTreeMap::new(),
        actions: BTreeMap::new(),
        activities: Vec::new(),
        watch: tracking::AlarmState::default(),
    })
}

/// Lets targets go whose fleets are gone, where this world does that.
pub(super) fn tick(world: &mut World) {
    if !world.quirk("auto-scaling.target-goes-with-fleet") {
        return;
    }
    let mut all = std::mem::take(&mut world.auto_scaling.targets);
    for targets in all.values_mut() {
        targets.retain(|_, target| {
            world
                .scaled(&target.account, &target.region, target.fleet())
                .is_some()
        });
    }
    world.auto_scaling.targets = all;
}

/// DescribeScalableTargets: what is missing is simply not listed.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    filters(call)?;
    let slow = world.quirk("auto-scaling.eventual");
    let list = world
        .auto_scaling
        .here(call)
        .filter(|_| call.text("ServiceNamespace") == Some("appstream"))
        .filter(|target| asks_for(call, "ResourceIds", &target.resource))
        .filter(|target| !slow || call.now >= target.settled())
        .map(Target::view)
        .collect();
    PAGER.page(world, call, "ScalableTargets", list)
}

/// DeregisterScalableTarget: policies and scheduled actions go with it, the fleet keeps its capacity.
pub(super) fn deregister(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    super::registered(world, call)?;
    let gone = world
        .auto_scaling
        .targets
        .get_mut(&place(call))
        .and_then(|targets| targets.remove(call.text("ResourceId")?));
    match gone {
        Some(_) => Ok(Answer::empty()),
        None => Err(unregistered(call)),
    }
}
