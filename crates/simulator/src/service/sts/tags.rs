//! Session tags: what they must not be, and what goes along from one role to the next.

use std::collections::BTreeMap;

use serde_json::Value;

use super::session_of;
use crate::policy::Context;
use crate::service::{Call, Fault};
use crate::world::World;

fn wrong(message: &str) -> Fault {
    Fault::new("InvalidParameterValue", message).with_status(400)
}

/// The session tags of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tags {
    given: Vec<(String, String)>,
    transitive: Vec<String>,
}

impl Tags {
    /// Reads them. Their keys are equal regardless of case.
    ///
    /// # Errors
    /// `InvalidParameterValue` for a key that comes twice, and for a transitive key that is no tag's.
    pub(super) fn read(call: &Call) -> Result<Tags, Fault> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let list = |member: &str| call.input[member].as_array().cloned().unwrap_or_default();
        let given: Vec<(String, String)> = list("Tags")
            .iter()
            .map(|tag| (text(&tag["Key"]), text(&tag["Value"])))
            .collect();
        let mut keys: Vec<String> = given.iter().map(|(key, _)| key.to_lowercase()).collect();
        keys.sort_unstable();
        if keys.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(wrong(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
            ));
        }
        let transitive: Vec<String> = list("TransitiveTagKeys").iter().map(text).collect();
        if transitive
            .iter()
            .any(|key| keys.binary_search(&key.to_lowercase()).is_err())
        {
            return Err(wrong(
                "The specified transitive tag key must be included in the requested tags.",
            ));
        }
        Ok(Tags { given, transitive })
    }

    /// The tags that go along from the calling session and from this one.
    ///
    /// # Errors
    /// `InvalidParameterValue` for a tag that the calling session has handed on already.
    pub(super) fn transitive_tags(
        &self,
        world: &World,
        call: &Call,
    ) -> Result<BTreeMap<String, String>, Fault> {
        let mut all = session_of(world, call)
            .map(|session| session.transitive.clone())
            .unwrap_or_default();
        let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
        if self
            .given
            .iter()
            .any(|(key, _)| all.keys().any(|known| same(key, known)))
        {
            return Err(wrong(
                "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key \
                 from the calling session.",
            ));
        }
        let own = self
            .given
            .iter()
            .filter(|(key, _)| self.transitive.iter().any(|it| same(it, key)));
        all.extend(own.cloned());
        Ok(all)
    }

    /// Whether there are any.
    pub(super) fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// What a trust policy may ask about them.
    pub(super) fn add_to(&self, context: &mut Context) {
        for (key, value) in &self.given {
            let key = format!("aws:requesttag/{}", key.to_ascii_lowercase());
            context.insert(key, vec![value.clone()]);
        }
        if !self.given.is_empty() {
            let keys = self.given.iter().map(|(key, _)| key.clone()).collect();
            context.insert("aws:tagkeys".to_owned(), keys);
        }
        if !self.transitive.is_empty() {
            context.insert("sts:transitivetagkeys".to_owned(), self.transitive.clone());
        }
    }
}
