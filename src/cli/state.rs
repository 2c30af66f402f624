//! `headset state restore`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use headset_engine::state::LocalStore;

use super::exit::{Exit, Failure};
use super::terminal;

/// Work with what Headset remembers of an environment.
#[derive(Debug, Subcommand)]
pub(super) enum StateCommand {
    /// Put the last good state in the place of a damaged one.
    ///
    /// For a state that a command calls damaged: the disk lost something, or the file was edited. The damaged files are
    /// kept beside it. What was recorded after the last good state is lost; the next plan finds it again by names and
    /// tags.
    Restore(RestoreArgs),
}

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The directory of the damaged state, as the error names it.
    #[arg(value_name = "DIRECTORY", value_hint = clap::ValueHint::DirPath)]
    directory: PathBuf,
}

pub(super) fn state(command: &StateCommand) -> Result<Exit, Failure> {
    let StateCommand::Restore(args) = command;
    if !args.directory.is_dir() {
        let message = format!("{} is no directory", args.directory.display());
        return Err(Failure::new(message).help("give the directory that the error about the state names"));
    }
    let store = LocalStore::new(args.directory.clone());
    let Some(restored) = store.restore().map_err(|error| {
        Failure::from(error).help(
            "no good state is left there: put a backup of the directory back, or move the directory away, and \
             `headset import FILE` finds by names and tags what exists",
        )
    })?
    else {
        terminal::text(&format!("{} holds no damaged state\n", args.directory.display()));
        return Ok(Exit::Done);
    };
    terminal::text(&format!(
        "Restored the state as it was after change {}. The damaged files are now in {}; what was wrong: {}.\n",
        restored.serial,
        restored.aside.display(),
        restored.damage
    ));
    Ok(Exit::Done)
}
