//! Hours of operation of an instance: people write their names, AWS wants their ids.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_connect::types::HoursOfOperationSummary;
use headset_core::AwsError;

use super::names::{self, Known, Listed, Noted};
use crate::{Aws, pages};

/// What state calls this sort.
pub(super) const HOURS: &str = "hours";

/// Names and ids of an instance's hours of operation.
#[derive(Debug, Default)]
pub(super) struct Hours(BTreeMap<String, String>);

/// All hours of operation of an instance, page by page (1,000 each).
pub(super) async fn listed(aws: &Aws, instance: &str) -> Result<Vec<HoursOfOperationSummary>, AwsError> {
    pages(|token| async move {
        let request = aws
            .connect()
            .list_hours_of_operations()
            .instance_id(instance)
            .max_results(1000)
            .set_next_token(token);
        let page = aws
            .call("connect", "ListHoursOfOperations", || request.clone().send())
            .await?;
        let hours = page.hours_of_operation_summary_list.unwrap_or_default();
        Ok((hours, page.next_token))
    })
    .await
}

#[async_trait]
impl Listed for Hours {
    async fn list(aws: &Aws, instance: &str) -> Result<Hours, AwsError> {
        let listed = listed(aws, instance).await?;
        let named = listed.into_iter().filter_map(|one| one.name.zip(one.id));
        Ok(Hours(named.collect()))
    }

    fn recall(noted: &Noted) -> Hours {
        Hours(noted.ids(HOURS))
    }

    fn with(&self, known: &Known) -> Hours {
        Hours(known.among(HOURS, &self.0))
    }
}

impl Hours {
    /// The id of the hours of this name, if need be in a newer list.
    pub(super) async fn id(aws: &Aws, instance: &str, name: &str) -> Result<String, AwsError> {
        let id = |hours: &Hours| names::id(&hours.0, "hours of operation", "ListHoursOfOperations", name);
        names::find(aws, instance, id).await
    }

    /// Ids by name.
    pub(super) fn ids(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// Whether any have this id.
    pub(super) fn know(&self, id: &str) -> bool {
        self.0.values().any(|known| known == id)
    }
}
