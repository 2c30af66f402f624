//! What a policy document says, once it is read.

use crate::policy::condition::Condition;

/// A parsed policy document.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Whether `${...}` in values is a policy variable: only in documents of version 2012-10-17.
    pub(crate) variables: bool,
    /// The statements, in the order of the document.
    pub(crate) statements: Vec<Statement>,
}

/// What a matching statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Allows, unless another statement denies.
    Allow,
    /// Denies, whatever else allows.
    Deny,
}

/// A list of patterns, or everything but a list of patterns (`NotAction`, `NotResource`).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Selection {
    /// True for the `Not...` form.
    pub inverted: bool,
    /// Patterns with `*` and `?`.
    pub patterns: Vec<String>,
}

/// One entry of a `Principal` element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PrincipalEntry {
    /// `"*"` or `{"AWS": "*"}`: everybody, anonymous callers included.
    Everybody,
    /// `{"AWS": ...}`: an account id, an account's root ARN, or the ARN of a user, role or role session.
    Aws(String),
    /// `{"Service": ...}`.
    Service(String),
    /// `{"Federated": ...}`: the ARN of a SAML or OIDC provider, or the name of a web identity provider.
    Federated(String),
    /// `{"CanonicalUser": ...}`: S3's 64-digit name of an account.
    CanonicalUser(String),
}

/// The `Principal` or `NotPrincipal` element.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Principals {
    /// True for `NotPrincipal`.
    pub inverted: bool,
    /// Who is named.
    pub entries: Vec<PrincipalEntry>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    /// `Sid`.
    pub sid: Option<String>,
    /// `Effect`.
    pub effect: Effect,
    /// `Principal`; absent in identity policies.
    pub principals: Option<Principals>,
    /// `Action`.
    pub actions: Selection,
    /// `Resource`; absent in trust policies.
    pub resources: Option<Selection>,
    /// `Condition`: all of them have to hold.
    pub conditions: Vec<Condition>,
}
