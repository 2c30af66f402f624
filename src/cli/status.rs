//! `headset status`

use std::path::{Path, PathBuf};

use clap::Args;

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::files;
use super::lost;
use super::offline::Asking;
use super::shard::Share;
use super::terminal;
use super::together::{self, About};
use crate::report::sheet::{self, Looked};
use crate::report::status_view::{self, Line};
use headset_aws::Aws;
use headset_aws::kinds::appstream::sessions_before;
use headset_core::diagnostic::{Diagnostic, has_errors};
use headset_core::words::plural;
use headset_engine::assess::Assessment;
use headset_kinds::Observation;
use headset_kinds::appstream::{Fleet, FleetAssociationSpec, FleetSpec, Image, ImageSpec};
use headset_kinds::kind::Declared;

/// Show what exists: states, power, what costs money now, open checkpoints, certificates, images, addresses.
#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// Blueprint files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    share: Share,
    #[command(flatten)]
    asking: Asking,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

/// Fleets with sessions that began before the fleet's image was made: they run on an older one until they end. Sessions that
/// began later may run on an older one, too, if the fleet got the image later. Where AWS does not say, nothing is said.
async fn older_sessions(aws: &Aws, assessed: &Assessment) -> Vec<Line> {
    let present = |kind, name: &str| {
        let observations = assessed.survey.observations.iter();
        observations
            .filter(|(address, _)| address.kind == kind)
            .find_map(|(address, observation)| match observation {
                Observation::Present(live) if live.id == name => Some((address, live)),
                _ => None,
            })
    };
    let mut lines = Vec::new();
    for step in assessed.plan.steps.values() {
        let (Some(fleet), Some(stack)) = (
            FleetAssociationSpec::FLEET.text(&step.want),
            FleetAssociationSpec::STACK.text(&step.want),
        ) else {
            continue;
        };
        let Some((address, live)) =
            present(FleetSpec::KIND, fleet).filter(|(_, live)| live.sessions > Some(0))
        else {
            continue;
        };
        let image = Fleet.read(live).image.clone().unwrap_or_default();
        let made = present(ImageSpec::KIND, &image)
            .and_then(|(_, image)| Image.read(image).created.clone())
            .and_then(|at| at.parse().ok());
        let Some(made) = made else { continue };
        match sessions_before(aws, fleet, stack, made).await {
            Ok((_, 0)) => {}
            Ok((open, older)) => lines.push(Line {
                address: address.to_string(),
                what: format!(
                    "{older} of {} on the stack {stack} began before the image {image} was made, and stay on an older one \
                     until they end",
                    plural(open, "session")
                ),
            }),
            Err(error) => tracing::debug!(%error, fleet, "cannot look up its sessions"),
        }
    }
    lines
}

/// Looks at one environment.
async fn look(
    global: &Global,
    environment: &Environment,
) -> Result<(status_view::Status, Vec<Diagnostic>), Failure> {
    let lost = lost::look(global, environment).await?;
    let assessed = environment
        .assess(&environment.design, &environment.state)
        .await?;
    let older = older_sessions(&environment.aws, &assessed).await;
    environment.close().await?;
    let now = environment.aws.clock().now();
    let mut status = status_view::Status {
        account: environment.context.account.clone(),
        region: environment.context.region.clone(),
        expires: environment.state.expires.clone(),
        outputs: environment.outputs(&assessed.survey.outputs),
        ..status_view::status(&assessed.plan, &assessed.survey, now)
    };
    status.images.extend(older);
    lost.tell();
    Ok((status, lost.findings))
}

pub(super) async fn status(global: &Global, args: &StatusArgs) -> Result<Exit, Failure> {
    let files = args.share.of(global, files::blueprints(global, &args.files)?);
    let (mut documents, mut unseen) = (Vec::new(), Vec::new());
    let mut exit = Exit::Done;
    let look =
        async |_: &Path, environment: Environment| look(global, &environment.asking(args.asking)).await;
    let about = About {
        is_one: args.share.is_one(&files),
        json: args.json,
    };
    for (file, seen) in together::each(global, &files, about, look).await? {
        match seen {
            Ok((status, findings)) => {
                if !args.json {
                    terminal::page(&status_view::text(&status));
                }
                terminal::diagnostics(&findings);
                if has_errors(&findings) {
                    exit = exit.worse(Exit::Error);
                }
                documents.push(status);
            }
            // One that cannot be looked at does not keep the others from being shown.
            Err(failure) => {
                unseen.push(Looked::at(file.display().to_string(), (), failure.findings()));
                exit = exit.worse(terminal::failure(failure));
            }
        }
    }
    if args.json {
        let unopened = sheet::unopened(&unseen);
        terminal::versioned(&serde_json::json!({ "environments": documents, "unopened": unopened }));
    }
    Ok(exit)
}
