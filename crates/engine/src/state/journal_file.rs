//! The journal as a file that grows.

use std::io::Write;
use std::path::Path;

use fs_err as fs;

use super::entry::Entry;
use super::file::StoreError;
use super::journal;
use super::sum::Sum;

/// A journal that can be written to.
#[derive(Debug)]
pub(super) struct JournalFile {
    file: fs::File,
    /// Its length with everything that was written whole.
    length: u64,
    /// The sum that the next line follows.
    last: Sum,
    /// How many entries it has.
    pub(super) entries: usize,
}

impl JournalFile {
    /// Opens a journal without entries, to write to; `last` is the sum of its header.
    pub(super) fn open(path: &Path, last: Sum) -> Result<JournalFile, StoreError> {
        let file = fs::OpenOptions::new().append(true).open(path)?;
        let length = file.metadata()?.len();
        Ok(JournalFile {
            file,
            length,
            last,
            entries: 0,
        })
    }

    /// Writes an entry to the disk.
    pub(super) fn append(&mut self, serial: u64, entry: &Entry) -> Result<(), StoreError> {
        let (line, sum) = journal::line(serial, &self.last, entry).map_err(std::io::Error::from)?;
        let written = self
            .file
            .write_all(line.as_bytes())
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Half a line would damage what is written after it; where even this fails, nothing else can be written.
            drop(self.file.file().set_len(self.length));
            return Err(error.into());
        }
        self.length += line.len() as u64;
        self.last = sum;
        self.entries += 1;
        Ok(())
    }
}
