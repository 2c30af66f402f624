//! One blueprint, one partition of AWS.
//!
//! Accounts, roles and regions end at a partition's border: no credentials are good on both sides.

use super::Reader;
use crate::at::At;
use crate::limits::{self, Pattern};
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

impl Reader<'_> {
    /// Remembers a text of this pattern, if it lies in a partition.
    pub(super) fn locate(&mut self, path: &str, pattern: &Pattern, text: &At<String>) {
        if pattern.source == limits::REGION.source {
            self.remember(path, partition_of(&text.value), true, text);
        } else {
            self.locate_arn(path, text);
        }
    }

    /// Remembers a text if it is an ARN.
    pub(crate) fn locate_arn(&mut self, path: &str, text: &At<String>) {
        let partition = text
            .value
            .strip_prefix("arn:")
            .and_then(|rest| rest.split(':').next());
        if let Some(partition) = partition {
            self.remember(path, partition, false, text);
        }
    }

    fn remember(&mut self, path: &str, partition: &str, is_region: bool, text: &At<String>) {
        self.located.push(Located {
            path: path.to_owned(),
            text: text.value.clone(),
            partition: partition.to_owned(),
            is_region,
            place: text.place.clone(),
        });
    }

    /// Reports what is in another partition than the blueprint's region: `aws.region`, else the first region, else the
    /// first ARN.
    pub(super) fn compare_partitions(&mut self) {
        let located = std::mem::take(&mut self.located);
        let whole = located.iter().find(|one| one.path == "aws.region");
        let first = located.iter().find(|one| one.is_region).or(located.first());
        let Some(home) = whole.or(first) else {
            return;
        };
        for one in located.iter().filter(|one| one.partition != home.partition) {
            let message = format!(
                "`{}` is in partition {} ({}), and `{}` in {} ({})",
                one.path, one.partition, one.text, home.path, home.partition, home.text
            );
            self.report(
                Diagnostic::error("mixed-partitions", message)
                    .at(one.place.clone())
                    .help(
                        "No account reaches from one partition of AWS into another. Use regions and ARNs of one partition.",
                    ),
            );
        }
    }
}
