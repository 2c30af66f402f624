//! Applications that are there already, by their display name: what an earlier answer named may be among them.

use aws_sdk_ssoadmin::types;
use headset_core::AwsError;
pub use headset_kinds::identity_center::sought::*;

use super::directory::Directory;
use crate::{Aws, pages};

/// How the provider of the SAML applications ends that a person makes in the console as `custom`. CreateApplication's
/// refusals name it, and ListApplicationProviders lists it.
const CUSTOM_SAML: &str = "applicationProvider/custom-saml";

/// The SAML applications of this display name, newest first. A name is not unique in Identity Center.
pub(super) async fn called(aws: &Aws, name: &str) -> Result<Vec<Found>, AwsError> {
    Ok(among(listed(aws).await?, name))
}

/// All SAML applications that a person has made, with name and ARN.
///
/// # Errors
/// If AWS cannot be asked.
pub(crate) async fn all(aws: &Aws) -> Result<Vec<(String, String)>, AwsError> {
    let listed = listed(aws).await?.into_iter().filter(is_custom_saml);
    Ok(listed
        .filter_map(|one| Some((one.name?, one.application_arn?)))
        .collect())
}

/// All applications of the only instance.
async fn listed(aws: &Aws) -> Result<Vec<types::Application>, AwsError> {
    let instance = Directory::of_application(aws, "").await?.instance;
    pages(|token| {
        let request = aws
            .sso_admin()
            .list_applications()
            .instance_arn(&instance)
            .set_next_token(token);
        async move {
            let page = aws
                .call("sso-admin", "ListApplications", || request.clone().send())
                .await?;
            Ok((page.applications.unwrap_or_default(), page.next_token))
        }
    })
    .await
}

fn is_custom_saml(one: &types::Application) -> bool {
    let provider = one.application_provider_arn();
    provider.is_none_or(|provider| provider.ends_with(CUSTOM_SAML))
}

fn among(mut listed: Vec<types::Application>, name: &str) -> Vec<Found> {
    let made = |one: &types::Application| one.created_date().map(aws_smithy_types::DateTime::secs);
    listed.retain(|one| one.name() == Some(name) && is_custom_saml(one));
    listed.sort_by_key(|one| {
        (
            std::cmp::Reverse(made(one)),
            one.application_arn().map(str::to_owned),
        )
    });
    listed
        .iter()
        .filter_map(|one| {
            Some(Found {
                arn: one.application_arn()?.to_owned(),
                made: made(one)
                    .and_then(|at| jiff::Timestamp::from_second(at).ok())
                    .map(|at| at.to_string()),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_custom_saml_applications_of_the_very_name_count() {
        let one = |arn: &str, name: &str, provider: Option<&str>, day: i64| {
            types::Application::builder()
                .application_arn(arn)
                .name(name)
                .set_application_provider_arn(
                    provider.map(|end| format!("arn:aws:sso::aws:applicationProvider/{end}")),
                )
                .created_date(aws_smithy_types::DateTime::from_secs(day * 86_400))
                .build()
        };
        let listed = vec![
            one("older", "acme", Some("custom-saml"), 1),
            one("oauth", "acme", Some("custom"), 2),
            one("catalogue", "acme", Some("catalog/AmazonConnect"), 3),
            one("case", "Acme", Some("custom-saml"), 4),
            one("newer", "acme", None, 5),
        ];
        let arns: Vec<String> = among(listed, "acme").into_iter().map(|found| found.arn).collect();
        assert_eq!(arns, ["newer", "older"]);
    }
}
