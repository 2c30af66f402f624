//! The snapshots beside the views: what people and programs read, as it was last agreed to.

/// Holds a text against the file of this name in this folder. `HEADSET_ACCEPT=1` writes it anew.
pub(super) fn check(file: &str, text: &str) {
    let path = format!("{}/src/report/{file}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("HEADSET_ACCEPT").is_some() {
        fs_err::write(&path, text).unwrap();
    }
    let written = fs_err::read_to_string(&path).unwrap();
    assert!(written == text, "HEADSET_ACCEPT=1 writes {file} anew:\n{text}");
}

/// Asserts that values are of every variant of their type. A variant that is missing here does not compile, and one without
/// a value fails: so that no snapshot lacks what was added since.
macro_rules! every {
    ($of:ident, $values:expr, [$($variant:ident),* $(,)?]) => {
        let has: std::collections::BTreeSet<&str> = $values
            .into_iter()
            .map(|value| match value {
                $($of::$variant { .. } => stringify!($variant),)*
            })
            .collect();
        assert_eq!(has, [$(stringify!($variant)),*].into(), "each variant has a value here");
    };
}

pub(super) use every;
