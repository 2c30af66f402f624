//! S3 by its own calls.

mod access;
mod account;
mod bucket;
mod cors;
mod form;
mod object;
mod parts;
mod policy;

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::*;
use crate::service::{Answer, Caller, Service};

const START: Moment = Moment(1_790_000_000_000);
const ACCOUNT: &str = "123456789012";
const OTHER: &str = "111122223333";

fn world() -> World {
    World::new(Settings::default(), START)
}

/// One call, as the deployer in eu-west-2 unless changed.
struct Ask {
    call: Call,
}

fn ask(operation: &str, input: Value) -> Ask {
    Ask {
        call: Call {
            operation: operation.into(),
            input,
            body: Bytes::new(),
            headers: Vec::new(),
            region: "eu-west-2".into(),
            caller: Caller {
                account: ACCOUNT.into(),
                arn: format!("arn:aws:iam::{ACCOUNT}:user/deployer"),
                access_key: Some("AKIAEXAMPLE".into()),
                permissions: None,
            },
            now: START,
            base_url: None,
        },
    }
}

impl Ask {
    fn body(mut self, body: &str) -> Ask {
        self.call.body = Bytes::from(body.to_owned());
        self
    }
    fn anonymous(mut self) -> Ask {
        self.call.caller = Caller {
            account: String::new(),
            arn: String::new(),
            access_key: None,
            permissions: None,
        };
        self
    }
    fn account(mut self, account: &str) -> Ask {
        self.call.caller.account = account.into();
        self.call.caller.arn = format!("arn:aws:iam::{account}:user/someone");
        self
    }
    fn region(mut self, region: &str) -> Ask {
        self.call.region = region.into();
        self
    }
    fn header(mut self, name: &str, value: &str) -> Ask {
        self.call.headers.push((name.into(), value.into()));
        self
    }
    fn after(mut self, seconds: u64) -> Ask {
        self.call.now = START.after(Duration::from_secs(seconds));
        self
    }
    fn run(self, world: &mut World) -> Result<Answer, Fault> {
        S3.call(world, &self.call)
    }
    fn ok(self, world: &mut World) -> Value {
        self.run(world).unwrap().output
    }
    /// Code and status of the error.
    fn error(self, world: &mut World) -> (String, u16) {
        let fault = self.run(world).unwrap_err();
        (fault.code, fault.status.unwrap_or(0))
    }
}

fn error(code: &str, status: u16) -> (String, u16) {
    (code.to_owned(), status)
}

fn with_bucket() -> World {
    let mut w = world();
    let input =
        json!({ "Bucket": "pages", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } });
    ask("CreateBucket", input).ok(&mut w);
    w
}

fn on(operation: &str) -> Ask {
    ask(operation, json!({ "Bucket": "pages" }))
}

fn with(operation: &str, more: Value) -> Ask {
    let mut input = json!({ "Bucket": "pages" });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    ask(operation, input)
}

fn put(w: &mut World, key: &str, body: &str) -> Value {
    with("PutObject", json!({ "Key": key })).body(body).ok(w)
}

fn open_policy(w: &mut World, statements: Value) {
    let off = json!({ "PublicAccessBlockConfiguration": {} });
    with("PutPublicAccessBlock", off).ok(w);
    let policy = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    with("PutBucketPolicy", json!({ "Policy": policy })).ok(w);
}

fn public_read() -> Value {
    json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::pages/*" })
}
