//! Whether calls reach a person: the user of Amazon Connect, what its profiles allow, and where its calls ring.

use std::collections::BTreeMap;

use aws_sdk_connect::types::{
    Channel, PhoneType, QueueStatus, RoutingProfile, RoutingProfileQueueConfigSummary, User,
};
use headset_core::{Address, AwsError};
use headset_kinds::connect::approved_origin::CallAudio;
use headset_kinds::connect::{ApprovedOriginSpec, InstanceSpec, UserSpec};
use headset_kinds::identity_center::ApplicationSpec;
use headset_kinds::idp;
use headset_kinds::relay::{self, Landing};
use headset_kinds::verify::Checked;

use headset_kinds::person::{IN_CONNECT, PERMITTED, PHONE, Part, QUEUE, VOICE};

use super::parts::{ADD_USER, Found, Named, alike, called, of_kind};
use crate::kinds::connect::users;
use crate::{Aws, pages};

/// What lets a user open the Contact Control Panel.
const PANEL: &str = "BasicAgentAccess";

/// What lets a user make calls.
const OUTBOUND: &str = "OutboundCallAccess";

/// The instance of the environment.
fn instance(parts: &[Part<'_>]) -> Option<String> {
    let to = |relay_state: &headset_core::Text| match relay::read(&relay_state.known()?).ok()? {
        Landing::Connect { instance, .. } => Some(instance),
        Landing::Desktop { .. } => None,
    };
    let own = of_kind::<ApplicationSpec>(parts, ApplicationSpec::KIND);
    let others = of_kind::<idp::ApplicationSpec>(parts, idp::ApplicationSpec::KIND);
    let mut landings = own
        .iter()
        .filter_map(|one| to(&one.spec.relay_state))
        .chain(others.iter().filter_map(|one| to(&one.spec.relay_state)));
    let managed = || {
        let mut instances = parts
            .iter()
            .filter(|part| part.address.kind == InstanceSpec::KIND);
        Some(instances.find_map(|part| part.live)?.id.clone())
    };
    landings.next().or_else(managed)
}

/// Everything between a user of Amazon Connect and a call.
pub(super) async fn calls(aws: &Aws, named: Named<'_>, address: &Address, parts: &[Part<'_>]) -> Found {
    let session = named.name();
    let Some(instance) = instance(parts) else {
        return Vec::new();
    };
    let own = of_kind::<UserSpec>(parts, UserSpec::KIND);
    let declared = own.iter().find(|one| one.spec.username == session);
    let address = declared.map_or(address, |one| one.part.address);
    let at = |checked: Checked| (address.clone(), checked);
    let looked_at = format!("the users of the instance {instance}");
    let names = match users(aws, &instance).await {
        Ok(names) => names,
        Err(error) => return vec![at(IN_CONNECT.unknown(looked_at, error))],
    };
    let (id, checked) = match (called(&names, session), named, alike(&names, session)) {
        (Ok(id), ..) => (id, IN_CONNECT.passed(format!("{looked_at}: {session} is {id}"))),
        // What was typed says little about letters: with which ones the sign-in comes, another place decides.
        (Err(_), Named::Typed(_), Some((there, id))) => {
            let why = format!(
                "the user is called {there}, {session} was typed, and letter case counts: whether sign-ins come as {there} is \
                 kept where Headset does not reach"
            );
            let look = "run the command again with the name as it is kept there; `headset verify --saml-response FILE` proves \
                        with which name a sign-in comes";
            (id, IN_CONNECT.not_checked(looked_at, why, look))
        }
        (Err(why), ..) => return vec![at(IN_CONNECT.failed(looked_at, why, ADD_USER))],
    };
    let mut found = vec![at(checked)];
    let user = match described(aws, &instance, id).await {
        Ok(user) => user,
        Err(error) => {
            let all = [&PERMITTED, &VOICE, &QUEUE, &PHONE]
                .map(|check| check.unknown(format!("the user {id}"), error.clone()));
            found.extend(all.into_iter().map(at));
            return found;
        }
    };
    let instances = of_kind::<InstanceSpec>(parts, InstanceSpec::KIND);
    let makes_calls = instances.iter().any(|one| one.spec.outbound);
    found.push(at(permitted(aws, &instance, &user, makes_calls).await));
    found.extend(routed(aws, &instance, &user).await.into_iter().map(at));
    let pages = of_kind::<ApprovedOriginSpec>(parts, ApprovedOriginSpec::KIND);
    let mut audio = pages.iter().map(|one| one.spec.audio);
    let audio = audio.find(|audio| *audio != CallAudio::Elsewhere);
    found.extend(audio.map(|audio| at(phone(&user, audio))));
    found
}

async fn described(aws: &Aws, instance: &str, id: &str) -> Result<User, AwsError> {
    let request = aws.connect().describe_user().instance_id(instance).user_id(id);
    let answer = aws
        .call("connect", "DescribeUser", || request.clone().send())
        .await?;
    answer
        .user
        .ok_or_else(|| AwsError::lacking("connect", "DescribeUser", "User"))
}

/// What a user's security profiles allow together.
async fn permitted(aws: &Aws, instance: &str, user: &User, makes_calls: bool) -> Checked {
    let profiles = user.security_profile_ids();
    let looked_at = format!("the permissions of the security profiles {}", profiles.join(", "));
    let mut allowed = Vec::new();
    for profile in profiles {
        let listed = pages(|token| async move {
            let request = aws
                .connect()
                .list_security_profile_permissions()
                .instance_id(instance)
                .security_profile_id(profile)
                .set_next_token(token);
            let page = aws
                .call("connect", "ListSecurityProfilePermissions", || {
                    request.clone().send()
                })
                .await?;
            Ok((page.permissions.unwrap_or_default(), page.next_token))
        });
        match listed.await {
            Ok(permissions) => allowed.extend(permissions),
            Err(error) => return PERMITTED.unknown(looked_at, error),
        }
    }
    let needed = [Some(PANEL), makes_calls.then_some(OUTBOUND)];
    let is_lacking = |permission: &&str| !allowed.iter().any(|one| one == permission);
    let lacking: Vec<&str> = needed.into_iter().flatten().filter(is_lacking).collect();
    match lacking.is_empty() {
        true => PERMITTED.passed(looked_at),
        false => PERMITTED.failed(
            looked_at,
            format!("none of them has {}", lacking.join(" and ")),
            "give the user a security profile that has it, such as `Agent`",
        ),
    }
}

/// What a user's routing profile lets through, and from where.
async fn routed(aws: &Aws, instance: &str, user: &User) -> [Checked; 2] {
    let id = user.routing_profile_id().unwrap_or_default();
    let looked_at = format!("the routing profile {id}");
    let profile = match routing_profile(aws, instance, id).await {
        Ok(profile) => profile,
        Err(error) => return [&VOICE, &QUEUE].map(|check| check.unknown(looked_at.clone(), error.clone())),
    };
    let voice = profile
        .media_concurrencies()
        .iter()
        .find(|one| one.channel() == &Channel::Voice);
    let name = profile.name().unwrap_or_default().to_owned();
    let voice = match voice.map(aws_sdk_connect::types::MediaConcurrency::concurrency) {
        Some(1) => VOICE.passed(format!("{looked_at}, {name}")),
        other => VOICE.failed(
            format!("{looked_at}, {name}"),
            match other {
                None => "calls are not among its channels".to_owned(),
                Some(calls) => format!("it gives {calls} calls at a time"),
            },
            "let the routing profile take calls, one at a time, in the Amazon Connect admin website: Users, Routing profiles",
        ),
    };
    let looked_at = format!("the queues of the routing profile {name}");
    let help = "give the routing profile a queue for calls, and enable it, in the Amazon Connect admin website: Users, Routing \
                profiles; Routing, Queues";
    let queue = match enabled_queue(aws, instance, id).await {
        Ok(Ok(queue)) => QUEUE.passed(format!("{looked_at}: {queue} is enabled")),
        Ok(Err(0)) => QUEUE.failed(looked_at, "none of them is for calls", help),
        Ok(Err(many)) => QUEUE.failed(
            looked_at,
            format!("none of its {many} queues for calls is enabled"),
            help,
        ),
        Err(error) => QUEUE.unknown(looked_at, error),
    };
    [voice, queue]
}

async fn routing_profile(aws: &Aws, instance: &str, id: &str) -> Result<RoutingProfile, AwsError> {
    let request = aws
        .connect()
        .describe_routing_profile()
        .instance_id(instance)
        .routing_profile_id(id);
    let answer = aws
        .call("connect", "DescribeRoutingProfile", || request.clone().send())
        .await?;
    answer
        .routing_profile
        .ok_or_else(|| AwsError::lacking("connect", "DescribeRoutingProfile", "RoutingProfile"))
}

/// The first queue for calls that is enabled, or how many there are that are not.
async fn enabled_queue(aws: &Aws, instance: &str, profile: &str) -> Result<Result<String, usize>, AwsError> {
    let listed = pages(|token| async move {
        let request = aws
            .connect()
            .list_routing_profile_queues()
            .instance_id(instance)
            .routing_profile_id(profile)
            .set_next_token(token);
        let page = aws
            .call("connect", "ListRoutingProfileQueues", || request.clone().send())
            .await?;
        let queues = page.routing_profile_queue_config_summary_list.unwrap_or_default();
        Ok((queues, page.next_token))
    })
    .await?;
    let is_for_calls = |one: &&RoutingProfileQueueConfigSummary| one.channel() == &Channel::Voice;
    let queues: BTreeMap<&str, &str> = listed
        .iter()
        .filter(is_for_calls)
        .map(|one| (one.queue_id(), one.queue_name()))
        .collect();
    for (id, name) in &queues {
        let request = aws.connect().describe_queue().instance_id(instance).queue_id(*id);
        let answer = aws
            .call("connect", "DescribeQueue", || request.clone().send())
            .await?;
        if answer.queue.and_then(|queue| queue.status) == Some(QueueStatus::Enabled) {
            return Ok(Ok((*name).to_owned()));
        }
    }
    Ok(Err(queues.len()))
}

/// Whether a text is a telephone number in E.164.
fn is_e164(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or_default();
    (2..=15).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit()) && !digits.starts_with('0')
}

/// Where calls ring: the soft phone where a page carries the audio, else a desk phone.
fn phone(user: &User, audio: CallAudio) -> Checked {
    let voice = user
        .phone_number_configs()
        .iter()
        .find(|one| one.channel() == &Channel::Voice);
    let (kind, number) = match (user.phone_config(), voice) {
        (Some(phone), _) => (Some(phone.phone_type()), phone.desk_phone_number()),
        (None, Some(voice)) => (Some(voice.phone_type()), voice.phone_number()),
        (None, None) => (None, None),
    };
    let rings_at_desk = kind == Some(&PhoneType::DeskPhone);
    let looked_at = "the phone of the user in Amazon Connect";
    let help = "set it by `connect.users`, and apply";
    match (audio, rings_at_desk, number) {
        (CallAudio::Phone, true, Some(number)) if is_e164(number) => {
            PHONE.passed(format!("{looked_at}: a desk phone"))
        }
        (CallAudio::Phone, true, _) => PHONE.failed(
            looked_at,
            "the desk phone has no number of the form +442079460000",
            help,
        ),
        (CallAudio::Phone, false, _) => PHONE.failed(
            looked_at,
            "calls ring at the soft phone, and no page of this environment has its audio",
            help,
        ),
        (CallAudio::Local | CallAudio::Session | CallAudio::Elsewhere, true, _) => PHONE.failed(
            looked_at,
            "calls ring at a desk phone, and not in the page that has the audio",
            help,
        ),
        (CallAudio::Local | CallAudio::Session | CallAudio::Elsewhere, false, _) => {
            PHONE.passed(format!("{looked_at}: the soft phone"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_so_that_the_whole_world_can_dial_them() {
        for (number, is) in [
            ("+442079460000", true),
            ("02079460000", false),
            ("+02079460000", false),
            ("+44 20 7946 0000", false),
            ("+", false),
            ("+1234567890123456", false),
        ] {
            assert_eq!(is_e164(number), is, "{number}");
        }
    }
}
