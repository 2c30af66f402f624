//! Whether Amazon Connect has a test call, by the id that the tester read off the page.

use aws_sdk_connect::types::Channel;
use headset_core::{AwsError, Class};
use headset_kinds::acceptance::{CONTACT, LOOK};
use headset_kinds::verify::Checked;

use crate::Aws;
use crate::kinds::connect::users;

/// Looks a call up.
pub(crate) async fn contact(aws: &Aws, instance: &str, id: &str) -> Checked {
    let looked_at = format!("the contact {id} of the instance {instance}");
    let request = aws
        .connect()
        .describe_contact()
        .instance_id(instance)
        .contact_id(id);
    let answer = aws
        .call("connect", "DescribeContact", || request.clone().send())
        .await;
    let contact = match answer {
        Ok(answer) => answer
            .contact
            .ok_or_else(|| AwsError::lacking("connect", "DescribeContact", "Contact")),
        Err(error) => Err(error),
    };
    let contact = match contact {
        Ok(contact) => contact,
        Err(error) if error.is_not_found() => {
            let help = "read the id off the page again: `Report a problem` shows it during the call";
            return CONTACT.failed(looked_at, "Amazon Connect has no such contact", help);
        }
        Err(error) if error.class == Class::Denied => {
            return CONTACT.not_checked(looked_at, format!("it may not be read: {error}"), LOOK);
        }
        Err(error) => return CONTACT.unknown(looked_at, error),
    };
    match contact.channel() {
        Some(Channel::Voice) | None => {}
        Some(other) => {
            let help = "give the id of the call";
            return CONTACT.failed(looked_at, format!("it is no call: its channel is {other}"), help);
        }
    }
    let Some(agent) = contact.agent_info().and_then(|agent| agent.id()) else {
        let help = "give the id of a call that an agent has accepted";
        return CONTACT.failed(looked_at, "no agent has taken it", help);
    };
    // By name, where names may be read: it says the same by id.
    let names = users(aws, instance).await.unwrap_or_default();
    let name = names
        .into_iter()
        .find(|(_, id)| id == agent)
        .map(|(name, _)| name);
    CONTACT.passed(format!(
        "{looked_at}, which {} has taken",
        name.unwrap_or_else(|| format!("the user {agent}"))
    ))
}
