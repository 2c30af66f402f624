//! What is of another account: names are shared between accounts in some places, and a caller may see what others share.

use std::collections::BTreeMap;

use headset_core::{Arn, AwsError, Class, KindId};
use headset_design::{Design, Mode};
use headset_kinds::service::Service;
use headset_kinds::{Observation, output, registry};

use super::Survey;

impl Survey {
    /// Takes what is of another account for unknown, unless the blueprint links to it: it is neither taken over nor changed nor
    /// deleted.
    pub fn withhold_foreign(&mut self, design: &Design, account: &str) {
        for (address, observation) in &mut self.observations {
            let is_linked = design
                .resources
                .get(address)
                .is_some_and(|desired| desired.mode == Mode::Existing);
            let Observation::Present(live) = observation else {
                continue;
            };
            if is_linked {
                continue;
            }
            if let Some(why) = foreign(address.kind, &live.id, &live.outputs, account) {
                *observation = Observation::Unknown(AwsError::own(Class::Denied, why));
                self.outputs.remove(address);
            }
        }
    }
}

/// Why a thing is left alone, if it is of another account than the environment.
fn foreign(kind: KindId, id: &str, outputs: &BTreeMap<String, String>, account: &str) -> Option<String> {
    let owner = owner(id, outputs).filter(|owner| *owner != account && !lives_elsewhere(kind))?;
    Some(format!(
        "{id} is of account {owner}, and this environment is of account {account}: Headset leaves it alone"
    ))
}

/// Whether things of this kind are where another team's account may be.
fn lives_elsewhere(kind: KindId) -> bool {
    registry::kind(kind).service() == Some(Service::IdentityCenter)
}

/// The account that an ARN of a thing names. What AWS gives to all has none.
fn owner<'a>(id: &'a str, outputs: &'a BTreeMap<String, String>) -> Option<&'a str> {
    let named = outputs
        .get(output::ARN)
        .map(String::as_str)
        .into_iter()
        .chain([id]);
    named
        .filter_map(Arn::parse)
        .map(|arn| arn.account)
        .find(|account| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_withheld(kind: KindId, arn: &str) -> bool {
        let outputs = BTreeMap::from([(output::ARN.to_owned(), arn.to_owned())]);
        let by_output = foreign(kind, "desk", &outputs, "123456789012");
        let by_id = foreign(kind, arn, &BTreeMap::new(), "123456789012");
        assert_eq!(by_output.is_some(), by_id.is_some(), "{arn}");
        by_id.is_some_and(|why| why.contains("is of account 210987654321"))
    }

    #[test]
    fn what_is_of_another_account_is_left_alone() {
        let image = headset_core::address!("appstream.image", "desk").kind;
        let role = headset_core::address!("iam.role", "desk").kind;
        let application = headset_core::address!("identity_center.application", "desk").kind;
        assert!(is_withheld(
            image,
            "arn:aws:appstream:eu-west-1:210987654321:image/desk"
        ));
        assert!(is_withheld(role, "arn:aws:iam::210987654321:role/desk"));
        for (kind, arn) in [
            (image, "arn:aws:appstream:eu-west-1:123456789012:image/desk"),
            // A public one.
            (image, "arn:aws:appstream:eu-west-1::image/desk"),
            (
                application,
                "arn:aws:sso::210987654321:application/ssoins-1234567890abcdef/apl-1234567890abcdef",
            ),
        ] {
            assert!(!is_withheld(kind, arn), "{arn}");
        }
    }
}
