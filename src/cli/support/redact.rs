//! What looks like a secret in a text of others, taken out.

use serde_json::Value;

/// What stands in the place of what was taken out.
const TAKEN_OUT: &str = "(taken out)";

/// The names of values that are secrets, as parts of a word.
const NAMES: [&str; 17] = [
    "token",
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "authorization",
    "credential",
    "signature",
    "samlresponse",
    "cookie",
    "apikey",
    "api_key",
    "api-key",
    "access_key",
    "accesskey",
    "private_key",
];

/// The same as whole words, or as what words end with.
const ENDS: [&str; 4] = ["auth", "jwt", "sessionid", "session-id"];

/// The least length of a text that may be a key: shorter ones are names.
const LONG: usize = 32;

/// The text without what looks like a secret: values behind names of such, tokens, keys, and long texts without any order.
/// JSON stays JSON, as a whole or line by line.
pub(super) fn redacted(text: &str) -> String {
    match document(text) {
        Some(document) => format!("{:#}\n", emptied(document)),
        None => text
            .split_inclusive('\n')
            .map(|line| match document(line) {
                Some(document) => format!("{}\n", emptied(document)),
                None => words(line),
            })
            .collect(),
    }
}

/// The object or the list that a text is.
fn document(text: &str) -> Option<Value> {
    let document: Value = serde_json::from_str(text).ok()?;
    (document.is_object() || document.is_array()).then_some(document)
}

/// A document without its secrets. What says only whether there is one stays.
fn emptied(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().map(|(name, value)| {
                let says_something = !(value.is_null() || value.is_boolean());
                let value = match is_name(&name) && says_something {
                    true => TAKEN_OUT.into(),
                    false => emptied(value),
                };
                (name, value)
            });
            Value::Object(members.collect())
        }
        Value::Array(items) => items.into_iter().map(emptied).collect(),
        Value::String(text) => words(&text).into(),
        value => value,
    }
}

/// The text without names and passwords in addresses: `http://ana:secret@proxy.example.com`. Those of a proxy's script are seen so.
fn without_users(text: &str) -> String {
    const BEGINS: &str = "://";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(BEGINS) {
        let (before, place) = rest.split_at(at + BEGINS.len());
        out.push_str(before);
        let ends = |c: char| c.is_whitespace() || "/?#\"'<>\\".contains(c);
        let authority = &place[..place.find(ends).unwrap_or(place.len())];
        rest = match authority.rfind('@') {
            Some(user) => {
                out.push_str(TAKEN_OUT);
                &place[user..]
            }
            None => place,
        };
    }
    out.push_str(rest);
    out
}

/// A text that is no JSON.
fn words(text: &str) -> String {
    let text = without_users(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let end = match rest.find(|c| !is_of_word(c)) {
            Some(0) => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
                continue;
            }
            end => end.unwrap_or(rest.len()),
        };
        let (word, after) = rest.split_at(end);
        out.push_str(if is_secret(word) { TAKEN_OUT } else { word });
        rest = after;
        if is_name(word)
            && let Some((between, value)) = led_to(word, rest)
        {
            out.push_str(between);
            let (kept, secret) = value_at(value, &word.to_ascii_lowercase());
            out.push_str(&value[..kept]);
            if secret > 0 {
                out.push_str(TAKEN_OUT);
            }
            rest = &value[kept + secret..];
        }
    }
    out
}

/// What stands between a name and its value, and all from the value on: `"token": "..."`, `token=...`, `--token ...`.
fn led_to<'a>(name: &str, rest: &'a str) -> Option<(&'a str, &'a str)> {
    let is_quote = |c: char| ['"', '\'', '\\'].contains(&c);
    let closed = rest.trim_start_matches(is_quote).trim_start_matches(' ');
    let value = match closed.strip_prefix([':', '=']) {
        Some(value) => value.trim_start_matches(' '),
        None if name.starts_with('-') => rest.strip_prefix(' ')?,
        None => return None,
    };
    Some(rest.split_at(rest.len() - value.len()))
}

/// How many bytes of the value of this name stay, and how many after those are the secret.
fn value_at(value: &str, name: &str) -> (usize, usize) {
    let line = value.find(['\n', '\r']).unwrap_or(value.len());
    let value = &value[..line];
    for quote in ["\\\"", "\"", "'"] {
        if let Some(inside) = value.strip_prefix(quote) {
            return (quote.len(), closing(inside, quote).unwrap_or(inside.len()));
        }
    }
    if value.starts_with(['[', '{']) {
        return (0, balanced(value));
    }
    // Each of several cookies is one.
    if name.contains("cookie") {
        return (0, value.len());
    }
    let lower = value.to_ascii_lowercase();
    let scheme = ["bearer ", "basic ", "digest "]
        .iter()
        .find(|scheme| lower.starts_with(*scheme));
    let kept = scheme.map_or(0, |scheme| scheme.len());
    let run = value[kept..].find(|c: char| c.is_whitespace() || "&;,\"'<>)}]".contains(c));
    let run = run.unwrap_or(value.len() - kept);
    match &value[kept..kept + run] {
        "null" | "true" | "false" => (kept + run, 0),
        _ => (kept, run),
    }
}

/// Where the quote closes that a text is inside of.
fn closing(inside: &str, quote: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + inside[from..].find(quote)?;
        let before = &inside[..at];
        let escapes = before.len() - before.trim_end_matches('\\').len();
        if escapes.is_multiple_of(2) {
            return Some(at);
        }
        from = at + quote.len();
    }
}

/// How long what a bracket opens is: to the bracket that closes it, or all of it.
fn balanced(text: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || ['-', '_', '.', '+', '/', '%', '~', '!', '@', '#', '$', '*'].contains(&c)
}

fn is_name(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    NAMES.iter().any(|name| lower.contains(name)) || ENDS.iter().any(|end| lower.ends_with(end))
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_taken_out_and_nothing_else() {
        for (text, expected) in [
            (
                r#"at 9: {"authToken": "abc", "agent": "ada"}"#,
                r#"at 9: {"authToken": "(taken out)", "agent": "ada"}"#,
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
            (
                r#"at 9: {"password": "horse \" battery staple", "agent": "ada"}"#,
                r#"at 9: {"password": "(taken out)", "agent": "ada"}"#,
            ),
            (
                r#"sent {\"token\":\"a b\",\"x\":1}"#,
                r#"sent {\"token\":\"(taken out)\",\"x\":1}"#,
            ),
            ("password: a^b(c%d", "password: (taken out)"),
            (
                "Cookie: lily-auth-prod=one; session-id=two\nHost: acme.my.connect.aws",
                "Cookie: (taken out)\nHost: acme.my.connect.aws",
            ),
            (
                r#"x "Authorization":["Bearer a]b"], "y":1"#,
                r#"x "Authorization":(taken out), "y":1"#,
            ),
            (
                "access_key=abc lcpAuth=0123abcd",
                "access_key=(taken out) lcpAuth=(taken out)",
            ),
            ("x token=null", "x token=null"),
            (
                "http://ana:hunter2@proxy.example.com:3128/p.pac and ftp://b@c",
                "http://(taken out)@proxy.example.com:3128/p.pac and ftp://(taken out)@c",
            ),
        ] {
            assert_eq!(redacted(text), expected);
        }
        for whole in [
            "contact 12345678-90ab-cdef-1234-567890abcdef from +442079460123",
            "arn:aws:connect:eu-west-2:123456789012:instance/12345678-90ab-cdef-1234-567890abcdef",
            "https://acme.my.connect.aws/ccp-v2/softphone?x=1",
            "TurnNlb-d76454ac48d20c1e.elb.eu-west-2.amazonaws.com",
            "the token is refreshed; ok",
            "https://acme.my.connect.aws/ccp-v2 for ada@example.com",
        ] {
            assert_eq!(redacted(whole), whole);
        }
    }

    #[test]
    fn json_stays_json() {
        let log = r#"[{"password":null,"token":{"value":"one"},"apiKey":"two","hasToken":true,"agent":"ada",
            "text":"Authorization: Bearer three","headers":{"Set-Cookie":["four"]}}]"#;
        let expected = serde_json::json!([{
            "password": null, "token": TAKEN_OUT, "apiKey": TAKEN_OUT, "hasToken": true, "agent": "ada",
            "text": "Authorization: Bearer (taken out)", "headers": { "Set-Cookie": TAKEN_OUT },
        }]);
        assert_eq!(serde_json::from_str::<Value>(&redacted(log)).unwrap(), expected);
        let lines = "{\"token\":\"one two\"}\nplain\n";
        assert_eq!(redacted(lines), "{\"token\":\"(taken out)\"}\nplain\n");
    }

    proptest! {
        /// Between quotes nothing of a secret stays.
        #[test]
        fn nothing_between_quotes_stays(secret in "[ -!#-\\[\\]-~]{1,40}", name in prop::sample::select(NAMES.to_vec())) {
            let text = format!("x \"{name}\": \"{secret}\" y");
            prop_assert_eq!(redacted(&text), format!("x \"{name}\": \"{TAKEN_OUT}\" y"));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,120}") {
            drop(redacted(&text));
        }
    }
}
