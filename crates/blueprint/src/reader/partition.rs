//! One blueprint, one partition of AWS.
//!
//! Accounts, roles and regions end at a partition's border: no credentials are good on both sides.

use crate::at::At;
use crate::limits::{self, Pattern};
use headset_core::Arn;
use headset_core::diagnostic::{Diagnostic, Place};
use headset_kinds::regions::partition_of;

/// A region or an ARN: what lies in one partition.
pub(super) struct Located {
    /// The key that says it.
    path: String,
    /// The region or the ARN.
    text: String,
    partition: String,
    is_region: bool,
    place: Place,
}

impl Located {
    /// A text of this pattern, if it lies in a partition.
    pub(super) fn of(path: &str, pattern: &Pattern, text: &At<String>) -> Option<Located> {
        if pattern.source == limits::REGION.source {
            return Some(Located::new(path, partition_of(&text.value), true, text));
        }
        Located::of_arn(path, text)
    }

    /// A text, if it is an ARN.
    pub(super) fn of_arn(path: &str, text: &At<String>) -> Option<Located> {
        let arn = Arn::parse(&text.value)?;
        Some(Located::new(path, arn.partition, false, text))
    }

    fn new(path: &str, partition: &str, is_region: bool, text: &At<String>) -> Located {
        Located {
            path: path.to_owned(),
            text: text.value.clone(),
            partition: partition.to_owned(),
            is_region,
            place: text.place.clone(),
        }
    }
}

/// What is in another partition than the blueprint's region: `aws.region`, else the first region, else the first ARN.
pub(super) fn mixed(located: &[Located]) -> Vec<Diagnostic> {
    let whole = located.iter().find(|one| one.path == "aws.region");
    let first = located.iter().find(|one| one.is_region).or(located.first());
    let Some(home) = whole.or(first) else {
        return Vec::new();
    };
    let others = located.iter().filter(|one| one.partition != home.partition);
    others
        .map(|one| {
            let message = format!(
                "`{}` is in partition {} ({}), and `{}` in {} ({})",
                one.path, one.partition, one.text, home.path, home.partition, home.text
            );
            Diagnostic::error("mixed-partitions", message)
                .at(one.place.clone())
                .help(
                    "No account reaches from one partition of AWS into another. Use regions and ARNs of one partition.",
                )
        })
        .collect()
}
