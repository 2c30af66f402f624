//! An entry of `appstream.users`: AppStream's user pool.

use std::collections::BTreeMap;

use crate::at::At;
use crate::declare::{self, Value as _};
use crate::entry::{self, Entry};
use crate::limits;
use crate::reader::{Item, Reader};
use crate::table::{Between, Shape, rule};
use headset_core::diagnostic::Diagnostic;
use headset_derive::Section;
use headset_kinds as kinds;

/// An entry of `appstream.users`: a user in AppStream's user pool.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(
    rules(rule(
        Between::Excludes("existing", &["first", "last", "enabled", "protect", "timeouts"]),
        "Headset links an existing user to stacks and changes nothing else. Delete this key, or `existing`.",
    )),
    later(
        name = "The entry's key is the user's name.",
        tags = "Users of the pool carry no tags.",
    )
)]
pub struct PoolUser {
    /// The first name; without accents and apostrophes, which the pool refuses.
    #[key(pattern = limits::POOL_NAME, example = "Agent", to(kinds::appstream::UserSpec::FIRST_NAME))]
    pub first: Option<String>,
    /// The last name; without accents and apostrophes, which the pool refuses.
    #[key(pattern = limits::POOL_NAME, example = "One", to(kinds::appstream::UserSpec::LAST_NAME))]
    pub last: Option<String>,
    /// Keys of `appstream.stacks` that the user may open.
    #[key(reference = "stacks", count = (0, 100), example = "[agents]", to(kinds::appstream::UserAssociationSpec::STACK))]
    pub stacks: Vec<At<String>>,
    /// Whether AppStream writes mails to the user: an invitation with a temporary password, valid for seven days, and
    /// one for each stack. Without it the user cannot sign in until `headset user invite`, which also invites users who are
    /// there already.
    #[key(
        default = "true",
        example = "false",
        to(
            kinds::appstream::UserSpec::NOTIFY,
            kinds::appstream::UserAssociationSpec::NOTIFY
        )
    )]
    pub notify: bool,
    /// Whether the user may sign in.
    #[key(default = "true", example = "false", to(kinds::appstream::UserSpec::ENABLED))]
    pub enabled: bool,
    /// The user is in the pool already: Headset only assigns stacks.
    #[key(shape = Shape::Yes, read = existing, fallback = declare::no, example = "true")]
    pub existing: bool,
    /// The entry; its name is its key, and users of the pool carry no tags.
    #[key(from = entry::entry, keys(entry::UNPROTECTED, entry::TIMEOUTS))]
    pub entry: Entry,
}

fn existing(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<bool> {
    reader.yes(
        item,
        "Write `existing: true`, or delete the line: the entry's key says who it is.",
    )
}

pub(super) fn pool_users(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<BTreeMap<String, PoolUser>> {
    let mut users = BTreeMap::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for entry in reader.entries(item) {
        if let Some(other) = seen.insert(entry.name.to_lowercase(), entry.name.clone()) {
            reader.report(
                Diagnostic::warning(
                    "similar-names",
                    format!("`{}` and `{other}` differ in case only", entry.name),
                )
                .at(entry.item.place())
                .help("AppStream takes them for two users. Delete one of them."),
            );
        }
        if let Some(user) = PoolUser::read(reader, &entry.item)
            && entry.good
        {
            users.insert(entry.name, user);
        }
    }
    Some(users)
}
