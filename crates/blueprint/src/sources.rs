//! What a blueprint is read from.

use headset_core::text_file::Unreadable;
use jiff::Timestamp;

/// Reads a file that is no text, up to so many bytes.
pub type LoadBytes<'a> = &'a dyn Fn(&str, usize) -> Result<Vec<u8>, Unreadable>;

/// A blueprint's text and everything around it that may decide what it says.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// The file's name as the user gave it; it appears in every place, and relative paths in it are relative to it.
    pub file: &'a str,
    /// The file's text.
    pub text: &'a str,
    /// Reads a file that the blueprint names (a base, SAML metadata), by its path as seen from where `file` is. Its
    /// error completes "cannot read `PATH`: ...".
    pub load: &'a dyn Fn(&str) -> Result<String, Unreadable>,
    /// The same of a file that is no text, of which so many bytes are taken at most.
    pub load_bytes: LoadBytes<'a>,
    /// The value of an environment variable, if it is set.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Which of its `targets` is meant, if one is.
    pub target: Option<&'a str>,
    /// Files of values set from outside, each with its name and its text: they go over the blueprint, the later ones over the
    /// earlier. Paths in them are relative to them.
    pub values: &'a [(String, String)],
    /// Values set from outside, as `path=scalar`, in the order in which they are applied: over those files.
    pub sets: &'a [String],
    /// What time it is, if that is to count: what is over by then is a warning.
    pub now: Option<Timestamp>,
}

impl std::fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The text may hold a secret by mistake.
        f.debug_struct("Sources")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl<'a> Sources<'a> {
    /// A file that stands for itself: it names no other, and no variable is set.
    pub fn alone(file: &'a str, text: &'a str) -> Sources<'a> {
        Sources {
            file,
            text,
            load: &|_| Err("there is no such file".to_owned().into()),
            load_bytes: &|_, _| Err("there is no such file".to_owned().into()),
            variable: &|_| None,
            target: None,
            values: &[],
            sets: &[],
            now: None,
        }
    }
}
