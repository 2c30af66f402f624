//! `headset explain`

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap_complete::engine::ArgValueCompleter;
use serde_json::json;

use super::Global;
use super::as_json::AsJson;
use super::completion;
use super::default_file;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::invocation::Invocation;
use crate::report::{self, explain_view};
use headset_blueprint::language;
use headset_core::KindId;
use headset_core::address::{Address, NotAnAddress};
use headset_core::shell::word;
use headset_kinds::{evidence, registry};

/// Explain a key of the blueprint, one resource, or an assumption.
///
/// A key, such as appstream.fleets.agents.capacity: meaning, type, default, limits, and what changing it takes. An
/// address as plans show it, such as appstream.fleet/agents, with the blueprint's file: which entry asks for it, what
/// has to be made before it, what it is in AWS now, what the plan does with it, and which permissions that takes. The id
/// of an assumption, as errors name it, such as appstream.in-use-lingers: what Headset believes about AWS, why, and what
/// to do if it is wrong.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A key's path, in which `*` stands for any name, a resource's address, or an assumption's id.
    #[arg(value_name = "KEY|ADDRESS|ID", value_parser = Subject, hide_possible_values = true, add = ArgValueCompleter::new(completion::subjects))]
    subject: String,
    /// The blueprint file, for an address.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    form: AsJson,
}

impl ExplainArgs {
    /// Prints a page about what was asked for.
    fn show(&self, sort: &str, page: &str) {
        self.form.text(
            page,
            || json!({ "subject": self.subject, "sort": sort, "text": page }),
        );
    }
}

/// Any text; shells complete it with the keys of the language and the ids of assumptions.
#[derive(Clone, Debug)]
struct Subject;

impl TypedValueParser for Subject {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let ids = evidence::all().map(|one| PossibleValue::new(one.id));
        let keys = language::every_field().into_iter().map(PossibleValue::new);
        Some(Box::new(keys.chain(ids)))
    }
}

/// Explains a key or an assumption. `None`: an address, which takes a look at AWS.
pub(super) fn explain_key(args: &ExplainArgs) -> Option<Result<Exit, Failure>> {
    if args.subject.contains('/') {
        return None;
    }
    if let Some(assumption) = evidence::find(&args.subject) {
        args.show("assumption", &report::evidence::page(assumption));
        return Some(Ok(Exit::Done));
    }
    if let Some(text) = language::explain_field(&args.subject) {
        args.show("key", &text);
        return Some(Ok(Exit::Done));
    }
    let failure = Failure::new(format!("blueprints have no key `{}`", args.subject));
    let similar = language::similar_fields(&args.subject);
    Some(Err(if similar.is_empty() {
        failure
            .help("docs/reference/blueprint.md lists all keys; `headset explain connect` those of a section")
    } else {
        failure.help(format!("did you mean {}?", similar.join(", ")))
    }))
}

fn not_an_address(error: &NotAnAddress) -> Failure {
    let failure = Failure::usage(error.to_string());
    match error {
        NotAnAddress::Kind { no_kind, .. } if no_kind.meant.is_none() => {
            let kinds: Vec<&str> = KindId::all().map(KindId::name).collect();
            failure.help(format!("the kinds are {}", kinds.join(", ")))
        }
        _ => failure,
    }
}

/// Explains a key or an address.
pub(super) async fn explain(global: &Global, args: &ExplainArgs) -> Result<Exit, Failure> {
    if let Some(result) = explain_key(args) {
        return result;
    }
    let address: Address = args.subject.parse().map_err(|error| not_an_address(&error))?;
    let kind = registry::kind(address.kind);
    let Some(file) = args.file.as_deref().or(default_file::here()) else {
        let again = format!("`headset explain {} FILE`", word(&args.subject));
        return Err(Failure::usage(format!(
            "{address} is a resource, and no blueprint was given that asks for it"
        ))
        .help(format!(
            "give the blueprint as well: {}",
            Invocation::without_file(global).complete(&again)
        )));
    };
    let environment = Environment::open(global, file).await?;
    let assessed = environment
        .assess(&environment.design, &environment.state)
        .await?;
    environment.close().await?;
    let page = explain_view::page(
        kind,
        &address,
        &assessed.plan,
        &assessed.survey,
        &environment.state,
    );
    match page {
        Some(page) => {
            args.show("resource", &page);
            Ok(Exit::Done)
        }
        None => {
            let same: Vec<String> = assessed
                .plan
                .steps
                .keys()
                .filter(|other| other.kind == address.kind)
                .map(ToString::to_string)
                .collect();
            let failure = Failure::new(format!("{} has no {address}", environment.name));
            Err(if same.is_empty() {
                failure.help("plan and status list all addresses")
            } else {
                failure.help(format!("it has {}", same.join(", ")))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};

    use super::*;

    #[test]
    fn shells_complete_keys_and_any_text_is_taken() {
        let command = ExplainArgs::augment_args(clap::Command::new("explain"));
        let subject = command.get_positionals().next().expect("the subject");
        let offered: Vec<String> = subject
            .get_possible_values()
            .iter()
            .map(|value| value.get_name().to_owned())
            .collect();
        assert!(
            offered.iter().any(|key| key == "appstream.fleets.*.capacity"),
            "{offered:?}"
        );
        assert!(offered.iter().any(|id| id == "pace.unpublished"), "{offered:?}");
        for key in &offered {
            let is_explained = evidence::find(key).is_some() || language::explain_field(key).is_some();
            assert!(is_explained, "{key}");
            // One word explains one thing.
            assert!(
                evidence::find(key).is_none() || language::explain_field(key).is_none(),
                "{key}"
            );
        }
        let taken = command.get_matches_from(["explain", "connect.instance/main"]);
        let taken = ExplainArgs::from_arg_matches(&taken).expect("an address");
        assert_eq!(taken.subject, "connect.instance/main");
    }
}
