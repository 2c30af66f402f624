//! The directory of IAM Identity Center: groups and users.

use serde::{Deserialize, Serialize};

use crate::hosts;
use crate::operation::Operation;
use crate::service::{Json, Protocol, Service};

/// The service.
pub static SERVICE: Service = Service {
    name: "identitystore",
    id: "identitystore",
    signing_name: "identitystore",
    version: "2020-06-15",
    host: &hosts::IDENTITY_STORE,
    protocol: Protocol::Json(Json {
        version: "1.1",
        target: "AWSIdentityStore",
        was_query: false,
    }),
};

/// What a group or a user is found by.
#[derive(Clone, Debug, Serialize)]
pub enum AlternateIdentifier {
    /// An attribute whose values differ in the whole directory.
    UniqueAttribute(UniqueAttribute),
}

/// An attribute whose values differ in the whole directory.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UniqueAttribute {
    /// Which one: `displayName`, `userName`.
    pub attribute_path: String,
    /// Its value.
    pub attribute_value: String,
}

impl AlternateIdentifier {
    /// By the value of an attribute.
    pub fn of(attribute: &str, value: &str) -> AlternateIdentifier {
        AlternateIdentifier::UniqueAttribute(UniqueAttribute {
            attribute_path: attribute.to_owned(),
            attribute_value: value.to_owned(),
        })
    }
}

/// Finds a group.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetGroupId {
    /// The directory.
    pub identity_store_id: String,
    /// What it is found by.
    pub alternate_identifier: AlternateIdentifier,
}

/// The answer to [`GetGroupId`].
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupId {
    /// The group's id.
    pub group_id: String,
}

impl Operation for GetGroupId {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "GetGroupId";
    type Answer = GroupId;
}

/// Finds a user.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetUserId {
    /// The directory.
    pub identity_store_id: String,
    /// What it is found by.
    pub alternate_identifier: AlternateIdentifier,
}

/// The answer to [`GetUserId`].
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserId {
    /// The user's id.
    pub user_id: String,
}

impl Operation for GetUserId {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "GetUserId";
    type Answer = UserId;
}

/// Reads a group.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeGroup {
    /// The directory.
    pub identity_store_id: String,
    /// The group's id.
    pub group_id: String,
}

/// A group.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Group {
    /// What it is called.
    pub display_name: Option<String>,
}

impl Operation for DescribeGroup {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DescribeGroup";
    type Answer = Group;
}

/// Reads a user.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeUser {
    /// The directory.
    pub identity_store_id: String,
    /// The user's id.
    pub user_id: String,
}

/// A user.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct User {
    /// The name that the user signs in with.
    pub user_name: Option<String>,
    /// E-mail addresses.
    #[serde(default)]
    pub emails: Option<Vec<Email>>,
    /// `ENABLED` or `DISABLED`.
    pub user_status: Option<String>,
}

impl User {
    /// The e-mail address that Identity Center puts into assertions: the primary one.
    pub fn email(&self) -> Option<&str> {
        let emails = self.emails.as_deref().unwrap_or_default();
        emails
            .iter()
            .find(|one| one.primary == Some(true))?
            .value
            .as_deref()
    }
}

/// An e-mail address of a user.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Email {
    /// The address.
    pub value: Option<String>,
    /// Whether it is the primary one.
    pub primary: Option<bool>,
}

impl Operation for DescribeUser {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DescribeUser";
    type Answer = User;
}

/// Lists who is in a group, page by page.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListGroupMemberships {
    /// The directory.
    pub identity_store_id: String,
    /// The group's id.
    pub group_id: String,
    /// Where to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A page of [`ListGroupMemberships`].
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupMemberships {
    /// The memberships.
    #[serde(default)]
    pub group_memberships: Vec<GroupMembership>,
    /// Where to go on; none: that was all.
    pub next_token: Option<String>,
}

/// That a user is in a group.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupMembership {
    /// Who is.
    pub member_id: Option<MemberId>,
}

/// Who is in a group.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MemberId {
    /// A user's id.
    pub user_id: Option<String>,
}

impl Operation for ListGroupMemberships {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "ListGroupMemberships";
    type Answer = GroupMemberships;
}
