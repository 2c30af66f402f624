//! Reading a secret, in the call that needs it.

use headset_core::{AtHand, AwsError, Class, Secret};

use super::clients::Aws;

impl Aws {
    /// Reads the secret, now. Nothing keeps it.
    ///
    /// # Errors
    /// If the variable is not set, the file cannot be read, or AWS refuses; the message names the source, never
    /// the value.
    pub async fn reveal(&self, secret: &Secret) -> Result<String, AwsError> {
        let unreadable = |why: &str| AwsError::own(Class::Invalid, format!("cannot read {secret}: {why}"));
        let value = match (secret.at_hand(), secret) {
            (AtHand::Value(value), _) => value,
            (AtHand::Missing(why) | AtHand::Unreadable(why), _) => return Err(unreadable(&why)),
            (AtHand::Elsewhere, Secret::Parameter(path)) => {
                let request = self.ssm().get_parameter().name(path).with_decryption(true);
                let answer = self
                    .call("ssm", "GetParameter", || request.clone().send())
                    .await?;
                answer
                    .parameter
                    .and_then(|parameter| parameter.value)
                    .ok_or_else(|| unreadable("it has no value"))?
            }
            (AtHand::Elsewhere, Secret::Env(_) | Secret::File(_)) => {
                return Err(unreadable("it is not on this machine"));
            }
            (AtHand::Elsewhere, Secret::SecretsManager(name)) => {
                let request = self.secrets_manager().get_secret_value().secret_id(name);
                let answer = self
                    .call("secretsmanager", "GetSecretValue", || request.clone().send())
                    .await?;
                answer
                    .secret_string
                    .ok_or_else(|| unreadable("it holds binary data, not text"))?
            }
        };
        if value.is_empty() {
            return Err(unreadable("it is empty"));
        }
        Ok(value)
    }
}
