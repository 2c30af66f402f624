//! Applications that are there already, by their display name: what an earlier answer named may be among them.

use aws_sdk_ssoadmin::types;

use super::directory::Directory;
use crate::aws::{Aws, AwsError, pages};
use crate::resource::address::Address;
use crate::resource::idp::sheet::code;
use crate::resource::shell::word;

/// How the provider of the SAML applications ends that a person makes in the console as `custom`. CreateApplication's
/// refusals name it, and ListApplicationProviders lists it.
const CUSTOM_SAML: &str = "applicationProvider/custom-saml";

/// An application that a worksheet may be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its ARN.
    pub(super) arn: String,
    /// When it was made (RFC 3339), where AWS says so.
    pub(super) made: Option<String>,
}

/// The SAML applications of this display name, newest first. A name is not unique in Identity Center.
pub(super) async fn called(aws: &Aws, name: &str) -> Result<Vec<Found>, AwsError> {
    let instance = Directory::of_application(aws, "").await?.instance;
    let listed = pages(|token| {
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
    .await?;
    Ok(among(listed, name))
}

fn among(mut listed: Vec<types::Application>, name: &str) -> Vec<Found> {
    let made = |one: &types::Application| one.created_date().map(aws_smithy_types::DateTime::secs);
    listed.retain(|one| {
        let provider = one.application_provider_arn();
        one.name() == Some(name) && provider.is_none_or(|provider| provider.ends_with(CUSTOM_SAML))
    });
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

/// What a person is told of applications of the wanted name, before anything is made.
pub(super) fn there_already(address: &Address, name: &str, found: &[Found]) -> Vec<String> {
    let compare = "If it was made for this environment (its relay state is the one below), make no other one: choose it \
                   under **Applications**, **Customer managed**, compare every value below with what it has, correct \
                   what differs (**Actions**, **Edit configuration**), and answer with its ARN:";
    let elsewhere = "If it leads elsewhere, leave it as it is. The new one is made as follows.";
    let mut lines = vec![
        "## The application may be there already".to_owned(),
        String::new(),
    ];
    let arn = match found {
        [] => return Vec::new(),
        [one] => {
            lines.extend([
                format!(
                    "Identity Center has an application called {}{}:",
                    code(name),
                    made(one)
                ),
                String::new(),
                format!("- Application ARN: {}", code(&one.arn)),
            ]);
            one.arn.as_str()
        }
        several => {
            lines.extend([
                format!("Identity Center has several applications called {}:", code(name)),
                String::new(),
            ]);
            lines.extend(
                several
                    .iter()
                    .map(|one| format!("- {}{}", code(&one.arn), made(one))),
            );
            "ARN"
        }
    };
    let compare = match found.len() {
        1 => compare.to_owned(),
        _ => compare.replace("If it was", "If one of them was"),
    };
    lines.extend([
        String::new(),
        compare,
        String::new(),
        "```sh".to_owned(),
        command(address, arn),
        "```".to_owned(),
        String::new(),
        match found.len() {
            1 => elsewhere.to_owned(),
            _ => elsewhere.replace(
                "it leads elsewhere, leave it as it is",
                "none of them was, leave them as they are",
            ),
        },
        String::new(),
    ]);
    lines
}

fn made(found: &Found) -> String {
    let made = found.made.as_ref();
    made.map(|at| format!(" (made {at})")).unwrap_or_default()
}

/// The command that answers with an application that is there. Its link is asked for by itself.
fn command(address: &Address, arn: &str) -> String {
    format!(
        "headset checkpoint answer BLUEPRINT {} application_arn={arn} metadata=URL",
        word(&address.to_string())
    )
}

/// What a person has to do where applications of that name are there; `None` where there are none.
pub(super) fn title(name: &str, found: &[Found]) -> Option<String> {
    match found {
        [] => None,
        [_] => Some(format!(
            "answer with the SAML application `{name}` that is in IAM Identity Center, or make another one"
        )),
        _ => Some(format!(
            "answer with one of the SAML applications `{name}` that are in IAM Identity Center, or make another one"
        )),
    }
}

/// A line for each application, with the command that answers with it.
pub(super) fn notices(address: &Address, name: &str, found: &[Found]) -> Vec<String> {
    let notice = |one: &Found| {
        format!(
            "Identity Center has an application `{name}`{}: if it was made for this environment, make no other one and \
             answer with it: `{}`",
            made(one),
            command(address, &one.arn)
        )
    };
    found.iter().map(notice).collect()
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
