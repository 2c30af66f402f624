//! Users of the pool; mails only where they are asked for.

use aws_sdk_appstream::types::AuthenticationType;
use headset_aws::Aws;
use headset_core::{Address, Class};
use headset_kinds::Observation;
use serde_json::{Value, json};

use crate::invariants::conformance::{Case, ExternalChange, address};
use crate::kinds::lab::{Lab, seeds as lab_seeds, tags as lab_tags};

pub(crate) fn user() -> (Address, Value) {
    let spec = json!({
        "name": "agent1@example.com", "first_name": "Agent", "last_name": "One", "enabled": true, "notify": false,
    });
    (address("appstream.user/agent1@example.com"), spec)
}

pub(crate) fn case() -> Case {
    Case {
        before: vec![],
        subject: user(),
        changes: vec![("enabled", json!(false)), ("enabled", json!(true))],
        unchanged: vec![],
    }
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    match (field, way) {
        ("name" | "first_name" | "last_name", _) => {
            ExternalChange::Fixed("AppStream has no call that changes it")
        }
        ("enabled", 0) => {
            let request = aws.appstream().disable_user().user_name("agent1@example.com");
            let request = request.authentication_type(AuthenticationType::Userpool);
            request.send().await.map(drop).unwrap();
            ExternalChange::Changed
        }
        ("enabled", _) => ExternalChange::Enough,
        (other, _) => panic!("appstream.user: nothing here changes from outside `{other}`"),
    }
}

#[tokio::test(start_paused = true)]
async fn users_come_get_their_stacks_are_locked_out_and_go() {
    for seed in lab_seeds() {
        let lab = Lab::new(seed, "eu-west-1").await;
        let mut stack = lab.resource(
            "appstream.stack/agents",
            json!({"name": "acme-agents", "user_settings": {}, "tags": lab_tags()}),
        );
        stack.make().await;
        let mut agent = lab.resource(
            "appstream.user/Agent1@example.com",
            json!({"name": "Agent1@example.com", "first_name": "Agent", "last_name": "One", "enabled": true,
                   "notify": false}),
        );
        assert!(matches!(agent.see().await, Observation::Absent));
        // The association is asked for right after the user was made, who is listed a little later.
        agent.kind.create_any(&agent.work(), &agent.want).await.unwrap();
        let mut link = lab.resource(
            "appstream.user_association/Agent1@example.com:agents",
            json!({"user": "Agent1@example.com", "stack": "acme-agents", "notify": false}),
        );
        link.make().await;
        agent.id = Some("Agent1@example.com".to_owned());
        agent.converge().await;

        let twice = agent
            .kind
            .create_any(&agent.work(), &agent.want)
            .await
            .unwrap_err();
        assert_eq!(twice.class, Class::AlreadyThere);
        agent.change(json!({"enabled": false})).await;
        agent.change(json!({"enabled": true})).await;
        // Letter case counts: this is another user.
        let other = lab.resource("appstream.user/x", json!({"name": "agent1@example.com"}));
        assert!(matches!(other.see().await, Observation::Absent));

        link.delete().await;
        agent.delete().await;
        stack.delete().await;
    }
}
