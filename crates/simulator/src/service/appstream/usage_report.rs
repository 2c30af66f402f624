//! The usage report subscription: one an account and region, without inputs.

use serde_json::{Value, json};

use super::page::PAGER;
use super::{fault, place};
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::Subscription;

/// CreateUsageReportSubscription: answers the bucket; a second call changes nothing (no error is declared for it).
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let random = world.hex(8);
    let place = place(world, call);
    let bucket = format!("appstream-logs-{}-{}-{random}", place.region, place.account);
    let subscription = place.usage_report.get_or_insert(Subscription { bucket });
    Ok(Answer::of(
        json!({ "S3BucketName": subscription.bucket, "Schedule": "DAILY" }),
    ))
}

/// DescribeUsageReportSubscriptions: none is, by quirk, an exception or an empty list.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let list: Vec<Value> = place(world, call)
        .usage_report
        .iter()
        .map(|it| json!({ "S3BucketName": it.bucket, "Schedule": "DAILY", "SubscriptionErrors": [] }))
        .collect();
    if list.is_empty() && world.quirk("appstream.no-usage-report-is-an-exception") {
        return Err(fault::not_found("usage report", "subscription"));
    }
    PAGER.page(world, call, "UsageReportSubscriptions", list)
}

/// DeleteUsageReportSubscription; the bucket would stay.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    match place(world, call).usage_report.take() {
        Some(_) => Ok(Answer::empty()),
        None => Err(fault::not_found("usage report", "subscription")),
    }
}
