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
}

impl Operation for DescribeUser {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "DescribeUser";
    type Answer = User;
}
