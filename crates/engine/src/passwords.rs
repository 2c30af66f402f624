//! Passwords of users that are to be made: looked at before anything else is, as far as they are on this machine.

use headset_core::diagnostic::Diagnostic;
use headset_core::{AtHand, Secret};
use headset_design::{Design, Desired};
use headset_kinds::registry;

use crate::plan::{Action, Plan};

/// What is known when passwords are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A file alone is checked: whether its passwords are needed, and are on the machine that needs them, is open.
    Validating,
    /// It is known which users would be made, and perhaps elsewhere.
    Planning,
    /// Users are made now.
    Applying,
}

/// Mistakes in passwords of all users that the blueprint asks for.
pub fn of_all(design: &Design) -> Vec<Diagnostic> {
    let users = design.resources.values();
    users.filter_map(|user| mistake(user, When::Validating)).collect()
}

/// Mistakes in passwords of the users that a plan makes: no others are read.
pub fn of_new(design: &Design, plan: &Plan, when: When) -> Vec<Diagnostic> {
    let made = plan
        .steps
        .values()
        .filter(|step| matches!(step.action, Action::Create | Action::Replace { .. }));
    made.filter_map(|step| mistake(design.resources.get(&step.address)?, when))
        .collect()
}

fn mistake(user: &Desired, when: When) -> Option<Diagnostic> {
    let password = registry::kind(user.address.kind).password()?;
    let secret: Secret = serde_json::from_value(user.spec.get(password.field)?.clone()).ok()?;
    let name = &user.address.key;
    let finding = match secret.at_hand() {
        AtHand::Remote => return None,
        AtHand::Kept if when == When::Validating => return None,
        AtHand::Kept => Diagnostic::error(
            "no-password",
            format!("`{name}` is not there, and the blueprint says that the user is there with a password"),
        )
        .help("Write `password: { env: NAME }`, and Headset makes the user with it; or see what the user is called."),
        AtHand::Missing(_) if when == When::Validating => return None,
        AtHand::Missing(why) => {
            let message = format!("the password of `{name}` is missing: {secret}: {why}");
            let finding = match when {
                When::Applying => Diagnostic::error("no-password", message),
                When::Validating | When::Planning => Diagnostic::warning("no-password", message),
            };
            finding.help(
                "Put it there before you apply: Headset reads it when it makes the user, and never again.",
            )
        }
        AtHand::Unreadable { why, help } => Diagnostic::error(
            "no-password",
            format!("the password of `{name}` cannot be read: {secret}: {why}"),
        )
        .help(help.unwrap_or_else(|| "Correct the file, or name another place.".to_owned())),
        AtHand::Value(value) => {
            let wrong = (password.mistake)(value.expose())?;
            Diagnostic::error(
                "bad-password",
                format!("Connect would refuse the password of `{name}` ({secret}): it {wrong}"),
            )
            .help(password.rule)
        }
    };
    Some(finding.at_maybe(user.place.clone()))
}
