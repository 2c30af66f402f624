//! The two streams. Everything that the program says goes through here: data to standard output, talk to standard error.
//!
//! Both get [`Painted`] texts only, so nothing of others reaches a terminal raw and no secret is said. A reader that closes
//! its pipe (`| head`) has what it wanted. Any other failure to write is kept for the end of the program: a file that is only
//! half there must not count as written.

use std::io::{self, Write};
use std::sync::OnceLock;

use super::painted::Painted;
use super::volume::Volume;

/// Why standard output could not be written, the first time.
static FAILURE: OnceLock<String> = OnceLock::new();

/// How much is said, once the command line is read.
static VOLUME: OnceLock<Volume> = OnceLock::new();

/// Keeps how much is said.
pub fn keep_volume(volume: Volume) {
    VOLUME.get_or_init(|| volume);
}

/// How much is said.
pub fn volume() -> Volume {
    VOLUME.get().copied().unwrap_or_default()
}

/// Whether talk has colours.
pub fn talks_in_colours() -> bool {
    anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
}

/// Writes data as it is.
pub fn data(text: &Painted) {
    noted(write!(anstream::stdout().lock(), "{text}"));
}

/// Writes a line of talk.
pub fn talk(text: &Painted) {
    drop(writeln!(anstream::stderr().lock(), "{text}"));
}

/// Writes a line of talk, unless only what matters is said.
pub fn note(text: &Painted) {
    if volume() != Volume::Quiet {
        talk(text);
    }
}

/// Writes talk that goes on on the same line, such as a question.
pub fn ask(text: &Painted) {
    drop(write!(anstream::stderr().lock(), "{text} "));
}

/// Keeps why standard output could not be written.
pub fn noted(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        FAILURE.get_or_init(|| error.to_string());
    }
}

/// Writes what is left, and says why standard output could not be written, if it could not.
pub fn failure() -> Option<&'static str> {
    noted(anstream::stdout().lock().flush());
    FAILURE.get().map(String::as_str)
}

/// Where a developer's log goes: to standard error, line by line.
#[derive(Clone, Copy, Debug)]
pub struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        talk(&Painted::from(text.trim_end_matches('\n')));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
