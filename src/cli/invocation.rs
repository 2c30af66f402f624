//! The commands that advice names: with the file and the options of the command that gives the advice, so that they do
//! what is meant when they are pasted.

use std::path::Path;

use super::Global;
use crate::apply::event::Event;
use crate::diagnostic::Diagnostic;
use crate::resource::shell::word;

/// What stands for the blueprint's file in the engine's advice and in worksheets.
const PLACEHOLDERS: [&str; 2] = ["FILE", "BLUEPRINT"];

/// One command line's file and the options that a further command needs, too.
#[derive(Clone, Debug, Default)]
pub(super) struct Invocation {
    file: Option<String>,
    /// What says how to read the blueprint.
    options: Vec<String>,
    /// What says which cloud, as whom, and where state is.
    access: Vec<String>,
}

impl Invocation {
    /// A command that names no blueprint.
    pub(super) fn without_file(global: &Global) -> Invocation {
        let options = global
            .set
            .iter()
            .map(|set| format!("--set {}", word(set)))
            .collect();
        let mut access = Vec::new();
        if let Some(profile) = &global.profile {
            access.push(format!("--profile {}", word(profile)));
        }
        // What the environment says holds for the next command as well.
        let directory = global.state_dir.display().to_string();
        if directory != ".headset" && std::env::var_os("HEADSET_STATE_DIR").is_none() {
            access.push(format!("--state-dir {}", word(&directory)));
        }
        if global.sim && std::env::var_os("HEADSET_SIM").is_none() {
            access.push("--sim".to_owned());
        }
        if global.sim && global.quirks != 0 {
            access.push(format!("--quirks {}", global.quirks));
        }
        Invocation {
            file: None,
            options,
            access,
        }
    }

    /// A command on a blueprint.
    pub(super) fn on(global: &Global, file: &Path) -> Invocation {
        Invocation {
            file: Some(word(&file.display().to_string())),
            ..Invocation::without_file(global)
        }
    }

    /// A whole command, such as `headset apply center.yaml --set connect.alias=acme`. `what` is the command with its
    /// own arguments.
    pub(super) fn command(&self, what: &str) -> String {
        let mut command = format!("headset {what}");
        for part in self.file.iter().chain(&self.options).chain(&self.access) {
            command.push(' ');
            command.push_str(part);
        }
        command
    }

    /// A text in which each command that names the file by a placeholder is whole: with the file and the options.
    pub(super) fn complete(&self, text: &str) -> String {
        let Some(file) = &self.file else {
            return text.to_owned();
        };
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("headset ") {
            let (before, from) = rest.split_at(start);
            let end = from.find(['`', '\n']).unwrap_or(from.len());
            let (command, after) = from.split_at(end);
            out.push_str(before);
            if command.split(' ').any(|part| PLACEHOLDERS.contains(&part)) {
                let mut parts: Vec<&str> = command
                    .split(' ')
                    .map(|part| if PLACEHOLDERS.contains(&part) { file } else { part })
                    .collect();
                parts.extend(self.options.iter().chain(&self.access).map(String::as_str));
                out.push_str(&parts.join(" "));
            } else if command.contains(" --") {
                // It works on the same cloud without the blueprint.
                let parts = std::iter::once(command).chain(self.access.iter().map(String::as_str));
                out.push_str(&parts.collect::<Vec<_>>().join(" "));
            } else {
                out.push_str(command);
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// The same findings with whole commands in their advice.
    pub(super) fn complete_all(&self, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        findings
            .into_iter()
            .map(|finding| Diagnostic {
                help: finding.help.map(|help| self.complete(&help)),
                ..finding
            })
            .collect()
    }

    /// The same event with whole commands in its advice and its worksheet.
    pub(super) fn complete_event(&self, event: Event) -> Event {
        match event {
            Event::Failed { address, error, help } => Event::Failed {
                error,
                // The engine's advice on a failed call names no address: the event does.
                help: help.map(|help| {
                    let whole = help.replace("FILE ADDRESS", &format!("FILE {}", word(&address.to_string())));
                    self.complete(&whole)
                }),
                address,
            },
            Event::CheckpointOpened { mut checkpoint } => {
                checkpoint.worksheet = self.complete(&checkpoint.worksheet);
                for notice in &mut checkpoint.notices {
                    *notice = self.complete(notice);
                }
                Event::CheckpointOpened { checkpoint }
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invocation() -> Invocation {
        Invocation {
            file: Some("'my center.yaml'".to_owned()),
            options: vec!["--set connect.alias=acme".to_owned()],
            access: vec!["--profile test".to_owned()],
        }
    }

    #[test]
    fn a_command_in_advice_is_whole() {
        let text = "take it over with `headset import FILE iam.role/connect`, or see FILE\n\
                    headset checkpoint answer BLUEPRINT 'a b' metadata=URL\nheadset help simulation\n`headset image \
                    connect acme --region eu-west-1`";
        assert_eq!(
            invocation().complete(text),
            "take it over with `headset import 'my center.yaml' iam.role/connect --set connect.alias=acme --profile \
             test`, or see FILE\nheadset checkpoint answer 'my center.yaml' 'a b' metadata=URL --set \
             connect.alias=acme --profile test\nheadset help simulation\n`headset image connect acme --region eu-west-1 \
             --profile test`"
        );
    }

    #[test]
    fn without_a_file_the_placeholder_stays() {
        let text = "`headset import FILE`";
        assert_eq!(Invocation::default().complete(text), text);
        assert_eq!(
            invocation().command("apply"),
            "headset apply 'my center.yaml' --set connect.alias=acme --profile test"
        );
    }
}
