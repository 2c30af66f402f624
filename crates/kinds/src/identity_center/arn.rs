//! The form of an application's ARN, and what is wrong with a text that is none.

use headset_core::Arn;

use crate::iam::saml_metadata::excerpt;

/// The form of an application's ARN, from AWS's service model of sso-admin.
const FORM: &str =
    r"^arn:aws(-[a-z]{1,5}){0,3}:sso::\d{12}:application/(sso)?ins-[a-zA-Z0-9\-.]{16}/apl-[a-zA-Z0-9]{16}$";

/// Checks the form of an application's ARN.
pub fn check_arn(arn: &str) -> Result<(), String> {
    let form = fancy_regex::Regex::new(FORM).map_err(|error| error.to_string())?;
    if form.is_match(arn).unwrap_or(false) {
        return Ok(());
    }
    Err(format!(
        "application_arn: `{}` {}; the application's page shows it in the form \
         arn:aws:sso::ACCOUNT:application/ssoins-.../apl-...",
        excerpt(arn),
        wrong_with(arn)
    ))
}

/// Checks that an application is in the partition of AWS in which Identity Center is asked. Its account may be any: who
/// runs Identity Center seldom runs the contact center.
///
/// # Errors
/// Says in which partition it is.
pub fn check_partition(arn: &str, here: &str) -> Result<(), String> {
    let there = Arn::parse(arn).map_or("", |arn| arn.partition);
    match there == here {
        true => Ok(()),
        false => Err(format!(
            "application_arn: `{}` is in partition {there}, and Identity Center is asked in {here}: no account reaches \
             from one partition of AWS into another",
            excerpt(arn)
        )),
    }
}

/// What is wrong with the form of an ARN, said after the text.
fn wrong_with(text: &str) -> String {
    let Some(arn) = Arn::parse(text) else {
        return match text {
            "" => "is empty".to_owned(),
            _ if text.starts_with("apl-") => "is the application's id alone, and not its ARN".to_owned(),
            _ if text.starts_with("https://") => "is an address, and not an ARN".to_owned(),
            _ => "is not an ARN".to_owned(),
        };
    };
    let steps: Vec<&str> = arn.resource.split('/').collect();
    match (steps[0], steps.as_slice()) {
        _ if text.contains(char::is_whitespace) => "has blanks or line breaks in it".to_owned(),
        _ if arn.service != "sso" => {
            format!(
                "is an ARN of the service `{}` and not of `sso`",
                excerpt(arn.service)
            )
        }
        ("instance", _) => {
            "is the ARN of an instance of Identity Center, and not of an application".to_owned()
        }
        ("applicationProvider", _) => {
            "is the ARN of an application provider, and not of an application".to_owned()
        }
        (other, _) if other != "application" => {
            format!(
                "is the ARN of something else (`{}`), and not of an application",
                excerpt(other)
            )
        }
        _ if arn.in_region().is_some() => {
            "names a region, which the ARN of an application does not".to_owned()
        }
        _ if arn.account.len() != 12 || !arn.account.chars().all(|c| c.is_ascii_digit()) => {
            "names no account of 12 digits".to_owned()
        }
        (_, [_, _]) => "ends with the instance: the application's own id is missing".to_owned(),
        (_, [_, _, id]) if !id.starts_with("apl-") || id.len() != "apl-0123456789abcdef".len() => {
            "does not end with the id of an application, `apl-` and 16 letters or digits".to_owned()
        }
        (_, [_, _, _]) => {
            "names no instance of Identity Center, `ssoins-` and 16 letters or digits".to_owned()
        }
        _ => "has more or fewer parts than the ARN of an application".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_has_the_form_of_the_service_model() {
        assert_eq!(
            check_arn("arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef"),
            Ok(())
        );
        let twice =
            "arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef ".repeat(2);
        for (bad, why) in [
            ("", "is empty"),
            ("apl-0123456789abcdef", "is the application's id alone"),
            ("https://d-9067f1c2a3.awsapps.com/start", "is an address"),
            (
                "arn:aws:iam::111122223333:role/connect",
                "is an ARN of the service `iam`",
            ),
            (
                "arn:aws:sso:::instance/ssoins-0123456789abcdef",
                "of an instance of Identity Center",
            ),
            (
                "arn:aws:sso::aws:applicationProvider/custom-saml",
                "of an application provider",
            ),
            (
                "arn:aws:sso::111122223333:application/ssoins-0123456789abcdef",
                "the application's own id is missing",
            ),
            (
                "arn:aws:sso::1111:application/ssoins-0123456789abcdef/apl-0123456789abcdef",
                "names no account of 12 digits",
            ),
            (
                "arn:aws:sso:us-east-1:111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef",
                "names a region",
            ),
            (
                "arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-01234567",
                "does not end with the id of an application",
            ),
            (
                "arn:aws:sso::111122223333:application/ssoins-01/apl-0123456789abcdef",
                "names no instance of Identity Center",
            ),
            (&twice, "has blanks or line breaks"),
        ] {
            let said = check_arn(bad).unwrap_err();
            assert!(said.contains(why), "{bad}: {said}");
            assert!(said.len() < 300 && !said.contains(&twice), "{said}");
        }
    }
}
