//! Words of command lines, as advice and worksheets show them.

/// A word of a command line, quoted where a shell would take it apart.
pub fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@+,".contains(c);
    // Some shells look up a command for a word that begins with `=`.
    if !text.is_empty() && !text.starts_with('=') && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// An option of a command line with its value, which may look like an option itself.
pub fn option(long: &str, value: &str) -> String {
    match value.starts_with('-') {
        true => word(&format!("--{long}={value}")),
        false => format!("--{long} {}", word(value)),
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
            ("$(x)&;*?~", "'$(x)&;*?~'"),
            ("=x", "'=x'"),
        ] {
            assert_eq!(word(text), word_of);
        }
    }
    #[test]
    fn a_value_is_not_taken_for_an_option() {
        assert_eq!(option("set", "a.b=c d"), "--set 'a.b=c d'");
        assert_eq!(option("profile", "-x"), "--profile=-x");
        assert_eq!(option("profile", "-x y"), "'--profile=-x y'");
    }
}
