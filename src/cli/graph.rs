//! `headset graph`

use std::path::PathBuf;

use clap::Args;

use super::Global;
use super::environment::{ReadBlueprint, read_blueprint};
use super::exit::{Exit, Failure};
use super::terminal;
use super::validate::examined;
use crate::report::graph_view;
use headset_core::diagnostic::has_errors;

/// Draw what a blueprint asks for and what comes after what, without asking AWS anything.
///
/// Boxes are made by Headset, cylinders are there already, hexagons are made by a person. Four or more things of a kind that
/// hang on the same others are one box.
#[derive(Debug, Args)]
pub(super) struct GraphArgs {
    /// A blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The language of the picture.
    #[arg(long, value_enum, default_value_t = Language::Mermaid)]
    format: Language,
    /// One JSON document in place of a picture: each resource, and what it comes after.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Language {
    /// For Markdown on GitHub and GitLab.
    Mermaid,
    /// For Graphviz.
    Dot,
}

pub(super) fn graph(global: &Global, args: &GraphArgs) -> Result<Exit, Failure> {
    let ReadBlueprint {
        blueprint,
        mut findings,
        ..
    } = read_blueprint(global, &args.file)?;
    let (design, more) = examined(&blueprint);
    findings.extend(more);
    if has_errors(&findings) {
        return Err(Failure::Diagnostics(findings));
    }
    if args.json {
        terminal::versioned(&graph_view::json(&design));
        return Ok(Exit::Done);
    }
    terminal::data(&match args.format {
        Language::Mermaid => graph_view::mermaid(&design),
        Language::Dot => graph_view::dot(&design),
    });
    Ok(Exit::Done)
}
