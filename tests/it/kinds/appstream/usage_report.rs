//! Usage reports, which are on or off in a region.

use headset_aws::Aws;
use serde_json::json;

use crate::invariants::conformance::{Case, ExternalChange, address};

pub(crate) fn case() -> Case {
    Case {
        before: vec![],
        subject: (
            address("appstream.usage_report/main"),
            json!({ "region": "eu-west-1" }),
        ),
        changes: vec![],
        unchanged: vec![],
    }
}

pub(crate) async fn change(_aws: &Aws, field: &str, _way: usize) -> ExternalChange {
    match field {
        "region" => ExternalChange::Fixed("reports are on or off in a region"),
        other => panic!("appstream.usage_report: nothing here changes from outside `{other}`"),
    }
}
