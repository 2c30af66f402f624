//! `headset network`: what the network has to let through.

mod center;
mod list;
mod lists;
mod plan;
mod ranges;

use clap::Subcommand;

use super::Global;
use super::exit::{Exit, Failure};

/// Say what the network has to let through, and what changes about it.
#[derive(Debug, Subcommand)]
pub(super) enum NetworkCommand {
    /// Print the allow-list of one environment, with the reason of each row. No account is asked.
    ///
    /// Names and ports are those of AWS's pages, as they were read on the day that each row has; `network lists` says how old
    /// they are. Addresses come from AWS's file ip-ranges.json.
    List(list::ListArgs),
    /// Show the data that allow-lists are made of: how old it is, and where it was read.
    Lists(lists::ListsArgs),
    #[command(subcommand)]
    Ranges(ranges::RangesCommand),
    /// Give bandwidth and hardware as a worksheet for the network team.
    Plan(plan::PlanArgs),
    /// Count failed calls over contact records, and say whether names are enough.
    Trial(plan::TrialArgs),
}

pub(super) async fn network(global: &Global, command: &NetworkCommand) -> Result<Exit, Failure> {
    match command {
        NetworkCommand::List(args) => list::list(global, args),
        NetworkCommand::Lists(args) => lists::lists(args),
        NetworkCommand::Ranges(command) => ranges::ranges(global, command).await,
        NetworkCommand::Plan(args) => plan::plan(global, args),
        NetworkCommand::Trial(args) => plan::trial(args),
    }
}
