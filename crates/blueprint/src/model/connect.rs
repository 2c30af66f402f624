//! `connect`: the instance, its hours of operation, its queues and its users.

use std::collections::BTreeMap;
use std::time::Duration;

use super::hours::{self, ConnectHours};
use super::secret::{SecretPlace, secret};
use super::source::{Linked, Source};
use crate::at::At;
use crate::declare::{Choice as _, Value as _};
use crate::entry::{self, Entry};
use crate::limits::{self, CONNECT_ATTRIBUTES};
use crate::reader::{Fields, Item, Reader};
use crate::table::{Between, Key, Shape, rule};
use headset_core::diagnostic::Diagnostic;
use headset_core::nearest::nearest;
use headset_derive::{Choice, Section};
use headset_kinds as kinds;
use headset_kinds::Secret;
use headset_kinds::connect::queue;

/// `connect`: the instance, its hours of operation, its queues and its users.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(
    rules(
        rule(
            Between::OneOf(&["alias", "existing"]),
            "Write `alias: acme-support` to make an instance, or `existing: ALIAS` to use one that is there already.",
        ),
        rule(
            Between::Excludes("existing", &["calls", "attributes", "protect", "tags", "timeouts"]),
            "Headset links to an existing instance and never changes it. Delete this key, or write `alias` instead of `existing`.",
        ),
    ),
    later(
        flows = "Flows are made in the Connect console for now.",
        routing_profiles = "Users refer to routing profiles by name; make them in the Connect console for now.",
        phone_numbers = "Numbers are claimed in the Connect console for now.",
        name = "The instance is called by its `alias`.",
    ),
    check = ConnectSection::named
)]
pub struct ConnectSection {
    /// The instance's alias, unique in the world: https://ALIAS.my.connect.aws.
    #[key(pattern = limits::CONNECT_ALIAS, example = "acme-support", to(kinds::connect::InstanceSpec::ALIAS))]
    pub alias: Option<At<String>>,
    /// The alias, id or ARN of an existing instance: Headset manages users in it, but not the instance. With another
    /// value, Headset makes users and origins in that instance and deletes them from the former one.
    #[key(text = limits::ANY_NAME, example = "acme-support")]
    pub existing: Option<At<String>>,
    /// What signs users in: an identity provider by SAML, or Connect's own directory.
    #[key(
        default = "saml",
        example = "saml",
        to(kinds::connect::InstanceSpec::IDENTITY)
    )]
    pub identity: ConnectIdentity,
    /// Which calls the instance makes and takes.
    #[key(absent, example = "{ inbound: true, outbound: true }")]
    pub calls: Calls,
    /// AWS's instance attributes, in lower case; unknown ones are passed on.
    #[key(
        read = attributes,
        entries = "an attribute",
        names = limits::ATTRIBUTE,
        count = (0, 100),
        hint = "Write `attributes: { contactflow_logs: true }`.",
        example = "{ contactflow_logs: true }",
        otherwise = "AWS's own",
        to(kinds::connect::InstanceSpec::ATTRIBUTES)
    )]
    pub attributes: BTreeMap<String, bool>,
    /// The hours of operation by a name of your choice. Headset leaves others of the instance alone.
    #[key(
        read = hours::hours,
        entries = "hours of operation",
        names = limits::ENTRY_KEY,
        count = (0, 10_000),
        hint = "Write `hours: { office: { time_zone: Europe/London, open: [monday-friday 09:00-17:30] } }`.",
        example = "{ office: { time_zone: Europe/London, open: [monday-friday 09:00-17:30] } }"
    )]
    pub hours: BTreeMap<String, ConnectHours>,
    /// The queues by a name of your choice. Headset leaves other queues of the instance alone.
    #[key(
        read = queues,
        entries = "a queue",
        names = limits::ENTRY_KEY,
        count = (0, 10_000),
        hint = "Write `queues: { sales: { hours: Basic Hours } }`.",
        example = "{ sales: { hours: Basic Hours, max_contacts: 20 } }"
    )]
    pub queues: BTreeMap<String, ConnectQueue>,
    /// The origins of other sites whose pages embed the Contact Control Panel, besides the pages of `ccp`. An instance approves
    /// at most 100.
    #[key(
        pattern = limits::ORIGIN,
        count = (1, 100),
        example = "[\"https://crm.example.com\"]",
        to(kinds::connect::ApprovedOriginSpec::ORIGIN)
    )]
    pub origins: Vec<At<String>>,
    /// The users by name.
    #[key(
        read = users,
        entries = "a user",
        names = limits::CONNECT_USER,
        count = (0, 10_000),
        hint = "Write `users: { agent1@example.com: { first: Agent, last: One, security: [Agent] } }`.",
        example = "{ agent1@example.com: { first: Agent, last: One, security: [Agent] } }"
    )]
    pub users: BTreeMap<String, ConnectUser>,
    /// The instance as an entry; its name is its alias.
    #[key(
        from = entry::entry,
        keys(
            entry::PROTECT,
            entry::tags(
                "Tags of the instance, beside those of the blueprint.",
                &[kinds::connect::InstanceSpec::TAGS]
            ),
            entry::TIMEOUTS,
            entry::OWNED
        )
    )]
    pub entry: Entry,
}

impl ConnectSection {
    fn named(
        reader: &mut Reader<'_>,
        item: &Item<'_>,
        _: &Fields<'_>,
        mut section: ConnectSection,
    ) -> Option<ConnectSection> {
        if let Some(existing) = &section.existing {
            reader.locate_arn(&format!("{}.existing", item.path), existing);
        }
        section.alias.as_ref().or(section.existing.as_ref())?;
        section.entry.name = section.alias.clone();
        Some(section)
    }

    /// The instance and everything in it, as entries.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        let users = self.users.values().map(|user| &user.entry);
        let queues = self.queues.values().map(|queue| &queue.entry);
        let hours = self.hours.values().map(|hours| &hours.entry);
        std::iter::once(&self.entry)
            .chain(hours)
            .chain(queues)
            .chain(users)
    }

    /// The instance: by its alias where it is made here, else by alias, id or ARN.
    pub fn instance(&self) -> Source<&str> {
        match (&self.existing, &self.alias) {
            (Some(existing), _) => Source::Existing(Linked {
                name: existing.clone(),
                owned: self.entry.owned,
            }),
            (None, alias) => Source::Ours(alias.as_ref().map_or("", |alias| alias.value.as_str())),
        }
    }
}

/// `connect.calls`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Section)]
pub struct Calls {
    /// Whether it takes calls.
    #[key(default = "true", example = "true", to(kinds::connect::InstanceSpec::INBOUND))]
    pub inbound: bool,
    /// Whether it makes calls.
    #[key(
        default = "true",
        example = "true",
        to(kinds::connect::InstanceSpec::OUTBOUND)
    )]
    pub outbound: bool,
}

/// `connect.identity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
#[later("existing-directory" = "Write `identity: saml`.")]
pub enum ConnectIdentity {
    /// An identity provider by SAML, the default.
    Saml,
    /// Connect's own directory.
    ConnectManaged,
}

/// What `connect.identity` says; `None`: something that it cannot be.
fn identity(reader: &Reader<'_>) -> Option<ConnectIdentity> {
    let Some(word) = &reader.outline.identity else {
        return Some(ConnectIdentity::Saml);
    };
    ConnectIdentity::ALL
        .iter()
        .copied()
        .find(|identity| identity.word() == word)
}

/// Attributes by AWS's names, in upper case.
#[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
fn attributes(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<BTreeMap<String, bool>> {
    let mut attributes = BTreeMap::new();
    for attribute in reader.entries(item) {
        let (key, value) = (attribute.name, attribute.item);
        if !attribute.good {
            continue;
        }
        if !CONNECT_ATTRIBUTES.contains(&key.as_str()) {
            let near = nearest(&key, CONNECT_ATTRIBUTES.into_iter())
                .map(|near| format!("Did you mean `{near}`? "))
                .unwrap_or_default();
            reader.report(
                Diagnostic::warning(
                    "unknown-attribute",
                    format!("Connect has no attribute `{key}` that this version knows"),
                )
                .at(value.place())
                .help(format!("{near}It is passed on to AWS unchanged."))
                .note(format!("known attributes: {}", CONNECT_ATTRIBUTES.join(", "))),
            );
        }
        if let Some(wanted) = reader.boolean(&value) {
            attributes.insert(key.to_uppercase(), wanted);
        }
    }
    Some(attributes)
}

#[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
fn users(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<BTreeMap<String, ConnectUser>> {
    let mut users = BTreeMap::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let identity = identity(reader);
    for entry in reader.entries(item) {
        let (name, place) = (entry.name, entry.item.place());
        let mut good = entry.good;
        if good && identity == Some(ConnectIdentity::ConnectManaged) {
            good = reader.check_name(
                "a user of Connect's own directory",
                &name,
                &limits::CONNECT_OWN_USER,
                &place,
            );
        }
        if name.eq_ignore_ascii_case(limits::RESERVED_USER) {
            good = false;
            reader.report(
                Diagnostic::error(
                    "reserved-name",
                    format!("a user of Connect cannot be called `{name}`"),
                )
                .at(place.clone())
                .help("Amazon Connect keeps this name for itself. Choose another one, such as `admin`."),
            );
        }
        if let Some(other) = seen.insert(name.to_lowercase(), name.clone()) {
            reader.report(
                Diagnostic::warning("similar-names", format!("`{name}` and `{other}` differ in case only"))
                    .at(place)
                    .help("Connect takes them for two users, and only the exact case can sign in. Delete one of them."),
            );
        }
        if let Some(user) = ConnectUser::read(reader, &entry.item)
            && good
        {
            users.insert(name, user);
        }
    }
    Some(users)
}

/// An entry of `connect.queues`.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(later(
    existing = "Nothing in a blueprint refers to a queue, so that one which is there already need not be said. To take it \
                over, write it as an entry and run `headset import`.",
    quick_connects = "Quick connects are given to queues in the Connect console for now.",
    outbound_email = "The address of outbound e-mails is set in the Connect console for now.",
))]
pub struct ConnectQueue {
    /// What it is for.
    #[key(text = queue::LONGEST_DESCRIPTION, example = "Calls about orders", to(queue::QueueSpec::DESCRIPTION))]
    pub description: Option<String>,
    /// The hours of operation: the key of an entry of `connect.hours`, else the name of hours that the instance has.
    #[key(
        text = queue::LONGEST_HOURS,
        default = "Basic Hours",
        example = "Basic Hours",
        to(queue::QueueSpec::HOURS)
    )]
    pub hours: String,
    /// How many contacts may wait before the queue counts as full.
    #[key(
        number = queue::CONTACTS,
        unit = "contacts",
        example = "20",
        otherwise = "as it is; of a new queue, no limit but the instance's",
        to(queue::QueueSpec::MAX_CONTACTS)
    )]
    pub max_contacts: Option<u64>,
    /// Whether contacts can come into it.
    #[key(default = "enabled", example = "disabled", to(queue::QueueSpec::STATUS))]
    pub status: QueueStatus,
    /// What outbound calls from it show, and which flow the agent hears before them.
    #[key(absent, example = "{ name: Acme Support }", otherwise = "as it is")]
    pub outbound_caller: OutboundCaller,
    /// The entry; its name is what the queue is called.
    #[key(
        from = entry::entry,
        keys(
            QUEUE_NAME,
            entry::PROTECT,
            entry::tags(
                "Tags of the queue, beside those of the blueprint.",
                &[queue::QueueSpec::TAGS]
            ),
            entry::TIMEOUTS
        )
    )]
    pub entry: Entry,
}

/// `name` of a queue.
const QUEUE_NAME: Key = Key::new(
    "name",
    Shape::Text(queue::LONGEST_NAME),
    "Sales EMEA",
    "What it is called in Connect. Another name renames the queue.",
)
.otherwise("the entry's key")
.sets(&[queue::QueueSpec::NAME]);

/// `connect.queues.*.status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum QueueStatus {
    /// Contacts can come into it.
    Enabled,
    /// They cannot.
    Disabled,
}

/// `connect.queues.*.outbound_caller`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct OutboundCaller {
    /// The name that is shown.
    #[key(text = queue::LONGEST_CALLER_NAME, example = "Acme Support", to(queue::QueueSpec::CALLER_NAME))]
    pub name: Option<String>,
    /// The id of the phone number that is shown: one that is claimed for the instance.
    #[key(
        text = 36,
        read = id,
        example = "0a1b2c3d-4e5f-4a1b-8c2d-0a1b2c3d4e5f",
        to(queue::QueueSpec::CALLER_NUMBER)
    )]
    pub number: Option<String>,
    /// The id of the flow that the agent hears before the call: an outbound whisper flow.
    #[key(
        text = 36,
        read = id,
        example = "0a1b2c3d-4e5f-4a1b-8c2d-0a1b2c3d4e5f",
        to(queue::QueueSpec::WHISPER_FLOW)
    )]
    pub whisper_flow: Option<String>,
}

/// An id of Connect's: AWS reports ids and no ARNs, so that an ARN would look as if it had changed.
fn id(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<String> {
    let text = reader.text(item)?;
    let groups: Vec<usize> = text.value.split('-').map(str::len).collect();
    if groups == [8, 4, 4, 4, 12] && text.value.chars().all(|c| c == '-' || c.is_ascii_hexdigit()) {
        return Some(text.value);
    }
    let help = "Write the id: 36 characters, the last part of the ARN that the Connect console shows.";
    reader.bad_value(&item.path, &text.value, text.place, help);
    None
}

#[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
fn queues(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<BTreeMap<String, ConnectQueue>> {
    let mut queues = BTreeMap::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for entry in reader.entries(item) {
        let Some(queue) = ConnectQueue::read(reader, &entry.item) else {
            continue;
        };
        let name = queue.name(&entry.name).to_owned();
        let place = entry.item.place();
        let mut good = entry.good;
        if name == queue::BUILT_IN {
            good = false;
            reader.report(
                Diagnostic::error("reserved-name", format!("a queue cannot be called `{name}`"))
                    .at(place.clone())
                    .help("Amazon Connect makes this queue with the instance, and Headset leaves it alone. Choose another name."),
            );
        }
        if let Some(other) = seen.insert(name.clone(), entry.name.clone()) {
            good = false;
            reader.report(
                Diagnostic::error(
                    "same-name",
                    format!(
                        "the queues `{}` and `{other}` are both called `{name}`",
                        entry.name
                    ),
                )
                .at(place)
                .help("An instance has one queue of a name. Give one of them another `name`."),
            );
        }
        if good {
            queues.insert(entry.name, queue);
        }
    }
    Some(queues)
}

impl ConnectQueue {
    /// What the queue of this key is called in Connect.
    pub fn name<'a>(&'a self, key: &'a str) -> &'a str {
        self.entry.name.as_ref().map_or(key, |name| &name.value)
    }
}

/// An entry of `connect.users`.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(
    before = fits_directory,
    later(
        hierarchy = "Agent hierarchies are made in the Connect console for now.",
        name = "The entry's key is the user's name.",
    )
)]
pub struct ConnectUser {
    /// The first name; Connect wants both names.
    #[key(text = limits::FIRST_NAME, read = composed, example = "Agent", to(kinds::connect::UserSpec::FIRST_NAME))]
    pub first: String,
    /// The last name; Connect wants both names.
    #[key(text = limits::LAST_NAME, read = composed, example = "One", to(kinds::connect::UserSpec::LAST_NAME))]
    pub last: String,
    /// Names of security profiles: what the user may do.
    #[key(
        text = limits::PROFILE_NAME,
        count = (*limits::SECURITY_PROFILES.start(), *limits::SECURITY_PROFILES.end()),
        required,
        example = "[Agent]",
        to(kinds::connect::UserSpec::SECURITY_PROFILES)
    )]
    pub security: Vec<At<String>>,
    /// The name of a routing profile: which queues reach the user.
    #[key(
        text = limits::PROFILE_NAME,
        default = "Basic Routing Profile",
        example = "Basic Routing Profile",
        to(kinds::connect::UserSpec::ROUTING_PROFILE)
    )]
    pub routing: At<String>,
    /// Whether calls are accepted without a click.
    #[key(
        default = "false",
        example = "true",
        to(kinds::connect::UserSpec::AUTO_ACCEPT)
    )]
    pub auto_accept: bool,
    /// How long the user gets no new call after a call has ended; 0 is without limit.
    #[key(
        name = "after_call_work",
        duration = limits::AFTER_CALL_WORK,
        default = "0",
        example = "30s",
        to(kinds::connect::UserSpec::AFTER_CONTACT_WORK)
    )]
    pub after_contact_work: Duration,
    /// The number of the desk phone that rings for the user. Without it, calls go to the soft phone of the Contact Control
    /// Panel.
    #[key(pattern = limits::PHONE_NUMBER, example = "\"+442079460123\"", to(kinds::connect::UserSpec::DESK_PHONE))]
    pub desk_phone: Option<At<String>>,
    /// Where the first password is; only for users in Connect's own directory, where it is required. Used when the user
    /// is made, and never stored. `{ existing: true }` is for a user who is there already.
    #[key(shape = SecretPlace::SHAPE, read = secret, example = "{ env: AGENT1_PASSWORD \
        }", to(kinds::connect::UserSpec::PASSWORD))]
    pub password: Option<At<Secret>>,
    /// The e-mail address for resetting a forgotten password; only for users in Connect's own directory.
    #[key(pattern = limits::MAILBOX, example = "agent1@example.com", to(kinds::connect::UserSpec::EMAIL))]
    pub email: Option<At<String>>,
    /// The entry; its name is its key.
    #[key(
        from = entry::entry,
        keys(
            entry::UNPROTECTED,
            entry::tags(
                "Tags of the user, beside those of the blueprint.",
                &[kinds::connect::UserSpec::TAGS]
            ),
            entry::TIMEOUTS
        )
    )]
    pub entry: Entry,
}

/// A text without combining marks: Connect takes names in Unicode's composed form only (`UserIdentityInfo` in its
/// model), while file names on some systems, and what is copied from them, come decomposed.
fn composed(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<String> {
    let text = reader.text(item)?;
    let mark = text.value.chars().find(|letter| {
        matches!(letter, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
            | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
    });
    if let Some(mark) = mark {
        reader.report(
            Diagnostic::error(
                "bad-value",
                format!("`{}` has a combining mark (U+{:04X})", item.path, u32::from(mark)),
            )
            .at(text.place)
            .help(
                "Type the letter and its accent as one character: Connect refuses names in decomposed form.",
            ),
        );
        return None;
    }
    Some(text.value)
}

/// Users in Connect's own directory have a password and may have an address; others have neither.
fn fits_directory(reader: &mut Reader<'_>, item: &Item<'_>) {
    match identity(reader) {
        Some(ConnectIdentity::ConnectManaged) if !item.has("password") => {
            reader.report(
                Diagnostic::error("missing-key", format!("`{}` lacks `password`", item.path))
                    .at(item.place())
                    .help(
                        "Write `password: { env: NAME }`: in Connect's own directory a user begins with a \
                        password. Or sign in by `identity: saml`.",
                    ),
            );
        }
        Some(ConnectIdentity::Saml) => {
            for key in ["password", "email"] {
                if let Some(place) = item.place_of(key) {
                    reader.report(
                        Diagnostic::error("conflict", format!("`{}.{key}` goes with `identity: connect-managed` only", item.path))
                            .at(place)
                            .help("Delete it: passwords and addresses of SAML users belong to the identity provider."),
                    );
                }
            }
        }
        Some(ConnectIdentity::ConnectManaged) | None => {}
    }
}
