//! Where a sign-in begins and where it ends: whether the one answers, and whether the other is the right place.

use headset_core::{AwsError, Class};
use headset_kinds::relay::{self, Landing};
use headset_kinds::verify::{Check, Checked};

use crate::Aws;
use crate::kinds::idp::answers;

/// Checks that the address where people start answers, as a browser finds out that is not signed in.
///
/// Assumption: start-url-answers.
pub(crate) async fn starts(aws: &Aws, check: &'static Check, url: &str) -> Checked {
    // What follows `#` no browser sends.
    let address = url.split('#').next().unwrap_or_default();
    let looked_at = format!("a page of {}, without a sign-in", answers::host(url));
    let help = "open the address in a browser on an agent's machine; if it is another one now, answer the checkpoint again";
    match aws.get(address, None).await {
        Err(error) if error.class == Class::Invalid => check.failed(looked_at, error.message.clone(), help),
        Err(error) => check.unknown(looked_at, error),
        Ok(answer) => match answer.status {
            // Pages redirect those who are not signed in.
            200..=399 => check.passed(looked_at),
            // Some let only certain networks in, and this machine need not be in one of them.
            status @ (401 | 403 | 429) => check.not_checked(
                looked_at,
                format!("it answered this machine with HTTP status {status}"),
                "open the address in a browser on an agent's machine",
            ),
            status => check.failed(looked_at, format!("it answered with HTTP status {status}"), help),
        },
    }
}

/// Checks that a relay state, as a person typed it, leads to where the blueprint wants it.
pub(crate) async fn leads(aws: &Aws, check: &'static Check, typed: Option<&str>, want: &str) -> Checked {
    let Some(typed) = typed else {
        return check.not_checked(
            "the answers of the checkpoint",
            "they do not say which relay state was typed",
            format!("compare the application's relay state with {want}"),
        );
    };
    let looked_at = format!("the relay state that was typed, {typed}");
    let help =
        "change the relay state in the identity provider as the worksheet of `headset checkpoint show` says";
    let landing = match relay::read(typed) {
        Ok(landing) => landing,
        Err(why) => return check.failed(looked_at, why, help),
    };
    let wanted = relay::read(want).ok();
    match wrong(aws, &landing, wanted.as_ref()).await {
        Ok(None) => check.passed(looked_at),
        Ok(Some(why)) => check.failed(looked_at, why, help),
        Err(error) => check.unknown(looked_at, error),
    }
}

/// What is wrong with where a relay state leads, held against what AWS has there.
async fn wrong(aws: &Aws, landing: &Landing, wanted: Option<&Landing>) -> Result<Option<String>, AwsError> {
    match landing {
        Landing::Connect {
            region,
            instance,
            destination,
        } => {
            let here = &aws.regions().connect;
            if region.as_ref().is_some_and(|region| region != here) {
                return Ok(Some(format!("it leads to another region than {here}")));
            }
            let request = aws.connect().describe_instance().instance_id(instance);
            let answer = aws.call("connect", "DescribeInstance", || request.clone().send());
            match answer.await {
                Ok(_) => {}
                // An id of another form is refused, and not looked for.
                Err(error) if error.is_not_found() || error.class == Class::Invalid => {
                    return Ok(Some(format!("there is no instance {instance} in {here}")));
                }
                Err(error) => return Err(error),
            }
            Ok(match wanted {
                Some(Landing::Connect { instance: other, .. }) if other != instance => {
                    Some(format!("it leads to another instance than {other}"))
                }
                Some(Landing::Connect {
                    destination: other, ..
                }) if other != destination => {
                    Some(format!("it leads to the page {destination}, and not to {other}"))
                }
                Some(Landing::Desktop { .. }) => {
                    Some("it leads to Amazon Connect, and not to a desktop".to_owned())
                }
                _ => None,
            })
        }
        Landing::Desktop {
            region,
            stack,
            account,
        } => {
            let here = &aws.regions().appstream;
            let own = aws.who().await?.account;
            if region != here {
                return Ok(Some(format!("it leads to another region than {here}")));
            }
            if *account != own {
                return Ok(Some(format!(
                    "it leads to the account {account}, and not to {own}"
                )));
            }
            let request = aws.appstream().describe_stacks().names(stack);
            let answer = aws.call("appstream", "DescribeStacks", || request.clone().send());
            match answer.await {
                Ok(_) => {}
                Err(error) if error.is_not_found() => {
                    return Ok(Some(format!("there is no stack {stack} in {here}")));
                }
                Err(error) => return Err(error),
            }
            Ok(match wanted {
                Some(Landing::Desktop { stack: other, .. }) if other != stack => {
                    Some(format!("it leads to another stack than {other}"))
                }
                Some(Landing::Connect { .. }) => {
                    Some("it leads to a desktop, and not to Amazon Connect".to_owned())
                }
                _ => None,
            })
        }
    }
}
