//! What an environment's resources are called, as ARNs.

use std::collections::BTreeSet;

use headset_core::{Arn, Secret, arn, tag};
use headset_kinds::KindId;
use headset_kinds::appstream::{
    CopySpec, FleetSpec, ImageBuilderSpec, ImageSpec, ImportSpec, StackSpec, ThemeSpec,
};
use headset_kinds::cloudfront::{AccessControlSpec, DistributionSpec, HeadersPolicySpec};
use headset_kinds::connect::approved_origin::CallAudio;
use headset_kinds::connect::{ApprovedOriginSpec, InstanceSpec};
use headset_kinds::ec2::security_group::peer;
use headset_kinds::ec2::{SecurityGroupSpec, VpcEndpointSpec};
use headset_kinds::iam::{PolicySpec, RoleSpec, SamlProviderSpec, ServiceRoleSpec};
use headset_kinds::kind;
use headset_kinds::names;
use headset_kinds::regions::{self, Identity};
use headset_kinds::s3::{BucketSpec, ObjectSpec, StateBucketSpec};
use headset_kinds::spec::Existing;
use headset_kinds::text;
use serde_json::Value;

use super::asked::{Asked, StatePlace};
use super::document::Statement;
use crate::desired::{Desired, Mode};

/// What every name of an environment in AWS begins with.
fn beginning(environment: &str) -> String {
    names::name(&[environment, ""], names::ROLE)
}

/// The types of AppStream's things, as their ARNs have them, and the kinds that are such things.
const FLEET: &str = "fleet";
const STACK: &str = "stack";
const IMAGE: &str = "image";
const BUILDER: &str = "image-builder";

/// Everything that policies are about.
pub(super) struct Scope<'a> {
    asked: Asked<'a>,
    /// The beginning of the environment's names, with an asterisk.
    pattern: String,
}

impl<'a> Scope<'a> {
    pub(super) fn of(asked: &Asked<'a>) -> Scope<'a> {
        Scope {
            asked: *asked,
            pattern: format!("{}*", beginning(asked.environment)),
        }
    }

    /// The environment's name.
    pub(super) fn environment(&self) -> &'a str {
        self.asked.environment
    }

    /// The account.
    pub(super) fn account(&self) -> &'a str {
        &self.asked.context.account
    }

    /// Where states are, if they are in a bucket.
    pub(super) fn state(&self) -> Option<&'a StatePlace> {
        self.asked.state
    }

    /// The objects of the environment's own states, in every account and region.
    pub(super) fn own_states(&self, place: &StatePlace) -> String {
        let StatePlace { bucket, prefix, .. } = place;
        self.arn_of(
            "s3",
            "",
            "",
            &format!("{bucket}/{prefix}{}/*", self.environment()),
        )
    }

    /// The region of Connect.
    pub(super) fn region(&self) -> &'a str {
        &self.asked.context.region
    }

    /// The region of AppStream.
    pub(super) fn appstream_region(&self) -> &'a str {
        &self.asked.context.appstream_region
    }

    fn partition(&self) -> &'a str {
        &self.asked.context.partition
    }

    /// An ARN of the account.
    pub(super) fn arn(&self, service: &str, region: &str, resource: &str) -> String {
        self.arn_of(service, region, self.account(), resource)
    }

    /// An ARN of this account, which may be empty or a pattern.
    pub(super) fn arn_of(&self, service: &str, region: &str, account: &str, resource: &str) -> String {
        let partition = self.partition();
        let arn = Arn {
            partition,
            service,
            region,
            account,
            resource,
        };
        arn.to_string()
    }

    /// An ARN of the account's IAM.
    pub(super) fn iam(&self, resource: &str) -> String {
        self.arn("iam", "", resource)
    }

    /// An ARN of the account's CloudFront.
    pub(super) fn cloudfront(&self, resource: &str) -> String {
        self.arn("cloudfront", "", resource)
    }

    /// An ARN of Connect in its region.
    pub(super) fn connect(&self, resource: &str) -> String {
        self.arn("connect", self.region(), resource)
    }

    /// An ARN of AppStream in its region.
    pub(super) fn appstream(&self, resource: &str) -> String {
        self.arn("appstream", self.appstream_region(), resource)
    }

    pub(super) fn resources(&self) -> impl Iterator<Item = &'a Desired> + use<'a> {
        self.asked.design.resources.values()
    }

    fn of_kind(&self, kind: KindId, mode: Mode) -> impl Iterator<Item = &'a Desired> + use<'a> {
        self.resources()
            .filter(move |one| one.mode == mode && one.address.kind == kind)
    }

    /// Whether the blueprint asks Headset to make things of this kind.
    pub(super) fn makes(&self, kind: KindId) -> bool {
        self.resources()
            .any(|one| one.mode != Mode::Existing && one.address.kind == kind)
    }

    /// Whether the rules of a security group that it makes name prefix lists.
    pub(super) fn names_prefix_lists(&self) -> bool {
        let fields = [SecurityGroupSpec::EGRESS, SecurityGroupSpec::INGRESS];
        let names = |rules: &Value| {
            let rules = rules.as_array().into_iter().flatten().filter_map(Value::as_str);
            rules.map(peer).any(|peer| peer.starts_with("pl-"))
        };
        let mut groups = self.of_kind(SecurityGroupSpec::KIND, Mode::Managed);
        groups.any(|group| fields.iter().filter_map(|field| field.of(&group.spec)).any(names))
    }

    /// Whether an endpoint that it makes has the private names of its service.
    pub(super) fn has_private_names(&self) -> bool {
        let mut endpoints = self.of_kind(VpcEndpointSpec::KIND, Mode::Managed);
        endpoints.any(|one| VpcEndpointSpec::PRIVATE_DNS.of(&one.spec) == Some(&Value::Bool(true)))
    }

    /// Whether it makes anything of CloudFront's. A blueprint has all three kinds or none.
    pub(super) fn makes_edges(&self) -> bool {
        [
            AccessControlSpec::KIND,
            HeadersPolicySpec::KIND,
            DistributionSpec::KIND,
        ]
        .into_iter()
        .any(|kind| self.makes(kind))
    }

    /// The environment's names of a kind: a pattern, and those that do not begin so.
    fn names(&self, kind: KindId) -> BTreeSet<String> {
        let begins = beginning(self.environment());
        let named = self.of_kind(kind, Mode::Managed);
        let named = named.filter_map(|one| one.spec.get(Existing::NAME)?.as_str());
        let own = named.filter(|name| !name.starts_with(&begins)).map(str::to_owned);
        own.chain([self.pattern.clone()]).collect()
    }

    /// ARNs of AppStream's things of one type that are the environment's by their names.
    fn own_desktops(&self, resource: &str, kind: KindId) -> Vec<String> {
        let names = self.names(kind).into_iter();
        names
            .map(|name| self.appstream(&format!("{resource}/{name}")))
            .collect()
    }

    /// Fleets, stacks and builders by their names.
    pub(super) fn machines(&self) -> Vec<String> {
        let mut arns = self.own_desktops(FLEET, FleetSpec::KIND);
        arns.extend(self.own_desktops(STACK, StackSpec::KIND));
        arns.extend(self.own_desktops(BUILDER, ImageBuilderSpec::KIND));
        arns
    }

    /// Its own fleets and stacks: what sessions are opened on.
    pub(super) fn streamed(&self) -> Vec<String> {
        let mut arns = self.own_desktops(FLEET, FleetSpec::KIND);
        arns.extend(self.own_desktops(STACK, StackSpec::KIND));
        arns
    }

    /// Images by their names.
    pub(super) fn images(&self) -> Vec<String> {
        self.own_desktops(IMAGE, ImageSpec::KIND)
    }

    /// All fleets, stacks, builders and images of account and region, for statements that go by tags.
    pub(super) fn any_desktop(&self) -> Vec<String> {
        [FLEET, STACK, BUILDER, IMAGE]
            .iter()
            .map(|resource| self.appstream(&format!("{resource}/*")))
            .collect()
    }

    /// Fleets and stacks that the blueprint links to.
    pub(super) fn linked_desktops(&self) -> Vec<String> {
        let linked = |resource: &str, kind| -> Vec<String> {
            self.of_kind(kind, Mode::Existing)
                .filter_map(|one| self.linked(resource, &one.spec))
                .collect()
        };
        let mut arns = linked(FLEET, FleetSpec::KIND);
        arns.extend(linked(STACK, StackSpec::KIND));
        arns
    }

    /// The ARN of what is linked to by its name or ARN.
    fn linked(&self, resource: &str, lookup: &Value) -> Option<String> {
        let text = |key: &str| lookup.get(key).and_then(Value::as_str);
        text(Existing::ARN)
            .map(str::to_owned)
            .or_else(|| text(Existing::NAME).map(|name| self.appstream(&format!("{resource}/{name}"))))
    }

    /// The images that fleets and builders start from and that are not the environment's own: AWS's are of no account, and
    /// shared ones of another.
    pub(super) fn foreign_images(&self) -> BTreeSet<String> {
        let by_name = |name: &str| match arn::is_meant(name) {
            true => name.to_owned(),
            false => self.arn_of(
                "appstream",
                self.appstream_region(),
                "*",
                &format!("{IMAGE}/{name}"),
            ),
        };
        let links = self.of_kind(ImageSpec::KIND, Mode::Existing).filter_map(|one| {
            let text = |key: &str| one.spec.get(key).and_then(Value::as_str);
            let newest = text(Existing::NEWEST).map(|prefix| format!("{prefix}*"));
            newest
                .or_else(|| text(Existing::ARN).or(text(Existing::NAME)).map(str::to_owned))
                .map(|name| by_name(&name))
        });
        let bases = self
            .of_kind(ImageBuilderSpec::KIND, Mode::Managed)
            .filter_map(|one| {
                let base = ImageBuilderSpec::BASE.text(&one.spec)?;
                Some(match crate::recipe::newest(base) {
                    Some(prefix) => by_name(&format!("{prefix}*")),
                    None => by_name(base),
                })
            });
        links.chain(bases).collect()
    }

    /// The images that AWS copies, where they are.
    pub(super) fn copied_images(&self) -> BTreeSet<String> {
        let copies = self.of_kind(ImageSpec::KIND, Mode::Managed);
        copies
            .filter_map(|one| {
                let copy: CopySpec = serde_json::from_value(one.spec.clone()).ok()?;
                let source = format!("{IMAGE}/{}", copy.copy_of.name);
                Some(self.arn("appstream", &copy.copy_of.region, &source))
            })
            .collect()
    }

    /// The images that AWS imports, by their names.
    pub(super) fn imported_images(&self) -> BTreeSet<String> {
        let imports = self.imports();
        imports
            .map(|import| self.appstream(&format!("{IMAGE}/{}", import.name)))
            .collect()
    }

    fn imports(&self) -> impl Iterator<Item = ImportSpec> {
        let images = self.of_kind(ImageSpec::KIND, Mode::Managed);
        images.filter_map(|one| serde_json::from_value(one.spec.clone()).ok())
    }

    /// The objects that themes show.
    pub(super) fn theme_objects(&self) -> BTreeSet<String> {
        let themes = self.of_kind(ThemeSpec::KIND, Mode::Managed);
        let specs = themes.filter_map(|one| serde_json::from_value::<ThemeSpec>(one.spec.clone()).ok());
        specs
            .flat_map(|spec| [spec.logo, spec.favicon])
            .map(|at| self.arn_of("s3", "", "", &format!("{}/{}", at.bucket, at.key)))
            .collect()
    }

    /// The roles that fleets and builders hand to their instances.
    pub(super) fn passed_roles(&self) -> BTreeSet<String> {
        let fleets = self.of_kind(FleetSpec::KIND, Mode::Managed);
        let fleets = fleets.filter_map(|one| FleetSpec::ROLE.text(&one.spec));
        let builders = self.of_kind(ImageBuilderSpec::KIND, Mode::Managed);
        let builders = builders.filter_map(|one| ImageBuilderSpec::ROLE.text(&one.spec));
        let machines = fleets.chain(builders).map(str::to_owned);
        machines
            .chain(self.imports().filter_map(|import| import.import.role))
            .collect()
    }

    /// The instance that is linked to, by its id; `None`: it is not, or only its alias is known.
    pub(super) fn linked_instance(&self) -> Option<String> {
        let mut links = self.of_kind(InstanceSpec::KIND, Mode::Existing);
        links.find_map(|one| one.spec.get(Existing::ID)?.as_str().map(str::to_owned))
    }

    /// Whether an instance is linked to.
    pub(super) fn links_instance(&self) -> bool {
        self.of_kind(InstanceSpec::KIND, Mode::Existing).next().is_some()
    }

    /// The environment's own instances, and what is in them: their ids are not known before they are there.
    pub(super) fn instances(&self) -> Vec<String> {
        vec![self.connect("instance/*")]
    }

    /// The attributes of the instance that are switched on.
    pub(super) fn keeps_flow_logs(&self) -> bool {
        let mut own = self.of_kind(InstanceSpec::KIND, Mode::Managed);
        own.any(|one| {
            let attributes = InstanceSpec::ATTRIBUTES.of(&one.spec);
            attributes.is_some_and(|all| all[FLOW_LOGS] == "true")
        })
    }

    /// The roles of the environment.
    pub(super) fn roles(&self) -> BTreeSet<String> {
        let roles = self.of_kind(RoleSpec::KIND, Mode::Managed).filter_map(|one| {
            let (path, name) = (RoleSpec::PATH.text(&one.spec)?, RoleSpec::NAME.text(&one.spec)?);
            Some(self.iam(&format!("role{path}{name}")))
        });
        roles.collect()
    }

    /// The paths of the environment's roles, each with the beginning of its names: earlier names were such, too.
    pub(super) fn role_patterns(&self) -> BTreeSet<String> {
        let managed = self.of_kind(RoleSpec::KIND, Mode::Managed);
        let paths = managed.filter_map(|one| RoleSpec::PATH.text(&one.spec));
        let paths = paths.chain(["/"]);
        let patterns = paths.map(|path| self.iam(&format!("role{path}{}", self.pattern)));
        patterns.chain(self.roles()).collect()
    }

    /// The SAML providers of the environment.
    pub(super) fn providers(&self) -> BTreeSet<String> {
        let names = self.names(SamlProviderSpec::KIND).into_iter();
        names
            .map(|name| self.iam(&format!("saml-provider/{name}")))
            .collect()
    }

    /// The policies of the account's own that the environment makes.
    pub(super) fn policies(&self) -> BTreeSet<String> {
        let policies = self.of_kind(PolicySpec::KIND, Mode::Managed);
        let arns = policies.filter_map(|one| {
            let (path, name) = (
                PolicySpec::PATH.text(&one.spec)?,
                PolicySpec::NAME.text(&one.spec)?,
            );
            Some(self.iam(&format!("policy{path}{name}")))
        });
        arns.collect()
    }

    /// Whether two pages share an agent's panel.
    pub(super) fn splits_panel(&self) -> bool {
        let mut origins = self.of_kind(ApprovedOriginSpec::KIND, Mode::Managed);
        origins.any(|one| {
            let spec = kind::parse::<ApprovedOriginSpec>(&one.spec);
            spec.is_ok_and(|spec| spec.audio == CallAudio::Local)
        })
    }

    /// The boundaries of the environment's roles.
    pub(super) fn boundaries(&self) -> BTreeSet<String> {
        let roles = self.of_kind(RoleSpec::KIND, Mode::Managed);
        let arns = roles.filter_map(|one| RoleSpec::PERMISSIONS_BOUNDARY.text(&one.spec));
        arns.map(str::to_owned).collect()
    }

    /// The managed policies that are attached to the environment's roles.
    pub(super) fn attached(&self) -> BTreeSet<String> {
        let roles = self.of_kind(RoleSpec::KIND, Mode::Managed);
        let policies = roles.filter_map(|one| RoleSpec::MANAGED_POLICIES.of(&one.spec)?.as_array());
        let arns = policies.flatten().filter_map(Value::as_str);
        arns.map(str::to_owned).collect()
    }

    /// The roles that are to have no boundary.
    pub(super) fn boundless(&self) -> impl Iterator<Item = &'a Desired> + use<'a> {
        let roles = self.of_kind(RoleSpec::KIND, Mode::Managed);
        roles.filter(|one| RoleSpec::PERMISSIONS_BOUNDARY.text(&one.spec).is_none())
    }

    /// The instances that are linked to: one by its id, or any where only its alias is known.
    pub(super) fn linked_instances(&self) -> Vec<String> {
        let id = self.linked_instance().unwrap_or_else(|| "*".to_owned());
        vec![self.connect(&format!("instance/{id}"))]
    }

    /// The boundaries that are this account's own policies: nothing can change AWS's.
    pub(super) fn own_boundaries(&self) -> BTreeSet<String> {
        let own = |arn: &String| Arn::parse(arn).is_some_and(|arn| arn.account == self.account());
        self.boundaries().into_iter().filter(own).collect()
    }

    /// Path and name of each role that an AWS service needs in the account.
    pub(super) fn service_roles(&self) -> Vec<(&'a str, &'a str)> {
        let roles = self.of_kind(ServiceRoleSpec::KIND, Mode::Ensured);
        let named = roles.filter_map(|one| {
            let name = ServiceRoleSpec::NAME.text(&one.spec)?;
            Some((ServiceRoleSpec::PATH.text(&one.spec)?, name))
        });
        named.collect()
    }

    /// The alarms that Application Auto Scaling keeps for the environment's fleets: it calls them after the resource.
    pub(super) fn alarms(&self) -> Vec<String> {
        let names = self.names(FleetSpec::KIND).into_iter();
        names
            .map(|name| {
                let rest = if name.ends_with('*') { "" } else { "*" };
                let alarm = format!("alarm:TargetTracking-fleet/{name}{rest}");
                self.arn("cloudwatch", self.appstream_region(), &alarm)
            })
            .collect()
    }

    /// How IAM Identity Center is reached.
    pub(super) fn identity(&self) -> &'a Identity {
        self.asked.identity
    }

    /// What AWS's hosts end with in the partition.
    pub(super) fn suffix(&self) -> &'static str {
        regions::domain(self.partition())
    }

    /// The roles whose boundary is a policy of AWS's, which are made for people and services, not for these roles.
    pub(super) fn wide_boundaries(&self) -> impl Iterator<Item = (&'a Desired, &'a str)> + use<'a> {
        let roles = self.of_kind(RoleSpec::KIND, Mode::Managed);
        roles.filter_map(|one| {
            let boundary = RoleSpec::PERMISSIONS_BOUNDARY.text(&one.spec)?;
            let of_aws = Arn::parse(boundary).is_some_and(|arn| arn.account == "aws");
            of_aws.then_some((one, boundary))
        })
    }

    /// The environment's buckets.
    pub(super) fn buckets(&self) -> BTreeSet<String> {
        let buckets = self.of_kind(BucketSpec::KIND, Mode::Managed);
        let names = buckets.filter_map(|one| BucketSpec::NAME.text(&one.spec));
        names.map(|name| self.arn_of("s3", "", "", name)).collect()
    }

    /// The buckets in which the environment keeps states for others.
    pub(super) fn state_buckets(&self) -> BTreeSet<String> {
        let buckets = self.of_kind(StateBucketSpec::KIND, Mode::Managed);
        let names = buckets.filter_map(|one| StateBucketSpec::NAME.text(&one.spec));
        names.map(|name| self.arn_of("s3", "", "", name)).collect()
    }

    /// The objects that Headset puts there.
    pub(super) fn objects(&self) -> BTreeSet<String> {
        let objects = self.of_kind(ObjectSpec::KIND, Mode::Managed);
        let objects = objects.filter_map(|one| {
            let key = ObjectSpec::KEY.text(&one.spec)?;
            let buckets = text::references(ObjectSpec::BUCKET.of(&one.spec)?);
            let mut buckets = buckets.iter().map(|(address, _)| address);
            let bucket = buckets.find_map(|address| self.asked.design.resources.get(address))?;
            let name = BucketSpec::NAME.text(&bucket.spec)?;
            Some(self.arn_of("s3", "", "", &format!("{name}/{key}")))
        });
        objects.collect()
    }

    /// Where the secrets and parameters are that the blueprint names.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        let mut found = Vec::new();
        for one in self.resources() {
            secrets_in(&one.spec, &mut found);
        }
        found
    }

    /// The same statement for what carries the environment's tag.
    pub(super) fn tagged(&self, statement: Statement) -> Statement {
        statement.when(
            "StringEquals",
            &format!("aws:ResourceTag/{}", tag::ENVIRONMENT),
            [self.environment()],
        )
    }

    /// The same statement for what is made with the environment's tag.
    pub(super) fn tagging(&self, statement: Statement) -> Statement {
        statement.when(
            "StringEquals",
            &format!("aws:RequestTag/{}", tag::ENVIRONMENT),
            [self.environment()],
        )
    }

    /// The same statement for what carries no other environment's tag.
    pub(super) fn not_anothers(&self, statement: Statement) -> Statement {
        let key = format!("aws:ResourceTag/{}", tag::ENVIRONMENT);
        statement.when("StringEqualsIfExists", &key, [self.environment()])
    }

    /// The same statement for S3 in the account alone.
    pub(super) fn in_account(&self, statement: Statement) -> Statement {
        statement.when("StringEquals", "s3:ResourceAccount", [self.account()])
    }
}

/// AWS's name of the attribute that keeps logs of contact flows.
const FLOW_LOGS: &str = "CONTACTFLOW_LOGS";

/// Every secret that a spec names.
fn secrets_in(value: &Value, found: &mut Vec<Secret>) {
    match value {
        Value::Object(members) => match serde_json::from_value::<Secret>(value.clone()) {
            Ok(secret) => found.push(secret),
            Err(_) => members.values().for_each(|member| secrets_in(member, found)),
        },
        Value::Array(items) => items.iter().for_each(|item| secrets_in(item, found)),
        _ => {}
    }
}
