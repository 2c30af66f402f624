//! `connect.user`: somebody who signs in to an instance.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_connect::types::{
    Channel, PhoneType, User as Described, UserIdentityInfo, UserPhoneConfig, UserSearchFilter,
};
use futures_util::future::join_all;
use headset_core::{Address, AwsError, Class};
use headset_kinds::connect::InstanceSpec;
pub use headset_kinds::connect::user::*;
use headset_kinds::discovery::Found;
use serde_json::{Value, json};

use super::profiles::Profiles;
use super::{instance_id, tags};
use crate::kinds::field::Diff;
use crate::kinds::kind::{self, Live, Lookup, Sight};
use crate::kinds::remote::{Inside, Remote, Work};
use crate::kinds::secret::Secret;
use crate::kinds::text::Text;
use crate::{Aws, pages};

/// How many users are described at the same time. The rate budget, not this, sets the pace; it only keeps a
/// large center from queueing thousands of calls at once.
const AT_ONCE: usize = 16;

/// Ids of all users of an instance by name, page by page (1,000 each).
///
/// ListUsers and not SearchUsers: the latter is an index that lags behind, and its behaviour for long names
/// is not documented.
async fn list(aws: &Aws, instance: &str) -> Result<BTreeMap<String, String>, AwsError> {
    let users = pages(|token| async move {
        let request = aws
            .connect()
            .list_users()
            .instance_id(instance)
            .max_results(1000)
            .set_next_token(token);
        let page = aws
            .call("connect", "ListUsers", || request.clone().send())
            .await?;
        Ok((page.user_summary_list.unwrap_or_default(), page.next_token))
    })
    .await?;
    let named = users.into_iter().filter_map(|user| user.username.zip(user.id));
    Ok(named.collect())
}

async fn describe(aws: &Aws, instance: &str, id: &str) -> Result<Option<Described>, AwsError> {
    let request = aws.connect().describe_user().instance_id(instance).user_id(id);
    match aws
        .call("connect", "DescribeUser", || request.clone().send())
        .await
    {
        Ok(answer) => {
            let mut user = answer
                .user
                .ok_or_else(|| AwsError::lacking("connect", "DescribeUser", "User"))?;
            let described = user.tags.take();
            let arn = user.arn().unwrap_or_default();
            user.tags = Some(tags::complete(aws, arn, described).await?);
            Ok(Some(user))
        }
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether calls are answered by themselves: AWS reports it for all channels at once or for each one.
fn auto_accept(user: &Described) -> bool {
    let voice = user
        .auto_accept_configs()
        .iter()
        .find(|one| one.channel() == &Channel::Voice);
    match (user.phone_config(), voice) {
        (Some(phone), _) => phone.auto_accept(),
        (None, Some(voice)) => voice.auto_accept(),
        (None, None) => false,
    }
}

/// Seconds of after-contact work, from either form.
fn after_contact_work(user: &Described) -> i32 {
    let voice = user
        .after_contact_work_configs()
        .iter()
        .find(|one| one.channel() == &Channel::Voice);
    match (user.phone_config(), voice) {
        (Some(phone), _) => phone.after_contact_work_time_limit(),
        (None, Some(voice)) => voice
            .after_contact_work_config()
            .map_or(0, |config| config.after_contact_work_time_limit()),
        (None, None) => 0,
    }
}

/// What AWS reports, in the terms of the field table.
fn live(instance: &str, user: &Described, profiles: &Profiles) -> Live {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let name = user.identity_info();
    let security: Vec<String> = user
        .security_profile_ids()
        .iter()
        .map(|id| profiles.security_name(id))
        .collect();
    Live::new(text(user.id()), "present")
        .field(UserSpec::INSTANCE_ID, instance)
        .field(UserSpec::USERNAME, text(user.username()))
        .field(
            UserSpec::FIRST_NAME,
            text(name.and_then(UserIdentityInfo::first_name)),
        )
        .field(
            UserSpec::LAST_NAME,
            text(name.and_then(UserIdentityInfo::last_name)),
        )
        .field(UserSpec::SECURITY_PROFILES, json!(security))
        .field(
            UserSpec::ROUTING_PROFILE,
            profiles.routing_name(user.routing_profile_id().unwrap_or_default()),
        )
        .field(UserSpec::AUTO_ACCEPT, auto_accept(user))
        .field(UserSpec::AFTER_CONTACT_WORK, after_contact_work(user))
        .field(
            UserSpec::EMAIL,
            name.and_then(UserIdentityInfo::email)
                .filter(|email| !email.is_empty())
                .map_or(Value::Null, Value::from),
        )
        .tagged(user.tags().cloned().unwrap_or_default().into_iter().collect())
        .output("id", text(user.id()))
        .output("arn", text(user.arn()))
}

/// The users of an instance that carry a lineage: SearchUsers filters by tag, so that a big instance costs no more.
async fn marked(aws: &Aws, instance: &str) -> Result<Vec<Found>, AwsError> {
    let filter = UserSearchFilter::builder()
        .tag_filter(tags::with_lineage())
        .build();
    let (filter, mut found) = (&filter, Vec::new());
    let listed = pages(|token| async move {
        let request = aws
            .connect()
            .search_users()
            .instance_id(instance)
            .search_filter(filter.clone())
            .set_next_token(token);
        let page = aws
            .call("connect", "SearchUsers", || request.clone().send())
            .await?;
        Ok((page.users.unwrap_or_default(), page.next_token))
    })
    .await;
    let users = match listed {
        // An instance that is being made or unmade has no users that could be searched.
        Err(error) if error.is_not_found() => Vec::new(),
        listed => listed?,
    };
    for user in users {
        let (Some(id), Some(name)) = (user.id, user.username) else {
            continue;
        };
        let spec = json!({ "instance_id": instance, "username": name });
        let thing = (Address::new(UserSpec::KIND, &name), id, spec);
        found.extend(tags::marked(aws, thing, user.arn.as_deref(), user.tags).await?);
    }
    Ok(found)
}

/// What a lookup asks for: the instance's id, the user's name, and the id that state remembers.
fn wanted(lookup: &Lookup) -> Result<(String, String), AwsError> {
    let part = |key: &str| -> Result<String, AwsError> {
        let text: Text = kind::parse(lookup.spec.get(key).unwrap_or(&Value::Null))?;
        Ok(text.resolved()?)
    };
    Ok((instance_id(&part("instance_id")?).to_owned(), part("username")?))
}

/// Sights of all wanted users of one instance, by index into the lookups.
async fn survey_instance(
    aws: &Aws,
    instance: &str,
    users: &[(usize, String, Option<String>)],
) -> Vec<(usize, Sight)> {
    let everywhere = |sight: Sight| users.iter().map(|(index, ..)| (*index, sight.clone())).collect();
    let listed = match list(aws, instance).await {
        Ok(listed) => listed,
        Err(error) if error.is_not_found() => return everywhere(Sight::Absent),
        Err(error) => return everywhere(Sight::Unknown(error)),
    };
    let known: BTreeSet<&String> = listed.values().collect();
    let mut sights = Vec::with_capacity(users.len());
    let mut found = Vec::new();
    for (index, name, id) in users {
        // The id that state remembers goes first: it is the same user under whatever name. It goes last, too,
        // because lists may lag behind what was just made, which DescribeUser does not.
        let remembered = id.as_ref().filter(|id| known.contains(id));
        match remembered.or(listed.get(name)).or(id.as_ref()) {
            Some(id) => found.push((*index, id.as_str())),
            None => sights.push((*index, Sight::Absent)),
        }
    }
    if found.is_empty() {
        return sights;
    }
    let mut profiles = match Profiles::of(aws, instance, None).await {
        Ok(profiles) => profiles,
        Err(error) => {
            sights.extend(
                found
                    .iter()
                    .map(|(index, _)| (*index, Sight::Unknown(error.clone()))),
            );
            return sights;
        }
    };
    for some in found.chunks(AT_ONCE) {
        let mut calls = Vec::with_capacity(some.len());
        for (_, id) in some {
            calls.push(describe(aws, instance, id));
        }
        for ((index, _), answer) in some.iter().zip(join_all(calls).await) {
            let is_new = |user: &Described| {
                let routing = user.routing_profile_id().unwrap_or_default();
                !profiles.know(user.security_profile_ids(), routing)
            };
            // Somebody may have made a profile since they were listed.
            if matches!(&answer, Ok(Some(user)) if is_new(user))
                && let Ok(newer) = Profiles::of(aws, instance, Some(&profiles)).await
            {
                profiles = newer;
            }
            let sight = match answer {
                Ok(Some(user)) => Sight::Present(live(instance, &user, &profiles)),
                Ok(None) => Sight::Absent,
                Err(error) => Sight::Unknown(error),
            };
            sights.push((*index, sight));
        }
    }
    sights
}

/// The password, read now, if it is one that Connect takes (the pattern in its service model).
async fn revealed(aws: &Aws, secret: Option<&Secret>) -> Result<Option<String>, AwsError> {
    let Some(secret) = secret else {
        return Ok(None);
    };
    let password = aws.reveal(secret).await?;
    if is_password(&password) {
        return Ok(Some(password));
    }
    let message = format!(
        "Amazon Connect does not take the password in {secret}: it needs 8 to 64 characters without white space, among \
         them a lower-case letter, an upper-case letter and a digit"
    );
    Err(AwsError::own(Class::Invalid, message))
}

fn is_password(text: &str) -> bool {
    let has = |test: fn(char) -> bool| text.chars().any(test);
    (8..=64).contains(&text.chars().count())
        && !has(char::is_whitespace)
        && has(|c| c.is_ascii_lowercase())
        && has(|c| c.is_ascii_uppercase())
        && has(|c| c.is_ascii_digit())
}

async fn update_name(
    work: &Work<'_>,
    instance: &str,
    now: &Described,
    spec: &UserSpec,
) -> Result<(), AwsError> {
    // The call replaces all of it, so what the blueprint does not own is sent back as it is.
    let have = now.identity_info();
    let identity = UserIdentityInfo::builder()
        .first_name(&spec.first_name)
        .last_name(&spec.last_name)
        .set_email(
            spec.email
                .clone()
                .or_else(|| have.and_then(|have| have.email.clone())),
        )
        .set_secondary_email(have.and_then(|have| have.secondary_email.clone()))
        .set_mobile(have.and_then(|have| have.mobile.clone()))
        .build();
    let request = work
        .aws
        .connect()
        .update_user_identity_info()
        .instance_id(instance)
        .user_id(now.id().unwrap_or_default())
        .identity_info(identity);
    work.aws
        .call("connect", "UpdateUserIdentityInfo", || request.clone().send())
        .await?;
    Ok(())
}

async fn update_phone(
    work: &Work<'_>,
    instance: &str,
    now: &Described,
    spec: &UserSpec,
) -> Result<(), AwsError> {
    let have = now.phone_config();
    let phone = UserPhoneConfig::builder()
        .phone_type(have.map_or(PhoneType::SoftPhone, |have| have.phone_type().clone()))
        .set_desk_phone_number(
            have.and_then(|have| have.desk_phone_number.clone())
                .filter(|number| !number.is_empty()),
        )
        .set_persistent_connection(have.and_then(|have| have.persistent_connection))
        .auto_accept(spec.auto_accept)
        .after_contact_work_time_limit(seconds(spec.after_contact_work)?)
        .build();
    let request = work
        .aws
        .connect()
        .update_user_phone_config()
        .instance_id(instance)
        .user_id(now.id().unwrap_or_default())
        .phone_config(phone);
    work.aws
        .call("connect", "UpdateUserPhoneConfig", || request.clone().send())
        .await?;
    Ok(())
}

async fn update_routing(work: &Work<'_>, instance: &str, id: &str, name: &str) -> Result<(), AwsError> {
    let profile = Profiles::find(work.aws, instance, |profiles| profiles.routing_id(name)).await?;
    let request = work
        .aws
        .connect()
        .update_user_routing_profile()
        .instance_id(instance)
        .user_id(id)
        .routing_profile_id(profile);
    work.aws
        .call("connect", "UpdateUserRoutingProfile", || request.clone().send())
        .await?;
    Ok(())
}

async fn update_security(
    work: &Work<'_>,
    instance: &str,
    id: &str,
    names: &[String],
) -> Result<(), AwsError> {
    let ids = Profiles::find(work.aws, instance, |profiles| profiles.security_ids(names)).await?;
    let request = work
        .aws
        .connect()
        .update_user_security_profiles()
        .instance_id(instance)
        .user_id(id)
        .set_security_profile_ids(Some(ids));
    work.aws
        .call("connect", "UpdateUserSecurityProfiles", || request.clone().send())
        .await?;
    Ok(())
}

/// A span as AWS takes it.
fn seconds(span: u32) -> Result<i32, AwsError> {
    i32::try_from(span).map_err(|_| {
        AwsError::own(
            Class::Invalid,
            format!("{span} s of after-contact work are too long"),
        )
    })
}

/// The error without the password: AWS quotes values that it refuses.
fn without(mut error: AwsError, password: Option<&str>) -> AwsError {
    if let Some(password) = password {
        error.message = error.message.replace(password, "(the password)");
    }
    error
}

#[async_trait]
impl Remote for User {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Sight> {
        let mut sights: BTreeMap<usize, Sight> = BTreeMap::new();
        let mut by_instance: BTreeMap<String, Vec<(usize, String, Option<String>)>> = BTreeMap::new();
        for (index, lookup) in lookups.iter().enumerate() {
            match wanted(lookup) {
                Ok((instance, name)) => {
                    by_instance
                        .entry(instance)
                        .or_default()
                        .push((index, name, lookup.id.clone()));
                }
                Err(error) => {
                    sights.insert(index, Sight::Unknown(error));
                }
            }
        }
        for (instance, users) in &by_instance {
            sights.extend(survey_instance(aws, instance, users).await);
        }
        sights.into_values().collect()
    }

    async fn create(&self, work: &Work<'_>, want: &Value) -> Result<String, AwsError> {
        let spec: UserSpec = kind::parse(want)?;
        let instance = instance_id(&spec.instance_id.resolved()?).to_owned();
        let (security, routing) = Profiles::find(work.aws, &instance, |profiles| {
            let security = profiles.security_ids(&spec.security_profiles)?;
            Ok((security, profiles.routing_id(&spec.routing_profile)?))
        })
        .await?;
        let password = revealed(work.aws, spec.password.as_ref()).await?;
        // With SAML there is neither an e-mail address nor a password: either is an error there.
        let identity = UserIdentityInfo::builder()
            .first_name(&spec.first_name)
            .last_name(&spec.last_name)
            .set_email(spec.email.clone())
            .build();
        let phone = UserPhoneConfig::builder()
            .phone_type(PhoneType::SoftPhone)
            .auto_accept(spec.auto_accept)
            .after_contact_work_time_limit(seconds(spec.after_contact_work)?)
            .build();
        let tags = (!spec.tags.is_empty()).then(|| spec.tags.clone().into_iter().collect());
        let request = work
            .aws
            .connect()
            .create_user()
            .instance_id(&instance)
            .username(&spec.username)
            .set_password(password.clone())
            .identity_info(identity)
            .phone_config(phone)
            .set_security_profile_ids(Some(security))
            .routing_profile_id(routing)
            .set_tags(tags);
        let answer = work
            .aws
            .call("connect", "CreateUser", || request.clone().send())
            .await
            .map_err(|error| without(error, password.as_deref()))?;
        answer
            .user_id
            .ok_or_else(|| AwsError::lacking("connect", "CreateUser", "UserId"))
    }

    async fn update(&self, work: &Work<'_>, want: &Value, live: &Live, diff: &Diff) -> Result<(), AwsError> {
        let spec: UserSpec = kind::parse(want)?;
        let instance = instance_id(&spec.instance_id.resolved()?).to_owned();
        let differs = |names: &[&str]| diff.iter().any(|change| names.contains(&change.field.as_str()));
        let (name, phone) = (
            differs(&["first_name", "last_name", "email"]),
            differs(&["auto_accept", "after_contact_work"]),
        );
        if name || phone {
            let Some(now) = describe(work.aws, &instance, &live.id).await? else {
                // Deleted meanwhile: the engine reads again and finds it absent.
                return Ok(());
            };
            if name {
                update_name(work, &instance, &now, &spec).await?;
            }
            if phone {
                update_phone(work, &instance, &now, &spec).await?;
            }
        }
        for change in diff {
            match change.field.as_str() {
                "routing_profile" => update_routing(work, &instance, &live.id, &spec.routing_profile).await?,
                "security_profiles" => {
                    update_security(work, &instance, &live.id, &spec.security_profiles).await?;
                }
                "tags" => {
                    let arn = live.outputs.get("arn").map_or("", String::as_str);
                    tags::change(work.aws, arn, change).await?;
                }
                "first_name" | "last_name" | "email" | "auto_accept" | "after_contact_work" => {}
                field => {
                    return Err(AwsError::bug(format!(
                        "`{field}` of a Connect user cannot change"
                    )));
                }
            }
        }
        Ok(())
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let instance = live
            .fields
            .get("instance_id")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let request = work
            .aws
            .connect()
            .delete_user()
            .instance_id(instance)
            .user_id(&live.id);
        match work
            .aws
            .call("connect", "DeleteUser", || request.clone().send())
            .await
        {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    async fn inside(&self, aws: &Aws, holder: &str, id: &str) -> Option<Inside> {
        if holder != InstanceSpec::KIND {
            return None;
        }
        let found = marked(aws, id).await;
        Some(Inside { what: "users", found })
    }
}
