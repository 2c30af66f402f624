//! Finding many things by name with few calls.
//!
//! AppStream answers a Describe by names, one of which is missing, either with ResourceNotFoundException for
//! all of them or with a list that leaves it out; its models allow both, and both are met.

use std::collections::BTreeMap;

use headset_core::AwsError;

/// What was found by name; a name that is not in it is absent.
pub type Found<T> = BTreeMap<String, Result<T, AwsError>>;

/// Names for a request, or none: an empty list is not the same as no list.
pub fn given(names: &[String]) -> Option<Vec<String>> {
    (!names.is_empty()).then(|| names.to_vec())
}
