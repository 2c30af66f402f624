//! The command line: one file per command, each with its arguments and its flow.
//!
//! The only place that knows the terminal, the environment and exit codes.

mod apply;
mod checkpoint;
mod destroy;
mod drift;
mod environment;
mod exit;
mod explain;
mod flow;
mod help;
mod image;
mod import;
mod init;
mod invocation;
mod lost;
mod offline;
mod orphans;
mod output;
mod passwords;
mod plan;
mod remarks;
mod remote_operator;
mod schema;
mod search;
mod shell;
mod signal;
mod sim;
mod simulation;
mod status;
mod terminal;
mod user;
mod validate;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::aws::Pace;
use exit::{Exit, Failure};

use headset_simulator::simulator::{Latency, SimOptions};

/// One YAML blueprint becomes a running VDI contact center on AWS.
///
/// Amazon Connect with SAML sign-on, a split Contact Control Panel on S3, and the AppStream 2.0 images,
/// fleets and stacks that stream it. The same blueprint tells what has drifted, and takes everything down
/// again. Every command works without an AWS account: add --sim.
#[derive(Debug, Parser)]
#[command(name = "headset", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
struct Global {
    /// Run against the embedded simulator: no account, no credentials, no network (see `headset help simulation`).
    #[arg(
        long,
        global = true,
        env = "HEADSET_SIM",
        value_parser = clap::builder::FalseyValueParser::new(),
        help_heading = help::SIMULATION
    )]
    sim: bool,
    /// Run the simulation at X times real time instead of jumping from event to event.
    #[arg(
        long,
        global = true,
        value_name = "X",
        requires = "sim",
        hide = true,
        help_heading = help::SIMULATION
    )]
    speed: Option<f64>,
    /// Decide by this seed what no source says about AWS's behaviour.
    #[arg(
        long,
        global = true,
        value_name = "SEED",
        default_value_t = 0,
        hide = true,
        help_heading = help::SIMULATION
    )]
    quirks: u64,
    /// Go wrong as this file of rules says: YAML or JSON, a list as in docs/guide/rehearsal.md.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        hide = true,
        help_heading = help::SIMULATION
    )]
    faults: Option<PathBuf>,
    /// Refuse calls that come faster than AWS's rates allow.
    #[arg(long, global = true, hide = true, help_heading = help::SIMULATION)]
    throttle: bool,
    /// How long the simulated AWS takes for a call.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t = LatencyArg::None,
        hide = true,
        help_heading = help::SIMULATION
    )]
    latency: LatencyArg,
    /// Whether a simulated person acts on checkpoints.
    #[arg(
        long,
        global = true,
        value_name = "on|off",
        default_value = "on",
        hide = true,
        help_heading = help::SIMULATION
    )]
    operator: Switch,
    /// Leave the simulated directory as it is: by default it holds the groups and users that the blueprint names.
    #[arg(long, global = true, hide = true, help_heading = help::SIMULATION)]
    strict_directory: bool,
    /// Where Headset keeps its own files.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = ".headset",
        env = "HEADSET_STATE_DIR"
    )]
    state_dir: PathBuf,
    /// Set one value of the blueprint, such as connect.alias=acme; may be given several times.
    #[arg(long, global = true, value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// The profile of AWS's configuration files to use, in place of AWS_PROFILE.
    #[arg(long, global = true, value_name = "NAME")]
    profile: Option<String>,
    /// Append every call to AWS to this file, without anything private in it; see docs/first-contact.md.
    #[arg(long, global = true, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Show afterwards what took the time: calls, waits and, of a run, the longest chain of steps.
    #[arg(long, global = true)]
    timings: bool,
    /// The rate budgets of this process: all blueprints of one command share them.
    #[arg(skip)]
    pace: Pace,
    /// Write a developer's log to standard error, filtered like `debug` or `headset::aws=trace`.
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Switch {
    /// Yes.
    On,
    /// No.
    Off,
}

/// How long calls take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum LatencyArg {
    /// None at all.
    None,
    /// About what AWS takes.
    Aws,
}

impl Global {
    /// How the simulated AWS behaves that this command talks to, or serves.
    fn behaviour(&self) -> SimOptions {
        SimOptions {
            latency: match self.latency {
                LatencyArg::None => Latency::None,
                LatencyArg::Aws => Latency::Aws,
            },
            throttle: self.throttle,
            seed: self.quirks,
            operator: self.operator == Switch::On,
            ..SimOptions::default()
        }
    }

    /// Refuses what would rehearse on a real account: options of the simulation without one.
    fn only_simulated(&self) -> Result<(), Failure> {
        let stray = [
            ("--faults", self.faults.is_some()),
            ("--throttle", self.throttle),
            ("--latency", self.latency != LatencyArg::None),
            ("--quirks", self.quirks != 0),
            ("--strict-directory", self.strict_directory),
        ];
        match stray.iter().find(|(_, given)| *given) {
            Some((option, _)) if !self.sim => Err(Failure::usage(format!(
                "{option} is about the simulator, and --sim is not given"
            ))
            .help("add --sim; a simulator over loopback takes it when it starts: headset sim serve")),
            _ => Ok(()),
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::InitArgs),
    Validate(validate::ValidateArgs),
    Plan(plan::PlanArgs),
    Apply(apply::ApplyArgs),
    Drift(drift::DriftArgs),
    Destroy(destroy::DestroyArgs),
    Status(status::StatusArgs),
    Output(output::OutputArgs),
    Import(import::ImportArgs),
    #[command(subcommand)]
    Checkpoint(checkpoint::CheckpointCommand),
    #[command(subcommand)]
    Image(image::ImageCommand),
    #[command(subcommand)]
    User(user::UserCommand),
    Schema(schema::SchemaArgs),
    Explain(explain::ExplainArgs),
    #[command(subcommand)]
    Sim(sim::SimCommand),
    Completions(shell::CompletionsArgs),
    Man(shell::ManArgs),
    #[command(hide = true)]
    Simulation(help::SimulationArgs),
}

/// Runs the program on the process's arguments.
pub fn main() -> ExitCode {
    let cli = match help::parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; clap's own code for usage errors would read as "drift".
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
            drop(error.print());
            return code(exit);
        }
    };
    if let Some(filter) = &cli.global.log {
        tracing_subscriber::fmt()
            .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
            .with_writer(std::io::stderr)
            .init();
    }
    terminal::remember_sets(&cli.global.set);
    code(match run(&cli) {
        Ok(exit) => exit,
        Err(failure) => terminal::failure(failure),
    })
}

fn code(exit: Exit) -> ExitCode {
    ExitCode::from(exit as u8)
}

fn run(cli: &Cli) -> Result<Exit, Failure> {
    if !matches!(cli.command, Command::Sim(_)) {
        cli.global.only_simulated()?;
    }
    // What needs no clock and no network does not pay for a runtime.
    match &cli.command {
        Command::Validate(args) => return validate::validate(&cli.global, args),
        Command::Init(args) => return init::init(&cli.global, args),
        Command::Schema(args) => return schema::schema(args),
        Command::Explain(args) => {
            if let Some(result) = explain::explain_key(args) {
                return result;
            }
        }
        Command::Completions(args) => return shell::completions(args),
        Command::Man(args) => return shell::man(args),
        Command::Simulation(_) => return help::simulation(),
        _ => {}
    }
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all();
    let replays = matches!(&cli.command, Command::Sim(sim::SimCommand::Replay(_)));
    if (cli.global.sim && cli.global.speed.is_none()) || replays {
        // Time jumps to the next event as soon as every task waits.
        runtime.start_paused(true);
    }
    runtime.build()?.block_on(dispatch(cli))
}

async fn dispatch(cli: &Cli) -> Result<Exit, Failure> {
    let global = &cli.global;
    match &cli.command {
        Command::Validate(args) => validate::validate(global, args),
        Command::Init(args) => init::init(global, args),
        Command::Schema(args) => schema::schema(args),
        Command::Explain(args) => explain::explain(global, args).await,
        Command::Completions(args) => shell::completions(args),
        Command::Man(args) => shell::man(args),
        Command::Simulation(_) => help::simulation(),
        Command::Plan(args) => plan::plan(global, args).await,
        Command::Apply(args) => apply::apply(global, args).await,
        Command::Drift(args) => drift::drift(global, args).await,
        Command::Destroy(args) => destroy::destroy(global, args).await,
        Command::Status(args) => status::status(global, args).await,
        Command::Output(args) => output::output(global, args).await,
        Command::Import(args) => import::import(global, args).await,
        Command::Checkpoint(command) => checkpoint::checkpoint(global, command).await,
        Command::Image(command) => image::image(global, command).await,
        Command::User(command) => user::user(global, command).await,
        Command::Sim(command) => sim::sim(global, command).await,
    }
}
