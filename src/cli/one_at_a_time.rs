//! Commands on one simulated cloud wait for each other: each reads it whole, and writes it whole at its end.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::exit::{Exit, Failure};
use super::terminal;

/// How long a command waits where the user says nothing: most others take seconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it looks again.
const AGAIN: Duration = Duration::from_millis(50);

/// The lock of this process and where it is. The system releases it when the process ends, in any way.
static HELD: Mutex<Option<(PathBuf, File)>> = Mutex::new(None);

/// Takes the lock of the simulated cloud in a directory for the rest of this process. `false`: another process has it.
pub(super) fn try_take(directory: &Path) -> Result<bool, Failure> {
    fs_err::create_dir_all(directory)?;
    let path = directory.join("lock");
    let mut held = HELD.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if held.as_ref().is_some_and(|(known, _)| *known == path) {
        return Ok(true);
    }
    let file = fs_err::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)?;
    let (file, _) = file.into_parts();
    match file.try_lock() {
        Ok(()) => {
            *held = Some((path, file));
            Ok(true)
        }
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(Failure::new(format!("{}: {error}", path.display()))),
    }
}

/// The same, and waits for other processes.
pub(super) fn take(directory: &Path, patience: Option<Duration>) -> Result<(), Failure> {
    let (since, patience) = (Instant::now(), patience.unwrap_or(PATIENCE));
    let mut has_said = false;
    while !try_take(directory)? {
        if since.elapsed() >= patience {
            let message = format!(
                "another command works on the simulated cloud in {}",
                directory.display()
            );
            return Err(Failure::Message {
                message,
                help: Some("wait for it to end, or give `--lock-timeout 10m`".to_owned()),
                exit: Exit::Locked,
            });
        }
        if !std::mem::replace(&mut has_said, true) {
            terminal::talk("another command works on this simulated cloud: waiting for it to end");
        }
        std::thread::sleep(AGAIN);
    }
    Ok(())
}
