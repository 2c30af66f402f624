//! The top level: a blueprint with mistakes in it is still read to its end.

use std::collections::BTreeMap;
use std::time::Duration;

use super::address::{Move, moved, removed};
use super::appstream::AppstreamSection;
use super::aws::AwsSection;
use super::bootstrap::BootstrapSection;
use super::ccp::CcpSection;
use super::connect::ConnectSection;
use super::sign_in::SignInSection;
use super::target::Target;
use super::waiver::{Waiver, waivers};
use crate::account::OwnArn;
use crate::at::At;
use crate::declare::{Section as _, Value as _};
use crate::entry;
use crate::limits;
use crate::node::{Node, Value};
use crate::reader::{Fields, Files, Item, Outline, Reader, child};
use crate::table::{self, Key, Place, Shape};
use headset_core::diagnostic::Diagnostic;
use headset_derive::Section;
use headset_kinds::Address;

/// What could be read: a section with a mistake is missing here, and its mistakes are in the findings.
#[derive(Debug, Default, Section)]
#[section(lenient)]
pub(crate) struct Draft {
    /// The beginning of every name in AWS, and the tag `headset:environment`; changing it makes another environment.
    #[key(keys(VERSION), pattern = limits::ENVIRONMENT, required, example = "acme-support")]
    pub name: Option<At<String>>,
    /// The versions of Headset that this blueprint is for: `>=`, `<`, `=`, `~` or `^` and a version, several with
    /// commas, in quotes. Each base may have its own. Another version refuses the blueprint.
    #[key(pattern = limits::VERSIONS, example = "\">=0.1\"", otherwise = "every version")]
    pub requires: Option<At<String>>,
    /// The account and the regions.
    #[key(
        keys(EXTENDS),
        absent,
        example = "{ region: eu-west-2 }",
        otherwise = "your AWS configuration decides"
    )]
    pub aws: Option<AwsSection>,
    /// How long the environment is meant to exist, counted from its first apply with a lifetime: Headset tags
    /// everything with the expiry, and `protect` is false by default. Another value counts from the same moment;
    /// without the key, the next apply takes the tag off.
    #[key(duration = limits::LIFETIME, example = "3d")]
    pub lifetime: Option<At<Duration>>,
    /// Where state is kept, for all who work on the environment: a prefix of keys in a bucket of S3, with `?region=` and
    /// `?kms_key=` as they are needed, and `?owner=` where the bucket belongs to another account (`any` for a store that
    /// knows no accounts of AWS). `--state` and `HEADSET_STATE` go before it. Another store does not know what this one
    /// knows: `headset state migrate` moves it.
    #[key(pattern = limits::STATE, example = "s3://acme-state/headset", otherwise = "the state directory of the machine")]
    pub state: Option<At<String>>,
    #[key(from = protect, keys(PROTECT))]
    pub protect: bool,
    #[key(
        from = tags,
        keys(entry::tags("Tags of everything that can carry tags, beside Headset's own.", &[]))
    )]
    pub tags: BTreeMap<String, String>,
    /// The Amazon Connect instance and what is in it.
    #[key(example = "{ alias: acme-support }")]
    pub connect: Option<ConnectSection>,
    /// Single sign-on: the identity provider of the agents, and where their sign-in leads.
    #[key(example = "{ idp: { identity_center: { application: acme-support, groups: [agents] } } }")]
    pub sign_in: Option<SignInSection>,
    /// The pages with the Contact Control Panel.
    #[key(example = "{ hosting: s3 }")]
    pub ccp: Option<CcpSection>,
    /// AppStream 2.0: the streamed desktops.
    #[key(example = "{ fleets: { agents: { existing: acme-agents } } }")]
    pub appstream: Option<AppstreamSection>,
    /// What a team needs once in an account: the bucket with its states, the boundary of its roles, the roles of its pipelines.
    /// An administrator applies it; `headset bootstrap` leads through it.
    #[key(example = "{ state: { previous_versions: 90d } }")]
    pub bootstrap: Option<BootstrapSection>,
    /// Resources that have another address now, from old to new: state changes, AWS does not.
    #[key(
        pattern = limits::ADDRESS,
        entries = "a former address",
        names = limits::ADDRESS,
        hint = "Write `moved: { appstream.fleet/old: appstream.fleet/new }`.",
        read = moved,
        example = "{ appstream.fleet/old: appstream.fleet/new }"
    )]
    pub moved: Vec<Move>,
    /// Addresses that Headset lets go of without deleting anything.
    #[key(
        pattern = limits::ADDRESS,
        count = (0, 1000),
        read = removed,
        example = "[appstream.stack/old]"
    )]
    pub removed: Vec<At<Address>>,
    /// Drift that the team knows of and lets be for a while, by address: `headset drift` shows it and does not fail because
    /// of it, and fails once the time is over. It is about that report only: the next `headset apply` changes back what was
    /// changed.
    #[key(
        entries = "a waiver",
        names = limits::ADDRESS,
        count = (0, 1000),
        hint = "Write `waivers: { appstream.stack/agents: { reason: \"...\", until: 2026-12-31 } }`.",
        read = waivers,
        example = "{ appstream.stack/agents: { fields: [display_name], reason: \"an incident\", until: 2026-12-31 } }"
    )]
    pub waivers: BTreeMap<String, Waiver>,
    /// The environments of this one definition, by name: each has its own account and region, its own state, and values of its
    /// own. `center.yaml` then stands for all of them, `center.yaml#NAME` for one, and `${target}` in a text for the name.
    #[key(
        entries = "a target",
        names = limits::ENVIRONMENT,
        count = (0, 1000),
        hint = "Write `targets: { us: { account: \"123456789012\", region: us-east-1 } }`.",
        example = "{ eu: { region: eu-west-2 }, us: { region: us-east-1 } }"
    )]
    pub targets: BTreeMap<String, Target>,
}

/// `version`: read before everything else.
const VERSION: Key = Key::new("version", Shape::Version(1), "1", "The version of this language.").required();

static FILE: Shape = Shape::Text(limits::FILE_PATH);
static FILES: [Shape; 2] = [
    Shape::Text(limits::FILE_PATH),
    Shape::List {
        of: &FILE,
        count: (1, 16),
    },
];

/// `extends`: read before the files become one tree.
const EXTENDS: Key = Key::new(
    "extends",
    Shape::Either(&FILES),
    "base.yaml",
    "Blueprints that this one extends, relative to this file; later ones of a list override earlier ones. Maps \
     merge, lists replace, `null` removes.",
);

const PROTECT: Key = Key::new(
    "protect",
    Shape::Boolean,
    "true",
    "Whether deleting and replacing is refused, for all entries without a `protect` of their own.",
)
.otherwise("true without `lifetime`, false with it");

/// The shape of a whole blueprint.
pub(crate) static BLUEPRINT: Shape = Draft::SHAPE;

/// Every key of the language, in the order of its declaration.
pub(crate) fn every_key() -> Vec<Place> {
    table::keys_below(Draft::MAP)
}

#[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
fn protect(reader: &mut Reader<'_>, _: &Item<'_>, fields: &Fields<'_>) -> Option<bool> {
    let by_default = fields.get("lifetime").is_none();
    let said = reader.key(fields, "protect", Reader::boolean, |_, _| Some(by_default));
    reader.protect = said.unwrap_or(true);
    Some(reader.protect)
}

#[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
fn tags(reader: &mut Reader<'_>, _: &Item<'_>, fields: &Fields<'_>) -> Option<BTreeMap<String, String>> {
    Some(reader.tags(fields))
}

/// Everything that a tree says.
pub(crate) struct Told {
    pub(crate) draft: Draft,
    pub(crate) outline: Outline,
    /// What has to be of the blueprint's own account.
    pub(crate) own: Vec<OwnArn>,
    pub(crate) findings: Vec<Diagnostic>,
}

/// Reads the whole tree.
pub(crate) fn read(root: &Node, files: Files<'_>) -> Told {
    let outline = Outline::of(root);
    let mut reader = Reader::new(files, &outline);
    let draft = draft(&mut reader, root).unwrap_or_default();
    let own = std::mem::take(&mut reader.own);
    let account = draft.aws.as_ref().and_then(|aws| aws.account.as_ref());
    if let Some(account) = account {
        for finding in own.iter().filter_map(|arn| arn.outside(&account.value)) {
            reader.report(finding);
        }
    }
    let findings = reader.finish(root);
    Told {
        draft,
        outline,
        own,
        findings,
    }
}

fn draft(reader: &mut Reader<'_>, root: &Node) -> Option<Draft> {
    let Value::Map(_) = root.value else {
        reader.report(
            Diagnostic::error(
                "wrong-type",
                format!("a blueprint is a map of sections, not {}", root.value.described()),
            )
            .at(root.place.clone())
            .help("Begin with `version: 1` and `name: ...`; the section keys stand at the left margin."),
        );
        return None;
    };
    if !is_readable(reader, root) {
        return None;
    }
    Draft::read(reader, &Item::root(root, &BLUEPRINT))
}

/// Whether this is a version that can be read; another one may mean anything, so that reading on would only produce
/// noise.
fn is_readable(reader: &mut Reader<'_>, root: &Node) -> bool {
    // Its absence is reported with that of other keys.
    let Some(node) = child(root, "version") else {
        return true;
    };
    let item = Item {
        path: "version".to_owned(),
        key: "version",
        ..Item::root(node, &VERSION_SHAPE)
    };
    match &node.value {
        Value::Number(text) if text == "1" => true,
        Value::Text(text) if text == "1" && node.loose => true,
        Value::Text(text) if text == "1" => {
            reader.wrong_type(&item, "a number", &item.write_bare("1"));
            true
        }
        other => {
            reader.report(
                Diagnostic::error(
                    "unknown-version",
                    format!(
                        "this Headset reads version 1 of the language, not {}",
                        other.described()
                    ),
                )
                .at(node.place.clone())
                .help(format!(
                    "{}, or use the Headset that this blueprint was written for.",
                    item.write("1")
                )),
            );
            false
        }
    }
}

static VERSION_SHAPE: Shape = Shape::Version(1);
