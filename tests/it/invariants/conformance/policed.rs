//! The case of a kind, worked on by a user who has the policies for it and nothing else: made, changed in every field,
//! corrected after every change from outside, looked at in every way, and deleted.

use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};
use headset_aws::kinds::{Work, registry};
use headset_core::{Address, tag};
use headset_design::Design;
use headset_design::permissions::Command;
use headset_kinds::{Believed, KindId, Live, Lookup, Observation};
use serde_json::{Value, json};

use super::external::is_reported;
use super::{Bench, Case, ExternalChange, TRIED, base, case, change, design};
use crate::support::effort;
use crate::support::permitted::set_free;

/// The kinds that have a case.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    TRIED.iter().copied()
}

/// The kinds that take calls to correct a change from outside that nothing else takes.
const CORRECTED: [&str; 6] = [
    "connect.hours_of_operation",
    "connect.queue",
    "connect.user",
    "iam.role",
    "iam.saml_provider",
    "s3.bucket",
];

/// The kinds whose changes from outside are not corrected here: a builder with another base is replaced, which deletes, and
/// apply may not; a fleet's base starts from an image that no resource of its design names, as a blueprint's does.
const UNCORRECTED: [&str; 2] = ["appstream.image_builder", "appstream.fleet"];

/// What a run may do and has done.
struct Policed<'a> {
    kind: &'static str,
    boundary: &'a str,
    bench: Bench,
    hold: &'a mut dyn FnMut(&Bench, &Design, Command),
    look: &'a mut dyn FnMut(&Bench, usize, &str),
}

impl Policed<'_> {
    /// Every role within the boundary, and with nothing attached: the holder of the policies makes no others.
    fn bounded(&self, mut things: Vec<(Address, Value)>) -> Vec<(Address, Value)> {
        let roles = things
            .iter_mut()
            .filter(|(address, _)| address.kind.name() == "iam.role");
        for (_, spec) in roles {
            spec["permissions_boundary"] = json!(self.boundary);
        }
        things
    }

    /// Does something with the policies for a command on a design.
    async fn as_holder(&mut self, of: &Design, command: Command, what: &str, act: impl AsyncFnOnce(&Bench)) {
        (self.hold)(&self.bench, of, command);
        let since = self.bench.sandbox.simulator.call_log().len();
        act(&self.bench).await;
        (self.look)(&self.bench, since, &format!("{}: {what}", self.kind));
        set_free(&self.bench.sandbox.simulator);
    }

    async fn apply(&mut self, things: &[(Address, Value)], what: &str) {
        let wanted = design(things);
        self.as_holder(&wanted, Command::Apply, what, async |bench| {
            bench.make(&wanted, what).await;
        })
        .await;
    }

    /// Each field changed from outside, and corrected.
    async fn correct(&mut self) {
        let kind = headset_kinds::registry::kind(KindId::named(self.kind).unwrap());
        let mut there: Option<Vec<(Address, Value)>> = None;
        for field in kind.fields().iter().filter(|field| is_reported(kind, field.name)) {
            for way in 0.. {
                let things = self.bounded(base(self.kind, field.name, way));
                // What was corrected is a base again.
                if there.as_ref() != Some(&things) {
                    self.bench = Bench::new().await;
                    self.apply(&things, &format!("the base of {}", field.name)).await;
                    there = Some(things.clone());
                }
                // What was made just now may not be known everywhere yet.
                self.bench
                    .aws
                    .clock()
                    .sleep(std::time::Duration::from_secs(120))
                    .await;
                match change(&self.bench.aws, self.kind, field.name, way).await {
                    ExternalChange::Changed => {
                        self.apply(&things, &format!("{} corrected, way {way}", field.name))
                            .await;
                    }
                    ExternalChange::Left(_) => there = None,
                    ExternalChange::Fixed(_) | ExternalChange::Enough => break,
                }
            }
        }
    }

    /// What is there of the thing itself.
    async fn live(&self, things: &[(Address, Value)]) -> Live {
        let (address, _) = things.last().unwrap();
        let bench = &self.bench;
        let assessed = bench
            .sandbox
            .assess(&bench.aws, &design(things), &bench.sandbox.state())
            .await;
        match assessed.survey.observations.get(address) {
            Some(Observation::Present(live)) => live.clone(),
            other => panic!("{}: {other:?}", self.kind),
        }
    }

    /// What only shows where something is in the way, or was renamed.
    async fn look_around(&mut self, things: &[(Address, Value)]) {
        let live = self.live(things).await;
        let (address, spec) = things.last().unwrap().clone();
        let kind = registry::remote(address.kind);
        let outputs = {
            let bench = &self.bench;
            let state = bench.sandbox.state();
            let assessed = bench.sandbox.assess(&bench.aws, &design(things), &state).await;
            assessed.survey.outputs
        };
        let spec = headset_core::text::resolve(&spec, &outputs);
        let of = design(things);
        if self.kind == "appstream.image" {
            let builder = spec["builder"].as_str().unwrap();
            let stop = self.bench.aws.appstream().stop_image_builder().name(builder);
            drop(stop.send().await);
            let mut another = spec.clone();
            another["name"] = json!("acme-desktop-12345678");
            self.bench
                .aws
                .clock()
                .sleep(std::time::Duration::from_secs(3600))
                .await;
            let work = address.clone();
            self.as_holder(&of, Command::Apply, "getting ready", async |bench| {
                let work = Work {
                    aws: &bench.aws,
                    address: &work,
                    token: "ready".to_owned(),
                };
                kind.prepare_any(&work, &another).await.unwrap();
            })
            .await;
        }
        if self.kind == "identity_center.assignment" {
            // A group and a user, neither of whom has the name any more that the blueprint knows.
            let mut with_user = things.to_vec();
            let mut of_user = things.last().unwrap().1.clone();
            of_user["principal_type"] = json!("USER");
            of_user["principal_name"] = json!("agent1@example.com");
            with_user.push((
                super::address("identity_center.assignment/USER:agent1@example.com"),
                of_user,
            ));
            self.apply(&with_user, "a user, too").await;
            let user = self.live(&with_user).await;
            let lookup = |principal_type: &str, id: &str| {
                let mut spec = spec.clone();
                spec["principal_type"] = json!(principal_type);
                spec["principal_name"] = json!("renamed");
                Lookup {
                    address: address.clone(),
                    spec,
                    id: Some(id.to_owned()),
                    answers: Default::default(),
                    believed: Believed::default(),
                }
            };
            let lookups = [lookup("GROUP", &live.id), lookup("USER", &user.id)];
            self.as_holder(&of, Command::Plan, "renamed principals", async |bench| {
                drop(kind.survey(&bench.aws, &lookups).await);
            })
            .await;
            self.as_holder(&of, Command::Destroy, "the user goes", async |bench| {
                bench.make(&of, "the user goes").await;
            })
            .await;
        }
        if self.kind == "iam.saml_provider" {
            // Its answer has no tags: whether there are any is asked for.
            let iam = self.bench.aws.iam();
            let keys: Vec<String> = live.tags.clone().unwrap().into_keys().collect();
            let untag = iam.untag_saml_provider().saml_provider_arn(&live.id);
            untag.set_tag_keys(Some(keys)).send().await.unwrap();
            self.as_holder(&of, Command::Plan, "no tags", async |bench| {
                drop(bench.plan(&of).await);
            })
            .await;
            for (key, value) in live.tags.clone().unwrap() {
                let tag = aws_sdk_iam::types::Tag::builder()
                    .key(key)
                    .value(value)
                    .build()
                    .unwrap();
                let request = self
                    .bench
                    .aws
                    .iam()
                    .tag_saml_provider()
                    .saml_provider_arn(&live.id);
                request.tags(tag).send().await.unwrap();
            }
        }
        if self.kind == "s3.bucket" {
            let s3 = self.bench.aws.s3();
            let on = VersioningConfiguration::builder()
                .status(BucketVersioningStatus::Enabled)
                .build();
            let request = s3.put_bucket_versioning().bucket(&live.id);
            request.versioning_configuration(on).send().await.unwrap();
            for _ in 0..2 {
                s3.put_object().bucket(&live.id).key("page").send().await.unwrap();
            }
            s3.create_multipart_upload()
                .bucket(&live.id)
                .key("part")
                .send()
                .await
                .unwrap();
        }
        let gone = ["identity_center.application", "appstream.fleet_association"].contains(&self.kind);
        if self.kind == "appstream.fleet_association" {
            // Instances arrive a while after the fleet is RUNNING.
            self.bench
                .sandbox
                .simulator
                .skip(std::time::Duration::from_secs(1800));
            let session =
                json!({ "stack": spec["stack"], "fleet": spec["fleet"], "user": "agent1@example.com" });
            self.bench
                .sandbox
                .simulator
                .with_world(|world, now| {
                    headset_simulator::console::act(world, "image-builder/sessions/open", &session, now)
                })
                .unwrap();
        }
        self.as_holder(&of, Command::Destroy, "what is in the way", async |bench| {
            drop(kind.in_use_by(&bench.aws, &live).await);
            if gone {
                let work = Work {
                    aws: &bench.aws,
                    address: &address,
                    token: "gone".to_owned(),
                };
                drop(kind.delete(&work, &live).await);
            }
        })
        .await;
    }
}

/// Works on the case of a kind. Before each run `hold` says which design may be worked on by which command, and after it
/// `look` sees the calls since.
pub(crate) async fn inside_policies(
    kind: &'static str,
    boundary: &str,
    hold: &mut dyn FnMut(&Bench, &Design, Command),
    look: &mut dyn FnMut(&Bench, usize, &str),
) {
    let Case {
        before,
        subject,
        changes,
        ..
    } = case(kind);
    let mut run = Policed {
        kind,
        boundary,
        bench: Bench::new().await,
        hold,
        look,
    };
    let mut things = run.bounded(before.into_iter().chain([subject]).collect());
    run.apply(&things, "creation").await;
    let unheld =
        |field: &str| kind == "iam.role" && ["permissions_boundary", "managed_policies"].contains(&field);
    for (field, value) in changes.into_iter().filter(|(field, _)| !unheld(field)) {
        let what = format!("{field} = {value}");
        things.last_mut().unwrap().1[field] = value;
        run.apply(&things, &what).await;
    }
    // An environment that got a lifetime and lost it.
    if things.last().unwrap().1.get("tags").is_some() {
        things.last_mut().unwrap().1["tags"][tag::EXPIRES] = json!("2026-02-01T00:00:00Z");
        run.apply(&things, "a lifetime").await;
        let tags = things.last_mut().unwrap().1["tags"].as_object_mut().unwrap();
        tags.remove(tag::EXPIRES);
        run.apply(&things, "no lifetime").await;
    }
    if CORRECTED.contains(&kind) || (effort::all() && !UNCORRECTED.contains(&kind)) {
        run.correct().await;
    }
    let things = run.bounded(super::things(kind));
    run.bench = Bench::new().await;
    run.apply(&things, "what is looked at").await;
    run.look_around(&things).await;
    let rest = design(&things[..things.len() - 1]);
    run.as_holder(&design(&things), Command::Destroy, "deletion", async |bench| {
        bench.make(&rest, "deletion").await;
    })
    .await;
}
