//! What speaks against a network, or something in it.

use headset_kinds::kind::Forbidden;

/// One thing that speaks against it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Objection {
    /// Whether AWS refuses it, or nothing comes of it; otherwise it works badly.
    is_refused: bool,
    /// What, in a sentence without a full stop.
    what: String,
    /// What to do, in a sentence without a full stop.
    help: &'static str,
}

/// All that speaks against it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Objections(Vec<Objection>);

impl Objections {
    /// AWS refuses it, or nothing comes of it.
    pub(super) fn refused(&mut self, what: String, help: &'static str) {
        self.add(true, what, help);
    }

    /// It works badly.
    pub(super) fn warned(&mut self, what: String, help: &'static str) {
        self.add(false, what, help);
    }

    fn add(&mut self, is_refused: bool, what: String, help: &'static str) {
        self.0.push(Objection {
            is_refused,
            what,
            help,
        });
    }

    /// One finding of them all: what AWS refuses alone, where there is any.
    pub(super) fn told(self) -> Option<Forbidden> {
        let is_refused = self.0.iter().any(|one| one.is_refused);
        let said: Vec<Objection> = self
            .0
            .into_iter()
            .filter(|one| one.is_refused == is_refused)
            .collect();
        if said.is_empty() {
            return None;
        }
        let texts: Vec<&str> = said.iter().map(|one| one.what.as_str()).collect();
        let mut helps: Vec<&str> = said.iter().map(|one| one.help).collect();
        helps.dedup();
        Some(Forbidden {
            code: "network-unfit",
            is_refused,
            message: texts.join("; "),
            help: helps.join("; "),
        })
    }
}
