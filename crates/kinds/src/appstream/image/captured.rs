//! An image that a person captured under another name than the worksheet says: noticed, and taken by an answer.

use std::collections::BTreeMap;

use serde_json::Value;

/// The answer that names the image.
pub const IMAGE: &str = "image";

/// The answer under which Headset itself keeps of which recipe that image is: another recipe is another image.
pub const RECIPE: &str = "recipe";

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
    let recipe = want.get("recipe").and_then(Value::as_str)?;
    let name = answers.get(IMAGE).filter(|name| !name.is_empty())?;
    (answers.get(RECIPE).map(String::as_str) == Some(recipe)).then_some(name)
}
