//! The condition keys of a call.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::policy::Context;
use crate::service::Call;
use crate::world::World;

/// Members with the tags that a call gives.
const TAGS: &[&str] = &["Tags", "tags", "newImageTags"];
/// Members with the keys of the tags that a call takes away.
const TAG_KEYS: &[&str] = &["TagKeys", "tagKeys"];

/// What CloudFront wraps in a structure: its lists are members of one with the name `Items`.
fn unwrapped(value: &Value) -> &Value {
    match &value["Items"] {
        items @ Value::Array(_) => items,
        _ => value,
    }
}

/// The tags that a call gives, in either of the two forms.
fn given(call: &Call) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut tags = BTreeMap::new();
    let members = TAGS.iter().map(|member| &call.input[*member]);
    // EC2 has tags for each type of thing that a call makes.
    let by_type = call.input["TagSpecifications"].as_array().into_iter().flatten();
    let by_type = by_type.map(|one| &one["Tags"]);
    let wrapped = [&call.input["DistributionConfigWithTags"]["Tags"]];
    for member in members.chain(wrapped).chain(by_type) {
        match unwrapped(member) {
            Value::Object(map) => tags.extend(map.iter().map(|(key, value)| (key.clone(), text(value)))),
            Value::Array(list) => {
                tags.extend(list.iter().map(|tag| (text(&tag["Key"]), text(&tag["Value"]))));
            }
            _ => {}
        }
    }
    tags
}

/// The keys of a call on a resource, as far as the reference lists them (`keys`) for the action or the resource.
pub(super) fn of(world: &World, prefix: &str, call: &Call, resource: &str, keys: &[&str]) -> Context {
    let mut context = Context::new();
    let now = jiff::Timestamp::from_millisecond(call.now.0 as i64).unwrap_or_default();
    let mut put = |key: &str, value: String| {
        context.insert(key.to_lowercase(), vec![value]);
    };
    // Global keys, which every request has.
    put("aws:PrincipalArn", call.caller.arn.clone());
    put("aws:PrincipalAccount", call.caller.account.clone());
    put("aws:RequestedRegion", call.region.clone());
    put("aws:CurrentTime", now.to_string());
    put("aws:EpochTime", now.as_second().to_string());
    put("aws:SecureTransport", "true".to_owned());
    if let Some((_, name)) = call.caller.arn.split_once(":user/") {
        put("aws:username", name.rsplit('/').next().unwrap_or(name).to_owned());
    }
    if let Some(account) = resource.split(':').nth(4).filter(|account| !account.is_empty()) {
        put("aws:ResourceAccount", account.to_owned());
    }
    let lists = |key: &str| keys.contains(&key);
    let text = |member: &str| call.text(member).map(str::to_owned);
    for (key, member) in [
        ("iam:PolicyARN", "PolicyArn"),
        ("iam:AWSServiceName", "AWSServiceName"),
        ("application-autoscaling:service-namespace", "ServiceNamespace"),
        ("application-autoscaling:scalable-dimension", "ScalableDimension"),
    ] {
        if let Some(value) = text(member).filter(|_| lists(key)) {
            put(key, value);
        }
    }
    if let Some(boundary) = boundary(world, call).filter(|_| lists("iam:PermissionsBoundary")) {
        put("iam:PermissionsBoundary", boundary);
    }
    if let Some(instance) = text("InstanceId").filter(|_| lists("connect:InstanceId")) {
        put("connect:InstanceId", instance);
    }
    if lists("ec2:Region") {
        put("ec2:Region", call.region.clone());
    }
    if let Some(vpc) = vpc(world, call, resource).filter(|_| lists("ec2:Vpc")) {
        put("ec2:Vpc", vpc);
    }
    if lists("ec2:CreateAction") && call.operation != "CreateTags" {
        put("ec2:CreateAction", call.operation.clone());
    }
    let requested = given(call);
    if lists("aws:RequestTag") {
        for (key, value) in &requested {
            put(&format!("aws:RequestTag/{key}"), value.clone());
        }
    }
    if lists("aws:TagKeys") {
        let taken = TAG_KEYS
            .iter()
            .filter_map(|member| unwrapped(&call.input[*member]).as_array());
        let taken = taken.flatten().filter_map(Value::as_str).map(str::to_owned);
        let all: Vec<String> = requested.into_keys().chain(taken).collect();
        if !all.is_empty() {
            context.insert("aws:tagkeys".to_owned(), all);
        }
    }
    if lists("aws:ResourceTag") {
        for (key, value) in tags(world, resource).into_iter().flatten() {
            let key = key.to_lowercase();
            context.insert(format!("aws:resourcetag/{key}"), vec![value.clone()]);
            if matches!(prefix, "iam" | "ec2") {
                context.insert(format!("{prefix}:resourcetag/{key}"), vec![value.clone()]);
            }
        }
    }
    context
}

/// The ARN of the VPC that a security group is in, or will be in.
fn vpc(world: &World, call: &Call, resource: &str) -> Option<String> {
    let (account, region) = (&call.caller.account, &call.region);
    let id = match call.operation == "CreateSecurityGroup" {
        true => call.text("VpcId")?.to_owned(),
        false => {
            let (_, id) = resource.split_once(":security-group/")?;
            let place = world.ec2.places.get(&format!("{account}/{region}"))?;
            place.groups.get(id)?.vpc.clone()
        }
    };
    Some(format!("arn:aws:ec2:{region}:{account}:vpc/{id}"))
}

/// The permissions boundary that a call gives; else the one that the role it names has.
fn boundary(world: &World, call: &Call) -> Option<String> {
    if let Some(given) = call.text("PermissionsBoundary") {
        return Some(given.to_owned());
    }
    let account = world.iam.accounts.get(&call.caller.account)?;
    let role = account.roles.get(&call.text("RoleName")?.to_lowercase())?;
    role.boundary.clone()
}

/// The tags of the thing with this ARN, if it can have any and is there.
///
/// Assumption: authorisation.absent-things-have-no-tags.
fn tags<'world>(world: &'world World, arn: &str) -> Option<&'world BTreeMap<String, String>> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, service, region, account, resource] = parts.as_slice() else {
        return None;
    };
    let place = format!("{account}/{region}");
    match *service {
        "appstream" => {
            let place = world.appstream.places.get(&place)?;
            let (kind, name) = resource.split_once('/')?;
            match kind {
                "fleet" => place.fleets.get(name).map(|one| &one.tags),
                "stack" => place.stacks.get(name).map(|one| &one.tags),
                "image" => place.images.get(name).map(|one| &one.tags),
                "image-builder" => place.builders.get(name).map(|one| &one.tags),
                "app-block" => place.app_blocks.get(name).map(|one| &one.tags),
                "application" => place.applications.get(name).map(|one| &one.tags),
                _ => None,
            }
        }
        "connect" => {
            let rest = resource.strip_prefix("instance/")?;
            let (id, within) = rest.split_once('/').unwrap_or((rest, ""));
            let instance = world.connect.instances.get(id)?;
            if within.is_empty() {
                return Some(&instance.tags);
            }
            let entity = instance.entities.values().find(|entity| entity.arn == arn);
            entity.map(|entity| &entity.tags)
        }
        "cloudfront" => {
            let account = world.cloud_front.accounts.get(*account)?;
            let id = resource.strip_prefix("distribution/")?;
            account.distributions.get(id).map(|one| &one.tags)
        }
        "ec2" => {
            let (_, id) = resource.split_once('/')?;
            world.ec2.places.get(&place)?.tags.get(id)
        }
        "iam" => {
            let account = world.iam.accounts.get(*account)?;
            let name = resource.rsplit('/').next()?.to_lowercase();
            match resource.split('/').next()? {
                "role" => account.roles.get(&name).map(|one| &one.tags),
                "user" => account.users.get(&name).map(|one| &one.tags),
                "policy" => account.policies.get(&name).map(|one| &one.tags),
                "saml-provider" => account.providers.get(&name).map(|one| &one.tags),
                "oidc-provider" => {
                    let (_, issuer) = resource.split_once('/')?;
                    account.web_providers.get(issuer).map(|one| &one.tags)
                }
                _ => None,
            }
        }
        "application-autoscaling" => {
            let targets = world.auto_scaling.targets.get(&place)?;
            targets.values().find(|one| one.arn == arn).map(|one| &one.tags)
        }
        "sso" => world.sso_admin.applications.get(arn).map(|one| &one.tags),
        "secretsmanager" => {
            let secrets = world.secrets_manager.secrets.get(&place)?;
            secrets.values().find(|one| one.arn == arn).map(|one| &one.tags)
        }
        "ssm" => {
            let name = resource.strip_prefix("parameter/")?;
            let parameters = world.parameter_store.parameters.get(&place)?;
            let found = parameters
                .iter()
                .find(|(own, _)| own.trim_start_matches('/') == name);
            found.map(|(_, one)| &one.tags)
        }
        _ => None,
    }
}

/// What is made with tags: the operation, and the type of the thing.
const MADE: &[(&str, &str, &str)] = &[
    (
        "application-autoscaling",
        "RegisterScalableTarget",
        "ScalableTarget",
    ),
    ("appstream", "CreateAppBlock", "app-block"),
    ("appstream", "CreateApplication", "application"),
    ("appstream", "CreateFleet", "fleet"),
    ("appstream", "CreateImageBuilder", "image-builder"),
    ("appstream", "CreateImportedImage", "image"),
    ("appstream", "CreateStack", "stack"),
    ("appstream", "CreateUpdatedImage", "image"),
    ("cloudfront", "CreateDistributionWithTags", "distribution"),
    ("connect", "CreateAgentStatus", "agent-status"),
    ("connect", "CreateContactFlow", "contact-flow"),
    ("connect", "CreateContactFlowModule", "contact-flow-module"),
    ("connect", "CreateHoursOfOperation", "hours-of-operation"),
    ("connect", "CreateInstance", "instance"),
    ("connect", "CreateQueue", "queue"),
    ("connect", "CreateQuickConnect", "quick-connect"),
    ("connect", "CreateRoutingProfile", "routing-profile"),
    ("connect", "CreateSecurityProfile", "security-profile"),
    ("connect", "CreateUser", "user"),
    ("connect", "CreateUserHierarchyGroup", "hierarchy-group"),
    ("ec2", "AuthorizeSecurityGroupEgress", "security-group-rule"),
    ("ec2", "AuthorizeSecurityGroupIngress", "security-group-rule"),
    ("ec2", "CreateSecurityGroup", "security-group"),
    ("ec2", "CreateVpcEndpoint", "vpc-endpoint"),
    ("iam", "CreateInstanceProfile", "instance-profile"),
    ("iam", "CreateOpenIDConnectProvider", "oidc-provider"),
    ("iam", "CreatePolicy", "policy"),
    ("iam", "CreateRole", "role"),
    ("iam", "CreateSAMLProvider", "saml-provider"),
    ("iam", "CreateUser", "user"),
    ("secretsmanager", "CreateSecret", "Secret"),
    ("sso", "CreateApplication", "Application"),
];

/// The action that a call needs besides because it makes something with tags, without the service's prefix, and the type of
/// what is made.
///
/// The reference lists it among the actions of AppStream's and Application Auto Scaling's operations; IAM's guide ("Tagging
/// IAM resources") says the same of IAM's. Assumption: authorisation.tags-at-creation.
pub(super) fn tagging(prefix: &str, call: &Call) -> Option<(&'static str, &'static str)> {
    if given(call).is_empty() {
        return None;
    }
    let mut made = MADE.iter();
    let made = made.find(|(of, operation, _)| *of == prefix && *operation == call.operation);
    let (_, operation, made) = made?;
    let action = match (prefix, *operation) {
        ("iam", "CreateRole") => "TagRole",
        ("iam", "CreateUser") => "TagUser",
        ("iam", "CreatePolicy") => "TagPolicy",
        ("iam", "CreateSAMLProvider") => "TagSAMLProvider",
        ("iam", "CreateOpenIDConnectProvider") => "TagOpenIDConnectProvider",
        ("iam", "CreateInstanceProfile") => "TagInstanceProfile",
        ("ec2", _) => "CreateTags",
        _ => "TagResource",
    };
    Some((action, *made))
}

/// What a call that gives a VPC the private names of a service is about in Route 53: "Dependent actions" of CreateVpcEndpoint in
/// the Service Authorization Reference. Assumption: ec2.zone-of-names.
pub(super) fn named(prefix: &str, call: &Call) -> Vec<String> {
    let makes = (prefix, call.operation.as_str()) == ("ec2", "CreateVpcEndpoint");
    let has_names = call.input["PrivateDnsEnabled"].as_bool().unwrap_or(true);
    let vpc = call
        .text("VpcId")
        .filter(|_| makes && has_names && call.text("VpcEndpointType") == Some("Interface"));
    let Some(vpc) = vpc else {
        return Vec::new();
    };
    let (account, region) = (&call.caller.account, &call.region);
    vec![
        "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ".to_owned(),
        format!("arn:aws:ec2:{region}:{account}:vpc/{vpc}"),
    ]
}

/// The role that a call hands to a service, and that service.
pub(super) fn passed<'call>(prefix: &str, call: &'call Call) -> Option<(&'call str, &'static str)> {
    match prefix {
        "appstream" => Some((call.text("IamRoleArn")?, "appstream.amazonaws.com")),
        "application-autoscaling" => Some((call.text("RoleARN")?, "application-autoscaling.amazonaws.com")),
        _ => None,
    }
}
