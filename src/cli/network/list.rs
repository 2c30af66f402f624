//! `headset network list`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{center, lists};
use crate::cli::Global;
use crate::cli::environment::{ReadBlueprint, read_blueprint};
use crate::cli::exit::{Exit, Failure};
use crate::cli::terminal;
use crate::cli::validate::examined;
use headset_blueprint::model::Blueprint;
use headset_core::diagnostic::has_errors;
use headset_engine::discover::{self, Wanted};
use headset_engine::state::State;
use headset_network::center::Center;
use headset_network::format::{Formed, Unfit, network_firewall, plain, security_group, squid};
use headset_network::list::{AllowList, Asked, Mode, Names, list as allow_list};
use headset_network::ranges::{self, Ranges};
use headset_network::terms::{Condition, Side};

#[derive(Debug, Args)]
pub(in crate::cli) struct ListArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// From where connections begin: the agent's own machine, the streamed desktop, or the image builder.
    #[arg(long, value_enum, default_value_t = Whence::All)]
    side: Whence,
    /// Whether rows lead to names, to addresses where AWS publishes them, or to both.
    #[arg(long, value_enum, default_value_t = By::Domains)]
    mode: By,
    /// The firewall keeps no state: answers need a row of their own.
    #[arg(long)]
    stateless: bool,
    /// The hosts of the agent's voice: by a wildcard, or one by one as AWS's page had them on its day.
    #[arg(long, value_enum, default_value_t = Spelled::Wildcard)]
    turn: Spelled,
    /// The hosts of static files: by a wildcard, or one by one as AWS's page had them on its day.
    #[arg(long, value_enum, default_value_t = Spelled::Wildcard)]
    cloudfront: Spelled,
    /// What is in use although no key of a blueprint says so; may be repeated.
    #[arg(long, value_enum, value_name = "WHAT")]
    with: Vec<With>,
    /// AWS's file of address ranges, from https://ip-ranges.amazonaws.com/ip-ranges.json.
    #[arg(long, value_name = "FILE")]
    ranges: Option<PathBuf>,
    /// Newer data in place of what this program carries.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// The form.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Whence {
    Agent,
    Session,
    Builder,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    Domains,
    Addresses,
    Both,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Spelled {
    Wildcard,
    Hosts,
}

impl Spelled {
    fn names(self) -> Names {
        match self {
            Spelled::Wildcard => Names::Wildcard,
            Spelled::Hosts => Names::Hosts,
        }
    }
}

/// What no key of a blueprint says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum With {
    /// Files in chats and tasks.
    Attachments,
    /// Connect's agent workspace.
    AgentWorkspace,
    /// Recordings of agents' screens.
    ScreenRecording,
    /// Uploads of balances of time off.
    Scheduling,
    /// Global Resiliency of the instance.
    GlobalResiliency,
    /// Endpoints with FIPS 140 cryptography.
    Fips,
    /// Desktops that have joined a domain.
    DomainJoined,
}

impl With {
    fn condition(self) -> Condition {
        match self {
            With::Attachments => Condition::Attachments,
            With::AgentWorkspace => Condition::AgentWorkspace,
            With::ScreenRecording => Condition::ScreenRecording,
            With::Scheduling => Condition::Scheduling,
            With::GlobalResiliency => Condition::GlobalResiliency,
            With::Fips => Condition::Fips,
            With::DomainJoined => Condition::DomainJoined,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people.
    Text,
    /// Tables in Markdown.
    Markdown,
    /// A line for each destination and port.
    Csv,
    /// One JSON document.
    Json,
    /// Security groups, as a template of CloudFormation. They know no names: by `--mode domains` they allow the ports.
    SecurityGroup,
    /// Rule groups of AWS Network Firewall, as a template of CloudFormation.
    NetworkFirewall,
    /// Lines for the configuration of the proxy Squid.
    Squid,
}

pub(super) fn list(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let center = read(global, &args.file)?;
    let data = lists::data(args.data.as_deref())?;
    lists::warn_if_stale(&data);
    let ranges = args.ranges.as_deref().map(ranges_of).transpose()?;
    let list = allow_list(&center, &data, &asked(args), ranges.as_ref());
    if list.rows.is_empty() {
        return Err(
            Failure::new("this blueprint needs nothing of the network on that side")
                .help("it has neither `connect` nor `appstream`, or another `--side` has the rows"),
        );
    }
    let format = match args.json {
        true => Format::Json,
        false => args.format,
    };
    print(&list, format)?;
    Ok(Exit::Done)
}

/// A blueprint without mistakes, as its network sees it.
pub(super) fn read(global: &Global, file: &Path) -> Result<Center, Failure> {
    let ReadBlueprint {
        blueprint,
        mut findings,
        ..
    } = read_blueprint(global, file)?;
    findings.extend(examined(&blueprint).1);
    if has_errors(&findings) {
        return Err(Failure::Diagnostics(findings));
    }
    let state = kept_here(global, &blueprint);
    Ok(center::of(&blueprint, state.as_ref()))
}

/// The state of a blueprint's environment, if this machine keeps one and no other that it might be: no account is asked here.
fn kept_here(global: &Global, blueprint: &Blueprint) -> Option<State> {
    let name = blueprint.name.value.clone();
    let kept = discover::kept(&global.state_dir, &Wanted::Named(name.clone())).ok()?;
    let region = blueprint.aws.region.as_ref().map(|region| region.value.as_str());
    let account = blueprint
        .aws
        .account
        .as_ref()
        .map(|account| account.value.as_str());
    let ending = if global.sim { "-sim" } else { "" };
    let mut states = kept.states().filter(|(place, state)| {
        state.environment == name
            && region.is_none_or(|region| state.region == region)
            && account.is_none_or(|account| state.account == account)
            && *place == format!("{}-{}{ending}", state.account, state.region)
            && !state.resources.is_empty()
    });
    let (_, state) = states.next()?;
    states.next().is_none().then(|| state.clone())
}

fn asked(args: &ListArgs) -> Asked {
    let mut asked = Asked {
        sides: match args.side {
            Whence::Agent => vec![Side::Agent],
            Whence::Session => vec![Side::Session],
            Whence::Builder => vec![Side::Builder],
            Whence::All => Side::ALL.to_vec(),
        },
        mode: match args.mode {
            By::Domains => Mode::Domains,
            By::Addresses => Mode::Addresses,
            By::Both => Mode::Both,
        },
        turn: args.turn.names(),
        cloudfront: args.cloudfront.names(),
        also: args.with.iter().map(|with| with.condition()).collect(),
    };
    if args.stateless {
        asked.also.insert(Condition::Stateless);
    }
    asked
}

/// AWS's file of address ranges.
pub(super) fn ranges_of(file: &Path) -> Result<Ranges, Failure> {
    let text = terminal::read_text(file, ranges::LARGEST).map_err(|error| {
        Failure::new(format!("cannot read `{}`: {error}", file.display()))
            .help(format!("fetch it from {}", ranges::URL))
    })?;
    Ranges::read(&text).map_err(|error| {
        Failure::new(format!("`{}` is refused: {error}", file.display()))
            .help(format!("fetch it anew from {}", ranges::URL))
    })
}

fn print(list: &AllowList, format: Format) -> Result<(), Failure> {
    let formed = match format {
        Format::Text => {
            terminal::text(&plain::text(list));
            return Ok(());
        }
        Format::Markdown => {
            terminal::data(&plain::markdown(list));
            return Ok(());
        }
        Format::Csv => {
            terminal::data(&plain::csv(list));
            return Ok(());
        }
        Format::Json => {
            terminal::versioned_indented(list);
            return Ok(());
        }
        Format::SecurityGroup => security_group::template(list),
        Format::NetworkFirewall => network_firewall::template(list),
        Format::Squid => squid::lines(list),
    };
    let Formed { text, left_out } = formed.map_err(|Unfit { why, help }| Failure::new(why).help(help))?;
    match format {
        Format::Squid => terminal::data(&text),
        _ => terminal::document(&text.trim_end()),
    }
    for one in left_out.iter().chain(&list.notes) {
        terminal::warn(&format!("not in it: {one}"));
    }
    Ok(())
}
