//! The guide's commands do what the guide says: each page is run from top to bottom in an empty directory.
//!
//! A block ```` ```sh ```` holds commands that end with 0, or with the code in ```` ```sh exit=N ````. A block
//! ```` ```yaml file=NAME ```` is written to that file. A block
//! ```` ```text ```` holds lines, or beginnings of lines, of what the commands right before it have said.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::support::program::Program;

/// One fenced block.
struct Block {
    info: String,
    lines: Vec<String>,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for line in page.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(info), false) => {
                blocks.push(Block {
                    info: info.to_owned(),
                    lines: Vec::new(),
                });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => blocks.last_mut().unwrap().lines.push(line.to_owned()),
            (None, false) => {}
        }
    }
    blocks
}

/// Removes a file, or all files of a directory whose names match one with a `*`.
fn remove(directory: &Path, file: &str) {
    let Some((before, end)) = file.split_once('*') else {
        return std::fs::remove_file(directory.join(file)).unwrap();
    };
    let (folder, beginning) = before.rsplit_once('/').unwrap_or((".", before));
    let mut count = 0;
    for entry in std::fs::read_dir(directory.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(beginning) && name.ends_with(end) {
            std::fs::remove_file(entry.path()).unwrap();
            count += 1;
        }
    }
    assert!(count > 0, "no file is called {file}");
}

/// Runs a page; returns how many commands it had.
fn run(page: &Path) -> usize {
    let text = std::fs::read_to_string(page).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    let (mut said, mut commands) = (String::new(), 0);
    for block in blocks(&text) {
        let mut words = block.info.split_whitespace();
        match words.next() {
            Some("sh") => {
                let code: i32 = words
                    .next()
                    .map_or(0, |word| word.strip_prefix("exit=").unwrap().parse().unwrap());
                said.clear();
                for line in &block.lines {
                    // An address is quoted for shells, which take `?` and `&` for something of their own.
                    let words: Vec<&str> = line
                        .split_whitespace()
                        .map(|word| word.trim_matches('\''))
                        .collect();
                    match words.as_slice() {
                        ["export", assignment] => {
                            let (name, value) = assignment.split_once('=').unwrap();
                            variables.insert(name.to_owned(), value.to_owned());
                        }
                        ["unset", name] => {
                            variables.remove(*name);
                        }
                        ["headset", arguments @ ..] => {
                            let output = Command::new(env!("CARGO_BIN_EXE_headset"))
                                .args(arguments)
                                .current_dir(directory.path())
                                .env_clear()
                                .env("HOME", directory.path())
                                .envs(&variables)
                                .said();
                            let out = String::from_utf8(output.stdout).unwrap();
                            let err = String::from_utf8(output.stderr).unwrap();
                            assert_eq!(
                                output.status.code(),
                                Some(code),
                                "{}: {line}\n{out}\n{err}",
                                page.display()
                            );
                            said.push_str(&out);
                            said.push_str(&err);
                            commands += 1;
                        }
                        ["rm", files @ ..] => files.iter().for_each(|file| remove(directory.path(), file)),
                        _ => panic!("{}: the tests cannot run `{line}`", page.display()),
                    }
                }
            }
            Some("yaml") => {
                if let Some(name) = words.next().and_then(|word| word.strip_prefix("file=")) {
                    let file = directory.path().join(name);
                    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                    std::fs::write(file, block.lines.join("\n")).unwrap();
                }
            }
            Some("text") => {
                for line in &block.lines {
                    assert!(
                        said.lines()
                            .any(|heard| heard.trim_start().starts_with(line.trim())),
                        "{}: no command printed `{line}`\n{said}",
                        page.display()
                    );
                }
            }
            _ => {}
        }
    }
    commands
}

#[test]
fn every_command_of_the_guide_does_what_the_guide_says() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide");
    let mut pages: Vec<_> = std::fs::read_dir(&guide)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    pages.push(guide.with_file_name("first-contact.md"));
    let commands: usize = pages.iter().map(|page| run(page)).sum();
    assert!(commands >= 20, "only {commands} commands in {pages:?}");
}
