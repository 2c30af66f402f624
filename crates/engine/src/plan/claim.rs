//! What tags claim about things that state does not know, and how much of it is believed.
//!
//! Everyone who may tag a thing can write anything into its tags: they are input from outside. A value is used only if
//! it has the form that Headset writes, and what holds data is ours only if it is also called as its environment would
//! call it.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::dependencies::dependencies;
use headset_blueprint::is_environment_name;
use headset_design::{Design, Desired, Mode};
use headset_kinds::discovery::Found;
use headset_kinds::regions::Regions;
use headset_kinds::{Address, OwnName, Owner, registry, tag};

/// How much of a foreign value is shown.
const SHOWN: usize = 60;

/// Headset's own tags of one thing, each in the form that Headset writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The environment's name.
    pub environment: String,
    /// The environment's lineage.
    pub lineage: String,
    /// When the environment expires.
    pub expires: Option<Timestamp>,
}

/// A tag whose value Headset would not have written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The tag's key.
    pub key: &'static str,
    /// Its value, as far as it is shown, without anything that a terminal would obey.
    pub value: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = match self.key {
            tag::ENVIRONMENT => "an environment's name",
            tag::LINEAGE => "a lineage (a UUID in lower case)",
            _ => "a time (RFC 3339)",
        };
        write!(
            f,
            "its tag {} is \"{}\", which is not {rule}",
            self.key, self.value
        )
    }
}

/// Whether a text is a lineage: a UUID as Headset writes it.
pub fn is_lineage(text: &str) -> bool {
    uuid::Uuid::parse_str(text).is_ok_and(|uuid| uuid.to_string() == text)
}

impl Mark {
    /// Reads a thing's tags.
    ///
    /// # Errors
    /// The first tag whose value Headset would not have written; a missing one counts as empty.
    pub fn read(tags: &BTreeMap<String, String>) -> Result<Mark, Malformed> {
        let value = |key: &str| tags.get(key).map(String::as_str).unwrap_or_default();
        let malformed = |key: &'static str| {
            let escaped: String = value(key).escape_debug().collect();
            let mut shown: String = escaped.chars().take(SHOWN).collect();
            if shown.len() < escaped.len() {
                shown.push('…');
            }
            Malformed { key, value: shown }
        };
        if !is_environment_name(value(tag::ENVIRONMENT)) {
            return Err(malformed(tag::ENVIRONMENT));
        }
        if !is_lineage(value(tag::LINEAGE)) {
            return Err(malformed(tag::LINEAGE));
        }
        let expires = match tags.get(tag::EXPIRES) {
            Some(at) => Some(at.parse().map_err(|_| malformed(tag::EXPIRES))?),
            None => None,
        };
        Ok(Mark {
            environment: value(tag::ENVIRONMENT).to_owned(),
            lineage: value(tag::LINEAGE).to_owned(),
            expires,
        })
    }
}

/// Why what holds data is not taken for an environment's own, although it carries its tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "id")]
pub enum Unclaimed {
    /// The environment's blueprint asks for nothing of that name in that region.
    NotInBlueprint {
        /// The environment.
        environment: String,
        /// The region.
        region: String,
    },
    /// Without a blueprint only the name proves it, and the environment's own has another one.
    OtherName {
        /// The environment.
        environment: String,
        /// Which.
        own: OwnName,
    },
}

/// Who would have made a thing, as far as that is known.
#[derive(Clone, Copy, Debug)]
pub struct Maker<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// The account.
    pub account: &'a str,
    /// What its blueprint asks for and where, if there is one.
    pub blueprint: Option<(&'a Design, &'a Regions)>,
}

impl Maker<'_> {
    /// Why a thing may not be deleted although it carries the environment's tags: it holds data, and the environment
    /// would not have made it there under that name.
    ///
    /// # Errors
    /// That reason.
    pub fn would_make(&self, found: &Found) -> Result<(), Unclaimed> {
        let kind = registry::kind(found.address.kind);
        if !kind.holds_data() {
            return Ok(());
        }
        let region = found.region.as_deref().unwrap_or_default();
        if let Some((design, regions)) = self.blueprint {
            let there = kind.service().map(|service| service.region(regions));
            if there.is_none_or(|there| region == there) && desired(design, found).is_some() {
                return Ok(());
            }
            return Err(Unclaimed::NotInBlueprint {
                environment: self.environment.to_owned(),
                region: region.to_owned(),
            });
        }
        let owner = Owner {
            environment: Some(self.environment),
            account: self.account,
        };
        kind.check_name(found, &owner)
            .map_err(|own| Unclaimed::OtherName {
                environment: self.environment.to_owned(),
                own,
            })
    }

    /// Where the blueprint asks for a thing that is called so, and what that comes after.
    pub fn drawn(&self, found: &Found) -> Option<(&Address, Vec<Address>)> {
        let (design, _) = self.blueprint?;
        let desired = desired(design, found)?;
        Some((&desired.address, dependencies(desired)))
    }

    /// Whether a thing is to be left alone for want of a word to the contrary: with state, protection is lost too.
    pub fn protects(&self, found: &Found) -> bool {
        if found.tags.contains_key(tag::EXPIRES) {
            return false;
        }
        match self.blueprint {
            Some((design, _)) => match desired(design, found) {
                Some(desired) => desired.protect,
                // What hangs on others has no name of its own.
                None => managed(design).any(|desired| desired.protect),
            },
            None => true,
        }
    }
}

fn managed(design: &Design) -> impl Iterator<Item = &Desired> {
    design
        .resources
        .values()
        .filter(|desired| desired.mode == Mode::Managed)
}

/// What the blueprint asks for that would be called so.
fn desired<'a>(design: &'a Design, found: &Found) -> Option<&'a Desired> {
    let kind = registry::kind(found.address.kind);
    managed(design)
        .filter(|desired| desired.address.kind == found.address.kind)
        .find(|desired| {
            let wanted = desired.spec.get(kind.called_by()).and_then(Value::as_str);
            wanted.is_some_and(|wanted| kind.is_called(&found.address.key, wanted))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const LINEAGE: &str = "6f1d0c1e-1111-4111-8111-111111111111";

    fn tags(environment: &str, lineage: &str, expires: Option<&str>) -> BTreeMap<String, String> {
        let mut tags = BTreeMap::from([
            (tag::ENVIRONMENT.to_owned(), environment.to_owned()),
            (tag::LINEAGE.to_owned(), lineage.to_owned()),
        ]);
        tags.extend(expires.map(|at| (tag::EXPIRES.to_owned(), at.to_owned())));
        tags
    }

    fn found(kind: &str, name: &str) -> Found {
        Found {
            address: format!("{kind}/{name}").parse().unwrap(),
            id: name.to_owned(),
            region: Some("eu-west-2".to_owned()),
            spec: json!({ "name": name }),
            tags: tags("acme-support", LINEAGE, None),
            after: Vec::new(),
        }
    }

    #[test]
    fn only_what_headset_writes_is_read() {
        let mark = Mark::read(&tags("acme", LINEAGE, Some("2026-01-01T00:00:00Z"))).expect("a mark");
        assert_eq!(
            (mark.environment.as_str(), mark.lineage.as_str()),
            ("acme", LINEAGE)
        );
        assert!(mark.expires.is_some());
        let hostile = [
            "",
            ".",
            "..",
            "../../x",
            "/etc",
            "a/b",
            "a\\b",
            "acme\n",
            "acme\0",
            "Acme",
            "-acme",
            "acme ",
            "acme\u{1b}[2J",
            "a",
        ];
        for name in hostile {
            let bad = Mark::read(&tags(name, LINEAGE, None)).expect_err(name);
            assert_eq!(bad.key, tag::ENVIRONMENT);
            assert!(bad.value.chars().all(|c| !c.is_control()), "{bad}");
        }
        let braced = format!("{{{LINEAGE}}}");
        let upper = LINEAGE.replace('c', "C");
        let simple = LINEAGE.replace('-', "");
        for lineage in ["", "x", "../x", braced.as_str(), upper.as_str(), simple.as_str()] {
            let bad = Mark::read(&tags("acme", lineage, None)).expect_err(lineage);
            assert_eq!(bad.key, tag::LINEAGE);
        }
        for expires in ["", "soon", "2026-01-01", "-1"] {
            let bad = Mark::read(&tags("acme", LINEAGE, Some(expires))).expect_err(expires);
            assert_eq!(bad.key, tag::EXPIRES);
        }
        let long = Mark::read(&tags(&"x/".repeat(1000), LINEAGE, None)).expect_err("too long");
        assert!(long.value.chars().count() <= SHOWN + 1);
    }

    #[test]
    fn what_holds_data_is_ours_only_under_the_name_that_we_give() {
        let maker = Maker {
            environment: "acme-support",
            account: "123456789012",
            blueprint: None,
        };
        let ours = [
            ("s3.bucket", "acme-support-ccp-123456789012-eu-west-2"),
            ("connect.instance", "acme-support"),
            ("appstream.image", "acme-support-desk-0123abcd"),
            ("appstream.fleet", "whatever"),
            ("iam.role", "whatever"),
        ];
        for (kind, name) in ours {
            assert_eq!(maker.would_make(&found(kind, name)), Ok(()), "{kind} {name}");
        }
        let foreign = [
            ("s3.bucket", "payroll"),
            ("s3.bucket", "acme-support-ccp-123456789012-eu-west-1"),
            ("s3.bucket", "acme-support-ccp-999999999999-eu-west-2"),
            ("connect.instance", "acme-production"),
            ("appstream.image", "acme-support-desk"),
            ("appstream.image", "acme-supporters-desk-0123abcd"),
            ("appstream.image", "golden-0123abcd"),
        ];
        for (kind, name) in foreign {
            let why = maker.would_make(&found(kind, name)).expect_err(name);
            let own = match why {
                Unclaimed::OtherName { own, .. } => own,
                Unclaimed::NotInBlueprint { .. } => panic!("{name}: there is no blueprint"),
            };
            let fits = match kind {
                "s3.bucket" => matches!(own, OwnName::Known { name: own } if own != name),
                "connect.instance" => own == OwnName::InBlueprint,
                _ => own == OwnName::ByRecipe,
            };
            assert!(fits, "{name}");
        }
        // Its own tag says what it was made from, and its name says otherwise.
        let mut image = found("appstream.image", "acme-support-desk-0123abcd");
        image
            .tags
            .insert(tag::RECIPE.to_owned(), "ffffffffffff".to_owned());
        assert!(maker.would_make(&image).is_err());
    }
}
