//! Applications at an identity provider, as far as several environments may mistake them for each other.

use crate::desired::{Design, Desired};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::identity_center::application::APPLICATION_ARN;
use headset_kinds::{Address, identity_center, idp};

/// Whether this is an application at an identity provider. Its key is its name there.
pub fn is_application(address: &Address) -> bool {
    matches!(
        address.kind,
        identity_center::ApplicationSpec::KIND | idp::ApplicationSpec::KIND
    )
}

/// Says that `others` have an application of this name, too.
pub fn shared_application(address: &Address, others: &str) -> Diagnostic {
    Diagnostic::warning(
        "shared-application",
        format!("an application called `{}` is asked for by {others}, too", address.key),
    )
    .help(
        "An application leads to the instance, provider and role of one environment; a person who looks for it by this name \
         finds either. Write another `application`, such as one with the environment's name in it.",
    )
}

impl Design {
    /// The applications that it asks for.
    fn applications(&self) -> impl Iterator<Item = &Desired> {
        self.resources
            .values()
            .filter(|desired| is_application(&desired.address))
    }

    /// The applications that another design asks for by the same name at the same sort of provider. Of two whose ARNs
    /// stand in their blueprints it is known whether they are one.
    pub fn applications_shared_with<'a>(&'a self, other: &'a Design) -> impl Iterator<Item = &'a Desired> {
        self.applications().filter(|mine| {
            let arn = |desired: &Desired| desired.answers.get(APPLICATION_ARN).cloned();
            other
                .resources
                .get(&mine.address)
                .is_some_and(|theirs| match (arn(mine), arn(theirs)) {
                    (Some(mine), Some(theirs)) => mine == theirs,
                    _ => true,
                })
        })
    }
}
