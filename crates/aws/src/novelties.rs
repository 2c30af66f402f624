//! What AWS tells and this version of Headset does not know.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::record::{novel, novel_xml};
use super::whole::Document;
use headset_kinds::Novelty;

/// Members of answers and values in them, each with the operation that answered it.
#[derive(Debug, Default)]
pub(super) struct Novelties(Mutex<BTreeSet<(String, Novelty)>>);

impl Novelties {
    /// Looks through an answer.
    pub(super) fn notice(&self, (service, operation): (&str, &str), answer: &Document<'_>) {
        let members = match answer {
            Document::Value(answer) => novel(service, answer),
            Document::Xml(answer) => novel_xml(service, answer.root_element()),
        };
        if !members.is_empty() {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.extend(members.into_iter().map(|member| (operation.to_owned(), member)));
        }
    }

    /// What was noticed so far, with the operations.
    pub(super) fn all(&self) -> Vec<(String, Novelty)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().cloned().collect()
    }
}
