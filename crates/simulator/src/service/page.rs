//! Paging as AWS does it: opaque tokens, and freedoms that clients tend to forget.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::world::World;

/// One page of a list.
#[derive(Debug, PartialEq)]
pub(super) struct Page {
    /// What is on it.
    pub(super) items: Vec<Value>,
    /// Where the next one begins; `None` at the end.
    pub(super) next: Option<String>,
}

impl Page {
    /// The page as an output structure with the list under `member`, and `NextToken` if there is more.
    pub(super) fn into_output(self, member: &str) -> Value {
        let mut output = serde_json::Map::new();
        output.insert(member.to_owned(), Value::Array(self.items));
        if let Some(next) = self.next {
            output.insert("NextToken".to_owned(), Value::String(next));
        }
        Value::Object(output)
    }
}

/// Cuts the page out of `items` that `token` and `size` (at least 1) ask for.
///
/// `list` names the list (operation and parents): a token of one list is refused by all others, with
/// `None`, since AWS calls it invalid. Two quirks apply, because no source promises otherwise:
/// `lists.unordered` hands the items out in an arbitrary order, the same on every call, and
/// `pages.empty` makes the first page empty while it still carries a token.
pub(super) fn cut(
    world: &World,
    list: &str,
    mut items: Vec<Value>,
    token: Option<&str>,
    size: u64,
) -> Option<Page> {
    if world.quirk("lists.unordered") {
        items.sort_by_cached_key(|item| {
            use sha2::{Digest, Sha256};
            Sha256::digest(item.to_string()).to_vec()
        });
    }
    let start = match token {
        None if world.quirk("pages.empty") && !items.is_empty() => {
            return Some(Page {
                items: Vec::new(),
                next: Some(write_token(list, 0)),
            });
        }
        None => 0,
        Some(token) => read_token(list, token)?,
    };
    let size = usize::try_from(size.max(1)).ok()?;
    let end = start.saturating_add(size).min(items.len());
    let next = (end < items.len()).then(|| write_token(list, end));
    let items = items.into_iter().skip(start).take(size).collect();
    Some(Page { items, next })
}

fn write_token(list: &str, start: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("{start} {list}"))
}

fn read_token(list: &str, token: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let (start, of) = text.split_once(' ')?;
    if of == list { start.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn walk(world: &World, count: u64, size: u64) -> (Vec<Value>, usize) {
        let (mut seen, mut pages, mut token) = (Vec::new(), 0, None);
        loop {
            let items = (0..count).map(|n| json!(n)).collect();
            let page = cut(world, "ListThings", items, token.as_deref(), size).unwrap();
            seen.extend(page.items);
            pages += 1;
            match page.next {
                Some(next) => token = Some(next),
                None => return (seen, pages),
            }
        }
    }

    #[test]
    fn a_full_last_page_carries_no_token() {
        assert_eq!(walk(&World::default(), 20, 10).1, 2);
        assert_eq!(walk(&World::default(), 21, 10).1, 3);
    }

    #[test]
    fn every_item_comes_once_whatever_the_quirks() {
        for quirks in 0..16 {
            let mut world = World::default();
            world.settings.quirks = quirks;
            let (mut seen, _) = walk(&world, 23, 7);
            seen.sort_by_key(|n| n.as_u64());
            assert_eq!(
                seen,
                (0..23).map(|n| json!(n)).collect::<Vec<_>>(),
                "seed {quirks}"
            );
        }
    }

    #[test]
    fn a_token_of_another_list_is_refused() {
        let token = write_token("ListOthers", 3);
        assert_eq!(
            cut(&World::default(), "ListThings", vec![json!(1)], Some(&token), 5),
            None
        );
        assert_eq!(
            cut(
                &World::default(),
                "ListThings",
                vec![json!(1)],
                Some("nonsense"),
                5
            ),
            None
        );
    }
}
