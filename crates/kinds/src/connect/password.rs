//! What Amazon Connect asks of a password in its own directory.

/// The shortest and the longest, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=64;

/// What Connect would refuse about a password, in words that tell nothing of it. Model: connect `Password`,
/// `^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[a-zA-Z\d\S]{8,64}$`.
pub fn password_mistake(password: &str) -> Option<String> {
    let lacks = |is: fn(char) -> bool, what: &'static str| (!password.chars().any(is)).then_some(what);
    let length = password.chars().count();
    let wrong: Vec<&str> = [
        (length < *LENGTH.start()).then_some("is shorter than 8 characters"),
        (length > *LENGTH.end()).then_some("is longer than 64 characters"),
        password
            .chars()
            .any(char::is_whitespace)
            .then_some("has white space in it"),
        lacks(|c| c.is_ascii_lowercase(), "has no lower-case letter"),
        lacks(|c| c.is_ascii_uppercase(), "has no upper-case letter"),
        lacks(|c| c.is_ascii_digit(), "has no digit"),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!wrong.is_empty()).then(|| wrong.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_judged_by_the_rule_of_the_model() {
        let rule = fancy_regex::Regex::new(r"^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])\S{8,64}$").unwrap();
        let long = "Aa1".repeat(22);
        for password in [
            "Spring2026pass",
            "Aa3456é8",
            "short1A",
            "nodigitsHere",
            "no1upper1",
            "NO1LOWER1",
            "with white Space1",
            "line\nBreak1",
            &long[..64],
            &long[..65],
            "",
        ] {
            assert_eq!(
                password_mistake(password).is_none(),
                rule.is_match(password).unwrap(),
                "{password:?}: {:?}",
                password_mistake(password)
            );
        }
        let told = password_mistake("spring").unwrap();
        assert_eq!(
            told,
            "is shorter than 8 characters, has no upper-case letter, has no digit"
        );
    }
}
