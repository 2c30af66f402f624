//! Stacks: what users may do in the session, what the page looks like, and which fleet streams.

use std::collections::BTreeMap;

use super::fields::{number, value, values};
use super::network;
use crate::draft::DesignDraft;
use headset_blueprint::model::{
    AccessEndpoints, AiAgents, AppSettings, Applications, AppstreamSection, Colour, Direction, DomainSignIn,
    Entitlement, ImageFormat, Printing, S3Location, Source, Stack, Storage, Theme, Transport, UsersMay,
};
use headset_kinds::appstream::entitlement::Attribute;
use headset_kinds::appstream::stack::{AgentAccess, Connector, UrlRedirection};
use headset_kinds::appstream::theme::{Link, Location};
use headset_kinds::appstream::{EntitlementSpec, FleetAssociationSpec, FleetSpec, StackSpec, ThemeSpec};
use headset_kinds::output;
use headset_kinds::{Address, Text};

pub(super) fn declare(draft: &mut DesignDraft<'_>, section: &AppstreamSection, key: &str, stack: &Stack) {
    let name = draft.name(key, &stack.entry);
    let group = match &stack.app_settings {
        AppSettings::Off => None,
        AppSettings::On(Some(group)) => Some(group.value.clone()),
        AppSettings::On(None) => Some(name.clone()),
    };
    let keeps_settings = group.is_some();
    let settings = user_settings(stack);
    let access_endpoints = match &stack.access_endpoints {
        AccessEndpoints::Named(ids) => values(ids).into_iter().map(Text::from).collect(),
        AccessEndpoints::Managed { .. } => vec![network::streaming()],
    };
    let network = section.network_of(&stack.fleet.value);
    let subnets = match (
        access_endpoints.is_empty(),
        section.fleets.get(&stack.fleet.value),
    ) {
        (false, Some(Source::Ours(_))) => values(&network.subnets),
        _ => Vec::new(),
    };
    let spec = StackSpec {
        name,
        display_name: stack.display_name.clone(),
        description: stack.description.clone(),
        maximum_lengths: maximum_lengths(stack, &settings),
        user_settings: settings,
        storage_connectors: connectors(&stack.storage),
        app_settings: group,
        redirect_url: value(stack.redirect_url.as_ref()),
        feedback_url: value(stack.feedback_url.as_ref()),
        embed_domains: values(&stack.embed_domains),
        access_endpoints,
        subnets,
        streaming: stack.streaming.map(|transport| {
            match transport {
                Transport::Tcp => "TCP",
                Transport::Udp => "UDP",
            }
            .to_owned()
        }),
        url_redirection: (stack.url_redirection.as_ref()).map(|redirection| UrlRedirection {
            allowed: values(&redirection.allowed),
            denied: values(&redirection.denied),
        }),
        storage_sign_in: storage_sign_in(&stack.storage).map(str::to_owned),
        ai_agents: stack.ai_agents.as_ref().map(ai_agents),
        tags: draft.tags(&stack.entry.tags),
    };
    let address = draft.entry(key, &spec, &stack.entry);
    if keeps_settings {
        draft.output(
            &format!("settings_bucket_{key}"),
            Text::after(&address, output::SETTINGS_BUCKET),
        );
    }
    let association = FleetAssociationSpec {
        fleet: Text::after(&Address::new(FleetSpec::KIND, &stack.fleet.value), output::NAME),
        stack: Text::after(&address, output::NAME),
    };
    let place = &stack.fleet.place;
    let association = draft.managed(format!("{key}:{}", stack.fleet.value), &association, false, place);
    // Where there is none, all users see all. Assumption: `appstream.unentitled-sees-all`.
    for (name, entitlement) in &stack.entitlements {
        let own = draw_entitlement(draft, key, name, entitlement);
        // The applications are those of the fleet.
        draft.after(&own, vec![association.clone()]);
    }
    if let Some(theme) = &stack.theme {
        draw_theme(draft, key, theme);
    }
}

/// How much text goes at once. AWS takes a limit only where the way is open.
fn maximum_lengths(stack: &Stack, settings: &BTreeMap<String, String>) -> BTreeMap<String, i32> {
    let Some(limit) = stack.clipboard_limit else {
        return BTreeMap::new();
    };
    let open = settings
        .iter()
        .filter(|(action, permission)| action.starts_with("CLIPBOARD") && *permission == "ENABLED");
    open.map(|(action, _)| (action.clone(), number(limit))).collect()
}

/// What users may do in the session, by AWS's names; what the blueprint does not open is closed, and owned.
fn user_settings(stack: &Stack) -> BTreeMap<String, String> {
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
        .map(|(action, on)| (action.to_owned(), permission(on)))
        .collect()
}

/// Whether something is allowed, in AWS's words.
fn permission(on: bool) -> String {
    if on { "ENABLED" } else { "DISABLED" }.to_owned()
}

/// The storage connectors by AWS's names; what is not here is off.
fn connectors(storage: &Storage) -> BTreeMap<String, Connector> {
    let mut connectors = BTreeMap::new();
    if storage.home_folders {
        connectors.insert("HOMEFOLDERS".to_owned(), Connector::default());
    }
    if let Some(drive) = &storage.google_drive {
        let connector = Connector {
            domains: values(&drive.domains),
            admin_consent: Vec::new(),
        };
        connectors.insert("GOOGLE_DRIVE".to_owned(), connector);
    }
    if let Some(drive) = &storage.one_drive {
        let connector = Connector {
            domains: values(&drive.domains),
            admin_consent: values(&drive.admin_consent),
        };
        connectors.insert("ONE_DRIVE".to_owned(), connector);
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
fn ai_agents(agents: &AiAgents) -> AgentAccess {
    let actions = [
        ("COMPUTER_VISION", agents.sight),
        ("COMPUTER_INPUT", agents.input),
        ("FORWARD_MCP_TOOLS", agents.tools),
    ];
    AgentAccess {
        actions: actions
            .map(|(action, on)| (action.to_owned(), permission(on)))
            .into(),
        // The only one that there is.
        resolution: "W_1280xH_720".to_owned(),
        images: match agents.images {
            ImageFormat::Png => "PNG",
            ImageFormat::Jpeg => "JPEG",
        }
        .to_owned(),
        control: match agents.users_may {
            UsersMay::Watch => "VIEW_ONLY",
            UsersMay::Stop => "VIEW_STOP",
            UsersMay::Nothing => "DISABLED",
        }
        .to_owned(),
        screenshots: value(agents.screenshots.as_ref()),
    }
}

fn draw_theme(draft: &mut DesignDraft<'_>, key: &str, theme: &Theme) {
    let location = |location: &S3Location| Location {
        bucket: location.bucket.value.clone(),
        key: location.key.value.clone(),
    };
    let links = theme.links.iter().map(|(text, url)| Link {
        text: text.clone(),
        url: url.value.clone(),
    });
    let spec = ThemeSpec {
        stack: Text::after(&Address::new(StackSpec::KIND, key), output::NAME),
        title: theme.title.value.clone(),
        styling: match theme.colour {
            Colour::LightBlue => "LIGHT_BLUE",
            Colour::Blue => "BLUE",
            Colour::Pink => "PINK",
            Colour::Red => "RED",
        }
        .to_owned(),
        logo: location(&theme.logo),
        favicon: location(&theme.favicon),
        links: links.collect(),
        state: permission(theme.enabled),
    };
    draft.managed(key, &spec, false, &theme.place);
}

fn draw_entitlement(
    draft: &mut DesignDraft<'_>,
    key: &str,
    name: &str,
    entitlement: &Entitlement,
) -> Address {
    let attributes = entitlement.attributes.named().flat_map(|(tag, _, values)| {
        values.iter().map(move |value| Attribute {
            name: tag.to_owned(),
            value: value.value.clone(),
        })
    });
    let spec = EntitlementSpec {
        stack: Text::after(&Address::new(StackSpec::KIND, key), output::NAME),
        name: name.to_owned(),
        description: entitlement.description.clone(),
        attributes: attributes.collect(),
        applications: match &entitlement.applications {
            Applications::All => None,
            Applications::These(these) => Some(values(these)),
        },
    };
    draft.managed(format!("{key}:{name}"), &spec, false, &entitlement.place)
}
