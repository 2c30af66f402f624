//! `headset verify`

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::Global;
use super::call;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::files;
use super::network::center;
use super::network::tried::{self, Way, name_server};
use super::offline::Asking;
use super::shard::Share;
use super::summary::{Part, name};
use super::terminal;
use super::together::{self, About};
use crate::report::probe_view::{self, NetworkCheck};
use crate::report::sheet;
use crate::report::verify_view;
use headset_core::diagnostic::{Diagnostic, has_errors};
use headset_engine::session::Source;
use headset_engine::verify::Verification;
use headset_network::terms::Side;

/// Check whether an agent would get in. Changes nothing.
///
/// Each check says what it looked at: the instance and its approved origins, each file of the pages as a browser gets it,
/// the provider's metadata and what the identity provider publishes, the role's trust and permissions, the application and
/// its assignments, users, images, fleets, and the address of a session. A check that could only fail because another one
/// failed is not made. Exits with 1 unless all checks have passed.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// Blueprint files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    share: Share,
    /// The form of the report.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// List every check, not only those that have not passed.
    #[arg(long)]
    all: bool,
    /// Find out why this user cannot sign in, or gets no call: the name to sign in with, or the e-mail address. Lists
    /// every check. What is kept by another identity provider is not checked, and the report says where to look.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    user: Option<String>,
    /// Prove the SAML response that a browser posted to AWS at a sign-in: FILE holds the value of the form field
    /// SAMLResponse, as it was copied, or the XML; `-` reads standard input. Lists every check. The response is a secret for
    /// as long as it counts, and none of it is kept, recorded or printed.
    #[arg(long, value_name = "FILE", conflicts_with = "user")]
    saml_response: Option<PathBuf>,
    /// Sign in with the response: take the role, and enter Amazon Connect with it. That is a sign-in like any other, and
    /// ties a user who has never signed in to this role.
    #[arg(long, requires = "saml_response")]
    sign_in: bool,
    /// Lead a person through a test call at this terminal: what the person does, one question after the other, and what was
    /// answered as a report.
    #[arg(long, requires = "record_result", conflicts_with_all = ["user", "saml_response"])]
    call: bool,
    /// Try the network of this machine as well, as `network check` does from the agent's side: each row of the allow-list. A row
    /// that is blocked or intercepted is a check that has failed.
    #[arg(long, conflicts_with_all = ["user", "saml_response", "call"])]
    network: bool,
    /// With `--network`: the proxy on the way to TLS hosts, as `network check` takes it.
    #[arg(long, requires = "network", value_name = "URL")]
    proxy: Option<String>,
    /// With `--network`: ask this name server, and not the system; may be repeated.
    #[arg(long, requires = "network", value_name = "IP", value_parser = name_server)]
    resolver: Vec<SocketAddr>,
    /// Keep what is answered in this file, answer by answer. A test that was broken off goes on from there.
    #[arg(long, requires = "call", value_name = "FILE")]
    record_result: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Text.
    Human,
    /// One JSON document.
    Json,
    /// One JUnit document, as test reports of pipelines are.
    Junit,
}

/// What the checks of one environment came to.
struct Looked {
    verification: Verification,
    /// What the network of this machine lets through, if that was asked.
    network: Option<NetworkCheck>,
    /// Mistakes that were found on the way.
    findings: Vec<Diagnostic>,
    /// Whether it was looked at to the end: a test call can be broken off.
    is_over: bool,
}

/// Makes the checks of one environment.
async fn look(environment: Environment, args: &VerifyArgs, posted: Option<&str>) -> Result<Looked, Failure> {
    let environment = environment.asking(Asking { offline: false });
    if let Some(record) = args.record_result.as_deref().filter(|_| args.call) {
        let call = environment.attentively(call::call(&environment, record)).await?;
        environment.close().await?;
        return Ok(Looked {
            verification: call.verification,
            network: None,
            findings: Vec::new(),
            is_over: call.is_over,
        });
    }
    let look = async {
        match (&args.user, posted) {
            (Some(user), _) => headset_engine::verify::person(&environment, user).await,
            (None, Some(posted)) => {
                headset_engine::verify::response(&environment, posted, args.sign_in).await
            }
            (None, None) => headset_engine::verify::verify(&environment).await,
        }
    };
    let looked = environment.attentively(look).await;
    let verification = looked.map_err(|stop| environment.failure(stop))?;
    let blueprint = environment.source.as_ref().map(Source::blueprint);
    let network = match blueprint.filter(|_| args.network) {
        Some(blueprint) => {
            let way = Way {
                proxy: args.proxy.clone(),
                resolver: args.resolver.clone(),
                ..Way::default()
            };
            let center = center::of(blueprint, Some(&environment.state));
            Some(tried::beside(center, Side::Agent, way, &environment.followed).await?)
        }
        None => None,
    };
    environment.close().await?;
    let findings = match has_errors(&verification.findings) {
        true => environment.invocation.complete_all(verification.findings.clone()),
        false => Vec::new(),
    };
    Ok(Looked {
        verification,
        network,
        findings,
        is_over: true,
    })
}

pub(super) async fn verify(global: &Global, args: &VerifyArgs) -> Result<Exit, Failure> {
    let files = args.share.of(global, files::blueprints(global, &args.files)?);
    let is_of_one = args.user.is_some() || args.saml_response.is_some() || args.call;
    if args.call && files.len() > 1 {
        return Err(Failure::usage("a test call is made in one environment").help("name one blueprint"));
    }
    let by_input = |path: &Path| terminal::is_standard_input(path);
    if args.saml_response.as_deref().is_some_and(by_input) && files.iter().any(|file| by_input(file)) {
        return Err(
            Failure::usage("standard input is read once, and two things are to come by it")
                .help("give the blueprint or the response as a file"),
        );
    }
    let posted = args.saml_response.as_deref().map(response).transpose()?;
    let look = async |_: &Path, environment: Environment| look(environment, args, posted.as_deref()).await;
    let format = match args.json {
        true => Format::Json,
        false => args.format,
    };
    let is_human = format == Format::Human;
    if args.network {
        tried::say_what_is_real(global.sim);
    }
    let mut tried: Vec<NetworkCheck> = Vec::new();
    let mut verified: Vec<Verification> = Vec::new();
    let mut unseen: Vec<sheet::Looked<()>> = Vec::new();
    let mut exit = Exit::Done;
    let about = About {
        is_one: is_human && args.share.is_one(&files),
        json: !is_human,
    };
    for (file, seen) in together::each(global, &files, about, look).await? {
        match seen {
            Ok(Looked {
                verification,
                network,
                findings,
                is_over,
            }) => {
                terminal::diagnostics(&findings);
                if is_human {
                    terminal::text(&verify_view::text(&verification, args.all || is_of_one));
                    if let Some(check) = &network {
                        terminal::text(&probe_view::text(check));
                    }
                }
                if !is_over {
                    exit = exit.worse(Exit::Error);
                }
                verified.push(verification);
                tried.extend(network);
            }
            // One that cannot be looked at does not keep the others from being checked.
            Err(failure) => {
                unseen.push(sheet::Looked::at(
                    file.display().to_string(),
                    (),
                    failure.findings(),
                ));
                exit = exit.worse(terminal::failure(failure));
            }
        }
    }
    // Of a person something has to be found: nothing to check is no way in.
    let is_someone = |one: &Verification| !is_of_one || !one.entries.is_empty();
    let is_proven = |one: &Verification| one.is_passed() && !has_errors(&one.findings) && is_someone(one);
    if !verified.iter().all(is_proven) {
        exit = exit.worse(Exit::Error);
    }
    if tried
        .iter()
        .any(|check| check.is_in_the_way() || check.proves_nothing())
    {
        exit = exit.worse(Exit::Error);
    }
    let unopened = sheet::unopened(&unseen);
    match format {
        Format::Human => {}
        Format::Json => {
            verified.iter().for_each(|one| global.tally.add(counted(one)));
            let mut document = serde_json::json!(verify_view::json(&verified, &unopened));
            if args.network {
                document["network"] = serde_json::json!(tried);
            }
            terminal::versioned(&global.tally.within("verify", exit, document));
        }
        Format::Junit => terminal::document(&verify_view::junit(&verified, &tried, &unopened)),
    }
    Ok(exit)
}

/// How many checks of an environment came to what.
fn counted(verification: &Verification) -> Part {
    let mut part = Part::of(&verification.environment);
    for entry in &verification.entries {
        part.count(&name(&verify_view::ended(&entry.finding)), 1);
    }
    part
}

/// What was copied of a sign-in.
fn response(path: &Path) -> Result<String, Failure> {
    if terminal::is_standard_input(path) && terminal::can_ask() {
        let message = "a terminal cuts lines off after 4,095 characters, and a response is longer";
        return Err(Failure::usage(message).help("save it to a file, or paste it through a pipe"));
    }
    Ok(terminal::read_text(
        path,
        headset_kinds::saml::posted::LONGEST_FILE,
    )?)
}
