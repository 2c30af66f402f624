//! `headset network check`

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::list;
use super::tried::{self, Way, name_server, seen_host};
use crate::cli::Global;
use crate::cli::exit::{Exit, Failure};
use crate::cli::new_file;
use crate::cli::rewrite::write_over;
use crate::cli::terminal;
use crate::report::probe_script::{self, Script};
use crate::report::{Painted, probe_page, probe_view};
use headset_network::terms::{RegionOf, Side};

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
    /// The streaming gateway of a desktop, as a session's browser shows it: how far it is. Without it AppStream's own host in that
    /// region stands for it.
    #[arg(long, value_name = "HOST")]
    gateway: Option<String>,
    /// A host that a wildcard of the list stands for, as the developer tools of a browser show it with the panel open (that of
    /// `wss:` for signalling); may be repeated. Else such a wildcard is tried only by hosts that AWS's pages name.
    #[arg(long, value_name = "HOST", value_parser = seen_host)]
    known: Vec<String>,
    /// Newer data of allow-lists in place of what this program carries.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Write everything into a page with pictures as well, which needs nothing else. Its name has to end with .html.
    #[arg(long, value_name = "FILE.html", value_parser = page)]
    report: Option<PathBuf>,
    /// Then look at the media relays, and at how busy this machine is, once a minute for so long, such as 8h: what gets lost over a
    /// shift. Ctrl-C ends it earlier, with what was seen until then.
    #[arg(long, value_name = "DURATION", value_parser = crate::cli::apply::span)]
    watch: Option<Duration>,
    /// Try nothing, and write a PowerShell script that does the same on an agent's Windows machine, with `--watch` as well, where
    /// nothing has to be installed. A file that is there already is not touched. `-` is standard output.
    #[arg(long, value_name = "FILE.ps1", conflicts_with_all = ["format", "json", "proxy", "resolver", "report"])]
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

/// A page whose folder is there: a watch may take hours, and what is known to fail in the end is said before it.
fn page(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    if path.extension().is_none_or(|end| end != "html") {
        return Err("its name has to end with .html".to_owned());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match folder.unwrap_or(Path::new(".")).is_dir() && !path.is_dir() {
        true => Ok(path),
        false => Err("its folder is not there".to_owned()),
    }
}

pub(super) async fn check(global: &Global, args: &CheckArgs) -> Result<Exit, Failure> {
    let center = list::read(global, &args.file)?;
    let side = args.side.side();
    if let Some(script) = &args.script {
        let gateway = tried::gateway(&center, side, args.gateway.as_deref());
        let way = Way {
            gateway: args.gateway.clone(),
            known: args.known.clone(),
            data: args.data.clone(),
            ..Way::default()
        };
        let objects = tried::objects(&center, side, &way)?;
        let home = center.region(RegionOf::Connect);
        let regions: Vec<String> = home
            .map(|home| tried::near(home).into_iter().map(|region| region.name).collect())
            .unwrap_or_default();
        let text = probe_script::script(&Script {
            environment: &center.environment,
            side: side.word(),
            targets: &objects.targets,
            gateway: gateway.as_deref(),
            browsers: &objects.browsers,
            home,
            regions: &regions,
            watch: args.watch,
        });
        return write(script, &text);
    }
    let way = Way {
        proxy: args.proxy.clone(),
        resolver: args.resolver.clone(),
        gateway: args.gateway.clone(),
        known: args.known.clone(),
        data: args.data.clone(),
        watch: args.watch,
    };
    tried::say_what_is_real(global.sim);
    let check = tried::tried(&center, side, &way, &global.followed).await?;
    if let Some(file) = &args.report {
        write_over(file, Painted::from(probe_page::page(&check).as_str()).as_bytes())?;
    }
    match (args.json, args.format) {
        (true, _) | (_, Format::Json) => terminal::versioned(&check),
        (_, Format::Junit) => terminal::document(&probe_view::junit(&check)),
        (_, Format::Human) => terminal::text(&probe_view::text(&check)),
    }
    if check.proves_nothing() {
        terminal::warn("no row came to a result, so that this check proves nothing");
    }
    Ok(match check.is_in_the_way() || check.proves_nothing() {
        true => Exit::Error,
        false => Exit::Done,
    })
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
