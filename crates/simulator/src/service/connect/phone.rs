//! Phone numbers: searched for, claimed for an instance, released, and gone with it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{PAGER, invalid_parameter, not_found};
use crate::clock::Moment;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::connect::Number;

/// How long a claim is IN_PROGRESS.
///
/// Assumption: connect.claim-time. No figure is documented.
const CLAIMING: Duration = Duration::from_secs(10);
/// How long a claim that failed can be tried again, before the number is available again.
const FAILED_HOLDS: Duration = Duration::from_secs(24 * 3600);
/// How long a released number cannot be claimed again (ReleasePhoneNumber: "up to 180 days").
const COOLDOWN: Duration = Duration::from_secs(180 * 24 * 3600);
/// How many numbers of each country and type are there to be claimed.
const INVENTORY: u32 = 40;

/// The countries with numbers to claim, each with its calling code. AWS's real inventory does not matter here.
const COUNTRIES: [(&str, &str); 5] = [
    ("AU", "61"),
    ("DE", "49"),
    ("FR", "33"),
    ("GB", "44"),
    ("US", "1"),
];

impl Number {
    pub(super) fn arn(&self) -> String {
        format!(
            "arn:aws:connect:{}:{}:phone-number/{}",
            self.region, self.account, self.id
        )
    }

    pub(super) fn visible_to(&self, call: &Call) -> bool {
        self.account == call.caller.account && self.region == call.region
    }

    fn status(&self, now: Moment) -> &'static str {
        match (self.claimed.after(CLAIMING) > now, self.too_many) {
            (true, _) => "IN_PROGRESS",
            (false, true) => "FAILED",
            (false, false) => "CLAIMED",
        }
    }

    /// What lists and descriptions have in common.
    fn summary(&self) -> Value {
        let mut summary = json!({
            "PhoneNumberId": self.id,
            "PhoneNumberArn": self.arn(),
            "PhoneNumber": self.number,
            "PhoneNumberCountryCode": self.country,
            "PhoneNumberType": self.sort,
            "TargetArn": format!("arn:aws:connect:{}:{}:instance/{}", self.region, self.account, self.instance),
            "InstanceId": self.instance,
        });
        if !self.description.is_empty() {
            summary["PhoneNumberDescription"] = json!(self.description);
        }
        summary
    }
}

/// The numbers of a country and type, as they are before one is claimed. Not every type is on sale: the others take
/// papers, or belong to another customer.
fn inventory(country: &str, sort: &str) -> Vec<String> {
    let Some((_, code)) = COUNTRIES.iter().find(|(known, _)| *known == country) else {
        return Vec::new();
    };
    let area = match sort {
        "TOLL_FREE" => "800",
        "DID" => "205",
        _ => return Vec::new(),
    };
    (0..INVENTORY)
        .map(|index| format!("+{code}{area}555{index:04}"))
        .collect()
}

/// Country and type of a number that is for sale.
fn origin(number: &str) -> Option<(&'static str, &'static str)> {
    let sorts = ["TOLL_FREE", "DID"];
    COUNTRIES
        .iter()
        .flat_map(|(country, _)| sorts.map(|sort| (*country, sort)))
        .find(|(country, sort)| inventory(country, sort).iter().any(|one| one == number))
}

/// The id of the instance that `TargetArn` or `InstanceId` names; none where neither is given.
///
/// Assumption: connect.number-target. "You must enter InstanceId or TargetArn": that both are refused is how it reads.
fn target(world: &World, call: &Call) -> Result<Option<String>, Fault> {
    let id = match (call.text("TargetArn"), call.text("InstanceId")) {
        (Some(_), Some(_)) => {
            return Err(invalid_parameter("give TargetArn or InstanceId, and not both"));
        }
        (Some(arn), None) => world.connect.instances.values().find(|one| one.arn() == arn),
        (None, Some(id)) => world.connect.instances.get(id.rsplit('/').next().unwrap_or(id)),
        (None, None) => return Ok(None),
    };
    id.filter(|one| one.visible_to(call))
        .map(|one| Some(one.id.clone()))
        .ok_or_else(|| not_found("the instance"))
}

fn required_target(world: &World, call: &Call) -> Result<String, Fault> {
    target(world, call)?.ok_or_else(|| invalid_parameter("TargetArn or InstanceId is required"))
}

/// Whether a number is not claimed and was not released lately.
fn is_free(world: &World, number: &str) -> bool {
    let connect = &world.connect;
    !connect.numbers.values().any(|one| one.number == number) && !connect.released.contains_key(number)
}

pub(super) fn search(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    required_target(world, call)?;
    let (country, sort) = (
        call.text("PhoneNumberCountryCode").unwrap_or_default(),
        call.text("PhoneNumberType").unwrap_or_default(),
    );
    let prefix = call.text("PhoneNumberPrefix").unwrap_or_default();
    let items = inventory(country, sort)
        .into_iter()
        .filter(|number| number.starts_with(prefix) && is_free(world, number))
        .map(|number| {
            json!({ "PhoneNumber": number, "PhoneNumberCountryCode": country, "PhoneNumberType": sort })
        })
        .collect();
    PAGER.by(10).page(world, call, "AvailableNumbersList", items)
}

/// Assumption: connect.number-taken. What a claim of a number answers that cannot be had is not documented; of the
/// declared errors ResourceNotFoundException fits best.
pub(super) fn claim(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let instance = required_target(world, call)?;
    let number = call.text("PhoneNumber").unwrap_or_default();
    let Some((country, sort)) = origin(number).filter(|_| is_free(world, number)) else {
        return Err(not_found("an available number"));
    };
    let tags = super::tags::read(call.input.get("Tags"))?;
    let most = world.quota("connect.phone-numbers", 5);
    let have = world.connect.numbers.values();
    let have = have
        .filter(|one| one.instance == instance && !one.too_many)
        .count();
    let made = Number {
        id: world.uuid(),
        account: call.caller.account.clone(),
        region: call.region.clone(),
        number: number.to_owned(),
        country: country.to_owned(),
        sort: sort.to_owned(),
        description: call.text("PhoneNumberDescription").unwrap_or_default().to_owned(),
        instance,
        claimed: call.now,
        // A claim beyond the quota is taken, and fails: DescribePhoneNumber names that as the usual reason.
        too_many: have as u64 >= most,
        tags,
    };
    let output = json!({ "PhoneNumberId": made.id, "PhoneNumberArn": made.arn() });
    world.connect.numbers.insert(made.id.clone(), made);
    Ok(Answer::of(output))
}

/// The number that the call names, by its id or ARN.
fn find<'world>(world: &'world World, call: &Call) -> Result<&'world Number, Fault> {
    let id = call.text("PhoneNumberId").unwrap_or_default();
    world
        .connect
        .numbers
        .values()
        .find(|one| one.visible_to(call) && (one.id == id || one.arn() == id))
        .ok_or_else(|| not_found("the phone number"))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let one = find(world, call)?;
    let mut shown = one.summary();
    let status = one.status(call.now);
    shown["PhoneNumberStatus"] = json!({ "Status": status });
    if status == "FAILED" {
        shown["PhoneNumberStatus"]["Message"] = json!("the target has as many numbers as it may have");
    }
    shown["Tags"] = json!(one.tags);
    Ok(Answer::of(json!({ "ClaimedPhoneNumberSummary": shown })))
}

/// The numbers that a list is asked for: of one instance, or of all.
///
/// Assumption: connect.numbers-listed. Lists know what is claimed; that they leave out what is still IN_PROGRESS or
/// FAILED is what a report has met (boto3 issue 4622).
fn listed<'world>(
    world: &'world World,
    call: &Call,
    instance: Option<&str>,
) -> impl Iterator<Item = &'world Number> {
    let chosen = |member: &str, value: &str| {
        let chosen = call.input.get(member).and_then(Value::as_array);
        chosen.is_none_or(|chosen| chosen.is_empty() || chosen.iter().any(|one| one == value))
    };
    let prefix = call.text("PhoneNumberPrefix").unwrap_or_default();
    world
        .connect
        .numbers
        .values()
        .filter(move |one| one.visible_to(call) && one.status(call.now) == "CLAIMED")
        .filter(move |one| instance.is_none_or(|instance| one.instance == instance))
        .filter(move |one| chosen("PhoneNumberCountryCodes", &one.country))
        .filter(move |one| chosen("PhoneNumberTypes", &one.sort) && one.number.starts_with(prefix))
}

pub(super) fn list(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let instance = target(world, call)?;
    let items = listed(world, call, instance.as_deref())
        .map(Number::summary)
        .collect();
    PAGER.page(world, call, "ListPhoneNumbersSummaryList", items)
}

/// ListPhoneNumbers, the older form: of one instance, with other names for the same.
pub(super) fn list_of_instance(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let instance = super::active_instance(world, call)?.id.clone();
    let older = |one: &Number| {
        json!({
            "Id": one.id,
            "Arn": one.arn(),
            "PhoneNumber": one.number,
            "PhoneNumberCountryCode": one.country,
            "PhoneNumberType": one.sort,
        })
    };
    let items = listed(world, call, Some(&instance)).map(older).collect();
    PAGER.page(world, call, "PhoneNumberSummaryList", items)
}

pub(super) fn release(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let (id, number) = {
        let one = find(world, call)?;
        (one.id.clone(), one.number.clone())
    };
    world.connect.numbers.remove(&id);
    world.connect.released.insert(number, call.now.after(COOLDOWN));
    Ok(Answer::empty())
}

/// Whether numbers are claimed for an instance.
pub(super) fn are_claimed_for(world: &World, instance: &str, now: Moment) -> bool {
    let mut numbers = world.connect.numbers.values();
    numbers.any(|one| one.instance == instance && one.status(now) == "CLAIMED")
}

/// Lets the numbers of instances go that are gone, failed claims run out, and cooldowns end.
pub(super) fn tick(world: &mut World, now: Moment) {
    let connect = &mut world.connect;
    let (instances, released) = (&connect.instances, &mut connect.released);
    connect.numbers.retain(|_, one| {
        let kept = instances.contains_key(&one.instance);
        if !kept {
            released.insert(one.number.clone(), now.after(COOLDOWN));
        }
        kept && !(one.too_many && one.claimed.after(FAILED_HOLDS) <= now)
    });
    released.retain(|_, until| *until > now);
}
