//! `headset output`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::terminal;

/// Print the environment's outputs, for pipelines.
#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print only this output, as it is.
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) async fn output(global: &Global, args: &OutputArgs) -> Result<Exit, Failure> {
    let environment = Environment::open(global, &args.file).await?;
    let assessed = environment
        .assess(&environment.design, &environment.state)
        .await?;
    environment.close().await?;
    let outputs = environment.outputs(&assessed.survey.outputs);
    match &args.name {
        Some(name) => match outputs.get(name) {
            Some(value) => terminal::data(&format!("{value}\n")),
            None => {
                let known: Vec<&str> = outputs.keys().map(String::as_str).collect();
                return Err(Failure::new(format!("there is no output called `{name}`"))
                    .help(format!("outputs that are known now: {}", known.join(", "))));
            }
        },
        None if args.json => {
            terminal::document(&serde_json::json!({ "schema_version": 1, "outputs": outputs }));
        }
        None => {
            for (name, value) in outputs {
                terminal::data(&format!("{name}={value}\n"));
            }
        }
    }
    Ok(Exit::Done)
}
