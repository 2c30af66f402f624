//! What Connect is known to do, trap by trap.

mod contents;
mod federation;
mod flows;
mod instances;
mod numbers;
mod users;

use std::time::Duration;

use super::*;
use crate::service::{Caller, Service};
use crate::world::Settings;
use serde_json::{Value, json};

const START: Moment = Moment(1_750_000_000_000);
const REGION: &str = "eu-west-2";

/// A world, a clock and a way to call.
struct Bench {
    world: World,
    now: Moment,
}

impl Bench {
    fn with(quirks: u64) -> Bench {
        let settings = Settings {
            quirks,
            ..Settings::default()
        };
        Bench {
            world: World::new(settings, START),
            now: START,
        }
    }

    fn new() -> Bench {
        Bench::with(0)
    }

    /// The smallest seed with which the quirk is on.
    fn with_quirk(name: &str) -> Bench {
        let seed = (1..).find(|seed| {
            let mut world = World::default();
            world.settings.quirks = *seed;
            world.quirk(name) && !world.quirk("pages.empty") && !world.quirk("lists.unordered")
        });
        Bench::with(seed.unwrap())
    }

    fn pass(&mut self, seconds: u64) {
        self.now = self.now.after(Duration::from_secs(seconds));
        Connect.tick(&mut self.world, self.now);
    }

    fn call_in(&mut self, region: &str, operation: &str, input: Value) -> Result<Value, Fault> {
        assert!(
            Connect.operations().contains(&operation),
            "{operation} is not declared"
        );
        let call = Call {
            operation: operation.to_owned(),
            input,
            body: Default::default(),
            headers: Vec::new(),
            region: region.to_owned(),
            caller: Caller {
                account: "123456789012".to_owned(),
                arn: "arn:aws:iam::123456789012:user/tester".to_owned(),
                access_key: None,
                permissions: None,
            },
            now: self.now,
            base_url: None,
        };
        Connect.tick(&mut self.world, self.now);
        Connect.call(&mut self.world, &call).map(|answer| answer.output)
    }

    fn call(&mut self, operation: &str, input: Value) -> Result<Value, Fault> {
        self.call_in(REGION, operation, input)
    }

    fn done(&mut self, operation: &str, input: Value) -> Value {
        self.call(operation, input)
            .unwrap_or_else(|fault| panic!("{operation}: {fault:?}"))
    }

    /// Every page of a list.
    fn all(&mut self, operation: &str, mut input: Value, member: &str) -> Vec<Value> {
        let mut items = Vec::new();
        loop {
            let page = self.done(operation, input.clone());
            items.extend(page[member].as_array().unwrap().iter().cloned());
            match page.get("NextToken") {
                Some(token) => input["NextToken"] = token.clone(),
                None => return items,
            }
        }
    }

    fn refused(&mut self, operation: &str, input: Value) -> String {
        self.call(operation, input).unwrap_err().code
    }

    fn instance(&mut self, alias: &str, identity: &str) -> String {
        let made = self.done("CreateInstance", instance_input(alias, identity));
        self.pass(180);
        made["Id"].as_str().unwrap().to_owned()
    }

    fn saml(&mut self) -> String {
        self.instance("acme-support", "SAML")
    }

    /// Id of a built-in thing by List operation, list member and name.
    fn id(&mut self, instance: &str, operation: &str, member: &str, name: &str) -> String {
        let listed = self.done(operation, json!({ "InstanceId": instance }));
        let items = listed[member].as_array().unwrap();
        let found = items.iter().find(|item| item["Name"] == name);
        found.unwrap()["Id"].as_str().unwrap().to_owned()
    }

    fn agent_profile(&mut self, instance: &str) -> String {
        self.id(
            instance,
            "ListSecurityProfiles",
            "SecurityProfileSummaryList",
            "Agent",
        )
    }

    fn basic_routing(&mut self, instance: &str) -> String {
        self.id(
            instance,
            "ListRoutingProfiles",
            "RoutingProfileSummaryList",
            "Basic Routing Profile",
        )
    }

    fn user_input(&mut self, instance: &str, name: &str) -> Value {
        json!({
            "InstanceId": instance,
            "Username": name,
            "IdentityInfo": { "FirstName": "Agent", "LastName": "One" },
            "PhoneConfig": { "PhoneType": "SOFT_PHONE", "AutoAccept": true, "AfterContactWorkTimeLimit": 30 },
            "SecurityProfileIds": [self.agent_profile(instance)],
            "RoutingProfileId": self.basic_routing(instance),
        })
    }

    fn user(&mut self, instance: &str, name: &str) -> String {
        let input = self.user_input(instance, name);
        self.done("CreateUser", input)["UserId"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

fn instance_input(alias: &str, identity: &str) -> Value {
    json!({
        "IdentityManagementType": identity,
        "InstanceAlias": alias,
        "InboundCallsEnabled": true,
        "OutboundCallsEnabled": false,
    })
}
