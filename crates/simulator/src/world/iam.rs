//! What IAM remembers: roles, policies, users, groups and identity providers, by account.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::tags::Tags;
use crate::clock::Moment;

/// What this service remembers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    /// By account id.
    pub accounts: BTreeMap<String, Account>,
}

/// One account's part of IAM.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// Roles by lower-case name: two names that differ only in case cannot both exist.
    pub roles: BTreeMap<String, Role>,
    /// SAML providers by lower-case name.
    pub providers: BTreeMap<String, Provider>,
    /// Customer managed policies by lower-case name.
    pub policies: BTreeMap<String, ManagedPolicy>,
    /// Users by lower-case name.
    pub users: BTreeMap<String, User>,
    /// Groups by lower-case name.
    pub groups: BTreeMap<String, Group>,
    /// OpenID Connect providers by their address without `https://`.
    pub web_providers: BTreeMap<String, WebProvider>,
    /// Instance profiles by lower-case name.
    pub instance_profiles: BTreeMap<String, InstanceProfile>,
    /// Deletion tasks of service-linked roles by task id.
    pub deletions: BTreeMap<String, Deletion>,
}

/// One role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// Its name, in the case it was made with.
    pub name: String,
    /// `AROA...`.
    pub id: String,
    /// `arn:aws:iam::ACCOUNT:role/PATH/NAME`.
    pub arn: String,
    /// Its path, `/` or `/.../`.
    pub path: String,
    /// The trust policy as it was put.
    pub trust: String,
    /// The unique ids of the roles and users that the trust policy named when it was put, by ARN.
    pub trusted: BTreeMap<String, String>,
    /// Its description, where one was given.
    pub description: Option<String>,
    /// The longest session in seconds.
    pub session: u64,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
    /// Its tags.
    pub tags: Tags,
    /// Inline policies by name.
    pub inline: BTreeMap<String, String>,
    /// ARNs of the attached managed policies.
    pub attached: Vec<String>,
    /// When it was made.
    pub created: Moment,
    /// The service that a service-linked role belongs to.
    pub service_linked: Option<String>,
}

/// One SAML provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provider {
    /// Its name; part of the ARN and never changed.
    pub name: String,
    /// `arn:aws:iam::ACCOUNT:saml-provider/NAME`.
    pub arn: String,
    /// `SAMLProviderUUID`.
    pub uuid: String,
    /// The metadata document, exactly as it was put.
    pub document: String,
    /// What IAM read in it.
    pub metadata: Metadata,
    /// When it was made.
    pub created: Moment,
    /// When it expires.
    pub valid_until: Moment,
    /// Its tags.
    pub tags: Tags,
    /// `AssertionEncryptionMode`, where it was given.
    pub encryption: Option<String>,
}

/// One customer managed policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// Its name.
    pub name: String,
    /// `ANPA...`.
    pub id: String,
    /// `arn:aws:iam::ACCOUNT:policy/PATH/NAME`.
    pub arn: String,
    /// Its path.
    pub path: String,
    /// Its description, which can never change.
    pub description: Option<String>,
    /// Its tags.
    pub tags: Tags,
    /// At most five versions, oldest first.
    pub versions: Vec<PolicyVersion>,
    /// The id of the version in force.
    pub default: String,
    /// The number of the next version; never used twice.
    pub next: u64,
    /// When it was made.
    pub created: Moment,
    /// When its default version last changed.
    pub updated: Moment,
}

/// One user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Its name.
    pub name: String,
    /// `AIDA...`.
    pub id: String,
    /// `arn:aws:iam::ACCOUNT:user/PATH/NAME`.
    pub arn: String,
    /// Its path.
    pub path: String,
    /// Its tags.
    pub tags: Tags,
    /// When it was made.
    pub created: Moment,
    /// Inline policies by name.
    #[serde(default)]
    pub inline: BTreeMap<String, String>,
    /// ARNs of the attached managed policies.
    #[serde(default)]
    pub attached: Vec<String>,
    /// The groups that it is in, by lower-case name.
    #[serde(default)]
    pub groups: BTreeSet<String>,
    /// Its access keys.
    #[serde(default)]
    pub keys: Vec<AccessKey>,
}

/// One group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// `AGPA...`.
    pub id: String,
    /// `arn:aws:iam::ACCOUNT:group/PATH/NAME`.
    pub arn: String,
    /// Its path.
    pub path: String,
    /// Inline policies by name.
    pub inline: BTreeMap<String, String>,
    /// ARNs of the attached managed policies.
    pub attached: Vec<String>,
    /// When it was made.
    pub created: Moment,
}

/// One provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WebProvider {
    /// `arn:aws:iam::ACCOUNT:oidc-provider/HOST/PATH`.
    pub arn: String,
    /// Its address without `https://`: also how tokens and condition keys name it.
    pub issuer: String,
    /// The audiences that it signs for.
    pub clients: Vec<String>,
    /// Thumbprints of its certificate.
    pub thumbprints: Vec<String>,
    /// Its tags.
    pub tags: Tags,
    /// When it was made.
    pub created: Moment,
}

/// One instance profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InstanceProfile {
    /// Its name.
    pub name: String,
    /// `AIPA...`.
    pub id: String,
    /// `arn:aws:iam::ACCOUNT:instance-profile/PATH/NAME`.
    pub arn: String,
    /// Its path.
    pub path: String,
    /// The lower-case name of the one role that it can hold.
    pub role: Option<String>,
    /// Its tags.
    pub tags: Tags,
    /// When it was made.
    pub created: Moment,
}

/// A task that deletes a service-linked role, or tries to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deletion {
    /// The role's name.
    pub role: String,
    /// When the task comes to its end.
    pub until: Moment,
    /// How it has ended: nothing yet, success, or the resources that hold the role.
    pub ended: Option<Result<(), Vec<String>>>,
}

/// What IAM reads out of a metadata document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The `entityID`: the issuer that assertions have to name.
    pub entity: String,
    /// The identity provider's certificates, as base64 without white space.
    pub certificates: Vec<String>,
    /// The document's own `validUntil`, if it says one.
    pub valid_until: Option<Moment>,
}

/// One version of a managed policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyVersion {
    /// `v1`, `v2`, ...
    pub id: String,
    /// The document as it was put.
    pub document: String,
    /// When it was made.
    pub created: Moment,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessKey {
    /// `AKIA...`.
    pub id: String,
    /// Whether it may be used.
    pub active: bool,
    /// When it was made.
    pub created: Moment,
}
