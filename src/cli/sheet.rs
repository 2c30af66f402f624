//! Tables of people's own that a command reads.

use std::path::Path;

use super::exit::Failure;
use super::terminal;
use headset_network::table::BadTable;

/// The most that is read of a table, in bytes.
const LARGEST: u64 = 64 << 20;

/// The text of a table.
pub(super) fn read(file: &Path) -> Result<String, Failure> {
    terminal::read_text(file, LARGEST)
        .map_err(|error| Failure::new(format!("cannot read `{}`: {error}", file.display())))
}

/// A table that is not taken.
pub(super) fn bad(file: &Path, error: &BadTable) -> Failure {
    Failure::new(format!("`{}`: {error}", file.display()))
}
