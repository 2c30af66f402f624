//! An image that a person captured under another name than the worksheet says: noticed, and taken by an answer.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ImageSpec;

/// The answer that names the image.
pub const IMAGE: &str = "image";

/// The answer under which Headset itself keeps of which recipe that image is: another recipe is another image.
pub const RECIPE: &str = "recipe";

/// What the keys begin with under which Headset keeps the images that were answered for each recipe. The recipe's hash
/// follows: a blueprint that goes back to a recipe finds its image again.
const OF_RECIPE: &str = "image/";

/// The key under which the image of a recipe is kept.
pub fn key_of(recipe: &str) -> String {
    format!("{OF_RECIPE}{recipe}")
}

/// The images that were answered so far, by recipe.
pub fn earlier(answers: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut earlier: BTreeMap<String, String> = answers
        .iter()
        .filter(|(key, name)| key.starts_with(OF_RECIPE) && !name.is_empty())
        .map(|(key, name)| (key.clone(), name.clone()))
        .collect();
    // Earlier versions of Headset kept the last one only.
    if let (Some(name), Some(recipe)) = (answers.get(IMAGE), answers.get(RECIPE))
        && !name.is_empty()
    {
        earlier.entry(key_of(recipe)).or_insert_with(|| name.clone());
    }
    earlier
}

/// Whether Headset keeps an answer under this key for a recipe.
pub fn is_of_recipe(key: &str) -> bool {
    key.starts_with(OF_RECIPE)
}

/// An image of the right builder that carries none of our names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// Its name.
    pub name: String,
    /// When it was captured (RFC 3339), where AWS says so.
    pub at: Option<String>,
}

/// The name that was answered for this recipe.
pub fn answered<'a>(want: &Value, answers: &'a BTreeMap<String, String>) -> Option<&'a str> {
    let recipe = ImageSpec::RECIPE.text(want)?;
    let last = answers.get(IMAGE).filter(|name| !name.is_empty());
    match last.filter(|_| answers.get(RECIPE).map(String::as_str) == Some(recipe)) {
        Some(name) => Some(name),
        None => answers.get(&key_of(recipe)).map(String::as_str),
    }
}
