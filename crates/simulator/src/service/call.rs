//! What every service is given and what it answers.

use crate::answer::{Answer, Fault};
use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::clock::Moment;
use crate::policy::Permissions;
use crate::world::World;

/// Who calls, as the SigV4 credential scope and the access key say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The twelve-digit account that the access key belongs to.
    pub account: String,
    /// What `sts:GetCallerIdentity` answers.
    pub arn: String,
    /// The access key id; `None` for an unsigned (anonymous) request.
    pub access_key: Option<String>,
    /// What the policies of this cloud let it do; `None`: none speak for it, and it may do everything.
    pub permissions: Option<Arc<Permissions>>,
}

/// One decoded call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
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
    pub(crate) fn text(&self, member: &str) -> Option<&str> {
        self.input.get(member).and_then(Value::as_str)
    }
}

/// What carries out the calls of one operation.
pub(crate) type Handler = fn(&mut World, &Call) -> Result<Answer, Fault>;

/// One operation: AWS's name of it and its handler.
pub(crate) type Operation = (&'static str, Handler);

/// One service of the simulator.
///
/// Services are stateless values; what they remember is in the [`World`], so that one service can look at
/// another's (AppStream checks the IAM role it is given) and so that a snapshot is one value.
pub(crate) trait Service: Send + Sync {
    /// botocore's name of the service (`appstream`, `sso-admin`, `ssm`, ...).
    fn name(&self) -> &'static str;
    /// Every operation that the service has; all others answer 501.
    fn table(&self) -> &'static [Operation];
    /// Lets whatever is due by `now` happen: pending fleets start, snapshots finish, deleted things go.
    /// Called for every service before each call.
    fn tick(&self, _world: &mut World, _now: Moment) {}
    /// What a call of this operation changes alone, by the labels of its path, and the answer to another call that changes
    /// the same thing while the first one is under way.
    fn exclusive(&self, _operation: &str, _labels: &BTreeMap<String, String>) -> Option<(String, Fault)> {
        None
    }
    /// Carries out one call by the handler of its operation. Checks that all operations of a service have in common stand
    /// here.
    fn carry_out(&self, world: &mut World, call: &Call, handler: Handler) -> Result<Answer, Fault> {
        handler(world, call)
    }
    /// The names in the table.
    #[cfg(test)]
    fn operations(&self) -> Vec<&'static str> {
        self.table().iter().map(|(name, _)| *name).collect()
    }
    /// The handler of this operation, if the service has it.
    fn handler(&self, operation: &str) -> Option<Handler> {
        let row = self.table().iter().find(|(name, _)| *name == operation);
        row.map(|(_, handler)| *handler)
    }
    /// Answers one call.
    fn call(&self, world: &mut World, call: &Call) -> Result<Answer, Fault> {
        match self.handler(&call.operation) {
            Some(handler) => self.carry_out(world, call, handler),
            None => Err(Fault::not_implemented(self.name(), &call.operation)),
        }
    }
}
