//! What the tests of this service share: a world, moments, and calls by name.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{AppStream, console};
use crate::clock::Moment;
use crate::service::{Answer, Call, Caller, Fault, Service};
use crate::world::{Settings, World};

/// A world whose time the test moves.
pub(super) struct Lab {
    pub(super) world: World,
    pub(super) now: Moment,
    pub(super) account: String,
    pub(super) region: String,
}

impl Lab {
    /// A world as AWS would hand it over.
    pub(super) fn new() -> Lab {
        Lab::with(Settings::default())
    }

    /// A world with settings.
    pub(super) fn with(settings: Settings) -> Lab {
        let now = Moment(1_793_500_000_000);
        Lab {
            account: settings.account.clone(),
            world: World::new(settings, now),
            now,
            region: "eu-west-1".to_owned(),
        }
    }

    /// A world in which this quirk is on, found by trying seeds.
    pub(super) fn quirky(name: &str, others_plain: &[&str]) -> Lab {
        let seed = (1..10_000)
            .find(|seed| {
                let world = World {
                    settings: Settings {
                        quirks: *seed,
                        ..Settings::default()
                    },
                    ..World::default()
                };
                world.quirk(name) && others_plain.iter().all(|other| !world.quirk(other))
            })
            .expect("one of ten thousand seeds has the quirk on");
        Lab::with(Settings {
            quirks: seed,
            ..Settings::default()
        })
    }

    /// Lets time pass.
    pub(super) fn wait(&mut self, minutes: u64) {
        self.seconds(minutes * 60);
    }

    /// Lets a little time pass.
    pub(super) fn seconds(&mut self, seconds: u64) {
        self.now = Moment(self.now.0 + seconds * 1000);
    }

    /// Calls an operation.
    pub(super) fn call(&mut self, operation: &str, input: Value) -> Result<Value, Fault> {
        let call = Call {
            operation: operation.to_owned(),
            input,
            body: Bytes::new(),
            headers: Vec::new(),
            region: self.region.clone(),
            caller: Caller {
                account: self.account.clone(),
                arn: format!("arn:aws:iam::{}:user/engineer", self.account),
                access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
                permissions: None,
            },
            now: self.now,
            base_url: None,
        };
        AppStream.tick(&mut self.world, self.now);
        AppStream
            .call(&mut self.world, &call)
            .map(|Answer { output, .. }| output)
    }

    /// Calls an operation that has to work.
    pub(super) fn ok(&mut self, operation: &str, input: Value) -> Value {
        match self.call(operation, input) {
            Ok(output) => output,
            Err(fault) => panic!("{operation}: {} {}", fault.code, fault.message),
        }
    }

    /// Calls an operation that has to fail, and tells its code.
    pub(super) fn code(&mut self, operation: &str, input: Value) -> String {
        match self.call(operation, input) {
            Ok(output) => panic!("{operation} answered {output}"),
            Err(fault) => fault.code,
        }
    }

    /// Does what a person does in the console.
    pub(super) fn console(&mut self, path: &[&str], input: Value) -> Result<Value, Fault> {
        console(&mut self.world, path, &input, self.now)
    }

    /// A fleet named `agents` with these further members.
    pub(super) fn fleet(&mut self, members: Value) -> Value {
        let mut input = json!({
            "Name": "agents", "InstanceType": "stream.standard.medium",
            "ImageName": "AppStream-WinServer2022-05-12-2026", "ComputeCapacity": { "DesiredInstances": 2 },
        });
        for (name, value) in members.as_object().expect("members are an object") {
            input[name] = value.clone();
        }
        input
    }

    /// The fleet `agents` as it is described.
    pub(super) fn agents(&mut self) -> Value {
        self.ok("DescribeFleets", json!({ "Names": ["agents"] }))["Fleets"][0].clone()
    }

    /// A running fleet that serves the stack `agents`, with its capacity.
    pub(super) fn running(&mut self) {
        let fleet = self.fleet(json!({}));
        self.ok("CreateFleet", fleet);
        self.ok("CreateStack", json!({ "Name": "agents" }));
        self.ok(
            "AssociateFleet",
            json!({ "FleetName": "agents", "StackName": "agents" }),
        );
        self.ok("StartFleet", json!({ "Name": "agents" }));
        self.wait(20);
    }
}
