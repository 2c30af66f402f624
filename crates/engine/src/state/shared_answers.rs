//! What people answered, as objects of a shared store: they are written while another run holds the lease.

use std::collections::BTreeMap;
use std::path::Path;

use headset_kinds::objects::{Object, When, Written};

use super::answer_file::{self, Opened};
use super::answers::Unpublished;
use super::file::{self, StoreError, write_atomically};
use super::folder::Folder;
use super::restored::PutAside;

/// Where they are.
const ANSWERS: &str = "answers/";
/// What the folders are called that damaged ones are kept in: a number follows.
const ASIDE: &str = "answers.damaged-";

/// Fetches what people have answered meanwhile.
///
/// # Errors
/// If it cannot be read.
pub(super) async fn fetch(
    folder: &Folder,
    directory: &Path,
    unpublished: &Unpublished,
) -> Result<(), StoreError> {
    let there = there(folder, unpublished).await?;
    keep(directory, unpublished, &there)
}

/// The same at the beginning of a run: writes a checksum into those of versions that wrote none, unless they are answered anew
/// meanwhile. What is damaged is said where it is used.
///
/// # Errors
/// If they cannot be read or written.
pub(super) async fn take(
    folder: &Folder,
    directory: &Path,
    unpublished: &Unpublished,
) -> Result<(), StoreError> {
    let mut there = there(folder, unpublished).await?;
    for (name, Object { body, tag }) in &mut there {
        if let Ok(Opened {
            answers,
            is_sealed: false,
        }) = opened(body)
        {
            let sealed = answer_file::sealed(&answers)?.into_bytes();
            let name = format!("{ANSWERS}{name}");
            let when = When::Unchanged(tag.clone());
            if let Written::Done(_) = folder.put(&name, sealed.clone(), &when).await? {
                *body = sealed;
            }
        }
    }
    keep(directory, unpublished, &there)
}

/// The answers that are there, by the names of their objects.
async fn there(folder: &Folder, unpublished: &Unpublished) -> Result<BTreeMap<String, Object>, StoreError> {
    let mut there = BTreeMap::new();
    for name in folder.names(ANSWERS).await? {
        // A name of ours has no separator: who can write there must not write elsewhere here.
        let is_foreign = name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.');
        if is_foreign || unpublished.names().contains(&name) {
            continue;
        }
        if let Some(object) = folder.get(&format!("{ANSWERS}{name}")).await? {
            there.insert(name, object);
        }
    }
    Ok(there)
}

/// Makes the directory a copy of what is there, but for what is not published yet.
fn keep(
    directory: &Path,
    unpublished: &Unpublished,
    there: &BTreeMap<String, Object>,
) -> Result<(), StoreError> {
    let here = directory.join(file::ANSWERS);
    fs_err::create_dir_all(&here)?;
    for (name, Object { body, .. }) in there {
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

/// Puts those aside that are damaged. `state` is the address of the state.
///
/// # Errors
/// If they cannot be read or written.
pub(super) async fn put_aside(folder: &Folder, state: &str) -> Result<Vec<PutAside>, StoreError> {
    let kept = folder.names(ASIDE).await?;
    let is_free = |number: &u32| !kept.iter().any(|name| name.starts_with(&format!("{number}/")));
    let number = (1..).find(is_free).unwrap_or_default();
    let mut put_aside = Vec::new();
    for name in folder.names(ANSWERS).await? {
        let own = format!("{ANSWERS}{name}");
        let Some(Object { body, .. }) = folder.get(&own).await? else {
            continue;
        };
        if let Err(reason) = opened(&body) {
            let aside = format!("{ASIDE}{number}/{name}");
            folder.put(&aside, body, &When::Absent).await?;
            folder.delete(&own).await?;
            let damage = StoreError::DamagedThere {
                state: state.to_owned(),
                object: folder.named(&own),
                reason,
            };
            put_aside.push(PutAside {
                damage: damage.to_string(),
                aside: folder.named(&aside),
            });
        }
    }
    Ok(put_aside)
}

fn opened(body: &[u8]) -> Result<Opened, String> {
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    answer_file::open(text)
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
    let here = directory.join(file::ANSWERS);
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
