//! The kinds of Amazon Connect.

pub(crate) mod approved_origin;
pub(crate) mod hours_of_operation;
mod index;
pub(crate) mod instance;
pub(crate) mod queue;
pub(crate) mod user;

use headset_aws::Aws;
use headset_core::tag;

use crate::invariants::conformance::ExternalChange;

/// Id and ARN of the one instance that there is.
pub(super) async fn only_instance(aws: &Aws) -> (String, String) {
    let listed = aws.connect().list_instances().send().await.unwrap();
    let one = &listed.instance_summary_list()[0];
    (one.id().unwrap().to_owned(), one.arn().unwrap().to_owned())
}

/// Changes tags from outside.
pub(super) async fn change_tags(aws: &Aws, arn: &str, way: usize) -> ExternalChange {
    match way {
        0 => {
            let request = aws.connect().tag_resource().resource_arn(arn);
            request.tags("team", "theirs").send().await.unwrap();
        }
        1 => {
            let request = aws.connect().untag_resource().resource_arn(arn);
            request
                .tag_keys("team")
                .tag_keys(tag::LINEAGE)
                .send()
                .await
                .unwrap();
        }
        _ => return ExternalChange::Enough,
    }
    ExternalChange::Changed
}
