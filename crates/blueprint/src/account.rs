//! What a blueprint names by an ARN and AWS takes of the blueprint's own account only.

use crate::at::At;
use headset_core::Arn;
use headset_core::diagnostic::{Diagnostic, Place};

/// An ARN that has to be one of the account that is worked in.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnArn {
    /// The key that says it.
    path: String,
    arn: String,
    account: String,
    /// Why only one of that account serves, in a sentence without a full stop.
    why: &'static str,
    place: Place,
}

/// Why a thing of another account does not serve at a key. `None`: it may.
///
/// Images are shared between accounts, secrets and buckets have policies of their own, and Identity Center is another
/// account's more often than not: the role for it and its applications are where it is.
fn only_own(path: &str, service: &str, resource: &str) -> Option<&'static str> {
    // What is said of targets is of their accounts; of the one that is worked on, it stands in `aws` as well.
    if path.starts_with("targets.") {
        return None;
    }
    let (kind, _) = resource.split_once('/')?;
    match (service, kind) {
        ("iam", "role") if path == "aws.assume_role.arn" => {
            Some("a role is of the account in which Headset works with it")
        }
        ("iam", "role") if path != "aws.identity_center.role" => {
            Some("AppStream 2.0 gives its machines roles of their own account only")
        }
        ("iam", "policy") => Some("IAM takes a permissions boundary of the role's own account only"),
        ("connect", "instance") => {
            Some("Headset works in one account, and its role signs in to instances of that account only")
        }
        ("acm", "certificate") => Some("CloudFront serves with certificates of its own account only"),
        ("appstream", "fleet" | "stack") => Some("fleets and stacks go together in one account only"),
        _ => None,
    }
}

impl OwnArn {
    /// A text of this key, if it is such an ARN. AWS's own policies belong to no account.
    pub(crate) fn of(path: &str, text: &At<String>) -> Option<OwnArn> {
        let Arn {
            service,
            account,
            resource,
            ..
        } = Arn::parse(&text.value)?;
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let why = only_own(path, service, resource).filter(|_| is_account)?;
        Some(OwnArn {
            path: path.to_owned(),
            arn: text.value.clone(),
            account: account.to_owned(),
            why,
            place: text.place.clone(),
        })
    }

    /// What is wrong with it where this account is worked in.
    pub fn outside(&self, account: &str) -> Option<Diagnostic> {
        if self.account == account {
            return None;
        }
        let message = format!(
            "`{}` is of account {} ({}), and this environment is in account {account}",
            self.path, self.account, self.arn
        );
        let finding = Diagnostic::error("other-account", message)
            .at(self.place.clone())
            .help(format!("Name one of account {account}: {}.", self.why));
        Some(finding)
    }
}
