//! Scaling as its callers see it: bounds, policies, schedules, and fleets that follow.

mod capacity;
mod policies;
mod registration;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::clock::Moment;
use crate::service::{Call, Caller, Fault, all, appstream};
use crate::world::{Settings, World};

/// Wednesday, 1 July 2026, 06:00 UTC.
const START: u64 = 1_782_885_600_000;

struct Lab {
    world: World,
    now: Moment,
}

impl Lab {
    fn new() -> Lab {
        Lab::quirky(None)
    }

    /// A world in which this quirk alone (of those named `auto-scaling.*`) is on.
    fn quirky(name: Option<&str>) -> Lab {
        let quirks = [
            "auto-scaling.eventual",
            "auto-scaling.role-propagates",
            "auto-scaling.past-schedule-refused",
            "auto-scaling.policy-needs-role",
            "auto-scaling.target-goes-with-fleet",
        ];
        let world = |quirks| {
            let settings = Settings {
                quirks,
                ..Settings::default()
            };
            World::new(settings, Moment(START))
        };
        let fits = |seed: &u64| {
            let world = world(*seed);
            quirks
                .iter()
                .all(|quirk| world.quirk(quirk) == (Some(*quirk) == name))
                && !world.quirk("appstream.no-stop-when-stopped")
                && !world.quirk("appstream.busy-after-change")
                && !world.quirk("pages.empty")
                && !world.quirk("lists.unordered")
        };
        let seed = (0..10_000).find(fits).expect("one of ten thousand seeds");
        Lab {
            world: world(seed),
            now: Moment(START),
        }
    }

    fn minutes(&mut self, minutes: u64) {
        self.now = Moment(self.now.0 + minutes * 60_000);
    }

    fn tick(&mut self) {
        for service in all() {
            service.tick(&mut self.world, self.now);
        }
    }

    fn call(&mut self, service: &str, operation: &str, input: Value) -> Result<Value, Fault> {
        self.tick();
        let call = Call {
            operation: operation.to_owned(),
            input,
            body: Bytes::new(),
            headers: Vec::new(),
            region: "eu-west-1".to_owned(),
            caller: Caller {
                account: "123456789012".to_owned(),
                arn: "arn:aws:iam::123456789012:user/engineer".to_owned(),
                access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
                permissions: None,
            },
            now: self.now,
            base_url: None,
        };
        let service = all().iter().find(|it| it.name() == service).expect("a service");
        service.call(&mut self.world, &call).map(|answer| answer.output)
    }

    fn stream(&mut self, operation: &str, input: Value) -> Value {
        self.call("appstream", operation, input).expect(operation)
    }

    /// A call about the fleet `agents`.
    fn scale(&mut self, operation: &str, members: Value) -> Result<Value, Fault> {
        let mut input = json!({
            "ServiceNamespace": "appstream", "ResourceId": "fleet/agents",
            "ScalableDimension": "appstream:fleet:DesiredCapacity",
        });
        for (name, value) in members.as_object().expect("an object") {
            input[name] = value.clone();
        }
        self.call("application-autoscaling", operation, input)
    }

    fn ok(&mut self, operation: &str, members: Value) -> Value {
        self.scale(operation, members).expect(operation)
    }

    fn code(&mut self, operation: &str, members: Value) -> String {
        match self.scale(operation, members) {
            Ok(output) => panic!("{operation} answered {output}"),
            Err(fault) => fault.code,
        }
    }

    fn described(&mut self, operation: &str, member: &str) -> Value {
        self.call(
            "application-autoscaling",
            operation,
            json!({ "ServiceNamespace": "appstream" }),
        )
        .expect(operation)[member]
            .clone()
    }

    fn fleet(&mut self, members: Value) {
        let mut input = json!({
            "Name": "agents", "InstanceType": "stream.standard.medium",
            "ImageName": "AppStream-WinServer2022-05-12-2026", "ComputeCapacity": { "DesiredInstances": 1 },
        });
        for (name, value) in members.as_object().expect("an object") {
            input[name] = value.clone();
        }
        self.stream("CreateFleet", input);
        self.stream("CreateStack", json!({ "Name": "agents" }));
        self.stream(
            "AssociateFleet",
            json!({ "FleetName": "agents", "StackName": "agents" }),
        );
    }

    fn running(&mut self, members: Value) {
        self.fleet(members);
        self.stream("StartFleet", json!({ "Name": "agents" }));
        self.minutes(30);
    }

    fn capacity(&mut self) -> Value {
        self.stream("DescribeFleets", json!({ "Names": ["agents"] }))["Fleets"][0]["ComputeCapacityStatus"]
            .clone()
    }

    fn desired(&mut self) -> u64 {
        self.capacity()["Desired"].as_u64().expect("a number")
    }

    fn agents(&mut self, count: usize) -> Vec<Value> {
        self.tick();
        (0..count)
            .map(|number| {
                let agent = json!({
                    "fleet": "agents", "stack": "agents", "user": format!("agent{number}@example.com"),
                });
                appstream::console(&mut self.world, &["sessions", "open"], &agent, self.now)
                    .expect("an instance to spare")["id"]
                    .clone()
            })
            .collect()
    }

    fn track(&mut self, further: Value) -> Value {
        let mut configuration = json!({
            "TargetValue": 50.0,
            "PredefinedMetricSpecification": { "PredefinedMetricType": "AppStreamAverageCapacityUtilization" },
        });
        for (name, value) in further.as_object().expect("an object") {
            configuration[name] = value.clone();
        }
        self.ok(
            "PutScalingPolicy",
            json!({
                "PolicyName": "use", "PolicyType": "TargetTrackingScaling",
                "TargetTrackingScalingPolicyConfiguration": configuration,
            }),
        )
    }
}
