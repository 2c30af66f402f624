//! Files that a command writes for the user to go on with: one that is there already is never touched.

use std::io::Write as _;
use std::path::Path;

use fs_err::OpenOptions;

use super::exit::Failure;

/// Refuses a file that is there.
pub(super) fn is_free(file: &Path) -> Result<(), Failure> {
    match file.exists() {
        true => Err(is_there(file)),
        false => Ok(()),
    }
}

/// Writes a file that is not there yet.
pub(super) fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    let mut opened = options.write(true).create_new(true).open(file).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            is_there(file)
        } else {
            Failure::new(error.to_string())
        }
    })?;
    Ok(opened.write_all(text.as_bytes())?)
}

fn is_there(file: &Path) -> Failure {
    Failure::new(format!("{} is there already", file.display()))
        .help("name another file, or move this one away")
}
