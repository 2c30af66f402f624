//! What every section's reader is given, and where it reports.

use std::collections::BTreeMap;

use super::draft::Outline;
use headset_core::diagnostic::{Diagnostic, Place, Severity};
use headset_core::words::{agreeing, plural};

/// A way to read files that the blueprint names.
pub(crate) type Load<'a> = dyn Fn(&str) -> Result<String, String> + 'a;

/// What every section's reader is given.
pub(super) struct Reader<'a> {
    pub(super) load: &'a Load<'a>,
    pub(super) outline: &'a Outline,
    /// `protect` where an entry does not say it.
    pub(super) protect: bool,
    /// The keys of the blueprint's own tags: in lower case, and as they are written.
    pub(super) tags: BTreeMap<String, String>,
    findings: Vec<Diagnostic>,
    /// How many findings there were beyond the most that are kept, and whether any of them is an error.
    unsaid: (usize, bool),
}

/// The most findings that are told: nobody reads more, and a hostile blueprint can have a hundred thousand.
const MOST_FINDINGS: usize = 200;

impl Reader<'_> {
    /// A reader that has found nothing yet.
    pub(super) fn new<'a>(load: &'a Load<'a>, outline: &'a Outline) -> Reader<'a> {
        Reader {
            load,
            outline,
            protect: true,
            tags: BTreeMap::new(),
            findings: Vec::new(),
            unsaid: (0, false),
        }
    }

    /// What was found; at `start` it says that there is more.
    pub(super) fn into_findings(self, start: &Place) -> Vec<Diagnostic> {
        let mut findings = self.findings;
        if let (unsaid @ 1.., grave) = self.unsaid {
            let message = format!(
                "there is more: {} {} not shown",
                plural(unsaid, "further finding"),
                agreeing(unsaid, "is", "are")
            );
            let finding = if grave {
                Diagnostic::error("too-many", message)
            } else {
                Diagnostic::warning("too-many", message)
            };
            findings.push(
                finding
                    .at(start.clone())
                    .help("Mend those that are shown, and look again."),
            );
        }
        findings
    }

    /// Keeps a finding, as long as there are not too many.
    pub(super) fn report(&mut self, finding: Diagnostic) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.unsaid.0 += 1;
            self.unsaid.1 |= finding.severity == Severity::Error;
        }
    }

    /// Whether another finding would not be told, so that looking for something to suggest is not worth the time.
    pub(super) fn is_full(&self) -> bool {
        self.findings.len() >= MOST_FINDINGS
    }

    /// Reads something without a word: it is read again elsewhere, which reports.
    pub(super) fn quietly<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = (self.findings.len(), self.unsaid);
        let found = read(self);
        self.findings.truncate(before.0);
        self.unsaid = before.1;
        found
    }
}
