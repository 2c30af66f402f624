//! `--record FILE`: every call to AWS as a line of JSON, with nothing private in it.
//!
//! It is written at the chokepoint, below retries, so that throttled calls and lost answers are in it too. The first
//! line, and one for each further run that appends to the file, says what wrote it. `docs/first-contact.md` says what
//! to do with it; `headset sim replay` compares it with the simulator.

mod call;
mod decode;
mod message;
mod novel;
mod pseudonym;
mod public;
mod redact;
#[cfg(test)]
mod tests;
mod text;
mod vocabulary;

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

pub(super) use call::{Asked, Told};
pub(super) use novel::{novel, novel_xml};

use headset_core::Clock;
use headset_core::text_file::{self, Unreadable, may_be_opened};
use pseudonym::Book;
use redact::Redactor;
use vocabulary::vocabulary;

/// The version of the file's form.
pub const FORMAT: u64 = 1;

/// Why a recording cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file cannot be opened, read or written.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// It is longer than any recording, so that reading it would take all memory.
    #[error("{0} is longer than {1} bytes, which no recording of Headset's is: name another file")]
    TooLong(PathBuf, u64),
    /// It is no file.
    #[error(transparent)]
    NoFile(#[from] Unreadable),
    /// The file holds something else.
    #[error("{0} is not a recording, so Headset leaves it as it is")]
    Foreign(PathBuf),
    /// Another process writes into it.
    #[error("another process is writing {0}")]
    Taken(PathBuf),
}

/// Writes calls into a file. Cheap to clone; clones write into the same one.
#[derive(Clone)]
pub struct Recorder {
    inner: Arc<Mutex<Inner>>,
    clock: Clock,
    origin: Timestamp,
}

struct Inner {
    file: File,
    beside: File,
    redactor: Redactor,
    /// Services whose SDK was named already.
    named: Vec<String>,
    failure: Option<String>,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recorder")
    }
}

impl Recorder {
    /// Opens or makes the file, for its owner alone, and writes a line about this run. Beside it, `FILE.key` keeps
    /// pseudonyms the same from run to run; it holds no text either, but is not for sending.
    ///
    /// # Errors
    /// If the file holds something else, if another process writes it, or if it cannot be written.
    pub fn open(path: &Path, clock: Clock, regions: &[String]) -> Result<Recorder, RecordError> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |error| RecordError::Io(path.clone(), error)
        };
        may_be_opened(path)?;
        let mut file = private(path).map_err(io(path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(RecordError::Taken(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(RecordError::Io(path.to_owned(), error)),
        }
        // Nothing can be read back from a pipe of the shell.
        if !file.metadata().map_err(io(path))?.is_file() {
            return Err(RecordError::Foreign(path.to_owned()));
        }
        let now = clock.now();
        let mut first = String::new();
        let length = file.metadata().map_err(io(path))?.len();
        if length > LONGEST {
            return Err(RecordError::TooLong(path.to_owned(), LONGEST));
        }
        // It may grow meanwhile.
        let mut lines = BufReader::new(fs_err::File::open(path).map_err(io(path))?.take(length));
        let read = (&mut lines).take(LONGEST_HEADER).read_line(&mut first);
        // What is no text is no recording either.
        let (origin, run) = match read {
            Ok(0) => (now, 1),
            Ok(_) => {
                let origin = origin(&first).ok_or_else(|| RecordError::Foreign(path.to_owned()))?;
                (origin, headers(&mut lines).map_err(io(path))? + 2)
            }
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
                return Err(RecordError::Foreign(path.to_owned()));
            }
            Err(error) => return Err(RecordError::Io(path.to_owned(), error)),
        };
        let key_path = beside(path);
        may_be_opened(&key_path)?;
        let mut key_file = private(&key_path).map_err(io(&key_path))?;
        let length = key_file.metadata().map_err(io(&key_path))?.len();
        if length > LONGEST_KEY {
            return Err(RecordError::TooLong(key_path, LONGEST_KEY));
        }
        let kept = text_file::bytes(&key_path, LONGEST_KEY)?;
        // What is no text is no key either.
        let Ok(kept) = String::from_utf8(kept) else {
            return Err(RecordError::Foreign(key_path));
        };
        let book = match Book::read(&kept) {
            Some(book) => book,
            None if kept.is_empty() => Book::new(random()),
            None => return Err(RecordError::Foreign(key_path)),
        };
        let mut redactor = Redactor::new(book, origin.as_millisecond());
        let header = json!({
            "headset_recording": FORMAT,
            "headset": env!("CARGO_PKG_VERSION"),
            "models": format!("botocore {}", vocabulary().botocore),
            "regions": regions,
            "run": run,
            "start": milliseconds(origin, now),
            "started": now.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
        });
        writeln!(file, "{header}").map_err(io(path))?;
        keep(&mut key_file, &mut redactor.book).map_err(io(&key_path))?;
        Ok(Recorder {
            inner: Arc::new(Mutex::new(Inner {
                file,
                beside: key_file,
                redactor,
                named: Vec::new(),
                failure: None,
            })),
            clock,
            origin,
        })
    }

    /// Milliseconds since the recording began.
    pub(super) fn now(&self) -> i64 {
        milliseconds(self.origin, self.clock.now())
    }

    /// Writes one call. What goes wrong here must not hurt the call: the recording ends, and says so at the end.
    pub(super) fn write(&self, sequence: u64, start: i64, took: Duration, asked: &Asked, told: &Told) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.failure.is_some() {
            return;
        }
        let Inner {
            file,
            beside,
            redactor,
            named,
            failure,
        } = &mut *inner;
        let mut line = call::line(redactor, asked, told);
        line["n"] = sequence.into();
        line["start"] = start.into();
        line["took"] = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).into();
        if let Some(version) = asked.sdk() {
            let service = line["service"].as_str().unwrap_or_default().to_owned();
            if !named.contains(&service) {
                line["sdk"] = version.into();
                named.push(service);
            }
        }
        // The key first: a pseudonym that stands in the file must not be given to another text later.
        let written = keep(beside, &mut redactor.book).and_then(|()| writeln!(file, "{line}"));
        if let Err(error) = written {
            *failure = Some(error.to_string());
        }
    }

    /// Why the recording has ended early, if it has.
    pub fn failure(&self) -> Option<String> {
        self.inner
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .failure
            .clone()
    }
}

/// The most that is read of a first line, in bytes: that of a recording names a few regions.
const LONGEST_HEADER: u64 = 1 << 16;

/// The most that a recording is appended to, in bytes: a thousand agents take some hundred megabytes.
const LONGEST: u64 = 4 << 30;

/// The most that is read of the pseudonyms of a recording, in bytes: a line of some 30 for each text.
const LONGEST_KEY: u64 = 256 << 20;

/// What stands in the line of a run and in no other.
const HEADER_MARK: &str = "\"headset_recording\":";

/// How many lines of runs follow. No more than a header's length is kept of a line.
fn headers(lines: &mut impl BufRead) -> std::io::Result<usize> {
    let mut count = 0;
    let mut line = Vec::new();
    while lines.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut line)? > 0 {
        count += usize::from(String::from_utf8_lossy(&line).contains(HEADER_MARK));
        line.clear();
    }
    Ok(count)
}

/// When the recording began, by its first line; `None` if that is something else.
fn origin(first: &str) -> Option<Timestamp> {
    let header: Value = serde_json::from_str(first).ok()?;
    if header["headset_recording"] != FORMAT {
        return None;
    }
    header["started"].as_str()?.parse().ok()
}

fn milliseconds(origin: Timestamp, now: Timestamp) -> i64 {
    now.as_millisecond() - origin.as_millisecond()
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".key");
    PathBuf::from(name)
}

/// Opens a file to append to it, readable by its owner alone.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        let file = options.mode(0o600).open(path)?;
        if file.metadata()?.permissions().mode() & 0o077 != 0 && file.metadata()?.is_file() {
            file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        }
        Ok(file)
    }
    #[cfg(not(unix))]
    options.open(path)
}

fn keep(file: &mut File, book: &mut Book) -> std::io::Result<()> {
    let fresh = book.take_fresh();
    if fresh.is_empty() {
        return Ok(());
    }
    file.write_all((fresh.join("\n") + "\n").as_bytes())
}

fn random() -> [u8; 32] {
    let mut key = [0; 32];
    key[..16].copy_from_slice(uuid::Uuid::new_v4().as_bytes());
    key[16..].copy_from_slice(uuid::Uuid::new_v4().as_bytes());
    key
}
