//! Tags where a service has them as a list of keys and values.

use std::collections::BTreeMap;

/// A key of a tag and its value, which AWS's models let be absent.
type Pair = (String, Option<String>);

/// Tags as such a list.
pub(super) fn listed<T: From<Pair>>(tags: &BTreeMap<String, String>) -> Vec<T> {
    let pair = |(key, value): (&String, &String)| T::from((key.clone(), Some(value.clone())));
    tags.iter().map(pair).collect()
}

/// The tags of such a list.
pub(super) fn tags<T: Into<Pair>>(list: impl IntoIterator<Item = T>) -> BTreeMap<String, String> {
    let pairs = list.into_iter().map(Into::into);
    pairs
        .map(|(key, value)| (key, value.unwrap_or_default()))
        .collect()
}
