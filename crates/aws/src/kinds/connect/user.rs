//! `connect.user`: a user of an instance.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_connect::types::{
    Channel, PhoneType, User as Described, UserIdentityInfo, UserPhoneConfig, UserSearchFilter,
    UserSearchSummary,
};
use aws_smithy_types::DateTime;
use headset_core::seconds::whole;
use headset_core::{Address, AwsError, Class, KindId, Revealed};
use headset_kinds::connect::InstanceSpec;
pub use headset_kinds::connect::user::*;
use headset_kinds::discovery::Found;
use headset_kinds::extra::{Extra, Holder, List};
use serde_json::Value;

use super::contents::{self, Contents, Entry};
use super::profiles::Profiles;
use super::{instance_id, names as by_name, tags};
use crate::error::gone;
use crate::kinds::field::{self, Diff, Field, FieldId};
use crate::kinds::kind::{Declared, Forbidden, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Inside, Remote, Work};
use crate::kinds::secret::Secret;
use crate::kinds::tag::TagChange;
use crate::{Aws, pages};

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

/// The number of the desk phone that rings, from either form. A number that is kept beside a soft phone does not count.
fn desk_phone(user: &Described) -> Option<String> {
    let voice = user
        .phone_number_configs()
        .iter()
        .find(|one| one.channel() == &Channel::Voice);
    let (kind, number) = match (user.phone_config(), voice) {
        (Some(phone), _) => (Some(phone.phone_type()), phone.desk_phone_number()),
        (None, Some(voice)) => (Some(voice.phone_type()), voice.phone_number()),
        (None, None) => (None, None),
    };
    let rings = kind == Some(&PhoneType::DeskPhone);
    number.filter(|_| rings).map(str::to_owned)
}

/// Which phone rings for a user.
fn phone_type(spec: &UserSpec) -> PhoneType {
    match spec.desk_phone {
        Some(_) => PhoneType::DeskPhone,
        None => PhoneType::SoftPhone,
    }
}

/// The users that an instance's index has, of this filter. It lags behind.
async fn search(
    aws: &Aws,
    instance: &str,
    filter: Option<UserSearchFilter>,
) -> Result<Vec<UserSearchSummary>, AwsError> {
    let filter = &filter;
    pages(|token| async move {
        let request = aws
            .connect()
            .search_users()
            .instance_id(instance)
            .max_results(500)
            .set_search_filter(filter.clone())
            .set_next_token(token);
        let page = aws
            .call("connect", "SearchUsers", || request.clone().send())
            .await?;
        Ok((page.users.unwrap_or_default(), page.next_token))
    })
    .await
}

/// The users that an instance's index has, as one run has read them last.
struct Index(Vec<UserSearchSummary>);

impl Index {
    async fn read(aws: &Aws, instance: &str) -> Result<Index, AwsError> {
        search(aws, instance, None).await.map(Index)
    }
}

/// A user of the index in the form of a description, and its id. The index has times in milliseconds where a description has
/// seconds (AWS's API reference). Without tags nothing can be said about whose it is.
fn described(user: &UserSearchSummary) -> Option<(String, Described)> {
    let id = user.id.clone()?;
    let name = user.identity_info.as_ref().map(|lite| {
        UserIdentityInfo::builder()
            .set_first_name(lite.first_name.clone())
            .set_last_name(lite.last_name.clone())
            .build()
    });
    let mut phone = user.phone_config.clone();
    if let Some(phone) = &mut phone {
        phone.after_contact_work_time_limit /= 1000;
    }
    let mut work = user.after_contact_work_configs.clone();
    for channel in work.iter_mut().flatten() {
        if let Some(config) = &mut channel.after_contact_work_config {
            config.after_contact_work_time_limit /= 1000;
        }
    }
    let described = Described::builder()
        .id(&id)
        .set_arn(user.arn.clone())
        .set_username(user.username.clone())
        .set_identity_info(name)
        .set_phone_config(phone)
        .set_security_profile_ids(user.security_profile_ids.clone())
        .set_routing_profile_id(user.routing_profile_id.clone())
        .set_hierarchy_group_id(user.hierarchy_group_id.clone())
        .set_tags(Some(user.tags.clone()?))
        .set_auto_accept_configs(user.auto_accept_configs.clone())
        .set_after_contact_work_configs(work)
        .set_phone_number_configs(user.phone_number_configs.clone())
        .build();
    Some((id, described))
}

/// What the index says of users by their ids; of those that it does not have yet, their descriptions.
async fn of_others(aws: &Aws, instance: &str, listed: Vec<(String, String)>) -> Result<Vec<Extra>, AwsError> {
    if listed.is_empty() {
        return Ok(Vec::new());
    }
    let index = aws
        .remembered(instance, None, || Index::read(aws, instance))
        .await?;
    let users = index.0.iter();
    let found: BTreeMap<&str, &UserSearchSummary> =
        users.filter_map(|user| Some((user.id()?, user))).collect();
    let profiles = by_name::of::<Profiles>(aws, instance, None).await?;
    let mut extras = Vec::with_capacity(listed.len());
    for (name, id) in listed {
        let (security, routing, tags) = match found.get(id.as_str()) {
            Some(user) => (
                user.security_profile_ids().to_vec(),
                user.routing_profile_id().unwrap_or_default().to_owned(),
                tags::complete(aws, user.arn().unwrap_or_default(), user.tags.clone()).await,
            ),
            None => match User::describe(aws, instance, &id).await? {
                Some(user) => (
                    user.security_profile_ids().to_vec(),
                    user.routing_profile_id().unwrap_or_default().to_owned(),
                    Ok(user.tags.unwrap_or_default()),
                ),
                // Deleted meanwhile.
                None => continue,
            },
        };
        let tags = match tags {
            Err(error) if error.is_not_found() => continue,
            tags => tags?,
        };
        let security: Vec<String> = security.iter().map(|id| profiles.security_name(id)).collect();
        let routing = profiles.routing_name(&routing);
        extras.push(Extra {
            about: Some(format!(
                "security profiles {}; routing profile {routing}",
                security.join(", ")
            )),
            tags: Some(tags.into_iter().collect()),
            ..Extra::new(id, name)
        });
    }
    Ok(extras)
}

/// The users of an instance that carry a lineage: SearchUsers filters by tag, so that a big instance costs no more.
async fn marked(aws: &Aws, instance: &str) -> Result<Vec<Found>, AwsError> {
    let filter = UserSearchFilter::builder()
        .tag_filter(tags::with_lineage())
        .build();
    let mut found = Vec::new();
    let users = match search(aws, instance, Some(filter)).await {
        // An instance that is being made or unmade has no users that could be searched.
        Err(error) if error.is_not_found() => Vec::new(),
        listed => listed?,
    };
    for user in users {
        let (Some(id), Some(name)) = (user.id, user.username) else {
            continue;
        };
        let spec = field::texts([
            (UserSpec::INSTANCE_ID, instance),
            (UserSpec::USERNAME, name.as_str()),
        ]);
        let thing = (Address::new(UserSpec::KIND, &name), id, spec);
        found.extend(tags::marked(aws, thing, user.arn.as_deref(), user.tags).await?);
    }
    Ok(found)
}

/// The password, read now, if it is one that Connect takes (the pattern in its service model).
async fn revealed(aws: &Aws, secret: Option<&Secret>) -> Result<Option<Revealed>, AwsError> {
    let Some(secret) = secret else {
        return Ok(None);
    };
    let password = aws.reveal(secret).await?;
    if is_password(password.expose()) {
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
        .phone_type(phone_type(spec))
        // A number that is kept beside a soft phone stays.
        .set_desk_phone_number(
            (spec.desk_phone.clone())
                .or_else(|| have.and_then(|have| have.desk_phone_number.clone()))
                .filter(|number| !number.is_empty()),
        )
        .set_persistent_connection(have.and_then(|have| have.persistent_connection))
        .auto_accept(spec.auto_accept)
        .after_contact_work_time_limit(whole(spec.after_contact_work)?)
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
    let profile = by_name::find(work.aws, instance, |profiles: &Profiles| {
        profiles.routing_id(name)
    })
    .await?;
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
    let ids = by_name::find(work.aws, instance, |profiles: &Profiles| {
        profiles.security_ids(names)
    })
    .await?;
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

#[async_trait]
impl Contents for User {
    type Described = Described;
    type Names = Profiles;

    const INSTANCE: FieldId = UserSpec::INSTANCE_ID;
    const NAME: FieldId = UserSpec::USERNAME;
    const FIELDS: &'static [Field] = UserSpec::FIELDS;
    const NAMED: &'static [FieldId] = &[UserSpec::SECURITY_PROFILES, UserSpec::ROUTING_PROFILE];
    const HIDDEN: &'static [FieldId] = &[UserSpec::EMAIL];

    /// All users of an instance by name, page by page (1,000 each).
    ///
    /// ListUsers and not SearchUsers: the latter is an index that lags behind, and its behaviour for long names
    /// is not documented.
    async fn list(aws: &Aws, instance: &str) -> Result<BTreeMap<String, Entry>, AwsError> {
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
        let named = users
            .into_iter()
            .filter_map(|user| Some((user.username?, Entry::new(user.id?, user.last_modified_time))));
        Ok(named.collect())
    }

    async fn search(aws: &Aws, instance: &str) -> Result<BTreeMap<String, Described>, AwsError> {
        let index = aws.renewed(instance, || Index::read(aws, instance)).await?;
        Ok(index.0.iter().filter_map(described).collect())
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

    fn is_named(user: &Described, profiles: &Profiles) -> bool {
        let routing = user.routing_profile_id().unwrap_or_default();
        profiles.know(user.security_profile_ids(), routing)
    }

    fn hidden(user: &Described) -> Option<(&DateTime, Vec<Value>)> {
        let email = user.identity_info().and_then(UserIdentityInfo::email);
        let email = email.filter(|email| !email.is_empty());
        Some((user.last_modified_time()?, vec![email.into()]))
    }

    fn revealed(mut live: Live, spec: &Value) -> Live {
        let email = UserSpec::EMAIL.text(spec).map(str::to_owned);
        live.amend(|user: &mut UserLive| user.email = email);
        live
    }

    fn live(instance: &str, user: &Described, profiles: &Profiles) -> Live {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let name = user.identity_info();
        let security = user.security_profile_ids().iter();
        let routing = user.routing_profile_id().unwrap_or_default();
        let noted = profiles.note(user.security_profile_ids(), routing);
        let observed = UserLive {
            instance_id: Some(instance.to_owned()),
            username: Some(text(user.username())),
            first_name: Some(text(name.and_then(UserIdentityInfo::first_name))),
            last_name: Some(text(name.and_then(UserIdentityInfo::last_name))),
            security_profiles: Some(security.map(|id| profiles.security_name(id)).collect()),
            routing_profile: Some(profiles.routing_name(routing)),
            auto_accept: Some(auto_accept(user)),
            after_contact_work: Some(after_contact_work(user)),
            desk_phone: desk_phone(user),
            email: name
                .and_then(UserIdentityInfo::email)
                .filter(|email| !email.is_empty())
                .map(str::to_owned),
        };
        Live::of(text(user.id()), "present", observed)
            .tagged(user.tags().cloned().unwrap_or_default().into_iter().collect())
            .output(output::ID, text(user.id()))
            .output(output::ARN, text(user.arn()))
            .output(output::NAMES, noted.text())
    }
}

/// The ids of a user's security profiles and of its routing profile.
///
/// # Errors
/// [`Class::Invalid`] names what is not there and lists what is.
async fn profiles_of(aws: &Aws, instance: &str, spec: &UserSpec) -> Result<(Vec<String>, String), AwsError> {
    by_name::find(aws, instance, |profiles: &Profiles| {
        let security = profiles.security_ids(&spec.security_profiles)?;
        Ok((security, profiles.routing_id(&spec.routing_profile)?))
    })
    .await
}

#[async_trait]
impl Remote for User {
    /// A profile that is misspelt is found before anything is changed, where the instance is there.
    async fn forbidden(&self, aws: &Aws, want: &UserSpec) -> Option<Result<Option<Forbidden>, AwsError>> {
        let instance = want.instance_id.resolved().ok()?;
        Some(match profiles_of(aws, instance_id(&instance), want).await {
            Ok(_) => Ok(None),
            Err(error) => {
                Forbidden::missing(error, "write it as the instance has it, or make it there first")
            }
        })
    }

    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        contents::survey::<User>(aws, lookups).await
    }

    async fn extras(&self, aws: &Aws, _list: &List, holder: Holder<'_>) -> Result<Vec<Extra>, AwsError> {
        let listed = contents::unknown::<User>(aws, holder).await?;
        of_others(aws, &holder.live.id, listed).await
    }

    async fn create(&self, work: &Work<'_>, spec: &UserSpec) -> Result<String, AwsError> {
        let instance = instance_id(&spec.instance_id.resolved()?).to_owned();
        let (security, routing) = profiles_of(work.aws, &instance, spec).await?;
        let password = revealed(work.aws, spec.password.as_ref()).await?;
        // With SAML there is neither an e-mail address nor a password: either is an error there.
        let identity = UserIdentityInfo::builder()
            .first_name(&spec.first_name)
            .last_name(&spec.last_name)
            .set_email(spec.email.clone())
            .build();
        let phone = UserPhoneConfig::builder()
            .phone_type(phone_type(spec))
            .set_desk_phone_number(spec.desk_phone.clone())
            .auto_accept(spec.auto_accept)
            .after_contact_work_time_limit(whole(spec.after_contact_work)?)
            .build();
        let tags = (!spec.tags.is_empty()).then(|| spec.tags.clone().into_iter().collect());
        let request = work
            .aws
            .connect()
            .create_user()
            .instance_id(&instance)
            .username(&spec.username)
            .set_password(password.map(|password| password.expose().to_owned()))
            .identity_info(identity)
            .phone_config(phone)
            .set_security_profile_ids(Some(security))
            .routing_profile_id(routing)
            .set_tags(tags);
        let answer = work
            .aws
            .call("connect", "CreateUser", || request.clone().send())
            .await?;
        answer
            .user_id
            .ok_or_else(|| AwsError::lacking("connect", "CreateUser", "UserId"))
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &UserSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let instance = instance_id(&spec.instance_id.resolved()?).to_owned();
        let (name, phone) = (
            field::differs(
                diff,
                &[UserSpec::FIRST_NAME, UserSpec::LAST_NAME, UserSpec::EMAIL],
            ),
            field::differs(
                diff,
                &[
                    UserSpec::AUTO_ACCEPT,
                    UserSpec::AFTER_CONTACT_WORK,
                    UserSpec::DESK_PHONE,
                ],
            ),
        );
        if name || phone {
            let Some(now) = User::describe(work.aws, &instance, &live.id).await? else {
                // Deleted meanwhile: the engine reads again and finds it absent.
                return Ok(());
            };
            if name {
                update_name(work, &instance, &now, spec).await?;
            }
            if phone {
                update_phone(work, &instance, &now, spec).await?;
            }
        }
        for change in diff {
            match change.id(UserSpec::KIND) {
                UserSpec::ROUTING_PROFILE => {
                    update_routing(work, &instance, &live.id, &spec.routing_profile).await?;
                }
                UserSpec::SECURITY_PROFILES => {
                    update_security(work, &instance, &live.id, &spec.security_profiles).await?;
                }
                UserSpec::FIRST_NAME
                | UserSpec::LAST_NAME
                | UserSpec::EMAIL
                | UserSpec::AUTO_ACCEPT
                | UserSpec::AFTER_CONTACT_WORK
                | UserSpec::DESK_PHONE => {}
                field => {
                    return Err(AwsError::bug(format!(
                        "`{field}` of a Connect user cannot change"
                    )));
                }
            }
        }
        Ok(())
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        tags::change(work.aws, live, change).await
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let request = work
            .aws
            .connect()
            .delete_user()
            .set_instance_id(self.read(live).instance_id.clone())
            .user_id(&live.id);
        gone(
            work.aws
                .call("connect", "DeleteUser", || request.clone().send())
                .await,
        )
    }

    async fn inside(&self, aws: &Aws, holder: KindId, id: &str) -> Option<Inside> {
        if holder != InstanceSpec::KIND {
            return None;
        }
        let found = marked(aws, id).await;
        Some(Inside { what: "users", found })
    }
}
