//! How long a run bears what does not answer, and what has ended: on virtual time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::Credentials as Keys;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use headset_aws::objects::Bucket;
use headset_aws::{Aws, Wire};
use headset_kinds::objects::{Objects as _, Place};
use headset_simulator::Simulator;
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use crate::support::fixtures::DESKS;
use crate::support::{Sandbox, on_virtual_time};

/// The longest that one operation may go without an answer before Headset gives it up, pauses between attempts included.
const BOUND: Duration = Duration::from_secs(200);

fn inject(simulator: &Simulator, rule: Value) {
    simulator.inject(serde_json::from_value(rule).unwrap());
}

fn sandbox() -> Sandbox {
    Sandbox::new("center.yaml", DESKS, Settings::default())
}

/// The events of this name that were reported.
fn events(sandbox: &Sandbox, name: &str) -> Vec<Value> {
    let told = sandbox.told();
    let lines = serde_json::Deserializer::from_str(&told).into_iter::<Value>();
    lines
        .map(Result::unwrap)
        .filter(|event| event["event"] == name)
        .collect()
}

#[test]
fn a_call_without_an_answer_is_said_after_half_a_minute_and_given_up_in_time() {
    on_virtual_time(async {
        let sandbox = sandbox();
        let hangs =
            json!({ "kind": "delay", "operation": "CreateStack", "seconds": 1_000_000, "times": 1000 });
        inject(&sandbox.simulator, hangs);
        let outcome = sandbox.apply(None).await;
        let failed: Vec<String> = outcome.failed.iter().map(ToString::to_string).collect();
        assert_eq!(failed, ["appstream.stack/agents"]);
        let unanswered = events(&sandbox, "unanswered");
        assert!(unanswered.len() >= 2, "{}", sandbox.told());
        for event in &unanswered {
            assert_eq!(event["service"], "appstream", "{event}");
            assert_eq!(event["operation"], "CreateStack", "{event}");
            assert_eq!(event["seconds"], 30, "{event}");
        }
        let at = |event: &Value| -> jiff::Timestamp { event["at"].as_str().unwrap().parse().unwrap() };
        let of_stack = |name: &str| {
            let events = events(&sandbox, name).into_iter();
            events
                .into_iter()
                .find(|event| event["address"] == "appstream.stack/agents")
                .unwrap()
        };
        let took = at(&of_stack("failed")).duration_since(at(&of_stack("started")));
        assert!(took.unsigned_abs() < BOUND, "{took:?}");
        // A slow answer is no missing one.
        sandbox.simulator.clear_faults();
        inject(
            &sandbox.simulator,
            json!({ "kind": "delay", "operation": "CreateStack", "seconds": 50 }),
        );
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{outcome:?}");
        assert!(sandbox.plan().await.is_empty());
    });
}

#[test]
fn a_read_without_an_answer_is_bounded_too() {
    on_virtual_time(async {
        let sandbox = sandbox();
        let hangs =
            json!({ "kind": "delay", "operation": "DescribeFleets", "seconds": 1_000_000, "times": 1000 });
        inject(&sandbox.simulator, hangs);
        let aws = sandbox.aws(None).await;
        let began = aws.clock().now();
        let request = aws.appstream().describe_fleets();
        let asked = aws.call("appstream", "DescribeFleets", || request.clone().send());
        let error = asked.await.unwrap_err();
        let took = aws.clock().now().duration_since(began).unsigned_abs();
        assert!(
            took < BOUND && took > Duration::from_secs(60),
            "{took:?}: {error}"
        );
    });
}

/// Keys that a person can change while a run waits.
#[derive(Clone, Debug)]
struct Cell(Arc<Mutex<&'static str>>);

impl ProvideCredentials for Cell {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let key = *self.0.lock().unwrap();
        future::ProvideCredentials::ready(Ok(Keys::new(key, "simulated", None, None, "test")))
    }
}

const FIRST: &str = "ASIAFIRST00000000000";
const SECOND: &str = "ASIASECOND0000000000";

/// Ends the first keys five minutes from now, while the fleet starts, and runs. `renewed` after so long.
async fn with_keys_that_end(renewed: Option<Duration>) -> (Sandbox, headset_engine::apply::Outcome) {
    let sandbox = sandbox();
    let keys = Cell(Arc::new(Mutex::new(FIRST)));
    let wire = Wire::new(sandbox.simulator.http_client(), None);
    let aws = sandbox
        .aws_with(wire, SharedCredentialsProvider::new(keys.clone()))
        .await;
    let end = json!({ "access_key": FIRST, "seconds": 300 });
    let ended = sandbox
        .simulator
        .with_world(|world, now| headset_simulator::console::act(world, "credentials/end", &end, now));
    ended.unwrap();
    let design = sandbox.design(&aws, &sandbox.state());
    let renew = async {
        match renewed {
            Some(after) => tokio::time::sleep(Duration::from_secs(300) + after).await,
            None => std::future::pending().await,
        }
        *keys.0.lock().unwrap() = SECOND;
        std::future::pending::<()>().await;
    };
    let outcome = tokio::select! {
        outcome = run(&sandbox, &aws, &design) => outcome,
        () = renew => unreachable!(),
    };
    (sandbox, outcome)
}

async fn run(
    sandbox: &Sandbox,
    aws: &Aws,
    design: &headset_design::Design,
) -> headset_engine::apply::Outcome {
    sandbox.run_design(aws, design, true).await
}

/// The fleet starts for longer than the credentials last. A person renews them twenty minutes later.
#[test]
fn credentials_that_end_during_a_wait_hold_it_up_until_they_are_renewed() {
    on_virtual_time(async {
        let (sandbox, outcome) = with_keys_that_end(Some(Duration::from_secs(1200))).await;
        assert!(outcome.is_done(), "{outcome:?}");
        assert_eq!(events(&sandbox, "credentials-expired").len(), 1, "said once");
        assert_eq!(events(&sandbox, "credentials-renewed").len(), 1);
        assert!(events(&sandbox, "failed").is_empty());
        assert!(sandbox.plan().await.is_empty());
    });
}

#[test]
fn credentials_that_are_not_renewed_end_the_wait_and_the_next_run_goes_on() {
    on_virtual_time(async {
        let (sandbox, outcome) = with_keys_that_end(None).await;
        assert!(!outcome.failed.is_empty(), "{outcome:?}");
        assert_eq!(events(&sandbox, "credentials-expired").len(), 1);
        let failed = events(&sandbox, "failed");
        assert!(
            failed[0]["help"]
                .as_str()
                .unwrap()
                .contains("credentials have expired"),
            "{failed:?}"
        );
        let until: jiff::Timestamp = events(&sandbox, "credentials-expired")[0]["until"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let at: jiff::Timestamp = failed[0]["at"].as_str().unwrap().parse().unwrap();
        let late = at.duration_since(until).as_secs();
        assert!((-60..120).contains(&late), "it fails {late} s after it said");
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{outcome:?}");
        assert!(sandbox.plan().await.is_empty());
    });
}

/// A command that only looks does not wait for a person.
#[test]
fn outside_of_a_run_ended_credentials_are_an_error_at_once() {
    on_virtual_time(async {
        let sandbox = sandbox();
        let aws = sandbox.aws(None).await;
        inject(
            &sandbox.simulator,
            json!({ "kind": "error", "code": "ExpiredTokenException", "status": 403, "times": 1000 }),
        );
        let began = aws.clock().now();
        let request = aws.appstream().describe_fleets();
        let asked = aws.call("appstream", "DescribeFleets", || request.clone().send());
        let error = asked.await.unwrap_err();
        assert!(error.is_of_expired_credentials(), "{error}");
        assert!(aws.clock().now().duration_since(began).as_secs() < 5);
    });
}

/// AWS refuses what is signed by a clock that is off by more than a quarter of an hour. Each way to AWS learns that once, for the
/// SDK's clients and for the small one.
#[test]
fn a_wrong_clock_is_corrected_by_aws_s_time() {
    for ahead in [1800, -1800, 86_400] {
        on_virtual_time(async {
            let settings = Settings {
                clock_ahead: ahead,
                ..Settings::default()
            };
            let sandbox = crate::support::ready_for("split-ccp.yaml", settings).await;
            let outcome = sandbox.apply(None).await;
            assert!(outcome.is_done(), "{ahead}: {outcome:?}");
            assert!(sandbox.plan().await.is_empty(), "{ahead}");
            let aws = sandbox.aws(None).await;
            assert!(aws.wire().time().ahead().is_zero());
            let request = aws.sts().get_caller_identity();
            aws.call("sts", "GetCallerIdentity", || request.clone().send())
                .await
                .unwrap();
            let learnt = aws.wire().time().ahead().as_secs();
            assert!((learnt - ahead).abs() < 60, "{learnt} for {ahead}");
            // Leases go by it, too.
            let states = Bucket::new(&aws, Place::parse("s3://acme-state").unwrap());
            assert_eq!(states.ahead().as_secs(), learnt);
            // The same for a client that has its own code, and by now nothing is refused.
            let since = sandbox.simulator.call_log().len();
            let store = headset_client::services::identity_store::GetGroupId {
                identity_store_id: "d-1234567890".to_owned(),
                alternate_identifier: headset_client::services::identity_store::AlternateIdentifier::of(
                    "displayName",
                    "agents",
                ),
            };
            drop(aws.ask(store).await);
            let log = sandbox.simulator.call_log().split_off(since);
            assert_eq!(log.len(), 1, "{log:?}");
            assert_ne!(
                log[0].code.as_deref(),
                Some("InvalidSignatureException"),
                "{log:?}"
            );
        });
    }
}

/// What is refused for another reason is not sent again for a clock that is right.
#[test]
fn a_wrong_signature_by_a_right_clock_is_refused_once() {
    on_virtual_time(async {
        let sandbox = sandbox();
        inject(
            &sandbox.simulator,
            json!({ "kind": "error", "code": "InvalidSignatureException", "status": 403, "times": 1000 }),
        );
        let aws = sandbox.aws(None).await;
        let request = aws.appstream().describe_fleets();
        let asked = aws.call("appstream", "DescribeFleets", || request.clone().send());
        asked.await.unwrap_err();
        assert_eq!(sandbox.simulator.call_log().len(), 1);
    });
}
