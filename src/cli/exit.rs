//! Exit codes, and failures that end a command.

use std::path::Path;

use headset_core::AwsError;
use headset_core::diagnostic::Diagnostic;
use headset_core::shell::word;
use headset_core::text_file::Unreadable;
use headset_engine::apply::RunError;
use headset_engine::session::Stop;
use headset_engine::state::{Destination, Kept, StoreError};

/// How a command ended. An error beats every other code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// An error.
    Error = 1,
    /// Changes can run now (`plan --detailed-exitcode`), or there is drift (`drift`).
    Changes = 2,
    /// Only checkpoints remain.
    Checkpoints = 3,
    /// Another process holds the lock.
    Locked = 4,
    /// A guard refused.
    Refused = 5,
    /// The command line does not make sense.
    Usage = 64,
    /// The user interrupted it.
    Interrupted = 130,
}

/// Of the codes of several environments, which one the command ends with: the one that stands last here. What is not done
/// beats what is, and an error beats all but the user.
const WORST_LAST: [Exit; 8] = [
    Exit::Done,
    Exit::Checkpoints,
    Exit::Changes,
    Exit::Locked,
    Exit::Refused,
    Exit::Usage,
    Exit::Error,
    Exit::Interrupted,
];

impl Exit {
    /// The one that this number stands for.
    pub(super) fn of(code: u64) -> Option<Exit> {
        WORST_LAST.into_iter().find(|exit| *exit as u64 == code)
    }

    /// The code of a command on several environments, of which one ended with this and another with that.
    pub(super) fn worse(self, other: Exit) -> Exit {
        let place = |exit: Exit| WORST_LAST.iter().position(|one| *one == exit);
        match place(other) > place(self) {
            true => other,
            false => self,
        }
    }

    /// What it means, in a word for programs.
    pub(super) fn name(self) -> &'static str {
        match self {
            Exit::Done => "done",
            Exit::Error => "error",
            Exit::Changes => "changes",
            Exit::Checkpoints => "checkpoints",
            Exit::Locked => "locked",
            Exit::Refused => "refused",
            Exit::Usage => "usage",
            Exit::Interrupted => "interrupted",
        }
    }
}

/// Why a command stops.
#[derive(Debug)]
pub(super) enum Failure {
    /// Mistakes with places; already complete, to be drawn.
    Diagnostics(Vec<Diagnostic>),
    /// A guard refused.
    Refused(Vec<Diagnostic>),
    /// One sentence, what to do, and the exit code.
    Message {
        /// What went wrong.
        message: String,
        /// What to do.
        help: Option<String>,
        /// With which code to exit.
        exit: Exit,
    },
}

impl Failure {
    /// An error in one sentence.
    pub(super) fn new(message: impl Into<String>) -> Failure {
        Failure::Message {
            message: message.into(),
            help: None,
            exit: Exit::Error,
        }
    }

    /// With which code it ends.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Failure::Diagnostics(_) => Exit::Error,
            Failure::Refused(_) => Exit::Refused,
            Failure::Message { exit, .. } => *exit,
        }
    }

    /// The same as findings, for a report.
    pub(super) fn findings(&self) -> Vec<Diagnostic> {
        match self {
            Failure::Diagnostics(findings) | Failure::Refused(findings) => findings.clone(),
            Failure::Message { message, help, .. } => vec![Diagnostic {
                help: help.clone(),
                ..Diagnostic::error("failed", message)
            }],
        }
    }

    /// The same with advice.
    pub(super) fn help(self, advice: impl Into<String>) -> Failure {
        match self {
            Failure::Message { message, exit, .. } => Failure::Message {
                message,
                help: Some(advice.into()),
                exit,
            },
            other => other,
        }
    }

    /// A file of Headset's own that does not hold what it should.
    pub(super) fn damaged(path: &Path, reason: impl std::fmt::Display) -> Failure {
        Failure::new(format!("{} is damaged: {reason}", path.display()))
    }

    /// A command line that makes no sense.
    pub(super) fn usage(message: impl Into<String>) -> Failure {
        Failure::Message {
            message: message.into(),
            help: None,
            exit: Exit::Usage,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Failure {
        match error {
            StoreError::Locked { .. } => Failure::Message {
                message: error.to_string(),
                help: Some(
                    "wait until it ends; its lock ends with it, and you have nothing to unlock".to_owned(),
                ),
                exit: Exit::Locked,
            },
            StoreError::Leased { .. } => Failure::Message {
                message: error.to_string(),
                help: Some(
                    "wait for it to end, or give `--lock-timeout 10m`; if that run has died, its lease runs out by \
                     itself, and `headset unlock FILE` breaks it at once"
                        .to_owned(),
                ),
                exit: Exit::Locked,
            },
            StoreError::LeaseLost { .. } => Failure::Message {
                message: error.to_string(),
                help: Some(
                    "nothing was changed after that; run the command again once the other run has ended".to_owned(),
                ),
                exit: Exit::Locked,
            },
            StoreError::Shared { error: ref why, .. }
                if matches!(
                    why.code.as_deref(),
                    Some("PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException")
                ) =>
            {
                Failure::new(format!("state: {error}")).help(
                    "the bucket is in another region: name it in the address of the store, as in \
                     s3://BUCKET/PREFIX?region=REGION",
                )
            }
            StoreError::Shared { .. } => Failure::new(format!("state: {error}"))
                .help("the bucket has to exist and to belong to the caller's account (`?owner=ACCOUNT` in the address of the \
                       store names another one), and the caller needs s3:GetObject, s3:PutObject, s3:DeleteObject and \
                       s3:ListBucket on it"),
            StoreError::Damaged { .. } | StoreError::DamagedThere { .. } => {
                let restore = error.restore_command().unwrap_or_default();
                Failure::new(format!("state: {error}")).help(format!(
                    "`{restore}` puts the last good state back and keeps what is damaged; nothing else may edit it"
                ))
            }
            StoreError::DamagedLease { .. } => Failure::new(format!("state: {error}")).help(
                "make sure that no run works on this environment; then `headset unlock FILE` puts a lease that is free in its \
                 place",
            ),
            StoreError::Moved { ref to, .. } => {
                let restore = error.restore_command().unwrap_or_default();
                let go_on = match to {
                    Destination::Store(place) => {
                        format!("give `--state {}`, or write `state: {place}` into the blueprint", word(place))
                    }
                    Destination::Machine(_) => "work there, or move it to a store again from there with `headset state \
                                                migrate FILE --state STORE`"
                        .to_owned(),
                };
                Failure::new(error.to_string()).help(format!(
                    "{go_on}; if that is lost for good, `{restore}` works with what was kept here"
                ))
            }
            StoreError::Moving { ref to, ref kept } => {
                let restore = error.restore_command().unwrap_or_default();
                let from = match kept {
                    Kept::Here(_) => String::new(),
                    Kept::There { store, .. } => format!(" --from {}", word(store)),
                };
                let (to, there) = match to {
                    Destination::Store(place) => (format!(" --state {}", word(place)), ""),
                    Destination::Machine(_) => (String::new(), " there"),
                };
                Failure::new(error.to_string()).help(format!(
                    "end it with `headset state migrate FILE{from}{to}`{there}: until then the state may be in both places; if \
                     that place is lost for good, `{restore}` works with what is here",
                ))
            }
            StoreError::OtherVersion { .. } => Failure::new(format!("state: {error}"))
                .help("use that version: this one would lose what it does not know"),
            StoreError::Io(_) => Failure::new(format!("state: {error}")),
        }
    }
}

impl From<Unreadable> for Failure {
    fn from(error: Unreadable) -> Failure {
        let failure = Failure::new(error.to_string());
        match error.help() {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::new(error.to_string())
    }
}

impl From<AwsError> for Failure {
    fn from(error: AwsError) -> Failure {
        Failure::new(error.to_string())
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        match error {
            RunError::Store(error) => Failure::from(error),
            RunError::Cycle(_) => Failure::new(error.to_string()),
        }
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Failure {
        match stop {
            Stop::Mistakes(findings) => Failure::Diagnostics(findings),
            Stop::Refused(findings) => Failure::Refused(findings),
            Stop::Caller(error) => Failure::new(format!("could not find out which account the credentials belong to: \
                {error}"))
                .help("configure credentials (`AWS_PROFILE`, `aws sso login`), or try it without an account: `--sim`"),
            Stop::Store(error) => Failure::from(error),
            Stop::Run(error) => Failure::from(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_in_one_environment_goes_before_what_the_others_say() {
        let all = |exits: &[Exit]| exits.iter().copied().fold(Exit::Done, Exit::worse);
        assert_eq!(all(&[]), Exit::Done);
        assert_eq!(
            all(&[Exit::Checkpoints, Exit::Done, Exit::Changes]),
            Exit::Changes
        );
        assert_eq!(all(&[Exit::Refused, Exit::Changes, Exit::Locked]), Exit::Refused);
        assert_eq!(all(&[Exit::Refused, Exit::Error, Exit::Usage]), Exit::Error);
        assert_eq!(
            all(&[Exit::Error, Exit::Interrupted, Exit::Done]),
            Exit::Interrupted
        );
    }
}
