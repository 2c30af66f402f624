//! The kinds of Connect, IAM and Identity Center against the simulator, each call of the contract by itself:
//! create, read, no difference; change every field, read, no difference; delete, absent.
//!
//! Under several seeds, since what no source decides (lists that lag, spellings, both forms of a setting) is a
//! quirk of the simulator that must not matter.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use headset_aws::kinds::{Remote, Work};
use headset_aws::{Aws, AwsOptions, Credentials, Wire};
use headset_core::{Address, Class, Clock};
use headset_kinds::connect::{ApprovedOrigin, ConnectInstance, InstanceSpec, User, UserSpec};
use headset_kinds::iam::{Role, RoleSpec, SamlProvider, SamlProviderSpec};
use headset_kinds::identity_center::{Application, ApplicationSpec, Assignment, AssignmentSpec, Mapping};
use headset_kinds::regions::{Identity, Regions};
use headset_kinds::{Condition, Kind, Live, Lookup, Observation};
use headset_simulator::operator;
use headset_simulator::world::Settings;
use headset_simulator::{Moment, SimOptions, Simulator};
use serde::Serialize;
use serde_json::{Value, json};

/// 2026-01-01.
const ORIGIN: u64 = 1_767_225_600_000;
/// How many seeds of the simulator's quirks are tried.
const SEEDS: u64 = 12;

/// A simulated cloud and the way to it.
struct Bench {
    simulator: Arc<Simulator>,
    aws: Aws,
    tokens: std::cell::Cell<u32>,
}

impl Bench {
    async fn new(quirks: u64) -> Bench {
        let settings = Settings {
            quirks,
            ..Settings::default()
        };
        let origin = Moment(ORIGIN);
        let simulator = Simulator::new(SimOptions {
            settings,
            origin,
            ..SimOptions::default()
        });
        let wire = Wire::new(simulator.http_client(), None);
        let region = || "eu-west-2".to_owned();
        let regions = Regions {
            connect: region(),
            appstream: region(),
            s3: region(),
            identity_center: "us-east-1".to_owned(),
        };
        let config = Aws::load_config(&Credentials::Simulated, Some("eu-west-2"), &wire).await;
        let now = jiff::Timestamp::from_millisecond(i64::try_from(ORIGIN).unwrap()).unwrap();
        let clock = Clock::simulated(now, 1.0);
        let identity = Identity::Same;
        let aws = Aws::connect_with(AwsOptions {
            config,
            regions,
            identity,
            wire,
            clock,
            pace: headset_aws::Pace::default(),
            seed: 7,
        });
        Bench {
            simulator,
            aws,
            tokens: std::cell::Cell::new(0),
        }
    }

    fn token(&self) -> String {
        self.tokens.set(self.tokens.get() + 1);
        format!("{:08x}-0000-4000-8000-000000000000", self.tokens.get())
    }

    async fn observation(
        &self,
        kind: &dyn Remote,
        address: &Address,
        spec: &Value,
        id: Option<&str>,
    ) -> Observation {
        self.observe_with(kind, address, spec, id, BTreeMap::new()).await
    }

    async fn observe_with(
        &self,
        kind: &dyn Remote,
        address: &Address,
        spec: &Value,
        id: Option<&str>,
        answers: BTreeMap<String, String>,
    ) -> Observation {
        let lookup = Lookup {
            address: address.clone(),
            spec: spec.clone(),
            id: id.map(str::to_owned),
            answers,
        };
        let mut observations = kind.survey(&self.aws, &[lookup]).await;
        assert_eq!(observations.len(), 1);
        observations.remove(0)
    }

    /// Looks until the thing is settled, as the engine does. Lists may lag by a few seconds.
    async fn settled(&self, kind: &dyn Remote, address: &Address, spec: &Value, id: Option<&str>) -> Live {
        for _ in 0..100 {
            match self.observation(kind, address, spec, id).await {
                Observation::Present(live) if matches!(live.condition, Condition::Settled { .. }) => {
                    return live;
                }
                Observation::Unknown(error) => panic!("{address}: {error}"),
                Observation::Present(_) | Observation::Absent => {
                    self.aws.clock().sleep(Duration::from_secs(5)).await;
                }
            }
        }
        panic!("{address} never settled");
    }

    /// Creates, and updates until nothing differs.
    async fn make(&self, kind: &dyn Remote, address: &Address, spec: &Value) -> Live {
        let token = self.token();
        let id = kind
            .create(
                &Work {
                    aws: &self.aws,
                    address,
                    token,
                },
                spec,
            )
            .await;
        let id = id.unwrap_or_else(|error| panic!("{address}: {error}"));
        let live = self.converge(kind, address, spec, Some(&id)).await;
        assert_eq!(live.id, id, "{address}: create and survey name another id");
        // Without what state remembers it is found as well, once lists have caught up.
        self.aws.clock().sleep(Duration::from_secs(10)).await;
        assert_eq!(self.settled(kind, address, spec, None).await.id, id);
        for (output, _) in kind.outputs() {
            assert!(
                live.outputs.contains_key(*output),
                "{address} has no output {output}"
            );
        }
        live
    }

    async fn converge(&self, kind: &dyn Remote, address: &Address, spec: &Value, id: Option<&str>) -> Live {
        for _ in 0..3 {
            let live = self.settled(kind, address, spec, id).await;
            let diff = kind.diff(spec, &live);
            if diff.is_empty() {
                return live;
            }
            let token = self.token();
            let work = Work {
                aws: &self.aws,
                address,
                token,
            };
            if let Err(error) = kind.update(&work, spec, &live, &diff).await {
                panic!("{address}: {error}");
            }
        }
        let live = self.settled(kind, address, spec, id).await;
        panic!("{address} still differs: {:?}", kind.diff(spec, &live));
    }

    /// Changes each of these fields by itself: seen as a difference, and gone after the update.
    async fn change(
        &self,
        kind: &dyn Remote,
        address: &Address,
        spec: &mut Value,
        changes: &[(&str, Value)],
    ) {
        for (field, value) in changes {
            let before = self.settled(kind, address, spec, None).await;
            spec[field] = value.clone();
            let named: Vec<_> = kind
                .diff(spec, &before)
                .into_iter()
                .map(|change| change.field)
                .collect();
            assert_eq!(named, [*field], "{address}");
            self.converge(kind, address, spec, Some(&before.id)).await;
        }
    }

    /// Deletes, twice: what is gone already is fine.
    async fn remove(&self, kind: &dyn Remote, address: &Address, spec: &Value, live: &Live) {
        for _ in 0..2 {
            let token = self.token();
            let work = Work {
                aws: &self.aws,
                address,
                token,
            };
            kind.delete(&work, live)
                .await
                .unwrap_or_else(|error| panic!("{address}: {error}"));
        }
        for _ in 0..100 {
            if matches!(
                self.observation(kind, address, spec, Some(&live.id)).await,
                Observation::Absent
            ) {
                return;
            }
            self.aws.clock().sleep(Duration::from_secs(5)).await;
        }
        panic!("{address} is still there");
    }
}

/// Runs a test under each seed, on time that jumps as soon as everything waits.
fn under_all_seeds(test: impl AsyncFn(Bench)) {
    for seed in 0..SEEDS {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build();
        runtime
            .unwrap()
            .block_on(async { test(Bench::new(seed).await).await });
    }
}

fn spec(spec: impl Serialize) -> Value {
    serde_json::to_value(spec).unwrap()
}

fn tags() -> BTreeMap<String, String> {
    [
        ("headset:environment", "acme"),
        ("headset:id", "6f1d0c1e-1111-4111-8111-111111111111"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}

fn more_tags() -> Value {
    let mut tags = tags();
    tags.insert("team".to_owned(), "a".to_owned());
    spec(tags)
}

fn instance() -> (Address, Value) {
    let spec = spec(InstanceSpec {
        alias: "acme-support".to_owned(),
        identity: "SAML".to_owned(),
        inbound: true,
        outbound: true,
        attributes: BTreeMap::from([("CONTACTFLOW_LOGS".to_owned(), "true".to_owned())]),
        tags: tags(),
    });
    (Address::new("connect.instance", "main"), spec)
}

#[test]
fn an_instance_lives_and_dies() {
    under_all_seeds(async |bench| {
        let (address, mut spec) = instance();
        let live = bench.make(&ConnectInstance, &address, &spec).await;
        assert!(
            live.outputs["url"].starts_with("https://"),
            "{}",
            live.outputs["url"]
        );
        let changes = [
            ("inbound", json!(false)),
            ("outbound", json!(false)),
            (
                "attributes",
                json!({"CONTACTFLOW_LOGS": "false", "MULTI_PARTY_CONFERENCE": "true"}),
            ),
            ("tags", more_tags()),
        ];
        bench
            .change(&ConnectInstance, &address, &mut spec, &changes)
            .await;
        // An existing instance is looked up by alias or by id, and by nothing else.
        for existing in [
            json!({"alias": "acme-support"}),
            json!({"id": live.id}),
            json!({"id": live.outputs["arn"]}),
        ] {
            assert_eq!(
                bench
                    .settled(&ConnectInstance, &address, &existing, None)
                    .await
                    .id,
                live.id
            );
        }
        bench.remove(&ConnectInstance, &address, &spec, &live).await;
    });
}

#[test]
fn origins_and_users_live_and_die() {
    under_all_seeds(async |bench| {
        let (address, instance_spec) = instance();
        let instance = bench.make(&ConnectInstance, &address, &instance_spec).await;
        let origin = Address::new("connect.approved_origin", "https://desk.example.com");
        let origin_spec = json!({"instance_id": instance.id, "origin": "https://desk.example.com"});
        let live = bench.make(&ApprovedOrigin, &origin, &origin_spec).await;
        bench.remove(&ApprovedOrigin, &origin, &origin_spec, &live).await;

        let user = Address::new("connect.user", "agent1@example.com");
        let mut user_spec = spec(UserSpec {
            instance_id: instance.id.as_str().into(),
            username: "agent1@example.com".to_owned(),
            first_name: "Agent".to_owned(),
            last_name: "One".to_owned(),
            security_profiles: vec!["Agent".to_owned()],
            routing_profile: "Basic Routing Profile".to_owned(),
            auto_accept: false,
            after_contact_work: 0,
            password: None,
            email: None,
            tags: tags(),
        });
        let live = bench.make(&User, &user, &user_spec).await;
        let changes = [
            ("first_name", json!("Agnes")),
            ("last_name", json!("Won")),
            ("security_profiles", json!(["Admin", "Agent"])),
            ("auto_accept", json!(true)),
            ("after_contact_work", json!(30)),
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
        let error = User.create(&work, &unknown).await.unwrap_err();
        assert_eq!(error.class, Class::Invalid);
        assert!(error.message.contains("Basic Routing Profile"), "{error}");
        bench.remove(&User, &user, &user_spec, &live).await;

        // Without the instance there is nothing of it.
        bench
            .remove(&ConnectInstance, &address, &instance_spec, &instance)
            .await;
        for (kind, address, spec) in [
            (&User as &dyn Remote, &user, &user_spec),
            (&ApprovedOrigin, &origin, &origin_spec),
        ] {
            assert!(matches!(
                bench.observation(kind, address, spec, None).await,
                Observation::Absent
            ));
        }
    });
}

/// The application, made by the simulated person; its answers as they are stored.
async fn application(bench: &Bench) -> (Address, Value, BTreeMap<String, String>) {
    let address = Address::new("identity_center.application", "acme-support");
    let role = "arn:aws:iam::123456789012:saml-provider/acme,arn:aws:iam::123456789012:role/acme-agent";
    let mapping = |attribute: &str, value: &str, format: &str| Mapping {
        attribute: attribute.to_owned(),
        value: value.into(),
        format: format.to_owned(),
    };
    let name = |name: &str| format!("https://aws.amazon.com/SAML/Attributes/{name}");
    let spec = spec(ApplicationSpec {
        name: "acme-support".to_owned(),
        description: "Amazon Connect".to_owned(),
        acs_url: "https://signin.aws.amazon.com/saml".to_owned(),
        audience: "urn:amazon:webservices".to_owned(),
        relay_state:
            "https://eu-west-2.console.aws.amazon.com/connect/federate/11111111-2222-3333-4444-555555555555"
                .into(),
        session: 43_200,
        mappings: vec![
            mapping("Subject", "${user:subject}", "persistent"),
            mapping(&name("RoleSessionName"), "${user:email}", "unspecified"),
            mapping(&name("Role"), role, "unspecified"),
        ],
        by_hand: false,
        answers_at: "sign_in.idp.identity_center".to_owned(),
    });
    let checkpoint = Application.checkpoint(&address, &spec).unwrap();
    let answers = bench
        .simulator
        .with_world(|world, now| operator::read_and_act(world, &checkpoint.worksheet, None, now))
        .unwrap();
    let stored = Application
        .check_answers(&bench.aws, &spec, &answers)
        .await
        .unwrap();
    assert_eq!(stored["metadata_url"], answers["metadata"]);
    assert!(stored["metadata"].starts_with('<'));
    let again = Application
        .check_answers(&bench.aws, &spec, &stored)
        .await
        .unwrap();
    assert_eq!(again, stored, "stored answers that are checked again stay");
    (address, spec, stored)
}

#[test]
fn an_application_is_there_once_it_is_answered() {
    under_all_seeds(async |bench| {
        let (address, spec, answers) = application(&bench).await;
        assert!(matches!(
            bench.observation(&Application, &address, &spec, None).await,
            Observation::Absent
        ));
        let observation = bench
            .observe_with(&Application, &address, &spec, None, answers.clone())
            .await;
        let Observation::Present(live) = observation else {
            panic!("{observation:?}")
        };
        assert_eq!(live.condition, Condition::settled("ENABLED"));
        assert_eq!(Application.diff(&spec, &live), []);
        for answered in ["metadata", "metadata_url", "application_arn"] {
            assert_eq!(live.outputs.get(answered), answers.get(answered), "{answered}");
        }
        // What its link can be told by.
        assert_eq!(live.outputs["portal"], "https://d-9067f1c2a3.awsapps.com/start/");
        assert!(
            live.outputs["instance"].starts_with("123456789012_ins-"),
            "{:?}",
            live.outputs
        );
        assert_eq!(live.outputs.len(), Application.outputs().len());
        let bad = |key: &str, value: &str| {
            let mut answers = answers.clone();
            answers.insert(key.to_owned(), value.to_owned());
            answers
        };
        let truncated = &answers["metadata_url"][..answers["metadata_url"].len() - 3];
        for (key, value) in [
            ("metadata", truncated),
            ("metadata", "<html/>"),
            ("start_url", "http://portal.example.com"),
            ("application_arn", "apl-0123456789abcdef"),
            ("start", "https://portal.example.com"),
        ] {
            let said = Application
                .check_answers(&bench.aws, &spec, &bad(key, value))
                .await
                .unwrap_err()
                .to_string();
            assert!(said.contains(key), "{said}");
        }
        let token = bench.token();
        Application
            .delete(
                &Work {
                    aws: &bench.aws,
                    address: &address,
                    token,
                },
                &live,
            )
            .await
            .unwrap();
        let observation = bench
            .observe_with(&Application, &address, &spec, None, answers)
            .await;
        assert!(matches!(observation, Observation::Absent), "{observation:?}");
    });
}

#[test]
fn provider_and_role_live_and_die() {
    under_all_seeds(async |bench| {
        let (_, _, answers) = application(&bench).await;
        let provider = Address::new("iam.saml_provider", "idp");
        let mut provider_spec = spec(SamlProviderSpec {
            name: "acme".to_owned(),
            metadata: answers["metadata"].as_str().into(),
            tags: tags(),
        });
        let provider_live = bench.make(&SamlProvider, &provider, &provider_spec).await;
        let moved = answers["metadata"].replace("/saml/assertion/", "/saml/elsewhere/");
        let changes = [("metadata", json!(moved)), ("tags", more_tags())];
        bench
            .change(&SamlProvider, &provider, &mut provider_spec, &changes)
            .await;

        let role = Address::new("iam.role", "connect");
        let trust = |audience: &str| {
            json!({ "Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Action": "sts:AssumeRoleWithSAML",
                "Principal": { "Federated": provider_live.outputs["arn"] },
                "Condition": { "StringEquals": { "SAML:aud": [audience] } } }] })
            .to_string()
        };
        let allow = |action: &str| {
            json!({ "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": [action], "Resource": "*" }] })
            .to_string()
        };
        let mut role_spec = spec(RoleSpec {
            name: "acme-agent".to_owned(),
            path: "/headset/".to_owned(),
            description: "Agents".to_owned(),
            trust: trust("https://signin.aws.amazon.com/saml").into(),
            policies: BTreeMap::from([("connect".to_owned(), allow("connect:GetFederationToken").into())]),
            managed_policies: Default::default(),
            max_session: 43_200,
            permissions_boundary: None,
            tags: tags(),
        });
        let live = bench.make(&Role, &role, &role_spec).await;
        let changes = [
            ("max_session", json!(3_600)),
            ("description", json!("Agents and others")),
            (
                "trust",
                json!(trust("https://eu-west-2.signin.aws.amazon.com/saml")),
            ),
            ("policies", json!({ "other": allow("appstream:Stream") })),
            (
                "permissions_boundary",
                json!("arn:aws:iam::aws:policy/PowerUserAccess"),
            ),
            ("permissions_boundary", Value::Null),
            ("tags", more_tags()),
        ];
        bench.change(&Role, &role, &mut role_spec, &changes).await;
        bench.remove(&Role, &role, &role_spec, &live).await;
        bench
            .remove(&SamlProvider, &provider, &provider_spec, &provider_live)
            .await;
    });
}

#[test]
fn an_assignment_lives_and_dies_or_says_what_to_do_instead() {
    under_all_seeds(async |bench| {
        let (_, _, answers) = application(&bench).await;
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
        let address = Address::new("identity_center.assignment", "GROUP:nobody");
        let token = bench.token();
        let work = Work {
            aws: &bench.aws,
            address: &address,
            token,
        };
        let error = Assignment
            .create(&work, &assignment("GROUP", "nobody", arn))
            .await
            .unwrap_err();
        assert_eq!(error.class, Class::Invalid);
        assert!(error.message.contains("has no group `nobody`"), "{error}");

        for (principal_type, name) in [("GROUP", "agents"), ("USER", "agent1@example.com")] {
            let address = Address::new("identity_center.assignment", format!("{principal_type}:{name}"));
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
                let error = Assignment.create(&work, &spec).await.unwrap_err();
                let doubt = headset_core::doubt::behind_call(&error).unwrap();
                assert!(doubt.contains("identity_center: by_hand"), "{doubt}");
            } else {
                let live = bench.make(&Assignment, &address, &spec).await;
                // Somebody else was faster: that is as good.
                let token = bench.token();
                let work = Work {
                    aws: &bench.aws,
                    address: &address,
                    token,
                };
                assert_eq!(Assignment.create(&work, &spec).await.unwrap(), live.id);
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
