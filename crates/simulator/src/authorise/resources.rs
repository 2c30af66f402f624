//! Which resources a call is about.

use serde_json::Value;

use super::reference::{self, Action};
use crate::policy::wildcard_matches;
use crate::service::Call;
use crate::world::World;

/// The resources of a call by their ARNs, each with the condition keys that it brings along. What has no ARN yet because the
/// call makes it has an asterisk in place of its id.
pub(super) fn of(world: &World, prefix: &str, call: &Call, row: &Action) -> Vec<(String, Vec<&'static str>)> {
    let mut found: Vec<(String, Vec<&'static str>)> = Vec::new();
    for (name, required) in &row.types {
        let Some(of_type) = reference::resource_type(prefix, name) else {
            continue;
        };
        let keys: Vec<&'static str> = of_type.keys.iter().chain(&row.keys).copied().collect();
        let mut arns = named(world, prefix, name, of_type.arn, call);
        if arns.is_empty() && *required {
            arns.push(filled(of_type.arn, call, |name| last_part(call, name)));
        }
        found.extend(arns.into_iter().map(|arn| (arn, keys.clone())));
    }
    if found.is_empty() {
        found.push(("*".to_owned(), row.keys.clone()));
    }
    found
}

/// A type's ARN with the call's account and region, and with what `value` says in place of its other parts.
fn filled(template: &str, call: &Call, value: impl Fn(&str) -> Option<String>) -> String {
    let mut arn = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        arn.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        match name {
            "Partition" => arn.push_str("aws"),
            "Region" => arn.push_str(&call.region),
            "Account" | "AccountId" => arn.push_str(&call.caller.account),
            other => arn.push_str(&value(other).unwrap_or_else(|| "*".to_owned())),
        }
        rest = after;
    }
    arn.push_str(rest);
    arn
}

/// Members that name a resource by its ARN, of whichever type it is.
const ARNS: &[&str] = &["ResourceArn", "ResourceARN", "resourceArn"];

/// The ARNs of this type that the call names.
fn named(world: &World, prefix: &str, name: &str, template: &str, call: &Call) -> Vec<String> {
    let any = filled(template, call, |_| None);
    let fits = |arn: &&str| {
        // Whose the resource is, and where, does not matter for its type.
        let tail = |arn: &str| arn.splitn(6, ':').nth(5).unwrap_or_default().to_owned();
        wildcard_matches(&tail(&any), &tail(arn)) && arn.starts_with("arn:")
    };
    let by_arn = |members: &[&str]| -> Vec<String> {
        let arns = members.iter().filter_map(|member| call.text(member));
        arns.filter(fits).map(str::to_owned).collect()
    };
    if ARNS.iter().any(|member| call.text(member).is_some()) {
        return by_arn(ARNS);
    }
    match prefix {
        "appstream" => appstream(world, name, template, call),
        "iam" | "sts" => iam(world, name, template, call),
        // By its ARN where tags are concerned, else by its id, or by its distribution's where it is an invalidation.
        "cloudfront" => match call.text("Resource") {
            Some(_) => by_arn(&["Resource"]),
            None => {
                let id = call.text("DistributionId").or(call.text("Id"));
                id.map(|id| filled(template, call, |_| Some(id.to_owned())))
                    .into_iter()
                    .collect()
            }
        },
        "ec2" => ec2(name, template, call),
        "sso" => by_arn(&[&format!("{name}Arn")]),
        "application-autoscaling" => {
            let key = format!("{}/{}", call.caller.account, call.region);
            let targets = world.auto_scaling.targets.get(&key);
            let target = targets.and_then(|of| of.get(call.text("ResourceId")?));
            target.map(|target| target.arn.clone()).into_iter().collect()
        }
        "secretsmanager" => {
            let id = call.text("SecretId").or(call.text("Name")).unwrap_or_default();
            if id.starts_with("arn:") {
                return vec![id.to_owned()];
            }
            let key = format!("{}/{}", call.caller.account, call.region);
            let known = world.secrets_manager.secrets.get(&key).and_then(|of| of.get(id));
            let made = || filled(template, call, |_| Some(format!("{id}-??????")));
            vec![known.map_or_else(made, |secret| secret.arn.clone())]
        }
        "ssm" => {
            let one = ["Name", "ResourceId", "Path"]
                .iter()
                .find_map(|member| call.text(member));
            let many = call.input["Names"].as_array().into_iter().flatten();
            let names = one.into_iter().chain(many.filter_map(Value::as_str));
            names
                .map(|name| match name.starts_with("arn:") {
                    true => name.to_owned(),
                    false => filled(template, call, |_| Some(name.trim_start_matches('/').to_owned())),
                })
                .collect()
        }
        // Connect and the identity store: a member has the name of each part.
        _ => parts(template, call),
    }
}

/// The ARNs whose parts members of the call name, in one member or in a list of them.
fn parts(template: &str, call: &Call) -> Vec<String> {
    let one = |name: &str| last_part(call, name);
    let last = template.rsplit("${").next().and_then(|rest| rest.split_once('}'));
    let Some((last, "")) = last else {
        // It ends in an asterisk: all of an instance or of the account.
        return vec![filled(template, call, one)];
    };
    let many = call.input[format!("{last}s")].as_array().into_iter().flatten();
    let ids = call.text(last).into_iter().chain(many.filter_map(Value::as_str));
    ids.map(|id| {
        let id = id.rsplit('/').next().unwrap_or(id);
        filled(template, call, |name| {
            if name == last {
                Some(id.to_owned())
            } else {
                one(name)
            }
        })
    })
    .collect()
}

/// An id that a member gives: by itself, or at the end of an ARN.
fn last_part(call: &Call, member: &str) -> Option<String> {
    let text = call.text(member)?;
    Some(text.rsplit('/').next().unwrap_or(text).to_owned())
}

/// The types of AppStream, by how operations call them: the longer ones first.
const APPSTREAM: &[(&str, &str)] = &[
    ("ImageBuilder", "image-builder"),
    ("AppBlockBuilder", "app-block-builder"),
    ("AppBlock", "app-block"),
    ("Application", "application"),
    ("Fleet", "fleet"),
    ("Stack", "stack"),
    ("Image", "image"),
];

fn appstream(world: &World, name: &str, template: &str, call: &Call) -> Vec<String> {
    let own = APPSTREAM.iter().find(|(word, _)| call.operation.contains(word));
    let is_own = own.is_some_and(|(_, own)| *own == name);
    let members: &[&str] = match name {
        "fleet" => &["FleetName"],
        "stack" => &["StackName"],
        "image" => &["ImageName", "SourceImageName", "existingImageName"],
        "image-builder" => &["ImageBuilderName"],
        "application" => &["ApplicationArn"],
        "app-block" => &["AppBlockArn", "Arn"],
        _ => &[],
    };
    let mut names: Vec<&str> = members.iter().filter_map(|member| call.text(member)).collect();
    names.extend(call.text("Name").filter(|_| is_own));
    let associations = call.input["UserStackAssociations"]
        .as_array()
        .into_iter()
        .flatten();
    let stacks = associations.filter_map(|one| one["StackName"].as_str());
    names.extend(stacks.filter(|_| name == "stack"));
    if name == "image" {
        names.extend(call.text("ImageArn"));
    }
    names.dedup();
    names
        .into_iter()
        .map(|id| match id.starts_with("arn:") {
            true => id.to_owned(),
            false => {
                let arn = filled(template, call, |_| Some(id.to_owned()));
                let place = format!("{}/{}", call.caller.account, call.region);
                let place = world.appstream.places.get(&place);
                let is_ours = place.is_some_and(|place| place.images.contains_key(id));
                // AWS's own images are of no account.
                let public = world.appstream.public_images.iter().any(|image| image.name == id);
                match name == "image" && public && !is_ours {
                    true => arn.replace(&format!(":{}:", call.caller.account), "::"),
                    false => arn,
                }
            }
        })
        .collect()
}

/// The members by which calls name EC2's things of a type, and how ids of that type begin.
const EC2: &[(&str, &str, &[&str])] = &[
    (
        "security-group",
        "sg-",
        &[
            "GroupId",
            "SecurityGroupIds",
            "AddSecurityGroupIds",
            "RemoveSecurityGroupIds",
        ],
    ),
    ("security-group-rule", "sgr-", &[]),
    ("vpc", "vpc-", &["VpcId"]),
    (
        "subnet",
        "subnet-",
        &["SubnetIds", "AddSubnetIds", "RemoveSubnetIds"],
    ),
    (
        "route-table",
        "rtb-",
        &["RouteTableIds", "AddRouteTableIds", "RemoveRouteTableIds"],
    ),
    ("vpc-endpoint", "vpce-", &["VpcEndpointId", "VpcEndpointIds"]),
    ("internet-gateway", "igw-", &[]),
    ("natgateway", "nat-", &[]),
    ("prefix-list", "pl-", &[]),
];

fn ec2(name: &str, template: &str, call: &Call) -> Vec<String> {
    let Some((_, prefix, members)) = EC2.iter().find(|(of, _, _)| *of == name) else {
        return Vec::new();
    };
    let mut ids: Vec<&str> = Vec::new();
    // What is tagged is named by its id alone.
    for member in members.iter().chain(&["Resources"]) {
        let given = &call.input[*member];
        ids.extend(given.as_str());
        ids.extend(given.as_array().into_iter().flatten().filter_map(Value::as_str));
    }
    if name == "security-group-rule" {
        let rules = call.input["SecurityGroupRules"].as_array().into_iter().flatten();
        ids.extend(rules.filter_map(|rule| rule["SecurityGroupRuleId"].as_str()));
    }
    let of_type = ids.into_iter().filter(|id| id.starts_with(prefix));
    of_type
        .map(|id| filled(template, call, |_| Some(id.to_owned())))
        .collect()
}

fn iam(world: &World, name: &str, template: &str, call: &Call) -> Vec<String> {
    let account = world.iam.accounts.get(&call.caller.account);
    let path = call.text("Path").unwrap_or("/").trim_start_matches('/');
    // What is not there is looked up below no path.
    let made = |id: &str| filled(template, call, |_| Some(format!("{path}{id}")));
    let text = |member: &str| call.text(member);
    let arn = match name {
        "role" if text("RoleArn").is_some() => text("RoleArn").map(str::to_owned),
        "role" if text("AWSServiceName").is_some() => text("AWSServiceName")
            .map(|service| filled(template, call, |_| Some(format!("aws-service-role/{service}/*")))),
        "role" => text("RoleName").map(|id| {
            let known = account.and_then(|account| account.roles.get(&id.to_lowercase()));
            known.map_or_else(|| made(id), |role| role.arn.clone())
        }),
        "user" => text("UserName").map(|id| {
            let known = account.and_then(|account| account.users.get(&id.to_lowercase()));
            known.map_or_else(|| made(id), |user| user.arn.clone())
        }),
        "group" => text("GroupName").map(|id| {
            let known = account.and_then(|account| account.groups.get(&id.to_lowercase()));
            known.map_or_else(|| made(id), |group| group.arn.clone())
        }),
        "instance-profile" => text("InstanceProfileName").map(|id| {
            let known = account.and_then(|account| account.instance_profiles.get(&id.to_lowercase()));
            known.map_or_else(|| made(id), |profile| profile.arn.clone())
        }),
        "policy" => text("PolicyArn")
            .map(str::to_owned)
            .or_else(|| text("PolicyName").map(made)),
        "saml-provider" => text("SAMLProviderArn")
            .map(str::to_owned)
            .or_else(|| text("Name").map(made)),
        "oidc-provider" => text("OpenIDConnectProviderArn")
            .map(str::to_owned)
            .or_else(|| text("Url").map(|url| made(url.trim_start_matches("https://")))),
        "federated-user" => text("Name").map(made),
        _ => None,
    };
    // Without a name, calls about users are about the user who calls.
    let oneself = (name == "user" && arn.is_none()).then(|| call.caller.arn.clone());
    arn.or(oneself).into_iter().collect()
}
