//! What FILE names: a blueprint, or one of its targets as `center.yaml#NAME`.

use std::path::{Path, PathBuf};

/// What stands between a file and the name of a target.
const MARK: char = '#';

/// A blueprint, and which of its targets is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Subject {
    pub(super) file: PathBuf,
    pub(super) target: Option<String>,
}

impl Subject {
    /// What an argument names. A file that is there under just this name is that.
    pub(super) fn of(path: &Path) -> Subject {
        let whole = || Subject {
            file: path.to_owned(),
            target: None,
        };
        match path.to_str().and_then(|text| text.rsplit_once(MARK)) {
            Some((file, target)) if !file.is_empty() && !path.exists() => Subject {
                file: PathBuf::from(file),
                target: Some(target.to_owned()),
            },
            _ => whole(),
        }
    }

    /// The argument that names this target of a file.
    pub(super) fn argument(file: &Path, target: &str) -> PathBuf {
        PathBuf::from(format!("{}{MARK}{target}", file.display()))
    }
}
