//! `headset network check`

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{list, lists, targets};
use crate::cli::Global;
use crate::cli::exit::{Exit, Failure};
use crate::cli::new_file;
use crate::cli::terminal;
use crate::report::probe_view::{self, NetworkCheck};
use crate::report::{probe_script, span};
use headset_kinds::regions::{self, Has};
use headset_network::terms::{RegionOf, Side};
use headset_probe::{Measurement, Progress, Proxies, Proxy, Region, Resolver, Settings};

#[derive(Debug, Args)]
pub(in crate::cli) struct CheckArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where this runs: on the agent's own machine, or in a streamed desktop.
    #[arg(long, value_enum, default_value_t = Here::Agent)]
    side: Here,
    /// The proxy on the way to TLS hosts: `http://HOST:PORT`, with `USER:PASSWORD@` before HOST where it takes a sign-in, or
    /// `none`. Else HTTPS_PROXY and NO_PROXY say it.
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// Ask this name server, and not the system; may be repeated. `IP` or `IP:PORT`.
    #[arg(long, value_name = "IP", value_parser = name_server)]
    resolver: Vec<SocketAddr>,
    /// The form of the report.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Then look at the media relays once a minute for so long, such as 8h: what gets lost over a shift.
    #[arg(long, value_name = "DURATION", value_parser = crate::cli::apply::span)]
    watch: Option<Duration>,
    /// Try nothing, and write a PowerShell script that does the same on an agent's Windows machine, where nothing has to be
    /// installed. A file that is there already is not touched. `-` is standard output.
    #[arg(long, value_name = "FILE.ps1", conflicts_with_all = ["format", "json", "proxy", "resolver", "watch"])]
    script: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Here {
    Agent,
    Session,
}

impl Here {
    fn side(self) -> Side {
        match self {
            Here::Agent => Side::Agent,
            Here::Session => Side::Session,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text.
    Human,
    /// One JSON document.
    Json,
    /// One JUnit document, as test reports of pipelines are.
    Junit,
}

/// An address with the port of DNS, if it has none.
fn name_server(text: &str) -> Result<SocketAddr, String> {
    let with_port = text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 53));
    with_port
        .or_else(|_| text.parse())
        .map_err(|_| format!("`{text}` is neither an IP address nor one with a port"))
}

pub(super) async fn check(global: &Global, args: &CheckArgs) -> Result<Exit, Failure> {
    let center = list::read(global, &args.file)?;
    let data = lists::data(None)?;
    lists::warn_if_stale(&data);
    let side = args.side.side();
    let targets = targets::of(&center, &data, side);
    if targets.is_empty() {
        return Err(
            Failure::new("this blueprint needs nothing of the network on that side")
                .help("it has neither `connect` nor `appstream`, or another `--side` has the rows"),
        );
    }
    if let Some(script) = &args.script {
        return write(script, &probe_script::script(&targets));
    }
    let settings = Settings {
        proxies: proxies(args.proxy.as_deref())?,
        resolver: match args.resolver.is_empty() {
            true => Resolver::System,
            false => Resolver::At(args.resolver.clone()),
        },
        ..Settings::default()
    };
    let shows_progress = terminal::is_terminal();
    let progress = |progress: Progress<'_>| {
        if shows_progress {
            let Progress {
                done,
                of,
                host,
                verdict,
            } = progress;
            terminal::talk(&format!("{done} of {of}: {host}: {}", verdict.word()));
        }
    };
    let rows = headset_probe::check(&targets, &settings, &progress).await;
    let home = center.region(RegionOf::Connect);
    let latency = match home {
        Some(home) => headset_probe::latency(&near(home), &settings).await,
        None => Vec::new(),
    };
    let watched = match args.watch {
        Some(whole) => headset_probe::watch(&targets, &settings, BETWEEN_LOOKS, whole, &seen).await,
        None => Vec::new(),
    };
    let check = NetworkCheck {
        environment: center.environment.clone(),
        side: side.word(),
        proxy: settings.proxies.proxy().map(ToString::to_string),
        seed: settings.seed,
        clock: headset_probe::clock(&rows, settings.limits),
        rows,
        advice: headset_probe::advice(&latency, home.unwrap_or_default()),
        latency,
        watched,
    };
    match (args.json, args.format) {
        (true, _) | (_, Format::Json) => terminal::versioned(&check),
        (_, Format::Junit) => terminal::document(&probe_view::junit(&check)),
        (_, Format::Human) => terminal::text(&probe_view::text(&check)),
    }
    Ok(match check.is_in_the_way() {
        true => Exit::Error,
        false => Exit::Done,
    })
}

/// How long `--watch` waits between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_secs(60);

/// Says at once what `--watch` finds that a call would suffer from: it may be stopped before its end.
fn seen(look: &Measurement<'_>) {
    if let Some(cause) = &look.check.cause {
        let after = span(look.at);
        terminal::warn(&format!("after {after}: {}: {}", look.check.host, cause.says()));
    }
}

/// Writes a script into a file that is not there yet.
fn write(file: &Path, script: &str) -> Result<Exit, Failure> {
    if terminal::is_standard_input(file) {
        terminal::data(script);
        return Ok(Exit::Done);
    }
    new_file::write(file, script)?;
    terminal::talk(&format!(
        "{} tries the same on a Windows machine: sign it as your company signs scripts",
        file.display()
    ));
    Ok(Exit::Done)
}

/// The proxy that was given, or that the environment names.
fn proxies(given: Option<&str>) -> Result<Proxies, Failure> {
    let variable = |name: &str| std::env::var(name).ok();
    let read = match given {
        Some("none") => Ok(Proxies::none()),
        Some(text) => {
            let no_proxy = variable("no_proxy").or_else(|| variable("NO_PROXY"));
            Proxy::read(text).map(|proxy| Proxies::through(proxy, &no_proxy.unwrap_or_default()))
        }
        None => Proxies::from_environment(variable),
    };
    // What was given may hold a password: it is not repeated.
    read.map_err(|error| {
        let what = match given {
            Some(_) => "--proxy",
            None => "HTTPS_PROXY or ALL_PROXY",
        };
        Failure::usage(format!("{what} names no proxy that can be used: {error}"))
            .help("give another one with --proxy, or `--proxy none`")
    })
}

/// The regions of Connect in the partition of one, each by the host of its API.
fn near(home: &str) -> Vec<Region> {
    let partition = regions::partition_of(home);
    regions::with(Has::Connect)
        .into_iter()
        .filter(|region| regions::is_in_partition(region, partition))
        .map(|region| Region {
            name: region.to_owned(),
            host: format!("connect.{region}.amazonaws.com"),
            port: 443,
        })
        .collect()
}
