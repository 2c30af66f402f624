//! `headset completions`: made from the same definition as the command line itself.

use clap::Args;

use super::exit::{Exit, Failure};
use super::terminal;

/// Print completions for a shell.
///
/// For bash: `headset completions bash > ~/.local/share/bash-completion/completions/headset`; for zsh, into a file
/// `_headset` in a directory of $fpath; for fish: `~/.config/fish/completions/headset.fish`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub(super) fn completions(args: &CompletionsArgs, mut command: clap::Command) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, "headset", &mut text);
    terminal::data(&String::from_utf8_lossy(&text));
    Ok(Exit::Done)
}
