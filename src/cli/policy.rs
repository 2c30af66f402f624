//! `headset policy show`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::Global;
use super::access::{self, open_aws};
use super::environment::{Environment, ReadBlueprint, read_blueprint, state_place};
use super::exit::{Exit, Failure};
use super::library;
use super::rewrite::write_over;
use super::terminal;
use headset_blueprint::model::{Blueprint, CcpSection, ConnectSection, Hosting};
use headset_core::diagnostic::has_errors;
use headset_design::permissions::{self, Asked, Document};
use headset_design::recipe::Desk;
use headset_design::{DesignContext, Given};
use headset_engine::state::given;
use headset_kinds::Cloud;
use headset_kinds::regions::{Regions, partition_of};

/// Print the permissions that a command needs on an environment, or the policies of its browsers.
#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Print the least IAM policies with which a command does its work on one environment, or the policies of browsers.
    Show(ShowArgs),
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// What their holder runs; `boundary` is what the roles that `apply` makes may do at most; `browser`: the policies of
    /// browsers.
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
    /// Whose browsers: those in the images, or those on the machines of agents. With `browser` only.
    #[arg(long = "for", value_name = "WHOSE", value_enum)]
    whose: Option<Whose>,
}

/// Whose browser policies are for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Whose {
    Image,
    Agent,
}

/// The commands that have policies.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Command {
    Plan,
    Drift,
    Verify,
    Apply,
    Destroy,
    Checkpoint,
    Boundary,
    Browser,
}

impl Command {
    /// The command that has permissions; `None`: the policies are not IAM's.
    fn permissions(self) -> Option<permissions::Command> {
        match self {
            Command::Plan => Some(permissions::Command::Plan),
            Command::Drift => Some(permissions::Command::Drift),
            Command::Verify => Some(permissions::Command::Verify),
            Command::Apply => Some(permissions::Command::Apply),
            Command::Destroy => Some(permissions::Command::Destroy),
            Command::Checkpoint => Some(permissions::Command::Checkpoint),
            Command::Boundary => Some(permissions::Command::Boundary),
            Command::Browser => None,
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

/// The policies of browsers as they are printed.
#[derive(Serialize)]
struct ShownBrowsers<'a> {
    environment: &'a str,
    #[serde(rename = "for")]
    whose: &'static str,
    /// By browser: the files by name.
    browsers: BTreeMap<&'static str, &'a BTreeMap<String, String>>,
}

pub(super) async fn policy(global: &Global, command: &PolicyCommand) -> Result<Exit, Failure> {
    let PolicyCommand::Show(args) = command;
    let command = args.command.permissions();
    if command.is_some() && args.whose.is_some() {
        return Err(Failure::usage("--for belongs to `policy show browser`").help("leave --for out"));
    }
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
        // No permission depends on any of these; for policies of browsers see `known`.
        lineage: String::new(),
        expires: None,
        given: command.map_or_else(Given::default, |_| Given::sample()),
        library: library::of_cloud(global.sim),
        account,
    };
    let Some(command) = command else {
        let context = DesignContext {
            given: known(global, args, &blueprint, &context).await?,
            ..context
        };
        return browser(args, &blueprint, &context);
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
        identity: &blueprint.aws.identity(),
        state: state.as_ref(),
    };
    let policies = permissions::policies(command, &asked).map_err(Failure::Diagnostics)?;
    terminal::diagnostics(&permissions::warnings(command, &asked));
    if let Some(directory) = &args.out {
        let files = policies.iter().map(|policy| {
            let whose = policy.role.as_ref().map(|role| format!(" (for {role})"));
            (format!("{}.json", policy.name), policy.document.text(), whose)
        });
        write(directory, files)?;
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
        return Ok((account.clone(), blueprint.aws.regions_by(region)));
    }
    let access = open_aws(
        global,
        access::Asked::by(&blueprint.aws),
        blueprint.aws.identity(),
        |region| blueprint.aws.regions_by(region),
    )
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

/// What AWS has given, where the blueprint does not say it: state knows it once it is there.
async fn known(
    global: &Global,
    args: &ShowArgs,
    blueprint: &Blueprint,
    context: &DesignContext,
) -> Result<Given, Failure> {
    let has_given_host = |pages: &CcpSection| pages.hosting == Hosting::CloudFront && pages.domain.is_none();
    let has_given_host = blueprint.ccp.as_ref().is_some_and(has_given_host);
    let is_linked = |connect: &ConnectSection| connect.existing.is_some();
    if !has_given_host && !blueprint.connect.as_ref().is_some_and(is_linked) {
        return Ok(Given::default());
    }
    let environment = match Environment::open(global, &args.file).await {
        Ok(environment) => environment,
        // Without AWS, the alias says which host a new instance has.
        Err(_) if !has_given_host && headset_design::origins(blueprint, context).connect.is_some() => {
            terminal::talk(
                "AWS was not reached: the instance is taken to have the address that its alias tells, which an old one does not",
            );
            return Ok(Given::default());
        }
        Err(failure) => return Err(failure),
    };
    environment.close().await?;
    let is_of_it = environment.context.account == context.account;
    Ok(if is_of_it {
        given(&environment.state)
    } else {
        Given::default()
    })
}

/// The policies of browsers: one JSON document, or a folder for each browser.
fn browser(args: &ShowArgs, blueprint: &Blueprint, context: &DesignContext) -> Result<Exit, Failure> {
    let (desk, word) = match args.whose {
        None | Some(Whose::Image) => (Desk::Image, "image"),
        Some(Whose::Agent) => (Desk::Agent, "agent"),
    };
    let policies = headset_design::browser_policies(blueprint, context, desk)
        .map_err(|finding| Failure::Diagnostics(vec![finding]))?;
    if let Some(directory) = &args.out {
        for one in &policies {
            let files = one.files.iter();
            let files = files.map(|(name, content)| (name.clone(), content.clone(), None));
            write(&directory.join(one.browser), files)?;
        }
        return Ok(Exit::Done);
    }
    let shown = ShownBrowsers {
        environment: &blueprint.name.value,
        whose: word,
        browsers: policies.iter().map(|one| (one.browser, &one.files)).collect(),
    };
    terminal::versioned(&shown);
    Ok(Exit::Done)
}

/// Writes files into a directory: their names, what they hold, and what is said of them.
fn write(
    directory: &Path,
    files: impl Iterator<Item = (String, String, Option<String>)>,
) -> Result<(), Failure> {
    let failed = |path: &Path, error: std::io::Error| {
        Failure::new(format!("{} cannot be written: {error}", path.display()))
            .help("give --out a directory that may be written to")
    };
    std::fs::create_dir_all(directory).map_err(|error| failed(directory, error))?;
    for (name, content, whose) in files {
        let path = directory.join(name);
        write_over(&path, content).map_err(|error| failed(&path, error))?;
        terminal::talk(&format!("wrote {}{}", path.display(), whose.unwrap_or_default()));
    }
    Ok(())
}
