//! What can be known about a person's answers on an application of Identity Center: its link and its ARN.

pub use headset_kinds::identity_center::answered::*;

use aws_sdk_ssoadmin::operation::describe_application::DescribeApplicationOutput;
use aws_sdk_ssoadmin::types::ApplicationVisibility;
use headset_core::AwsError;
use serde_json::{Map, Value, json};

use super::directory::Directory;
use crate::Aws;
use headset_kinds::identity_center::application::{APPLICATION_URL, DESCRIPTION, SIGN_IN_ORIGIN, VISIBILITY};

/// What the API tells about an answered ARN.
pub(super) enum Told {
    /// The application, as AWS describes it.
    There(Box<DescribeApplicationOutput>),
    /// There is no such application.
    Nothing,
    /// It is an application of another sort than SAML.
    OtherSort,
    /// It could not be looked at, and why.
    Unchecked(AwsError),
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
        Ok(told) => Told::There(Box::new(told)),
        // Another region than the home region does not know the application either.
        Err(error) if error.is_not_found() => match Directory::seen_now(aws, arn).await {
            Ok(_) => Told::Nothing,
            Err(error) => Told::Unchecked(error),
        },
        Err(error) => Told::Unchecked(error),
    }
}

/// What AWS reports of an application besides its name and status, in our words. What it does not say is not there.
///
/// Assumption: `sso.application-told` — it answers the portal options of applications that were made in the console,
/// too.
pub(super) fn details(told: &DescribeApplicationOutput) -> Map<String, Value> {
    let mut details = Map::new();
    details.insert(
        DESCRIPTION.to_owned(),
        json!(told.description().unwrap_or_default()),
    );
    let Some(portal) = told.portal_options() else {
        return details;
    };
    if let visibility @ (ApplicationVisibility::Enabled | ApplicationVisibility::Disabled) =
        portal.visibility()
    {
        details.insert(VISIBILITY.to_owned(), json!(visibility.as_str()));
    }
    if let Some(sign_in) = portal.sign_in_options() {
        let url = sign_in.application_url().unwrap_or_default();
        details.insert(SIGN_IN_ORIGIN.to_owned(), json!(sign_in.origin().as_str()));
        details.insert(APPLICATION_URL.to_owned(), json!(url));
    }
    details
}
