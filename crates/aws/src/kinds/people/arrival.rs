//! Whether the person of a SAML response arrives: what Amazon Connect knows, and, where that is asked for, the sign-in
//! itself.

use aws_credential_types::Credentials;
use headset_core::{AwsError, Class};
use headset_kinds::saml::checks::{ENTERED, KNOWN, TAKEN};
use headset_kinds::saml::judged::Arrival;
use headset_kinds::saml::posted::Posted;
use headset_kinds::verify::{Check, Checked};

use super::parts::{ADD_USER, called};
use crate::Aws;
use crate::kinds::connect::users;
use crate::renewal::keep_out;

/// The name of the source of credentials, for errors of the SDK.
const SOURCE: &str = "AssumeRoleWithSAML";

/// Everything that can be asked about an arrival. With the response, the person is signed in.
pub(crate) async fn arrive(aws: &Aws, arrival: &Arrival, posted: Option<&Posted>) -> Vec<Checked> {
    let mut found = Vec::new();
    let instance = arrival.instance.as_deref();
    if let (Some(instance), Some(session)) = (instance, &arrival.session) {
        found.push(known(aws, instance, session).await);
    }
    let Some(posted) = posted else {
        return found;
    };
    let (checked, credentials) = taken(aws, arrival, posted).await;
    found.push(checked);
    if let (Some(credentials), Some(instance)) = (credentials, instance) {
        found.push(entered(aws, instance, credentials).await);
    }
    found
}

async fn known(aws: &Aws, instance: &str, session: &str) -> Checked {
    let looked_at = format!("the users of the instance {instance}");
    let names = match users(aws, instance).await {
        Ok(names) => names,
        Err(error) => return KNOWN.unknown(looked_at, error),
    };
    match called(&names, session) {
        Ok(id) => KNOWN.passed(format!("{looked_at}: {session} is {id}")),
        Err(why) => KNOWN.failed(looked_at, why, ADD_USER),
    }
}

/// What a refused call says: that it is not so, or that it is not known.
fn judged(check: &'static Check, looked_at: String, error: AwsError, help: &str) -> Checked {
    match error.class {
        Class::Throttled | Class::Transient | Class::Unproven | Class::Conflict | Class::NotYetVisible => {
            check.unknown(looked_at, error)
        }
        _ => check.failed(looked_at, error.to_string(), help),
    }
}

/// Takes the role by the response. STS asks for no credentials of the caller's.
async fn taken(aws: &Aws, arrival: &Arrival, posted: &Posted) -> (Checked, Option<Credentials>) {
    let looked_at = format!("AssumeRoleWithSAML of {}", arrival.role);
    if arrival.has_expired {
        let why = "the response has expired, and STS takes no such";
        let help = "sign in again, and give the new response within the minutes that it counts";
        return (TAKEN.failed(looked_at, why, help), None);
    }
    let request = aws
        .sts()
        .assume_role_with_saml()
        .role_arn(&arrival.role)
        .principal_arn(&arrival.provider)
        .saml_assertion(posted.encoded().expose());
    let answer = aws
        .call("sts", "AssumeRoleWithSAML", || request.clone().send())
        .await;
    let given = match answer {
        Ok(answer) => answer.credentials,
        Err(error) => {
            let help = "compare with `headset verify`, which looks at the provider's metadata and at the role's trust policy";
            return (judged(&TAKEN, looked_at, error, help), None);
        }
    };
    let Some(given) = given else {
        let error = AwsError::lacking("sts", "AssumeRoleWithSAML", "Credentials");
        return (TAKEN.unknown(looked_at, error), None);
    };
    let credentials = Credentials::new(
        given.access_key_id,
        given.secret_access_key,
        Some(given.session_token),
        None,
        SOURCE,
    );
    keep_out(&credentials);
    (TAKEN.passed(looked_at), Some(credentials))
}

/// Goes in to the instance with the role's credentials, and forgets what it gives.
async fn entered(aws: &Aws, instance: &str, credentials: Credentials) -> Checked {
    let looked_at = format!("GetFederationToken of the instance {instance}");
    let send = || {
        let own = aws_sdk_connect::Config::builder().credentials_provider(credentials.clone());
        let request = aws.connect().get_federation_token().instance_id(instance);
        request.customize().config_override(own).send()
    };
    match aws.call("connect", "GetFederationToken", send).await {
        Ok(answer) => {
            if let Some(tokens) = &answer.credentials {
                let secrets = [tokens.access_token(), tokens.refresh_token()];
                secrets
                    .into_iter()
                    .flatten()
                    .for_each(headset_core::revealed::keep_out);
            }
            let user = answer.user_id.as_deref().unwrap_or("a user");
            ENTERED.passed(format!("{looked_at}: it let in {user}"))
        }
        Err(error) => {
            let help = match error.code.as_deref() {
                Some("UserNotFoundException") => {
                    "add the user to `connect.users` under exactly the name of the session, and apply"
                }
                Some("DuplicateResourceException") => {
                    "the user has signed in by another role before, and Amazon Connect ties users to their first: remove the \
                     user from `connect.users`, apply, put it back, apply"
                }
                _ => "compare with `headset verify`, which looks at what the role may do",
            };
            judged(&ENTERED, looked_at, error, help)
        }
    }
}
