//! What a person does where AppStream has no API: Image Assistant inside a builder, and streaming as an agent.
//!
//! Actions, by path under the service's console:
//! - `[BUILDER, "applications"]`: `image-assistant remove-application` for each name of `removed`, then
//!   `add-application` for each of `applications`. They stay in the builder, also after a capture.
//! - `[BUILDER, "capture"]`: removes `removed`, adds `applications` (`name`, `absolute_app_path`, `display_name`, `working_directory`,
//!   `launch_parameters`), then `image-assistant create-image` with `name`, `description`, `display_name`,
//!   `tags` (a map) and the flags `dry_run`, `use_latest_agent_version`, `enable_dynamic_app_catalog`.
//! - `[BUILDER, "assistant"]`: runs `image-assistant.exe` with the list `arguments`, and answers its `exit` code and its `output`.
//! - `["assistant", "output"]`: from now on it writes `before` and `after` around its answer, of which `kept` characters arrive.
//! - `[BUILDER, "write"]`: puts a file on it, with `path` and `content`; `[BUILDER, "remove"]` takes one away,
//!   `[BUILDER, "files"]` lists them.
//! - `[BUILDER, "role"]`: the ARN of the role that programs on it have.
//! - `["downloads", "serve"]`: the internet that builders see serves `content` at `url`; `["downloads", "read"]`: reads it.
//! - `[BUILDER, "reboot"]`: restarts Windows, as some installers ask for.
//! - `["sessions", "open"]`: a user begins to stream. `["sessions", "close"]`: ends it.
//! - `["users", NAME, "sign-in"]`: a user of the pool signs in, at first with the temporary password of the mail.
//! - `["images", NAME, "fail"]`: AWS fails to make an image that is being made.
//! - `["images", NAME, "retire"]`: AWS withdraws a public image.
//! - `["images", NAME, "publish"]`: AWS publishes one, with the members of a described image as far as they are given.

use serde_json::{Value, json};

use super::account::Place;
use super::capture::{applications, capture};
use super::image_builder::REBOOTING;
use super::input::{member, required, texts};
use super::session::{self, Session};
use super::{AppStream, assistant, association, fault, user};
use crate::clock::Moment;
use crate::service::{Fault, Service};
use crate::world::World;
use crate::world::appstream::AssistantOutput;

/// The quota of images, by which a capture is refused.
const IMAGES: &str = "appstream.images";

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
        ["downloads", "serve"] => {
            let (url, content) = (required(input, "url")?, required(input, "content")?);
            world.appstream.downloads.insert(url, content);
            Ok(json!({}))
        }
        ["downloads", "read"] => {
            let url = required(input, "url")?;
            let content = world.appstream.downloads.get(&url);
            let content = content.ok_or_else(|| fault::not_found("download", &url))?;
            Ok(json!({ "content": content }))
        }
        ["assistant", "output"] => {
            let text = |name: &str| member(input, name).and_then(Value::as_str).unwrap_or_default();
            world.appstream.assistant = AssistantOutput {
                before: text("before").to_owned(),
                after: text("after").to_owned(),
                kept: member(input, "kept")
                    .and_then(Value::as_u64)
                    .and_then(|kept| usize::try_from(kept).ok()),
            };
            Ok(json!({}))
        }
        ["images", name, "fail"] => fail_image(world, name, input, now),
        ["images", name, "retire"] => retire_image(world, name),
        ["images", name, "publish"] => {
            world.appstream.publish(name, input, now);
            Ok(json!({}))
        }
        [name, "assistant"] => {
            let arguments = texts(input, "arguments").unwrap_or_default();
            let quota = world.quota(IMAGES, 10);
            let around = world.appstream.assistant.clone();
            let mut ran = assistant::run(builder(world, name, input)?, quota, name, &arguments, now);
            let answer = ran["output"].as_str().unwrap_or_default();
            let answer: String = answer.chars().take(around.kept.unwrap_or(usize::MAX)).collect();
            ran["output"] = format!("{}{answer}{}", around.before, around.after).into();
            Ok(ran)
        }
        [name, "write"] => {
            let path = required(input, "path")?;
            let content = member(input, "content")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            let place = builder(world, name, input)?;
            if let Some(builder) = place.builders.get_mut(*name) {
                builder.files.insert(path.to_lowercase(), content);
            }
            Ok(json!({}))
        }
        [name, "remove"] => {
            let path = required(input, "path")?.to_lowercase();
            let place = builder(world, name, input)?;
            if let Some(builder) = place.builders.get_mut(*name) {
                builder.files.remove(&path);
            }
            Ok(json!({}))
        }
        [name, "files"] => {
            let place = builder(world, name, input)?;
            Ok(json!({ "files": place.builders.get(*name).map(|builder| builder.files.clone()) }))
        }
        [name, "role"] => {
            let place = builder(world, name, input)?;
            Ok(json!({ "role": place.builders.get(*name).map(|one| one.fields.get("IamRoleArn")) }))
        }
        [builder, "applications"] => add_applications(world, builder, input),
        [name, "capture"] => {
            let quota = world.quota(IMAGES, 10);
            capture(builder(world, name, input)?, quota, name, input, now)
        }
        [builder, "reboot"] => reboot(world, builder, input, now),
        _ => Err(Fault::not_implemented("appstream console", &path.join("/"))),
    }
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
