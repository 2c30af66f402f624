//! `headset bootstrap`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::apply::{self, ApplyArgs};
use super::environment::read_blueprint;
use super::exit::{Exit, Failure};
use super::flow::RunArgs;
use super::init;
use super::invocation::Invocation;
use super::terminal;

/// Make what a team needs once in an account: a bucket for states, the boundary of roles, roles for pipelines.
///
/// For an administrator. Where FILE is not there yet, it is written as a commented blueprint to begin with. Where it is, it is
/// applied: the plan is shown, and you are asked before anything is made. In the end it says what to write into other
/// blueprints and into pipelines. FILE is a blueprint like any other, for `plan`, `drift`, `status` and `destroy` as well.
#[derive(Debug, Args)]
pub(super) struct BootstrapArgs {
    /// The blueprint file, with a `bootstrap` section.
    #[arg(value_name = "FILE", default_value = "bootstrap.yaml")]
    file: PathBuf,
    #[command(flatten)]
    run: RunArgs,
}

impl BootstrapArgs {
    /// Whether it writes one event after the other.
    pub(super) fn tells_events(&self) -> bool {
        self.run.json
    }
}

pub(super) async fn bootstrap(global: &Global, args: &BootstrapArgs) -> Result<Exit, Failure> {
    if !args.file.exists() {
        init::write(global, &args.file, init::BOOTSTRAP)?;
        let again = Invocation::on_written(global, &args.file).command("bootstrap");
        terminal::talk(&format!(
            "wrote {}: edit it, then run again: {again}",
            args.file.display()
        ));
        return Ok(Exit::Done);
    }
    if read_blueprint(global, &args.file)?.blueprint.bootstrap.is_none() {
        let message = format!("{} has no `bootstrap` section", args.file.display());
        return Err(Failure::new(message).help(
            "`headset apply` applies it; name another file, which does not have to be there, to begin a `bootstrap`",
        ));
    }
    apply::apply(global, &ApplyArgs::of_bootstrap(&args.file, &args.run)).await
}
