//! `ccp.hosting`: what serves the pages, and how the pages get from one to the other.

use std::collections::{BTreeMap, BTreeSet};

use headset_aws::Aws;
use headset_client::services::cloud_front::{
    FoundDistribution, GetDistribution, ListDistributions, UpdateDistribution,
};
use headset_core::Address;
use headset_engine::plan::Action;
use headset_kinds::s3::{ObjectSpec, PublicAccessBlock};
use headset_simulator::world::Settings;

use crate::invariants::kill_sweeps::{Mode, killed_at};
use crate::support::fixtures::only_reads;
use crate::support::world::edit;
use crate::support::{Sandbox, on_virtual_time};

const ON_S3: &str = "\
version: 1
name: acme
aws: { region: eu-west-2 }
lifetime: 3d
connect:
  alias: acme
  users: { agent1@example.com: { first: Agent, last: One, security: [Agent] } }
ccp: { hosting: s3 }
";
const BUCKET: &str = "acme-ccp-123456789012-eu-west-2";
const OF_S3: &str = "https://acme-ccp-123456789012-eu-west-2.s3.eu-west-2.amazonaws.com";

fn on_cloudfront() -> String {
    ON_S3.replace("hosting: s3", "hosting: cloudfront")
}

fn with_domain() -> String {
    let domain = "hosting: cloudfront, domain: { name: desk.example.com, certificate: \
                  \"arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012\" }";
    ON_S3.replace("hosting: s3", domain)
}

async fn applied(text: &str) -> Sandbox {
    let sandbox = Sandbox::new("center.yaml", text, Settings::default());
    apply(&sandbox).await;
    sandbox
}

async fn apply(sandbox: &Sandbox) {
    let outcome = sandbox.apply(None).await;
    assert!(outcome.is_done(), "{outcome:?}\n{}", sandbox.told());
    let plan = sandbox.plan().await;
    assert!(plan.is_empty(), "{plan:#?}");
    let aws = sandbox.aws(None).await;
    let verification = sandbox.verify(&aws).await;
    let against: Vec<_> = verification
        .entries
        .iter()
        .filter(|one| one.finding.is_against())
        .filter(|one| one.check.id != "assigned-users-known")
        .collect();
    assert!(against.is_empty(), "{against:#?}");
}

async fn distribution(aws: &Aws) -> FoundDistribution {
    let listed = aws.ask(ListDistributions::default()).await.unwrap();
    let id = listed.distribution_list.into_items().remove(0).id;
    aws.ask(GetDistribution { id }).await.unwrap()
}

/// The origins that the instance approves.
async fn approved(aws: &Aws) -> Vec<String> {
    let instances = aws.connect().list_instances().send().await.unwrap();
    let id = instances.instance_summary_list.unwrap()[0].id.clone().unwrap();
    let origins = aws.connect().list_approved_origins().instance_id(id);
    origins.send().await.unwrap().origins.unwrap()
}

/// What a browser gets.
async fn page(aws: &Aws, origin: &str, key: &str) -> (u16, BTreeMap<String, String>) {
    let answer = aws.get(&format!("{origin}/{key}"), None).await.unwrap();
    (answer.status, answer.headers)
}

/// The changing calls since then, in their order.
fn changes(sandbox: &Sandbox, since: usize) -> Vec<String> {
    let calls = sandbox.simulator.call_log().split_off(since);
    let operations = calls.into_iter().map(|call| call.operation);
    operations.filter(|operation| !only_reads(operation)).collect()
}

/// The paths that edges had to forget.
fn forgotten(sandbox: &Sandbox) -> Vec<String> {
    let snapshot = sandbox.simulator.snapshot();
    let account = &snapshot["world"]["cloud_front"]["accounts"]["123456789012"];
    let all = account["distributions"].as_object().unwrap().values();
    let batches = all.flat_map(|one| one["invalidations"].as_object().unwrap().values());
    let items = batches.flat_map(|one| one["batch"]["Paths"]["Items"].as_array().unwrap());
    let mut paths: Vec<String> = items.map(|path| path.as_str().unwrap().to_owned()).collect();
    paths.sort();
    paths
}

#[test]
fn cloudfront_serves_the_pages_from_a_bucket_that_nothing_else_may_read() {
    on_virtual_time(async {
        let sandbox = applied(&on_cloudfront()).await;
        let aws = sandbox.aws(None).await;
        let origin = format!("https://{}", distribution(&aws).await.found.domain_name);
        assert_eq!(approved(&aws).await, [origin.as_str()]);
        let (status, headers) = page(&aws, &origin, "in-session.html").await;
        assert_eq!(
            (status, headers["permissions-policy"].as_str()),
            (200, "camera=(), geolocation=(), microphone=()")
        );
        assert_eq!(headers["content-security-policy"], "frame-ancestors 'none'");
        assert_eq!(headers["referrer-policy"], "strict-origin-when-cross-origin");
        let (status, headers) = page(&aws, &origin, "audio-only.html").await;
        assert_eq!(status, 200);
        assert_eq!(
            headers["permissions-policy"],
            "camera=(), geolocation=(), microphone=(self \"https://acme.my.connect.aws\")"
        );
        // The bucket itself shows nothing to anyone else.
        assert_eq!(page(&aws, OF_S3, "in-session.html").await.0, 403);
        let block = aws
            .s3()
            .get_public_access_block()
            .bucket(BUCKET)
            .send()
            .await
            .unwrap();
        let block = block.public_access_block_configuration.unwrap();
        let of = |set: Option<bool>| set.unwrap();
        let there = PublicAccessBlock {
            block_public_acls: of(block.block_public_acls),
            ignore_public_acls: of(block.ignore_public_acls),
            block_public_policy: of(block.block_public_policy),
            restrict_public_buckets: of(block.restrict_public_buckets),
        };
        assert!(there.block_public_acls && there.ignore_public_acls);
        assert!(there.block_public_policy && there.restrict_public_buckets);
    });
}

/// Another heading is another page and nothing else: edges forget that page, and no file whose name has its digest.
#[test]
fn a_changed_page_is_forgotten_by_the_edges_and_nothing_else_is() {
    on_virtual_time(async {
        let mut sandbox = applied(&with_domain()).await;
        let aws = sandbox.aws(None).await;
        assert_eq!(forgotten(&sandbox), [""; 0]);
        let read = async |aws: &Aws| {
            let answer = aws
                .get("https://desk.example.com/in-session.html", None)
                .await
                .unwrap();
            String::from_utf8(answer.body).unwrap()
        };
        assert!(!read(&aws).await.contains("Sales"));
        sandbox.rewrite(&with_domain().replace("hosting:", "title: Sales, hosting:"));
        let since = sandbox.simulator.call_log().len();
        apply(&sandbox).await;
        let changes: BTreeSet<String> = changes(&sandbox, since).into_iter().collect();
        assert_eq!(
            changes,
            ["CreateInvalidation", "PutObject"].map(str::to_owned).into()
        );
        assert_eq!(forgotten(&sandbox), ["/audio-only.html", "/in-session.html"]);
        // The apply has waited until no edge has the page of before.
        assert!(read(&aws).await.contains("Sales"));
    });
}

/// A run that dies between the page and the invalidation leaves the old page on the edges, and nothing that AWS shows says so.
#[test]
fn a_page_is_forgotten_although_the_run_that_changed_it_died() {
    on_virtual_time(async {
        let changed = with_domain().replace("hosting:", "title: Sales, hosting:");
        // Which call is the first invalidation, a straight run tells.
        let mut straight = applied(&with_domain()).await;
        straight.rewrite(&changed);
        let since = straight.simulator.call_log().len();
        assert!(straight.apply(None).await.is_done());
        let calls = straight.simulator.call_log().split_off(since);
        let first = calls
            .iter()
            .position(|call| call.operation == "CreateInvalidation");
        let first = first.unwrap() as u64 + 1;

        let mut sandbox = applied(&with_domain()).await;
        sandbox.rewrite(&changed);
        assert!(killed_at(&sandbox, first, Mode::BeforeTheCall).await);
        assert_eq!(forgotten(&sandbox), [""; 0]);
        apply(&sandbox).await;
        assert_eq!(forgotten(&sandbox), ["/audio-only.html", "/in-session.html"]);
    });
}

/// Approved origin, launch address and browser policies follow what serves the pages, however that is.
#[test]
fn everything_names_the_origin_that_serves_the_pages() {
    const IMAGE: &str = "appstream:\n  images: { desk: { base: { newest: AppStream-WinServer2022 }, \
                         builder: stream.standard.medium, browser: chrome, apps: { ccp: { open: ccp.in_session } } } }\n  \
                         network: { subnets: [subnet-0a1b2c3d4e5f60718], security_groups: [sg-0a1b2c3d4e5f60718] }\n";
    for text in [ON_S3.to_owned(), on_cloudfront(), with_domain()] {
        on_virtual_time(async {
            let mut sandbox = applied(&text).await;
            sandbox.rewrite(&(text.clone() + IMAGE));
            apply(&sandbox).await;
            let aws = sandbox.aws(None).await;
            let [origin] = approved(&aws).await.try_into().unwrap();
            let state = sandbox.state();
            let design = sandbox.design(&aws, &state);
            let image: Address = "appstream.image/desk".parse().unwrap();
            let spec = &design.resources[&image].spec;
            let parameters = spec["apps"][0]["parameters"].to_string();
            assert!(
                parameters.contains(&format!("{origin}/in-session.html")),
                "{parameters}"
            );
            let policies = spec["policy_files"]["chrome.reg"].to_string();
            assert!(policies.contains(&origin), "{policies}");
            assert_eq!(page(&aws, &origin, "in-session.html").await.0, 200);
            let page: Address = "s3.object/in-session.html".parse().unwrap();
            assert_eq!(
                state.resources[&page].outputs["url"],
                format!("{origin}/in-session.html")
            );
        });
    }
}

/// A name that others take away from the distribution is given back, and nothing that names the pages changes with it.
#[test]
fn a_name_that_is_taken_away_is_given_back() {
    on_virtual_time(async {
        let sandbox = applied(&with_domain()).await;
        let aws = sandbox.aws(None).await;
        let mut now = distribution(&aws).await;
        now.found.distribution_config.aliases = Some(Vec::new().into());
        let request = UpdateDistribution {
            id: now.found.id,
            if_match: now.etag,
            distribution_config: now.found.distribution_config,
        };
        aws.ask(request).await.unwrap();
        sandbox.simulator.skip(std::time::Duration::from_secs(3600));
        let plan = sandbox.plan().await;
        let steps = plan.steps.iter();
        let changing = steps.filter(|(_, step)| !matches!(step.action, Action::Keep | Action::Read));
        let changing: Vec<String> = changing.map(|(address, _)| address.to_string()).collect();
        assert_eq!(changing, ["cloudfront.distribution/ccp"]);
        let verification = sandbox.verify(&aws).await;
        let mut entries = verification.entries.iter();
        assert!(entries.any(|one| one.check.id == "file-served" && one.finding.is_against()));
        apply(&sandbox).await;
        assert_eq!(
            page(&aws, "https://desk.example.com", "in-session.html").await.0,
            200
        );
    });
}

/// Browser policies name the host that CloudFront has given, once state knows it.
#[test]
fn browser_policies_name_the_host_that_cloudfront_has_given() {
    let desk = crate::support::desk::Desk::with(&on_cloudfront());
    let show = [
        "policy",
        "show",
        "browser",
        "center.yaml",
        "--for",
        "agent",
        "--sim",
    ];
    let said = desk.run(&show);
    assert_eq!(said.code, Some(1), "{}", said.data);
    assert!(
        said.talk.contains("error[policies-before-address]"),
        "{}",
        said.talk
    );
    assert!(said.talk.contains("apply the blueprint first"), "{}", said.talk);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    let page = desk
        .ok(&["output", "center.yaml", "audio_only_page", "--sim"])
        .data;
    let origin = page.trim().strip_suffix("/audio-only.html").unwrap();
    assert!(origin.ends_with(".cloudfront.net"), "{origin}");
    let said = desk.ok(&show);
    assert!(said.data.contains(origin), "{}", said.data);
}

/// An instance of before today's hosts has another host than its alias tells, and a path: pages frame it, sign-ins land at it, and
/// the policies of browsers name it, at the first apply.
#[test]
fn an_old_instance_is_met_where_it_is() {
    on_virtual_time(async {
        let (file, text) = crate::support::example("minimal.yaml");
        let other = Sandbox::new(&file, &text, Settings::default());
        apply(&other).await;
        let mut id = String::new();
        edit(&other.simulator, |world| {
            let instances = world["connect"]["instances"].as_object_mut().unwrap();
            let instance = instances.values_mut().next().unwrap();
            instance["is_old"] = true.into();
            id = instance["id"].as_str().unwrap().to_owned();
        });
        let (file, text) = crate::support::example("ephemeral.yaml");
        let sandbox = other.beside(
            &file,
            &text.replace("existing: acme-tiny", &format!("existing: {id}")),
        );
        apply(&sandbox).await;
        let aws = sandbox.aws(None).await;
        let state = sandbox.state();
        let design = sandbox.design(&aws, &state).resources;
        let all: String = design.values().map(|one| one.spec.to_string()).collect();
        assert!(!all.contains("acme-tiny.my.connect.aws"), "{all}");
        let applied: String = state.resources.values().map(|one| one.spec.to_string()).collect();
        for part in [
            "frame-src https://acme-tiny.awsapps.com;",
            "https://acme-tiny.awsapps.com/connect/ccp-v2/",
            "?destination=%2Fconnect%2Fccp-v2\"",
        ] {
            assert!(applied.contains(part), "{part}: {applied}");
        }
        let given = headset_engine::state::given(&state);
        assert_eq!(
            given.instance_origin.as_deref(),
            Some("https://acme-tiny.awsapps.com")
        );
        assert!(sandbox.plan().await.is_empty());
        sandbox.simulator.skip(std::time::Duration::from_secs(7200));
        let verification = sandbox.verify(&aws).await;
        let against: Vec<_> = verification
            .entries
            .iter()
            .filter(|one| one.finding.is_against())
            .collect();
        assert!(against.is_empty(), "{against:#?}");
    });
}

/// From S3 to CloudFront and back: the new origin is approved before the old one goes, and the distribution goes only when
/// the bucket serves the pages itself.
#[test]
fn the_pages_get_from_one_to_the_other() {
    on_virtual_time(async {
        let mut sandbox = applied(ON_S3).await;
        let aws = sandbox.aws(None).await;
        assert_eq!(approved(&aws).await, [OF_S3]);
        for (text, origin) in [
            (with_domain(), "https://desk.example.com"),
            (ON_S3.to_owned(), OF_S3),
        ] {
            sandbox.rewrite(&text);
            let plan = sandbox.plan().await;
            // No page is uploaded again: each only has another address.
            for (address, step) in &plan.steps {
                let is_page = address.kind == ObjectSpec::KIND;
                assert!(
                    !is_page || matches!(step.action, Action::Keep),
                    "{address}: {:?}",
                    step.action
                );
            }
            let since = sandbox.simulator.call_log().len();
            apply(&sandbox).await;
            let changes = changes(&sandbox, since);
            let place = |name: &str| {
                let mut operations = changes.iter();
                let place = operations.position(|operation| operation == name);
                place.unwrap_or_else(|| panic!("no {name}: {changes:#?}"))
            };
            assert!(place("AssociateApprovedOrigin") < place("DisassociateApprovedOrigin"));
            if origin == OF_S3 {
                assert!(place("PutBucketPolicy") < place("DeleteDistribution"));
            } else {
                assert!(place("CreateDistributionWithTags") < place("PutBucketPolicy"));
            }
            assert_eq!(approved(&aws).await, [origin]);
            assert_eq!(page(&aws, origin, "audio-only.html").await.0, 200);
        }
        let listed = aws.ask(ListDistributions::default()).await.unwrap();
        assert!(listed.distribution_list.into_items().is_empty());
    });
}

/// An image holds the address of the page. Without a name of one's own that is known once the distribution is there: a blueprint
/// says so, and a second apply has it.
#[test]
fn an_image_waits_for_the_address_of_the_page() {
    const IMAGE: &str = "appstream:\n  images: { desk: { base: { newest: AppStream-WinServer2022 }, \
                         builder: stream.standard.medium, browser: chrome, apps: { ccp: { open: ccp.in_session } } } }\n  \
                         network: { subnets: [subnet-0a1b2c3d4e5f60718], security_groups: [sg-0a1b2c3d4e5f60718] }\n";
    on_virtual_time(async {
        let mut sandbox = applied(&on_cloudfront()).await;
        sandbox.rewrite(&(on_cloudfront() + IMAGE));
        let aws = sandbox.aws(None).await;
        let design = sandbox.design(&aws, &sandbox.state());
        let image: Address = "appstream.image/desk".parse().unwrap();
        let host = distribution(&aws).await.found.domain_name;
        let parameters = design.resources[&image].spec["apps"][0]["parameters"].to_string();
        assert!(
            parameters.contains(&format!("https://{host}/in-session.html")),
            "{parameters}"
        );
    });
    let desk = crate::support::desk::Desk::with(&(on_cloudfront() + IMAGE));
    let said = desk.run(&["plan", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(1));
    assert!(said.talk.contains("error[image-before-address]"), "{}", said.talk);
    assert!(said.talk.contains("`ccp.domain`"), "{}", said.talk);
    desk.ok(&["validate", "center.yaml"]);
}

/// GovCloud has no CloudFront.
#[test]
fn a_partition_without_cloudfront_is_refused() {
    let there = on_cloudfront().replace("eu-west-2", "us-gov-west-1");
    let desk = crate::support::desk::Desk::with(&there);
    let said = desk.run(&["validate", "center.yaml"]);
    assert_eq!(said.code, Some(1));
    assert!(said.talk.contains("error[cloudfront-partition]"), "{}", said.talk);
}
