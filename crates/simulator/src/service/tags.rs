//! Tags of resources: what calls give, add and take away. Each service states its [`Rules`] and what it says of tags that
//! break them.

use serde_json::{Value, json};

pub(crate) use crate::world::tags::Tags;

/// What a service takes as tags.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    /// The most tags that a resource can have.
    pub(super) most: usize,
    /// Which keys are AWS's own.
    pub(super) reserved: Reserved,
    /// Whether keys are one that differ in letter case only. The later spelling wins.
    pub(super) caseless: bool,
    /// Whether one call may give a key once only.
    pub(super) once: bool,
}

/// Which keys are AWS's own.
#[derive(Clone, Copy)]
pub(super) enum Reserved {
    /// None that the service refuses.
    None,
    /// Those that begin with `aws:` as it is written here.
    Lower,
    /// Those that begin with `aws:` in any letter case.
    AnyCase,
}

/// Which rule tags break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The key is AWS's own.
    Reserved(String),
    /// The call gives the key twice.
    Twice(String),
    /// The resource would have more tags than it can have.
    Count,
}

impl Rules {
    /// Fifty tags without keys of AWS's own, which most services take.
    pub(super) const USUAL: Rules = Rules {
        most: 50,
        reserved: Reserved::AnyCase,
        caseless: false,
        once: false,
    };

    /// Adds the tags of a call, a list of `Key` and `Value` or a map, to those of a resource: all of them or none.
    ///
    /// # Errors
    /// If they break a rule.
    pub(super) fn add(&self, tags: &mut Tags, given: &Value) -> Result<(), Broken> {
        self.add_pairs(tags, pairs(given))
    }

    /// The same with pairs of key and value.
    ///
    /// # Errors
    /// If they break a rule.
    pub(super) fn add_pairs<'a>(
        &self,
        tags: &mut Tags,
        given: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<(), Broken> {
        let mut all = tags.clone();
        let mut seen: Vec<&str> = Vec::new();
        for (key, value) in given {
            let reserved = match self.reserved {
                Reserved::None => false,
                Reserved::Lower => key.starts_with("aws:"),
                Reserved::AnyCase => key.to_lowercase().starts_with("aws:"),
            };
            if reserved {
                return Err(Broken::Reserved(key.to_owned()));
            }
            if self.once && seen.iter().any(|seen| self.same(seen, key)) {
                return Err(Broken::Twice(key.to_owned()));
            }
            seen.push(key);
            if self.caseless {
                all.retain(|known, _| !self.same(known, key));
            }
            all.insert(key.to_owned(), value.to_owned());
        }
        if all.len() > self.most {
            return Err(Broken::Count);
        }
        *tags = all;
        Ok(())
    }

    /// The tags of a new resource.
    ///
    /// # Errors
    /// If they break a rule.
    pub(super) fn read(&self, given: &Value) -> Result<Tags, Broken> {
        let mut tags = Tags::new();
        self.add(&mut tags, given)?;
        Ok(tags)
    }

    /// Takes a list of keys away. Keys that are not there do not matter.
    pub(super) fn remove(&self, tags: &mut Tags, keys: &Value) {
        for key in keys.as_array().into_iter().flatten().filter_map(Value::as_str) {
            tags.retain(|known, _| !self.same(known, key));
        }
    }

    fn same(&self, one: &str, other: &str) -> bool {
        one == other || (self.caseless && one.to_lowercase() == other.to_lowercase())
    }
}

/// The tags of a call, without a check against any rule.
pub(super) fn unchecked(given: &Value) -> Tags {
    let given = pairs(given).into_iter();
    given
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

/// Tags as calls give them: a list of `Key` and `Value`, or a map.
pub(super) fn pairs(given: &Value) -> Vec<(&str, &str)> {
    match given {
        Value::Array(list) => list
            .iter()
            .map(|tag| (&tag["Key"], &tag["Value"]))
            .map(|(key, value)| {
                (
                    key.as_str().unwrap_or_default(),
                    value.as_str().unwrap_or_default(),
                )
            })
            .collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str().unwrap_or_default()))
            .collect(),
        _ => Vec::new(),
    }
}

/// Tags as a list of `Key` and `Value`, by their keys.
pub(super) fn list(tags: &Tags) -> Vec<Value> {
    tags.iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(given: Value) -> Tags {
        let all = Rules {
            reserved: Reserved::None,
            ..Rules::USUAL
        };
        all.read(&given).unwrap()
    }

    #[test]
    fn lists_and_maps_are_added_to_what_is_there() {
        let mut tags = tags(json!({ "team": "a", "stage": "test" }));
        let more = json!([{ "Key": "team", "Value": "b" }, { "Key": "Team", "Value": "c" }]);
        Rules::USUAL.add(&mut tags, &more).unwrap();
        assert_eq!(json!(tags), json!({ "Team": "c", "stage": "test", "team": "b" }));
        Rules::USUAL.remove(&mut tags, &json!(["team", "other"]));
        assert_eq!(list(&tags)[0], json!({ "Key": "Team", "Value": "c" }));
        let caseless = Rules {
            caseless: true,
            ..Rules::USUAL
        };
        caseless.add(&mut tags, &json!({ "TEAM": "d" })).unwrap();
        assert_eq!(json!(tags), json!({ "TEAM": "d", "stage": "test" }));
        caseless.remove(&mut tags, &json!(["team"]));
        assert_eq!(json!(tags), json!({ "stage": "test" }));
    }

    #[test]
    fn a_broken_rule_changes_nothing() {
        let usual = Rules {
            most: 2,
            ..Rules::USUAL
        };
        let lower = Rules {
            reserved: Reserved::Lower,
            ..usual
        };
        let once = Rules {
            once: true,
            caseless: true,
            ..usual
        };
        let twice = json!([{ "Key": "a", "Value": "1" }, { "Key": "A", "Value": "2" }]);
        for (rules, given, expected) in [
            (
                usual,
                json!({ "Aws:x": "" }),
                Err(Broken::Reserved("Aws:x".to_owned())),
            ),
            (
                lower,
                json!({ "aws:x": "" }),
                Err(Broken::Reserved("aws:x".to_owned())),
            ),
            (lower, json!({ "Aws:x": "" }), Ok(())),
            (once, twice.clone(), Err(Broken::Twice("A".to_owned()))),
            (usual, twice, Err(Broken::Count)),
            (usual, json!({ "known": "new", "b": "" }), Ok(())),
        ] {
            let before = tags(json!({ "known": "old" }));
            let mut after = before.clone();
            assert_eq!(rules.add(&mut after, &given), expected, "{given}");
            assert_eq!(after != before, expected.is_ok(), "{given}");
        }
    }
}
