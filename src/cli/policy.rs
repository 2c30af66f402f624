//! `headset policy show`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::Global;
use super::environment::{ReadBlueprint, identity, open_aws, read_blueprint, regions, state_place};
use super::exit::{Exit, Failure};
use super::terminal;
use headset_blueprint::model::Blueprint;
use headset_core::diagnostic::has_errors;
use headset_design::DesignContext;
use headset_design::permissions::{self, Asked, Document, NamedPolicy};
use headset_kinds::Cloud;
use headset_kinds::regions::{Regions, partition_of};

/// Print the permissions that a command needs on an environment.
#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Print the least IAM policies with which a command does its work on one environment.
    Show(ShowArgs),
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// What their holder runs; `boundary` is what the roles that `apply` makes may do at most.
    #[arg(value_name = "COMMAND", value_enum)]
    command: Command,
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The account, if the blueprint does not say it and the credentials are not for it.
    #[arg(long, value_name = "ACCOUNT", value_parser = account)]
    account: Option<String>,
    /// Write each policy to a file of its own in this directory, ready for `aws iam create-policy`.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The commands that have policies.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Command {
    Plan,
    Drift,
    Apply,
    Destroy,
    Checkpoint,
    Boundary,
}

impl From<Command> for permissions::Command {
    fn from(command: Command) -> permissions::Command {
        match command {
            Command::Plan => permissions::Command::Plan,
            Command::Drift => permissions::Command::Drift,
            Command::Apply => permissions::Command::Apply,
            Command::Destroy => permissions::Command::Destroy,
            Command::Checkpoint => permissions::Command::Checkpoint,
            Command::Boundary => permissions::Command::Boundary,
        }
    }
}

/// Reads an account.
fn account(text: &str) -> Result<String, String> {
    let is_account = text.len() == 12 && text.bytes().all(|digit| digit.is_ascii_digit());
    is_account
        .then(|| text.to_owned())
        .ok_or_else(|| "an account has twelve digits".to_owned())
}

/// What is printed.
#[derive(Serialize)]
struct Shown<'a> {
    environment: &'a str,
    account: &'a str,
    command: &'static str,
    policies: Vec<ShownPolicy<'a>>,
}

#[derive(Serialize)]
struct ShownPolicy<'a> {
    name: &'a str,
    /// The role in another account that carries it; else it is for whom the command runs as.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
    document: &'a Document,
}

pub(super) async fn policy(global: &Global, command: &PolicyCommand) -> Result<Exit, Failure> {
    let PolicyCommand::Show(args) = command;
    let ReadBlueprint {
        blueprint, findings, ..
    } = read_blueprint(global, &args.file)?;
    terminal::diagnostics(&findings);
    let (account, regions) = place(global, args, &blueprint).await?;
    let context = DesignContext {
        partition: partition_of(&regions.connect).to_owned(),
        region: regions.connect.clone(),
        appstream_region: regions.appstream.clone(),
        identity_center_region: regions.identity_center.clone(),
        // No permission depends on either.
        lineage: String::new(),
        expires: None,
        account,
    };
    let (design, findings) = headset_design::design(&blueprint, &context);
    if has_errors(&findings) {
        return Err(Failure::Diagnostics(findings));
    }
    let state = state_place(global, Some(&blueprint), &regions)?;
    let asked = Asked {
        environment: &blueprint.name.value,
        design: &design,
        context: &context,
        identity: &identity(&blueprint),
        state: state.as_ref(),
    };
    let command = permissions::Command::from(args.command);
    let policies = permissions::policies(command, &asked).map_err(Failure::Diagnostics)?;
    terminal::diagnostics(&permissions::warnings(command, &asked));
    if let Some(directory) = &args.out {
        write(directory, &policies)?;
        return Ok(Exit::Done);
    }
    let shown = Shown {
        environment: asked.environment,
        account: &context.account,
        command: command.word(),
        policies: policies
            .iter()
            .map(|policy| ShownPolicy {
                name: &policy.name,
                role: policy.role.as_deref(),
                document: &policy.document,
            })
            .collect(),
    };
    terminal::versioned_indented(&shown);
    Ok(Exit::Done)
}

/// The account and the regions: from the command line and the blueprint where they say them, so that nothing is asked of AWS.
async fn place(
    global: &Global,
    args: &ShowArgs,
    blueprint: &Blueprint,
) -> Result<(String, Regions), Failure> {
    let own = blueprint.aws.account.as_ref().map(|account| &account.value);
    if let (Some(own), Some(given)) = (own, &args.account)
        && own != given
    {
        return Err(Failure::usage(format!(
            "--account is {given}, and `aws.account` of the blueprint is {own}"
        ))
        .help("leave --account out"));
    }
    let region = blueprint.aws.region.as_ref().map(|region| region.value.as_str());
    if let (Some(account), Some(region)) = (own.or(args.account.as_ref()), region) {
        return Ok((account.clone(), regions(blueprint, region)));
    }
    let access = open_aws(global, region, identity(blueprint), |region| {
        regions(blueprint, region)
    })
    .await?;
    let account = match own.or(args.account.as_ref()) {
        Some(account) => account.clone(),
        None => {
            let caller = access.aws.caller().await.map_err(|error| {
                Failure::new(error.to_string())
                    .help("give the account with --account, or as `aws.account` in the blueprint")
            })?;
            caller.account
        }
    };
    if let Some(simulation) = &access.simulation {
        simulation.save()?;
    }
    Ok((account, access.aws.regions().clone()))
}

/// Writes each policy to a file that is called after it.
fn write(directory: &Path, policies: &[NamedPolicy]) -> Result<(), Failure> {
    let failed = |path: &Path, error: std::io::Error| {
        Failure::new(format!("{} cannot be written: {error}", path.display()))
            .help("give --out a directory that may be written to")
    };
    std::fs::create_dir_all(directory).map_err(|error| failed(directory, error))?;
    for policy in policies {
        let path = directory.join(format!("{}.json", policy.name));
        std::fs::write(&path, policy.document.text()).map_err(|error| failed(&path, error))?;
        let whose = match &policy.role {
            None => String::new(),
            Some(role) => format!(" (for {role})"),
        };
        terminal::talk(&format!("wrote {}{whose}", path.display()));
    }
    Ok(())
}
