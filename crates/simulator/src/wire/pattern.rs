//! AWS's regular expressions, made into Rust's.
//!
//! The models' patterns are Java's. Three things differ: `\w`, `\d` and `\s` are ASCII there, inside a
//! character class a doubled `&`, `-` or `~` means nothing unless it is `&&`, and what lies beyond U+FFFF is written
//! as a pair of surrogates.

use fancy_regex::{Regex, RegexBuilder};

/// Compiles a model's pattern so that it matches only a whole string, as AWS does.
///
/// # Errors
/// If the translated pattern is not a valid expression. A test compiles every pattern of every table.
pub(crate) fn compile(source: &str) -> Result<Regex, Box<fancy_regex::Error>> {
    // Connect's pattern of passwords is written as a literal of JavaScript: its slashes are not part of it.
    let source = source
        .strip_prefix("/^")
        .and_then(|rest| rest.strip_suffix("$/"))
        .unwrap_or(source);
    RegexBuilder::new(&format!(r"\A(?:{})\z", translate(source)))
        // AWS counts repetitions up to 20480 of large classes, which compile to large automata.
        .delegate_size_limit(256 << 20)
        .build()
        .map_err(Box::new)
}

/// Rewrites what Java reads differently.
fn translate(source: &str) -> String {
    let source = &without_surrogates(source);
    let mut out = String::with_capacity(source.len() + 16);
    let mut depth = 0_usize;
    let mut characters = source.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                let escaped = characters.next();
                let bare = match escaped {
                    Some('w') => "A-Za-z0-9_",
                    Some('d') => "0-9",
                    Some('s') => r" \t\n\x0B\f\r",
                    other => {
                        out.push('\\');
                        out.extend(other);
                        continue;
                    }
                };
                if depth > 0 {
                    out.push_str(bare);
                } else {
                    out.push('[');
                    out.push_str(bare);
                    out.push(']');
                }
            }
            '[' if depth == 0 => {
                depth = 1;
                out.push('[');
                if characters.peek() == Some(&'^') {
                    out.extend(characters.next());
                }
            }
            '[' => {
                depth += 1;
                out.push('[');
            }
            ']' => {
                depth = depth.saturating_sub(1);
                out.push(']');
            }
            '-' | '~' if depth > 0 && characters.peek() == Some(&character) => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    out
}

/// Writes each pair of escaped surrogates as the one character that it means.
fn without_surrogates(source: &str) -> String {
    let unit = |text: &str| u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok();
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(start) = rest.find("\\u") {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let pair = unit(rest).zip(rest.get(6..).and_then(unit));
        let character = pair.and_then(|(high, low)| char::decode_utf16([high, low]).next()?.ok());
        match character.filter(|character| u32::from(*character) > 0xFFFF) {
            Some(character) => {
                out.extend(["\\x{", &hex::encode(u32::from(character).to_be_bytes()), "}"]);
                rest = &rest[12..];
            }
            None => {
                out.push_str("\\u");
                rest = &rest[2..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::table;

    #[test]
    fn a_pair_of_surrogates_is_one_character() {
        let regex = compile(r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*").unwrap();
        for (text, fits) in [
            ("fleet/a", true),
            ("\u{10000} \u{10FFFF}", true),
            ("\u{1}", false),
            ("\u{FFFF}", false),
        ] {
            assert_eq!(regex.is_match(text).unwrap(), fits, "{text:?}");
        }
    }

    #[test]
    fn every_pattern_of_every_table_compiles() {
        let mut broken = Vec::new();
        let mut seen = 0;
        for service in table::SERVICES {
            for (name, shape) in &table::table(service).expect("a table").shapes {
                let Some(pattern) = &shape.pattern else { continue };
                seen += 1;
                if let Err(error) = compile(pattern) {
                    broken.push(format!("{service}:{name} {pattern}: {error}"));
                }
            }
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
        assert!(seen > 150, "only {seen} patterns: is the table complete?");
    }

    #[test]
    fn a_literal_of_javascript_is_what_stands_between_its_slashes() {
        let table = table::table("connect").expect("a table");
        let pattern = table.shapes["Password"].pattern.as_deref().expect("a pattern");
        let password = compile(pattern).expect("Connect's pattern of passwords");
        for (text, fits) in [
            ("Passw0rd-long", true),
            ("Passw0rd", true),
            ("Passw0r", false),
            ("passw0rd-long", false),
            ("PASSW0RD-LONG", false),
            ("Password-long", false),
            ("Passw0rd long", false),
        ] {
            assert_eq!(password.is_match(text).expect("decided"), fits, "{text}");
        }
    }

    #[test]
    fn word_characters_are_ascii_and_the_whole_string_counts() {
        let name = compile(r"[\w+=,.@-]+").expect("IAM's name pattern");
        assert!(name.is_match("a.b@c-d").expect("decided"));
        assert!(!name.is_match("Bücher").expect("decided"));
        assert!(!name.is_match("ok not").expect("decided"));
        assert!(!name.is_match("trailing\n").expect("decided"));
    }
}
