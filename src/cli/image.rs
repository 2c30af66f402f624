//! `headset image connect | script`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Global;
use super::environment::{Access, Environment, open_aws};
use super::exit::{Exit, Failure};
use super::region;
use super::terminal;
use headset_aws::kinds::appstream::streaming_url;
use headset_core::Address;
use headset_engine::session;
use headset_kinds::appstream::ImageSpec;
use headset_kinds::appstream::image::script;
use headset_kinds::regions::{Identity, Regions};

/// Work with images and their builders.
#[derive(Debug, Subcommand)]
pub(super) enum ImageCommand {
    /// Make a URL that opens a session on an image builder. Keep it secret: the URL alone opens the desktop.
    Connect(ConnectArgs),
    /// Print the PowerShell script that makes an image of its builder: policies, applications, capture.
    Script(ScriptArgs),
}

#[derive(Debug, Args)]
pub(super) struct ConnectArgs {
    /// The image builder's name in AWS, as the worksheet gives it.
    #[arg(value_name = "NAME")]
    name: String,
    /// AppStream's region, if it is another one than AWS_REGION.
    #[arg(long, value_name = "REGION", value_parser = region::parse, required_if_eq("sim", "true"))]
    region: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ScriptArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The image's key in `appstream.images`.
    #[arg(value_name = "NAME")]
    name: String,
    /// One line that carries the script, as the worksheet has it: for a clipboard.
    #[arg(long)]
    line: bool,
}

pub(super) async fn image(global: &Global, command: &ImageCommand) -> Result<Exit, Failure> {
    match command {
        ImageCommand::Connect(args) => connect(global, args).await,
        ImageCommand::Script(args) => script_of(global, args).await,
    }
}

async fn script_of(global: &Global, args: &ScriptArgs) -> Result<Exit, Failure> {
    let environment = Environment::open(global, &args.file).await?;
    let address = Address::new(ImageSpec::KIND, &args.name);
    let desired = environment.design.resources.get(&address);
    let spec = desired.and_then(|desired| serde_json::from_value::<ImageSpec>(desired.spec.clone()).ok());
    let Some(spec) = spec else {
        return Err(
            Failure::new(format!("no image `{}` is captured on a builder", args.name))
                .help("give the key of an entry of `appstream.images` that has a `base`"),
        );
    };
    environment.close().await?;
    let script = script::script(&spec);
    terminal::data(&match args.line {
        true => format!("{}\n", script::one_line(&script)),
        false => script,
    });
    Ok(Exit::Done)
}

async fn connect(global: &Global, args: &ConnectArgs) -> Result<Exit, Failure> {
    region::warn(args.region.iter());
    let Access { aws, simulation, .. } =
        open_aws(global, args.region.as_deref(), Identity::Same, Regions::all_in).await?;
    session::caller(&aws).await?;
    let (url, expires) = streaming_url(&aws, &args.name).await.map_err(|error| {
        Failure::new(error.to_string())
            .help("the builder has to be RUNNING; the status of its environment shows its state")
    })?;
    if let Some(simulation) = simulation {
        simulation.save()?;
    }
    terminal::talk(&format!(
        "for {}, valid until {expires}; this URL alone opens the desktop: keep it secret",
        args.name
    ));
    terminal::data(&format!("{url}\n"));
    Ok(Exit::Done)
}
