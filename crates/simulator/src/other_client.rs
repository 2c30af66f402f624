//! Another client of the account: it makes the changes and deletions that fault rules ask for, by way of AWS's own
//! operations and with AWS's own checks. What AWS refuses to it does not happen.

use crate::fault::external_change::{Action, ExternalChange, input_of};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Map, Value};

use super::clock::Moment;
use super::policy::wildcard_matches;
use super::resource_type::{Holder, MemberSource, ResourceType};
use super::service::{self, Call, Caller, Fault};
use super::wire::{refusal, table, validate};
use super::world::World;

/// How long the other client waits before it tries again to delete a thing that AWS does not let go yet.
const RETRY_AFTER: Duration = Duration::from_secs(30);
/// More pages than any list of the simulator has.
const PAGES: usize = 1_000;
/// The members that carry on a list: in the answer, and in the next call.
const TOKENS: [(&str, &str); 5] = [
    ("NextToken", "NextToken"),
    ("Marker", "Marker"),
    ("NextContinuationToken", "ContinuationToken"),
    ("NextKeyMarker", "KeyMarker"),
    ("NextVersionIdMarker", "VersionIdMarker"),
];

/// One call that the other client made.
#[derive(Clone, Debug)]
pub(super) struct MadeCall {
    pub(super) service: &'static str,
    pub(super) operation: &'static str,
    pub(super) region: String,
    pub(super) status: u16,
    pub(super) code: Option<String>,
}

/// An account and a region in which a service was called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) account: String,
    pub(super) region: String,
}

/// The other client, with the changes that it has yet to finish.
#[derive(Debug, Default)]
pub(super) struct OtherClient {
    /// Where each service was called so far.
    places: BTreeMap<&'static str, BTreeSet<Place>>,
    /// What AWS did not let go yet, and when it is tried again.
    unfinished: Vec<(ExternalChange, Moment)>,
}

/// One thing that was found.
struct Found {
    name: String,
    item: Value,
    /// The members that mean its owner.
    owner: Map<String, Value>,
}

impl OtherClient {
    /// Remembers where a service is used.
    pub(super) fn seen(&mut self, service: &'static str, place: Place) {
        self.places.entry(service).or_default().insert(place);
    }

    /// Whether something is left to finish.
    pub(super) fn has_more(&self) -> bool {
        !self.unfinished.is_empty()
    }

    /// Nothing is left to finish.
    pub(super) fn clear(&mut self) {
        self.unfinished.clear();
    }

    /// Comes back to what could not be finished before.
    pub(super) fn finish(&mut self, world: &mut World, now: Moment) -> Vec<MadeCall> {
        let (due, later) = std::mem::take(&mut self.unfinished)
            .into_iter()
            .partition(|(_, at)| *at <= now);
        self.unfinished = later;
        let due: Vec<(ExternalChange, Moment)> = due;
        due.iter()
            .flat_map(|(change, _)| self.act(world, change, now))
            .collect()
    }

    /// Does it, wherever something of that name is.
    pub(super) fn act(&mut self, world: &mut World, change: &ExternalChange, now: Moment) -> Vec<MadeCall> {
        let service = change.resource_type.service();
        let places: Vec<Place> = self
            .places
            .get(service)
            .into_iter()
            .flatten()
            .filter(|place| {
                change
                    .region
                    .as_deref()
                    .is_none_or(|region| region == place.region)
            })
            .cloned()
            .collect();
        let mut calls = Calls {
            world,
            now,
            made: Vec::new(),
        };
        let mut held = false;
        for place in &places {
            for found in calls.find(place, change.resource_type) {
                if wildcard_matches(&change.name, &found.name) {
                    held |= !calls.act(place, change, &found);
                }
            }
        }
        let made = calls.made;
        if held {
            self.unfinished.push((change.clone(), now.after(RETRY_AFTER)));
        }
        made
    }
}

/// One visit to the console.
struct Calls<'world> {
    world: &'world mut World,
    now: Moment,
    made: Vec<MadeCall>,
}

impl Calls<'_> {
    /// Everything of this sort.
    fn find(&mut self, place: &Place, resource_type: &'static ResourceType) -> Vec<Found> {
        let owners: Vec<Map<String, Value>> = match resource_type.within {
            None => vec![Map::new()],
            Some((owner, members)) => {
                let Some(owner) = ResourceType::named(owner) else {
                    return Vec::new();
                };
                let owners = self.find(place, owner);
                owners.iter().map(|owner| parts(members, &owner.item)).collect()
            }
        };
        let mut found = Vec::new();
        for owner in owners {
            let mut input = owner.clone();
            for (name, value) in resource_type.list.1 {
                input.insert((*name).to_owned(), Value::from(*value));
            }
            for item in self.list(
                place,
                resource_type,
                resource_type.list.0,
                &input,
                resource_type.items.0,
            ) {
                let name = item.pointer(resource_type.items.1).and_then(Value::as_str);
                let name = name.unwrap_or_default();
                // A provider's list has nothing but ARNs: its name is the last part.
                let name = match name.rsplit_once(":saml-provider/") {
                    Some((_, name)) => name.to_owned(),
                    None => name.to_owned(),
                };
                let owner = owner.clone();
                found.push(Found { name, item, owner });
            }
        }
        found
    }

    /// Every page of a list; what cannot be read is empty.
    fn list(
        &mut self,
        place: &Place,
        resource_type: &ResourceType,
        operation: &'static str,
        input: &Map<String, Value>,
        items: &str,
    ) -> Vec<Value> {
        let mut all = Vec::new();
        let mut input = input.clone();
        for _ in 0..PAGES {
            let Ok(answer) = self.call(place, resource_type.service(), operation, &input) else {
                break;
            };
            all.extend(
                answer
                    .pointer(items)
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .cloned(),
            );
            let mut goes_on = false;
            for (answered, asked) in TOKENS {
                if let Some(token) = answer[answered].as_str().filter(|token| !token.is_empty()) {
                    input.insert(asked.to_owned(), Value::from(token));
                    goes_on = true;
                }
            }
            if !goes_on {
                break;
            }
        }
        all
    }

    /// Does it to one thing. Whether that is done with.
    fn act(&mut self, place: &Place, change: &ExternalChange, found: &Found) -> bool {
        let resource_type = change.resource_type;
        let mut key = found.owner.clone();
        key.extend(parts(resource_type.key, &found.item));
        match &change.action {
            Action::Change { operation, members } => {
                key.extend(members.clone());
                let result = self.call(place, resource_type.service(), operation, &key);
                self.note(place, resource_type, operation, result.err());
                true
            }
            Action::Delete => {
                for holder in resource_type.holders {
                    self.release(place, resource_type, holder, &found.item);
                }
                let mut refused = false;
                for operation in resource_type.removal {
                    let result = self.call(place, resource_type.service(), operation, &key);
                    refused = result.is_err();
                    self.note(place, resource_type, operation, result.err());
                }
                !refused
            }
        }
    }

    fn release(
        &mut self,
        place: &Place,
        resource_type: &ResourceType,
        holder: &'static Holder,
        item: &Value,
    ) {
        let (member, at) = holder.of;
        let mut of = Map::new();
        of.insert(member.to_owned(), item.pointer(at).cloned().unwrap_or_default());
        for held in self.list(place, resource_type, holder.list, &of, holder.items) {
            let mut input = of.clone();
            for (member, at) in holder.takes {
                input.insert(
                    (*member).to_owned(),
                    held.pointer(at).cloned().unwrap_or_default(),
                );
            }
            let result = self.call(place, resource_type.service(), holder.release, &input);
            self.note(place, resource_type, holder.release, result.err());
        }
    }

    /// Makes a call with those members that its input knows, past rates and faults.
    fn call(
        &mut self,
        place: &Place,
        service: &str,
        operation: &str,
        members: &Map<String, Value>,
    ) -> Result<Value, Fault> {
        let table = table::table(service).ok_or_else(|| Fault::not_implemented(service, operation))?;
        let mut input = members.clone();
        match input_of(table, operation) {
            Some((name, shape)) => {
                input.retain(|member, value| shape.members.contains_key(member) && !value.is_null());
                let broken = validate::check(table, name, &Value::Object(input.clone()));
                if !broken.is_empty() {
                    return Err(refusal::of_violations(service, &broken));
                }
            }
            None => input.clear(),
        }
        let account = &place.account;
        let call = Call {
            operation: operation.to_owned(),
            input: Value::Object(input),
            body: Bytes::new(),
            headers: Vec::new(),
            region: place.region.clone(),
            caller: Caller {
                account: account.clone(),
                arn: format!("arn:aws:iam::{account}:user/another-client"),
                access_key: Some("AKIAI44QH8DHBEXAMPLE".to_owned()),
                permissions: None,
            },
            now: self.now,
            base_url: None,
        };
        match service::all().iter().find(|one| one.name() == service) {
            Some(one) => one.call(self.world, &call).map(|answer| answer.output),
            None => Err(Fault::not_implemented(service, operation)),
        }
    }

    fn note(
        &mut self,
        place: &Place,
        resource_type: &ResourceType,
        operation: &'static str,
        fault: Option<Fault>,
    ) {
        let service = resource_type.service();
        let (status, code) = match fault {
            None => (200, None),
            Some(fault) => {
                let status = table::table(service).map_or(400, |table| refusal::status(table, &fault));
                (status, Some(fault.code))
            }
        };
        self.made.push(MadeCall {
            service,
            operation,
            region: place.region.clone(),
            status,
            code,
        });
    }
}

/// Members of a call, from where an item has them.
fn parts(members: &[(&str, MemberSource)], item: &Value) -> Map<String, Value> {
    let value = |part: MemberSource| match part {
        MemberSource::Item(at) => item.pointer(at).cloned().unwrap_or_default(),
        MemberSource::Fixed(text) => Value::from(text),
    };
    members
        .iter()
        .map(|(name, part)| ((*name).to_owned(), value(*part)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lock::lock;
    use crate::simulator::SimOptions;
    use crate::simulator::Simulator;
    use serde_json::json;

    const HERE: (&str, &str) = ("123456789012", "eu-west-2");

    /// A call of a client's, past the wire.
    fn client(
        simulator: &Simulator,
        service: &'static str,
        operation: &str,
        input: Value,
    ) -> Result<Value, Fault> {
        let place = Place {
            account: HERE.0.to_owned(),
            region: HERE.1.to_owned(),
        };
        lock(&simulator.other_client).seen(service, place.clone());
        simulator.with_world(|world, now| {
            let made = Vec::new();
            let members = input.as_object().cloned().unwrap_or_default();
            Calls { world, now, made }.call(&place, service, operation, &members)
        })
    }

    fn rule(simulator: &Simulator, rule: Value) {
        simulator.inject(serde_json::from_value(rule).expect("the documented form"));
    }

    /// What the other client did so far, with the codes of what was refused.
    fn others(simulator: &Simulator) -> Vec<String> {
        simulator.with_world(|_, _| ());
        let log = simulator.call_log();
        let told = log.iter().filter(|call| call.by.is_some());
        told.map(|call| match &call.code {
            Some(code) => format!("{}: {code}", call.operation),
            None => call.operation.clone(),
        })
        .collect()
    }

    fn fleet() -> Value {
        json!({
            "Name": "acme-agents", "InstanceType": "stream.standard.medium", "FleetType": "ON_DEMAND",
            "ImageName": "AppStream-WinServer2022-06-17-2024", "ComputeCapacity": { "DesiredInstances": 1 },
            "VpcConfig": { "SubnetIds": ["subnet-0a1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60719"] },
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_running_fleet_is_taken_down_as_fast_as_aws_allows() {
        let simulator = Simulator::new(SimOptions::default());
        let call = |operation: &str, input| client(&simulator, "appstream", operation, input);
        call("CreateFleet", fleet()).expect("a fleet");
        call("CreateStack", json!({ "Name": "acme-agents" })).expect("a stack");
        call(
            "AssociateFleet",
            json!({ "FleetName": "acme-agents", "StackName": "acme-agents" }),
        )
        .expect("linked");
        call("StartFleet", json!({ "Name": "acme-agents" })).expect("started");
        simulator.skip(Duration::from_secs(1_200));
        rule(
            &simulator,
            json!({ "kind": "delete", "resource": "appstream.fleet", "name": "acme-*", "seconds": 5 }),
        );
        assert!(others(&simulator).is_empty());
        simulator.skip(Duration::from_secs(5));
        let begun = others(&simulator);
        assert_eq!(
            begun,
            [
                "DisassociateFleet",
                "StopFleet",
                "DeleteFleet: ResourceInUseException"
            ]
        );
        // It waits before it tries again.
        simulator.skip(Duration::from_secs(29));
        assert_eq!(others(&simulator), begun);
        simulator.skip(Duration::from_secs(300));
        assert_eq!(others(&simulator).last().map(String::as_str), Some("DeleteFleet"));
        let left = call("DescribeFleets", json!({})).expect("a list");
        assert_eq!(left["Fleets"], json!([]));
        assert_eq!(
            call("DescribeStacks", json!({})).expect("a list")["Stacks"][0]["Name"],
            "acme-agents"
        );
        let done = others(&simulator).len();
        simulator.skip(Duration::from_secs(3_600));
        assert_eq!(others(&simulator).len(), done);
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_goes_through_aws_s_checks() {
        let simulator = Simulator::new(SimOptions::default());
        let call = |operation: &str, input| client(&simulator, "appstream", operation, input);
        call("CreateFleet", fleet()).expect("a fleet");
        let change = |members: Value| {
            rule(
                &simulator,
                json!({ "kind": "change", "resource": "appstream.fleet", "members": members, "seconds": 0 }),
            );
        };
        change(json!({ "DisplayName": "Others'" }));
        change(json!({ "ImageName": "there-is-no-such-image" }));
        let told = others(&simulator);
        assert_eq!(told.len(), 2, "{told:?}");
        assert_eq!(told[0], "UpdateFleet");
        assert!(told[1].starts_with("UpdateFleet: Resource"), "{told:?}");
        let fleets = call("DescribeFleets", json!({})).expect("a list");
        assert_eq!(fleets["Fleets"][0]["DisplayName"], "Others'");
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_in_something_is_found_there_and_what_hangs_on_it_is_let_go() {
        let simulator = Simulator::new(SimOptions::default());
        let connect = |operation: &str, input| client(&simulator, "connect", operation, input);
        let made = connect(
            "CreateInstance",
            json!({
                "IdentityManagementType": "SAML", "InstanceAlias": "acme",
                "InboundCallsEnabled": true, "OutboundCallsEnabled": false,
            }),
        );
        let id = made.expect("an instance")["Id"].clone();
        simulator.skip(Duration::from_secs(300));
        let origin = json!({ "InstanceId": id, "Origin": "https://example.com" });
        connect("AssociateApprovedOrigin", origin).expect("an origin");
        let iam = |operation: &str, input| client(&simulator, "iam", operation, input);
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"appstream.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        iam(
            "CreateRole",
            json!({ "RoleName": "desk", "AssumeRolePolicyDocument": trust }),
        )
        .expect("a role");
        let inline = json!({ "RoleName": "desk", "PolicyName": "p", "PolicyDocument":
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"# });
        iam("PutRolePolicy", inline).expect("a policy");
        for (resource, name) in [("connect.approved-origin", "https://*"), ("iam.role", "desk")] {
            rule(
                &simulator,
                json!({ "kind": "delete", "resource": resource, "name": name, "seconds": 0 }),
            );
        }
        assert_eq!(
            others(&simulator),
            ["DisassociateApprovedOrigin", "DeleteRolePolicy", "DeleteRole"]
        );
        let left = connect("ListApprovedOrigins", json!({ "InstanceId": id })).expect("a list");
        assert_eq!(left["Origins"], json!([]));
    }
}
