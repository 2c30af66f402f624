//! Secrets of Secrets Manager, read through Parameter Store (user guide, "Referencing AWS Secrets Manager secrets").

use serde_json::{Value, json};

use super::{Call, Fault, arn, invalid};
use crate::service::ask::Secrets;
use crate::world::World;

/// What stands before the name of the secret.
pub(super) const PREFIX: &str = "/aws/reference/secretsmanager/";

/// The secret as a parameter. A version's id or staging label may stand behind a colon.
///
/// # Errors
/// `ValidationException` unless it is to be decrypted, `ParameterNotFound` where there is no such secret or version.
pub(super) fn view(world: &World, call: &Call, asked: &str, secret: &str) -> Result<Value, Fault> {
    if call.input["WithDecryption"] != true {
        return Err(invalid(
            "WithDecryption flag must be True for retrieving a Secret Manager secret.",
        ));
    }
    let (name, selector) = match secret.split_once(':') {
        Some((name, selector)) => (name, Some(selector)),
        None => (secret, None),
    };
    let found = world.secret(call, name, selector).ok_or_else(|| {
        let name = &asked[1..];
        let message = format!(
            "An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret {name} not found."
        );
        Fault::new("ParameterNotFound", message)
    })?;
    let plain = format!("{PREFIX}{name}");
    let mut view = json!({
        "Name": plain, "Type": "SecureString", "Value": found.value, "Version": 0,
        "LastModifiedDate": found.created.epoch_seconds(), "DataType": "text", "ARN": arn(call, &plain),
        "SourceResult": found.source.to_string(),
    });
    if let Some(selector) = selector {
        view["Selector"] = json!(format!(":{selector}"));
    }
    Ok(view)
}
