//! `headset completions`: how a shell asks the program what fits while a command line is typed.

use clap::Args;
use clap_complete::env::Shells;

use super::exit::{Exit, Failure};
use super::terminal;

/// Print completions for a shell.
///
/// For bash: `source <(headset completions bash)` in ~/.bashrc; for zsh the same in ~/.zshrc; for fish:
/// `headset completions fish | source` in ~/.config/fish/config.fish. The shell then asks this program: `--target <TAB>` offers the
/// addresses of the blueprint and of its state, `explain <TAB>` its keys. Nothing is asked of AWS.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// The variable by which a shell asks.
pub(super) const VARIABLE: &str = "COMPLETE";

/// The name of the program.
const PROGRAM: &str = "headset";

pub(super) fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let shells = Shells::builtins();
    let name = args.shell.to_string();
    let Some(shell) = shells.completer(&name) else {
        return Err(Failure::usage(format!("there are no completions for {name}")));
    };
    let mut text = Vec::new();
    shell.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut text)?;
    terminal::data(&String::from_utf8_lossy(&text));
    Ok(Exit::Done)
}
