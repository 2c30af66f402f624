//! The command line: one file per command, each with its arguments and its flow.
//!
//! The only place that knows the terminal, the environment and exit codes.

mod accept;
mod access;
mod apply;
mod as_json;
mod bootstrap;
mod call;
mod ccp;
mod checkpoint;
mod completion;
mod default_file;
mod destroy;
mod down;
mod drift;
mod env;
mod environment;
mod existing;
mod exit;
mod explain;
mod files;
mod flow;
mod form;
mod given;
mod global;
mod graph;
mod help;
mod history;
mod image;
mod import;
mod init;
mod invocation;
mod library;
mod lost;
mod man;
mod merge;
mod network;
mod new_file;
mod next_steps;
mod offline;
#[cfg(feature = "simulator")]
mod one_at_a_time;
mod orphans;
mod output;
mod part;
mod plan;
mod policy;
mod preview;
mod project;
mod region;
mod remembered;
mod remote_operator;
mod restore;
mod rewrite;
mod saved;
mod schema;
mod shard;
mod sheet;
mod shell;
mod signal;
#[cfg(feature = "simulator")]
mod sim;
mod sim_token;
#[cfg(feature = "simulator")]
mod simulation;
#[cfg(not(feature = "simulator"))]
#[path = "no_simulation.rs"]
mod simulation;
mod sources;
mod state;
mod status;
mod subject;
mod summary;
mod support;
mod takedown;
mod terminal;
mod timeline_file;
mod together;
mod unlock;
mod unread;
mod user;
mod validate;
mod verify;
mod voice;
mod who;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use exit::{Exit, Failure};
use given::Given;
use global::{Colours, Global};

use crate::report::Volume;
use crate::report::out::{self, Log};

/// One YAML blueprint becomes a running VDI contact center on AWS.
///
/// Amazon Connect with SAML sign-on, a split Contact Control Panel on S3, and the AppStream 2.0 images,
/// fleets and stacks that stream it. The same blueprint shows what has drifted, and takes everything down again. Every
/// command works without an AWS account: add --sim.
#[derive(Debug, Parser)]
#[command(name = "headset", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::InitArgs),
    Bootstrap(bootstrap::BootstrapArgs),
    Validate(validate::ValidateArgs),
    Plan(plan::PlanArgs),
    Apply(apply::ApplyArgs),
    Drift(drift::DriftArgs),
    Verify(verify::VerifyArgs),
    Destroy(destroy::DestroyArgs),
    Status(status::StatusArgs),
    History(history::HistoryArgs),
    Output(output::OutputArgs),
    Import(import::ImportArgs),
    Unlock(unlock::UnlockArgs),
    #[command(subcommand)]
    Checkpoint(checkpoint::CheckpointCommand),
    #[command(subcommand)]
    Ccp(ccp::CcpCommand),
    #[command(subcommand)]
    Image(image::ImageCommand),
    #[command(subcommand)]
    User(user::UserCommand),
    #[command(subcommand)]
    State(state::StateCommand),
    #[command(subcommand)]
    Env(env::EnvCommand),
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    #[command(subcommand)]
    Network(network::NetworkCommand),
    #[command(subcommand)]
    Voice(voice::VoiceCommand),
    #[command(subcommand)]
    Support(support::SupportCommand),
    #[command(subcommand)]
    Report(merge::ReportCommand),
    Graph(graph::GraphArgs),
    Schema(schema::SchemaArgs),
    Explain(explain::ExplainArgs),
    #[command(subcommand)]
    #[cfg(feature = "simulator")]
    Sim(sim::SimCommand),
    Completions(shell::CompletionsArgs),
    Man(man::ManArgs),
    #[command(hide = true)]
    Simulation(help::SimulationArgs),
}

/// Runs the program on the process's arguments.
pub fn main() -> ExitCode {
    prepare();
    // A shell asks what fits: it is answered, and that is all.
    clap_complete::CompleteEnv::with_factory(Cli::command)
        .var(shell::VARIABLE)
        .complete();
    let line: Vec<OsString> = std::env::args_os().collect();
    let cli = match parse(&line) {
        Ok(cli) => cli,
        Err(error) => {
            Colours::of_line(&line).keep();
            // Help and version are no errors; clap's own code for usage errors would read as "drift".
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
            terminal::usage(&error);
            return ended(exit);
        }
    };
    cli.global.color.keep();
    out::keep_volume(cli.global.volume());
    log(cli.global.log.as_deref(), cli.global.volume());
    terminal::remember_sets(&cli.global.set);
    ended(match run(&cli) {
        Ok(exit) => exit,
        Err(failure) => terminal::failure(failure),
    })
}

/// What standard libraries of clients look for, and no output may hold.
const CREDENTIALS: [&str; 3] = [
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
];

/// Before anything is said: credentials are kept out of it, and a mistake of Headset's own says so in the same way as
/// everything else.
fn prepare() {
    for name in CREDENTIALS {
        if let Ok(value) = std::env::var(name) {
            headset_core::revealed::keep_out(&value);
        }
    }
    std::panic::set_hook(Box::new(|panic| {
        let trace = std::backtrace::Backtrace::capture();
        let trace = match trace.status() {
            std::backtrace::BacktraceStatus::Captured => format!("\n{trace}"),
            _ => String::new(),
        };
        terminal::warn(&format!(
            "Headset stopped because of a mistake in Headset; please report it with these lines: {panic}{trace}"
        ));
    }));
}

/// Writes a developer's log, and each call where more is said. What the crates of others log below `info` holds requests and answers whole, with passwords and
/// tokens in them, so it is left out, however it is asked for.
fn log(filter: Option<&str>, volume: Volume) {
    use tracing_subscriber::filter::{EnvFilter, FilterExt as _, filter_fn};
    use tracing_subscriber::fmt;
    use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
    use tracing_subscriber::util::SubscriberInitExt as _;
    let own = filter_fn(|data| data.target().starts_with("headset") || *data.level() <= tracing::Level::INFO);
    let developers = filter.map(|filter| {
        let layer = fmt::layer().with_writer(|| Log);
        layer.with_filter(EnvFilter::new(filter).and(own))
    });
    let calls = (volume == Volume::Verbose).then(|| {
        let layer = fmt::layer().with_writer(|| Log);
        let layer = layer.without_time().with_target(false).with_level(false);
        layer.with_filter(filter_fn(|data| data.target() == headset_aws::CALLS))
    });
    if developers.is_some() || calls.is_some() {
        tracing_subscriber::registry().with(developers).with(calls).init();
    }
}

/// How the program ends. Data that could not be written is an error, however well everything else went.
fn ended(exit: Exit) -> ExitCode {
    match out::failure() {
        Some(why) => {
            terminal::failure(Failure::new(format!(
                "standard output could not be written: {why}"
            )));
            code(Exit::Error)
        }
        None => code(exit),
    }
}

/// Reads the process's arguments.
///
/// # Errors
/// What clap has to say: about a mistake, or the help that was asked for.
fn parse(line: &[OsString]) -> Result<Cli, clap::Error> {
    let mut command = default_file::told(help::with_simulation(Cli::command()));
    let matches = default_file::matches(&mut command, line)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    cli.global.given = Given::read(&command, &matches);
    // `apply` waits for what they do.
    cli.global.only_looks = matches!(cli.command, Command::Checkpoint(_));
    Ok(cli)
}

fn code(exit: Exit) -> ExitCode {
    ExitCode::from(exit as u8)
}

fn run(cli: &Cli) -> Result<Exit, Failure> {
    cli.global.given.sets_something(cli.global.sets())?;
    if !cli.command.is_the_simulator() {
        cli.global.only_simulated()?;
    }
    // What needs no clock and no network does not pay for a runtime.
    match &cli.command {
        Command::Validate(args) => return validate::validate(&cli.global, args),
        Command::Init(args) => return init::init(&cli.global, args),
        Command::Graph(args) => return graph::graph(&cli.global, args),
        Command::Schema(args) => return schema::schema(args),
        Command::Report(command) => return merge::report(command),
        Command::Explain(args) => {
            if let Some(result) = explain::explain_key(args) {
                return result;
            }
        }
        Command::Completions(args) => return shell::completions(args),
        Command::Man(args) => return man::man(args, Cli::command()),
        Command::Simulation(_) => return help::simulation(&Cli::command()),
        _ => {}
    }
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all();
    let measures = matches!(&cli.command, Command::Network(command) if command.measures());
    if (cli.global.sim && cli.global.speed.is_none() && !measures) || cli.command.replays() {
        // Time jumps to the next event as soon as every task waits.
        runtime.start_paused(true);
    }
    let runtime = runtime.build()?;
    let result = runtime.block_on(async {
        let result = tokio::select! {
            biased;
            // First, so that it listens before anything is begun.
            () = stopped(cli) => Err(interrupted(cli)),
            result = dispatch(cli) => result,
        };
        // However a command ends, another run need not wait for its lease to run out.
        let release = cli.global.leases.release();
        drop(tokio::time::timeout(LONGEST_GOODBYE, release).await);
        result
    });
    // A question that was not answered is no reason to stay.
    runtime.shutdown_background();
    if let Some(command) = cli.command.tells_events() {
        let exit = result.as_ref().map_or_else(Failure::exit, |exit| *exit);
        terminal::document(&cli.global.tally.event(command, exit));
    }
    result
}

/// How long a command that is over tries to give its leases back. They run out by themselves.
const LONGEST_GOODBYE: Duration = Duration::from_secs(10);

/// The user asks to stop where no run is under way, which would finish what it has begun.
async fn stopped(cli: &Cli) {
    // The simulator ends in its own way, when its clients have their answers; the preview ends by this, and by nothing else.
    let ends_itself = matches!(cli.command, Command::Ccp(ccp::CcpCommand::Preview(_)));
    match ends_itself || cli.command.is_the_simulator() {
        true => std::future::pending().await,
        false => cli.global.followed.by_no_run().await,
    }
}

fn interrupted(cli: &Cli) -> Failure {
    let changes = matches!(
        cli.command,
        Command::Apply(_) | Command::Bootstrap(_) | Command::Destroy(_)
    );
    let what = match changes {
        true => "interrupted; no call that changes something was under way, and nothing is lost",
        false => "interrupted",
    };
    Failure::Message {
        message: what.to_owned(),
        help: Some("run the same command again".to_owned()),
        exit: Exit::Interrupted,
    }
}

impl Command {
    /// Its name, if it writes one event after the other.
    fn tells_events(&self) -> Option<&'static str> {
        match self {
            Command::Apply(args) => args.tells_events().then_some("apply"),
            Command::Bootstrap(args) => args.tells_events().then_some("bootstrap"),
            Command::Destroy(args) => args.tells_events().then_some("destroy"),
            _ => None,
        }
    }
}

#[cfg(feature = "simulator")]
impl Command {
    /// Whether it is about the simulator by itself.
    fn is_the_simulator(&self) -> bool {
        matches!(self, Command::Sim(_))
    }

    /// Whether it replays a recording.
    fn replays(&self) -> bool {
        matches!(self, Command::Sim(sim::SimCommand::Replay(_)))
    }
}

#[cfg(not(feature = "simulator"))]
impl Command {
    fn is_the_simulator(&self) -> bool {
        false
    }

    fn replays(&self) -> bool {
        false
    }
}

async fn dispatch(cli: &Cli) -> Result<Exit, Failure> {
    let global = &cli.global;
    match &cli.command {
        Command::Validate(args) => validate::validate(global, args),
        Command::Init(args) => init::init(global, args),
        Command::Graph(args) => graph::graph(global, args),
        Command::Schema(args) => schema::schema(args),
        Command::Report(command) => merge::report(command),
        Command::State(command) => state::state(global, command).await,
        Command::Env(command) => env::env(global, command).await,
        Command::Explain(args) => explain::explain(global, args).await,
        Command::Completions(args) => shell::completions(args),
        Command::Man(args) => man::man(args, Cli::command()),
        Command::Simulation(_) => help::simulation(&Cli::command()),
        Command::Plan(args) => plan::plan(global, args).await,
        Command::Apply(args) => apply::apply(global, args).await,
        Command::Bootstrap(args) => bootstrap::bootstrap(global, args).await,
        Command::Drift(args) => drift::drift(global, args).await,
        Command::Verify(args) => verify::verify(global, args).await,
        Command::Destroy(args) => destroy::destroy(global, args).await,
        Command::Status(args) => status::status(global, args).await,
        Command::History(args) => history::history(global, args).await,
        Command::Output(args) => output::output(global, args).await,
        Command::Import(args) => import::import(global, args).await,
        Command::Unlock(args) => unlock::unlock(global, args).await,
        Command::Checkpoint(command) => checkpoint::checkpoint(global, command).await,
        Command::Ccp(command) => ccp::ccp(global, command).await,
        Command::Image(command) => image::image(global, command).await,
        Command::User(command) => user::user(global, command).await,
        Command::Policy(command) => policy::policy(global, command).await,
        Command::Network(command) => network::network(global, command).await,
        Command::Support(command) => support::support(global, command).await,
        Command::Voice(command) => voice::voice(command),
        #[cfg(feature = "simulator")]
        Command::Sim(command) => sim::sim(global, command).await,
    }
}
