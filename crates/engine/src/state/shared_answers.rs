//! What people answered, as objects of a shared store: they are written while another run holds the lease.

use std::collections::BTreeMap;
use std::path::Path;

use headset_kinds::objects::When;

use super::answers::Unpublished;
use super::file::{StoreError, write_atomically};
use super::folder::Folder;

/// Where they are.
const ANSWERS: &str = "answers/";

/// Fetches what people have answered meanwhile.
///
/// # Errors
/// If it cannot be read.
pub(super) async fn fetch(
    folder: &Folder,
    directory: &Path,
    unpublished: &Unpublished,
) -> Result<(), StoreError> {
    let names = folder.names(ANSWERS).await?;
    let here = directory.join("answers");
    fs_err::create_dir_all(&here)?;
    let mut there = BTreeMap::new();
    for name in names {
        // A name of ours has no separator: who can write there must not write elsewhere here.
        let is_foreign = name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.');
        if is_foreign || unpublished.names().contains(&name) {
            continue;
        }
        if let Some(object) = folder.get(&format!("{ANSWERS}{name}")).await? {
            there.insert(name, object.body);
        }
    }
    for (name, body) in &there {
        let path = here.join(name);
        if fs_err::read(&path).ok().as_ref() != Some(body) {
            write_atomically(&path, body)?;
        }
    }
    for entry in fs_err::read_dir(&here)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !there.contains_key(&name) && !unpublished.names().contains(&name) {
            fs_err::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Writes the answers that are not there yet, and removes those that were forgotten.
///
/// # Errors
/// If they cannot be written; they count as not published then.
pub(super) async fn publish(
    folder: &Folder,
    directory: &Path,
    unpublished: &Unpublished,
) -> Result<(), StoreError> {
    let here = directory.join("answers");
    let names: Vec<String> = unpublished.names().iter().cloned().collect();
    for name in names {
        match fs_err::read(here.join(&name)) {
            Ok(body) => {
                folder
                    .put(&format!("{ANSWERS}{name}"), body, &When::Always)
                    .await?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                folder.delete(&format!("{ANSWERS}{name}")).await?;
            }
            Err(error) => return Err(error.into()),
        }
        unpublished.names().remove(&name);
    }
    Ok(())
}
