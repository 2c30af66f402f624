//! `headset user invite`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::Global;
use super::as_json::AsJson;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use headset_aws::kinds::appstream::invite;
use headset_core::Address;
use headset_kinds::Observation;
use headset_kinds::appstream::{PASSWORD_DAYS, UserSpec};

/// Work with users of AppStream's user pool.
#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Send a user a new temporary password by mail. It is valid for seven days.
    ///
    /// For users who were made with `notify: false`, and those who did not sign in in time.
    Invite(InviteArgs),
}

#[derive(Debug, Args)]
pub(super) struct InviteArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The user's e-mail address, as it is written below `appstream.users`.
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    form: AsJson,
}

pub(super) async fn user(global: &Global, command: &UserCommand) -> Result<Exit, Failure> {
    let UserCommand::Invite(args) = command;
    let environment = Environment::open(global, &args.file).await?;
    let address = Address::new(UserSpec::KIND, &args.name);
    if !environment.design.resources.contains_key(&address) {
        let users = environment.design.resources.keys();
        let known: Vec<&str> = users
            .filter(|known| known.kind == address.kind)
            .map(|known| known.key.as_str())
            .collect();
        let help = match known.is_empty() {
            true => "it has none: they stand below `appstream.users`".to_owned(),
            false => format!("it has: {}", known.join(", ")),
        };
        return Err(
            Failure::new(format!("the blueprint has no user `{}` of the pool", args.name)).help(help),
        );
    }
    let assessed = environment
        .assess(&environment.design, &environment.state)
        .await?;
    match assessed.survey.observations.get(&address) {
        Some(Observation::Present(_)) => {}
        Some(Observation::Unknown(error)) => {
            return Err(Failure::new(format!("{} could not be read: {error}", args.name)));
        }
        Some(Observation::Absent) | None => {
            return Err(
                Failure::new(format!("{} is not in the user pool yet", args.name)).help(format!(
                    "make the user first: {}",
                    environment.invocation.command("apply")
                )),
            );
        }
    }
    let sent = invite(&environment.aws, &args.name).await;
    environment.close().await?;
    sent.map_err(|error| {
        Failure::new(format!("{} could not be invited: {error}", args.name)).help(
            "a user who has set a password needs no invitation: the sign-in page resets a forgotten one",
        )
    })?;
    args.form.talk(
        &format!(
            "AppStream sends {} a mail with a new temporary password; it is valid for {PASSWORD_DAYS} days",
            args.name
        ),
        || json!({ "user": args.name, "days": PASSWORD_DAYS }),
    );
    Ok(Exit::Done)
}
