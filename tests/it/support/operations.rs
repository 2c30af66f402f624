//! Operations that only tests call: changes from outside.

use headset_client::services::{identity_store, secrets_manager, ssm};
use headset_client::{Nothing, Operation, Service};
use serde::{Deserialize, Serialize};

/// Makes a parameter.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PutParameter {
    pub(crate) name: &'static str,
    pub(crate) value: &'static str,
    pub(crate) r#type: &'static str,
}

impl Operation for PutParameter {
    const SERVICE: &'static Service = &ssm::SERVICE;
    const NAME: &'static str = "PutParameter";
    type Answer = Nothing;
}

/// Makes a secret.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateSecret {
    pub(crate) name: &'static str,
    pub(crate) client_request_token: &'static str,
    pub(crate) secret_string: &'static str,
}

/// A secret that was made.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Made {
    #[serde(rename = "ARN")]
    pub(crate) arn: String,
}

impl Operation for CreateSecret {
    const SERVICE: &'static Service = &secrets_manager::SERVICE;
    const NAME: &'static str = "CreateSecret";
    type Answer = Made;
}

/// Makes a group.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CreateGroup {
    pub(crate) identity_store_id: String,
    pub(crate) display_name: String,
}

impl Operation for CreateGroup {
    const SERVICE: &'static Service = &identity_store::SERVICE;
    const NAME: &'static str = "CreateGroup";
    type Answer = identity_store::GroupId;
}

/// What is changed of a group.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AttributeOperation {
    pub(crate) attribute_path: &'static str,
    pub(crate) attribute_value: String,
}

/// Changes a group.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateGroup {
    pub(crate) identity_store_id: String,
    pub(crate) group_id: String,
    pub(crate) operations: Vec<AttributeOperation>,
}

impl Operation for UpdateGroup {
    const SERVICE: &'static Service = &identity_store::SERVICE;
    const NAME: &'static str = "UpdateGroup";
    type Answer = Nothing;
}

/// Deletes a group.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct DeleteGroup {
    pub(crate) identity_store_id: String,
    pub(crate) group_id: String,
}

impl Operation for DeleteGroup {
    const SERVICE: &'static Service = &identity_store::SERVICE;
    const NAME: &'static str = "DeleteGroup";
    type Answer = Nothing;
}
