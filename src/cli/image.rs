//! `headset image connect | stop | script | update`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use jiff::Timestamp;
use serde_json::json;

use super::Global;
use super::access::{Access, Asked, open_aws};
use super::as_json::AsJson;
use super::checkpoint;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::region;
use super::terminal;
use headset_aws::kinds::appstream::image::update::{UpdateRequest, update as update_image};
use headset_aws::kinds::appstream::{stop_builder, streaming_url};
use headset_core::shell::word;
use headset_core::{Address, tag};
use headset_engine::session;
use headset_kinds::appstream::ImageSpec;
use headset_kinds::appstream::image::captured::IMAGE;
use headset_kinds::appstream::image::script;
use headset_kinds::names;
use headset_kinds::regions::{Identity, Regions};

/// Work with images and their builders.
#[derive(Debug, Subcommand)]
pub(super) enum ImageCommand {
    /// Make a URL that opens a session on an image builder. Keep it secret: the URL alone opens the desktop.
    Connect(ConnectArgs),
    /// Stop an image builder, for the bill: a session that is open on it ends.
    Stop(ConnectArgs),
    /// Print the PowerShell script that makes an image of its builder: policies, applications, capture.
    Script(ScriptArgs),
    /// Let AWS make an image with the newest base, drivers and agent out of the one that is there; `apply` gives it to fleets.
    Update(UpdateArgs),
}

#[derive(Debug, Args)]
pub(super) struct ConnectArgs {
    /// The image builder's name in AWS, as the worksheet gives it.
    #[arg(value_name = "NAME")]
    name: String,
    /// AppStream's region, if it is another one than AWS_REGION.
    #[arg(long, value_name = "REGION", value_parser = region::parse, required_if_eq("sim", "true"))]
    region: Option<String>,
    #[command(flatten)]
    form: AsJson,
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
    #[command(flatten)]
    form: AsJson,
}

pub(super) async fn image(global: &Global, command: &ImageCommand) -> Result<Exit, Failure> {
    match command {
        ImageCommand::Connect(args) => connect(global, args).await,
        ImageCommand::Stop(args) => stop(global, args).await,
        ImageCommand::Script(args) => script_of(global, args).await,
        ImageCommand::Update(args) => update(global, args).await,
    }
}

#[derive(Debug, Args)]
pub(super) struct UpdateArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The image's key in `appstream.images`.
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    form: AsJson,
}

/// The image of this key, if it is captured on a builder.
fn built(environment: &Environment, key: &str) -> Result<(Address, ImageSpec), Failure> {
    let address = Address::new(ImageSpec::KIND, key);
    let desired = environment.design.resources.get(&address);
    let spec = desired.and_then(|desired| serde_json::from_value::<ImageSpec>(desired.spec.clone()).ok());
    match spec {
        Some(spec) => Ok((address, spec)),
        None => Err(Failure::new(format!("no image `{key}` is captured on a builder"))
            .help("give the key of an entry of `appstream.images` that has a `base`")),
    }
}

async fn script_of(global: &Global, args: &ScriptArgs) -> Result<Exit, Failure> {
    let environment = Environment::open(global, &args.file).await?;
    let (_, spec) = built(&environment, &args.name)?;
    environment.close().await?;
    let script = script::script(&spec);
    let script = match args.line {
        true => format!("{}\n", script::one_line(&script)),
        false => script,
    };
    match args.form.is_asked() {
        true => terminal::versioned(&json!({ "image": spec.name, "script": script })),
        false => terminal::data(&script),
    }
    Ok(Exit::Done)
}

async fn update(global: &Global, args: &UpdateArgs) -> Result<Exit, Failure> {
    let environment = Environment::open(global, &args.file).await?;
    let (address, spec) = built(&environment, &args.name)?;
    let wanted = UpdateRequest {
        new: updated_name(&spec, environment.aws.clock().now()),
        existing: spec.name.clone(),
        description: spec.description.clone(),
        display_name: spec.display_name.clone(),
        tags: spec.tags.clone(),
    };
    if wanted.new == wanted.existing {
        return Err(Failure::new(format!(
            "`{}` was made today, and a second image of this day would have the same name",
            spec.name
        ))
        .help("update it again tomorrow: names of updated images have the day in them"));
    }
    let begun = update_image(&environment.aws, &wanted).await.map_err(|error| {
        Failure::new(error.to_string())
            .help("an image has to be there and AVAILABLE before it can be updated")
    })?;
    if !begun {
        environment.close().await?;
        args.form.talk(
            &format!(
                "`{}` is up to date: AWS has neither a newer base nor a newer agent for it",
                spec.name
            ),
            || json!({ "image": spec.name, "new": null }),
        );
        return Ok(Exit::Done);
    }
    checkpoint::take(&environment, &address, IMAGE, &wanted.new).await?;
    let back = environment.invocation.complete(&format!(
        "headset checkpoint answer FILE {} {}",
        word(&address.to_string()),
        word(&format!("{IMAGE}={}", spec.name))
    ));
    let next = environment.invocation.command("apply");
    args.form.talk(
        &format!(
            "AWS makes `{}` out of `{}`. `{next}` waits for it and gives it to the fleets; to go back to the old one, run \
             `{back}` and apply",
            wanted.new, spec.name,
        ),
        || json!({ "image": spec.name, "new": wanted.new, "next": [next], "back": back }),
    );
    Ok(Exit::Done)
}

/// The name of an image that is updated on this day: other than that of every recipe.
fn updated_name(spec: &ImageSpec, now: Timestamp) -> String {
    let digits = spec.recipe.get(..8).unwrap_or_default();
    let entry = spec.tags.get(tag::ENVIRONMENT).map_or("image", String::as_str);
    let name = names::entry_of_image(&spec.name).unwrap_or(entry);
    // An image that was updated before has a day in its name already.
    let entry = match name.rsplit_once('-') {
        Some((entry, day)) if day.len() == 8 && day.bytes().all(|digit| digit.is_ascii_digit()) => entry,
        _ => name,
    };
    format!("{entry}-{}-{digits}", now.strftime("%Y%m%d"))
}

async fn stop(global: &Global, args: &ConnectArgs) -> Result<Exit, Failure> {
    region::warn(args.region.iter());
    let Access { aws, simulation, .. } = open_aws(
        global,
        Asked::region(args.region.as_deref()),
        Identity::Same,
        Regions::all_in,
    )
    .await?;
    session::caller(&aws).await?;
    let stopped = stop_builder(&aws, &args.name)
        .await
        .map_err(|error| Failure::new(error.to_string()))?;
    if let Some(simulation) = simulation {
        simulation.save()?;
    }
    let said = match stopped {
        true => format!("`{}` is being stopped", args.name),
        false => format!("`{}` is stopped already", args.name),
    };
    args.form
        .talk(&said, || json!({ "builder": args.name, "stopping": stopped }));
    Ok(Exit::Done)
}

async fn connect(global: &Global, args: &ConnectArgs) -> Result<Exit, Failure> {
    region::warn(args.region.iter());
    let Access { aws, simulation, .. } = open_aws(
        global,
        Asked::region(args.region.as_deref()),
        Identity::Same,
        Regions::all_in,
    )
    .await?;
    session::caller(&aws).await?;
    let (url, expires) = streaming_url(&aws, &args.name).await.map_err(|error| {
        Failure::new(error.to_string())
            .help("the builder has to be RUNNING; the status of its environment shows its state")
    })?;
    if let Some(simulation) = simulation {
        simulation.save()?;
    }
    terminal::warn(&format!(
        "for {}, valid until {expires}; this URL alone opens the desktop: keep it secret",
        args.name
    ));
    match args.form.is_asked() {
        true => {
            terminal::versioned(&json!({ "builder": args.name, "url": url, "expires": expires.to_string() }));
        }
        false => terminal::data(&format!("{url}\n")),
    }
    Ok(Exit::Done)
}
