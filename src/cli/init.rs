//! `headset init`

use std::path::{Path, PathBuf};

use clap::Args;
use clap_complete::engine::ArgValueCompleter;
use serde_json::json;

use super::Global;
use super::as_json::AsJson;
use super::exit::{Exit, Failure};
use super::invocation::Invocation;
use super::project::Project;
use super::sources::{Text, unnoted};
use super::{new_file, terminal, validate};
use headset_core::diagnostic::has_errors;

/// Write a commented blueprint to begin with. --set puts your values into it.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Where to write it; a file that is there already is never touched.
    #[arg(value_name = "FILE", default_value = "blueprint.yaml")]
    file: PathBuf,
    /// Which blueprint to begin with; --list shows them.
    #[arg(long, value_name = "NAME", default_value = "split-ccp", add = ArgValueCompleter::new(super::completion::templates))]
    template: String,
    /// Show the templates.
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    form: AsJson,
}

/// The examples in `blueprints/` that stand alone, by name. The test `reference` finds those that are missing here.
const TEMPLATES: &[(&str, &str)] = &[
    ("minimal", include_str!("../../blueprints/minimal.yaml")),
    ("split-ccp", include_str!("../../blueprints/split-ccp.yaml")),
    ("secure-ccp", include_str!("../../blueprints/secure-ccp.yaml")),
    ("ephemeral", include_str!("../../blueprints/ephemeral.yaml")),
    ("enterprise", include_str!("../../blueprints/enterprise.yaml")),
    ("bootstrap", BOOTSTRAP),
];

/// Their names.
pub(super) fn templates() -> impl Iterator<Item = &'static str> {
    TEMPLATES.iter().map(|(name, _)| *name)
}

/// The template of what a team needs once in an account.
pub(super) const BOOTSTRAP: &str = include_str!("../../blueprints/bootstrap.yaml");

pub(super) fn init(global: &Global, args: &InitArgs) -> Result<Exit, Failure> {
    if args.list {
        let line = |(name, text): &(&str, &str)| format!("{name:<14} {}\n", summary(text));
        let row = |(name, text): &(&str, &str)| json!({ "name": name, "about": summary(text) });
        match args.form.is_asked() {
            true => {
                terminal::versioned(&json!({ "templates": TEMPLATES.iter().map(row).collect::<Vec<_>>() }));
            }
            false => terminal::data(&TEMPLATES.iter().map(line).collect::<String>()),
        }
        return Ok(Exit::Done);
    }
    let names: Vec<&str> = templates().collect();
    let Some((_, text)) = TEMPLATES.iter().find(|(name, _)| *name == args.template) else {
        return Err(Failure::new(format!("there is no template `{}`", args.template))
            .help(format!("the templates are {}", names.join(", "))));
    };
    let file = args.file.display();
    write(global, &args.file, text)?;
    let invocation = Invocation::on_written(global, &args.file);
    let rehearse = if global.sim { "plan" } else { "plan --sim" };
    let next = [invocation.command("validate"), invocation.command(rehearse)];
    let [validate, plan] = &next;
    args.form.talk(
        &format!("wrote {file}: edit it, then `{validate}` and `{plan}`"),
        || json!({ "file": args.file, "template": args.template, "next": next }),
    );
    Ok(Exit::Done)
}

/// Writes a template to a file that is not there yet, with the values that the user sets.
pub(super) fn write(global: &Global, file: &Path, template: &str) -> Result<(), Failure> {
    new_file::is_free(file)?;
    let text = filled(global, file, template)?;
    new_file::write(file, &text)
}

/// The template with the values that the user sets. What `validate` would refuse is refused before it is written.
fn filled(global: &Global, file: &Path, template: &str) -> Result<String, Failure> {
    if !global.vars.is_empty() {
        return Err(Failure::usage("--vars does not go into a new file")
            .help("leave it out; every command on the new file takes it"));
    }
    if global.set.is_empty() {
        return Ok(template.to_owned());
    }
    let name = file.display().to_string();
    // Places in the template are of a file that is not written yet.
    terminal::remember_draft(&name, template);
    let project = Project::of(global, file);
    let template = Text {
        file: &name,
        text: template,
        project: &project,
        target: None,
        values: &[],
        sets: &global.set,
    };
    let (filled, read) = template.lend(&unnoted, |sources| {
        (
            headset_blueprint::with_sets(sources),
            headset_blueprint::read(sources).0,
        )
    });
    let text = filled.map_err(Failure::Diagnostics)?;
    if let Some(read) = read {
        let (_, findings) = validate::examined(&read);
        if has_errors(&findings) {
            return Err(Failure::Diagnostics(findings));
        }
    }
    Ok(text)
}

/// The first sentence of the comment that a template begins with.
fn summary(text: &str) -> String {
    let comment: Vec<&str> = text
        .lines()
        .take_while(|line| line.starts_with("# "))
        .map(|line| line.trim_start_matches('#').trim())
        .collect();
    let comment = comment.join(" ");
    match comment.split_once(". ") {
        Some((first, _)) => first.to_owned(),
        None => comment.trim_end_matches('.').to_owned(),
    }
}
