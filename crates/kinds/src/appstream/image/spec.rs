//! What a blueprint says about images.

use std::collections::BTreeMap;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};

use super::share::Share;
use crate::KindId;
use crate::field::{Change, Compare, Field, FieldId};
use crate::spec::Spec;
use crate::text::Text;

/// Only an image has it that AWS copies: see [`CopySpec`].
const COPY_OF: Field = Field::new(
    "copy_of",
    Change::Replace,
    "Name and region of the image that it is a copy of; part of the name",
)
.compared(Compare::WriteOnly);

/// Only an image has it that AWS imports: see [`ImportSpec`].
const IMPORT: Field = Field::new(
    "import",
    Change::Replace,
    "What it is imported from: an AMI or an image of WorkSpaces; part of the name",
)
.compared(Compare::WriteOnly);

/// Only an image has it that AWS makes out of another one: see [`UpdateSpec`].
const UPDATE_OF: Field = Field::new(
    "update_of",
    Change::Replace,
    "Name of the image that it is an update of; part of the name",
)
.compared(Compare::WriteOnly);

/// The kind `appstream.image`.
#[derive(Clone, Copy, Debug)]
pub struct Image;

/// What a blueprint says about an image that is to be captured. An image that is copied has a [`CopySpec`] instead.
/// Images that exist already have a spec of one field: `name`, `arn`, or `newest` (the beginning of a public image's
/// name; with `usable_by`: `builder` where a builder is to start from it, `fleet` where only a fleet is).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(
    kind = "appstream.image",
    of = Image,
    wanted = WantedImage,
    also(COPY_OF, IMPORT, UPDATE_OF),
    live = ImageLive {
        /// The image builder that it was captured on; of a copy, none.
        builder_name: String,
        /// The applications in its catalog; without parameters or path where AWS does not say them.
        catalog: Vec<Application>,
        /// Whether an image builder can start from it.
        builder_supported: bool,
        /// The version of its AppStream agent.
        agent: String,
        /// Whether that is the newest one.
        agent_is_newest: bool,
        /// The day on which its base was released by AWS.
        base_released: String,
        /// When it was made (RFC 3339).
        created: String,
        /// NATIVE, BYOL or CUSTOM: an image of one's own AMI runs on other instance types than all others.
        image_type: String,
        /// The families of instance types that it supports, by AWS's names.
        families: Vec<String>,
    }
)]
pub struct ImageSpec {
    /// Its name, at most 100 characters, with the beginning of the recipe's hash: other content, other name.
    #[field(replace)]
    pub name: String,
    /// The builder it is captured on.
    #[field(replace, compared = WriteOnly)]
    pub builder: Text,
    /// The base of that builder, as the blueprint says it: an image that was captured while the builder had another one is
    /// another image. Part of the recipe.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The region, for the person who opens the console.
    #[field(at_creation, compared = WriteOnly)]
    pub region: String,
    /// The name that the console shows.
    // AWS can change nothing of an image but its tags. What is not part of the recipe, hence of the name, stays as it
    // is.
    #[field(replace, compared = WriteOnly, reported)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A description, at most 256 characters.
    #[field(at_creation, compared = WriteOnly, reported)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The applications in its catalog: 1 to 50.
    #[field(replace, compared = WriteOnly)]
    pub apps: Vec<Application>,
    /// The browser's policy files that the builder needs, by name, with their content.
    #[field(replace, compared = WriteOnly)]
    #[serde(default)]
    pub policy_files: BTreeMap<String, String>,
    /// The package that brings the browser; `None`: a person installs it.
    #[field(replace, compared = WriteOnly)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installer: Option<Installer>,
    /// The hash of everything that goes into it.
    #[field(replace, compared = WriteOnly)]
    pub recipe: String,
    /// Where the script lies that captures it; null: the worksheet carries it.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosted: Option<Hosted>,
    /// How many earlier images stay beside it; null: all.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_versions: Option<u32>,
    /// The accounts that may use it, each with whether for fleets and for builders.
    #[field(in_place, listed)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<BTreeMap<String, Share>>,
    /// Tags, given to the command that captures.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// Where a script lies that a builder fetches with its role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hosted {
    /// The bucket.
    pub bucket: String,
    /// The bucket's region.
    pub region: String,
    /// The object's key.
    pub key: String,
    /// The SHA-256 of the script in hexadecimal.
    pub sha256: String,
}

/// What a blueprint says about an image that AWS copies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CopySpec {
    /// Its name, at most 100 characters, with the beginning of a hash of the source: another source, another name.
    pub name: String,
    /// What is copied.
    pub copy_of: CopySource,
    /// A description, at most 256 characters; `None`: the source's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Tags. AWS does not copy the source's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// The accounts that may use it; `None`: not owned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<BTreeMap<String, Share>>,
}

impl Spec for CopySpec {
    const KIND: KindId = ImageSpec::KIND;
}

/// What a blueprint says about an image that AWS imports: no person is needed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportSpec {
    /// Its name, at most 100 characters, with the beginning of a hash of all that it is made of: other content, other name.
    pub name: String,
    /// What it is imported from.
    pub import: ImportSource,
    /// The applications in its catalog: 1 to 50.
    pub apps: Vec<Application>,
    /// The name that the console shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A description, at most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// The accounts that may use it; `None`: not owned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<BTreeMap<String, Share>>,
}

impl Spec for ImportSpec {
    const KIND: KindId = ImageSpec::KIND;
}

impl ImportSpec {
    /// The field `import`.
    pub const IMPORT: FieldId = FieldId {
        kind: ImageSpec::KIND,
        name: IMPORT.name,
    };
}

/// What an image is imported from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSource {
    /// The AMI, of this account and region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ami: Option<String>,
    /// The image of WorkSpaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace_image: Option<String>,
    /// ARN of the role by which AppStream reads the AMI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The instance type on which AWS starts it once, to try it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub try_on: Option<String>,
    /// Whether instances always take the newest AppStream agent.
    pub newest_agent: bool,
}

/// What a blueprint says about an image that AWS makes out of another one, with a newer base, drivers and agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UpdateSpec {
    /// Its name, at most 100 characters, with the beginning of a hash of the source and the day: another day, another name.
    pub name: String,
    /// The name of the image that is updated.
    pub update_of: Text,
    /// The name that the console shows; `None`: the source's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A description, at most 256 characters; `None`: the source's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Tags. AWS does not give it the source's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// The accounts that may use it; `None`: not owned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<BTreeMap<String, Share>>,
}

impl Spec for UpdateSpec {
    const KIND: KindId = ImageSpec::KIND;
}

impl UpdateSpec {
    /// The field `update_of`.
    pub const UPDATE_OF: FieldId = FieldId {
        kind: ImageSpec::KIND,
        name: UPDATE_OF.name,
    };
}

/// An image that Headset wants to be there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum WantedImage {
    /// AWS copies it.
    Copied(CopySpec),
    /// AWS imports it.
    Imported(ImportSpec),
    /// AWS makes it out of another one.
    Updated(UpdateSpec),
    /// A person captures it.
    Captured(ImageSpec),
}

impl Spec for WantedImage {
    const KIND: KindId = ImageSpec::KIND;
}

impl CopySpec {
    /// The field `copy_of`.
    pub const COPY_OF: FieldId = FieldId {
        kind: ImageSpec::KIND,
        name: COPY_OF.name,
    };
}

/// The source of a copy, in the same account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopySource {
    /// The source image's name.
    pub name: String,
    /// The region that it is in.
    pub region: String,
}

/// A package that installs the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installer {
    /// Where it is.
    pub url: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// The program that is there once it is installed.
    pub program: String,
}

/// One application of an image's catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// Its name: at most 256 characters, without spaces.
    pub name: String,
    /// The name that users see.
    pub display_name: String,
    /// The program on the builder: an `.exe` or `.bat`.
    pub path: String,
    /// What the program is started with; empty for nothing.
    #[serde(default)]
    pub parameters: String,
}
