//! Pages and the names that a Describe was asked for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::fault;
use crate::service::{Answer, Call, Fault};
use crate::world::World;

/// The page size where the model states none and has no member for it.
///
/// Assumption: appstream.page-size. Small on purpose: a caller that does not page must notice.
pub(super) const UNSTATED: usize = 20;

/// Answers one page of `all` under `member`, with a `NextToken` when more follows.
///
/// By quirk lists come in another order, and the first page may be empty and still carry a token (not where the
/// caller names what it wants: no report has met that).
pub(super) fn answer(
    world: &World,
    call: &Call,
    member: &str,
    mut all: Vec<Value>,
    size: usize,
) -> Result<Answer, Fault> {
    if world.quirk("appstream.lists-unordered") {
        all.reverse();
    }
    let token = call.text("NextToken").filter(|token| !token.is_empty());
    let start = match token {
        Some(token) => decode(&call.operation, token)?,
        None => 0,
    };
    let named = ["Names", "Arns", "DirectoryNames"]
        .iter()
        .any(|list| call.input.get(list).is_some());
    let empty_first =
        !named && token.is_none() && !all.is_empty() && world.quirk("appstream.empty-first-page");
    let end = if empty_first {
        0
    } else {
        all.len().min(start.saturating_add(size))
    };
    let page: Vec<Value> = all.get(start..end).unwrap_or_default().to_vec();
    let mut output = Map::new();
    output.insert(member.to_owned(), Value::Array(page));
    if end < all.len() {
        let next = URL_SAFE_NO_PAD.encode(format!("{}:{end}", call.operation));
        output.insert("NextToken".to_owned(), Value::String(next));
    }
    Ok(Answer::of(Value::Object(output)))
}

/// The page size that the call asks for under `member`, at most `most`; zero means the default, which is `most`.
pub(super) fn size(call: &Call, member: &str, most: usize) -> usize {
    match call.input.get(member).and_then(Value::as_u64) {
        None | Some(0) => most,
        Some(asked) => (asked as usize).min(most),
    }
}

fn decode(operation: &str, token: &str) -> Result<usize, Fault> {
    URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| {
            let (made_for, offset) = text.split_once(':')?;
            if made_for == operation {
                offset.parse().ok()
            } else {
                None
            }
        })
        // Assumption: appstream.token-code. No operation declares an error for a token of another list.
        .ok_or_else(|| fault::combination("The NextToken is not valid.").with_status(400))
}

/// Decides about names that were asked for and are not there: an exception, or simply left out.
///
/// Both are modelled (the exception) and reported (the empty list), so a quirk per operation decides.
pub(super) fn missing(world: &World, call: &Call, kind: &str, missing: &[String]) -> Result<(), Fault> {
    match missing.first() {
        Some(name) if !world.quirk(&format!("appstream.missing-is-empty.{}", call.operation)) => {
            Err(fault::not_found(kind, name))
        }
        _ => Ok(()),
    }
}
