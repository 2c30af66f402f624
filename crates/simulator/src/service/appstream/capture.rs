//! What `image-assistant.exe` does on a builder: it registers applications and captures the image.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::account::Place;
use super::fault;
use super::image::{Image, admit};
use super::image_builder::{Builder, SNAPSHOTTING};
use super::input::{member, required, tags, texts};
use super::public_image::LATEST_AGENT;
use crate::clock::Moment;
use crate::service::Fault;

/// A captured image is not listed at once.
///
/// Assumption: appstream.captured-image-listed. Clients loop on an empty answer; no source says for how long.
const UNLISTED: Duration = Duration::from_secs(30);

/// What Image Assistant says when it refuses.
pub(super) fn refused(message: impl Into<String>) -> Fault {
    Fault::new("ImageAssistantError", message).with_status(400)
}

/// The builder's applications without those `removed` and with those of the input added, by Image Assistant's rules.
pub(super) fn applications(builder: &Builder, input: &Value) -> Result<Vec<Value>, Fault> {
    let mut all = builder.applications.clone();
    let removed = texts(input, "removed").unwrap_or_default();
    all.retain(|it| !removed.iter().any(|name| it["Name"] == name.as_str()));
    for given in member(input, "applications")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let name = required(given, "name").map_err(|_| refused("--name is required"))?;
        let path =
            required(given, "absolute_app_path").map_err(|_| refused("--absolute-app-path is required"))?;
        if name.chars().count() > 256 || name.contains(char::is_whitespace) {
            return Err(refused(format!("The application name {name:?} is not valid.")));
        }
        if all.iter().any(|it| it["Name"] == name.as_str()) {
            return Err(refused(format!("An application {name} already exists.")));
        }
        check_path(builder, &path)?;
        let parameters = member(given, "launch_parameters")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if parameters.chars().count() > 1024 {
            return Err(refused("The launch parameters are too long."));
        }
        let display = member(given, "display_name")
            .and_then(Value::as_str)
            .unwrap_or(&name);
        all.push(json!({
            "Name": name, "DisplayName": display, "Enabled": true,
            "LaunchPath": path, "LaunchParameters": parameters,
            "IconURL": format!("https://appstream2-app-icons.example.com/{name}.png"),
            // A null where AWS's model promises text: what the real service answers
            // (aws-sdk-go-v2 issue 3501, terraform-provider-aws issue 49850).
            "Metadata": { "WORKING_DIRECTORY": member(given, "working_directory") },
        }));
    }
    if all.len() > 50 {
        return Err(refused("An image holds at most 50 applications."));
    }
    Ok(all)
}

/// On Windows an absolute path to an .exe or .bat file; on Linux any absolute path.
fn check_path(builder: &Builder, path: &str) -> Result<(), Fault> {
    let windows = builder.image.platform.starts_with("WINDOWS");
    let lower = path.to_ascii_lowercase();
    let drive = path.as_bytes();
    let absolute = drive.len() > 3 && drive[0].is_ascii_alphabetic() && drive[1] == b':' && drive[2] == b'\\';
    let fits = if windows {
        absolute && (lower.ends_with(".exe") || lower.ends_with(".bat"))
    } else {
        path.starts_with('/')
    };
    if fits {
        Ok(())
    } else {
        Err(refused(format!("The path {path:?} is not an application.")))
    }
}

/// `image-assistant create-image` of a builder that runs: its success means that the workflow started.
pub(super) fn capture(
    place: &mut Place,
    quota: u64,
    name: &str,
    input: &Value,
    now: Moment,
) -> Result<Value, Fault> {
    let Some(source) = place.builders.get(name) else {
        return Err(fault::not_found("image builder", name));
    };
    let image_name = required(input, "name").map_err(|_| refused("--name is required"))?;
    check_image_name(&image_name)?;
    let text = |member_name: &str| member(input, member_name).and_then(Value::as_str);
    if text("description").is_some_and(|text| text.chars().count() > 256) {
        return Err(refused("--description is too long"));
    }
    if text("display_name").is_some_and(|text| text.chars().count() > 100) {
        return Err(refused("--display-name is too long"));
    }
    let tags = tags(input, "tags");
    if tags.len() > 50 || tags.keys().any(|key| key.is_empty() || key.starts_with("aws:")) {
        return Err(refused("--tags are not valid"));
    }
    let applications = applications(source, input)?;
    if applications.is_empty() {
        return Err(refused("Add at least one application."));
    }
    admit(quota, place, &image_name).map_err(|fault| match fault.code.as_str() {
        "ResourceAlreadyExistsException" => refused("An image with the given name already exists."),
        _ => refused(fault.message),
    })?;
    let arn = place.arn("image", &image_name);
    if input["dry_run"] == true {
        return Ok(json!({ "status": 0, "message": "Success", "dry_run": true }));
    }
    let image = captured(source, &image_name, input, applications.clone(), now);
    if let Some(source) = place.builders.get_mut(name) {
        source.applications = applications;
        "SNAPSHOTTING".clone_into(&mut source.state);
        source.due = Some(now.after(SNAPSHOTTING));
    }
    place.images.insert(image_name, Image { tags, ..image });
    Ok(json!({ "status": 0, "message": "Success", "image_arn": arn }))
}

/// The image that a builder becomes.
fn captured(source: &Builder, name: &str, input: &Value, applications: Vec<Value>, now: Moment) -> Image {
    let mut image = source.image.clone();
    name.clone_into(&mut image.name);
    "PENDING".clone_into(&mut image.state);
    image.created = now;
    image.visible_from = now.after(UNLISTED);
    image.due = Some(now.after(SNAPSHOTTING));
    image.volume = source.volume();
    image.retired = false;
    image.permissions.clear();
    image.errors.clear();
    image.applications = applications;
    // By default the agent of the builder is pinned (create-image, --no-use-latest-agent-version).
    let latest = input["use_latest_agent_version"] == true;
    image.agent = if latest {
        LATEST_AGENT.to_owned()
    } else {
        source.agent.clone()
    };
    let mut fields = Map::new();
    fields.insert("ImageBuilderName".to_owned(), json!(source.name));
    fields.insert("BaseImageArn".to_owned(), json!(source.image_arn));
    fields.insert(
        "DynamicAppProvidersEnabled".to_owned(),
        json!(if input["enable_dynamic_app_catalog"] == true {
            "ENABLED"
        } else {
            "DISABLED"
        }),
    );
    for (from, to) in [("description", "Description"), ("display_name", "DisplayName")] {
        if let Some(text) = member(input, from) {
            fields.insert(to.to_owned(), text.clone());
        }
    }
    image.fields = fields;
    image
}

/// Image Assistant's rules: at most 100 characters, and not AWS's own prefixes.
fn check_image_name(name: &str) -> Result<(), Fault> {
    let lower = name.to_ascii_lowercase();
    let reserved = ["aws", "appstream", "amazon"]
        .iter()
        .any(|prefix| lower.starts_with(prefix));
    let plain = name
        .chars()
        .all(|it| it.is_ascii_alphanumeric() || "_.-".contains(it));
    let begins = name.starts_with(|it: char| it.is_ascii_alphanumeric());
    if !plain || !begins || reserved || name.len() > 100 {
        return Err(refused(format!("The image name {name:?} is not valid.")));
    }
    Ok(())
}
