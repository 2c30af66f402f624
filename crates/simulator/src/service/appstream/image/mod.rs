//! Images: public ones, captured ones, shared ones. There is no UpdateImage and no CreateImage.

pub(super) mod copy;
pub(super) mod permission;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::account::{Place, Tags};
use super::input::{member, required, texts};
use super::page::PAGER;
use super::public_image::LATEST_AGENT;
use super::{fault, page, place};
use crate::clock::Moment;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::Image;

// Assumption: appstream.image-times. The admin guide gives a range for an import only.
/// How long a deleted image stays DELETING.
const DELETING: Duration = Duration::from_secs(30);

/// How long an imported image is tried out.
const VALIDATING: Duration = Duration::from_secs(15 * 60);

/// The first release of the agent that can do without IMDSv1 (CreateFleet, DisableIMDSV1).
pub(super) const IMDS_AGENT: (u32, u32, u32) = (2024, 1, 16);

/// The size of an image's volume unless its builder had a larger one, in GB (RootVolumeConfig).
const VOLUME: u64 = 200;

impl Image {
    /// An image without contents.
    pub(super) fn new(name: &str, state: &str, created: Moment) -> Image {
        Image {
            name: name.to_owned(),
            state: state.to_owned(),
            created,
            due: None,
            visible_from: created,
            platform: String::new(),
            agent: String::new(),
            families: Vec::new(),
            builder_supported: true,
            released: None,
            retired: false,
            imported: false,
            validates: false,
            volume: VOLUME,
            applications: Vec::new(),
            fields: Map::new(),
            tags: Tags::new(),
            errors: Vec::new(),
            permissions: BTreeMap::new(),
        }
    }

    /// The output structure. Tags are never part of it.
    pub(super) fn view(&self, arn: &str, visibility: &str) -> Value {
        let mut view = self.fields.clone();
        let mut set = |name: &str, value: Value| {
            let _previous = view.insert(name.to_owned(), value);
        };
        set("Name", json!(self.name));
        set("Arn", json!(arn));
        set("State", json!(self.state));
        set("Visibility", json!(visibility));
        set("Platform", json!(self.platform));
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
        set("ImageBuilderSupported", json!(self.builder_supported));
        set("SupportedInstanceFamilies", json!(self.families));
        set(
            "ImageType",
            json!(if self.imported { "CUSTOM" } else { "NATIVE" }),
        );
        set("Applications", json!(self.applications));
        set("ImageErrors", json!(self.errors));
        if let Some(released) = self.released {
            set("PublicBaseImageReleasedDate", json!(released.epoch_seconds()));
        }
        if visibility == "PRIVATE" {
            set(
                "ImageSharedWithOthers",
                json!(if self.permissions.is_empty() {
                    "FALSE"
                } else {
                    "TRUE"
                }),
            );
        }
        Value::Object(view)
    }

    /// AWS fails to make it.
    pub(super) fn fail(&mut self, code: &str, message: &str, now: Moment) {
        "FAILED".clone_into(&mut self.state);
        self.due = None;
        let reason = json!({ "Code": code, "Message": message });
        self.fields.insert("StateChangeReason".to_owned(), reason);
        // Assumption: appstream.failed-image-code. The model does not say which of the fleets' codes it reports.
        self.errors = vec![json!({
            "ErrorCode": "INTERNAL_SERVICE_ERROR",
            "ErrorMessage": message,
            "ErrorTimestamp": now.epoch_seconds(),
        })];
    }

    /// Refuses an image that nothing can be made from right now.
    pub(super) fn usable(&self) -> Result<(), Fault> {
        if self.state == "AVAILABLE" && !self.retired {
            Ok(())
        } else {
            Err(fault::not_available(format!(
                "The image {} is not available.",
                self.name
            )))
        }
    }
}

/// The ARN of a public image: its account is empty.
pub(super) fn public_arn(region: &str, name: &str) -> String {
    format!("arn:aws:appstream:{region}::image/{name}")
}

/// The image that `ImageName` or `ImageArn` means, with its ARN. Shared images answer to their ARN only
/// (terraform-provider-aws issue 25875); an ARN of another region means nothing here.
pub(super) fn find(world: &World, call: &Call, purpose: &str) -> Result<(Image, String), Fault> {
    let by_name = call.text("ImageName");
    let by_arn = call.text("ImageArn");
    let (account, region) = (call.caller.account.as_str(), call.region.as_str());
    let found = match (by_name, by_arn) {
        (Some(name), None) => everything(world, account, region)
            .into_iter()
            .find(|(image, _, visibility)| image.name == name && *visibility != "SHARED"),
        (None, Some(arn)) => everything(world, account, region)
            .into_iter()
            .find(|(_, candidate, _)| candidate == arn),
        _ => {
            return Err(fault::combination(
                "Specify exactly one of ImageName and ImageArn.",
            ));
        }
    };
    let (image, arn, visibility) =
        found.ok_or_else(|| fault::not_found("image", by_name.or(by_arn).unwrap_or_default()))?;
    if visibility == "SHARED" && !allows(image, account, purpose) {
        return Err(fault::not_found("image", &arn));
    }
    image.usable()?;
    Ok((image.clone(), arn))
}

/// The image of this ARN as this account sees it, whatever its state.
pub(super) fn by_arn(world: &World, account: &str, region: &str, arn: &str) -> Option<Image> {
    everything(world, account, region)
        .into_iter()
        .find(|(_, candidate, _)| candidate == arn)
        .map(|(image, ..)| image.clone())
}

/// The images that starting fleets need and that their accounts can no longer use, by `account/region`: a public one
/// that was withdrawn, or one that is not shared any more. Own images cannot go while a fleet uses them.
pub(super) fn lost(world: &World) -> BTreeMap<String, Vec<String>> {
    let mut lost: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, place) in &world.appstream.places {
        for fleet in place.fleets.values().filter(|fleet| fleet.starting()) {
            let Some(arn) = fleet.image_arn() else {
                continue;
            };
            let usable = everything(world, &place.account, &place.region).into_iter().any(
                |(image, candidate, visibility)| {
                    candidate == arn
                        && (visibility != "SHARED" || allows(image, &place.account, "allowFleet"))
                },
            );
            if !usable {
                lost.entry(key.clone()).or_default().push(arn.to_owned());
            }
        }
    }
    lost
}

/// Whether the image's owner lets this account use it for fleets or builders (`purpose`).
fn allows(image: &Image, account: &str, purpose: &str) -> bool {
    image
        .permissions
        .get(account)
        .and_then(|permission| permission.get(purpose))
        == Some(&Value::Bool(true))
}

/// Every image that this account can see in this region, with its ARN and visibility.
fn everything<'world>(
    world: &'world World,
    account: &str,
    region: &str,
) -> Vec<(&'world Image, String, &'static str)> {
    let store = &world.appstream;
    let mut all: Vec<_> = store
        .public_images
        .iter()
        .map(|image| (image, public_arn(region, &image.name), "PUBLIC"))
        .collect();
    for other in store.places.values().filter(|other| other.region == region) {
        for image in other.images.values() {
            let arn = other.arn("image", &image.name);
            if other.account == account {
                all.push((image, arn, "PRIVATE"));
            } else if image.permissions.contains_key(account) {
                all.push((image, arn, "SHARED"));
            }
        }
    }
    all
}

/// DescribeImages.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let names = texts(&call.input, "Names").filter(|list| !list.is_empty());
    let arns = texts(&call.input, "Arns").filter(|list| !list.is_empty());
    if names.is_some() && arns.is_some() {
        return Err(fault::combination("Specify Names or Arns, not both."));
    }
    let visible: Vec<_> = everything(world, &call.caller.account, &call.region)
        .into_iter()
        .filter(|(image, ..)| image.visible_from <= call.now)
        .collect();
    let known = |wanted: &str| {
        visible.iter().any(|(image, arn, visibility)| {
            (names.is_some() && image.name == wanted && *visibility != "SHARED")
                || (arns.is_some() && arn == wanted)
        })
    };
    let asked = names.clone().or_else(|| arns.clone());
    let missing: Vec<String> = asked
        .iter()
        .flatten()
        .filter(|wanted| !known(wanted))
        .cloned()
        .collect();
    page::missing(world, call, "image", &missing)?;
    let shown = visible
        .iter()
        .filter(|(image, arn, visibility)| {
            names
                .as_ref()
                .is_none_or(|list| *visibility != "SHARED" && list.contains(&image.name))
                && arns.as_ref().is_none_or(|list| list.contains(arn))
                && call.text("Type").is_none_or(|kind| kind == *visibility)
        })
        .map(|(image, arn, visibility)| {
            let mut view = image.view(arn, visibility);
            // What its owner lets the caller do with it.
            if let Some(permissions) = image.permissions.get(&call.caller.account)
                && *visibility == "SHARED"
            {
                view["ImagePermissions"] = permissions.clone();
            }
            view
        })
        .collect();
    PAGER.by(25).page(world, call, "Images", shown)
}

/// DeleteImage: not while a fleet (by quirk also a builder) uses it, and not while it is shared.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let builders_too = world.quirk("appstream.image-in-use-by-builder");
    let place = place(world, call);
    let arn = place.arn("image", &name);
    let image = place
        .images
        .get(&name)
        .ok_or_else(|| fault::not_found("image", &name))?;
    if !image.permissions.is_empty() {
        return Err(fault::in_use(format!(
            "The image {name} is shared with other accounts."
        )));
    }
    let fleet = place
        .fleets
        .values()
        .find(|fleet| fleet.image_arn() == Some(arn.as_str()));
    if let Some(fleet) = fleet {
        return Err(fault::in_use(format!(
            "The image {name} is used by the fleet {}.",
            fleet.name
        )));
    }
    // "You cannot delete an image when it is in use", says the model; that fleets use it is documented (admin guide,
    // administer-images), whether builders that once started from it do is not.
    let builder = place.builders.values().find(|builder| builder.image_arn == arn);
    if let Some(builder) = builder.filter(|_| builders_too) {
        return Err(fault::in_use(format!(
            "The image {name} is used by the image builder {}.",
            builder.name
        )));
    }
    if !matches!(image.state.as_str(), "AVAILABLE" | "FAILED") {
        return Err(fault::not_permitted(format!(
            "The image {name} is {}.",
            image.state
        )));
    }
    let view = {
        let image = place
            .images
            .get_mut(&name)
            .ok_or_else(|| fault::not_found("image", &name))?;
        "DELETING".clone_into(&mut image.state);
        image.due = Some(call.now.after(DELETING));
        image.view(&arn, "PRIVATE")
    };
    Ok(super::answer("Image", view))
}

/// Lets snapshots, copies, imports and deletions finish.
pub(super) fn tick(world: &mut World, place: &mut Place, now: Moment) {
    place.images.retain(|_, image| {
        let held = world
            .resource_faults
            .holds("appstream.image", &image.name, &image.state, now)
            .is_some();
        let due = !held && image.due.is_some_and(|due| due <= now);
        if due {
            image.due = None;
        }
        if due && image.state == "DELETING" {
            return false;
        }
        let ready = due && !(image.state == "IMPORTING" && image.validates);
        if due && !ready {
            "VALIDATING".clone_into(&mut image.state);
            image.due = Some(now.after(VALIDATING));
        } else if ready
            && image.state != "FAILED"
            && let Some(error) = world.resource_faults.fails("appstream.image", &image.name)
        {
            let code = error.code.as_deref().unwrap_or("INTERNAL_ERROR");
            image.fail(code, &error.message, now);
        } else if ready && image.state != "FAILED" {
            "AVAILABLE".clone_into(&mut image.state);
        }
        true
    });
}

/// Refuses one image more than the quota, and a name that is taken (also by a FAILED image).
pub(super) fn admit(quota: u64, place: &Place, name: &str) -> Result<(), Fault> {
    if place.images.contains_key(name) {
        return Err(fault::exists("image", name));
    }
    if place.images.len() as u64 >= quota {
        return Err(fault::limit(format!("You can have {quota} images.")));
    }
    Ok(())
}

/// The agent version that a member names: `LATEST` or a dated one.
pub(super) fn agent(input: &Value) -> Result<Option<String>, Fault> {
    match member(input, "AppstreamAgentVersion").and_then(Value::as_str) {
        None => Ok(None),
        Some("LATEST") => Ok(Some(LATEST_AGENT.to_owned())),
        Some(dated) if super::public_image::AGENTS.contains(&dated) => Ok(Some(dated.to_owned())),
        Some(unknown) => Err(fault::combination(format!(
            "There is no agent version {unknown}."
        ))),
    }
}

/// An agent version (month-day-year) as something that can be compared.
pub(super) fn agent_date(version: &str) -> (u32, u32, u32) {
    let mut parts = version.split('-').map(|part| part.parse().unwrap_or_default());
    let month = parts.next().unwrap_or_default();
    let day = parts.next().unwrap_or_default();
    (parts.next().unwrap_or_default(), month, day)
}
