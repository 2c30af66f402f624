//! The least permissions with which each command does its work on one environment, as IAM policies.
//!
//! They follow from the design: ARNs by the environment's names and tags, and of secrets, parameters and roles those that
//! the blueprint names. A statement says what it is for in its `Sid`. `docs/guide/permissions.md` explains them.

mod asked;
mod changes;
mod document;
mod network;
mod reads;
mod removals;
mod scope;
mod untagged;

pub use asked::{Asked, StatePlace};
pub use document::{Document, Effect, Statement};
pub use untagged::{UNTAGGED, Untagged};

use std::fmt;

use headset_core::diagnostic::Diagnostic;
use headset_kinds::regions::Identity;

use scope::Scope;

use crate::desired::Mode;
use headset_kinds::iam::{OidcProviderSpec, PolicySpec};
use headset_kinds::s3::StateBucketSpec;

/// What the holder of a policy runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Command {
    /// `plan`: looks.
    Plan,
    /// `drift`: looks at the same.
    Drift,
    /// `verify`: looks at the same, and asks for the address of a session.
    Verify,
    /// `apply`: makes and changes, and deletes nothing that matters.
    Apply,
    /// `destroy`: deletes.
    Destroy,
    /// `checkpoint` and `image connect`: looks, keeps answers, opens a builder.
    Checkpoint,
    /// No command: what the roles that `apply` makes can do at most.
    Boundary,
}

impl Command {
    /// All, in the order in which help lists them.
    pub const ALL: [Command; 7] = [
        Command::Plan,
        Command::Drift,
        Command::Verify,
        Command::Apply,
        Command::Destroy,
        Command::Checkpoint,
        Command::Boundary,
    ];

    /// How it is written.
    pub const fn word(self) -> &'static str {
        match self {
            Command::Plan => "plan",
            Command::Drift => "drift",
            Command::Verify => "verify",
            Command::Apply => "apply",
            Command::Destroy => "destroy",
            Command::Checkpoint => "checkpoint",
            Command::Boundary => "boundary",
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One managed policy.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedPolicy {
    /// What to call it.
    pub name: String,
    /// The role that carries it, where it is not whom the command runs as: the one through which IAM Identity Center is
    /// reached.
    pub role: Option<String>,
    /// What it says.
    pub document: Document,
}

/// The name of the boundary that a whole account shares, as `bootstrap` makes it.
pub const BOUNDARY: &str = "headset-boundary";

/// The policies for a command, in an order that stays. Pure: the same design always gives the same policies.
///
/// # Errors
/// If there is no policy that is least: the roles that `apply` would make have no boundary, so that who may make them may
/// make an administrator; or the environment itself decides what others may do.
pub fn policies(command: Command, asked: &Asked<'_>) -> Result<Vec<NamedPolicy>, Vec<Diagnostic>> {
    let scope = Scope::of(asked);
    if matches!(command, Command::Apply | Command::Destroy) {
        check_administrator(&scope, command)?;
    }
    if command == Command::Apply {
        check_boundaries(&scope)?;
    }
    let mut own = Vec::new();
    let mut elsewhere = Vec::new();
    match command {
        Command::Plan | Command::Drift => {
            own.extend(reads::all(&scope));
            elsewhere.extend(reads::identity_center(&scope));
        }
        Command::Verify => {
            own.extend(reads::all(&scope));
            own.extend(reads::verify(&scope));
            elsewhere.extend(reads::identity_center(&scope));
            elsewhere.extend(reads::members(&scope));
        }
        Command::Checkpoint => {
            own.extend(reads::all(&scope));
            own.extend(changes::checkpoint(&scope));
            elsewhere.extend(reads::identity_center(&scope));
        }
        Command::Apply => {
            own.extend(reads::all(&scope));
            own.extend(changes::all(&scope));
            elsewhere.extend(reads::identity_center(&scope));
            elsewhere.extend(changes::identity_center(&scope));
        }
        Command::Destroy => {
            own.extend(reads::all(&scope));
            own.extend(removals::all(&scope));
            elsewhere.extend(reads::identity_center(&scope));
            elsewhere.extend(removals::identity_center(&scope));
        }
        Command::Boundary => own.extend(boundary(&scope)),
    }
    let through = match asked.identity {
        Identity::Role(role) => Some(role.clone()),
        Identity::Same => {
            own.append(&mut elsewhere);
            None
        }
        Identity::ByHand => {
            elsewhere.clear();
            None
        }
    };
    let name = match command {
        Command::Boundary => BOUNDARY.to_owned(),
        _ => format!("headset-{}-{command}", asked.environment),
    };
    let mut policies = named(&name, None, own);
    if let Some(role) = through {
        policies.extend(named(&format!("{name}-identity-center"), Some(&role), elsewhere));
    }
    Ok(policies)
}

/// What to know of the policies for a command: boundaries that bound little.
pub fn warnings(command: Command, asked: &Asked<'_>) -> Vec<Diagnostic> {
    let scope = Scope::of(asked);
    let wide = scope.wide_boundaries().filter(|_| command == Command::Apply);
    wide.map(|(role, boundary)| {
        Diagnostic::warning(
            "wide-boundary",
            format!(
                "{} is bounded by {boundary}: who may change it gains what that policy allows",
                role.address
            ),
        )
        .at_maybe(role.place.clone())
        .help(format!(
            "a boundary that allows no more than the role needs is printed by `headset policy show {}`",
            Command::Boundary
        ))
    })
    .collect()
}

/// The documents of these statements, numbered where there are several.
fn named(name: &str, role: Option<&str>, statements: Vec<Statement>) -> Vec<NamedPolicy> {
    let documents = document::split(statements);
    let many = documents.len() > 1;
    let numbered = |index: usize| match many {
        true => format!("{name}-{}", index + 1),
        false => name.to_owned(),
    };
    let policies = documents.into_iter().enumerate();
    policies
        .map(|(index, document)| NamedPolicy {
            name: numbered(index),
            role: role.map(str::to_owned),
            document,
        })
        .collect()
}

/// What the roles that `apply` makes can do at most: sign agents in, and let them stream.
fn boundary(scope: &Scope<'_>) -> Vec<Statement> {
    vec![
        Statement::allow("SignIn", ["connect:GetFederationToken"]).on([scope.arn(
            "connect",
            "*",
            "instance/*",
        )]),
        Statement::allow("Stream", ["appstream:Stream"]).on([scope.arn("appstream", "*", "stack/*")]),
    ]
}

/// Refuses what only an administrator does: who may say what policies allow, or who vouches for pipelines, may do everything.
fn check_administrator(scope: &Scope<'_>, command: Command) -> Result<(), Vec<Diagnostic>> {
    let theirs = scope.resources().filter(|one| one.mode != Mode::Existing);
    let kinds = [PolicySpec::KIND, OidcProviderSpec::KIND, StateBucketSpec::KIND];
    let refused = theirs.filter(|one| kinds.contains(&one.address.kind)).map(|one| {
        Diagnostic::error(
            "administrator",
            format!(
                "{} is for the whole account: who may {command} it decides what others may do, and over their states",
                one.address
            ),
        )
        .at_maybe(one.place.clone())
        .help(format!(
            "an administrator runs `headset {command}` on this blueprint; policies for `plan` and `drift` are printed"
        ))
    });
    // One stands for all: the reason is the same.
    refused.take(1).map(|one| Err(vec![one])).next().unwrap_or(Ok(()))
}

/// Refuses roles without a boundary.
fn check_boundaries(scope: &Scope<'_>) -> Result<(), Vec<Diagnostic>> {
    let boundless: Vec<Diagnostic> = scope
        .boundless()
        .map(|role| {
            let arn = scope.iam(&format!("policy/{BOUNDARY}"));
            Diagnostic::error(
                "no-boundary",
                format!("{} has no permissions boundary: who may make it may make an administrator", role.address),
            )
            .at_maybe(role.place.clone())
            .help(format!(
                "set `sign_in.role.permissions_boundary: \"{arn}\"`; `headset policy show boundary` prints that policy, \
                 and an administrator makes it once"
            ))
        })
        .collect();
    match boundless.is_empty() {
        true => Ok(()),
        false => Err(boundless),
    }
}
