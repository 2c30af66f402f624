//! Things of an instance that people call by their names and Connect by their ids.

use std::collections::BTreeMap;

use headset_core::{AwsError, Class};

/// The name of the thing with this id, of ids by name; the id itself if they do not have it.
pub(super) fn name(ids: &BTreeMap<String, String>, wanted: &str) -> String {
    ids.iter()
        .find(|(_, id)| *id == wanted)
        .map_or_else(|| wanted.to_owned(), |(name, _)| name.clone())
}

/// The id of the thing with this name. `what` such a thing is, and the `operation` that lists them, are for the error.
///
/// # Errors
/// [`Class::Invalid`] names what is not there and lists what is.
pub(super) fn id(
    ids: &BTreeMap<String, String>,
    what: &str,
    operation: &str,
    name: &str,
) -> Result<String, AwsError> {
    ids.get(name).cloned().ok_or_else(|| {
        let names: Vec<&str> = ids.keys().map(String::as_str).collect();
        let message = format!(
            "the instance has no {what} `{name}`; there are: {} (letter case counts)",
            names.join(", ")
        );
        AwsError::new("connect", operation, Class::Invalid, message)
    })
}
