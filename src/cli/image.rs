//! `headset image connect`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::terminal;
use crate::resource::appstream::image_builder;
use crate::resource::Address;

/// Work with images and their builders.
#[derive(Debug, Subcommand)]
pub(super) enum ImageCommand {
    /// Make a streaming URL into an image builder. Whoever has the URL has the desktop: it is a secret.
    Connect(ConnectArgs),
}

#[derive(Debug, Args)]
pub(super) struct ConnectArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The image's key in the blueprint.
    #[arg(value_name = "NAME")]
    name: String,
}

pub(super) async fn image(global: &Global, command: &ImageCommand) -> Result<Exit, Failure> {
    let ImageCommand::Connect(args) = command;
    let environment = Environment::open(global, &args.file).await?;
    let address = Address::new("appstream.image_builder", &args.name);
    let builder = environment
        .design
        .resources
        .get(&address)
        .and_then(|desired| desired.spec.get("name").and_then(|name| name.as_str()));
    let Some(builder) = builder else {
        return Err(Failure::new(format!("the blueprint has no image called `{}` that is built in a builder", args.name)));
    };
    let (url, expires) = image_builder::streaming_url(&environment.aws, builder).await?;
    environment.close()?;
    terminal::talk(&format!("for {builder}, valid until {expires}; whoever has this URL has the desktop"));
    terminal::data(&format!("{url}\n"));
    Ok(Exit::Done)
}
