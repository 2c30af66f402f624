//! What a person does where AppStream has no API: Image Assistant inside a builder, and streaming as an agent.
//!
//! Actions, by path under the service's console:
//! - `[BUILDER, "applications"]`: `image-assistant remove-application` for each name of `removed`, then
//!   `add-application` for each of `applications`. They stay in the builder, also after a capture.
//! - `[BUILDER, "capture"]`: removes `removed`, adds `applications` (`name`, `absolute_app_path`, `display_name`, `working_directory`,
//!   `launch_parameters`), then `image-assistant create-image` with `name`, `description`, `display_name`,
//!   `tags` (a map) and the flags `dry_run`, `use_latest_agent_version`, `enable_dynamic_app_catalog`.
//! - `[BUILDER, "reboot"]`: restarts Windows, as some installers ask for.
//! - `["sessions", "open"]`: a user begins to stream. `["sessions", "close"]`: ends it.
//! - `["users", NAME, "sign-in"]`: a user of the pool signs in, at first with the temporary password of the mail.
//! - `["images", NAME, "fail"]`: AWS fails to make an image that is being made.
//! - `["images", NAME, "retire"]`: AWS withdraws a public image.
//! - `["images", NAME, "publish"]`: AWS publishes one, with the members of a described image as far as they are given.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::account::Place;
use super::image::{Image, admit};
use super::image_builder::{Builder, REBOOTING, SNAPSHOTTING};
use super::input::{member, required, tags, texts};
use super::public_image::LATEST_AGENT;
use super::session::{self, Session};
use super::{AppStream, association, fault, user};
use crate::clock::Moment;
use crate::service::{Fault, Service};
use crate::world::World;

/// A captured image is not listed at once.
///
/// Assumption: appstream.captured-image-listed. Clients loop on an empty answer; no source says for how long.
const UNLISTED: Duration = Duration::from_secs(30);

/// Carries out what is done there. `path` says what, `input` how; `account` and `region` in it are only needed
/// where a name exists in several.
///
/// # Errors
/// `ImageAssistantError` for what the tool in the builder would refuse (its exit code is 1), AppStream's own
/// codes for the rest, `NotImplemented` (501) for an unknown path.
pub(crate) fn console(world: &mut World, path: &[&str], input: &Value, now: Moment) -> Result<Value, Fault> {
    AppStream.tick(world, now);
    match path {
        ["sessions", "open"] => open_session(world, input, now),
        ["sessions", "close"] => close_session(world, input, now),
        ["users", name, "sign-in"] => {
            let place = only(world, input, "user", |place| place.users.contains_key(*name))?;
            user::sign_in(place, name, now)
        }
        ["images", name, "fail"] => fail_image(world, name, input, now),
        ["images", name, "retire"] => retire_image(world, name),
        ["images", name, "publish"] => {
            world.appstream.publish(name, input, now);
            Ok(json!({}))
        }
        [builder, "applications"] => add_applications(world, builder, input),
        [builder, "capture"] => capture(world, builder, input, now),
        [builder, "reboot"] => reboot(world, builder, input, now),
        _ => Err(Fault::not_implemented("appstream console", &path.join("/"))),
    }
}

/// What Image Assistant says when it refuses.
fn refused(message: impl Into<String>) -> Fault {
    Fault::new("ImageAssistantError", message).with_status(400)
}

/// The one place that `here` is true for, narrowed by `account` and `region` where given.
fn only<'world>(
    world: &'world mut World,
    input: &Value,
    what: &str,
    here: impl Fn(&Place) -> bool,
) -> Result<&'world mut Place, Fault> {
    let given = |name: &str, actual: &str| {
        member(input, name)
            .and_then(Value::as_str)
            .is_none_or(|wanted| wanted == actual)
    };
    let mut found =
        world.appstream.places.values_mut().filter(|place| {
            given("account", &place.account) && given("region", &place.region) && here(place)
        });
    match (found.next(), found.next()) {
        (Some(place), None) => Ok(place),
        (None, _) => Err(fault::not_found(what, "in any account and region")),
        (Some(_), Some(_)) => Err(fault::combination(
            "Several places have that: give account and region.",
        )),
    }
}

fn builder<'world>(world: &'world mut World, name: &str, input: &Value) -> Result<&'world mut Place, Fault> {
    let place = only(world, input, "image builder", |place| {
        place.builders.contains_key(name)
    })?;
    match place.builders.get(name) {
        Some(builder) if builder.state == "RUNNING" => Ok(place),
        // There is no session to work in.
        _ => Err(fault::not_permitted(format!(
            "The image builder {name} is not running."
        ))),
    }
}

fn add_applications(world: &mut World, name: &str, input: &Value) -> Result<Value, Fault> {
    let place = builder(world, name, input)?;
    let Some(builder) = place.builders.get_mut(name) else {
        return Err(fault::not_found("image builder", name));
    };
    let all = applications(builder, input)?;
    let count = all.len();
    builder.applications = all;
    Ok(json!({ "status": 0, "message": "Success", "applications": count }))
}

fn reboot(world: &mut World, name: &str, input: &Value, now: Moment) -> Result<Value, Fault> {
    let place = builder(world, name, input)?;
    if let Some(builder) = place.builders.get_mut(name) {
        "REBOOTING".clone_into(&mut builder.state);
        builder.due = Some(now.after(REBOOTING));
    }
    Ok(json!({}))
}

/// The builder's applications without those `removed` and with those of the input added, by Image Assistant's rules.
fn applications(builder: &Builder, input: &Value) -> Result<Vec<Value>, Fault> {
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

/// `image-assistant create-image`: its success means that the workflow started.
fn capture(world: &mut World, name: &str, input: &Value, now: Moment) -> Result<Value, Fault> {
    let quota = world.quota("appstream.images", 10);
    let place = builder(world, name, input)?;
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

fn open_session(world: &mut World, input: &Value, now: Moment) -> Result<Value, Fault> {
    let (stack, fleet) = (required(input, "stack")?, required(input, "fleet")?);
    let user = required(input, "user")?;
    let authentication = member(input, "authentication")
        .and_then(Value::as_str)
        .unwrap_or("SAML")
        .to_owned();
    let id = world.uuid();
    let place = only(world, input, "fleet", |place| place.fleets.contains_key(&fleet))?;
    if !association::linked(place, &fleet, &stack) {
        return Err(fault::not_found("stack", &stack));
    }
    let free = place
        .fleets
        .get(&fleet)
        .filter(|it| it.free(session::usage(place, &fleet)))
        .map(|it| (it.session_limit(), it.per_instance()));
    let Some((limit, shared)) = free else {
        return Err(fault::not_available(format!(
            "The fleet {fleet} has no instance to spare."
        )));
    };
    let host = shared.and_then(|most| session::instance_with_room(place, &fleet, most));
    place.sessions.push(Session {
        id: id.clone(),
        user,
        stack,
        fleet,
        authentication,
        started: now,
        expires: now.after(limit),
        ended: None,
        host,
        draining: false,
    });
    Ok(json!({ "id": id }))
}

fn close_session(world: &mut World, input: &Value, now: Moment) -> Result<Value, Fault> {
    let id = required(input, "id")?;
    let mut closed = 0;
    for place in world.appstream.places.values_mut() {
        for session in place.sessions.iter_mut().filter(|it| it.id == id && it.open()) {
            session.ended = Some(now);
            closed += 1;
        }
    }
    Ok(json!({ "closed": closed }))
}

fn fail_image(world: &mut World, name: &str, input: &Value, now: Moment) -> Result<Value, Fault> {
    let place = only(world, input, "image", |place| place.images.contains_key(name))?;
    match place.images.get_mut(name) {
        Some(image) if image.due.is_some() && image.state != "DELETING" => {
            let code = match image.state.as_str() {
                "COPYING" => "IMAGE_COPY_FAILURE",
                "CREATING" => "IMAGE_UPDATE_FAILURE",
                "IMPORTING" | "VALIDATING" => "IMAGE_IMPORT_FAILURE",
                _ => "INTERNAL_ERROR",
            };
            image.fail(code, "The image could not be created.", now);
            Ok(json!({}))
        }
        _ => Err(fault::not_permitted(format!(
            "The image {name} is not being made."
        ))),
    }
}

fn retire_image(world: &mut World, name: &str) -> Result<Value, Fault> {
    let before = world.appstream.public_images.len();
    world.appstream.public_images.retain(|image| image.name != name);
    if world.appstream.public_images.len() == before {
        return Err(fault::not_found("public image", name));
    }
    Ok(json!({}))
}
