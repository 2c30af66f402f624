//! Queues of Connect: the case, what others change of them, and what is particular to them.

use super::instance::instance;
use super::{change_tags, only_instance};
use crate::invariants::conformance::{
    Bench, Case, ExternalChange, address, after, design, found, other_tags, tags,
};
use crate::support::on_virtual_time;
use aws_sdk_connect::types::{
    Channel, HoursOfOperationConfig, HoursOfOperationDays, HoursOfOperationTimeSlice, MediaConcurrency,
    OutboundCallerConfig, PhoneNumberCountryCode, PhoneNumberType, QueueStatus, QueueType,
    RoutingProfileQueueConfig, RoutingProfileQueueReference,
};
use headset_aws::Aws;
use headset_aws::kinds::discovery;
use headset_blueprint::Sources;
use headset_core::diagnostic::Diagnostic;
use headset_core::{Address, Change, KindId, tag};
use headset_engine::plan::Action;
use headset_kinds::connect::QueueSpec;
use serde_json::{Value, json};

const QUEUE: &str = "connect.queue/sales";

fn queue() -> (Address, Value) {
    let spec = json!({
        "instance_id": after("connect.instance/main", "id"), "name": "Sales", "description": "Calls about orders",
        "hours": "Basic Hours", "max_contacts": 20, "status": "ENABLED", "caller_name": "Acme", "tags": tags(),
    });
    (address(QUEUE), spec)
}

pub(crate) fn case() -> Case {
    let own = "an id of this instance's: `calls_from_a_queue_show_a_number_and_play_a_flow` changes it";
    Case {
        before: vec![instance()],
        subject: queue(),
        changes: vec![
            ("name", json!("Sales EMEA")),
            ("description", json!("Calls about orders and returns")),
            ("max_contacts", json!(0)),
            ("status", json!("DISABLED")),
            ("status", json!("ENABLED")),
            ("caller_name", json!("Acme Support")),
            ("tags", other_tags()),
        ],
        unchanged: vec![
            (
                "hours",
                "an instance has one built-in: `a_queue_goes_to_other_hours` changes it",
            ),
            ("caller_number", own),
            ("whisper_flow", own),
        ],
    }
}

/// The id of a queue, by its name.
async fn id_of(aws: &Aws, instance: &str, name: &str) -> String {
    let request = aws.connect().list_queues().instance_id(instance);
    let listed = request.queue_types(QueueType::Standard).send().await.unwrap();
    let queues = listed.queue_summary_list();
    let queue = queues.iter().find(|queue| queue.name() == Some(name)).unwrap();
    queue.id().unwrap().to_owned()
}

/// Makes hours of operation of this name; returns their id.
async fn hours(aws: &Aws, instance: &str, name: &str) -> String {
    let time = |hours| {
        HoursOfOperationTimeSlice::builder()
            .hours(hours)
            .minutes(0)
            .build()
            .unwrap()
    };
    let monday = HoursOfOperationConfig::builder()
        .day(HoursOfOperationDays::Monday)
        .start_time(time(8))
        .end_time(time(18))
        .build()
        .unwrap();
    let request = aws.connect().create_hours_of_operation().instance_id(instance);
    let made = request.name(name).time_zone("Europe/London").config(monday);
    made.send().await.unwrap().hours_of_operation_id.unwrap()
}

/// Makes another queue, as others do.
pub(crate) async fn put(aws: &Aws, _: KindId) -> String {
    let (instance, _) = only_instance(aws).await;
    let listed = aws.connect().list_hours_of_operations().instance_id(&instance);
    let listed = listed.send().await.unwrap();
    let basic = listed.hours_of_operation_summary_list()[0].id().unwrap();
    let request = aws.connect().create_queue().instance_id(&instance);
    let made = request.name("Theirs").hours_of_operation_id(basic);
    made.send().await.unwrap().queue_id.unwrap()
}

/// The id of a flow, by its name.
async fn flow(aws: &Aws, instance: &str, name: &str) -> String {
    let listed = aws.connect().list_contact_flows().instance_id(instance);
    let listed = listed.send().await.unwrap();
    let flows = listed.contact_flow_summary_list();
    let flow = flows.iter().find(|flow| flow.name() == Some(name)).unwrap();
    flow.id().unwrap().to_owned()
}

/// The id of a number that is claimed for the instance.
async fn number(aws: &Aws, arn: &str) -> String {
    let offered = aws
        .connect()
        .search_available_phone_numbers()
        .target_arn(arn)
        .phone_number_country_code(PhoneNumberCountryCode::Us)
        .phone_number_type(PhoneNumberType::TollFree)
        .send()
        .await
        .unwrap();
    let number = offered.available_numbers_list()[0].phone_number().unwrap();
    let request = aws.connect().claim_phone_number().target_arn(arn);
    let claimed = request.phone_number(number).send().await.unwrap();
    claimed.phone_number_id.unwrap()
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    let connect = aws.connect();
    let (instance, arn) = only_instance(aws).await;
    match (field, way) {
        ("instance_id", _) => return ExternalChange::Fixed("Connect has no call that changes it"),
        ("tags", way) => {
            let queue = id_of(aws, &instance, "Sales").await;
            return change_tags(aws, &format!("{arn}/queue/{queue}"), way).await;
        }
        ("caller_number" | "whisper_flow", _) => {
            return ExternalChange::Fixed(
                "without one in the spec it is left alone: a test of its own changes one that is wanted",
            );
        }
        (_, 1..) => return ExternalChange::Enough,
        _ => {}
    }
    let queue = id_of(aws, &instance, "Sales").await;
    match field {
        "name" | "description" => {
            let request = connect.update_queue_name().instance_id(instance).queue_id(queue);
            let request = match field {
                "name" => request.name("Theirs"),
                _ => request.description("Theirs"),
            };
            request.send().await.unwrap();
        }
        "hours" => {
            let theirs = hours(aws, &instance, "Theirs").await;
            let request = connect.update_queue_hours_of_operation().instance_id(instance);
            let request = request.queue_id(queue).hours_of_operation_id(theirs);
            request.send().await.unwrap();
        }
        "max_contacts" => {
            let request = connect.update_queue_max_contacts().instance_id(instance);
            request.queue_id(queue).max_contacts(3).send().await.unwrap();
        }
        "status" => {
            let request = connect
                .update_queue_status()
                .instance_id(instance)
                .queue_id(queue);
            request.status(QueueStatus::Disabled).send().await.unwrap();
        }
        "caller_name" => {
            call_out(aws, &instance, &queue, |caller| {
                caller.outbound_caller_id_name("Theirs")
            })
            .await;
        }
        other => panic!("connect.queue: nothing here changes from outside `{other}`"),
    }
    ExternalChange::Changed
}

pub(crate) type Caller = aws_sdk_connect::types::builders::OutboundCallerConfigBuilder;

/// Changes a part of what outbound calls show and play, as the console does: the others stay.
async fn call_out(aws: &Aws, instance: &str, queue: &str, change: impl Fn(Caller) -> Caller) {
    let connect = aws.connect();
    let described = connect.describe_queue().instance_id(instance).queue_id(queue);
    let described = described.send().await.unwrap().queue.unwrap();
    let now = described.outbound_caller_config();
    let kept = OutboundCallerConfig::builder()
        .set_outbound_caller_id_name(now.and_then(|now| now.outbound_caller_id_name.clone()))
        .set_outbound_caller_id_number_id(now.and_then(|now| now.outbound_caller_id_number_id.clone()))
        .set_outbound_flow_id(now.and_then(|now| now.outbound_flow_id.clone()));
    let request = connect
        .update_queue_outbound_caller_config()
        .instance_id(instance);
    let request = request
        .queue_id(queue)
        .outbound_caller_config(change(kept).build());
    request.send().await.unwrap();
}

async fn with_instance() -> (Bench, String, String) {
    let bench = Bench::new().await;
    bench.make(&design(&[instance()]), "the instance").await;
    let (id, arn) = only_instance(&bench.aws).await;
    (bench, id, arn)
}

/// The instance and the queue with other values of these fields.
fn things(fields: &[(&str, Value)]) -> Vec<(Address, Value)> {
    let (address, mut spec) = queue();
    for (field, value) in fields {
        spec[*field] = value.clone();
    }
    vec![instance(), (address, spec)]
}

#[test]
fn a_queue_goes_to_other_hours() {
    on_virtual_time(async {
        let (bench, id, _) = with_instance().await;
        bench.make(&design(&things(&[])), "creation").await;
        hours(&bench.aws, &id, "Weekdays").await;
        // A list of a moment ago is believed.
        bench.aws.clock().sleep(std::time::Duration::from_secs(60)).await;
        bench
            .make(&design(&things(&[("hours", json!("Weekdays"))])), "other hours")
            .await;
        let nowhere = design(&things(&[("hours", json!("Nights"))]));
        let state = bench.sandbox.store().read().unwrap().unwrap();
        let assessment = bench.sandbox.assess(&bench.aws, &nowhere, &state).await;
        let names = "the instance has no hours of operation `Nights`; there are: Basic Hours, Weekdays";
        let is_said = |one: &Diagnostic| one.code == "not-there" && one.message.contains(names);
        assert!(
            assessment.findings.iter().any(is_said),
            "{:#?}",
            assessment.findings
        );
    });
}

#[test]
fn calls_from_a_queue_show_a_number_and_play_a_flow() {
    on_virtual_time(async {
        let (bench, id, arn) = with_instance().await;
        let first = number(&bench.aws, &arn).await;
        let other = number(&bench.aws, &arn).await;
        bench.aws.clock().sleep(std::time::Duration::from_secs(600)).await;
        let whisper = flow(&bench.aws, &id, "Default outbound").await;
        let another = flow(&bench.aws, &id, "Default agent whisper").await;
        let wanted = things(&[("caller_number", json!(first)), ("whisper_flow", json!(whisper))]);
        bench.make(&design(&wanted), "creation").await;
        let queue = id_of(&bench.aws, &id, "Sales").await;
        for (field, theirs) in [("caller_number", &other), ("whisper_flow", &another)] {
            // Changed by the blueprint.
            let mut changed = wanted.clone();
            changed[1].1[field] = json!(theirs);
            bench.make(&design(&changed), field).await;
            bench.make(&design(&wanted), field).await;
            // Changed from outside.
            call_out(&bench.aws, &id, &queue, |caller| match field {
                "caller_number" => caller.outbound_caller_id_number_id(theirs),
                _ => caller.outbound_flow_id(theirs),
            })
            .await;
            let drift = found(&bench, &wanted).await.0;
            let fields: Vec<&str> = drift
                .iter()
                .flat_map(|one| one.fields.iter())
                .map(|line| line.field.as_str())
                .collect();
            assert_eq!(fields, [field]);
            bench.make(&design(&wanted), "mended").await;
        }
        // What the blueprint does not own stays when another part changes.
        let unowned = things(&[("caller_name", json!("Acme Support"))]);
        bench.make(&design(&unowned), "another name").await;
        let described = bench
            .aws
            .connect()
            .describe_queue()
            .instance_id(&id)
            .queue_id(&queue);
        let described = described.send().await.unwrap().queue.unwrap();
        let caller = described.outbound_caller_config().unwrap();
        assert_eq!(caller.outbound_caller_id_name(), Some("Acme Support"));
        assert_eq!(caller.outbound_caller_id_number_id(), Some(first.as_str()));
        assert_eq!(caller.outbound_flow_id(), Some(whisper.as_str()));
    });
}

#[test]
fn a_queue_that_a_routing_profile_has_says_which() {
    on_virtual_time(async {
        let (bench, id, _) = with_instance().await;
        bench.make(&design(&things(&[])), "creation").await;
        let queue = id_of(&bench.aws, &id, "Sales").await;
        let basic = id_of(&bench.aws, &id, "BasicQueue").await;
        let voice = MediaConcurrency::builder().channel(Channel::Voice).concurrency(1);
        let reference = RoutingProfileQueueReference::builder()
            .queue_id(&queue)
            .channel(Channel::Voice);
        let serves = RoutingProfileQueueConfig::builder()
            .queue_reference(reference.build().unwrap())
            .priority(1)
            .delay(0);
        let connect = bench.aws.connect();
        let made = connect
            .create_routing_profile()
            .instance_id(&id)
            .name("Nights")
            .description("Who works at night")
            .default_outbound_queue_id(basic)
            .media_concurrencies(voice.build().unwrap())
            .queue_configs(serves.build().unwrap())
            .send()
            .await
            .unwrap();
        let alone = design(&[instance()]);
        let outcome = bench.sandbox.run_design(&bench.aws, &alone, true).await;
        assert_eq!(outcome.failed, [address(QUEUE)]);
        let told = bench.sandbox.told();
        assert!(
            told.contains("it is in these routing profiles") && told.contains("Nights"),
            "{told}"
        );
        let profile = made.routing_profile_id().unwrap();
        let request = connect.delete_routing_profile().instance_id(&id);
        request.routing_profile_id(profile).send().await.unwrap();
        bench.make(&alone, "deletion").await;
    });
}

#[test]
fn a_queue_whose_creation_was_not_answered_is_taken_up() {
    for kind in ["drop-before", "drop-after"] {
        on_virtual_time(async {
            let (bench, id, _) = with_instance().await;
            let rule = json!({ "operation": "CreateQueue", "kind": kind, "times": 100 });
            bench
                .sandbox
                .simulator
                .inject(serde_json::from_value(rule).unwrap());
            let wanted = design(&things(&[("status", json!("DISABLED"))]));
            bench.sandbox.run_design(&bench.aws, &wanted, true).await;
            bench.sandbox.simulator.reseed(0);
            bench.make(&wanted, kind).await;
            let listed = bench.aws.connect().list_queues().instance_id(&id);
            let listed = listed.queue_types(QueueType::Standard).send().await.unwrap();
            let names: Vec<_> = listed
                .queue_summary_list()
                .iter()
                .filter_map(|queue| queue.name())
                .collect();
            assert_eq!(names, ["BasicQueue", "Sales"], "{kind}");
        });
    }
}

#[test]
fn a_queue_that_somebody_made_is_left_to_them() {
    on_virtual_time(async {
        let (bench, id, _) = with_instance().await;
        let basic = hours(&bench.aws, &id, "Theirs").await;
        let request = bench.aws.connect().create_queue().instance_id(&id);
        let request = request.name("Sales").hours_of_operation_id(basic);
        request.send().await.unwrap();
        let wanted = design(&things(&[]));
        bench.aws.clock().sleep(std::time::Duration::from_secs(120)).await;
        let assessed = bench
            .sandbox
            .assess(&bench.aws, &wanted, &bench.sandbox.state())
            .await;
        let codes: Vec<_> = assessed.findings.iter().map(|finding| finding.code).collect();
        assert!(codes.contains(&"not-ours"), "{codes:?}");
        assert!(!assessed.plan.steps[&address(QUEUE)].action.changes());
    });
}

#[test]
fn a_queue_is_renamed_and_not_replaced() {
    on_virtual_time(async {
        let (bench, ..) = with_instance().await;
        bench.make(&design(&things(&[])), "creation").await;
        let plan = bench.plan(&design(&things(&[("name", json!("Support"))]))).await;
        let Action::Update { diff } = &plan.steps[&address(QUEUE)].action else {
            panic!("{:?}", plan.steps[&address(QUEUE)].action)
        };
        assert_eq!(diff.len(), 1);
        assert_eq!(
            (diff[0].field.as_str(), diff[0].change),
            (QueueSpec::NAME.name, Change::InPlace)
        );
    });
}

/// In an instance of its own environment a queue goes with it; in another's it is found by itself.
#[test]
fn a_queue_on_an_instance_of_others_is_found_by_its_tags() {
    on_virtual_time(async {
        let (bench, _, arn) = with_instance().await;
        bench.make(&design(&things(&[])), "creation").await;
        bench.aws.clock().sleep(std::time::Duration::from_secs(120)).await;
        let queues = async || {
            let discovery = discovery::connect(&bench.aws).await;
            assert!(discovery.unread.is_empty(), "{:?}", discovery.unread);
            let found = discovery.found.into_iter().map(|found| found.address);
            found
                .filter(|address| address.kind == QueueSpec::KIND)
                .map(|address| address.key)
                .collect::<Vec<_>>()
        };
        assert!(queues().await.is_empty());
        let request = bench.aws.connect().untag_resource().resource_arn(arn);
        request.tag_keys(tag::LINEAGE).send().await.unwrap();
        assert_eq!(queues().await, ["Sales"]);
    });
}

#[test]
fn a_blueprint_names_queues_of_its_own() {
    let read = |queues: &str| {
        let text = format!(
            "version: 1\nname: acme\naws: {{ identity_center: by_hand }}\nconnect:\n  alias: acme-support\n  queues: {queues}\n"
        );
        let (blueprint, findings) = headset_blueprint::read(&Sources::alone("acme.yaml", &text));
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        (blueprint.is_some(), codes)
    };
    let fine =
        "{ sales: {}, support: { name: Support EMEA, hours: Nights, max_contacts: 0, status: disabled } }";
    assert_eq!(read(fine), (true, vec![]));
    for (wrong, code) in [
        ("{ BasicQueue: {} }", "reserved-name"),
        ("{ basic: { name: BasicQueue } }", "reserved-name"),
        ("{ sales: {}, support: { name: sales } }", "same-name"),
        ("{ sales: { status: off } }", "bad-value"),
        ("{ sales: { max_contacts: 2147483648 } }", "bad-value"),
        (
            "{ sales: { outbound_caller: { number: \"+442079460000\" } } }",
            "bad-value",
        ),
        ("{ sales: { existing: true } }", "not-yet"),
    ] {
        let (made, codes) = read(wrong);
        assert!(!made && codes == [code], "{wrong}: {codes:?}");
    }
}
