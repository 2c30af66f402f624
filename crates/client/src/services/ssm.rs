//! Systems Manager: parameters.

use serde::{Deserialize, Serialize};

use crate::hosts;
use crate::operation::Operation;
use crate::service::{Json, Protocol, Service};

/// The service.
pub static SERVICE: Service = Service {
    name: "ssm",
    id: "SSM",
    signing_name: "ssm",
    version: "2014-11-06",
    host: &hosts::SSM,
    protocol: Protocol::Json(Json {
        version: "1.1",
        target: "AmazonSSM",
        was_query: false,
    }),
};

/// Reads a parameter.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetParameter {
    /// Its name or ARN.
    pub name: String,
    /// Whether an encrypted one is decrypted.
    pub with_decryption: Option<bool>,
}

/// The answer to [`GetParameter`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetParameterAnswer {
    /// The parameter.
    pub parameter: Option<Parameter>,
}

/// A parameter.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Parameter {
    /// Its value.
    pub value: Option<String>,
}

impl std::fmt::Debug for Parameter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Parameter { value: not shown }")
    }
}

impl Operation for GetParameter {
    const SERVICE: &'static Service = &SERVICE;
    const NAME: &'static str = "GetParameter";
    type Answer = GetParameterAnswer;
}
