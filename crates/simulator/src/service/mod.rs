//! The services: what AWS's control planes remember and how they change.
//!
//! A service sees decoded, already validated calls (the wire layer checked required members, types,
//! lengths, ranges, patterns and enums against the table generated from AWS's models) and answers with
//! members by AWS's names. It never sees bytes, XML or CBOR, except for S3 object bodies.

pub mod appstream;
pub mod auto_scaling;
pub mod connect;
pub mod iam;
pub mod identity_store;
mod page;
pub mod parameter_store;
pub mod s3;
pub mod secrets_manager;
pub mod sso_admin;
pub mod sts;

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

use super::clock::Moment;
use super::world::World;

/// Who calls, as the SigV4 credential scope and the access key say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The twelve-digit account that the access key belongs to.
    pub account: String,
    /// What `sts:GetCallerIdentity` answers.
    pub arn: String,
    /// The access key id; `None` for an unsigned (anonymous) request.
    pub access_key: Option<String>,
}

/// One decoded call.
#[derive(Clone, Debug)]
pub struct Call {
    /// The operation by AWS's name, such as `CreateFleet`.
    pub operation: String,
    /// The input structure as JSON: members by their names in AWS's model, blobs in base64, timestamps as
    /// seconds since the epoch. Always an object.
    pub input: Value,
    /// The streamed payload (`PutObject`), already freed from aws-chunked framing.
    pub body: Bytes,
    /// Remaining request headers in lower case that a service may need (S3: `host`, `x-amz-meta-*`, ...).
    pub headers: Vec<(String, String)>,
    /// The region of the credential scope.
    pub region: String,
    /// Who calls.
    pub caller: Caller,
    /// The simulated time of the call.
    pub now: Moment,
    /// Where the simulator itself can be reached, such as `http://127.0.0.1:4566`; `None` in process.
    /// URLs that AWS would hand out on its own hosts are built on this when it is set.
    pub base_url: Option<String>,
}

impl Call {
    /// A string member of the input, if it is there.
    pub fn text(&self, member: &str) -> Option<&str> {
        self.input.get(member).and_then(Value::as_str)
    }
}

/// What a service answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The output structure, members by AWS's names (same conventions as [`Call::input`]). Members that
    /// the model binds to headers (S3's `ETag`, `ContentType`, ...) are given here too; the codec moves them.
    pub output: Value,
    /// The streamed payload (`GetObject`).
    pub body: Option<Bytes>,
    /// The HTTP status when it differs from the model's.
    pub status: Option<u16>,
}

impl Answer {
    /// An answer with this output structure.
    pub fn of(output: Value) -> Answer {
        Answer {
            output,
            body: None,
            status: None,
        }
    }

    /// The same answer with an HTTP status that differs from the model's.
    pub fn with_status(mut self, status: u16) -> Answer {
        self.status = Some(status);
        self
    }

    /// An answer without members.
    pub fn empty() -> Answer {
        Answer::of(Value::Object(serde_json::Map::new()))
    }
}

/// An error as AWS would answer it. The codec looks up the HTTP status in the model by the code;
/// `status` is only for codes that no model declares.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// AWS's error code on the wire, such as `ResourceNotFoundException` or `NoSuchEntity`.
    pub code: String,
    /// The message. Its wording is a guess: nobody may depend on it.
    pub message: String,
    /// The HTTP status where the model has none.
    pub status: Option<u16>,
    /// Further members of the error structure (`BucketRegion`, `Reason`, ...). For S3 also headers: names that begin with
    /// `x-amz-`, and `header:` and the name of any other.
    pub members: Value,
}

impl Fault {
    /// A fault with a code that AWS's model declares for the operation.
    pub fn new(code: &str, message: impl Into<String>) -> Fault {
        Fault {
            code: code.to_owned(),
            message: message.into(),
            status: None,
            members: Value::Null,
        }
    }

    /// The same fault with an explicit HTTP status.
    pub fn with_status(mut self, status: u16) -> Fault {
        self.status = Some(status);
        self
    }

    /// The answer to an operation that the simulator does not have: HTTP 501, by name.
    pub fn not_implemented(service: &str, operation: &str) -> Fault {
        Fault::new(
            "NotImplemented",
            format!("the simulator does not implement {service}:{operation}"),
        )
        .with_status(501)
    }
}

/// One service of the simulator.
///
/// Services are stateless values; what they remember is in the [`World`], so that one service can look at
/// another's (AppStream checks the IAM role it is given) and so that a snapshot is one value.
pub trait Service: Send + Sync {
    /// botocore's name of the service (`appstream`, `sso-admin`, `ssm`, ...).
    fn name(&self) -> &'static str;
    /// Every operation that [`Service::call`] implements; all others answer 501.
    fn operations(&self) -> &'static [&'static str];
    /// Lets whatever is due by `now` happen: pending fleets start, snapshots finish, deleted things go.
    /// Called for every service before each call.
    fn tick(&self, world: &mut World, now: Moment);
    /// What a call of this operation changes alone, by the labels of its path, and the answer to another call that changes
    /// the same thing while the first one is under way.
    fn exclusive(&self, _operation: &str, _labels: &BTreeMap<String, String>) -> Option<(String, Fault)> {
        None
    }
    /// Carries out one call.
    fn call(&self, world: &mut World, call: &Call) -> Result<Answer, Fault>;
}

/// Every service of the simulator, in the order in which time passes for them: scaling moves AppStream along itself.
pub fn all() -> &'static [&'static dyn Service] {
    &[
        &auto_scaling::AutoScaling,
        &appstream::AppStream,
        &connect::Connect,
        &iam::Iam,
        &sts::Sts,
        &s3::S3,
        &sso_admin::SsoAdmin,
        &identity_store::IdentityStore,
        &secrets_manager::SecretsManager,
        &parameter_store::ParameterStore,
    ]
}
