//! `--timeline FILE`: where to write it, and in which form.

use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use fs_err as fs;

use crate::report::Painted;
use crate::report::timeline::Form;

/// A file whose name says the form.
#[derive(Clone, Debug)]
pub(super) struct TimelineFile {
    path: PathBuf,
    pub(super) form: Form,
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
        match folder.unwrap_or(Path::new(".")).is_dir() && !path.is_dir() {
            true => Ok(TimelineFile { path, form }),
            false => Err("its folder is not there".to_owned()),
        }
    }
}

impl TimelineFile {
    pub(super) fn write(&self, text: &str) -> io::Result<()> {
        fs::write(&self.path, Painted::from(text).as_bytes())
    }
}
