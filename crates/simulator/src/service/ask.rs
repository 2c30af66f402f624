//! What services ask of each other.
//!
//! No service uses another's modules. The one that is asked implements a trait here for the whole world, and the one that
//! asks knows the trait only. So services form no circles, and here stands all that one can learn of another.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Call, Fault};
use crate::clock::Moment;
use crate::policy::Request;
use crate::world::iam::{Provider, Role, User, WebProvider};
use crate::world::s3::Payload;
use crate::world::tags::Tags;

/// IAM, asked by all who are given a role, read a policy or check a caller.
pub(crate) trait Identities {
    /// Whether a role with this ARN (path included) exists, visible to other services or not.
    fn role_exists(&self, arn: &str) -> bool;
    /// Whether other services can use the role with this ARN by now: it exists, and has reached them.
    fn role_usable(&self, arn: &str, now: Moment) -> bool;
    /// The role with this ARN (path included).
    fn role(&self, arn: &str) -> Option<&Role>;
    /// The role of this name.
    fn role_named(&self, account: &str, name: &str) -> Option<&Role>;
    /// The role's trust policy as it holds by now.
    fn trust_policy(&self, role: &Role) -> String;
    /// The user of this name.
    fn user_named(&self, account: &str, name: &str) -> Option<&User>;
    /// The SAML provider with this ARN.
    fn saml_provider(&self, arn: &str) -> Option<&Provider>;
    /// The account's web identity provider for this issuer.
    fn web_provider(&self, account: &str, issuer: &str) -> Option<&WebProvider>;
    /// Whether the policies of the role, user or group with this ARN allow a request. They do not where there is no such.
    fn allows(&self, holder: &str, request: &Request) -> bool;
    /// Whether an AWS principal in a resource or trust policy names someone who can be resolved by now.
    fn names_principal(&self, name: &str, now: Moment) -> bool;
    /// The unique ids of the roles and users that a policy names, by ARN.
    fn principal_ids(&self, document: &str) -> BTreeMap<String, String>;
    /// The unique id that stands for `arn` in a policy once its principal was deleted or made anew.
    fn principal_replaced(&self, ids: &BTreeMap<String, String>, arn: &str) -> Option<String>;
    /// Makes the role that a service makes for itself, unless it is there. Returns its ARN; `None` for a service that has no
    /// such role here.
    fn ensure_service_role(
        &mut self,
        account: &str,
        service: &str,
        suffix: Option<&str>,
        now: Moment,
    ) -> Option<String>;
    /// Takes away the role that a service made for itself, when the service has no use for it any more.
    fn release_service_role(&mut self, account: &str, arn: &str);
}

/// STS, asked by IAM.
pub(super) trait Sessions {
    /// Whether a user's session token without a second factor, or a federated user's, calls: IAM takes neither.
    fn is_session_of_user(&self, call: &Call) -> bool;
}

/// CloudTrail, given what others were called for.
pub(super) trait Trail {
    /// Writes a call into the event history. `source` is the service, such as `connect.amazonaws.com`; `refused`: how it
    /// ended, if it failed.
    fn record(&mut self, call: &Call, source: &str, refused: Option<&Fault>);
}

/// Connect, asked by IAM.
pub(super) trait Instances {
    /// The ARNs of the instances whose service-linked role this is.
    fn instances_with_role(&self, role: &str) -> Vec<String>;
}

/// Application Auto Scaling, asked by IAM.
pub(super) trait Targets {
    /// The resource ids of all targets of an account: they hold its service-linked role.
    fn targets_of(&self, account: &str) -> Vec<String>;
}

/// AppStream, asked by EC2.
pub(super) trait Machines {
    /// The machines of an account in a region that have a network interface in a VPC now.
    fn machines(&self, account: &str, region: &str) -> Vec<Machine>;
}

/// A machine, or all those of a fleet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Machine {
    /// What it is, and its name.
    pub(super) name: String,
    /// Where it is.
    pub(super) subnet: String,
    /// Its security groups.
    pub(super) groups: Vec<String>,
}

/// AppStream, asked by the index of tags.
pub(super) trait Tagged {
    /// The things of an account in a region that carry tags by now: their types, ARNs and tags.
    fn tagged(&self, account: &str, region: &str, now: Moment) -> Vec<(&'static str, String, Tags)>;
}

/// AppStream, asked by Application Auto Scaling.
pub(super) trait Fleets {
    /// Lets AppStream's own changes happen that are due by `now`.
    fn move_fleets(&mut self, now: Moment);
    /// The fleet of this name.
    fn scaled(&self, account: &str, region: &str, name: &str) -> Option<Scaled>;
    /// Asks for another capacity, as UpdateFleet would.
    ///
    /// # Errors
    /// If the fleet is not there or not RUNNING, or if the account may not run that many instances.
    fn scale(
        &mut self,
        account: &str,
        region: &str,
        name: &str,
        desired: u64,
        now: Moment,
    ) -> Result<(), Fault>;
}

/// A fleet as a scalable resource. Capacity is counted in what the fleet is asked for: instances, or sessions for a
/// multi-session fleet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scaled {
    /// It is an Elastic fleet, which has no capacity of its own.
    pub(super) elastic: bool,
    /// It is RUNNING: only then its capacity can be changed from outside.
    pub(super) active: bool,
    /// What is asked for.
    pub(super) desired: u64,
    /// What is there (CloudWatch's ActualCapacity, or ActualUserSessionCapacity).
    pub(super) actual: u64,
    /// How much of it is in use.
    pub(super) in_use: u64,
}

/// Who asks for an object on behalf of a distribution.
pub(super) struct Origin {
    /// The service that signs; `None`: no one does.
    pub(super) service: Option<&'static str>,
    /// The distribution.
    pub(super) arn: String,
    /// Its account.
    pub(super) account: String,
}

/// An object as an origin gives it.
pub(super) struct Fetched {
    /// Its content.
    pub(super) body: Payload,
    /// Its headers.
    pub(super) headers: Vec<(String, String)>,
}

/// S3, asked by AppStream and CloudFront.
pub(super) trait Objects {
    /// The object, if the caller may read it.
    fn fetched(&self, bucket: &str, key: &str, by: &Origin) -> Option<Fetched>;
    /// Whether this AWS service may read the object on behalf of the caller's account, by the bucket policy; `None` if
    /// there is no such object.
    fn readable(&self, call: &Call, bucket: &str, key: &str, service: &str) -> Option<bool>;
}

/// Secrets Manager, asked by Parameter Store.
pub(super) trait Secrets {
    /// The secret of this name, in the version with this id or label, else the current one.
    fn secret(&self, call: &Call, name: &str, selector: Option<&str>) -> Option<Referenced>;
}

/// A secret as another service reads it.
pub(super) struct Referenced {
    pub(super) value: Value,
    pub(super) created: Moment,
    /// What Secrets Manager says of it.
    pub(super) source: Value,
}

/// The identity store, asked by Identity Center and by identity providers outside AWS.
pub(crate) trait Directory {
    /// Whether a user (or group) with this id exists: assignments name them.
    fn has_principal(&self, principal_type: &str, id: &str) -> bool;
    /// The id of the user (or group) with this name.
    fn principal(&self, principal_type: &str, name: &str) -> Option<String>;
    /// Ids of the groups that the user is in.
    fn groups_of(&self, user: &str) -> Vec<String>;
    /// The user of this name, as an identity provider needs to know them.
    fn directory_user(&self, name: &str) -> Option<IdentityUser>;
}

/// A user who signs in.
#[derive(Clone, Debug)]
pub(crate) struct IdentityUser {
    /// The name that they sign in with.
    pub(crate) name: String,
    /// Their primary e-mail address, if they have one.
    pub(crate) email: Option<String>,
    /// Their own id, and those of their groups.
    pub(super) ids: Vec<String>,
}

impl IdentityUser {
    /// Whether this id of a user or group covers them.
    pub(crate) fn is(&self, id: &str) -> bool {
        self.ids.iter().any(|own| own == id)
    }
}
