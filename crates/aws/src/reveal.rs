//! Reading a secret, in the call that needs it.

use headset_client::services::secrets_manager::GetSecretValue;
use headset_client::services::ssm::GetParameter;
use headset_core::{AtHand, AwsError, Class, Revealed, Secret};

use super::clients::Aws;

impl Aws {
    /// Reads the secret, now. Nothing keeps it, but for what takes it out of all outputs.
    ///
    /// # Errors
    /// If the variable is not set, the file cannot be read, or AWS refuses; the message names the source, never
    /// the value.
    pub async fn reveal(&self, secret: &Secret) -> Result<Revealed, AwsError> {
        let unreadable = |why: &str| AwsError::own(Class::Invalid, format!("cannot read {secret}: {why}"));
        let value = match (secret.at_hand(), secret) {
            (AtHand::Value(value), _) => return Ok(value),
            (AtHand::Missing(why) | AtHand::Unreadable { why, .. }, _) => return Err(unreadable(&why)),
            (AtHand::Kept, _) | (AtHand::Remote, Secret::Existing) => {
                return Err(unreadable("the blueprint says that the user is there already"));
            }
            (AtHand::Remote, Secret::Parameter(path)) => {
                let request = GetParameter {
                    name: path.clone(),
                    with_decryption: Some(true),
                };
                let answer = self.ask(request).await?;
                answer
                    .parameter
                    .and_then(|parameter| parameter.value)
                    .ok_or_else(|| unreadable("it has no value"))?
            }
            (AtHand::Remote, Secret::Env(_) | Secret::File(_)) => {
                return Err(unreadable("it is not on this machine"));
            }
            (AtHand::Remote, Secret::SecretsManager(name)) => {
                let request = GetSecretValue {
                    secret_id: name.clone(),
                };
                let answer = self.ask(request).await?;
                answer
                    .secret_string
                    .ok_or_else(|| unreadable("it holds binary data, not text"))?
            }
        };
        if value.is_empty() {
            return Err(unreadable("it is empty"));
        }
        Ok(Revealed::new(value))
    }
}
