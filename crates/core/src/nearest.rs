//! The known word that a person probably meant by an unknown one.

/// The candidate that is most like the word, if one is like it at all.
pub fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let lower = word.to_lowercase().replace('-', "_");
    candidates
        .map(|candidate| {
            let other = candidate.to_lowercase().replace('-', "_");
            let beginning = other.len() > 2
                && lower.len() > 2
                && (other.starts_with(&lower) || lower.starts_with(&other));
            let likeness = strsim::jaro_winkler(&lower, &other);
            (if beginning { likeness.max(0.9) } else { likeness }, candidate)
        })
        .filter(|(likeness, _)| *likeness >= 0.82)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_finds_its_key_and_a_foreign_word_does_not() {
        let known = ["image", "instance", "capacity", "timeouts"];
        assert_eq!(nearest("imgae", known.into_iter()), Some("image"));
        assert_eq!(nearest("Timeout", known.into_iter()), Some("timeouts"));
        assert_eq!(nearest("colour", known.into_iter()), None);
        assert_eq!(nearest("", known.into_iter()), None);
    }
}
