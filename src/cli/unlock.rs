//! `headset unlock`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use headset_engine::state::{LocalStore, Purpose, Shared, StoreError, Touched};

use super::Global;
use super::as_json::AsJson;
use super::exit::{Exit, Failure};
use super::terminal;
use super::unread::Unread;
use super::who::by;

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
    #[command(flatten)]
    form: AsJson,
}

pub(super) async fn unlock(global: &Global, args: &UnlockArgs) -> Result<Exit, Failure> {
    // What cannot be read keeps no one from this.
    let unread = Unread::find(global, &args.file).await?;
    let result = unlock_one(global, &unread, args).await;
    unread.close(global).await?;
    result
}

async fn unlock_one(global: &Global, unread: &Unread, args: &UnlockArgs) -> Result<Exit, Failure> {
    let store = unread.shared.as_ref().map(|states| unread.there(global, states));
    let Some(shared) = store.as_ref().and_then(LocalStore::shared) else {
        return Err(Failure::new("the state of this environment is not shared").help(
            "a lock on this machine goes with the process that holds it; end that, and nothing has to be unlocked",
        ));
    };
    let place = shared.place();
    match break_lease(shared, args.yes, args.form).await? {
        Broken::Free => args.form.text(
            &format!("No run holds the lease of {place}.\n"),
            || json!({ "place": place, "broken": false }),
        ),
        Broken::Done => {
            let touched = Touched {
                by: by(&unread.caller),
                at: unread.access.aws.clock().now(),
                serial: shared.serial().await,
            };
            shared.note(Purpose::Unlock, touched).await?;
            args.form.text(
                "The lease is broken. The next command takes it.\n",
                || json!({ "place": place, "broken": true }),
            );
        }
        Broken::Kept => return Ok(Exit::Refused),
    }
    Ok(Exit::Done)
}

/// What became of a lease.
pub(super) enum Broken {
    /// No run held it.
    Free,
    /// It is free now.
    Done,
    /// The user let it stand.
    Kept,
}

/// Breaks the lease of a shared state, if a run holds it or it cannot be read. Says whose it is, and asks, unless `yes`.
pub(super) async fn break_lease(shared: &Shared, yes: bool, form: AsJson) -> Result<Broken, Failure> {
    let place = shared.place();
    let lease = match shared.lease().await {
        Ok(lease) => match lease.filter(|lease| !lease.is_free(shared.now())) {
            None => return Ok(Broken::Free),
            Some(lease) => Some(lease),
        },
        Err(StoreError::DamagedLease { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    form.aside(&match &lease {
        Some(lease) => format!("{place} is held by {lease}.\n"),
        None => format!("The lease of {place} is damaged: it does not say whether a run holds it.\n"),
    });
    if !yes {
        if !terminal::can_ask() {
            return Err(Failure::new("there is no terminal to ask on")
                .help("give `--yes` to break the lease without being asked"));
        }
        let answer = terminal::ask("Break this lease? Only \"yes\" does it:").await;
        if !answer.eq_ignore_ascii_case("yes") {
            return Ok(Broken::Kept);
        }
    }
    let is_broken = match &lease {
        Some(lease) => shared.break_lease(lease).await?,
        None => shared.replace_damaged_lease().await?,
    };
    match is_broken {
        true => Ok(Broken::Done),
        false => Err(
            Failure::new(format!("another run has taken the lease of {place} meanwhile"))
                .help("run the command again to see who holds it now"),
        ),
    }
}
