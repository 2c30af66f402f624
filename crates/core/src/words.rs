//! Numbers in sentences.

/// `1 change`, `2 changes`, `1 entry`, `2 entries`.
pub fn plural(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {}", many(noun)),
    }
}

/// The word that agrees with a number: `belongs` with one thing, `belong` with none or several.
pub fn agreeing<'a>(count: usize, one: &'a str, several: &'a str) -> &'a str {
    match count {
        1 => one,
        _ => several,
    }
}

/// A noun for several things.
fn many(noun: &str) -> String {
    let vowel = |c: char| "aeiou".contains(c);
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(vowel) => format!("{stem}ies"),
        _ if ["s", "x", "ch", "sh"].iter().any(|end| noun.ends_with(end)) => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_agrees_with_its_noun_and_its_verb() {
        let told: Vec<String> = [
            (0, "thing"),
            (1, "thing"),
            (2, "thing"),
            (2, "entity"),
            (2, "day"),
            (2, "alias"),
        ]
        .iter()
        .map(|(count, noun)| plural(*count, noun))
        .collect();
        assert_eq!(
            told,
            [
                "0 things",
                "1 thing",
                "2 things",
                "2 entities",
                "2 days",
                "2 aliases"
            ]
        );
        assert_eq!(
            [0, 1, 2].map(|count| agreeing(count, "is", "are")),
            ["are", "is", "are"]
        );
    }
}
