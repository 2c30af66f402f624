//! The Amazon Connect instance, its hours of operation, its queues and its users.

use crate::context::DesignContext;
use crate::draft::DesignDraft;
use headset_blueprint::model::{
    ConnectIdentity, ConnectSection, HoursOverride, OverrideType, QueueStatus, Repeat, Source,
};
use headset_core::arn;
use headset_kinds::connect::hours_of_operation::{self, Override};
use headset_kinds::connect::{HoursOfOperationSpec, InstanceSpec, QueueSpec, UserSpec, queue};
use headset_kinds::output;
use headset_kinds::spec::Existing;
use headset_kinds::{Address, Text};

/// The key of the instance: a blueprint has one.
const MAIN: &str = "main";

/// The address of the instance.
pub fn instance() -> Address {
    Address::new(InstanceSpec::KIND, MAIN)
}

/// What follows the alias in an instance's host: GovCloud has a domain of its own (user guide of AWS GovCloud (US), "Amazon
/// Connect").
fn domain(partition: &str) -> &'static str {
    match partition {
        "aws-us-gov" => "govcloud.connect.aws",
        _ => "my.connect.aws",
    }
}

/// The origin of the instance: the one that state knows, else what follows from the alias that the blueprint names.
///
/// Assumption: connect-host. It goes into browser policies and allow-lists alone; pages have what the instance says.
pub(super) fn origin(section: &ConnectSection, context: &DesignContext) -> Option<String> {
    if let Some(origin) = &context.given.instance_origin {
        return Some(origin.clone());
    }
    let alias = match section.instance() {
        Source::Ours(alias) => alias.to_owned(),
        Source::Existing(one) if !is_id(&one.name.value) => one.name.value,
        Source::Existing(_) => return None,
    };
    Some(format!("https://{alias}.{}", domain(&context.partition)))
}

/// How an instance that exists is looked up.
pub(super) fn lookup(name: &str) -> Existing {
    if is_id(name) {
        let id = arn::name_in(name).to_owned();
        Existing::Id { id }
    } else {
        Existing::Alias {
            alias: name.to_owned(),
        }
    }
}

/// Whether a name is an instance's id or ARN, and not an alias.
pub(super) fn is_id(name: &str) -> bool {
    let groups: Vec<usize> = name.split('-').map(str::len).collect();
    arn::is_meant(name)
        || (groups == [8, 4, 4, 4, 12] && name.chars().all(|c| c == '-' || c.is_ascii_hexdigit()))
}

/// The name of the hours that a queue has: of an entry of the blueprint, or what the instance calls them.
fn hours_of(section: &ConnectSection, written: &str) -> Text {
    match section.hours.contains_key(written) {
        true => Text::after(&Address::new(HoursOfOperationSpec::KIND, written), output::NAME),
        false => Text::from(written),
    }
}

/// An override in the terms of its kind. The language has checked that numbers fit.
fn other_hours(one: &HoursOverride) -> Override {
    let number = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
    Override {
        from: one.from.value.to_string(),
        till: one.till.value.to_string(),
        sort: match one.sort {
            OverrideType::Standard => hours_of_operation::OverrideType::Standard,
            OverrideType::Open => hours_of_operation::OverrideType::Open,
            OverrideType::Closed => hours_of_operation::OverrideType::Closed,
        },
        times: one.times.clone(),
        description: one.description.clone(),
        repeat: one.repeat.map(|repeat| match repeat {
            Repeat::Weekly => hours_of_operation::Repeat::Weekly,
            Repeat::Monthly => hours_of_operation::Repeat::Monthly,
            Repeat::Yearly => hours_of_operation::Repeat::Yearly,
        }),
        // Each one is what AWS has without an interval, too.
        interval: one.interval.map(number).filter(|interval| *interval != 1),
        month: one.month.map(number),
        day: one.day,
        week: one.week,
    }
}

pub(super) fn declare(draft: &mut DesignDraft<'_>, section: &ConnectSection) {
    let address = instance();
    match section.instance() {
        Source::Ours(alias) => {
            let attributes = section.attributes.iter();
            let spec = InstanceSpec {
                alias: alias.to_owned(),
                identity: match section.identity {
                    ConnectIdentity::Saml => "SAML",
                    ConnectIdentity::ConnectManaged => "CONNECT_MANAGED",
                }
                .to_owned(),
                inbound: section.calls.inbound,
                outbound: section.calls.outbound,
                attributes: attributes
                    .map(|(name, on)| (name.clone(), on.to_string()))
                    .collect(),
                tags: draft.tags(&section.entry.tags),
            };
            draft.entry(MAIN, &spec, &section.entry);
        }
        Source::Existing(one) => {
            draft.existing(&address, &lookup(&one.name.value), &one.name.place);
            draft.lists(&address, one.owned);
        }
    }
    for (key, hours) in &section.hours {
        let spec = HoursOfOperationSpec {
            instance_id: Text::after(&address, output::ID),
            name: hours.name(key).to_owned(),
            description: hours.description.clone(),
            time_zone: hours.time_zone.value.clone(),
            open: hours.open.clone(),
            overrides: hours.overrides.as_ref().map(|overrides| {
                let each = overrides.iter();
                each.map(|(name, one)| (name.clone(), other_hours(one))).collect()
            }),
            tags: draft.tags(&hours.entry.tags),
        };
        draft.entry(key, &spec, &hours.entry);
    }
    for (key, queue) in &section.queues {
        let spec = QueueSpec {
            instance_id: Text::after(&address, output::ID),
            name: queue.name(key).to_owned(),
            description: queue.description.clone(),
            hours: hours_of(section, &queue.hours),
            // The language has checked that it fits.
            max_contacts: queue
                .max_contacts
                .map(|most| u32::try_from(most).unwrap_or(u32::MAX)),
            status: match queue.status {
                QueueStatus::Enabled => queue::QueueStatus::Enabled,
                QueueStatus::Disabled => queue::QueueStatus::Disabled,
            },
            caller_name: queue.outbound_caller.name.clone(),
            caller_number: queue.outbound_caller.number.clone(),
            whisper_flow: queue.outbound_caller.whisper_flow.clone(),
            tags: draft.tags(&queue.entry.tags),
        };
        draft.entry(key, &spec, &queue.entry);
    }
    for (username, user) in &section.users {
        let spec = UserSpec {
            instance_id: Text::after(&address, output::ID),
            username: username.clone(),
            first_name: user.first.clone(),
            last_name: user.last.clone(),
            security_profiles: (user.security.iter())
                .map(|profile| profile.value.clone())
                .collect(),
            routing_profile: user.routing.value.clone(),
            auto_accept: user.auto_accept,
            // The language has checked that it fits.
            after_contact_work: user.after_contact_work,
            desk_phone: user.desk_phone.as_ref().map(|number| number.value.clone()),
            // With SAML, giving either is an error of Connect's; elsewhere an address that is not given is not owned.
            password: user.password.as_ref().map(|password| password.value.clone()),
            email: user.email.as_ref().map(|email| email.value.clone()),
            tags: draft.tags(&user.entry.tags),
        };
        draft.entry(username, &spec, &user.entry);
    }
    draft.output("connect_url", Text::after(&address, output::URL));
}
