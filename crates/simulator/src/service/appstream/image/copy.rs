//! Images made from something that already exists: copies, managed updates, imports.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::input::{keep, member, required, tags};
use super::super::public_image::LATEST_AGENT;
use super::super::{fault, instance_type, place, role};
use super::{Image, admit};
use crate::service::{Answer, Call, Fault};
use crate::world::World;

// Assumption: appstream.image-times. Only the time of an import is documented.
const COPYING: Duration = Duration::from_secs(15 * 60);
const UPDATING: Duration = Duration::from_secs(30 * 60);
/// An import takes 30 to 60 minutes (admin guide, import-image).
const IMPORTING: Duration = Duration::from_secs(45 * 60);

/// The regions in which AppStream exists (botocore's endpoints, partition aws).
const REGIONS: &[&str] = &[
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-5",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-2",
];

/// CopyImage: within the account, to any region. Tags and permissions stay behind.
pub(in super::super) fn copy(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let source_name = required(&call.input, "SourceImageName")?;
    let name = required(&call.input, "DestinationImageName")?;
    let region = required(&call.input, "DestinationRegion")?;
    let (images, copies) = (
        world.quota("appstream.images", 10),
        world.quota("appstream.image-copies", 2),
    );
    let here = place(world, call);
    let source_arn = here.arn("image", &source_name);
    let source = here
        .images
        .get(&source_name)
        .ok_or_else(|| fault::not_found("image", &source_name))?
        .clone();
    source.usable()?;
    if !REGIONS.contains(&region.as_str()) {
        return Err(fault::not_available(format!(
            "There is no AppStream in {region}."
        )));
    }
    let there = world.appstream.place(&call.caller.account, &region);
    admit(images, there, &name)?;
    if there
        .images
        .values()
        .filter(|image| image.state == "COPYING")
        .count() as u64
        >= copies
    {
        return Err(fault::limit(format!(
            "{copies} images are being copied to {region}."
        )));
    }
    let mut image = source;
    image.name.clone_from(&name);
    "COPYING".clone_into(&mut image.state);
    image.created = call.now;
    image.visible_from = call.now;
    image.due = Some(call.now.after(COPYING));
    image.tags.clear();
    image.permissions.clear();
    image.errors.clear();
    // The model says so: null if the image is shared, copied or updated (Image, ImageBuilderName).
    image.fields.remove("ImageBuilderName");
    image.fields.insert("BaseImageArn".to_owned(), json!(source_arn));
    if let Some(description) = member(&call.input, "DestinationImageDescription") {
        image.fields.insert("Description".to_owned(), description.clone());
    }
    there.images.insert(name.clone(), image);
    Ok(super::super::answer("DestinationImageName", json!(name)))
}

/// CreateUpdatedImage: a managed update of an own image. Its dry run answers 200 with `canUpdateImage`.
pub(in super::super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let old_name = required(&call.input, "existingImageName")?;
    let name = required(&call.input, "newImageName")?;
    let (images, updates) = (
        world.quota("appstream.images", 10),
        world.quota("appstream.image-updates", 5),
    );
    let place = place(world, call);
    let old = place
        .images
        .get(&old_name)
        .ok_or_else(|| fault::not_found("image", &old_name))?
        .clone();
    if old.state != "AVAILABLE" {
        return Err(fault::not_permitted(format!(
            "The image {old_name} is {}.",
            old.state
        )));
    }
    if old.imported {
        return Err(fault::incompatible("Imported images cannot be updated."));
    }
    admit(images, place, &name)?;
    // Assumption: appstream.nothing-to-update.
    let can_update = old.agent != LATEST_AGENT;
    if member(&call.input, "dryRun") == Some(&Value::Bool(true)) {
        return Ok(super::super::answer("canUpdateImage", json!(can_update)));
    }
    if !can_update {
        return Err(fault::incompatible(format!(
            "The image {old_name} is up to date."
        )));
    }
    let running = place
        .images
        .values()
        .filter(|image| image.state == "CREATING")
        .count() as u64;
    if running >= updates {
        return Err(fault::limit(format!("{updates} images are being updated.")));
    }
    let mut image = old;
    image.name.clone_from(&name);
    "CREATING".clone_into(&mut image.state);
    LATEST_AGENT.clone_into(&mut image.agent);
    image.created = call.now;
    image.visible_from = call.now;
    image.due = Some(call.now.after(UPDATING));
    image.permissions.clear();
    image.tags = tags(&call.input, "newImageTags");
    image.fields.remove("ImageBuilderName");
    image
        .fields
        .insert("BaseImageArn".to_owned(), json!(place.arn("image", &old_name)));
    for (from, to) in [
        ("newImageDescription", "Description"),
        ("newImageDisplayName", "DisplayName"),
    ] {
        if let Some(text) = member(&call.input, from) {
            image.fields.insert(to.to_owned(), text.clone());
        }
    }
    let view = image.view(&place.arn("image", &name), "PRIVATE");
    place.images.insert(name, image);
    Ok(Answer::of(json!({ "image": view, "canUpdateImage": true })))
}

/// CreateImportedImage: from an AMI or a WorkSpaces image. The success of a dry run is an exception (HTTP 412).
pub(in super::super) fn import(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let name = required(&call.input, "Name")?;
    let ami = call.text("SourceAmiId");
    if ami.is_some() == call.text("WorkspaceImageId").is_some() {
        return Err(fault::combination(
            "Specify exactly one of SourceAmiId and WorkspaceImageId.",
        ));
    }
    match (ami, call.text("IamRoleArn")) {
        (Some(_), Some(arn)) => role::check(world, call, arn)?,
        (Some(_), None) => return Err(fault::combination("An AMI is imported with an IamRoleArn.")),
        (None, Some(_)) => return Err(fault::combination("A WorkSpaces image takes no IamRoleArn.")),
        (None, None) => {}
    }
    if let Some(intended) = member(&call.input, "RuntimeValidationConfig")
        .and_then(|config| config.get("IntendedInstanceType"))
        .and_then(Value::as_str)
    {
        let imported = instance_type::family(intended)? == instance_type::Family::Imported;
        if imported != ami.is_some() {
            return Err(fault::incompatible(format!(
                "The image cannot run on {intended}."
            )));
        }
    }
    if ami.is_some_and(|id| id.ends_with("bad")) {
        // What cannot be imported (encrypted, no UEFI, another owner's) is refused at once, as a dry run would
        // (admin guide, import-image): here every AMI is good whose id does not say otherwise.
        return Err(fault::incompatible("The AMI does not meet the prerequisites."));
    }
    let quota = world.quota("appstream.images", 10);
    let place = place(world, call);
    admit(quota, place, &name)?;
    if member(&call.input, "DryRun") == Some(&Value::Bool(true)) {
        return Err(Fault::new(
            "DryRunOperationException",
            "The image can be imported.",
        ));
    }
    let mut image = Image::new(&name, "IMPORTING", call.now);
    image.validates = member(&call.input, "RuntimeValidationConfig").is_some();
    image.due = Some(call.now.after(IMPORTING));
    // Assumption: appstream.imported-platform. The platform of an AMI is not in the call; the API text names 2022.
    "WINDOWS_SERVER_2022".clone_into(&mut image.platform);
    LATEST_AGENT.clone_into(&mut image.agent);
    image.imported = ami.is_some();
    if !image.imported {
        image.families = vec!["General Purpose".to_owned()];
    }
    image.builder_supported = !image.imported;
    image.tags = tags(&call.input, "Tags");
    keep(&call.input, &["Description", "DisplayName"], &mut image.fields);
    image.applications = member(&call.input, "AppCatalogConfig")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(application)
        .collect();
    let view = image.view(&place.arn("image", &name), "PRIVATE");
    place.images.insert(name, image);
    Ok(super::super::answer("Image", view))
}

fn application(config: &Value) -> Value {
    json!({
        "Name": config["Name"], "Enabled": true, "LaunchPath": config["AbsoluteAppPath"],
        "DisplayName": member(config, "DisplayName").unwrap_or(&config["Name"]),
        "LaunchParameters": member(config, "LaunchParameters").cloned().unwrap_or_else(|| json!("")),
        "Metadata": { "WORKING_DIRECTORY": config.get("WorkingDirectory") },
    })
}
