//! `headset image connect`

use clap::{Args, Subcommand};

use super::Global;
use super::environment::{Access, open_aws};
use super::exit::{Exit, Failure};
use super::region;
use super::terminal;
use headset_aws::kinds::appstream::streaming_url;
use headset_engine::session;
use headset_kinds::regions::{Identity, Regions};

/// Work with images and their builders.
#[derive(Debug, Subcommand)]
pub(super) enum ImageCommand {
    /// Make a URL that opens a session on an image builder. Keep it secret: the URL alone opens the desktop.
    Connect(ConnectArgs),
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

pub(super) async fn image(global: &Global, command: &ImageCommand) -> Result<Exit, Failure> {
    let ImageCommand::Connect(args) = command;
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
