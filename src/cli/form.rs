//! `--format`: the forms of a report for people, programs and pipelines.

use std::io::Write as _;

use clap::Args;
use headset_core::text_file::may_be_opened;

use super::exit::Failure;
use super::terminal;
use crate::report::Painted;
use crate::report::sheet::{self, Sheet};

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    /// Text.
    Human,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0, for code scanning: each finding at the blueprint's line.
    Sarif,
    /// JUnit, for the test reports of pipelines.
    Junit,
    /// Markdown, no longer than a comment on a pull request may be.
    Markdown,
    /// Annotations of GitHub Actions, and Markdown in the step's summary.
    Github,
    /// One page that needs nothing else.
    Html,
}

/// The options by which a command reports in a form.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Formed {
    /// The form of the report.
    #[arg(long, value_enum, default_value_t = Form::Human)]
    format: Form,
    /// The same as `--format json`.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl Formed {
    /// The form that is asked for.
    pub(super) fn form(self) -> Form {
        match self.json {
            true => Form::Json,
            false => self.format,
        }
    }
}

/// The member of a report in JSON that is the sheet of all other forms.
pub(super) const REPORT: &str = "report";

/// The file to which GitHub Actions lets a step write its summary.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

impl Form {
    /// Whether what is found is shown at once, environment by environment.
    pub(super) fn is_human(self) -> bool {
        self == Form::Human
    }

    /// Writes a sheet; `json` where that is asked for, with the sheet in it. The text for people was written before.
    pub(super) fn write(
        self,
        sheet: impl FnOnce() -> Sheet,
        json: impl FnOnce() -> serde_json::Value,
    ) -> Result<(), Failure> {
        match self {
            Form::Human => {}
            Form::Json => {
                let mut document = json();
                document[REPORT] = serde_json::json!(sheet());
                terminal::document(&document);
            }
            Form::Sarif => terminal::document(&sheet::sarif(&from_top(sheet())?)),
            Form::Junit => terminal::data(&sheet::junit(&sheet())),
            Form::Markdown => terminal::data(&sheet::markdown(&sheet(), sheet::COMMENT)),
            Form::Html => terminal::data(&sheet::html(&sheet())),
            Form::Github => {
                let sheet = from_top(sheet())?;
                terminal::data(&sheet::annotations(&sheet));
                return summarised(&sheet::markdown(&sheet, sheet::SUMMARY));
            }
        }
        Ok(())
    }
}

/// A sheet whose files are named from the top of the repository on: from the nearest directory above this one that has `.git`,
/// else from this one.
fn from_top(sheet: Sheet) -> Result<Sheet, Failure> {
    let here = std::env::current_dir()
        .map_err(|error| Failure::new(format!("the current directory cannot be read: {error}")))?;
    let top = here.ancestors().find(|above| above.join(".git").exists());
    Ok(sheet::from_top(sheet, &here, top.unwrap_or(&here)))
}

/// Appends to the summary of the step, where there is one.
fn summarised(markdown: &str) -> Result<(), Failure> {
    let Some(path) = std::env::var_os(STEP_SUMMARY).filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let failed = |error: String| {
        Failure::new(format!(
            "the step's summary ({STEP_SUMMARY}) could not be written: {error}"
        ))
    };
    let path = std::path::Path::new(&path);
    may_be_opened(path).map_err(|error| failed(error.to_string()))?;
    let written = fs_err::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .and_then(|mut file| file.write_all(Painted::from(markdown).as_bytes()));
    written.map_err(|error| failed(error.to_string()))
}
