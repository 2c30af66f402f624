//! Image builders: machines that boot, are worked in by hand, and become images.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::account::Place;
use super::input::{keep, member, merge_agent_access, range, required, tags, texts};
use super::instance_type::{self, Family};
use super::network::{self, Subnets};
use super::page::PAGER;
use super::public_image::LATEST_AGENT;
use super::unset::Unset;
use super::{fault, image, page, place, role, visible_from};
use crate::clock::Moment;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::Builder;

// Assumption: appstream.builder-times. Only the time of a boot is reported (half of the 12 to 13 minutes of
// terraform-provider-aws PR 22077).
/// From creation or start to RUNNING.
const BOOTING: Duration = Duration::from_secs(8 * 60);
const UPDATING_AGENT: Duration = Duration::from_secs(3 * 60);
const STOPPING: Duration = Duration::from_secs(3 * 60);
/// A restart of Windows inside it.
pub(super) const REBOOTING: Duration = Duration::from_secs(3 * 60);
/// The further check that a new builder may go through (see [`tick`]).
const QUALIFYING: Duration = Duration::from_secs(60);
const DELETING: Duration = Duration::from_secs(60);
/// From capture to an AVAILABLE image: commonly 20 to 45 minutes.
pub(super) const SNAPSHOTTING: Duration = Duration::from_secs(25 * 60);

impl Builder {
    fn view(&self, arn: &str, unset: Unset) -> Value {
        let mut view = self.fields.clone();
        unset.fill(
            &mut view,
            &["AccessEndpoints"],
            &["VpcConfig", "DomainJoinInfo"],
            &[
                "Description",
                "DisplayName",
                "IamRoleArn",
                "DisableIMDSV1",
                "AgentAccessConfig",
            ],
        );
        let mut set = |name: &str, value: Value| {
            let _previous = view.insert(name.to_owned(), value);
        };
        set("Name", json!(self.name));
        set("Arn", json!(arn));
        set("ImageArn", json!(self.image_arn));
        set("Platform", json!(self.image.platform));
        set("State", json!(self.state));
        set("CreatedTime", json!(self.created.epoch_seconds()));
        set("AppstreamAgentVersion", json!(self.agent));
        set(
            "LatestAppstreamAgentVersion",
            json!(if self.agent == LATEST_AGENT {
                "TRUE"
            } else {
                "FALSE"
            }),
        );
        set("ImageBuilderErrors", json!(self.errors));
        if let Some(address) = self.address.as_ref().filter(|_| self.state == "RUNNING") {
            set("NetworkAccessConfiguration", address.clone());
        }
        if self.state == "FAILED" {
            set(
                "StateChangeReason",
                json!({ "Code": "INTERNAL_ERROR", "Message": "The instance could not be launched." }),
            );
        }
        Value::Object(view)
    }

    /// The size of its root volume in GB, which an image made from it needs at least.
    pub(super) fn volume(&self) -> u64 {
        self.fields
            .get("RootVolumeConfig")
            .and_then(|config| config["VolumeSizeInGb"].as_u64())
            .unwrap_or(self.image.volume)
    }

    /// The directory that it joins.
    pub(super) fn domain(&self) -> Option<&Value> {
        self.fields.get("DomainJoinInfo")
    }

    /// What keeps it from booting.
    fn blockers(&self, world: &World, account: &str) -> Vec<Value> {
        let mut found = Vec::new();
        if role::service_role_missing(world, account) {
            found.push((
                "IAM_SERVICE_ROLE_IS_MISSING",
                "The role AmazonAppStreamServiceAccess does not exist.",
            ));
        }
        let machine_role = self.fields.get("IamRoleArn").and_then(Value::as_str);
        if machine_role.is_some_and(|arn| role::gone(world, arn)) {
            found.push((
                "MACHINE_ROLE_IS_MISSING",
                "The image builder's role does not exist.",
            ));
        }
        found.extend(network::errors(self.fields.get("VpcConfig")));
        found
            .into_iter()
            .map(|(code, message)| self.error(code, message))
            .collect()
    }

    fn error(&self, code: &str, message: &str) -> Value {
        json!({ "ErrorCode": code, "ErrorMessage": message, "ErrorTimestamp": self.created.epoch_seconds() })
    }

    /// What comes after PENDING, and how long that lasts. RUNNING lasts until a call ends it.
    fn booted(&mut self) -> (&'static str, Option<Duration>) {
        if std::mem::take(&mut self.agent_outdated) {
            ("UPDATING_AGENT", Some(UPDATING_AGENT))
        } else {
            ("RUNNING", None)
        }
    }
}

/// CreateImageBuilder: starts at once; there is no way to make a stopped one.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let input = &call.input;
    let instance_type = required(input, "InstanceType")?;
    let (image, image_arn) = image::find(world, call, "allowImageBuilder")?;
    let family = instance_type::family(&instance_type)?;
    if !image.builder_supported {
        return Err(fault::incompatible(format!(
            "No image builder can start from {}.",
            image.name
        )));
    }
    if !runs_on(&image, family) {
        return Err(fault::incompatible(format!(
            "{} does not run on {instance_type}.",
            image.name
        )));
    }
    network::check(input, Subnets::One)?;
    network::check_endpoints(input)?;
    domain(world, call)?;
    let agent = image::agent(input)?;
    check_volume(input)?;
    not_below(input, image.volume)?;
    for software in ["SoftwaresToInstall", "SoftwaresToUninstall"] {
        if texts(input, software).is_some_and(|list| !list.is_empty()) {
            let what = format!("CreateImageBuilder with {software}");
            return Err(Fault::not_implemented("appstream", &what));
        }
    }
    let runs = agent.as_deref().unwrap_or(&image.agent);
    if input["DisableIMDSV1"] == true && image::agent_date(runs) < image::IMDS_AGENT {
        return Err(fault::incompatible("The agent needs IMDSv1."));
    }
    if let Some(arn) = call.text("IamRoleArn") {
        role::check(world, call, arn)?;
    }
    let quota = world.quota("appstream.image-builders", 10);
    let of_type = world.quota(
        &format!("appstream.builder-instances.{instance_type}"),
        instance_type::default_quota(&instance_type),
    );
    let unset = Unset::of(world);
    let visible_from = visible_from(world, call.now);
    let eni = world.hex(17);
    let place = place(world, call);
    if place.builders.contains_key(&name) {
        return Err(fault::exists("image builder", &name));
    }
    if place.builders.len() as u64 >= quota {
        return Err(fault::limit(format!("You can have {quota} image builders.")));
    }
    let like_it = |builder: &&Builder| builder.fields.get("InstanceType") == Some(&json!(instance_type));
    if place.builders.values().filter(like_it).count() as u64 >= of_type {
        return Err(fault::limit(format!(
            "You can have {of_type} image builders of {instance_type}."
        )));
    }
    let mut fields = Map::new();
    keep(
        input,
        &[
            "Description",
            "DisplayName",
            "VpcConfig",
            "InstanceType",
            "IamRoleArn",
            "DomainJoinInfo",
            "AccessEndpoints",
            "DisableIMDSV1",
            "RootVolumeConfig",
        ],
        &mut fields,
    );
    merge_agent_access(input, &mut fields, &call.region)?;
    let internet = member(input, "EnableDefaultInternetAccess")
        .cloned()
        .unwrap_or(Value::Bool(false));
    fields.insert("EnableDefaultInternetAccess".to_owned(), internet);
    fields
        .entry("RootVolumeConfig")
        .or_insert_with(|| json!({ "VolumeSizeInGb": image.volume }));
    let wanted = agent.unwrap_or_else(|| image.agent.clone());
    let host = place.builders.len() + 10;
    let builder = Builder {
        name: name.clone(),
        state: "PENDING".to_owned(),
        due: Some(call.now.after(BOOTING)),
        created: call.now,
        visible_from,
        agent_outdated: wanted != image.agent,
        agent: wanted,
        image_arn,
        image,
        fields,
        address: Some(
            json!({ "EniPrivateIpAddress": format!("10.0.0.{host}"), "EniId": format!("eni-{eni}") }),
        ),
        errors: Vec::new(),
        tags: tags(input, "Tags"),
        applications: Vec::new(),
        files: std::collections::BTreeMap::new(),
    };
    let view = builder.view(&place.arn("image-builder", &name), unset);
    place.builders.insert(name, builder);
    Ok(super::answer("ImageBuilder", view))
}

/// Whether an image runs on a family: imported ones on theirs only, all others on those that they list.
pub(super) fn runs_on(image: &image::Image, family: Family) -> bool {
    match family {
        Family::Imported => image.imported,
        Family::Native(name) => !image.imported && image.families.iter().any(|listed| listed == name),
    }
}

/// Root volumes are 200 to 500 GB (CreateFleet, RootVolumeConfig).
pub(super) fn check_volume(input: &Value) -> Result<(), Fault> {
    match member(input, "RootVolumeConfig") {
        Some(config) => range(config, "VolumeSizeInGb", 200, 500, false),
        None => Ok(()),
    }
}

/// Volumes cannot be smaller than the image's (UpdateFleet, RootVolumeConfig).
pub(super) fn not_below(input: &Value, image: u64) -> Result<(), Fault> {
    let size = member(input, "RootVolumeConfig").and_then(|config| config["VolumeSizeInGb"].as_u64());
    match size {
        Some(size) if size < image => Err(fault::combination(format!("The image needs {image} GB."))),
        _ => Ok(()),
    }
}

/// A directory to join must have a configuration.
pub(super) fn domain(world: &World, call: &Call) -> Result<(), Fault> {
    let Some(join) = member(&call.input, "DomainJoinInfo") else {
        return Ok(());
    };
    let directory = required(join, "DirectoryName")?;
    match world.appstream.existing_place(&call.caller.account, &call.region) {
        Some(place) if place.directories.contains_key(&directory) => Ok(()),
        _ => Err(fault::not_found("directory config", &directory)),
    }
}

/// DescribeImageBuilders.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let names = texts(&call.input, "Names").filter(|names| !names.is_empty());
    let unset = Unset::of(world);
    let here = place(world, call);
    let seen = |name: &String| {
        here.builders
            .get(name)
            .is_some_and(|it| it.visible_from <= call.now)
    };
    let missing: Vec<String> = names
        .iter()
        .flatten()
        .filter(|name| !seen(name))
        .cloned()
        .collect();
    let views: Vec<Value> = here
        .builders
        .values()
        .filter(|it| {
            it.visible_from <= call.now && names.as_ref().is_none_or(|names| names.contains(&it.name))
        })
        .map(|it| it.view(&here.arn("image-builder", &it.name), unset))
        .collect();
    page::missing(world, call, "image builder", &missing)?;
    PAGER.page(world, call, "ImageBuilders", views)
}

fn get<'place>(place: &'place mut Place, name: &str) -> Result<&'place mut Builder, Fault> {
    place
        .builders
        .get_mut(name)
        .ok_or_else(|| fault::not_found("image builder", name))
}

fn change(
    world: &mut World,
    call: &Call,
    act: impl FnOnce(&mut Builder) -> Result<(), Fault>,
) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let unset = Unset::of(world);
    let place = place(world, call);
    let arn = place.arn("image-builder", &name);
    let builder = get(place, &name)?;
    act(builder)?;
    Ok(super::answer("ImageBuilder", builder.view(&arn, unset)))
}

/// StartImageBuilder. Its model has no OperationNotPermittedException: a wrong state is ResourceNotAvailable.
pub(super) fn start(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let agent = image::agent(&call.input)?;
    change(world, call, |builder| {
        if builder.state != "STOPPED" {
            return Err(fault::not_available(format!(
                "The image builder is {}.",
                builder.state
            )));
        }
        if let Some(agent) = agent {
            builder.agent_outdated = builder.agent != agent;
            builder.agent = agent;
        }
        "PENDING".clone_into(&mut builder.state);
        builder.due = Some(call.now.after(BOOTING));
        Ok(())
    })
}

/// StopImageBuilder.
pub(super) fn stop(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    change(world, call, |builder| {
        if builder.state != "RUNNING" {
            return Err(fault::not_permitted(format!(
                "The image builder is {}.",
                builder.state
            )));
        }
        "STOPPING".clone_into(&mut builder.state);
        builder.due = Some(call.now.after(STOPPING));
        Ok(())
    })
}

/// DeleteImageBuilder. The guide wants it stopped; Terraform's provider deletes running ones, and its acceptance tests
/// pass on AWS (`TestAccAppStreamImageBuilder_basic` ends with one in RUNNING): a quirk refuses it all the same.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let running_too = !world.quirk("appstream.running-builder-stays");
    change(world, call, |builder| {
        // Assumption: appstream.stalled-builder. One that can never boot could otherwise never be removed.
        let stalled = builder.state == "PENDING" && builder.due.is_none();
        let allowed = matches!(builder.state.as_str(), "STOPPED" | "FAILED")
            || (running_too && builder.state == "RUNNING")
            || stalled;
        if !allowed {
            return Err(fault::not_permitted(format!(
                "The image builder is {}.",
                builder.state
            )));
        }
        "DELETING".clone_into(&mut builder.state);
        builder.due = Some(call.now.after(DELETING));
        Ok(())
    })
}

/// UpdateImageBuilder: two texts and the agent's access, only while STOPPED.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    change(world, call, |builder| {
        if builder.state != "STOPPED" {
            return Err(fault::not_permitted(format!(
                "The image builder is {}.",
                builder.state
            )));
        }
        let gone = texts(&call.input, "AttributesToDelete").unwrap_or_default();
        if !gone.is_empty() && member(&call.input, "AgentAccessConfig").is_some() {
            return Err(fault::combination(
                "AgentAccessConfig cannot be set and deleted at once.",
            ));
        }
        if !gone.is_empty() {
            builder.fields.remove("AgentAccessConfig");
        }
        merge_agent_access(&call.input, &mut builder.fields, &call.region)?;
        keep(&call.input, &["Description", "DisplayName"], &mut builder.fields);
        Ok(())
    })
}

/// CreateImageBuilderStreamingURL: only into a RUNNING builder, for an hour unless told otherwise.
pub(super) fn streaming_url(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let builder = get(place(world, call), &name)?;
    if builder.state != "RUNNING" {
        return Err(fault::not_permitted(format!(
            "The image builder is {}.",
            builder.state
        )));
    }
    super::session::url(world, call, 3600)
}

/// How fault rules call it.
const SORT: &str = "appstream.image-builder";

/// Lets boots, stops, snapshots and deletions finish.
///
/// Quirk `appstream.blocked-builder-stays-pending`. What becomes of a builder that cannot boot, no source says: it ends FAILED, or
/// by quirk it stays PENDING with errors until the cause is gone, as fleets do. Whether one from an image of one's own
/// goes through PENDING_QUALIFICATION, which the model has and explains nowhere, another quirk decides (one from a
/// public image does not: Terraform's provider knows nothing between PENDING and RUNNING, and its acceptance tests
/// pass); as whether errors show up for a while in a boot that succeeds.
pub(super) fn tick(world: &mut World, place: &mut Place, now: Moment) {
    let stays = world.quirk("appstream.blocked-builder-stays-pending");
    let qualifies = world.quirk("appstream.builder-qualifies");
    let flickers = world.quirk("appstream.builder-errors-flicker");
    let account = place.account.clone();
    place.builders.retain(|_, builder| {
        if let Some(error) = world
            .resource_faults
            .holds(SORT, &builder.name, &builder.state, now)
        {
            builder.errors = error.errors();
            return true;
        }
        if builder.state == "PENDING" {
            let blockers = builder.blockers(world, &account);
            let blocked = !blockers.is_empty();
            if blocked && stays {
                (builder.due, builder.errors) = (None, blockers);
                return true;
            }
            let due = *builder.due.get_or_insert(now.after(BOOTING));
            builder.errors = match due.0.saturating_sub(now.0) {
                0 => blockers,
                120_000..360_000 if flickers && !blocked => {
                    vec![builder.error("INTERNAL_SERVICE_ERROR", "The instance could not be provisioned.")]
                }
                _ => Vec::new(),
            };
        }
        while let Some(due) = builder.due.filter(|due| *due <= now) {
            builder.due = None;
            if builder.state != "PENDING" {
                builder.errors.clear();
            }
            if builder.state == "PENDING"
                && let Some(error) = world.resource_faults.fails(SORT, &builder.name)
            {
                builder.errors = error.errors();
                "FAILED".clone_into(&mut builder.state);
                break;
            }
            let (next, lasts) = match builder.state.as_str() {
                "DELETING" => return false,
                "PENDING" if !builder.errors.is_empty() => ("FAILED", None),
                "PENDING" if qualifies && !builder.image_arn.contains("::image/") => {
                    ("PENDING_QUALIFICATION", Some(QUALIFYING))
                }
                "PENDING" | "PENDING_QUALIFICATION" => builder.booted(),
                "UPDATING_AGENT" | "REBOOTING" => ("RUNNING", None),
                _ => ("STOPPED", None),
            };
            builder.due = lasts.map(|lasts| due.after(lasts));
            next.clone_into(&mut builder.state);
        }
        true
    });
}
