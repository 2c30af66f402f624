//! Policy documents: what IAM, STS and S3 read out of them, and how they decide with them.
//!
//! The rules are those of the IAM user guide's "Policy evaluation logic" and "IAM JSON policy elements
//! reference": everything is denied until a statement allows it, and one matching `Deny` beats any `Allow`.

mod condition;
mod document;
mod grammar;
mod normal;
mod permissions;
mod principal;
#[cfg(test)]
mod tests;
mod wildcard;

pub use condition::Context;
pub use document::Policy;
pub use grammar::{Kind, Malformed};
pub use permissions::Permissions;

pub(crate) use condition::{Operator, Quantifier, range as address_range};
pub(crate) use document::{Effect, PrincipalEntry, Statement};
pub(crate) use normal::normalised;
pub(crate) use wildcard::matches as wildcard_matches;

use document::Principals;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// The request is not signed.
    Anonymous,
    /// A user, role session or root of an account.
    Aws {
        /// What `sts:GetCallerIdentity` answers.
        arn: String,
        /// The twelve-digit account.
        account: String,
    },
    /// A user whom this provider (by ARN) vouches for.
    Federated(String),
    /// An AWS service, such as `appstream.amazonaws.com`.
    Service(String),
}

/// One question to a policy.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Who asks.
    pub principal: &'a Principal,
    /// For what, such as `s3:GetObject`.
    pub action: &'a str,
    /// On which ARN; empty for trust policies.
    pub resource: &'a str,
    /// Under which circumstances. Keys in lower case.
    pub context: &'a Context,
}

/// What a policy says to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it and none denies it.
    Allowed,
    /// A statement denies it.
    Denied,
    /// No statement speaks of it, which is a denial unless another policy allows.
    Silent,
}

impl Policy {
    /// Reads a document by the grammar of its kind.
    ///
    /// # Errors
    /// [`Malformed`] says which rule the document breaks; the services turn it into their own codes.
    pub fn parse(document: &str, kind: Kind) -> Result<Policy, Malformed> {
        grammar::parse(document, kind)
    }

    /// Decides a request: an explicit deny wins, then an allow, else the policy is silent.
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        let mut decision = Decision::Silent;
        for statement in self
            .statements
            .iter()
            .filter(|s| s.applies(request, self.variables))
        {
            match statement.effect {
                Effect::Deny => return Decision::Denied,
                Effect::Allow => decision = Decision::Allowed,
            }
        }
        decision
    }

    /// Whether a statement that allows something names this role, user or session itself, and not only its account.
    pub(crate) fn names(&self, arn: &str) -> bool {
        let allows = self.statements.iter().filter(|one| one.effect == Effect::Allow);
        let entries = allows.filter_map(|one| one.principals.as_ref());
        entries
            .flat_map(|principals| &principals.entries)
            .any(|entry| match entry {
                PrincipalEntry::Aws(named) => named == arn || session_of(arn, named),
                _ => false,
            })
    }

    /// Every principal entry that the document names, with the statements' order.
    pub(crate) fn principals(&self) -> impl Iterator<Item = &PrincipalEntry> {
        self.statements
            .iter()
            .filter_map(|s| s.principals.as_ref())
            .flat_map(|p| &p.entries)
    }
}

impl Statement {
    fn applies(&self, request: &Request<'_>, variables: bool) -> bool {
        let expand = |pattern: &str| match variables {
            true => condition::expand(pattern, request.context),
            false => Some(pattern.to_owned()),
        };
        let principal = self
            .principals
            .as_ref()
            .is_none_or(|principals| principals.cover(request.principal));
        let action = self.actions.inverted
            != self
                .actions
                .patterns
                .iter()
                .any(|p| wildcard_matches(&p.to_ascii_lowercase(), &request.action.to_ascii_lowercase()));
        let resource = self.resources.as_ref().is_none_or(|resources| {
            resources.inverted
                != resources
                    .patterns
                    .iter()
                    .filter_map(|p| expand(p))
                    .any(|p| wildcard_matches(&p, request.resource))
        });
        principal
            && action
            && resource
            && self
                .conditions
                .iter()
                .all(|condition| condition.holds(request.context, variables))
    }
}

impl Principals {
    /// Whether the element covers this principal.
    pub(crate) fn cover(&self, principal: &Principal) -> bool {
        self.inverted != self.entries.iter().any(|entry| entry.names(principal))
    }
}

impl PrincipalEntry {
    fn names(&self, principal: &Principal) -> bool {
        match (self, principal) {
            (PrincipalEntry::Everybody, _) => true,
            (PrincipalEntry::Aws(named), Principal::Aws { arn, account }) => {
                named == account
                    || *named == format!("arn:aws:iam::{account}:root")
                    || named == arn
                    || session_of(arn, named)
            }
            (PrincipalEntry::Federated(named), Principal::Federated(provider)) => named == provider,
            (PrincipalEntry::Service(named), Principal::Service(service)) => named == service,
            _ => false,
        }
    }
}

/// Whether `session` (`arn:aws:sts::A:assumed-role/Role/Name`) is a session of the role `role`
/// (`arn:aws:iam::A:role/path/Role`). A session's ARN does not carry the role's path.
fn session_of(session: &str, role: &str) -> bool {
    let Some((account, rest)) = session
        .strip_prefix("arn:aws:sts::")
        .and_then(|s| s.split_once(":assumed-role/"))
    else {
        return false;
    };
    let Some((name, _)) = rest.split_once('/') else {
        return false;
    };
    role.strip_prefix("arn:aws:iam::")
        .and_then(|s| s.strip_prefix(account))
        .and_then(|s| s.strip_prefix(":role/"))
        .is_some_and(|path| path.rsplit('/').next() == Some(name))
}
