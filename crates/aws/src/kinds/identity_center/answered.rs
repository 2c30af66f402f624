//! What can be known about a person's answers on an application of Identity Center: its link and its ARN.

pub use headset_kinds::identity_center::answered::*;

use headset_core::AwsError;

use super::directory::Directory;
use crate::Aws;

/// What the API tells about an answered ARN.
pub(super) enum Told {
    /// The application's name.
    Name(String),
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
        Ok(told) => Told::Name(told.name().unwrap_or_default().to_owned()),
        // Another region than the home region does not know the application either.
        Err(error) if error.is_not_found() => match Directory::of_application(aws, arn).await {
            Ok(_) => Told::Nothing,
            Err(error) => Told::Unchecked(error),
        },
        Err(error) => Told::Unchecked(error),
    }
}
