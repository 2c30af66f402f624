//! What only the account can tell: what its settings forbid, and what is not there.

use super::input::PlanInput;
use super::model::Step;
use headset_core::diagnostic::Diagnostic;
use headset_kinds::Address;
use std::collections::BTreeMap;

/// An error for each step that the account tells against, and a warning where that works badly or could not be read.
pub(super) fn findings(steps: &BTreeMap<Address, Step>, input: &PlanInput<'_>) -> Vec<Diagnostic> {
    let asked = input.survey.forbidden.iter();
    let asked = asked.filter_map(|(address, found)| Some((steps.get(address)?, found)));
    asked
        .map(|(step, found)| {
            let finding = match found {
                Ok(forbidden) => {
                    let message = format!("{}: {}", step.address, forbidden.message);
                    match forbidden.is_refused {
                        true => Diagnostic::error(forbidden.code, message),
                        false => Diagnostic::warning(forbidden.code, message),
                    }
                    .help(forbidden.help.as_str())
                }
                Err(error) => Diagnostic::warning(
                    "account-unread",
                    format!(
                        "{}: whether the account lets it be made like that is not known, since that cannot be read: \
                         {error}",
                        step.address
                    ),
                )
                .help("apply tries it, and says so if AWS refuses it"),
            };
            finding.at_maybe(step.place.clone())
        })
        .collect()
}
