//! `headset completions` and `headset man`: made from the same definition as the command line itself.

use std::path::PathBuf;

use clap::Args;
use fs_err as fs;

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

/// Print the man page, or write one for each command into a directory.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Write headset.1, headset-apply.1 and so on into this directory instead, which is made if needed.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn man(args: &ManArgs, command: clap::Command) -> Result<Exit, Failure> {
    match &args.out {
        Some(directory) => {
            fs::create_dir_all(directory)?;
            clap_mangen::generate_to(command, directory)?;
        }
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            terminal::data(&String::from_utf8_lossy(&page));
        }
    }
    Ok(Exit::Done)
}
