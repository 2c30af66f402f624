//! What AWS tells and this version of Headset does not know.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::record::novel;

/// Members of answers, each with the operation that answered it.
#[derive(Debug, Default)]
pub(super) struct Novelties(Mutex<BTreeSet<(String, String)>>);

impl Novelties {
    /// Looks through an answer.
    pub(super) fn notice(&self, (service, operation): (&str, &str), answer: &Value) {
        let members = novel(service, answer);
        if !members.is_empty() {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.extend(members.into_iter().map(|member| (operation.to_owned(), member)));
        }
    }

    /// What was noticed so far: operations and members.
    pub(super) fn all(&self) -> Vec<(String, String)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().cloned().collect()
    }
}
