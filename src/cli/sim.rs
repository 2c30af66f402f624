//! `headset sim serve`, `headset sim quirks` and `headset sim replay`

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::Global;
use super::as_json::AsJson;
use super::environment::{ReadBlueprint, read_blueprint};
use super::exit::{Exit, Failure};
use super::one_at_a_time;
use super::sim_token;
use super::terminal;
use headset_simulator::evidence;
use headset_simulator::world::Settings;
use headset_simulator::{Moment, SimOptions, Simulator};

/// Run the simulator by itself, list its quirks, or replay a recording.
#[derive(Debug, Subcommand)]
pub(super) enum SimCommand {
    /// Serve the simulated AWS on loopback, for Headset and for any other AWS client.
    Serve(ServeArgs),
    /// List the quirks: points on which no source says what AWS does, and which of them `--quirks SEED` turns on.
    Quirks(QuirksArgs),
    /// Send the calls of a recording (--record) to a fresh simulator, and compare what it answers with what AWS said.
    ///
    /// Exits with 0 if the answers are the same, and with 2 if they differ.
    Replay(ReplayArgs),
}

#[derive(Debug, Args)]
pub(super) struct QuirksArgs {
    #[command(flatten)]
    form: AsJson,
}

#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// The recording.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// The port; 0 takes a free one and prints it.
    #[arg(long, value_name = "PORT", default_value_t = 4566)]
    port: u16,
    /// How many simulated seconds pass in a second.
    #[arg(long = "time", value_name = "X", default_value_t = 60.0, value_parser = super::global::pace)]
    time: f64,
    /// An account in which AppStream was never used.
    #[arg(long)]
    fresh_account: bool,
    /// An account whose Block Public Access settings forbid public buckets.
    #[arg(long)]
    block_public_access: bool,
    /// A blueprint whose groups and users the simulated directory holds. May be given several times.
    #[arg(long, value_name = "FILE")]
    directory_of: Vec<PathBuf>,
}

pub(super) async fn sim(global: &Global, command: &SimCommand) -> Result<Exit, Failure> {
    match command {
        SimCommand::Serve(args) => serve(global, args).await,
        SimCommand::Quirks(args) => Ok(quirks(global.quirks, args.form)),
        SimCommand::Replay(args) => replay(global, args).await,
    }
}

async fn replay(global: &Global, args: &ReplayArgs) -> Result<Exit, Failure> {
    let path = args.file.display();
    let text = terminal::read_text(&args.file, terminal::RECORDING)?;
    let report = headset_simulator::replay::replay(&text, global.quirks)
        .await
        .map_err(|error| {
            Failure::new(format!("{path}: {error}")).help("give a file that a command wrote with --record")
        })?;
    if args.json {
        terminal::versioned(&report);
    } else {
        terminal::data(&report.text());
    }
    Ok(if report.same { Exit::Done } else { Exit::Changes })
}

async fn serve(global: &Global, args: &ServeArgs) -> Result<Exit, Failure> {
    let settings = Settings {
        quirks: global.quirks,
        fresh_account: args.fresh_account,
        blocks_public_access: args.block_public_access,
        ..Settings::default()
    };
    let origin = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default();
    let token = sim_token::server::of_server()?;
    let simulator = Simulator::new(SimOptions {
        settings,
        origin: Moment(origin),
        speed: args.time,
        token: Some(token.clone()),
        ..super::simulation::behaviour(global)
    });
    super::simulation::inject(&simulator, global)?;
    // `--state` of this command is the directory of the simulated cloud; a variable that names a store is about others.
    let directory = global.state.as_ref().filter(|state| !state.starts_with("s3://"));
    let file = directory.map(|directory| Path::new(directory).join("world.json"));
    if let Some(directory) = directory {
        one_at_a_time::take(Path::new(directory), global.lock_timeout)?;
    }
    if let Some(file) = &file
        && file.exists()
    {
        let text = terminal::read_text(file, super::simulation::CLOUD)
            .map_err(|error| Failure::damaged(file, error))?;
        let saved = serde_json::from_str(&text).map_err(|error| Failure::damaged(file, error))?;
        simulator
            .restore(&saved)
            .map_err(|error| Failure::damaged(file, error))?;
    }
    for file in &args.directory_of {
        let ReadBlueprint {
            blueprint, findings, ..
        } = read_blueprint(global, file)?;
        terminal::diagnostics(&findings);
        super::simulation::populate(&simulator, &blueprint)?;
        if let Some(region) = &blueprint.aws.region {
            let regions = blueprint.aws.regions_by(&region.value);
            super::simulation::network(&simulator, &blueprint, &regions.appstream)?;
        }
    }
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", args.port))
        .await
        .map_err(|error| {
            Failure::new(format!("port {} cannot be used: {error}", args.port))
                .help("choose another one with --port")
        })?;
    let address = listener.local_addr()?;
    terminal::warn(&format!(
        "simulated AWS on http://{address}, {} simulated seconds a second; stop it with Ctrl-C\n\n  \
         export AWS_ENDPOINT_URL=http://{address} AWS_REGION=eu-west-2\n  \
         export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=simulated\n  \
         export {}={token}",
        args.time,
        sim_token::VARIABLE
    ));
    let _kept = sim_token::server::keep(address.port(), &token);
    let served = simulator.clone().serve(listener, stopped());
    match &file {
        Some(file) => tokio::select! {
            served = served => served?,
            failure = save_as_it_goes(&simulator, file) => return Err(failure),
        },
        None => served.await?,
    }
    if let Some(file) = &file {
        super::simulation::write(&simulator, file)?;
    }
    Ok(Exit::Done)
}

/// How long a change may be lost if the machine fails.
const UNSAVED: Duration = Duration::from_millis(500);

/// Saves the simulated cloud after every request or burst of requests, until that fails.
async fn save_as_it_goes(simulator: &Arc<Simulator>, file: &Path) -> Failure {
    let mut saved = simulator.revision();
    loop {
        tokio::time::sleep(UNSAVED).await;
        let now = simulator.revision();
        if std::mem::replace(&mut saved, now) == now {
            continue;
        }
        let (simulator, file) = (simulator.clone(), file.to_owned());
        let written = tokio::task::spawn_blocking(move || super::simulation::write(&simulator, &file)).await;
        match written {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return error.into(),
            Err(error) => return Failure::new(error.to_string()),
        }
    }
}

/// Every quirk: whether the seed turns it on, its name, and what the simulator does either way.
fn quirks(seed: u64, form: AsJson) -> Exit {
    let mut text = String::new();
    let mut rows = Vec::new();
    for one in evidence::all() {
        let Some(fallback) = one.fallback else { continue };
        let now = match (one.id.ends_with('*'), evidence::is_on(seed, one.id)) {
            (true, _) if seed != 0 => "some",
            (false, true) => "on",
            _ => "off",
        };
        let lines = [
            &format!("{now:<5}{}\n", one.id),
            "       off: ",
            one.belief,
            "\n       on:  ",
            fallback,
            "\n",
        ];
        text.push_str(&lines.concat());
        rows.push(serde_json::json!({ "id": one.id, "now": now, "off": one.belief, "on": fallback }));
    }
    match form.is_asked() {
        true => terminal::versioned(&serde_json::json!({ "seed": seed, "quirks": rows })),
        false => terminal::data(&text),
    }
    Exit::Done
}

/// Ctrl-C, or the end that a process manager asks for.
async fn stopped() {
    super::signal::Signals::new().next().await;
}
