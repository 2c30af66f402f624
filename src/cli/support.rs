//! `headset support bundle`

mod redact;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::{Args, Subcommand};
use fs_err as fs;
use serde_json::{Value, json};

use super::Global;
use super::as_json::AsJson;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::network::center;
use super::network::lists;
use super::network::tried::{self, Way, name_server};
use super::offline::Asking;
use super::terminal;
use crate::report::{Painted, verify_view};
use headset_core::Clock;
use headset_engine::session::Source;
use headset_kinds::acceptance::is_contact;
use headset_kinds::connect::InstanceSpec;
use headset_kinds::kind::Observation;
use headset_kinds::{output, registry};
use headset_network::list::{Asked, list};
use headset_network::terms::Side;
use redact::redacted;

/// Work with AWS Support.
#[derive(Debug, Subcommand)]
pub(super) enum SupportCommand {
    /// Gather what a case with AWS Support needs into one archive: the instance's ARN, contacts, where recordings are, what `verify`
    /// finds, the allow-list, quotas, what checks of the network have found, and logs that agents have saved on the pages. Changes
    /// nothing.
    ///
    /// State, blueprint and answers are not in it. Of all that is given, what looks like a token, a key or a password is taken out.
    /// Look through it before you send it: logs hold names of agents and numbers of callers.
    Bundle(BundleArgs),
}

#[derive(Debug, Args)]
pub(super) struct BundleArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The archive. Its name has to end with .tar.gz; a file that is there already is not touched.
    #[arg(long, value_name = "FILE.tar.gz", value_parser = archive)]
    out: PathBuf,
    /// The id of a contact that the case is about; may be repeated.
    #[arg(long, value_name = "ID", value_parser = contact)]
    contact: Vec<String>,
    /// A log that an agent has saved on a page (Download logs); may be repeated.
    #[arg(long, value_name = "FILE")]
    ccp_log: Vec<PathBuf>,
    /// What `network check --json` has found, or what its script for Windows has: the file that it wrote; may be repeated.
    #[arg(long, value_name = "FILE.json")]
    network_result: Vec<PathBuf>,
    /// Try the network of this machine as well, as `network check` does from the agent's side, and take what is found.
    #[arg(long)]
    network: bool,
    /// With `--network`: the proxy on the way to TLS hosts, as `network check` takes it.
    #[arg(long, requires = "network", value_name = "URL")]
    proxy: Option<String>,
    /// With `--network`: ask this name server, and not the system; may be repeated.
    #[arg(long, requires = "network", value_name = "IP", value_parser = name_server)]
    resolver: Vec<SocketAddr>,
    #[command(flatten)]
    form: AsJson,
}

/// The most that is read of a log or of a result, in bytes.
const LARGEST: u64 = 64 << 20;

fn archive(text: &str) -> Result<PathBuf, String> {
    match text.ends_with(".tar.gz") {
        true => Ok(PathBuf::from(text)),
        false => Err("its name has to end with .tar.gz".to_owned()),
    }
}

fn contact(text: &str) -> Result<String, String> {
    match is_contact(text) {
        true => Ok(text.to_owned()),
        false => Err("a contact's id is a UUID, such as 12345678-90ab-cdef-1234-567890abcdef".to_owned()),
    }
}

pub(super) async fn support(global: &Global, command: &SupportCommand) -> Result<Exit, Failure> {
    match command {
        SupportCommand::Bundle(args) => bundle(global, args).await,
    }
}

async fn bundle(global: &Global, args: &BundleArgs) -> Result<Exit, Failure> {
    if args.out.exists() {
        return Err(Failure::new(format!("`{}` is there already", args.out.display()))
            .help("give another name, or remove it first"));
    }
    // What is given may be no such thing: that shows before anything is asked.
    let mut given = Vec::new();
    for (number, file) in args.ccp_log.iter().enumerate() {
        given.push((format!("ccp-log-{}.txt", number + 1), redacted(&text_of(file)?)));
    }
    for (number, file) in args.network_result.iter().enumerate() {
        let text = text_of(file)?;
        if !is_result(&text) {
            return Err(
                Failure::new(format!("`{}` is no result of a check", file.display())).help(
                    "give what `network check --json` prints, or the file that its script for Windows writes",
                ),
            );
        }
        given.push((format!("network-check-{}.json", number + 1), redacted(&text)));
    }
    if args.network {
        tried::say_what_is_real(global.sim);
    }
    let environment = Environment::open(global, &args.file)
        .await?
        .asking(Asking { offline: false });
    let gathered = environment.attentively(gathered(&environment, args)).await;
    let found = match gathered.is_ok() && args.network {
        true => tried_from_here(&environment, args).await,
        false => Ok(None),
    };
    environment.close().await?;
    let mut parts = gathered?;
    parts.extend(found?);
    parts.extend(given);
    pack(&args.out, &environment.name, &parts)?;
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    args.form.talk(
        &format!("{} holds {}", args.out.display(), names.join(", ")),
        || json!({ "file": args.out, "holds": names }),
    );
    terminal::talk("look through it before you send it: logs hold names of agents and numbers of callers");
    Ok(Exit::Done)
}

/// What a check of this machine's network finds, for an environment that has a blueprint.
async fn tried_from_here(
    environment: &Environment,
    args: &BundleArgs,
) -> Result<Option<(String, String)>, Failure> {
    let Some(blueprint) = environment.source.as_ref().map(Source::blueprint) else {
        return Ok(None);
    };
    let way = Way {
        proxy: args.proxy.clone(),
        resolver: args.resolver.clone(),
        ..Way::default()
    };
    let center = center::of(blueprint, Some(&environment.state));
    let found = tried::beside(center, Side::Agent, way, &environment.followed).await?;
    let text = format!("{:#}\n", terminal::with_version(&found));
    Ok(Some(("network-check.json".to_owned(), redacted(&text))))
}

fn text_of(file: &Path) -> Result<String, Failure> {
    terminal::read_text(file, LARGEST).map_err(|error| {
        let failure = Failure::new(format!("cannot read `{}`: {error}", file.display()));
        match error.help() {
            Some(help) => failure.help(help),
            None => failure,
        }
    })
}

/// Whether a text is what a check of a network has found: rows, each with what it came to.
fn is_result(text: &str) -> bool {
    let document: Option<Value> = serde_json::from_str(text).ok();
    let rows = document.as_ref().and_then(|document| document["rows"].as_array());
    rows.is_some_and(|rows| !rows.is_empty() && rows.iter().all(|row| row["verdict"].is_string()))
}

/// Each file of the archive, with what is in it.
async fn gathered(environment: &Environment, args: &BundleArgs) -> Result<Vec<(String, String)>, Failure> {
    let assessed = environment
        .assess(&environment.design, &environment.state)
        .await?;
    let mut instances = assessed.survey.observations.iter();
    let instance = instances.find_map(|(address, observation)| match observation {
        Observation::Present(live) if address.kind == InstanceSpec::KIND => Some(live),
        _ => None,
    });
    let (arn, recordings) = match instance {
        None => (
            None,
            json!({ "unknown": "the instance is not there, or was not read" }),
        ),
        Some(live) => {
            let recordings = match headset_aws::recordings(&environment.aws, &live.id).await {
                Ok(places) => json!({ "places": places }),
                Err(error) => json!({ "unknown": error.to_string() }),
            };
            (live.outputs.get(output::ARN).cloned(), recordings)
        }
    };
    let verified = headset_engine::verify::verify(environment).await;
    let verified = verified.map_err(|stop| environment.failure(stop))?;
    let mut parts = vec![
        (
            "case.json",
            json!({
                "headset": env!("CARGO_PKG_VERSION"),
                "written": Clock::wall().now().to_string(),
                "environment": environment.name,
                "account": environment.context.account,
                "region": environment.context.region,
                "appstream_region": environment.context.appstream_region,
                "instance_arn": arn,
                "contacts": args.contact,
                "recordings": recordings,
            }),
        ),
        ("verify.json", json!(verify_view::json(&[verified], &[]))),
        ("quotas.json", quotas(environment)),
    ];
    if let Some(blueprint) = environment.source.as_ref().map(Source::blueprint) {
        let data = lists::data(None)?;
        let center = center::of(blueprint, Some(&environment.state));
        let allowed = list(&center, &data, &Asked::default(), None);
        parts.push(("allow-list.json", json!(allowed)));
    }
    let text = |(name, value): (&str, Value)| (name.to_owned(), redacted(&format!("{value:#}\n")));
    Ok(parts.into_iter().map(text).collect())
}

/// The quotas of each kind of thing that the environment has. What is applied in the account is Service Quotas' to tell.
fn quotas(environment: &Environment) -> Value {
    let mut kinds: Vec<_> = environment
        .design
        .resources
        .keys()
        .map(|address| address.kind)
        .collect();
    kinds.dedup();
    let of_kind = |kind| {
        let used = environment
            .design
            .resources
            .keys()
            .filter(|address| address.kind == kind)
            .count();
        let quotas = registry::kind(kind).quotas().iter();
        quotas.map(move |quota| {
            json!({
                "quota": quota,
                "in_this_environment": used,
                "applied": format!(
                    "aws service-quotas get-service-quota --service-code {} --quota-code {}",
                    quota.service, quota.code
                ),
            })
        })
    };
    Value::Array(kinds.into_iter().flat_map(of_kind).collect())
}

/// Writes the files into an archive, below a folder with the environment's name.
fn pack(archive: &Path, environment: &str, parts: &[(String, String)]) -> Result<(), Failure> {
    let place = std::path::absolute(archive)?;
    let work = place.with_extension(format!("new-{}", std::process::id()));
    let folder = work.join(environment);
    fs::create_dir_all(&folder)?;
    for (name, text) in parts {
        fs::write(folder.join(name), Painted::from(text.as_str()).as_bytes())?;
    }
    let packed = Command::new("tar")
        .arg("-czf")
        .arg(&place)
        .arg("-C")
        .arg(&work)
        .arg(environment)
        .stdin(Stdio::null())
        .output();
    fs::remove_dir_all(&work)?;
    let packed = packed.map_err(|error| {
        Failure::new(format!("`tar` cannot be run: {error}")).help("it has to be on the PATH")
    })?;
    match packed.status.success() {
        true => Ok(()),
        false => Err(Failure::new(format!(
            "`tar` has not written `{}`: {}",
            archive.display(),
            String::from_utf8_lossy(&packed.stderr).trim()
        ))),
    }
}
