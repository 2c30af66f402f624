//! What can be known about a person's answers on an application of Identity Center: its link and its ARN.

use super::directory::Directory;
use crate::aws::Aws;
use crate::resource::idp::answers;

/// Whether an address is in the access portal of Identity Center: its host is AWS's own (AWS's guide to the portal).
pub(super) fn is_in_portal(url: &str) -> bool {
    let host = answers::host(url);
    host.ends_with(".awsapps.com") || host.ends_with(".app.aws")
}

/// Checks the link of an application: the portal itself, in which people choose one, is none.
///
/// # Errors
/// Says what is wrong with it.
pub fn check_link(url: &str) -> Result<(), String> {
    answers::check_start(url)?;
    let fragment = url.split_once('#').map_or("", |(_, fragment)| fragment);
    if is_in_portal(url) && !fragment.trim_start_matches('/').starts_with("saml/") {
        return Err(format!(
            "start_url: `{url}` is the access portal, in which people choose an application, and not the link of this \
             one: sign in to the portal as a user who is assigned, and copy the address behind the application, which \
             goes on with `#/saml/`"
        ));
    }
    Ok(())
}

/// What the API tells about an answered ARN.
pub(super) enum Told {
    /// The application's name.
    Name(String),
    /// There is no such application.
    Nothing,
    /// It is an application of another sort than SAML.
    OtherSort,
    /// It could not be looked at, and why.
    Unchecked(String),
}

/// Asks for the application of this ARN.
pub(super) async fn ask(aws: &Aws, arn: &str) -> Told {
    let request = aws.sso_admin().describe_application().application_arn(arn);
    let answer = aws
        .call("sso-admin", "DescribeApplication", || request.clone().send())
        .await;
    match answer {
        // Customer managed applications of OAuth 2.0: the only ones that CreateApplication makes.
        Ok(told)
            if told
                .application_provider_arn()
                .is_some_and(|provider| provider.ends_with("applicationProvider/custom")) =>
        {
            Told::OtherSort
        }
        Ok(told) => Told::Name(told.name().unwrap_or_default().to_owned()),
        // Another region than the home region does not know the application either.
        Err(error) if error.is_not_found() => match Directory::of_application(aws, arn).await {
            Ok(_) => Told::Nothing,
            Err(error) => Told::Unchecked(error.message),
        },
        Err(error) => Told::Unchecked(error.to_string()),
    }
}
