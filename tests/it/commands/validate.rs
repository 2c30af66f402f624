//! Every blueprint in `tests/broken/` against the diagnostics that stand beside it (`*.stderr`, without colour).
//!
//! `HEADSET_ACCEPT=1` writes what is said now; look at the difference before you commit it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use headset_blueprint::Sources;
use headset_core::diagnostic::{Severity, has_errors, render};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken")
}

fn blueprints(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs_err::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        // What others extend is no test of its own.
        .filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with("base-"))
        .collect();
    paths.sort();
    paths
}

/// What a person would be shown, and whether there was an error.
fn said(path: &Path) -> (String, bool) {
    let file = path.file_name().unwrap().to_str().unwrap();
    let text = fs_err::read_to_string(path).unwrap();
    let load = |named: &str| {
        std::fs::read_to_string(path.with_file_name(named))
            .map_err(|_| "there is no such file".to_owned().into())
    };
    let (blueprint, findings) = headset_blueprint::read(&Sources {
        load: &load,
        now: Some("2026-11-28T12:00:00Z".parse().unwrap()),
        ..Sources::alone(file, &text)
    });
    assert_eq!(blueprint.is_none(), has_errors(&findings), "{file}");
    for finding in &findings {
        assert!(finding.place.is_some(), "{file}: no place: {finding:?}");
        assert!(finding.help.is_some(), "{file}: no way out: {finding:?}");
        assert!(
            !finding.message.ends_with('.'),
            "{file}: a full stop: {finding:?}"
        );
    }
    let source = |named: &str| {
        if named == file {
            Some(text.clone())
        } else {
            std::fs::read_to_string(path.with_file_name(named)).ok()
        }
    };
    let mut drawn = render::human(&findings, &source, false);
    if let Some(tally) = render::tally(&findings) {
        writeln!(drawn, "\n{tally}").unwrap();
    }
    let worst = findings.iter().map(|finding| finding.severity).max();
    assert!(worst >= Some(Severity::Warning), "{file}: nothing was found");
    (drawn, blueprint.is_none())
}

#[test]
fn every_broken_blueprint_is_answered_as_written_beside_it() {
    let accept = std::env::var_os("HEADSET_ACCEPT").is_some();
    let paths = blueprints(&folder());
    assert!(paths.len() >= 40, "only {} broken blueprints", paths.len());
    let mut different = String::new();
    for path in paths {
        let (now, refused) = said(&path);
        let warns_only = path
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("warning-");
        assert_eq!(refused, !warns_only, "{}: wrong severity", path.display());
        let beside = path.with_extension("stderr");
        if accept {
            fs_err::write(&beside, now).unwrap();
            continue;
        }
        let expected = fs_err::read_to_string(&beside).unwrap_or_default();
        if expected != now {
            writeln!(
                different,
                "=== {}\n--- expected\n{expected}\n--- now\n{now}",
                path.display()
            )
            .unwrap();
        }
    }
    assert!(
        different.is_empty(),
        "{different}\nHEADSET_ACCEPT=1 writes what is said now."
    );
}

#[test]
fn every_expectation_belongs_to_a_blueprint() {
    for entry in fs_err::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "stderr") {
            assert!(
                path.with_extension("yaml").exists(),
                "{} stands alone",
                path.display()
            );
        }
    }
}

#[test]
fn every_example_blueprint_is_faultless() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints");
    let paths = blueprints(&folder);
    assert!(!paths.is_empty());
    for path in paths {
        let text = fs_err::read_to_string(&path).unwrap();
        let file = path.display().to_string();
        let load = |named: &str| fs_err::read_to_string(named).map_err(|error| error.to_string().into());
        let (blueprint, findings) = headset_blueprint::read(&Sources {
            load: &load,
            ..Sources::alone(&file, &text)
        });
        assert!(
            findings.is_empty() && blueprint.is_some(),
            "{}",
            render::human(&findings, &|_| None, false)
        );
    }
}
