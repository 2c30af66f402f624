//! An image: captured by a person on a builder, copied by AWS, or found.

pub mod captured;
pub mod catalog;
pub mod script;
pub mod share;
pub mod spec;

use std::collections::BTreeMap;

use serde_json::Value;

pub use self::share::Share;
pub use self::spec::{
    Application, CopySource, CopySpec, Hosted, Image, ImageLive, ImageSpec, ImportSource, ImportSpec,
    Installer, UpdateSpec, WantedImage,
};
use super::worksheet;
use crate::address::Address;
use crate::discovery::{Found, Trace};
use crate::extra::List;
use crate::field::FieldId;
use crate::kind::{Actions, Checkpoint, Condition, Declared, Kind, Live, Loss, parse};
use crate::output;
use crate::outward::Quota;
use crate::own::{OwnName, Owner};
use crate::spec::Existing;
use crate::verify::{Asked, Check, Checked};
use crate::{names, tag};

/// `verify`: fleets can start from it.
static AVAILABLE: Check = Check {
    id: "image-available",
    about: "the image is available",
    after: &[],
    across: &[],
};

/// The state of one that AWS could not make.
const FAILED: &str = "FAILED";

impl Kind for Image {
    fn about(&self) -> &'static str {
        "An image with applications: captured by a person on an image builder, imported or copied by AWS, or one that exists."
    }

    fn holds_data(&self) -> bool {
        true
    }

    /// An older recipe made an older image of the same entry.
    fn is_called(&self, name: &str, wanted: &str) -> bool {
        let entry = names::entry_of_image(name);
        name == wanted || (entry.is_some() && entry == names::entry_of_image(wanted))
    }

    fn check_name(&self, found: &Found, owner: &Owner<'_>) -> Result<(), OwnName> {
        let name = &found.address.key;
        let is_ours = names::entry_of_image(name)
            .and_then(|entry| entry.strip_prefix(owner.environment?))
            .is_some_and(|key| key.len() > 1 && key.starts_with('-'));
        let recipe = found.tags.get(tag::RECIPE);
        let fits = recipe.is_none_or(|recipe| name.ends_with(recipe.get(..8).unwrap_or(" ")));
        match is_ours && fits {
            true => Ok(()),
            false => Err(OwnName::ByRecipe),
        }
    }

    fn lists(&self) -> &'static [List] {
        const {
            &[List {
                holder: ImageSpec::KIND,
                one: "an account that may use it",
                what: "accounts that may use it",
            }]
        }
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        &[ImageSpec::NAME]
    }

    fn known_by(&self) -> &'static [&'static [FieldId]] {
        // Images of one recipe are interchangeable under any names.
        &[&[ImageSpec::RECIPE]]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::NAME, "the image's name"),
            (output::ARN, "its ARN"),
            (
                output::PLATFORM,
                "its operating system, such as WINDOWS_SERVER_2022; empty where AWS does not say",
            ),
        ]
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&AVAILABLE] }
    }

    fn check(&self, Asked { live, .. }: Asked<'_>) -> Vec<Checked> {
        let looked_at = format!("the image {}", live.id);
        vec![match &live.condition {
            Condition::Settled { .. } => AVAILABLE.passed(looked_at),
            Condition::Moving { state, .. } => AVAILABLE.failed(
                looked_at,
                format!("it is {state}"),
                "wait until AWS has made it, and verify again",
            ),
            Condition::Failed { state, reason } => AVAILABLE.failed(
                looked_at,
                format!("it is {state}: {reason}"),
                "capture it again: `headset checkpoint list` says how",
            ),
        }]
    }

    fn quotas(&self) -> &'static [Quota] {
        const { &[Quota::appstream("L-E1182CCA", "images", 10)] }
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "appstream:DescribeImages",
                "appstream:DescribeImagePermissions",
                "appstream:DescribeImageBuilders",
                "appstream:ListTagsForResource",
                "tag:GetResources",
            ],
            write: &[
                "appstream:StartImageBuilder",
                "appstream:StopImageBuilder",
                // Who uses an earlier version is looked up before that goes.
                "appstream:DescribeFleets",
                "appstream:CopyImage",
                "appstream:CreateImportedImage",
                "appstream:CreateUpdatedImage",
                "iam:PassRole",
                "appstream:UpdateImagePermissions",
                "appstream:DeleteImagePermissions",
                "appstream:TagResource",
                "appstream:UntagResource",
            ],
            delete: &["appstream:DeleteImagePermissions", "appstream:DeleteImage"],
        }
    }

    fn loss(&self, live: &Live) -> Option<Loss> {
        // What AWS could not make holds nothing.
        if live.condition.state() == FAILED {
            return None;
        }
        // Only what was captured names its builder; a copy can be made again from its source.
        let captured = self.read(live).builder_name.is_some();
        captured.then_some("a captured image, which cannot be made again without a person")
    }

    fn keeps(&self, want: &Value) -> Option<usize> {
        let kept = ImageSpec::KEEP_VERSIONS.of(want)?.as_u64()?;
        usize::try_from(kept).ok()
    }

    fn is_given_away(&self, spec: &Value) -> bool {
        let share = ImageSpec::SHARE.of(spec).and_then(Value::as_object);
        share.is_some_and(|accounts| !accounts.is_empty())
    }

    fn why_replaced(&self, changed: &[&str]) -> Option<String> {
        let changed = |field: FieldId| changed.contains(&field.name);
        if !changed(ImageSpec::RECIPE) {
            return None;
        }
        let parts = [
            (ImageSpec::APPS, "applications"),
            (ImageSpec::POLICY_FILES, "browser policies"),
            (ImageSpec::INSTALLER, "the browser's package"),
            (ImageSpec::DISPLAY_NAME, "display name"),
        ];
        let named: Vec<&str> = parts
            .into_iter()
            .filter(|(field, _)| changed(*field))
            .map(|(_, name)| name)
            .collect();
        let told = match named.is_empty() {
            // What it is built on is in the hash alone.
            true => String::new(),
            false => format!(" ({})", named.join(", ")),
        };
        Some(format!(
            "its recipe changed{told}, and another recipe is another image"
        ))
    }

    fn why_not_made(&self) -> Option<&'static str> {
        Some(
            "what a person captured is then captured again, by its worksheet; one that AWS calls AVAILABLE goes only with \
             `--allow-irreversible` and its address",
        )
    }

    fn stand_in(&self, want: &Value) -> Option<Value> {
        let instead = Existing::Instead {
            name: UpdateSpec::UPDATE_OF.text(want)?.to_owned(),
            instead_of: ImageSpec::NAME.text(want)?.to_owned(),
        };
        Some(instead.erased())
    }

    fn why_manual(&self) -> &'static str {
        "it is captured in a session on its builder, where AWS's API does not reach"
    }

    fn checkpoint(&self, address: &Address, want: &Value) -> Option<Checkpoint> {
        let spec = parse(want).ok()?;
        Some(worksheet::checkpoint(address, &spec, &[]))
    }

    fn lasting_answers(&self, answers: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        captured::earlier(answers)
    }

    fn answers_name(&self, want: &Value, answers: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
        let name = captured::answered(want, answers).map(str::to_owned);
        name.map(|name| (captured::IMAGE, name)).into_iter().collect()
    }

    fn answered_name<'a>(&self, want: &Value, answers: &'a BTreeMap<String, String>) -> Option<&'a str> {
        captured::answered(want, answers)
    }

    fn timeout(&self) -> u64 {
        // From the snapshot to AVAILABLE it takes 20 to 45 minutes, and sometimes longer.
        2 * 3600
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn another_image_is_needed_because_its_recipe_changed() {
        let why = |changed: &[&str]| Image.why_replaced(changed);
        assert_eq!(
            why(&["name", "recipe", "apps"]).unwrap(),
            "its recipe changed (applications), and another recipe is another image"
        );
        assert_eq!(
            why(&["name", "recipe"]).unwrap(),
            "its recipe changed, and another recipe is another image"
        );
        assert_eq!(why(&["name"]), None);
    }

    #[test]
    fn another_recipe_is_another_image() {
        let image = ImageLive {
            name: Some("acme-desk-1a2b3c4d".to_owned()),
            ..ImageLive::default()
        };
        let live = Live::of("acme-desk-1a2b3c4d", "AVAILABLE", image);
        let want = |name: &str| json!({"name": name, "recipe": "x", "apps": []});
        assert!(Image.diff(&want("acme-desk-1a2b3c4d"), &live).is_empty());
        let diff = Image.diff(&want("acme-desk-99999999"), &live);
        assert_eq!(
            diff.iter().map(|change| change.change).collect::<Vec<_>>(),
            [crate::field::Change::Replace]
        );
    }

    #[test]
    fn a_copy_and_an_import_wait_for_no_person_and_lose_nothing() {
        let address: Address = "appstream.image/desk".parse().expect("an address");
        let copy = json!({"name": "desk-1a2b3c4d", "copy_of": {"name": "desk", "region": "eu-west-2"}});
        let import = json!({"name": "desk-1a2b3c4d", "import": {"ami": "ami-0a1b2c3d", "newest_agent": false}, "apps": []});
        let update = json!({"name": "desk-1a2b3c4d", "update_of": "desk"});
        for want in [copy, import, update] {
            assert!(Image.checkpoint(&address, &want).is_none());
        }
        let loss = |builder_name: Option<String>| {
            let image = ImageLive {
                builder_name,
                ..ImageLive::default()
            };
            Image.loss(&Live::of("i", "AVAILABLE", image))
        };
        assert!(loss(None).is_none());
        assert!(loss(Some("builder".to_owned())).is_some());
    }
}
