//! `headset status`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::terminal;
use crate::plan::Action;
use crate::resource::{Condition, Sight, registry};

/// What is there: every resource with AWS's state, open checkpoints, and what an administrator needs.
#[derive(Debug, Args)]
pub(super) struct StatusArgs {
    /// Blueprint files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) async fn status(global: &Global, args: &StatusArgs) -> Result<Exit, Failure> {
    let mut documents = Vec::new();
    for file in &args.files {
        let environment = Environment::open(global, file).await?;
        let prospect = environment
            .prospect(&environment.design, &environment.state)
            .await?;
        environment.close()?;
        let outputs = environment.outputs(&prospect.survey.outputs);
        let rows: Vec<Row> = prospect
            .plan
            .steps
            .values()
            .map(|step| {
                let (state, detail, running, sessions) = match prospect.survey.sights.get(&step.address) {
                    Some(Sight::Present(live)) => {
                        let detail = match &live.condition {
                            Condition::Settled { .. } => String::new(),
                            Condition::Moving { detail, trouble, .. } => {
                                trouble.clone().unwrap_or_else(|| detail.clone())
                            }
                            Condition::Failed { reason, .. } => reason.clone(),
                        };
                        (
                            live.condition.state().to_owned(),
                            detail,
                            live.running,
                            live.sessions,
                        )
                    }
                    Some(Sight::Unknown(error)) => ("unknown".to_owned(), error.to_string(), false, 0),
                    Some(Sight::Absent) | None if matches!(step.action, Action::Await { .. }) => {
                        ("waits for a person".to_owned(), String::new(), false, 0)
                    }
                    Some(Sight::Absent) | None => ("absent".to_owned(), String::new(), false, 0),
                };
                Row {
                    address: step.address.to_string(),
                    state,
                    detail,
                    running: running && is_billed(&step.address.kind),
                    sessions,
                }
            })
            .collect();
        if args.json {
            documents.push(serde_json::json!({
                "environment": environment.blueprint.name.value,
                "account": environment.setting.account,
                "region": environment.setting.region,
                "expires": environment.state.expires,
                "resources": rows,
                "outputs": outputs,
            }));
            continue;
        }
        let expires = match &environment.state.expires {
            Some(at) => format!(", expires {at}"),
            None => String::new(),
        };
        terminal::data(&format!(
            "{} in {} {}{expires}\n\n",
            environment.blueprint.name.value, environment.setting.account, environment.setting.region
        ));
        let widest = rows.iter().map(|row| row.address.len()).max().unwrap_or_default();
        for row in &rows {
            terminal::data(row.line(widest).trim_end());
            terminal::data("\n");
        }
        if !outputs.is_empty() {
            terminal::data("\n");
        }
        let widest = outputs.keys().map(String::len).max().unwrap_or_default();
        for (key, value) in &outputs {
            terminal::data(&format!("{key:widest$}  {value}\n"));
        }
    }
    if args.json {
        terminal::data(&format!(
            "{}\n",
            serde_json::json!({ "schema_version": 1, "environments": documents })
        ));
    }
    Ok(Exit::Done)
}

/// Whether things of a kind cost money while they run: those that are machines.
fn is_billed(kind: &str) -> bool {
    let Some(kind) = registry::kind(kind) else {
        return false;
    };
    kind.fields().iter().any(|field| field.name == "instance_type")
}

#[derive(Debug, serde::Serialize)]
struct Row {
    address: String,
    state: String,
    detail: String,
    running: bool,
    sessions: u32,
}

impl Row {
    fn line(&self, widest: usize) -> String {
        let sessions = match self.sessions {
            0 => String::new(),
            count => format!("  {}", crate::report::plural(count as usize, "open session")),
        };
        let costs = if self.running {
            "  (running: costs money)"
        } else {
            ""
        };
        format!(
            "{:widest$}  {}  {}{sessions}{costs}",
            self.address, self.state, self.detail
        )
    }
}
