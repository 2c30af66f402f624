//! ListSecrets: what there is, filtered and sorted, without a value in it.

use serde_json::Value;

use super::{Answer, Call, Fault, PAGER, Secret, place};
use crate::service::page::Pager;
use crate::world::World;

/// The words of a secret that a filter looks at.
fn texts<'one>(secret: &'one Secret, key: &str) -> Vec<&'one str> {
    match key {
        "name" => vec![&secret.name],
        "description" => secret.description.as_deref().into_iter().collect(),
        "tag-key" => secret.tags.keys().map(String::as_str).collect(),
        "tag-value" => secret.tags.values().map(String::as_str).collect(),
        "all" => ["name", "description", "tag-key", "tag-value"]
            .into_iter()
            .flat_map(|key| texts(secret, key))
            .collect(),
        // Nothing is replicated here, and no other service owns a secret.
        _ => Vec::new(),
    }
}

/// The marks that separate words.
const MARKS: &[char] = &['/', '-', '_', '+', '=', '.', '@'];

/// The words of a text in lower case: what white space, one sort of mark or a capital letter separates. A text with
/// several sorts of marks is one word (Moto's tests, verified on AWS).
pub(super) fn words(text: &str) -> Vec<String> {
    let marks: std::collections::BTreeSet<char> = text.chars().filter(|c| MARKS.contains(c)).collect();
    if marks.len() > 1 {
        return vec![text.to_lowercase()];
    }
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for one in text.chars() {
        let breaks = one.is_whitespace() || MARKS.contains(&one);
        if breaks || (one.is_uppercase() && before.is_lowercase()) {
            words.push(String::new());
        }
        if !breaks {
            match words.last_mut() {
                Some(word) => word.extend(one.to_lowercase()),
                None => words.push(one.to_lowercase().collect()),
            }
        }
        before = one;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether every word of a value begins a word of the text.
fn has_words(value: &str, text: &str) -> bool {
    let (wanted, have) = (words(value), words(text));
    !wanted.is_empty()
        && wanted
            .iter()
            .all(|word| have.iter().any(|it| it.starts_with(word)))
}

/// Whether a filter lets a secret through. Names and tags begin with one of its values as it is written; in descriptions
/// and in `all`, each word of a value begins a word, regardless of case. An exclamation mark turns a value over.
fn passes(secret: &Secret, filter: &Value) -> bool {
    let key = filter["Key"].as_str().unwrap_or_default();
    let folded = matches!(key, "description" | "all");
    let values = filter["Values"].as_array().into_iter().flatten();
    values.filter_map(Value::as_str).any(|value| {
        let (wanted, value) = match value.strip_prefix('!') {
            Some(value) => (false, value),
            None => (true, value),
        };
        let begins = texts(secret, key).iter().any(|text| match folded {
            true => has_words(value, text),
            false => text.starts_with(value),
        });
        begins == wanted
    })
}

/// ListSecrets: by the time of creation, the newest last, unless told otherwise.
pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let filters = call.input["Filters"].as_array().cloned().unwrap_or_default();
    let dying = call.input["IncludePlannedDeletion"] == true;
    let secrets = world.secrets_manager.secrets.get(&place(call));
    let mut found: Vec<&Secret> = secrets
        .into_iter()
        .flat_map(|secrets| secrets.values())
        .filter(|secret| dying || secret.ends.is_none())
        .filter(|secret| filters.iter().all(|filter| passes(secret, filter)))
        .collect();
    match call.text("SortBy") {
        Some("name") => found.sort_by(|one, other| one.name.cmp(&other.name)),
        Some("last-changed-date") => found.sort_by_key(|secret| secret.changed),
        _ => found.sort_by_key(|secret| secret.created),
    }
    if call.text("SortOrder") == Some("desc") {
        found.reverse();
    }
    let items = found.into_iter().map(|secret| {
        let mut shown = secret.shown();
        // What Describe calls VersionIdsToStages has another name here.
        if let Some(stages) = shown
            .as_object_mut()
            .and_then(|it| it.remove("VersionIdsToStages"))
        {
            shown["SecretVersionsToStages"] = stages;
        }
        shown
    });
    let pager = Pager {
        parents: &["/Filters", "/IncludePlannedDeletion", "/SortBy", "/SortOrder"],
        ..PAGER
    };
    pager.page(world, call, "SecretList", items.collect())
}
