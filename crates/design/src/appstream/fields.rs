//! Values in the form that the kinds of AppStream have them.

use headset_blueprint::model::At;

/// Texts without their places.
pub(super) fn values(list: &[At<String>]) -> Vec<String> {
    list.iter().map(|at| at.value.clone()).collect()
}

/// A text without its place.
pub(super) fn value(text: Option<&At<String>>) -> Option<String> {
    text.map(|text| text.value.clone())
}

/// A number within limits that the language has checked, as AWS takes it.
pub(super) fn number(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
