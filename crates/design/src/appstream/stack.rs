//! Stacks: what users may do in the session, what the page looks like, and which fleet streams.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::fields::owned_if_some;
use crate::drawing::Drawing;
use headset_blueprint::model::{
    AiAgents, AppSettings, At, Colour, Direction, DomainSignIn, ImageFormat, Printing, S3Location, Stack,
    Storage, Theme, Transport, UsersMay,
};
use headset_kinds::{Address, Text};

pub(super) fn draw(drawing: &mut Drawing<'_>, key: &str, stack: &Stack) {
    let address = Address::new("appstream.stack", key);
    let name = drawing.name(key, &stack.entry);
    let text = |at: &Option<At<String>>| at.as_ref().map(|at| at.value.clone());
    let texts = |list: &[At<String>]| list.iter().map(|at| at.value.clone()).collect::<Vec<_>>();
    let group = match &stack.app_settings {
        AppSettings::Off => None,
        AppSettings::On(Some(group)) => Some(group.value.clone()),
        AppSettings::On(None) => Some(name.clone()),
    };
    if group.is_some() {
        drawing.output(
            &format!("settings_bucket_{key}"),
            Text::after(&address, "settings_bucket"),
        );
    }
    let settings = user_settings(stack);
    let mut spec = json!({
        "name": name,
        "storage_connectors": connectors(&stack.storage),
        "app_settings": group,
        "redirect_url": text(&stack.redirect_url),
        "feedback_url": text(&stack.feedback_url),
        "embed_domains": texts(&stack.embed_domains),
        "access_endpoints": texts(&stack.access_endpoints),
        "url_redirection": stack.url_redirection.as_ref().map(|redirection| {
            json!({ "allowed": texts(&redirection.allowed), "denied": texts(&redirection.denied) })
        }),
        "storage_sign_in": storage_sign_in(&stack.storage),
        "ai_agents": stack.ai_agents.as_ref().map(ai_agents),
        "tags": drawing.tags(&stack.entry.tags),
    });
    if let Some(limit) = stack.clipboard_limit {
        // AWS takes a limit only where the way is open.
        let open = settings
            .iter()
            .filter(|(action, permission)| action.starts_with("CLIPBOARD") && **permission == "ENABLED");
        spec["maximum_lengths"] = open
            .map(|(action, _)| ((*action).to_owned(), json!(limit)))
            .collect();
    }
    spec["user_settings"] = json!(settings);
    owned_if_some(
        &mut spec,
        "streaming",
        stack.streaming.map(|transport| match transport {
            Transport::Tcp => "TCP",
            Transport::Udp => "UDP",
        }),
    );
    owned_if_some(&mut spec, "display_name", stack.display_name.as_deref());
    owned_if_some(&mut spec, "description", stack.description.as_deref());
    drawing.entry(address.clone(), spec, &stack.entry);
    let fleet = Address::new("appstream.fleet", &stack.fleet.value);
    drawing.managed(
        Address::new(
            "appstream.fleet_association",
            format!("{key}:{}", stack.fleet.value),
        ),
        json!({ "fleet": Text::after(&fleet, "name"), "stack": Text::after(&address, "name") }),
        false,
        &stack.fleet.place,
    );
    if let Some(theme) = &stack.theme {
        draw_theme(drawing, key, theme);
    }
}

/// What users may do in the session, by AWS's names; what the blueprint does not open is closed, and owned.
fn user_settings(stack: &Stack) -> BTreeMap<&'static str, &'static str> {
    let inward = |direction| matches!(direction, Direction::In | Direction::Both);
    let outward = |direction| matches!(direction, Direction::Out | Direction::Both);
    let settings = [
        ("CLIPBOARD_COPY_FROM_LOCAL_DEVICE", inward(stack.clipboard)),
        ("CLIPBOARD_COPY_TO_LOCAL_DEVICE", outward(stack.clipboard)),
        ("FILE_UPLOAD", inward(stack.files)),
        ("FILE_DOWNLOAD", outward(stack.files)),
        ("PRINTING_TO_LOCAL_DEVICE", stack.printing == Printing::Local),
        ("AUTO_TIME_ZONE_REDIRECTION", stack.time_zone),
        // AWS opens it on stacks that are older than the setting (UserSetting in the model).
        ("SMART_CARD_REDIRECTION", stack.smart_card),
        // "At least one authentication method must be enabled" (administration guide, creating a stack): of these two,
        // closed is what AWS has closed.
        (
            "DOMAIN_PASSWORD_SIGNIN",
            stack.domain_sign_in != DomainSignIn::SmartCard,
        ),
        (
            "DOMAIN_SMART_CARD_SIGNIN",
            stack.domain_sign_in != DomainSignIn::Password,
        ),
    ];
    settings
        .into_iter()
        .map(|(action, on)| (action, if on { "ENABLED" } else { "DISABLED" }))
        .collect()
}

/// The storage connectors by AWS's names; what is not here is off.
fn connectors(storage: &Storage) -> BTreeMap<&'static str, Value> {
    let texts = |list: &[At<String>]| list.iter().map(|at| at.value.clone()).collect::<Vec<_>>();
    let mut connectors = BTreeMap::new();
    if storage.home_folders {
        connectors.insert("HOMEFOLDERS", json!({}));
    }
    if let Some(drive) = &storage.google_drive {
        connectors.insert("GOOGLE_DRIVE", json!({ "domains": texts(&drive.domains) }));
    }
    if let Some(drive) = &storage.one_drive {
        let spec = json!({ "domains": texts(&drive.domains), "admin_consent": texts(&drive.admin_consent) });
        connectors.insert("ONE_DRIVE", spec);
    }
    connectors
}

/// Whether the sign-in to cloud storage outlives the session. AWS keeps it where nothing is said, so that closed has to be
/// said; where there is no such storage, there is nothing to say.
fn storage_sign_in(storage: &Storage) -> Option<&'static str> {
    let in_cloud = storage.google_drive.is_some() || storage.one_drive.is_some();
    in_cloud.then_some(match storage.keep_sign_in {
        Some(_) => "REUSE_CREDENTIALS",
        None => "FORCE_REAUTHENTICATION",
    })
}

/// What AI agents may do, by AWS's names; every action is named, so that what is not opened is closed.
fn ai_agents(agents: &AiAgents) -> Value {
    let permission = |on: bool| if on { "ENABLED" } else { "DISABLED" };
    json!({
        "actions": {
            "COMPUTER_VISION": permission(agents.sight),
            "COMPUTER_INPUT": permission(agents.input),
            "FORWARD_MCP_TOOLS": permission(agents.tools),
        },
        // The only one that there is.
        "resolution": "W_1280xH_720",
        "images": match agents.images {
            ImageFormat::Png => "PNG",
            ImageFormat::Jpeg => "JPEG",
        },
        "control": match agents.users_may {
            UsersMay::Watch => "VIEW_ONLY",
            UsersMay::Stop => "VIEW_STOP",
            UsersMay::Nothing => "DISABLED",
        },
        "screenshots": agents.screenshots.as_ref().map(|arn| &arn.value),
    })
}

fn draw_theme(drawing: &mut Drawing<'_>, key: &str, theme: &Theme) {
    let location =
        |location: &S3Location| json!({ "bucket": location.bucket.value, "key": location.key.value });
    let links: Vec<Value> = theme
        .links
        .iter()
        .map(|(text, url)| json!({ "text": text, "url": url.value }))
        .collect();
    let spec = json!({
        "stack": Text::after(&Address::new("appstream.stack", key), "name"),
        "title": theme.title.value,
        "styling": match theme.colour {
            Colour::LightBlue => "LIGHT_BLUE",
            Colour::Blue => "BLUE",
            Colour::Pink => "PINK",
            Colour::Red => "RED",
        },
        "logo": location(&theme.logo),
        "favicon": location(&theme.favicon),
        "links": links,
        "state": if theme.enabled { "ENABLED" } else { "DISABLED" },
    });
    drawing.managed(Address::new("appstream.theme", key), spec, false, &theme.place);
}
