//! `Marker` and `MaxItems`.

use serde_json::{Map, Value, json};

use super::{Answer, Call, Fault};

/// How many entries IAM answers when the caller does not say (documented with every `MaxItems`).
const DEFAULT_PAGE: usize = 100;

/// One page of `items` under the member `member`, with `IsTruncated` and, when there is more, `Marker`.
///
/// # Errors
/// `ValidationError` for a marker that this simulator did not hand out.
pub(super) fn page(call: &Call, member: &str, items: Vec<Value>) -> Result<Answer, Fault> {
    let start = match call.text("Marker") {
        None => 0,
        Some(marker) => marker
            .strip_prefix("after-")
            .and_then(|count| count.parse::<usize>().ok())
            .filter(|start| *start <= items.len())
            .ok_or_else(|| {
                Fault::new("ValidationError", format!("Invalid Marker: {marker}")).with_status(400)
            })?,
    };
    let size = call
        .input
        .get("MaxItems")
        .and_then(Value::as_u64)
        .map_or(DEFAULT_PAGE, |n| n as usize);
    let end = items.len().min(start + size);
    let truncated = end < items.len();
    let mut output = Map::new();
    output.insert(member.to_owned(), items[start..end].to_vec().into());
    output.insert("IsTruncated".to_owned(), truncated.into());
    if truncated {
        output.insert("Marker".to_owned(), json!(format!("after-{end}")));
    }
    Ok(Answer::of(Value::Object(output)))
}
