//! Assignments of users and groups to an application.

use std::collections::BTreeMap;

use headset_aws::Aws;
use headset_aws::kinds::{Half, Work};
use headset_client::services::identity_store::{AlternateIdentifier, GetUserId};
use headset_core::{Class, KindId};
use headset_kinds::identity_center::{Assignment, AssignmentSpec};
use headset_kinds::{Kind, Observation};
use serde_json::json;

use super::application::{answered, application};
use crate::invariants::conformance::{Case, ExternalChange, address, after, refuses};
use crate::kinds::direct::{spec, under_all_seeds};

pub(crate) fn case() -> Case {
    Case {
        before: vec![application()],
        subject: (
            address("identity_center.assignment/GROUP:agents"),
            json!({
                "application_arn": after("identity_center.application/acme", "application_arn"),
                "application_name": "acme", "principal_type": "GROUP", "principal_name": "agents",
                // Where the API does not take assignments on such applications, a person makes them, which is
                // what the refusal tells to do.
                "by_hand": refuses("sso.assignment-on-saml"),
            }),
        ),
        changes: vec![],
        unchanged: vec![],
    }
}

/// Assigns another user, as others do.
pub(crate) async fn put(aws: &Aws, _: KindId) -> String {
    let sso = aws.sso_admin();
    let instances = sso.list_instances().send().await.unwrap();
    let instance = &instances.instances()[0];
    let arn = instance.instance_arn().unwrap();
    let applications = sso.list_applications().instance_arn(arn).send().await.unwrap();
    let application = applications.applications()[0]
        .application_arn()
        .unwrap()
        .to_owned();
    let user = GetUserId {
        identity_store_id: instance.identity_store_id().unwrap().to_owned(),
        alternate_identifier: AlternateIdentifier::of("userName", "agent1@example.com"),
    };
    let user = aws.ask(user).await.unwrap().user_id;
    let request = sso.create_application_assignment().application_arn(&application);
    let request = request.principal_type("USER".into()).principal_id(&user);
    request.send().await.unwrap();
    format!("{application} USER {user}")
}

pub(crate) async fn change(_aws: &Aws, field: &str, _way: usize) -> ExternalChange {
    match field {
        "application_arn" | "principal_type" | "principal_name" => ExternalChange::Fixed(
            "an assignment is nothing but these: another one is another assignment, and this one is gone",
        ),
        other => panic!("identity_center.assignment: nothing here changes from outside `{other}`"),
    }
}

#[test]
fn an_assignment_lives_and_dies_or_says_what_to_do_instead() {
    under_all_seeds(async |bench| {
        let (_, _, answers) = answered(&bench).await;
        let assignment = |principal_type: &str, name: &str, arn: &str| {
            spec(AssignmentSpec {
                application_arn: arn.into(),
                application_name: "acme-support".to_owned(),
                principal_type: principal_type.to_owned(),
                principal_name: name.to_owned(),
                by_hand: false,
            })
        };
        let arn = &answers["application_arn"];
        let address = headset_core::address!("identity_center.assignment", "GROUP:nobody");
        let token = bench.token();
        let work = Work {
            aws: &bench.aws,
            address: &address,
            token,
        };
        let error = Assignment
            .create_any(&work, &assignment("GROUP", "nobody", arn))
            .await
            .unwrap_err();
        assert_eq!(error.class, Class::Invalid);
        assert!(error.message.contains("has no group `nobody`"), "{error}");

        for (principal_type, name) in [("GROUP", "agents"), ("USER", "agent1@example.com")] {
            let address =
                headset_core::address!("identity_center.assignment", format!("{principal_type}:{name}"));
            let spec = assignment(principal_type, name, arn);
            if bench
                .simulator
                .with_world(|world, _| world.quirk("sso.assignment-on-saml"))
            {
                let token = bench.token();
                let work = Work {
                    aws: &bench.aws,
                    address: &address,
                    token,
                };
                let error = Assignment.create_any(&work, &spec).await.unwrap_err();
                let assumed = headset_kinds::evidence::behind_call(&error);
                assert!(
                    assumed
                        .iter()
                        .any(|one| one.fallback.contains("identity_center: by_hand")),
                    "{assumed:?}"
                );
            } else {
                let live = bench.make(&Assignment, &address, &spec).await;
                // Another client was faster: that is as good.
                let token = bench.token();
                let work = Work {
                    aws: &bench.aws,
                    address: &address,
                    token,
                };
                assert_eq!(Assignment.create_any(&work, &spec).await.unwrap(), live.id);
                bench.remove(&Assignment, &address, &spec, &live).await;
            }
            let by_hand = assignment(principal_type, name, "");
            let done = BTreeMap::from([("done".to_owned(), "yes".to_owned())]);
            let observation = bench.observation(&Assignment, &address, &by_hand, None).await;
            assert!(matches!(observation, Observation::Absent), "{observation:?}");
            let observation = bench
                .observe_with(&Assignment, &address, &by_hand, None, done)
                .await;
            let Observation::Present(live) = observation else {
                panic!("{observation:?}")
            };
            assert_eq!(Assignment.diff(&by_hand, &live), []);
        }
    });
}
