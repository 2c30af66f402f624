//! Hours of operation of Connect: the case, what others change of them, and what is particular to them.

use super::instance::instance;
use super::{change_tags, only_instance};
use crate::invariants::conformance::{
    Bench, Case, ExternalChange, address, after, design, found, other_tags, tags,
};
use crate::support::on_virtual_time;
use aws_sdk_connect::types::{
    HoursOfOperation, HoursOfOperationConfig, HoursOfOperationDays, HoursOfOperationTimeSlice,
};
use headset_aws::Aws;
use headset_blueprint::Sources;
use headset_core::{Address, KindId};
use headset_engine::plan::Action;
use serde_json::{Value, json};

const HOURS: &str = "connect.hours_of_operation/office";
const QUEUE: &str = "connect.queue/sales";

fn hours() -> (Address, Value) {
    let spec = json!({
        "instance_id": after("connect.instance/main", "id"), "name": "Office", "description": "When orders are taken",
        "time_zone": "Europe/London", "open": ["monday 09:00-17:30", "saturday 10:00-24:00"],
        "overrides": {
            "New Year": { "from": "2027-01-01", "till": "2027-01-01", "type": "standard", "times": [] },
            "Stocktaking": {
                "from": "2026-12-01", "till": "2027-12-31", "type": "open", "times": ["sunday 06:00-22:00"],
                "description": "All hands", "repeat": "monthly", "interval": 3, "week": "last",
            },
        },
        "tags": tags(),
    });
    (address(HOURS), spec)
}

/// A queue that has the hours.
fn queue() -> (Address, Value) {
    let spec = json!({
        "instance_id": after("connect.instance/main", "id"), "name": "Sales", "hours": after(HOURS, "name"),
        "status": "ENABLED", "tags": tags(),
    });
    (address(QUEUE), spec)
}

pub(crate) fn case() -> Case {
    let other = json!({
        "New Year": { "from": "2027-01-01", "till": "2027-01-02", "type": "closed", "times": ["friday 12:00-24:00"] },
        "Christmas Eve": {
            "from": "2026-12-24", "till": "2036-12-24", "type": "closed", "times": ["thursday 12:00-24:00"],
            "repeat": "yearly", "month": 12, "day": 24,
        },
    });
    let no_longer = json!({
        "Stocktaking": {
            "from": "2026-12-01", "till": "2027-12-31", "type": "open", "times": ["sunday 06:00-22:00"],
        },
    });
    Case {
        before: vec![instance()],
        subject: hours(),
        changes: vec![
            ("name", json!("Office hours")),
            ("description", json!("When calls are taken")),
            ("time_zone", json!("America/New_York")),
            ("open", json!(["monday 00:00-24:00", "monday 08:00-12:00"])),
            ("open", json!([])),
            ("overrides", other),
            ("overrides", no_longer),
            ("overrides", json!({})),
            ("tags", other_tags()),
        ],
        unchanged: vec![],
    }
}

async fn read(aws: &Aws, instance: &str, name: &str) -> HoursOfOperation {
    let connect = aws.connect();
    let listed = connect.list_hours_of_operations().instance_id(instance);
    let listed = listed.send().await.unwrap();
    let mut all = listed.hours_of_operation_summary_list().iter();
    let id = all.find(|one| one.name() == Some(name)).unwrap().id().unwrap();
    let request = connect.describe_hours_of_operation().instance_id(instance);
    let described = request.hours_of_operation_id(id).send().await.unwrap();
    described.hours_of_operation.unwrap()
}

async fn id_of(aws: &Aws, instance: &str, name: &str) -> String {
    read(aws, instance, name).await.hours_of_operation_id.unwrap()
}

fn slice(hours: i32) -> HoursOfOperationTimeSlice {
    let slice = HoursOfOperationTimeSlice::builder().hours(hours).minutes(0);
    slice.build().unwrap()
}

fn sunday() -> HoursOfOperationConfig {
    let config = HoursOfOperationConfig::builder().day(HoursOfOperationDays::Sunday);
    let config = config.start_time(slice(22)).end_time(slice(6));
    config.build().unwrap()
}

/// Makes other hours, as others do.
pub(crate) async fn put(aws: &Aws, _: KindId) -> String {
    let (instance, _) = only_instance(aws).await;
    let request = aws.connect().create_hours_of_operation().instance_id(&instance);
    let made = request.name("Theirs").time_zone("UTC").config(sunday());
    made.send().await.unwrap().hours_of_operation_id.unwrap()
}

/// Makes an override, as others do.
async fn put_override(aws: &Aws, instance: &str, hours: &str) {
    let request = aws.connect().create_hours_of_operation_override();
    let request = request.instance_id(instance).hours_of_operation_id(hours);
    let request = request.name("Theirs").set_config(Some(Vec::new()));
    let request = request.effective_from("2027-02-01").effective_till("2027-02-01");
    request.send().await.unwrap();
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    let connect = aws.connect();
    let (instance, arn) = only_instance(aws).await;
    if field == "instance_id" {
        return ExternalChange::Fixed("Connect has no call that changes it");
    }
    let id = id_of(aws, &instance, "Office").await;
    let update = connect.update_hours_of_operation().instance_id(&instance);
    let update = update.hours_of_operation_id(&id);
    let update = match (field, way) {
        ("tags", way) => return change_tags(aws, &format!("{arn}/operating-hours/{id}"), way).await,
        ("overrides", 0) => {
            put_override(aws, &instance, &id).await;
            return ExternalChange::Changed;
        }
        ("overrides", 1) => {
            let listed = connect.list_hours_of_operation_overrides().instance_id(&instance);
            let listed = listed.hours_of_operation_id(&id).send().await.unwrap();
            let first = listed.hours_of_operation_override_list()[0].clone();
            let request = connect
                .update_hours_of_operation_override()
                .instance_id(&instance);
            let request = request.hours_of_operation_id(&id).effective_till("2030-01-01");
            let request =
                request.set_hours_of_operation_override_id(first.hours_of_operation_override_id.clone());
            request.send().await.unwrap();
            return ExternalChange::Changed;
        }
        (_, 1..) => return ExternalChange::Enough,
        ("name", _) => update.name("Theirs"),
        ("description", _) => update.description("Theirs"),
        ("time_zone", _) => update.time_zone("UTC"),
        // Past midnight, which a blueprint does not write.
        ("open", _) => update.config(sunday()),
        (other, _) => panic!("connect.hours_of_operation: nothing here changes from outside `{other}`"),
    };
    update.send().await.unwrap();
    ExternalChange::Changed
}

async fn with_instance() -> (Bench, String) {
    let bench = Bench::new().await;
    bench.make(&design(&[instance()]), "the instance").await;
    let (id, _) = only_instance(&bench.aws).await;
    (bench, id)
}

/// The instance and the hours with other values of these fields.
fn things(fields: &[(&str, Value)]) -> Vec<(Address, Value)> {
    let (address, mut spec) = hours();
    for (field, value) in fields {
        spec[*field] = value.clone();
    }
    vec![instance(), (address, spec)]
}

#[test]
fn a_queue_has_hours_that_are_made_before_it_and_deleted_after_it() {
    on_virtual_time(async {
        let bench = Bench::new().await;
        let all = [instance(), hours(), queue()];
        bench.make(&design(&all), "all at once").await;
        let (id, _) = only_instance(&bench.aws).await;
        let office = id_of(&bench.aws, &id, "Office").await;
        let queues = bench.aws.connect().search_queues().instance_id(&id);
        let queues = queues.send().await.unwrap();
        let sales = queues.queues().iter().find(|one| one.name() == Some("Sales"));
        assert_eq!(sales.unwrap().hours_of_operation_id(), Some(office.as_str()));
        // Another name changes nothing about the queue, in this run and in the next one.
        let mut renamed = things(&[("name", json!("Late"))]);
        renamed.push(queue());
        bench.make(&design(&renamed), "renamed").await;
        // The run that renames them has recorded the queue by their former name; the next one records the new one.
        bench.make(&design(&renamed), "recorded").await;
        assert!(found(&bench, &renamed).await.0.is_empty());
        assert_eq!(id_of(&bench.aws, &id, "Late").await, office);
        bench.make(&design(&[instance()]), "both are deleted").await;
        let listed = bench.aws.connect().list_hours_of_operations().instance_id(&id);
        let listed = listed.send().await.unwrap();
        assert_eq!(listed.hours_of_operation_summary_list().len(), 1);
    });
}

#[test]
fn hours_that_a_queue_has_say_which() {
    on_virtual_time(async {
        let (bench, id) = with_instance().await;
        bench.make(&design(&things(&[])), "creation").await;
        let office = id_of(&bench.aws, &id, "Office").await;
        let request = bench.aws.connect().create_queue().instance_id(&id);
        let request = request.name("Theirs").hours_of_operation_id(office);
        let theirs = request.send().await.unwrap().queue_id.unwrap();
        bench.aws.clock().sleep(std::time::Duration::from_secs(120)).await;
        let alone = design(&[instance()]);
        let outcome = bench.sandbox.run_design(&bench.aws, &alone, true).await;
        assert_eq!(outcome.failed, [address(HOURS)]);
        let told = bench.sandbox.told();
        assert!(told.contains("these queues have them: Theirs"), "{told}");
        let request = bench.aws.connect().delete_queue().instance_id(&id);
        request.queue_id(theirs).send().await.unwrap();
        bench.make(&alone, "deletion").await;
    });
}

/// Of overrides that the blueprint does not own, none is read as its own, changed or deleted.
#[test]
fn overrides_that_a_blueprint_does_not_name_stay() {
    on_virtual_time(async {
        let (bench, id) = with_instance().await;
        let mut unowned = things(&[]);
        unowned[1].1.as_object_mut().unwrap().remove("overrides");
        bench.make(&design(&unowned), "creation").await;
        let office = id_of(&bench.aws, &id, "Office").await;
        put_override(&bench.aws, &id, &office).await;
        assert!(found(&bench, &unowned).await.0.is_empty());
        unowned[1].1["time_zone"] = json!("UTC");
        bench.make(&design(&unowned), "another zone").await;
        let listed = bench.aws.connect().list_hours_of_operation_overrides();
        let listed = listed.instance_id(&id).hours_of_operation_id(&office);
        let listed = listed.send().await.unwrap();
        let names: Vec<_> = listed
            .hours_of_operation_override_list()
            .iter()
            .filter_map(|one| one.name())
            .collect();
        assert_eq!(names, ["Theirs"]);
    });
}

/// What an update cannot take away is made anew, and what stays keeps its id.
#[test]
fn an_override_keeps_its_id_as_long_as_an_update_can_change_it() {
    on_virtual_time(async {
        let (bench, id) = with_instance().await;
        let mut wanted = things(&[]);
        bench.make(&design(&wanted), "creation").await;
        let office = id_of(&bench.aws, &id, "Office").await;
        let ids = async || {
            let listed = bench.aws.connect().list_hours_of_operation_overrides();
            let listed = listed.instance_id(&id).hours_of_operation_id(&office);
            let listed = listed.send().await.unwrap();
            let overrides = listed.hours_of_operation_override_list().iter();
            let named = overrides.map(|one| (one.name.clone().unwrap(), one.clone()));
            named.collect::<std::collections::BTreeMap<_, _>>()
        };
        let before = ids().await;
        wanted[1].1["overrides"]["Stocktaking"]["till"] = json!("2028-12-31");
        wanted[1].1["overrides"]["New Year"]["description"] = json!("Fireworks");
        bench.make(&design(&wanted), "changed").await;
        let changed = ids().await;
        for name in ["Stocktaking", "New Year"] {
            let id = |all: &std::collections::BTreeMap<
                String,
                aws_sdk_connect::types::HoursOfOperationOverride,
            >| { all[name].hours_of_operation_override_id.clone() };
            assert_eq!(id(&before), id(&changed), "{name}");
        }
        wanted[1].1["overrides"]["New Year"]
            .as_object_mut()
            .unwrap()
            .remove("description");
        bench.make(&design(&wanted), "without a description").await;
        assert_eq!(ids().await["New Year"].description(), None);
    });
}

#[test]
fn hours_are_renamed_and_not_replaced() {
    on_virtual_time(async {
        let (bench, _) = with_instance().await;
        bench.make(&design(&things(&[])), "creation").await;
        let plan = bench.plan(&design(&things(&[("name", json!("Late"))]))).await;
        let Action::Update { diff } = &plan.steps[&address(HOURS)].action else {
            panic!("{:?}", plan.steps[&address(HOURS)].action)
        };
        assert_eq!((diff.len(), diff[0].field.as_str()), (1, "name"));
    });
}

#[test]
fn hours_of_a_blueprint_are_read_and_mistakes_are_found() {
    let read = |hours: &str| {
        let text = format!(
            "version: 1\nname: acme\naws: {{ identity_center: by_hand }}\nconnect:\n  alias: acme-support\n  hours: {hours}\n"
        );
        let (blueprint, findings) = headset_blueprint::read(&Sources::alone("acme.yaml", &text));
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        (blueprint.is_some(), codes)
    };
    let with = |rest: &str| {
        format!("{{ office: {{ time_zone: Europe/London, open: [monday 09:00-17:00]{rest} }} }}")
    };
    let override_of = |rest: &str| {
        with(&format!(
            ", overrides: {{ Party: {{ from: 2026-12-24, {rest} }} }}"
        ))
    };
    for fine in [
        with(""),
        with(", name: Office hours, overrides: {}"),
        "{ always: { time_zone: UTC, open: [monday-sunday 00:00-24:00] }, never: { time_zone: UTC, open: [] } }".to_owned(),
        override_of("till: 2026-12-24"),
        override_of("till: 2030-12-24, repeat: monthly, week: last, times: [Friday 09:00-12:00]"),
        override_of("till: 2030-12-24, repeat: yearly, month: 12, day: 24"),
    ] {
        assert_eq!(read(&fine), (true, vec![]), "{fine}");
    }
    for (wrong, code) in [
        ("{ office: { open: [] } }".to_owned(), "missing-key"),
        (
            "{ office: { time_zone: Europe/London } }".to_owned(),
            "missing-key",
        ),
        (
            "{ office: { time_zone: Europe/Londn, open: [] } }".to_owned(),
            "unknown-time-zone",
        ),
        (
            "{ office: { time_zone: UTC, open: [mo 09:00-17:00] } }".to_owned(),
            "bad-value",
        ),
        (
            "{ office: { time_zone: UTC, open: [monday 22:00-06:00] } }".to_owned(),
            "bad-value",
        ),
        (
            "{ office: { time_zone: UTC, open: [monday 09:00-17:00, monday-friday 16:00-18:00] } }"
                .to_owned(),
            "bad-value",
        ),
        (
            "{ basic: { time_zone: UTC, open: [], name: Basic Hours } }".to_owned(),
            "reserved-name",
        ),
        (
            "{ a: { time_zone: UTC, open: [] }, b: { time_zone: UTC, open: [], name: a } }".to_owned(),
            "same-name",
        ),
        (with(", existing: true"), "not-yet"),
        (override_of("till: 2026-12-23"), "bad-value"),
        (override_of("till: 2026-12-24, day: 24"), "missing-key"),
        (
            override_of("till: 2026-12-24, repeat: weekly, day: 24"),
            "bad-value",
        ),
        (
            override_of("till: 2026-12-24, repeat: monthly, month: 12"),
            "bad-value",
        ),
        (
            override_of("till: 2026-12-24, repeat: monthly, day: 32"),
            "bad-value",
        ),
    ] {
        let (made, codes) = read(&wrong);
        assert!(!made && codes == [code], "{wrong}: {codes:?}");
    }
}
