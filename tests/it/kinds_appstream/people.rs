//! Users of the pool and what they may stream from; mails only where they are asked for.

use headset_core::Class;
use headset_kinds::Observation;
use serde_json::json;

use super::{Lab, SEEDS, tags};

#[tokio::test(start_paused = true)]
async fn users_come_get_their_stacks_are_locked_out_and_go() {
    for seed in SEEDS {
        let lab = Lab::new(seed, "eu-west-1").await;
        let mut stack = lab.thing(
            "appstream.stack/agents",
            json!({"name": "acme-agents", "user_settings": {}, "tags": tags()}),
        );
        stack.make().await;
        let mut agent = lab.thing(
            "appstream.user/Agent1@example.com",
            json!({"name": "Agent1@example.com", "first_name": "Agent", "last_name": "One", "enabled": true,
                   "notify": false}),
        );
        assert!(matches!(agent.see().await, Observation::Absent));
        // The association is asked for right after the user was made, who is listed a little later.
        agent.kind.create(&agent.work(), &agent.want).await.unwrap();
        let mut link = lab.thing(
            "appstream.user_association/Agent1@example.com:agents",
            json!({"user": "Agent1@example.com", "stack": "acme-agents", "notify": false}),
        );
        link.make().await;
        agent.id = Some("Agent1@example.com".to_owned());
        agent.converge().await;

        let twice = agent.kind.create(&agent.work(), &agent.want).await.unwrap_err();
        assert_eq!(twice.class, Class::AlreadyThere);
        agent.change(json!({"enabled": false})).await;
        agent.change(json!({"enabled": true})).await;
        // Letter case counts: this is somebody else.
        let other = lab.thing("appstream.user/x", json!({"name": "agent1@example.com"}));
        assert!(matches!(other.see().await, Observation::Absent));

        link.delete().await;
        agent.delete().await;
        stack.delete().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_association_with_nobody_fails_in_time_and_says_who_is_missing() {
    let lab = Lab::new(0, "eu-west-1").await;
    let link = lab.thing(
        "appstream.user_association/nobody@example.com:agents",
        json!({"user": "nobody@example.com", "stack": "nowhere", "notify": false}),
    );
    let error = link.kind.create(&link.work(), &link.want).await.unwrap_err();
    assert_eq!(error.code.as_deref(), Some("STACK_NOT_FOUND"));
    assert_eq!(error.class, Class::NotFound);
}
