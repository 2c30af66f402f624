//! The commands that advice names: with the file and the options of the command that gives the advice, so that they do
//! what is meant when they are pasted.

use std::path::Path;

use super::Global;
use super::given::{Given, file};
use crate::report::Told;
use headset_core::diagnostic::Diagnostic;
use headset_core::shell::word;
use headset_engine::apply::event::Event;

/// What stands for the blueprint's file in the engine's advice and in worksheets.
const PLACEHOLDERS: [&str; 2] = ["FILE", "BLUEPRINT"];

/// One command line's file and the options that a further command needs, too.
#[derive(Clone, Debug, Default)]
pub(super) struct Invocation {
    file: Option<String>,
    given: Given,
}

impl Invocation {
    /// A command that names no blueprint.
    pub(super) fn without_file(global: &Global) -> Invocation {
        Invocation {
            file: None,
            given: global.given.clone(),
        }
    }

    /// A command on a blueprint.
    pub(super) fn on(global: &Global, path: &Path) -> Invocation {
        Invocation {
            file: Some(file(path)),
            given: global.given.clone(),
        }
    }

    /// A command on a blueprint that was just written, with the values that were set in it.
    pub(super) fn on_written(global: &Global, path: &Path) -> Invocation {
        Invocation {
            file: Some(file(path)),
            given: global.given.clone().without_sets(),
        }
    }

    /// A command on a plan that was saved: it holds what was said about the blueprint and the plan.
    pub(super) fn on_saved(global: &Global, path: &Path) -> Invocation {
        Invocation {
            file: Some(file(path)),
            given: global.given.clone().only_the_cloud(),
        }
    }

    /// A whole command, such as `headset apply center.yaml --set connect.alias=acme`. `what` is the command with its
    /// own arguments.
    pub(super) fn command(&self, what: &str) -> String {
        let words = words(what);
        let needed = self.given.needed_by(&words, self.file.is_some());
        let mut command = format!("headset {what}");
        for part in self.file.as_deref().into_iter().chain(needed) {
            command.push(' ');
            command.push_str(part);
        }
        command
    }

    /// A text in which each command is whole: with the file in place of its placeholder, and with the options.
    pub(super) fn complete(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("headset ") {
            let (before, from) = rest.split_at(start);
            let (command, after) = from.split_at(end_of(from));
            out.push_str(before);
            out.push_str(&self.whole(command));
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// A command that a text names. One without a file and without options is only talked about.
    fn whole(&self, command: &str) -> String {
        let words = words(command);
        let names_file = words.iter().any(|word| PLACEHOLDERS.contains(word));
        if !names_file && !words.iter().any(|word| word.starts_with("--")) {
            return command.to_owned();
        }
        // A command whose file the user has to write is read as another blueprint.
        let reads_blueprint = names_file && self.file.is_some();
        let needed = self
            .given
            .needed_by(words.get(1..).unwrap_or_default(), reads_blueprint);
        let own = words.iter().map(|word| match &self.file {
            Some(file) if PLACEHOLDERS.contains(word) => file.as_str(),
            _ => word,
        });
        own.chain(needed).collect::<Vec<_>>().join(" ")
    }

    /// The same findings with whole commands in their advice.
    pub(super) fn complete_all(&self, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        findings
            .into_iter()
            .map(|finding| Diagnostic {
                help: finding.help.map(|help| self.complete(&help)),
                notes: finding.notes.iter().map(|note| self.complete(note)).collect(),
                ..finding
            })
            .collect()
    }

    /// An event and its sentences, with whole commands in its advice and its worksheet.
    pub(super) fn complete_told(&self, mut told: Told) -> Told {
        match &mut told.event {
            // The advice on a failed call names no address: the event does.
            Event::Failed { address, .. } => {
                let address = format!("FILE {}", word(&address.to_string()));
                let whole = |help: String| self.complete(&help.replace("FILE ADDRESS", &address));
                told.help = told.help.map(whole);
            }
            Event::CheckpointOpened { checkpoint } => {
                checkpoint.worksheet = self.complete(&checkpoint.worksheet);
                for notice in &mut checkpoint.notices {
                    notice.text = self.complete(&notice.text);
                }
            }
            _ => {}
        }
        told
    }
}

/// Where a command ends that a text names: at a backtick or the end of the line, quoted ones aside.
fn end_of(text: &str) -> usize {
    let mut is_quoted = false;
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        match character {
            '\'' if before != '\\' || is_quoted => is_quoted = !is_quoted,
            '`' | '\n' if !is_quoted => return at,
            _ => {}
        }
        before = character;
    }
    // An apostrophe of the prose around it quotes nothing.
    match is_quoted {
        true => text.find(['`', '\n']).unwrap_or(text.len()),
        false => text.len(),
    }
}

/// The words of a command, quotes and all.
fn words(command: &str) -> Vec<&str> {
    let mut is_quoted = false;
    let mut before = ' ';
    command
        .split(|character| {
            if character == '\'' && (before != '\\' || is_quoted) {
                is_quoted = !is_quoted;
            }
            before = character;
            character == ' ' && !is_quoted
        })
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, FromArgMatches as _};

    use super::*;
    use crate::cli::Cli;

    fn global(line: &[&str]) -> Global {
        let mut command = Cli::command();
        let matches = command
            .try_get_matches_from_mut([&["headset"], line].concat())
            .unwrap();
        let mut cli = Cli::from_arg_matches(&matches).unwrap();
        cli.global.given = Given::read(&command, &matches);
        cli.global
    }

    fn invocation() -> Invocation {
        let line = ["plan", "x", "--set", "connect.alias=acme", "--profile", "test"];
        Invocation::on(&global(&line), Path::new("my center.yaml"))
    }

    #[test]
    fn a_command_in_advice_is_whole() {
        let text = "take it over with `headset import FILE iam.role/connect`, or see FILE\n\
                    headset checkpoint answer BLUEPRINT 'a b' metadata=URL\nheadset help simulation\n`headset image \
                    connect acme --region eu-west-1`";
        let whole = "take it over with `headset import 'my center.yaml' iam.role/connect --set connect.alias=acme \
                     --profile test`, or see FILE\nheadset checkpoint answer 'my center.yaml' 'a b' metadata=URL --set \
                     connect.alias=acme --profile test\nheadset help simulation\n`headset image connect acme --region \
                     eu-west-1 --profile test`";
        assert_eq!(invocation().complete(text), whole);
        assert_eq!(
            invocation().complete(whole),
            whole,
            "what is whole stays as it is"
        );
    }

    #[test]
    fn without_a_file_the_placeholder_stays() {
        let text = "`headset import FILE`";
        assert_eq!(Invocation::default().complete(text), text);
        assert_eq!(
            Invocation::without_file(&global(&["plan", "x", "--set", "a=b", "--sim"])).complete(text),
            "`headset import FILE --sim`",
            "the file of another environment has other values"
        );
        assert_eq!(
            invocation().command("apply"),
            "headset apply 'my center.yaml' --set connect.alias=acme --profile test"
        );
    }

    #[test]
    fn a_file_is_never_taken_for_an_option() {
        let on = |path: &str| Invocation::on(&global(&["plan", "x"]), Path::new(path)).command("plan");
        assert_eq!(on("-x.yaml"), "headset plan ./-x.yaml");
        assert_eq!(on("--sim"), "headset plan ./--sim");
        assert_eq!(on("-my center.yaml"), "headset plan './-my center.yaml'");
        assert_eq!(on("/a/-x.yaml"), "headset plan /a/-x.yaml");
    }

    #[test]
    fn what_is_quoted_is_one_word() {
        let address = headset_core::shell::word("idp.application/it's a FILE `x` -- y");
        let text = format!("answer: `headset checkpoint answer BLUEPRINT {address} a=b`, it's easy");
        assert_eq!(
            invocation().complete(&text),
            format!(
                "answer: `headset checkpoint answer 'my center.yaml' {address} a=b --set connect.alias=acme --profile \
                 test`, it's easy"
            )
        );
        let prose = "it's `headset plan FILE`, and it's done";
        assert!(
            invocation()
                .complete(prose)
                .contains("--profile test`, and it's done")
        );
    }
}
