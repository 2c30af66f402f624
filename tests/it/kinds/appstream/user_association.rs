//! Which user streams which stack.

use aws_sdk_appstream::types::{AuthenticationType, UserStackAssociation};
use headset_aws::Aws;
use headset_core::{Class, KindId};
use serde_json::json;

use super::stack::stack;
use super::user::user;
use crate::invariants::conformance::{Case, ExternalChange, address, after};
use crate::kinds::lab::Lab;

pub(crate) fn case() -> Case {
    Case {
        before: vec![user(), stack()],
        subject: (
            address("appstream.user_association/agent1@example.com:agents"),
            json!({
                "user": after("appstream.user/agent1@example.com", "name"),
                "stack": after("appstream.stack/agents", "name"), "notify": false,
            }),
        ),
        changes: vec![],
        unchanged: vec![],
    }
}

/// Lets another user of the pool in, as others do.
pub(crate) async fn put(aws: &Aws, _: KindId) -> String {
    let appstream = aws.appstream();
    let request = appstream.create_user().user_name("theirs@example.com");
    let request = request.authentication_type(AuthenticationType::Userpool);
    request.send().await.unwrap();
    let one = UserStackAssociation::builder()
        .user_name("theirs@example.com")
        .stack_name("acme-agents")
        .authentication_type(AuthenticationType::Userpool)
        .build();
    let request = appstream
        .batch_associate_user_stack()
        .user_stack_associations(one);
    let answer = request.send().await.unwrap();
    assert!(answer.errors().is_empty(), "{answer:?}");
    "acme-agents/theirs@example.com".to_owned()
}

pub(crate) async fn change(_aws: &Aws, field: &str, _way: usize) -> ExternalChange {
    match field {
        "user" | "stack" => ExternalChange::Fixed(
            "an association is nothing but these: another one is another association, and this one is gone",
        ),
        other => panic!("appstream.user_association: nothing here changes from outside `{other}`"),
    }
}

#[tokio::test(start_paused = true)]
async fn an_association_with_a_missing_user_fails_in_time_and_says_who_is_missing() {
    let lab = Lab::new(0, "eu-west-1").await;
    let link = lab.resource(
        "appstream.user_association/missing@example.com:agents",
        json!({"user": "missing@example.com", "stack": "nowhere", "notify": false}),
    );
    let error = link.kind.create_any(&link.work(), &link.want).await.unwrap_err();
    assert_eq!(error.code.as_deref(), Some("STACK_NOT_FOUND"));
    assert_eq!(error.class, Class::NotFound);
}
