//! The policies that `headset policy show` prints: each command stays inside its own while the simulator enforces it, and
//! they allow nothing besides.

mod escalation;
mod left_behind;
mod sids;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use headset_aws::Aws;
use headset_aws::kinds::appstream::image::update::{UpdateRequest, update};
use headset_aws::objects::{Bucket, Place};
use headset_core::Class;
use headset_design::Design;
use headset_design::permissions::{Command, Effect, NamedPolicy, StatePlace, Statement};
use headset_engine::verify::Finding;
use headset_kinds::Cloud;
use headset_kinds::appstream::ImageSpec;
use headset_kinds::connect::InstanceSpec;
use headset_kinds::discovery::{Part, Roles};
use headset_kinds::objects::{Objects as _, When};
use headset_kinds::regions::Identity;
use headset_kinds::verify::Verdict;
use headset_simulator::world::Settings;
use serde_json::json;

use super::conformance;
use crate::support::permitted::{
    Asking, BOUNDARY, allow_boundary, hold_to, make_boundary, refused, set_free,
};
use crate::support::{Sandbox, effort, example as example_text, examples, on_virtual_time, ready_for};

/// An example in a cloud, its roles with a boundary, its state in a bucket, and what is asked about it.
pub(crate) async fn example(name: &str) -> (Sandbox, Asking) {
    let mut sandbox = ready_for(name, Settings::default()).await;
    sandbox.bound(BOUNDARY);
    asked(sandbox).await
}

/// A sandbox with a shared store, and what is asked of its policies.
async fn asked(mut sandbox: Sandbox) -> (Sandbox, Asking) {
    sandbox.share().await;
    let aws = sandbox.aws(None).await;
    let state = sandbox.state();
    let session = sandbox.session(&aws, &sandbox.design(&aws, &state), &state);
    let asking = Asking {
        environment: session.name.clone(),
        design: session.design.clone(),
        context: session.context.clone(),
        identity: aws.identity().clone(),
        state: Some(StatePlace {
            bucket: "acme-state".to_owned(),
            prefix: "headset/".to_owned(),
            region: "eu-west-2".to_owned(),
            kms_key: None,
        }),
    };
    make_boundary(&sandbox, &aws, &asking.asked()).await;
    (sandbox, asking)
}

/// What runs have needed: actions, each with the resources that it was for.
type Needed = BTreeMap<String, BTreeSet<String>>;

/// What the calls since then needed; refuses those that were refused.
fn needed(sandbox: &Sandbox, since: usize, what: &str, into: &mut Needed) {
    let log = sandbox.simulator.call_log().split_off(since);
    let refused = refused(&log);
    assert!(refused.is_empty(), "{what}:\n{}", refused.join("\n"));
    for (action, resource) in log.into_iter().flat_map(|call| call.needed) {
        into.entry(action).or_default().insert(resource);
    }
}

/// Reads whose answers may lack the tags.
const SPARING: [(&str, &str); 5] = [
    ("connect", "DescribeInstance"),
    ("connect", "DescribeUser"),
    ("connect", "DescribeQueue"),
    ("iam", "GetRole"),
    ("iam", "GetSAMLProvider"),
];

/// Looks for everything that carries tags, as a destroy without state does.
async fn search(aws: &Aws) {
    let regions = aws.regions().clone();
    for part in [
        Part::Connect(&regions.connect),
        Part::AppStream(&regions.appstream),
        Part::Buckets(None),
        Part::CloudFront,
        Part::Iam(Roles::All),
    ] {
        let found = aws.discover(part).await;
        let instances = found.found.iter();
        for instance in instances.filter(|one| one.address.kind.name() == "connect.instance") {
            for half in headset_aws::kinds::registry::remotes() {
                drop(half.inside(aws, instance.address.kind, &instance.id).await);
            }
        }
    }
}

/// The images that people capture, each as it would be updated.
fn captured(asking: &Asking) -> Vec<UpdateRequest> {
    let images = asking.design.resources.values();
    let specs = images.filter_map(|one| serde_json::from_value::<ImageSpec>(one.spec.clone()).ok());
    let update = |spec: ImageSpec| UpdateRequest {
        new: format!("{}-updated", spec.name),
        existing: spec.name,
        description: None,
        display_name: None,
        tags: spec.tags,
    };
    specs.map(update).collect()
}

/// Plans, applies, looks for drift, opens builders and destroys, each as a user with that policy alone.
async fn whole_life(name: &str, needs: &mut Needed, policies: &mut Vec<NamedPolicy>) {
    let (sandbox, asking) = example(name).await;
    for command in [
        Command::Plan,
        Command::Apply,
        Command::Plan,
        Command::Drift,
        Command::Verify,
        Command::Checkpoint,
        Command::Destroy,
    ] {
        let since = sandbox.simulator.call_log().len();
        let rendered = asking.policies(command);
        hold_to(&sandbox.simulator, &rendered);
        policies.extend(rendered);
        let aws = sandbox.aws(None).await;
        match command {
            Command::Plan => {
                // Answers that leave out what they need not say are completed by further reads.
                for (service, operation) in SPARING {
                    let rule =
                        json!({ "service": service, "operation": operation, "times": 2, "kind": "nulls" });
                    sandbox.simulator.inject(serde_json::from_value(rule).unwrap());
                }
                drop(sandbox.plan().await);
                sandbox.simulator.clear_faults();
                drop(sandbox.plan().await);
            }
            Command::Drift => assert!(sandbox.drift(&aws).await.entries.is_empty(), "{name}"),
            Command::Verify => {
                drop(sandbox.verify(&aws).await);
                let users = sandbox
                    .blueprint()
                    .connect
                    .iter()
                    .flat_map(|connect| connect.users.keys());
                for instance in sandbox
                    .state()
                    .resources
                    .iter()
                    .filter(|(at, _)| at.kind == InstanceSpec::KIND)
                {
                    let checked = aws
                        .contact(&instance.1.id, "0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f")
                        .await;
                    assert!(
                        matches!(checked.verdict, Verdict::Failed { .. }),
                        "{name}: {checked:?}"
                    );
                }
                for user in users.take(1).cloned().collect::<Vec<String>>() {
                    let explained = sandbox.explain(&aws, &user).await;
                    for entry in &explained.entries {
                        let is_read = !matches!(entry.finding, Finding::Unknown(_));
                        assert!(is_read, "{name}: {entry:#?}");
                    }
                }
            }
            Command::Apply => {
                let outcome = sandbox.apply(None).await;
                assert!(
                    outcome.failed.is_empty() && outcome.open.is_empty(),
                    "{name}: {outcome:?}"
                );
                // Who applies may also update images.
                for image in captured(&asking) {
                    update(&aws, &image).await.expect(name);
                }
            }
            Command::Checkpoint => {
                let builders = asking.design.resources.values();
                let builders = builders.filter(|one| one.address.kind.name() == "appstream.image_builder");
                for builder in builders {
                    let name = builder.spec["name"].as_str().unwrap();
                    // A builder that has captured is stopped: only whether it may be opened counts.
                    drop(headset_aws::kinds::appstream::streaming_url(&aws, name).await);
                }
                drop(sandbox.plan().await);
            }
            _ => {
                search(&aws).await;
                let outcome = sandbox.destroy(None).await;
                assert!(
                    outcome.failed.is_empty() && outcome.unfinished.is_empty(),
                    "{name}: {outcome:?}"
                );
            }
        }
        needed(&sandbox, since, &format!("{name}: {command}"), needs);
    }
}

/// Pages on CloudFront, as they are made and with another title, which edges have to be asked for.
async fn changed_pages(needs: &mut Needed, policies: &mut Vec<NamedPolicy>) {
    let text = "\
version: 1
name: acme
aws: { region: eu-west-2 }
lifetime: 3d
connect: { alias: acme }
ccp: { title: Support, hosting: cloudfront }
";
    let sandbox = Sandbox::new("center.yaml", text, Settings::default());
    let (mut sandbox, asking) = asked(sandbox).await;
    let rendered = asking.policies(Command::Apply);
    hold_to(&sandbox.simulator, &rendered);
    policies.extend(rendered);
    for title in ["Support", "Sales"] {
        sandbox.rewrite(&text.replace("Support", title));
        let since = sandbox.simulator.call_log().len();
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{title}: {outcome:?}");
        needed(&sandbox, since, title, needs);
    }
}

/// A managed security group into which others have let something: that is taken away.
async fn opened_group(needs: &mut Needed, policies: &mut Vec<NamedPolicy>) {
    let text = "\
version: 1
name: acme
aws: { region: eu-west-2, regions: { appstream: eu-west-1 } }
lifetime: 3d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718], security_groups: managed, vpc: vpc-0a1b2c3d4e5f60718, \
                prefix_list: pl-0a1b2c3d4e5f60718 }
  endpoints: { streaming: { from: [10.0.0.0/8] } }
  images: { plain: { newest: AppStream-WinServer2022 } }
  fleets: { agents: { image: plain, instance: stream.standard.large, capacity: 1 } }
";
    let sandbox = Sandbox::new("center.yaml", text, Settings::default());
    let (sandbox, asking) = asked(sandbox).await;
    let rendered = asking.policies(Command::Apply);
    hold_to(&sandbox.simulator, &rendered);
    policies.extend(rendered);
    for what in ["a group", "an opened group"] {
        let since = sandbox.simulator.call_log().len();
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{what}: {outcome:?}");
        needed(&sandbox, since, what, needs);
        sandbox.simulator.with_world(|world, _| {
            let groups = world
                .ec2
                .places
                .values_mut()
                .flat_map(|place| place.groups.values_mut());
            for group in groups.filter(|group| group.name.starts_with("acme-")) {
                let mut inward = group.rules[0].clone();
                inward.id = "sgr-0a1b2c3d4e5f60718".to_owned();
                inward.allows.is_egress = false;
                group.rules.push(inward);
            }
        });
    }
}

/// The examples that others than administrators apply.
fn delegated() -> Vec<String> {
    let mut names = examples();
    names.retain(|name| !example_text(name).1.contains("\nbootstrap:"));
    names
}

/// The examples that are tried: three that have the most between them, or all.
fn tried() -> Vec<String> {
    let few = ["enterprise.yaml", "ephemeral.yaml", "secure-ccp.yaml"];
    effort::of(few.map(str::to_owned).to_vec(), delegated())
}

/// The design with the role of builders and fleets by its ARN, as a blueprint names it.
fn with_named_roles(design: &Design) -> Design {
    let mut design = design.clone();
    for one in design.resources.values_mut() {
        if let Some(role) = one.spec.get_mut("role").filter(|role| role.is_object()) {
            *role = "arn:aws:iam::123456789012:role/acme-machine".into();
        }
    }
    design
}

/// Makes a kind, changes each of its fields and deletes it, inside the policies of a design that has it.
fn every_change(kind: &'static str, needs: &mut Needed, policies: &mut Vec<NamedPolicy>) {
    let mut hold = |bench: &conformance::Bench, design: &Design, command| {
        set_free(&bench.sandbox.simulator);
        bench.sandbox.simulator.with_world(allow_boundary);
        let session = bench.sandbox.session(&bench.aws, design, &bench.sandbox.state());
        let asking = Asking {
            environment: "acme".to_owned(),
            design: with_named_roles(design),
            context: session.context,
            identity: Identity::Same,
            state: None,
        };
        let rendered = asking.policies(command);
        hold_to(&bench.sandbox.simulator, &rendered);
        policies.extend(rendered);
    };
    let mut look = |bench: &conformance::Bench, since, what: &str| needed(&bench.sandbox, since, what, needs);
    on_virtual_time(conformance::inside_policies(kind, BOUNDARY, &mut hold, &mut look));
}

/// What an administrator makes once for an account: others may look at it.
const ADMINISTRATORS: [&str; 3] = ["iam.oidc_provider", "iam.policy", "s3.state_bucket"];

/// Makes a kind as an administrator, and looks at it inside the policies of a design that has it.
async fn looked_at(kind: &'static str, needs: &mut Needed, policies: &mut Vec<NamedPolicy>) {
    let bench = conformance::Bench::new().await;
    let design = conformance::design(&conformance::things(kind));
    bench.make(&design, "creation").await;
    let session = bench.sandbox.session(&bench.aws, &design, &bench.sandbox.state());
    let asking = Asking {
        environment: "acme".to_owned(),
        design: design.clone(),
        context: session.context,
        identity: Identity::Same,
        state: None,
    };
    for command in [Command::Apply, Command::Destroy] {
        let refused = headset_design::permissions::policies(command, &asking.asked()).unwrap_err();
        assert_eq!(refused[0].code, "administrator", "{kind}: {command}");
    }
    let rendered = asking.policies(Command::Plan);
    let mut since = bench.sandbox.simulator.call_log().len();
    hold_to(&bench.sandbox.simulator, &rendered);
    policies.extend(rendered);
    // Answers that leave out the tags are completed by further reads.
    let rule = json!({ "service": "iam", "operation": "GetPolicy", "times": 1, "kind": "nulls" });
    bench
        .sandbox
        .simulator
        .inject(serde_json::from_value(rule).unwrap());
    drop(bench.plan(&design).await);
    if kind == "iam.oidc_provider" {
        // Its answer has no tags: whether there are any is asked for.
        needed(&bench.sandbox, since, kind, needs);
        set_free(&bench.sandbox.simulator);
        let iam = bench.aws.iam();
        let listed = iam.list_open_id_connect_providers().send().await.unwrap();
        let arn = listed.open_id_connect_provider_list()[0].arn().unwrap();
        let tagged = iam
            .get_open_id_connect_provider()
            .open_id_connect_provider_arn(arn);
        let tagged = tagged.send().await.unwrap();
        let keys = tagged.tags().iter().map(|tag| tag.key().to_owned()).collect();
        let untag = iam
            .untag_open_id_connect_provider()
            .open_id_connect_provider_arn(arn);
        untag.set_tag_keys(Some(keys)).send().await.unwrap();
        since = bench.sandbox.simulator.call_log().len();
        hold_to(&bench.sandbox.simulator, &asking.policies(Command::Plan));
    }
    drop(bench.plan(&design).await);
    // What hangs on it, before it would go.
    drop(bench.plan(&conformance::design(&[])).await);
    search(&bench.aws).await;
    needed(&bench.sandbox, since, kind, needs);
}

/// What policies allow although no call of Headset's is called so: action and reason.
fn dependent_actions() -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/operator/dependent-actions.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let mut rows = BTreeMap::new();
    for row in text.split("\n- ").skip(1) {
        let value = |key: &str| {
            let line = row
                .lines()
                .find_map(|line| line.trim().strip_prefix(&format!("{key}: ")));
            line.unwrap_or_else(|| panic!("{row} says no {key}")).to_owned()
        };
        assert!(!value("of").is_empty() && value("source").len() > 20, "{row}");
        assert!(
            rows.insert(value("action"), value("of")).is_none(),
            "{row} is there twice"
        );
    }
    rows
}

fn statements(policies: &[NamedPolicy]) -> impl Iterator<Item = &Statement> {
    policies.iter().flat_map(|policy| &policy.document.statement)
}

/// Lesson 26 (service-cloud-voice/examples-from-doc PR 77) to the end: a policy that lacks one action is found out in the
/// middle of a run, and one that has more than is needed is found out by an attacker.
#[test]
fn each_command_stays_inside_its_policy_and_the_policy_allows_nothing_else() {
    let (mut needs, mut policies) = (Needed::new(), Vec::new());
    let mut failed = Vec::new();
    for name in tried() {
        let life = || on_virtual_time(whole_life(&name, &mut needs, &mut policies));
        failed.extend(
            catch_unwind(AssertUnwindSafe(life))
                .is_err()
                .then(|| name.clone()),
        );
    }
    let pages = || on_virtual_time(changed_pages(&mut needs, &mut policies));
    failed.extend(
        catch_unwind(AssertUnwindSafe(pages))
            .is_err()
            .then(|| "pages on CloudFront".to_owned()),
    );
    let opened = || on_virtual_time(opened_group(&mut needs, &mut policies));
    failed.extend(
        catch_unwind(AssertUnwindSafe(opened))
            .is_err()
            .then(|| "an opened group".to_owned()),
    );
    for kind in ADMINISTRATORS {
        let looks = || on_virtual_time(looked_at(kind, &mut needs, &mut policies));
        failed.extend(
            catch_unwind(AssertUnwindSafe(looks))
                .is_err()
                .then(|| kind.to_owned()),
        );
    }
    // An administrator makes service roles: who may, may also give one another trust.
    let others = |kind: &&str| *kind != "iam.service_role" && !ADMINISTRATORS.contains(kind);
    for kind in conformance::kinds().filter(others) {
        let changes = || every_change(kind, &mut needs, &mut policies);
        failed.extend(
            catch_unwind(AssertUnwindSafe(changes))
                .is_err()
                .then(|| kind.to_owned()),
        );
    }
    assert!(failed.is_empty(), "outside of their policies: {failed:?}");
    let dependents = dependent_actions();
    let granted: BTreeSet<&String> = statements(&policies)
        .filter(|statement| statement.effect == Effect::Allow)
        .flat_map(|statement| &statement.action)
        .collect();
    let idle: Vec<&&String> = granted
        .iter()
        .filter(|action| !needs.contains_key(**action) && !dependents.contains_key(**action))
        .collect();
    assert!(
        idle.is_empty(),
        "allowed, called by no run and in no list of dependent actions: {idle:#?}"
    );
    let called: Vec<&String> = dependents
        .keys()
        .filter(|action| needs.contains_key(*action))
        .collect();
    assert!(
        called.is_empty(),
        "dependent actions that runs call themselves: {called:?}"
    );
    let stale: Vec<&String> = dependents
        .keys()
        .filter(|action| !granted.contains(action))
        .collect();
    assert!(
        stale.is_empty(),
        "dependent actions that no policy allows: {stale:?}"
    );
}

/// A policy lets nothing be done to another environment of the account, whose name begins alike.
#[test]
fn another_environment_of_the_account_is_out_of_reach() {
    on_virtual_time(async {
        let (sandbox, asking) = example("split-ccp.yaml").await;
        hold_to(&sandbox.simulator, &asking.policies(Command::Apply));
        let outcome = sandbox.apply(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        set_free(&sandbox.simulator);
        let aws = sandbox.aws(None).await;
        let other = Asking {
            environment: "acme-sup".to_owned(),
            ..asking
        };
        for command in [Command::Apply, Command::Destroy] {
            hold_to(&sandbox.simulator, &other.policies(command));
            let stopped = aws
                .appstream()
                .stop_fleet()
                .name("acme-support-agents")
                .send()
                .await;
            assert!(
                stopped.is_err(),
                "{command} of another environment stops the fleet"
            );
            let gone = aws
                .appstream()
                .delete_stack()
                .name("acme-support-agents")
                .send()
                .await;
            assert!(
                gone.is_err(),
                "{command} of another environment deletes the stack"
            );
            let store = Bucket::new(&aws, Place::parse("s3://acme-state/headset").unwrap());
            let theirs = store.list("headset/acme-support/").await.unwrap();
            assert!(
                theirs.iter().any(|key| key.ends_with("/state.json")),
                "{theirs:?}"
            );
            for key in &theirs {
                let what = format!("{command} of another environment and {key}");
                let read = store.get(key).await.unwrap_err();
                assert_eq!(read.class, Class::Denied, "{what}");
                let written = store.put(key, b"{}".to_vec(), &When::Always).await.unwrap_err();
                assert_eq!(written.class, Class::Denied, "{what}");
                let deleted = store.delete(key).await.unwrap_err();
                assert_eq!(deleted.class, Class::Denied, "{what}");
            }
            let listed = aws.connect().list_instances().send().await.unwrap();
            let id = listed.instance_summary_list()[0].id().unwrap().to_owned();
            let gone = aws.connect().delete_instance().instance_id(id).send().await;
            assert!(
                gone.is_err(),
                "{command} of another environment deletes the instance"
            );
        }
    });
}

/// The policies are a function of the blueprint: the same words in the same order, whenever they are asked for.
#[test]
fn policies_are_the_same_each_time() {
    on_virtual_time(async {
        let (_, asking) = example("enterprise.yaml").await;
        for command in Command::ALL {
            assert_eq!(asking.policies(command), asking.policies(command));
        }
    });
}
