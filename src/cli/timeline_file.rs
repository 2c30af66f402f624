//! `--timeline FILE`: where to write it, and in which form.

use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use super::rewrite::write_over;
use crate::report::Painted;
use crate::report::timeline::{Form, Run, written, written_together};
use headset_core::text_file::may_be_opened;

/// A file whose name says the form. What is cloned is the same file.
#[derive(Clone, Debug)]
pub(super) struct TimelineFile {
    path: PathBuf,
    form: Form,
    runs: Arc<Mutex<Runs>>,
}

/// The runs that have ended.
#[derive(Debug, Default)]
struct Runs {
    /// Whether the command is on several environments.
    several: bool,
    ended: Vec<Run>,
}

impl FromStr for TimelineFile {
    type Err = String;

    fn from_str(text: &str) -> Result<TimelineFile, String> {
        let path = PathBuf::from(text);
        let form = match path.extension().and_then(|end| end.to_str()) {
            Some("html") => Form::Html,
            Some("json") => Form::Json,
            Some("trace") => Form::Trace,
            _ => return Err("its name has to end with .html, .json or .trace".to_owned()),
        };
        // A run may take hours: what is known to fail in the end is said before it.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if !folder.unwrap_or(Path::new(".")).is_dir() {
            return Err("its folder is not there".to_owned());
        }
        may_be_opened(&path).map_err(|why| why.to_string())?;
        Ok(TimelineFile {
            path,
            form,
            runs: Arc::default(),
        })
    }
}

impl TimelineFile {
    /// Says that the command is on several environments: all are in it, also where only one of them has something to do.
    pub(super) fn is_of_several(&self) {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner).several = true;
    }

    /// Writes it with one more run. It is whole after each, so that a command that is cut off leaves what it has done.
    pub(super) fn add(&self, run: Run) -> io::Result<()> {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.ended.push(run);
        let text = match runs.ended.as_slice() {
            [one] if !runs.several => written(self.form, one),
            several => written_together(self.form, several),
        };
        write_over(&self.path, Painted::from(text.as_str()).as_bytes())
    }
}
