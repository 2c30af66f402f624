//! `headset unlock`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::terminal;

/// Show who holds the lease of an environment's shared state, and break it.
///
/// For a run that has died and whose lease has not run out yet. A run that is alive after all can change nothing any more once
/// another one has begun; what it was doing then is looked up by that one.
#[derive(Debug, Args)]
pub(super) struct UnlockArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Do not ask.
    #[arg(long)]
    yes: bool,
}

pub(super) async fn unlock(global: &Global, args: &UnlockArgs) -> Result<Exit, Failure> {
    let environment = Environment::open(global, &args.file).await?;
    let result = unlock_one(&environment, args).await;
    environment.close().await?;
    result
}

async fn unlock_one(environment: &Environment, args: &UnlockArgs) -> Result<Exit, Failure> {
    let Some(shared) = environment.store.shared() else {
        return Err(Failure::new("the state of this environment is not shared").help(
            "a lock on this machine goes with the process that holds it; end that, and nothing has to be unlocked",
        ));
    };
    let place = shared.place();
    let lease = shared.lease().await?;
    let Some(lease) = lease.filter(|lease| !lease.is_free(shared.now())) else {
        terminal::text(&format!("No run holds the lease of {place}.\n"));
        return Ok(Exit::Done);
    };
    terminal::text(&format!("{place} is held by {lease}.\n"));
    if !args.yes {
        if !terminal::can_ask() {
            return Err(Failure::new("there is no terminal to ask on")
                .help("give `--yes` to break the lease without being asked"));
        }
        let answer = terminal::ask("Break this lease? Only \"yes\" does it:").await;
        if !answer.eq_ignore_ascii_case("yes") {
            return Ok(Exit::Refused);
        }
    }
    if !shared.break_lease(&lease).await? {
        return Err(
            Failure::new(format!("another run has taken the lease of {place} meanwhile"))
                .help("run the command again to see who holds it now"),
        );
    }
    terminal::text("The lease is broken. The next command takes it.\n");
    Ok(Exit::Done)
}
