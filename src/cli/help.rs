//! `headset help simulation`: the options of the simulation, once instead of under every command.

use std::fmt::Write as _;

use clap::Args;

use super::exit::{Exit, Failure};
use super::global::SIMULATION;
use super::terminal;

/// The options of the simulation, which every command takes.
#[derive(Debug, Args)]
pub(super) struct SimulationArgs {}

/// The command line with its page about the simulation, which shows what the command line says of its options.
pub(super) fn with_simulation(command: clap::Command) -> clap::Command {
    let page = page(&command);
    command.mut_subcommand("simulation", |topic| {
        topic.long_about(page.clone()).after_help("")
    })
}

/// Prints the options of the simulation.
pub(super) fn simulation(command: &clap::Command) -> Result<Exit, Failure> {
    terminal::data(&page(command));
    Ok(Exit::Done)
}

/// Each option of the simulation with its values, its meaning and its default.
fn page(command: &clap::Command) -> String {
    let mut text = String::from(
        "The options of the simulation. Every command takes them; those other than --sim need it.\n\n\
         headset sim serve takes them too, for a simulator that other programs talk to. docs/guide/rehearsal.md \
         shows what they are good for.\n",
    );
    let options = command
        .get_arguments()
        .filter(|option| option.get_help_heading() == Some(SIMULATION));
    for option in options {
        let values = match option.get_action().takes_values() {
            true => option
                .get_value_names()
                .and_then(|names| names.first())
                .map(|name| format!(" <{name}>"))
                .unwrap_or_default(),
            false => String::new(),
        };
        let name = option.get_long().unwrap_or_default();
        let about = option.get_help().map(ToString::to_string).unwrap_or_default();
        let defaults: Vec<String> = option
            .get_default_values()
            .iter()
            .map(|value| value.to_string_lossy().into_owned())
            .collect();
        let default = match (defaults.is_empty(), option.get_action().takes_values()) {
            (false, true) => format!(" [default: {}]", defaults.join(", ")),
            _ => String::new(),
        };
        let variable = match option.get_env() {
            Some(name) => format!(" [env: {}]", name.to_string_lossy()),
            None => String::new(),
        };
        writeln!(text, "\n  --{name}{values}\n      {about}{default}{variable}")
            .expect("a string takes everything");
    }
    text
}
