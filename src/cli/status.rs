//! `headset status`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::lost;
use super::offline::Asking;
use super::terminal;
use crate::report::status_view::{self, Line};
use headset_aws::Aws;
use headset_aws::kinds::appstream::sessions_before;
use headset_core::diagnostic::has_errors;
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

pub(super) async fn status(global: &Global, args: &StatusArgs) -> Result<Exit, Failure> {
    let mut documents = Vec::new();
    let mut exit = Exit::Done;
    for file in &args.files {
        let environment = Environment::open(global, file).await?.asking(args.asking);
        let lost = lost::look(global, &environment).await?;
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
        if !args.json {
            terminal::page(&status_view::text(&status));
        }
        documents.push(status);
        lost.tell();
        terminal::diagnostics(&lost.findings);
        if has_errors(&lost.findings) {
            exit = Exit::Error;
        }
    }
    if args.json {
        terminal::document(&serde_json::json!({ "schema_version": 1, "environments": documents }));
    }
    Ok(exit)
}
