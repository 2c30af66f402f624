//! An entry of `appstream.users`: AppStream's user pool.

use std::collections::BTreeMap;

use super::item::{Fields, Item};
use super::reader::Reader;
use crate::model::PoolUser;
use headset_core::diagnostic::Diagnostic;

impl Reader<'_> {
    pub(super) fn pool_users(&mut self, fields: &Fields<'_>) -> BTreeMap<String, PoolUser> {
        let mut users = BTreeMap::new();
        let Some(item) = fields.get("users") else {
            return users;
        };
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for entry in self.entries(&item) {
            if let Some(other) = seen.insert(entry.name.to_lowercase(), entry.name.clone()) {
                self.report(
                    Diagnostic::warning(
                        "similar-names",
                        format!("`{}` and `{other}` differ in case only", entry.name),
                    )
                    .at(entry.item.place())
                    .help("AppStream takes them for two users. Delete one of them."),
                );
            }
            if let Some(user) = self.pool_user(&entry.item)
                && entry.good
            {
                users.insert(entry.name, user);
            }
        }
        users
    }

    fn pool_user(&mut self, item: &Item<'_>) -> Option<PoolUser> {
        let fields = self.fields(item)?;
        let existing = self.yes(
            fields.get("existing"),
            "Write `existing: true`, or delete the line: the entry's key says who it is.",
        )?;
        let first = self.optional(fields.get("first"));
        let last = self.optional(fields.get("last"));
        let stacks = self.texts_or_none(fields.get("stacks"));
        let notify = self.boolean_or(fields.get("notify"), true);
        let enabled = self.boolean_or(fields.get("enabled"), true);
        let entry = self.untagged_entry(item, &fields);
        let entry = self.personal(entry, &fields);
        Some(PoolUser {
            entry,
            existing,
            first: first?.map(|text| text.value),
            last: last?.map(|text| text.value),
            stacks: stacks?,
            notify,
            enabled,
        })
    }
}
