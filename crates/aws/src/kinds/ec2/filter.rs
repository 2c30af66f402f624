//! Filters of EC2's lists.

use headset_client::services::ec2::Filter;

/// What is looked for: one of these values.
pub(super) fn filter(name: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Filter {
    Filter {
        name: name.to_owned(),
        value: values.into_iter().map(Into::into).collect(),
    }
}
