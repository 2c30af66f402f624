//! Words of command lines, as advice and worksheets show them.

/// A word of a command line, quoted where a shell would take it apart.
pub fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@+,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word() {
        for (text, word_of) in [
            ("appstream.fleet/agents", "appstream.fleet/agents"),
            ("idp.application/acme desktop", "'idp.application/acme desktop'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
        ] {
            assert_eq!(word(text), word_of);
        }
    }
}
