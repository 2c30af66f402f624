//! Files of a person's that are written anew, and those that a command writes over.

use std::io::Write as _;
use std::path::Path;

use fs_err as fs;
use headset_core::text_file::may_be_opened;

/// Writes a file anew, so that a crash leaves either the old text or the new one, and nothing of both. Its permissions stay, and so
/// does a link to it.
///
/// # Errors
/// If it cannot be written.
pub(super) fn rewrite(path: &Path, text: &str) -> std::io::Result<()> {
    let path = match path.canonicalize() {
        Ok(whole) => whole,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(error),
    };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let mut file = fs::File::create(&beside)?;
    if let Ok(before) = fs::metadata(&path) {
        file.set_permissions(before.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, &path)
}

/// Writes a file, over what is there. What is no file is not waited for.
///
/// # Errors
/// If it is none, or cannot be written.
pub(super) fn write_over(path: &Path, content: impl AsRef<[u8]>) -> std::io::Result<()> {
    may_be_opened(path).map_err(std::io::Error::other)?;
    fs::write(path, content)
}
