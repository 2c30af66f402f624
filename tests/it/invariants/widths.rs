//! What people read fits their terminal: every view, of every example, at two widths.

use std::process::{Command, Output};

use unicode_width::UnicodeWidthStr as _;

use crate::support::desk::Desk;
use crate::support::program::Program;
use crate::support::{environment, example, examples, needs_an_instance};

/// What a command says to a terminal of so many columns: data and talk, one below the other.
fn at(desk: &Desk, columns: usize, line: &[&str]) -> String {
    let Output { stdout, stderr, .. } = Command::new(env!("CARGO_BIN_EXE_headset"))
        .args(line)
        .current_dir(desk.path())
        .env_clear()
        .env("HOME", desk.path())
        .env("HEADSET_SIM", "1")
        .env("COLUMNS", columns.to_string())
        .said();
    String::from_utf8([stdout, stderr].concat()).unwrap()
}

/// The first line that is wider than it may be. What cannot be broken may: one word, one command, one line of code or of
/// a file. A mark or the label of a column may stand before it.
fn too_wide(text: &str, columns: usize) -> Option<&str> {
    let mut is_code = false;
    text.lines().find(|line| {
        is_code ^= line.starts_with("```");
        let shown = line.trim().trim_start_matches("- ");
        let is_quoted =
            matches!(shown.split('`').collect::<Vec<_>>()[..], ["", _, after] if !after.contains(' '));
        let is_source = shown
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .trim_start()
            .starts_with('|');
        // One blank behind a mark, several behind a label.
        let labelled = shown.split_once(' ').filter(|(mark, _)| mark.width() == 1);
        let labelled = labelled.or_else(|| shown.split_once("  "));
        let is_word = |text: &str| !text.trim().contains(' ');
        let is_whole = is_word(shown)
            || labelled.is_some_and(|(_, text)| is_word(text))
            || is_quoted
            || shown.starts_with("headset ");
        line.width() > columns && !is_code && !is_whole && !is_source
    })
}

#[track_caller]
fn fits(desk: &Desk, line: &[&str]) {
    for columns in [80, 60] {
        let said = at(desk, columns, line);
        assert!(said.lines().count() > 1, "{line:?} says nothing:\n{said}");
        if let Some(wide) = too_wide(&said, columns) {
            panic!(
                "{line:?} at {columns} columns is {} wide:\n{wide}\n\nin\n{said}",
                wide.width()
            );
        }
    }
}

/// A desk with all examples on it.
fn desk() -> Desk {
    let desk = Desk::example("minimal.yaml");
    for name in examples() {
        std::fs::write(desk.path().join(&name), example(&name).1).unwrap();
    }
    desk
}

fn checkpoints(desk: &Desk, file: &str) -> Vec<String> {
    let list = desk.run(&["checkpoint", "list", file, "--sim", "--json"]).data;
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let rows = list["checkpoints"].as_array().unwrap().iter();
    rows.map(|row| row["address"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_view_fits_the_terminal() {
    let mut sheets = 0;
    for name in examples() {
        let desk = desk();
        let file = name.as_str();
        if needs_an_instance(file) {
            desk.ok(&["apply", "minimal.yaml", "--sim", "--yes"]);
        }
        fits(&desk, &["plan", file]);
        fits(&desk, &["plan", file, "--full"]);
        fits(&desk, &["status", file]);
        desk.run(&["apply", file, "--sim", "--yes", "--operator", "off"]);
        fits(&desk, &["status", file]);
        let open = checkpoints(&desk, file);
        if !open.is_empty() {
            fits(&desk, &["checkpoint", "list", file]);
        }
        for address in &open {
            sheets += 1;
            fits(&desk, &["checkpoint", "show", file, address]);
        }
        fits(&desk, &["apply", file, "--yes", "--operator", "off"]);
        desk.ok(&["apply", file, "--sim", "--yes"]);
        // Everything that there is to say about what was changed since, and where what is there was lost.
        let other = [
            "--set",
            "tags.purpose=a tag whose value is a whole sentence and rather a long one",
        ];
        for command in ["plan", "drift", "status", "destroy"] {
            fits(&desk, &[&[command, file], &other[..]].concat());
        }
        let drift = at(&desk, 80, &[&["drift", file], &other[..]].concat());
        assert!(
            drift.contains("tags.purpose: none (wanted a tag whose"),
            "{drift}"
        );
        desk.lose_state();
        let by_name = ["destroy", "--name", &environment(file), "--yes"];
        for line in [
            &["plan", file][..],
            &["drift", file],
            &["destroy", file, "--yes"],
            &by_name,
        ] {
            fits(&desk, line);
        }
    }
    assert!(sheets > 8, "{sheets} worksheets were looked at");
}

/// Lines go whole where no terminal is, since programs search them; a page that no program searches is made for a
/// terminal.
#[test]
fn only_a_terminal_breaks_lines() {
    let desk = Desk::example("split-ccp.yaml");
    let file = "center.yaml";
    desk.run(&["apply", file, "--sim", "--yes", "--operator", "off"]);
    let list = desk.run(&["checkpoint", "list", file, "--sim"]).data;
    assert!(too_wide(&list, 80).is_some(), "{list}");
    let status = desk.ok(&["status", file, "--sim"]).data;
    assert_eq!(too_wide(&status, 80), None, "{status}");
    assert!(status.contains("capture the image"), "{status}");
}

#[test]
fn what_is_too_wide_is_noticed() {
    for wide in [
        "three words here",
        "`a b` and",
        "  - a b c d e f g",
        "= help: a b c",
        "READY https://example.com",
    ] {
        assert_eq!(too_wide(wide, 8), Some(wide));
    }
    for right in [
        "a b",
        "`a b c d e f`",
        "`a b c d e f`,",
        "headset plan a.yaml",
        "12 | name: acme",
        "```\na b c d e f\n```",
        "https://example.com",
        "+ https://example.com",
        "READY   https://example.com",
    ] {
        assert_eq!(too_wide(right, 8), None, "{right}");
    }
}
