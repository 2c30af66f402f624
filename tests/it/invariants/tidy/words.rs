//! Plain English: who does what, in short sentences. Texts for users, comments and pages are searched for words that
//! hide who acts.

use std::fs;
use std::path::{Path, PathBuf};

use super::sources;

/// Words that hide who acts or what holds: the sentence names the person, the part or the case instead.
const UNPLAIN: [&str; 7] = [
    "nobody",
    "somebody",
    "whoever",
    "whatever",
    "told",
    "mended",
    "as it stands",
];

/// Where the texts are that users read.
const FOLDERS: [&str; 9] = [
    "src",
    "crates/core/src",
    "crates/kinds/src",
    "crates/blueprint/src",
    "crates/design/src",
    "crates/engine/src",
    "crates/aws/src",
    "crates/network/src",
    "crates/probe/src",
];

/// Where comments and pages are read, too.
const ALL: [&str; 4] = ["src", "crates", "tests", "benches"];

/// What is not read: what earlier versions said, this list, and what is being written anew.
const LEFT_OUT: [&str; 5] = [
    "CHANGELOG.md",
    "tests/it/invariants/tidy/words.rs",
    "crates/simulator",
    "docs/quirks.md",
    "docs/guide/rehearsal.md",
];

/// The first unplain word of a text, alone and not part of another word. Code between backticks does not count.
fn unplain(text: &str) -> Option<&'static str> {
    let prose: String = text.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let flat = prose
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    let is_part = |c: char| c.is_alphanumeric() || ['_', '-', '/', '{'].contains(&c);
    UNPLAIN.into_iter().find(|words| {
        flat.match_indices(words)
            .any(|(at, _)| !flat[..at].ends_with(is_part) && !flat[at + words.len()..].starts_with(is_part))
    })
}

/// The texts of a file, tests aside: string literals of several words and, of commands, what help shows.
fn texts(text: &str, is_command: bool) -> Vec<String> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut code = String::new();
    for line in text.lines() {
        let trimmed = line.trim_start();
        match trimmed.strip_prefix("///") {
            Some(help) if is_command => found.push(help.to_owned()),
            _ if trimmed.starts_with("//") => {}
            _ => {
                code.push_str(line);
                code.push('\n');
            }
        }
    }
    let mut rest = code.as_str();
    while let Some(start) = rest.find(['"', '\'']) {
        let quote = &rest[start..=start];
        let raw = rest[..start].ends_with('#') && rest[..start].trim_end_matches('#').ends_with('r');
        rest = &rest[start + 1..];
        if quote == "'" {
            // A character, or a lifetime.
            let character = rest.char_indices().nth(1).map_or(0, |(at, _)| at);
            if rest.starts_with('\\') {
                rest = rest[2..].split_once('\'').map_or("", |(_, rest)| rest);
            } else if rest[character..].starts_with('\'') {
                rest = &rest[character + 1..];
            }
            continue;
        }
        let end = match raw {
            true => rest.find("\"#"),
            false => {
                let mut escaped = false;
                rest.find(|c| {
                    let ends = c == '"' && !escaped;
                    escaped = c == '\\' && !escaped;
                    ends
                })
            }
        };
        let Some(end) = end else { break };
        let words: Vec<&str> = rest[..end]
            .split(|c: char| c.is_whitespace() || c == '\\')
            .collect();
        if words.len() > 1 {
            found.push(words.join(" "));
        }
        rest = &rest[end + 1..];
    }
    found
}

/// The comments of a file, each block of lines as one text: `//`, `///` and `//!` of Rust, `#` of other files.
fn comments(text: &str, marks: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let line = line.trim_start();
        match marks.iter().find_map(|mark| line.strip_prefix(mark)) {
            Some(comment) => {
                if goes_on && let Some(block) = found.last_mut() {
                    block.push(' ');
                    block.push_str(comment);
                } else {
                    found.push(comment.to_owned());
                }
                goes_on = true;
            }
            None => goes_on = false,
        }
    }
    found
}

/// The paragraphs of a page, what stands in blocks of code aside.
fn paragraphs(page: &str) -> Vec<String> {
    let prose: Vec<&str> = page.split("```").step_by(2).collect();
    prose.join("\n\n").split("\n\n").map(str::to_owned).collect()
}

/// All Markdown pages of the project, by their paths below it.
fn pages() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut left = vec![root.to_path_buf()];
    while let Some(directory) = left.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() && name != "target" && !name.starts_with('.') {
                left.push(path);
            } else if name.ends_with(".md") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root).unwrap().to_path_buf(), text));
            }
        }
    }
    found
}

/// A line about each text with such a word.
fn wrong(path: &Path, texts: &[String]) -> Vec<String> {
    let left_out = LEFT_OUT.iter().any(|left_out| path.starts_with(left_out));
    texts
        .iter()
        .filter(|_| !left_out)
        .filter_map(|text| Some(format!("{}: `{}` in {text:?}", path.display(), unplain(text)?)))
        .collect()
}

#[test]
fn no_text_for_users_has_a_word_that_hides_who_acts() {
    let mut found = Vec::new();
    for (path, text) in FOLDERS.into_iter().flat_map(sources) {
        let is_test = path.iter().any(|part| part == "tests" || part == "tests.rs");
        if !is_test {
            found.extend(wrong(&path, &texts(&text, path.starts_with("src/cli"))));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_comment_has_a_word_that_hides_who_acts() {
    let mut found = Vec::new();
    for (path, text) in ALL.into_iter().flat_map(sources) {
        found.extend(wrong(&path, &comments(&text, &["///", "//!", "//"])));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_page_has_a_word_that_hides_who_acts() {
    let pages = pages();
    for page in [
        "README.md",
        "docs/architecture.md",
        "docs/guide/changing.md",
        "crates/client/README.md",
    ] {
        assert!(pages.iter().any(|(path, _)| path == Path::new(page)), "{page}");
    }
    let found: Vec<String> = pages
        .iter()
        .flat_map(|(path, page)| wrong(path, &paragraphs(page)))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn texts_are_found_between_code_and_comments() {
    let text = "// nobody asks\n/// Help for somebody.\nfn f<'a>(c: char) { if c == '\"' || c == '\\'' {} say(\"it \\\"was\\\" \\\n  \
                there\", r#\"raw \"too\" x\"#); }\n#[cfg(test)]\nmod tests {\n\"nobody here\"}";
    let help = texts(text, true);
    assert_eq!(help[0], " Help for somebody.");
    let code = texts(text, false);
    assert_eq!(code.len(), 2, "{code:?}");
    assert!(code[0].contains("there") && code[1].contains("too"), "{code:?}");
    let rust = ["///", "//!", "//"];
    assert_eq!(comments(text, &rust), [" nobody asks  Help for somebody."]);
}

#[test]
fn an_unplain_word_is_found_over_a_line_break_and_not_in_code() {
    let block = comments("  // The rule as\n  // it stands here.\n", &["//"]);
    assert_eq!(unplain(&block[0]), Some("as it stands"));
    assert_eq!(unplain("Nobody knows."), Some("nobody"));
    assert_eq!(
        unplain("Use `Kind::told`, or sso.application-told, told_of or a retold story (src/told.jsonl)."),
        None
    );
    assert_eq!(
        paragraphs("One.\n\n```sh\nnobody\n```\n\nTwo.").concat().trim(),
        "One.Two."
    );
}
