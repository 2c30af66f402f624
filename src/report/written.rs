//! The snapshots beside the views: what people read, as it was last agreed to.

/// Holds a text against the file of this name in this folder. `HEADSET_ACCEPT=1` writes it anew.
pub(super) fn check(file: &str, text: &str) {
    let path = format!("{}/src/report/{file}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("HEADSET_ACCEPT").is_some() {
        fs_err::write(&path, text).unwrap();
    }
    let written = fs_err::read_to_string(&path).unwrap();
    assert!(written == text, "HEADSET_ACCEPT=1 writes {file} anew:\n{text}");
}
