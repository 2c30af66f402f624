//! What is not taken for the environment's own, although the blueprint asks for it.

use serde::Serialize;

use headset_core::diagnostic::Diagnostic;
use headset_kinds::shell::word;
use headset_kinds::{Address, tag};

/// Why a step is refused. The identifier of each is stable: programs read it in JSON, and findings carry it as their code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "id")]
pub enum Refusal {
    /// Its tags carry another lineage than state: it is another environment's.
    BelongsToAnother {
        /// AWS's id of it.
        thing: String,
        /// The environment that its tags name.
        environment: Option<String>,
        /// The lineage that state has.
        lineage: String,
    },
    /// Its tags name this environment, under a lineage that state does not know; state holds nothing.
    LostState {
        /// AWS's id of it.
        thing: String,
        /// This environment.
        environment: String,
        /// The lineage that its tags carry.
        lineage: Option<String>,
    },
    /// Nothing says that it is this environment's.
    NotOurs {
        /// AWS's id of it.
        thing: String,
    },
    /// Several entries of the blueprint ask for it.
    ClaimedTwice {
        /// AWS's id of it.
        thing: String,
        /// The addresses of all of them.
        by: Vec<Address>,
    },
}

/// How a state that another machine has comes to be known here.
pub const ELSEWHERE: &str = "if another machine has it, `headset state migrate FILE --state s3://BUCKET/PREFIX` there moves it \
                             to a bucket, and `--state s3://BUCKET/PREFIX` lets every machine work with it";

impl Refusal {
    /// The finding about what is at this address, and so the only sentence about it.
    pub fn finding(&self, address: &Address) -> Diagnostic {
        match self {
            Refusal::BelongsToAnother {
                thing,
                environment,
                lineage,
            } => {
                let owner = environment.as_deref().unwrap_or("another environment");
                Diagnostic::error(
                    "belongs-to-another",
                    format!("{address} exists already ({thing}) and belongs to `{owner}`"),
                )
                .note(format!("its tag {} is not {lineage}", tag::LINEAGE))
                .help("choose another `name`, or link to it with `existing:`")
            }
            Refusal::LostState {
                thing,
                environment,
                lineage,
            } => Diagnostic::error(
                "lost-state",
                format!(
                    "{address} of `{environment}` exists already ({thing}) under lineage {}, which state does not know",
                    lineage.as_deref().unwrap_or("(none)")
                ),
            )
            .help(format!(
                "if the state of this environment was lost, `headset import FILE` finds everything again by its tags; \
                 {ELSEWHERE}"
            )),
            Refusal::NotOurs { thing } => Diagnostic::error(
                "not-ours",
                format!("{address} exists already ({thing}), and nothing proves that it belongs to this environment"),
            )
            .help(format!(
                "take it over with `headset import FILE {}`, link to it with `existing:`, or choose another name",
                word(&address.to_string())
            )),
            Refusal::ClaimedTwice { thing, by } => {
                let names: Vec<String> = by.iter().map(ToString::to_string).collect();
                Diagnostic::error(
                    "claimed-twice",
                    format!("{} are one and the same resource in AWS ({thing})", names.join(" and ")),
                )
                .help("give each of them a `name` of its own, or take one of them out of the blueprint")
            }
        }
    }
}
