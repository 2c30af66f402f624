//! `headset network`: what the network has to let through.

pub(super) mod center;
mod check;
mod list;
pub(super) mod lists;
mod plan;
mod ranges;
mod targets;
pub(super) mod tried;

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
    /// Try each row of the allow-list from where this runs: the agent's own machine, or a streamed desktop.
    ///
    /// Each row is open, slow, unknown, intercepted or blocked, with what was seen, what an agent would see, and the row to
    /// give to the network team. No account is asked. Exits with 1 when a row is blocked or intercepted or all are unknown, and
    /// with 0 otherwise, also when some rows are unknown.
    Check(check::CheckArgs),
    /// Show the data that allow-lists are made of: how old it is, and where it was read.
    Lists(lists::ListsArgs),
    #[command(subcommand)]
    Ranges(ranges::RangesCommand),
    /// Give bandwidth and hardware as a worksheet for the network team.
    Plan(plan::PlanArgs),
    /// Count failed calls over contact records, and say whether names are enough.
    Trial(plan::TrialArgs),
}

impl NetworkCommand {
    /// Whether it measures the network of this machine, in this machine's time.
    pub(super) fn measures(&self) -> bool {
        matches!(self, NetworkCommand::Check(_))
    }
}

pub(super) async fn network(global: &Global, command: &NetworkCommand) -> Result<Exit, Failure> {
    match command {
        NetworkCommand::List(args) => list::list(global, args),
        NetworkCommand::Check(args) => check::check(global, args).await,
        NetworkCommand::Lists(args) => lists::lists(args),
        NetworkCommand::Ranges(command) => ranges::ranges(global, command).await,
        NetworkCommand::Plan(args) => plan::plan(global, args),
        NetworkCommand::Trial(args) => plan::trial(args),
    }
}
