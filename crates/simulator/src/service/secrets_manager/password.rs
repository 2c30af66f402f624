//! GetRandomPassword.

use serde_json::json;

use super::{Answer, Call, Fault, invalid};
use crate::world::World;

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
/// The model's list.
const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// A password of the kinds of characters that are not excluded, with one of each kind unless the caller does not care.
pub(super) fn random(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let length = call.input["PasswordLength"].as_u64().unwrap_or(32);
    let length = usize::try_from(length).unwrap_or(32);
    let without = call.text("ExcludeCharacters").unwrap_or_default();
    let kinds: Vec<Vec<char>> = [
        (LOWER, call.input["ExcludeLowercase"] != true),
        (UPPER, call.input["ExcludeUppercase"] != true),
        (DIGITS, call.input["ExcludeNumbers"] != true),
        (PUNCTUATION, call.input["ExcludePunctuation"] != true),
        (" ", call.input["IncludeSpace"] == true),
    ]
    .into_iter()
    .filter(|(_, included)| *included)
    .map(|(all, _)| {
        all.chars()
            .filter(|it| !without.contains(*it))
            .collect::<Vec<char>>()
    })
    .filter(|kind| !kind.is_empty())
    .collect();
    if kinds.is_empty() {
        return Err(invalid("The exclusions leave no character."));
    }
    let each = call.input["RequireEachIncludedType"] != false;
    if each && kinds.len() > length {
        return Err(invalid(
            "The password is too short for one character of each kind.",
        ));
    }
    let mut pick = |from: &[char]| {
        let number = usize::from_str_radix(&world.hex(8), 16).unwrap_or_default();
        from[number % from.len()]
    };
    let all = kinds.concat();
    let mut password: Vec<char> = Vec::with_capacity(length);
    if each {
        password.extend(kinds.iter().map(|kind| pick(kind)));
    }
    while password.len() < length {
        password.push(pick(&all));
    }
    let password: String = password.into_iter().collect();
    Ok(Answer::of(json!({ "RandomPassword": password })))
}
