//! What a file is called in a checkout: code scanning and annotations find it by its path from the top of the repository.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::{Row, Sheet};
use headset_core::diagnostic::Place;

/// A sheet whose files are named from the top of the repository on. Files outside of it keep their names.
pub fn from_top(mut sheet: Sheet, here: &Path, top: &Path) -> Sheet {
    let name = |file: &str| relative(file, here, top);
    for chapter in &mut sheet.chapters {
        chapter.file = name(&chapter.file);
        let places = chapter
            .rows
            .iter_mut()
            .filter_map(|row: &mut Row| row.place.as_mut());
        for place in places {
            *place = Place {
                file: Arc::from(name(&place.file)),
                ..place.clone()
            };
        }
    }
    sheet
}

/// A file, as it is named in `here`, from `top` on.
fn relative(file: &str, here: &Path, top: &Path) -> String {
    let whole = plain(&here.join(file));
    match whole.strip_prefix(plain(top)) {
        Ok(below) if !below.as_os_str().is_empty() => {
            let parts = below.components().map(|part| part.as_os_str().to_string_lossy());
            parts.collect::<Vec<_>>().join("/")
        }
        _ => file.to_owned(),
    }
}

/// The same path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_from_the_top_of_the_checkout() {
        let named = |file, here| relative(file, Path::new(here), Path::new("/work/desk"));
        assert_eq!(named("center.yaml", "/work/desk"), "center.yaml");
        assert_eq!(named("./center.yaml", "/work/desk/env"), "env/center.yaml");
        assert_eq!(named("../shared/a.yaml", "/work/desk/env"), "shared/a.yaml");
        assert_eq!(named("/work/desk/env/b c.yaml", "/tmp"), "env/b c.yaml");
        // It is of no checkout.
        assert_eq!(named("/etc/center.yaml", "/work/desk"), "/etc/center.yaml");
        assert_eq!(
            named("../../outside.yaml", "/work/desk/env"),
            "../../outside.yaml"
        );
    }
}
