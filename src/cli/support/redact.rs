//! What looks like a secret in a text of others, taken out.

/// What stands in the place of what was taken out.
const TAKEN_OUT: &str = "(taken out)";

/// The names of values that are secrets, as parts of a word.
const NAMES: [&str; 9] = [
    "token",
    "password",
    "passwd",
    "secret",
    "authorization",
    "credential",
    "signature",
    "samlresponse",
    "cookie",
];

/// The least length of a text that may be a key: shorter ones are names.
const LONG: usize = 32;

/// The text without what looks like a secret: values behind names of such, tokens, keys, and long texts without any order.
pub(super) fn redacted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // The value behind the last word is a secret by its name, and a space alone may stand between them.
    let (mut is_named, mut by_a_space) = (false, false);
    while !rest.is_empty() {
        let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if !word.is_empty() {
            let lower = word.to_ascii_lowercase();
            let is_scheme = is_named && ["bearer", "basic"].contains(&lower.as_str());
            match is_scheme || !(is_named || is_secret(word)) {
                true => out.push_str(word),
                false => out.push_str(TAKEN_OUT),
            }
            by_a_space = is_scheme || word.starts_with('-');
            is_named = is_scheme || NAMES.iter().any(|name| lower.contains(name));
        }
        let next = after.find(is_of_word).unwrap_or(after.len());
        let (between, after) = after.split_at(next);
        // A value stands right behind its name: `"token": "..."`, `token=...`, `Authorization: ...`, `--token ...`.
        let leads_on = |c: char| ['"', '\'', '\\', ':', '=', ' '].contains(&c);
        is_named = is_named
            && between.chars().all(leads_on)
            && (between.contains([':', '=']) || (by_a_space && between == " "));
        out.push_str(between);
        rest = after;
    }
    out
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || ['-', '_', '.', '+', '/', '%', '~', '!', '@', '#', '$', '*'].contains(&c)
}

fn is_secret(word: &str) -> bool {
    let is_token = word.starts_with("eyJ") && word.len() >= 20;
    let is_key = word.len() == 20
        && ["AKIA", "ASIA"]
            .iter()
            .any(|beginning| word.starts_with(beginning))
        && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let has = |of: fn(&char) -> bool| word.chars().any(|c| of(&c));
    let is_disordered = word.len() >= LONG
        && !word.contains('.')
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_digit);
    is_token || is_key || is_disordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_taken_out_and_nothing_else() {
        for (text, expected) in [
            (
                r#"{"authToken": "abc", "agent": "ada"}"#,
                r#"{"authToken": "(taken out)", "agent": "ada"}"#,
            ),
            (
                "Authorization: Bearer abc.def\nnext",
                "Authorization: Bearer (taken out)\nnext",
            ),
            (
                "?RelayState=x&SAMLResponse=PHNhbWw%2B&y=1",
                "?RelayState=x&SAMLResponse=(taken out)&y=1",
            ),
            ("password=hunter2!", "password=(taken out)"),
            ("connect --password hunter2!", "connect --password (taken out)"),
            ("key AKIAIOSFODNN7EXAMPLE used", "key (taken out) used"),
            ("got eyJhbGciOiJIUzI1NiJ9.e30.c2ln here", "got (taken out) here"),
            ("x wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY y", "x (taken out) y"),
        ] {
            assert_eq!(redacted(text), expected);
        }
        for whole in [
            "contact 12345678-90ab-cdef-1234-567890abcdef from +442079460123",
            "arn:aws:connect:eu-west-2:123456789012:instance/12345678-90ab-cdef-1234-567890abcdef",
            "https://acme.my.connect.aws/ccp-v2/softphone?x=1",
            "TurnNlb-d76454ac48d20c1e.elb.eu-west-2.amazonaws.com",
            "the token is refreshed; ok",
        ] {
            assert_eq!(redacted(whole), whole);
        }
    }
}
