//! `*` and `?` as IAM understands them.

/// Whether `text` matches `pattern`, in which `*` stands for any run of characters (also none, also with
/// slashes and colons) and `?` for exactly one. Case counts.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // Where to resume when the text after the last `*` turns out not to fit.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && pattern[p] == '*' {
            retry = Some((p, t));
            p += 1;
        } else if p < pattern.len() && (pattern[p] == '?' || pattern[p] == text[t]) {
            p += 1;
            t += 1;
        } else if let Some((star, start)) = retry {
            retry = Some((star, start + 1));
            p = star + 1;
            t = start + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Whether two ARNs match, component by component: a wildcard of `pattern` does not reach over a colon,
/// except in the last component (the resource part).
pub(super) fn arn_matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<&str> = pattern.splitn(6, ':').collect();
    let text: Vec<&str> = text.splitn(6, ':').collect();
    pattern.len() == 6 && text.len() == 6 && pattern.iter().zip(&text).all(|(p, t)| matches(p, t))
}
