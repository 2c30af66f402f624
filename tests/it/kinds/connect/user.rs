//! Users of an instance.

use aws_sdk_connect::types::{self, Channel, MediaConcurrency, PhoneType, UserIdentityInfo, UserPhoneConfig};
use headset_aws::Aws;
use headset_aws::kinds::{Half, Work};
use headset_core::{Class, KindId};
use headset_kinds::Observation;
use headset_kinds::connect::{ConnectInstance, User, UserSpec};
use serde_json::json;

use super::instance::instance;
use super::{change_tags, only_instance};
use crate::invariants::conformance::{
    Case, ExternalChange, Things, address, after, other_tags, tags, things, with,
};
use crate::kinds::direct::{
    instance as spec_of_instance, more_tags, spec, tags as spec_tags, under_all_seeds,
};

pub(crate) fn case() -> Case {
    Case {
        before: vec![instance()],
        subject: (
            address("connect.user/agent1@example.com"),
            json!({
                "instance_id": after("connect.instance/main", "id"), "username": "agent1@example.com",
                "first_name": "Agent", "last_name": "One", "security_profiles": ["Agent"],
                "routing_profile": "Basic Routing Profile", "auto_accept": false, "after_contact_work": 0,
                "desk_phone": null,
                "tags": tags(),
            }),
        ),
        changes: vec![
            ("first_name", json!("Another")),
            ("last_name", json!("Name")),
            ("security_profiles", json!(["Agent", "CallCenterManager"])),
            ("auto_accept", json!(true)),
            ("after_contact_work", json!(60)),
            ("desk_phone", json!("+442079460123")),
            ("tags", other_tags()),
        ],
        unchanged: vec![
            ("routing_profile", "an instance has one built-in routing profile"),
            (
                "email",
                "with SAML there is none; `sign_in` changes one of Connect's own directory",
            ),
        ],
    }
}

/// A password that a user of Connect's own directory begins with, in a file.
fn password() -> String {
    static FILE: std::sync::LazyLock<tempfile::NamedTempFile> = std::sync::LazyLock::new(|| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "Correct-Horse-1").unwrap();
        file
    });
    FILE.path().display().to_string()
}

/// The user before a field of it is changed from outside.
pub(crate) fn base(field: &str, _way: usize) -> Things {
    if field != "email" {
        return things("connect.user");
    }
    // With SAML a user has no e-mail address of Connect's.
    let mut things = things("connect.user");
    things[0].1["identity"] = json!("CONNECT_MANAGED");
    with(
        things,
        &[
            ("email", json!("agent1@example.com")),
            ("password", json!({ "$secret": { "file": password() } })),
        ],
    )
}

/// Makes another user, as others do.
pub(crate) async fn put(aws: &Aws, _: KindId) -> String {
    let (instance, _) = only_instance(aws).await;
    let now = user(aws, &instance).await;
    let request = aws.connect().create_user().instance_id(&instance);
    let made = request
        .username("theirs@example.com")
        .identity_info(
            UserIdentityInfo::builder()
                .first_name("Their")
                .last_name("Own")
                .build(),
        )
        .set_phone_config(now.phone_config.clone())
        .set_security_profile_ids(now.security_profile_ids.clone())
        .set_routing_profile_id(now.routing_profile_id.clone());
    made.send().await.unwrap().user_id.unwrap()
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    match (field, way) {
        ("instance_id" | "username", _) => ExternalChange::Fixed("Connect has no call that changes it"),
        ("tags", way) => {
            let (instance, _) = only_instance(aws).await;
            let arn = user(aws, &instance).await.arn.unwrap();
            change_tags(aws, &arn, way).await
        }
        (_, 1..) => ExternalChange::Enough,
        (field, _) => {
            of_user(aws, field).await;
            ExternalChange::Changed
        }
    }
}

async fn user(aws: &Aws, instance: &str) -> types::User {
    let listed = aws
        .connect()
        .list_users()
        .instance_id(instance)
        .send()
        .await
        .unwrap();
    let id = listed.user_summary_list()[0].id().unwrap().to_owned();
    let described = aws.connect().describe_user().instance_id(instance).user_id(id);
    described.send().await.unwrap().user.unwrap()
}

async fn of_user(aws: &Aws, field: &str) {
    let connect = aws.connect();
    let (instance, _) = only_instance(aws).await;
    let user = user(aws, &instance).await;
    let id = user.id().unwrap();
    match field {
        "first_name" | "last_name" | "email" => {
            let now = user.identity_info().unwrap();
            let of = |name: &str, kept: Option<&str>| match name == field {
                true => Some("theirs@example.com".to_owned()),
                false => kept.map(str::to_owned).filter(|kept| !kept.is_empty()),
            };
            let identity = UserIdentityInfo::builder()
                .set_first_name(of("first_name", now.first_name()))
                .set_last_name(of("last_name", now.last_name()))
                .set_email(of("email", now.email()))
                .build();
            let request = connect
                .update_user_identity_info()
                .instance_id(instance)
                .user_id(id);
            request.identity_info(identity).send().await.unwrap();
        }
        "auto_accept" | "after_contact_work" | "desk_phone" => {
            let phone = match field {
                "desk_phone" => UserPhoneConfig::builder()
                    .phone_type(PhoneType::DeskPhone)
                    .desk_phone_number("+442079460999"),
                _ => UserPhoneConfig::builder().phone_type(PhoneType::SoftPhone),
            };
            let phone = phone
                .auto_accept(field == "auto_accept")
                .after_contact_work_time_limit(if field == "after_contact_work" { 90 } else { 0 })
                .build();
            let request = connect
                .update_user_phone_config()
                .instance_id(instance)
                .user_id(id);
            request.phone_config(phone).send().await.unwrap();
        }
        "security_profiles" => {
            let profiles = connect
                .list_security_profiles()
                .instance_id(&instance)
                .send()
                .await
                .unwrap();
            let admin = profiles
                .security_profile_summary_list()
                .iter()
                .find(|profile| profile.name() == Some("Admin"))
                .unwrap();
            let request = connect
                .update_user_security_profiles()
                .instance_id(instance)
                .user_id(id);
            request
                .security_profile_ids(admin.id().unwrap())
                .send()
                .await
                .unwrap();
        }
        "routing_profile" => {
            let queues = connect.list_queues().instance_id(&instance).send().await.unwrap();
            let queue = queues
                .queue_summary_list()
                .iter()
                .find(|queue| queue.name().is_some())
                .unwrap();
            let voice = MediaConcurrency::builder()
                .channel(Channel::Voice)
                .concurrency(1)
                .build()
                .unwrap();
            let made = connect
                .create_routing_profile()
                .instance_id(&instance)
                .name("Theirs")
                .description("Somebody's")
                .default_outbound_queue_id(queue.id().unwrap())
                .media_concurrencies(voice)
                .send()
                .await
                .unwrap();
            let request = connect
                .update_user_routing_profile()
                .instance_id(instance)
                .user_id(id);
            request
                .routing_profile_id(made.routing_profile_id().unwrap())
                .send()
                .await
                .unwrap();
        }
        other => panic!("connect.user: nothing here changes from outside `{other}`"),
    }
}

#[test]
fn a_user_lives_and_dies() {
    under_all_seeds(async |bench| {
        let (address, instance_spec) = spec_of_instance();
        let instance = bench.make(&ConnectInstance, &address, &instance_spec).await;
        let user = headset_core::address!("connect.user", "agent1@example.com");
        let mut user_spec = spec(UserSpec {
            instance_id: instance.id.as_str().into(),
            username: "agent1@example.com".to_owned(),
            first_name: "Agent".to_owned(),
            last_name: "One".to_owned(),
            security_profiles: vec!["Agent".to_owned()],
            routing_profile: "Basic Routing Profile".to_owned(),
            auto_accept: false,
            after_contact_work: std::time::Duration::ZERO,
            desk_phone: None,
            password: None,
            email: None,
            tags: spec_tags(),
        });
        let live = bench.make(&User, &user, &user_spec).await;
        let changes = [
            ("first_name", json!("Agnes")),
            ("last_name", json!("Won")),
            ("security_profiles", json!(["Admin", "Agent"])),
            ("auto_accept", json!(true)),
            ("after_contact_work", json!(30)),
            ("desk_phone", json!("+442079460123")),
            ("desk_phone", json!(null)),
            ("tags", more_tags()),
        ];
        bench.change(&User, &user, &mut user_spec, &changes).await;
        let mut unknown = user_spec.clone();
        unknown["username"] = json!("agent2@example.com");
        unknown["routing_profile"] = json!("Nobody's");
        let token = bench.token();
        let work = Work {
            aws: &bench.aws,
            address: &user,
            token,
        };
        let error = User.create_any(&work, &unknown).await.unwrap_err();
        assert_eq!(error.class, Class::Invalid);
        assert!(error.message.contains("Basic Routing Profile"), "{error}");
        bench.remove(&User, &user, &user_spec, &live).await;

        // Without the instance nothing of it exists.
        bench
            .remove(&ConnectInstance, &address, &instance_spec, &instance)
            .await;
        assert!(matches!(
            bench.observation(&User, &user, &user_spec, None).await,
            Observation::Absent
        ));
    });
}
