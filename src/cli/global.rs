//! Options of every command.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::exit::Failure;
use super::given::Given;
use super::signal::Followed;
use super::summary::Tally;
use crate::report::Volume;
use headset_aws::Pace;
use headset_engine::discover::Fetched;
use headset_engine::state::Leases;

/// The heading of the options that are about the simulation.
pub(super) const SIMULATION: &str = "Simulation";

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub(super) struct Global {
    /// Run against the embedded simulator: no account, no credentials, no network (see `headset help simulation`).
    #[arg(
        long,
        global = true,
        env = "HEADSET_SIM",
        value_parser = clap::builder::FalseyValueParser::new(),
        help_heading = SIMULATION
    )]
    pub(super) sim: bool,
    /// Run the simulation at X times real time instead of jumping from event to event.
    #[arg(
        long,
        global = true,
        value_name = "X",
        requires = "sim",
        value_parser = pace,
        hide = true,
        help_heading = SIMULATION
    )]
    pub(super) speed: Option<f64>,
    /// Turn on quirks by this seed: points on which no source says what AWS does (`headset sim quirks`).
    #[arg(
        long,
        global = true,
        value_name = "SEED",
        default_value_t = 0,
        hide = true,
        help_heading = SIMULATION
    )]
    pub(super) quirks: u64,
    /// Inject the faults that this file lists, as YAML or JSON (docs/guide/rehearsal.md).
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        hide = true,
        help_heading = SIMULATION
    )]
    pub(super) faults: Option<PathBuf>,
    /// Refuse calls that come faster than AWS's rates allow.
    #[arg(long, global = true, hide = true, help_heading = SIMULATION)]
    pub(super) throttle: bool,
    /// How long the simulated AWS takes for a call.
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t = LatencyArg::None,
        hide = true,
        help_heading = SIMULATION
    )]
    pub(super) latency: LatencyArg,
    /// Whether a simulated person acts on checkpoints.
    #[arg(
        long,
        global = true,
        value_name = "on|off",
        default_value = "on",
        hide = true,
        help_heading = SIMULATION
    )]
    pub(super) operator: Switch,
    /// Add no groups and users to the simulated directory: by default it gets those that the blueprint names.
    #[arg(long, global = true, hide = true, help_heading = SIMULATION)]
    pub(super) strict_directory: bool,
    /// Where Headset keeps its own files.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = ".headset",
        env = "HEADSET_STATE_DIR"
    )]
    pub(super) state_dir: PathBuf,
    /// Keep state in a shared store, such as s3://acme-state/headset, in place of the state directory.
    ///
    /// Several machines then work on one environment, one at a time. `?region=REGION` names the bucket's region,
    /// `?kms_key=KEY` the key that encrypts what is written, `?owner=ACCOUNT` the account that the bucket belongs to, if it
    /// is another one (`any` for a store that knows no accounts of AWS). A blueprint can say it as `state`. (Of `sim serve` it is the
    /// directory in which the simulated cloud is kept.)
    #[arg(long, global = true, value_name = "URL", env = "HEADSET_STATE")]
    pub(super) state: Option<String>,
    /// Wait so long for another run that works on the environment, such as 10m; not at all without it.
    #[arg(long, global = true, value_name = "DURATION", value_parser = super::apply::span)]
    pub(super) lock_timeout: Option<Duration>,
    /// Set one value of the blueprint, such as connect.alias=acme; may be given several times.
    #[arg(long, global = true, value_name = "PATH=VALUE")]
    pub(super) set: Vec<String>,
    /// Set the values of this YAML file over the blueprint's, as `extends` would do the other way round; may be given several
    /// times, and `--set` goes over all of them.
    #[arg(long, global = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub(super) vars: Vec<PathBuf>,
    /// Let the blueprint name files outside of its project: bases and SAML metadata.
    ///
    /// The project is the checkout that the blueprint is in; without git, the directory that the command runs in.
    #[arg(long, global = true)]
    pub(super) allow_outside: bool,
    /// The profile of AWS's configuration files to use, in place of AWS_PROFILE.
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// Append every call to AWS to this file, without private values; see docs/first-contact.md.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) record: Option<PathBuf>,
    /// Show afterwards what took the time: calls, waits and, of a run, the longest chain of steps.
    #[arg(long, global = true)]
    pub(super) timings: bool,
    /// The rate budgets of this process: all blueprints of one command share them.
    #[arg(skip)]
    pub(super) pace: Pace,
    /// Whether the command only looks at the simulated cloud, and may do so beside another one.
    #[arg(skip)]
    pub(super) only_looks: bool,
    /// The leases of this process, to be given back at its end.
    #[arg(skip)]
    pub(super) leases: Leases,
    /// The shared stores of states that this command has read.
    #[arg(skip)]
    pub(super) fetched: Fetched,
    /// What the environments of this command came to.
    #[arg(skip)]
    pub(super) tally: Tally,
    /// Who listens for signals.
    #[arg(skip)]
    pub(super) followed: Followed,
    /// The options of the command line that advice repeats.
    #[arg(skip)]
    pub(super) given: Given,
    /// When to use colours: on a terminal (auto; the variables NO_COLOR, CLICOLOR and CLICOLOR_FORCE change that), always, or
    /// never.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Colours::Auto)]
    pub(super) color: Colours,
    /// Say only what matters: errors, warnings, questions, and what waits for a person. Data stays the same.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Say more: each call to AWS and, of a run, what begins and what AWS reports meanwhile.
    #[arg(long, short, global = true)]
    pub(super) verbose: bool,
    /// Write a developer's log to standard error, filtered like `debug` or `headset_aws=debug`.
    #[arg(long, global = true, value_name = "FILTER")]
    pub(super) log: Option<String>,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Switch {
    /// Yes.
    On,
    /// No.
    Off,
}

/// When there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Colours {
    /// As the terminal and the environment say.
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

impl Colours {
    /// Keeps it for all that is written from now on. An option goes over variables.
    pub(super) fn keep(self) {
        match self {
            Colours::Auto => anstream::ColorChoice::Auto,
            Colours::Always => anstream::ColorChoice::Always,
            Colours::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }

    /// What a command line asks for that cannot be read as a whole, or that asks for help.
    pub(super) fn of_line(line: &[OsString]) -> Colours {
        let words: Vec<_> = line.iter().map(|word| word.to_string_lossy()).collect();
        let own = words.iter().position(|word| word == "--").unwrap_or(words.len());
        let together = words[..own]
            .iter()
            .filter_map(|word| Some(word.strip_prefix("--color=")?.to_owned()));
        let apart = words[..own]
            .windows(2)
            .filter(|pair| pair[0] == "--color")
            .map(|pair| pair[1].clone().into_owned());
        let asked = together.chain(apart).last();
        asked
            .and_then(|asked| <Colours as clap::ValueEnum>::from_str(&asked, false).ok())
            .unwrap_or(Colours::Auto)
    }
}

/// How long calls take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum LatencyArg {
    /// None at all.
    None,
    /// About what AWS takes.
    Aws,
}

/// How many simulated seconds pass in a second.
pub(super) fn pace(text: &str) -> Result<f64, String> {
    let pace = text
        .parse()
        .ok()
        .filter(|pace: &f64| (0.001..=1_000_000.0).contains(pace));
    pace.ok_or_else(|| "write a number from 0.001 to 1000000".to_owned())
}

impl Global {
    /// The option by which values of a blueprint are set, if one was given.
    pub(super) fn sets(&self) -> Option<&'static str> {
        match (self.set.is_empty(), self.vars.is_empty()) {
            (false, _) => Some("--set"),
            (true, false) => Some("--vars"),
            (true, true) => None,
        }
    }

    /// How much is said.
    pub(super) fn volume(&self) -> Volume {
        match (self.quiet, self.verbose) {
            (true, _) => Volume::Quiet,
            (false, true) => Volume::Verbose,
            (false, false) => Volume::Normal,
        }
    }

    /// Refuses what would rehearse on a real account: options of the simulation without one.
    pub(super) fn only_simulated(&self) -> Result<(), Failure> {
        let stray = [
            ("--faults", self.faults.is_some()),
            ("--throttle", self.throttle),
            ("--latency", self.latency != LatencyArg::None),
            ("--quirks", self.quirks != 0),
            ("--strict-directory", self.strict_directory),
        ];
        match stray.iter().find(|(_, given)| *given) {
            Some((option, _)) if !self.sim => Err(Failure::usage(format!(
                "{option} is an option of the simulator, and --sim was not given"
            ))
            .help("add --sim; for a simulator that runs by itself, give it to `headset sim serve`")),
            _ => Ok(()),
        }
    }
}
