//! What an answer says of members that were never set: nothing, or something empty, or null.
//!
//! Terraform's provider has met all three (hashicorp/terraform-provider-aws issues 26677, 26682 and 49850), and no
//! source says which member is answered how.

use serde_json::{Map, Value, json};

use crate::world::World;

/// How this world answers them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unset {
    empty: bool,
    null: bool,
}

impl Unset {
    /// What the quirks of this world decide.
    pub(super) fn of(world: &World) -> Unset {
        Unset {
            empty: world.quirk("appstream.unset-is-empty"),
            null: world.quirk("appstream.unset-is-null"),
        }
    }

    /// Adds what is missing of these `lists`, `structures` and `others` (texts and numbers, for which nothing empty
    /// is valid).
    pub(super) fn fill(
        self,
        view: &mut Map<String, Value>,
        lists: &[&str],
        structures: &[&str],
        others: &[&str],
    ) {
        let all = [(lists, json!([])), (structures, json!({})), (others, Value::Null)];
        for (names, empty) in all {
            for name in names {
                if view.contains_key(*name) {
                    continue;
                }
                if self.empty && !empty.is_null() {
                    view.insert((*name).to_owned(), empty.clone());
                } else if self.null {
                    view.insert((*name).to_owned(), Value::Null);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Lab;
    use serde_json::{Value, json};

    #[test]
    fn members_that_were_never_set_are_absent_or_empty_or_null() {
        let cases: [(&[&str], &[&str], Value); 3] = [
            (&["appstream.unset-is-empty"], &[], json!({})),
            (
                &["appstream.unset-is-null"],
                &["appstream.unset-is-empty"],
                Value::Null,
            ),
            (&[], &[], json!("absent")),
        ];
        for (turned, plain, vpc) in cases {
            let mut lab = match turned {
                [name] => Lab::quirky(name, &[plain, &["appstream.slow-reads"]].concat()),
                _ => Lab::new(),
            };
            let fleet = lab.fleet(json!({}));
            lab.ok("CreateFleet", fleet);
            let seen = lab.agents();
            assert_eq!(seen.get("VpcConfig").cloned().unwrap_or(json!("absent")), vpc);
            // What was set, or always has a value, is never touched.
            assert_eq!(seen["InstanceType"], "stream.standard.medium");
        }
    }
}
