//! Tags, as IAM keeps them: keys are one regardless of case.

use super::{Call, Fault, limit};
use crate::service::tags::{Broken, Rules};
pub(super) use crate::service::tags::{Tags, list};

const RULES: Rules = Rules {
    caseless: true,
    once: true,
    ..Rules::USUAL
};

/// Adds the call's `Tags` to `tags`.
pub(super) fn add(call: &Call, tags: &mut Tags) -> Result<(), Fault> {
    let invalid = |message: String| Fault::new("InvalidInput", message);
    RULES
        .add(tags, &call.input["Tags"])
        .map_err(|broken| match broken {
            Broken::Reserved(_) => invalid("Tag keys may not begin with aws:".to_owned()),
            Broken::Twice(key) => invalid(format!("Duplicate tag keys found: {key}")),
            Broken::Count => limit("TagsPerResource", RULES.most as u64),
        })
}

/// Takes the call's `TagKeys` away.
pub(super) fn remove(call: &Call, tags: &mut Tags) {
    RULES.remove(tags, &call.input["TagKeys"]);
}
