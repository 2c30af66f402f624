//! What users read is plain English: who does what, in short sentences.

use super::sources;

/// Words of riddles: who does what is said instead.
const UNPLAIN: [&str; 5] = ["nobody", "somebody", "whoever", "is told", "as it stands"];

/// Where the texts are that users read.
const FOLDERS: [&str; 7] = [
    "src",
    "crates/core/src",
    "crates/kinds/src",
    "crates/blueprint/src",
    "crates/design/src",
    "crates/engine/src",
    "crates/aws/src",
];

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

#[test]
fn no_text_for_users_has_a_word_of_riddles() {
    let mut wrong = Vec::new();
    for (path, text) in FOLDERS.into_iter().flat_map(sources) {
        let is_test = path.iter().any(|part| part == "tests" || part == "tests.rs");
        for said in texts(&text, path.starts_with("src/cli"))
            .iter()
            .filter(|_| !is_test)
        {
            let flat = said
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase();
            for words in UNPLAIN {
                if flat.contains(words) {
                    wrong.push(format!("{}: `{words}` in {flat:?}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
}
