//! Secrets Manager.

use serde::{Deserialize, Serialize};

use crate::hosts;
use crate::operation::Operation;
use crate::service::{Json, Protocol, Service};

/// The service.
pub static SERVICE: Service = Service {
    name: "secretsmanager",
    id: "Secrets Manager",
    signing_name: "secretsmanager",
    version: "2017-10-17",
    host: &hosts::SECRETS_MANAGER,
    protocol: Protocol::Json(Json {
        version: "1.1",
        target: "secretsmanager",
        was_query: false,
    }),
};

/// Reads a secret.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetSecretValue {
    /// Its name or ARN.
    pub secret_id: String,
}

/// The answer to [`GetSecretValue`].
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetSecretValueAnswer {
    /// The secret, if it is a text.
    pub secret_string: Option<String>,
}

impl std::fmt::Debug for GetSecretValueAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GetSecretValueAnswer { secret_string: not shown }")
    }
}

impl Operation for GetSecretValue {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "GetSecretValue";
    type Answer = GetSecretValueAnswer;
}
