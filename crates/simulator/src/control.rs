//! The control plane under `/_sim/`: what a test or a user does to the simulator itself.

use std::time::Duration;

use serde_json::{Value, json};

use super::lock::lock;
use super::service::Fault;
use super::simulator::{Simulator, models_version};
use super::wire::message::Message;
use super::wire::rest::Written;
use super::{console, fault, operator};

/// The longest jump of the clock that one request may ask for: a hundred years.
const LONGEST_JUMP: f64 = 3.2e9;

impl Simulator {
    /// Answers a request of the control plane with JSON.
    pub(super) fn control(&self, message: &Message, base_url: Option<&str>) -> Written {
        match self.act(message, base_url) {
            Ok(value) => written(200, &value),
            Err(fault) => {
                let mut body = json!({ "code": fault.code, "message": fault.message });
                if !fault.members.is_null() {
                    body["members"] = fault.members.clone();
                }
                written(fault.status.unwrap_or(400), &body)
            }
        }
    }

    fn act(&self, message: &Message, base_url: Option<&str>) -> Result<Value, Fault> {
        let input: Value = if message.body.is_empty() {
            json!({})
        } else {
            serde_json::from_slice(&message.body).map_err(|error| Fault::new("NotJson", error.to_string()))?
        };
        let path = message.path.strip_prefix("/_sim/").unwrap_or_default();
        match (message.method.as_str(), path) {
            ("GET", "hello") => Ok(json!({
                "name": "headset-sim",
                "version": env!("CARGO_PKG_VERSION"),
                "models": format!("botocore {}", models_version()),
                "clock": self.now().epoch_seconds(),
                "speed": self.options.speed,
                "operator": self.operator(),
                "throttle": lock(&self.throttle).on,
            })),
            ("GET", "clock") => Ok(json!({ "clock": self.now().epoch_seconds() })),
            ("POST", "clock") => {
                let seconds = input["skip_seconds"]
                    .as_f64()
                    .filter(|seconds| (0.0..=LONGEST_JUMP).contains(seconds))
                    .ok_or_else(|| {
                        Fault::new(
                            "InvalidClock",
                            "skip_seconds must be a number that is not negative",
                        )
                    })?;
                self.skip(Duration::from_secs_f64(seconds));
                Ok(json!({ "clock": self.now().epoch_seconds() }))
            }
            ("GET", "faults") => Ok(json!({ "rules": lock(&self.faults).rules().collect::<Vec<_>>() })),
            ("POST", "faults") => {
                let rules = fault::read(&input).map_err(|mistakes| Fault::new("InvalidRule", mistakes))?;
                let added = rules.len();
                rules.into_iter().for_each(|rule| self.inject(rule));
                Ok(json!({ "added": added }))
            }
            ("DELETE", "faults") => {
                self.clear_faults();
                Ok(json!({}))
            }
            ("GET", "throttle") => Ok(lock(&self.throttle).view()),
            ("POST", "throttle") => {
                let on = input["on"]
                    .as_bool()
                    .ok_or_else(|| Fault::new("InvalidThrottle", "on must be true or false"))?;
                let mut throttle = lock(&self.throttle);
                throttle.refill();
                throttle.on = on;
                Ok(json!({ "on": on }))
            }
            ("GET", "calls") => Ok(json!({ "calls": self.call_log() })),
            ("POST", "reset") => {
                self.reset();
                Ok(json!({}))
            }
            ("GET", "snapshot") => Ok(self.snapshot()),
            ("PUT", "snapshot") => {
                self.restore(&input)
                    .map_err(|reason| Fault::new("InvalidSnapshot", reason))?;
                Ok(json!({}))
            }
            ("POST", "operator") if !self.operator() => Err(Fault::new(
                "OperatorOff",
                "this simulator runs without an operator who reads worksheets",
            )
            .with_status(409)),
            ("POST", "operator") => {
                let worksheet = input["worksheet"]
                    .as_str()
                    .ok_or_else(|| Fault::new("NoWorksheet", "worksheet must be Markdown text"))?;
                self.with_world(|world, now| operator::read_and_act(world, worksheet, base_url, now))
                    .map(|answers| json!({ "answers": answers }))
                    .map_err(|reason| Fault::new("OperatorStuck", reason).with_status(422))
            }
            ("POST", path) if path.starts_with("console/") => {
                let action = path.strip_prefix("console/").unwrap_or_default();
                self.with_world(|world, now| console::act(world, action, &input, now))
            }
            _ => {
                let text = format!("the simulator has no {} /_sim/{path}", message.method);
                Err(Fault::new("NotFound", text).with_status(404))
            }
        }
    }
}

fn written(status: u16, body: &Value) -> Written {
    Written {
        status,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_string().into(),
    }
}
