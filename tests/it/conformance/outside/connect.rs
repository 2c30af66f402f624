//! Another hand in Amazon Connect.

use aws_sdk_connect::types::{
    Channel, InstanceAttributeType, MediaConcurrency, PhoneType, User, UserIdentityInfo, UserPhoneConfig,
};
use headset_aws::Aws;
use headset_core::tag;
use serde_json::json;

use super::{Deed, Things, things, with};

/// A password that a user of Connect's own directory begins with, in a file.
fn password() -> String {
    static FILE: std::sync::LazyLock<tempfile::NamedTempFile> = std::sync::LazyLock::new(|| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "Correct-Horse-1").unwrap();
        file
    });
    FILE.path().display().to_string()
}

pub(super) fn base(kind: &str, field: &str) -> Things {
    match (kind, field) {
        // With SAML a user has no e-mail address of Connect's.
        ("connect.user", "email") => {
            let mut things = things(kind);
            things[0].1["identity"] = json!("CONNECT_MANAGED");
            with(
                things,
                &[
                    ("email", json!("agent1@example.com")),
                    ("password", json!({ "$secret": { "file": password() } })),
                ],
            )
        }
        _ => things(kind),
    }
}

pub(in crate::conformance) async fn instance(aws: &Aws) -> (String, String) {
    let listed = aws.connect().list_instances().send().await.unwrap();
    let one = &listed.instance_summary_list()[0];
    (one.id().unwrap().to_owned(), one.arn().unwrap().to_owned())
}

async fn user(aws: &Aws, instance: &str) -> User {
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

async fn set(aws: &Aws, attribute: InstanceAttributeType) {
    let (id, _) = instance(aws).await;
    let request = aws.connect().update_instance_attribute().instance_id(id);
    request
        .attribute_type(attribute)
        .value("false")
        .send()
        .await
        .unwrap();
}

pub(in crate::conformance) async fn tags(aws: &Aws, arn: &str, way: usize) -> Deed {
    match way {
        0 => {
            let request = aws.connect().tag_resource().resource_arn(arn);
            request.tags("team", "theirs").send().await.unwrap();
        }
        1 => {
            let request = aws.connect().untag_resource().resource_arn(arn);
            request
                .tag_keys("team")
                .tag_keys(tag::LINEAGE)
                .send()
                .await
                .unwrap();
        }
        _ => return Deed::Enough,
    }
    Deed::Changed
}

pub(super) async fn change(aws: &Aws, kind: &str, field: &str, way: usize) -> Deed {
    match (kind, field, way) {
        ("connect.instance", "alias" | "identity", _) => Deed::Fixed("Connect has no call that changes it"),
        ("connect.instance", "tags", way) => tags(aws, &instance(aws).await.1, way).await,
        ("connect.approved_origin", "instance_id" | "origin", _) => Deed::Fixed(
            "an approved origin is nothing but these: another one is another origin, and this one is gone",
        ),
        ("connect.user", "instance_id" | "username", _) => Deed::Fixed("Connect has no call that changes it"),
        ("connect.user", "tags", way) => {
            let (instance, _) = instance(aws).await;
            let arn = user(aws, &instance).await.arn.unwrap();
            tags(aws, &arn, way).await
        }
        (_, _, 1..) => Deed::Enough,
        ("connect.instance", field, _) => {
            set(
                aws,
                match field {
                    "inbound" => InstanceAttributeType::InboundCalls,
                    "outbound" => InstanceAttributeType::OutboundCalls,
                    "attributes" => InstanceAttributeType::ContactflowLogs,
                    other => panic!("{kind}: no other hand changes `{other}`"),
                },
            )
            .await;
            Deed::Changed
        }
        (_, field, _) => {
            of_user(aws, field).await;
            Deed::Changed
        }
    }
}

async fn of_user(aws: &Aws, field: &str) {
    let connect = aws.connect();
    let (instance, _) = instance(aws).await;
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
        "auto_accept" | "after_contact_work" => {
            let phone = UserPhoneConfig::builder()
                .phone_type(PhoneType::SoftPhone)
                .auto_accept(field == "auto_accept")
                .after_contact_work_time_limit(if field == "auto_accept" { 0 } else { 90 })
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
        other => panic!("connect.user: no other hand changes `{other}`"),
    }
}
