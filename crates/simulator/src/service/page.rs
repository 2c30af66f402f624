//! Paging as AWS does it: opaque tokens, and freedoms that clients tend to forget.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::{Answer, Call, Fault};
use crate::world::World;

/// What a service does with a caller who wants more entries on a page than it gives.
#[derive(Clone, Copy)]
pub(super) enum Beyond {
    /// The wire layer has refused it already: AWS's model says how many there can be.
    Checked,
    /// The page has as many as there can be. Zero asks for the default.
    Cut,
    /// An error, given the most that there can be.
    Refused(fn(u64) -> Fault),
}

/// How lists come in pages. Each service has one of these, which says what is different from [`Pager::USUAL`]; lists with
/// sizes of their own change a copy.
#[derive(Clone, Copy)]
pub(super) struct Pager {
    /// The member that carries the token, in the input and in the output.
    pub(super) token: &'static str,
    /// The member of the input that says how many entries the page may have.
    pub(super) size: &'static str,
    /// How many it has if that is not said.
    pub(super) default: u64,
    /// How many it can have.
    pub(super) most: u64,
    /// What becomes of a caller who wants more.
    pub(super) beyond: Beyond,
    /// The member of the output that says whether more follows, where there is one.
    pub(super) truncated: Option<&'static str>,
    /// What tells lists of one operation from each other, as JSON pointers into the input. A token of one list is refused
    /// by all others.
    pub(super) parents: &'static [&'static str],
    /// What AWS says of a token that is not of this list.
    pub(super) wrong_token: fn() -> Fault,
    /// Whether a quirk hands the entries out in an arbitrary order, the same on every call: no source promises one.
    pub(super) unordered: fn(&World) -> bool,
    /// Whether a quirk makes the first page empty while it still carries a token.
    pub(super) empty_first: fn(&World) -> bool,
    /// Members by which the caller names what it wants: no report has met an empty page then.
    pub(super) names: &'static [&'static str],
}

impl Pager {
    /// What most services have in common.
    pub(super) const USUAL: Pager = Pager {
        token: "NextToken",
        size: "MaxResults",
        default: 100,
        most: 100,
        beyond: Beyond::Checked,
        truncated: None,
        parents: &[],
        wrong_token: || Fault::new("InvalidNextTokenException", "The next token is not valid."),
        unordered: |world| world.quirk("lists.unordered"),
        empty_first: |world| world.quirk("pages.empty"),
        names: &[],
    };

    /// The same with pages of another size.
    pub(super) const fn by(self, size: u64) -> Pager {
        Pager {
            default: size,
            most: size,
            ..self
        }
    }

    /// The page of `items` that the call asks for, under this member of the output.
    ///
    /// # Errors
    /// For a token that is not of this list, and for a size that the service refuses.
    pub(super) fn page(
        &self,
        world: &World,
        call: &Call,
        member: &str,
        mut items: Vec<Value>,
    ) -> Result<Answer, Fault> {
        if (self.unordered)(world) {
            items.sort_by_cached_key(|item| {
                use sha2::{Digest, Sha256};
                Sha256::digest(item.to_string()).to_vec()
            });
        }
        let list = self.list(call);
        let token = call.text(self.token).filter(|token| !token.is_empty());
        let start = match token {
            None => 0,
            Some(token) => read_token(&list, token).ok_or_else(self.wrong_token)?,
        };
        let named = self.names.iter().any(|member| call.input.get(*member).is_some());
        let empty = token.is_none() && !named && (self.empty_first)(world);
        let size = if empty { 0 } else { self.size(call)? };
        let end = start.saturating_add(size).min(items.len());
        let more = end < items.len();
        let page: Vec<Value> = items.into_iter().take(end).skip(start).collect();
        let mut output = Map::new();
        output.insert(member.to_owned(), page.into());
        if let Some(truncated) = self.truncated {
            output.insert(truncated.to_owned(), more.into());
        }
        if more {
            output.insert(self.token.to_owned(), write_token(&list, end).into());
        }
        Ok(Answer::of(output.into()))
    }

    /// The name of the list that a call asks for.
    fn list(&self, call: &Call) -> String {
        let parents = self
            .parents
            .iter()
            .filter_map(|parent| call.input.pointer(parent));
        let parents: Vec<String> = parents.map(Value::to_string).collect();
        format!("{} {}", call.operation, parents.join("/"))
    }

    fn size(&self, call: &Call) -> Result<usize, Fault> {
        let asked = call.input.get(self.size).and_then(Value::as_i64);
        let asked = match (asked.map(u64::try_from), self.beyond) {
            (None, _) | (Some(Ok(0)), Beyond::Cut) => self.default,
            (Some(Ok(asked)), Beyond::Checked) => asked.max(1),
            (Some(Ok(asked)), Beyond::Cut) => asked.min(self.most),
            (Some(Ok(asked)), _) if (1..=self.most).contains(&asked) => asked,
            (Some(_), Beyond::Refused(refusal)) => return Err(refusal(self.most)),
            (Some(_), _) => self.default,
        };
        Ok(usize::try_from(asked).unwrap_or(usize::MAX))
    }
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
    use crate::service::Caller;
    use serde_json::json;

    const PAGER: Pager = Pager {
        parents: &["/Parent"],
        ..Pager::USUAL
    };

    fn call(operation: &str, input: Value) -> Call {
        Call {
            operation: operation.to_owned(),
            input,
            body: Default::default(),
            headers: Vec::new(),
            region: "eu-west-2".to_owned(),
            caller: Caller {
                account: "123456789012".to_owned(),
                arn: "arn:aws:iam::123456789012:user/tester".to_owned(),
                access_key: None,
                permissions: None,
            },
            now: crate::clock::Moment(0),
            base_url: None,
        }
    }

    fn numbers(count: u64) -> Vec<Value> {
        (0..count).map(|n| json!(n)).collect()
    }

    fn walk(pager: Pager, world: &World, count: u64, size: u64) -> (Vec<Value>, usize) {
        let (mut seen, mut pages) = (Vec::new(), 0);
        let mut input = json!({ pager.size: size });
        loop {
            let call = call("ListThings", input.clone());
            let mut output = pager.page(world, &call, "Things", numbers(count)).unwrap().output;
            seen.append(output["Things"].as_array_mut().unwrap());
            pages += 1;
            if let Some(truncated) = pager.truncated {
                assert_eq!(output[truncated], output[pager.token].is_string());
            }
            match output[pager.token].take() {
                Value::Null => return (seen, pages),
                token => input[pager.token] = token,
            }
        }
    }

    #[test]
    fn a_full_last_page_carries_no_token() {
        assert_eq!(walk(PAGER, &World::default(), 20, 10).1, 2);
        assert_eq!(walk(PAGER, &World::default(), 21, 10).1, 3);
    }

    #[test]
    fn every_item_comes_once_whatever_the_quirks() {
        let markers = Pager {
            token: "Marker",
            size: "MaxItems",
            truncated: Some("IsTruncated"),
            ..PAGER
        };
        for quirks in 0..16 {
            let mut world = World::default();
            world.settings.quirks = quirks;
            for pager in [PAGER, markers] {
                let (mut seen, _) = walk(pager, &world, 23, 7);
                seen.sort_by_key(|n| n.as_u64());
                assert_eq!(seen, numbers(23), "seed {quirks}");
            }
        }
    }

    #[test]
    fn a_token_of_another_list_is_refused() {
        let world = World::default();
        let first = call("ListThings", json!({ "Parent": "one", "MaxResults": 1 }));
        let first = PAGER.page(&world, &first, "Things", numbers(3)).unwrap().output;
        let second = |operation: &str, parent: &str, token: &Value| {
            let input = json!({ "Parent": parent, "NextToken": token });
            PAGER.page(&world, &call(operation, input), "Things", numbers(3))
        };
        let token = &first["NextToken"];
        assert_eq!(
            second("ListThings", "one", token).unwrap().output["Things"],
            json!([1, 2])
        );
        for wrong in [
            second("ListThings", "another", token),
            second("ListOthers", "one", token),
            second("ListThings", "one", &json!("nonsense")),
        ] {
            assert_eq!(wrong.unwrap_err().code, "InvalidNextTokenException");
        }
    }

    #[test]
    fn each_service_says_what_becomes_of_a_size() {
        let refused = |most| Fault::new("ValidationException", format!("{most} at most"));
        let length = |beyond: Beyond, asked: Value| {
            let pager = Pager {
                most: 5,
                beyond,
                ..PAGER.by(3)
            };
            let call = call("ListThings", json!({ "MaxResults": asked }));
            let page = pager.page(&World::default(), &call, "Things", numbers(9));
            page.map(|page| page.output["Things"].as_array().unwrap().len())
        };
        for (beyond, asked, expected) in [
            (Beyond::Checked, json!(null), Ok(3)),
            (Beyond::Checked, json!(7), Ok(7)),
            (Beyond::Cut, json!(0), Ok(3)),
            (Beyond::Cut, json!(7), Ok(5)),
            (Beyond::Refused(refused), json!(5), Ok(5)),
            (Beyond::Refused(refused), json!(0), Err(refused(5))),
            (Beyond::Refused(refused), json!(-1), Err(refused(5))),
            (Beyond::Refused(refused), json!(6), Err(refused(5))),
        ] {
            assert_eq!(length(beyond, asked), expected);
        }
    }
}
