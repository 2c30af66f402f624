//! Prose: what AWS says when it refuses. The words stay, the names in them do not.

use super::pseudonym::Book;
use super::public;
use super::text;
use super::vocabulary::vocabulary;

/// A message in which only public words, short numbers and pseudonyms are left. `phrases` are names of several words
/// that were seen elsewhere, with their pseudonyms.
pub(super) fn message(book: &mut Book, phrases: &[(String, String)], given: &str) -> String {
    let mut whole = given.to_owned();
    for (phrase, name) in phrases {
        if whole.contains(phrase.as_str()) {
            whole = whole.replace(phrase.as_str(), name);
        }
    }
    let mut out = String::new();
    let mut rest = whole.as_str();
    while !rest.is_empty() {
        let gap = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
        out.push_str(&rest[..gap]);
        rest = &rest[gap..];
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        out.push_str(&run(book, &rest[..end]));
        rest = &rest[end..];
    }
    out
}

/// One run of characters without spaces: a word with its punctuation, or an identifier.
fn run(book: &mut Book, given: &str) -> String {
    let mark = |c: char| "\"'`()[]{}<>,.;:!?“”‘’".contains(c);
    let start = given.find(|c| !mark(c)).unwrap_or(given.len());
    let (before, rest) = given.split_at(start);
    let end = rest.rfind(|c| !mark(c)).map_or(0, |last| {
        last + rest[last..].chars().next().map_or(0, char::len_utf8)
    });
    let (core, after) = rest.split_at(end);
    let replaced = if headset_core::arn::is_meant(core) || core.contains("://") {
        text::text(book, "", core)
    } else {
        pieces(book, core)
    };
    [before, &replaced, after].concat()
}

/// What stands between marks that no name has.
fn pieces(book: &mut Book, core: &str) -> String {
    if core.is_empty() || is_harmless(book, core) {
        return core.to_owned();
    }
    if let Some(known) = book.known(core) {
        return known.to_owned();
    }
    match core.find(|c: char| "=,;|'\"()[]{}<>".contains(c)) {
        Some(at) => {
            let mark = core[at..].chars().next().map_or(1, char::len_utf8);
            let (left, right) = (&core[..at], &core[at + mark..]);
            [&pieces(book, left), &core[at..at + mark], &pieces(book, right)].concat()
        }
        None if core.contains(['/', ':']) => text::path(book, "", core),
        None => text::atom(book, "", core),
    }
}

/// Whether a word is AWS's or a common one, and not a name in this file.
fn is_harmless(book: &Book, word: &str) -> bool {
    if book.known(word).is_some() {
        return false;
    }
    let short_number = word.len() <= 6
        && word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_digit() || c == '.');
    let plain = |part: &str| vocabulary().is_word(&part.to_lowercase()) || matches!(part, "a" | "A" | "I");
    let words = |mark: char| word.contains(mark) && word.split(mark).all(plain);
    let dotted = || {
        word.contains('.')
            && word.contains(char::is_alphabetic)
            && word.split('.').all(|part| {
                book.known(part).is_none()
                    && (vocabulary().is_public_name(part) || part.bytes().all(|byte| byte.is_ascii_digit()))
            })
    };
    short_number
        || public::is_public(word)
        || plain(word)
        || vocabulary().is_public_name(word)
        || words('-')
        || words('_')
        || words('/')
        || words('\'')
        || dotted()
        || !word.contains(char::is_alphanumeric)
}
