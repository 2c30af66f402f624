//! What the policies of a role or a user allow: SimulatePrincipalPolicy, SimulateCustomPolicy, and what else has to
//! know.
//!
//! The order is that of the IAM user guide's "Policy evaluation logic" for one account: an explicit deny anywhere wins;
//! else an identity policy or a resource policy has to allow; and a permissions boundary has to allow what an identity
//! policy does.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Account, Answer, Call, Fault, PAGER, Store, account_of, catalog, required};
use crate::policy::{Context, Decision, Kind, Permissions, Policy, Principal, Request};
use crate::service::Caller;
use crate::world::World;

/// One policy that speaks for an identity.
#[derive(Clone, Debug)]
struct Source {
    /// What IAM calls it in `SourcePolicyId`.
    id: String,
    /// `role`, `user`, `group`, `user-managed`, `aws-managed` or `none`: the model's `PolicySourceType`.
    sort: &'static str,
    policy: Policy,
}

/// Every policy that speaks for an identity.
#[derive(Clone, Debug, Default)]
pub(super) struct IdentityPolicies {
    identity: Vec<Source>,
    /// What the permissions boundary says, where there is one.
    boundary: Option<Vec<Source>>,
    /// What the resource's own policy says, where one is given.
    resource: Option<Source>,
}

/// A decision with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Verdict {
    decision: &'static str,
    matched: Vec<(String, &'static str)>,
    /// Whether the boundary allows it, where there is one.
    boundary: Option<bool>,
}

/// A managed policy by its ARN.
///
/// Assumption: iam.unknown-managed-policies. AWS's managed policies whose text the simulator does not have allow
/// nothing.
fn managed(account: &Account, arn: &str) -> Option<Source> {
    let (sort, text) = match catalog::document(arn) {
        Some(text) => ("aws-managed", text.to_owned()),
        None => {
            let key = arn.rsplit('/').next()?.to_lowercase();
            let policy = account.policies.get(&key).filter(|policy| policy.arn == arn)?;
            let version = policy
                .versions
                .iter()
                .find(|version| version.id == policy.default)?;
            ("user-managed", version.document.clone())
        }
    };
    Some(Source {
        id: arn.rsplit('/').next()?.to_owned(),
        sort,
        policy: Policy::parse(&text, Kind::Identity).ok()?,
    })
}

/// The policies of one holder.
fn sources<'a>(
    account: &'a Account,
    sort: &'static str,
    holder: &'a str,
    inline: &'a std::collections::BTreeMap<String, String>,
    attached: &'a [String],
) -> impl Iterator<Item = Source> + 'a {
    let inline = inline.iter().filter_map(move |(name, text)| {
        Some(Source {
            id: format!("{sort}_{holder}_{name}"),
            sort,
            policy: Policy::parse(text, Kind::Identity).ok()?,
        })
    });
    inline.chain(attached.iter().filter_map(|arn| managed(account, arn)))
}

impl IdentityPolicies {
    /// The policies of the role, user or group with this ARN. `None` if there is none.
    pub(super) fn of(store: &Store, arn: &str) -> Option<IdentityPolicies> {
        let account = store.accounts.get(account_of(arn)?)?;
        let key = arn.rsplit('/').next()?.to_lowercase();
        let mut policies = IdentityPolicies::default();
        if arn.contains(":role/") {
            let role = account.roles.get(&key).filter(|role| role.arn == arn)?;
            policies
                .identity
                .extend(sources(account, "role", &role.name, &role.inline, &role.attached));
            policies.boundary = role
                .boundary
                .as_ref()
                .map(|arn| managed(account, arn).into_iter().collect());
        } else if arn.contains(":group/") {
            let group = account.groups.get(&key).filter(|group| group.arn == arn)?;
            policies.identity.extend(sources(
                account,
                "group",
                &group.name,
                &group.inline,
                &group.attached,
            ));
        } else {
            let user = account.users.get(&key).filter(|user| user.arn == arn)?;
            policies
                .identity
                .extend(sources(account, "user", &user.name, &user.inline, &user.attached));
            for group in user.groups.iter().filter_map(|key| account.groups.get(key)) {
                policies.identity.extend(sources(
                    account,
                    "group",
                    &group.name,
                    &group.inline,
                    &group.attached,
                ));
            }
        }
        Some(policies)
    }

    /// Whether the request is allowed.
    pub(super) fn allow(&self, request: &Request<'_>) -> bool {
        self.verdict(request).decision == "allowed"
    }

    fn verdict(&self, request: &Request<'_>) -> Verdict {
        let said = |sources: &[Source], wanted: Decision| -> Vec<(String, &'static str)> {
            sources
                .iter()
                .filter(|source| source.policy.decide(request) == wanted)
                .map(|source| (source.id.clone(), source.sort))
                .collect()
        };
        let resource: &[Source] = self.resource.as_slice();
        let boundary = self
            .boundary
            .as_ref()
            .map(|sources| !said(sources, Decision::Allowed).is_empty());
        let mut denied = said(&self.identity, Decision::Denied);
        denied.extend(said(resource, Decision::Denied));
        denied.extend(said(
            self.boundary.as_deref().unwrap_or_default(),
            Decision::Denied,
        ));
        if !denied.is_empty() {
            return Verdict {
                decision: "explicitDeny",
                matched: denied,
                boundary: boundary.map(|_| false),
            };
        }
        let by_identity = said(&self.identity, Decision::Allowed);
        let by_resource = said(resource, Decision::Allowed);
        let bounded = boundary.unwrap_or(true);
        let allowed = (!by_identity.is_empty() && bounded) || !by_resource.is_empty();
        Verdict {
            decision: if allowed { "allowed" } else { "implicitDeny" },
            matched: by_identity.into_iter().chain(by_resource).collect(),
            boundary,
        }
    }

    /// Condition keys that the policies ask for and the request does not have.
    fn missing(&self, context: &Context) -> BTreeSet<String> {
        let sources = self
            .identity
            .iter()
            .chain(self.boundary.iter().flatten())
            .chain(&self.resource);
        sources
            .flat_map(|source| &source.policy.statements)
            .flat_map(|statement| &statement.conditions)
            .map(|condition| condition.key.clone())
            .filter(|key| !context.contains_key(&key.to_lowercase()))
            .collect()
    }
}

/// What a caller may do. `None` for one whose identity is not of this cloud, and for the user with the fixed credentials
/// as long as it has no key of its own: they may do everything.
pub(crate) fn permissions(store: &Store, caller: &Caller) -> Option<Permissions> {
    let account = store.accounts.get(&caller.account)?;
    let arn = match caller.arn.split_once(":assumed-role/") {
        Some((_, session)) => {
            let (role, _) = session.split_once('/')?;
            match account.roles.get(&role.to_lowercase()) {
                Some(role) => role.arn.clone(),
                // The role is gone, and with it what its sessions may do.
                None => return Some(Permissions::default()),
            }
        }
        None => {
            let name = caller
                .arn
                .split_once(":user/")?
                .1
                .rsplit('/')
                .next()?
                .to_lowercase();
            let user = account.users.get(&name).filter(|user| user.arn == caller.arn)?;
            let key = caller.access_key.as_deref().unwrap_or_default();
            let is_session = key.starts_with("ASIA");
            let own = user.keys.iter().any(|one| one.id == key) || (is_session && !user.keys.is_empty());
            own.then(|| user.arn.clone())?
        }
    };
    let policies = IdentityPolicies::of(store, &arn)?;
    let parsed = |sources: Vec<Source>| sources.into_iter().map(|source| source.policy).collect();
    Some(Permissions::new(
        parsed(policies.identity),
        policies.boundary.map(parsed),
    ))
}

/// The strings of a list member.
fn texts(call: &Call, member: &str) -> Vec<String> {
    let list = call.input.get(member).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}

/// The policies of a list member, called as AWS calls them: `PolicyInputList.1`.
fn given(call: &Call, member: &str) -> Result<Vec<Source>, Fault> {
    let parsed = texts(call, member).into_iter().enumerate().map(|(index, text)| {
        let policy = Policy::parse(&text, Kind::Identity)
            .map_err(|error| Fault::new("InvalidInput", format!("{member}.{}: {error}", index + 1)))?;
        Ok(Source {
            id: format!("{member}.{}", index + 1),
            sort: "none",
            policy,
        })
    });
    parsed.collect()
}

fn context(call: &Call) -> Context {
    let mut context = Context::new();
    for entry in call.input["ContextEntries"].as_array().into_iter().flatten() {
        let key = entry["ContextKeyName"]
            .as_str()
            .unwrap_or_default()
            .to_lowercase();
        let values = entry["ContextKeyValues"].as_array().into_iter().flatten();
        context.insert(
            key,
            values
                .filter_map(|value| value.as_str().map(str::to_owned))
                .collect(),
        );
    }
    context
}

/// The policies of the principal that a call names.
fn policies_of(world: &World, arn: &str) -> Result<IdentityPolicies, Fault> {
    if ![":role/", ":user/", ":group/"]
        .iter()
        .any(|sort| arn.contains(sort))
    {
        let message = format!("Invalid Entity Arn: {arn} does not clearly define entity type and name.");
        return Err(Fault::new("InvalidInput", message));
    }
    let absent = || Fault::new("NoSuchEntity", format!("The entity {arn} cannot be found."));
    IdentityPolicies::of(&world.iam, arn).ok_or_else(absent)
}

/// What policies make of actions, all of which are only thought of.
pub(super) fn simulate(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let mut policies = IdentityPolicies::default();
    let mut context = context(call);
    let source = call.text("PolicySourceArn");
    if call.operation == "SimulatePrincipalPolicy" {
        let arn = required(call, "PolicySourceArn")?;
        policies = policies_of(world, arn)?;
        context
            .entry("aws:principalarn".to_owned())
            .or_insert_with(|| vec![arn.to_owned()]);
        if let Some((_, name)) = arn.rsplit_once('/').filter(|_| arn.contains(":user/")) {
            context
                .entry("aws:username".to_owned())
                .or_insert_with(|| vec![name.to_owned()]);
        }
    }
    policies.identity.extend(given(call, "PolicyInputList")?);
    let boundary = given(call, "PermissionsBoundaryPolicyInputList")?;
    if !boundary.is_empty() {
        policies.boundary = Some(boundary);
    }
    if let Some(text) = call.text("ResourcePolicy") {
        let policy = Policy::parse(text, Kind::Resource)
            .map_err(|error| Fault::new("InvalidInput", format!("ResourcePolicy: {error}")))?;
        policies.resource = Some(Source {
            id: "ResourcePolicy".to_owned(),
            sort: "resource",
            policy,
        });
    }
    let arn = call.text("CallerArn").or(source).unwrap_or(&call.caller.arn);
    let principal = Principal::Aws {
        arn: arn.to_owned(),
        account: account_of(arn).unwrap_or(&call.caller.account).to_owned(),
    };
    let mut resources = texts(call, "ResourceArns");
    if resources.is_empty() {
        resources.push("*".to_owned());
    }
    let mut results = Vec::new();
    for action in texts(call, "ActionNames") {
        if !action.contains(':') {
            let message = format!("{action} is not an action with its service, such as s3:GetObject");
            return Err(Fault::new("InvalidInput", message));
        }
        for resource in &resources {
            let verdict = policies.verdict(&Request {
                principal: &principal,
                action: &action,
                resource,
                context: &context,
            });
            let matched: Vec<Value> = verdict
                .matched
                .iter()
                .map(|(id, sort)| json!({ "SourcePolicyId": id, "SourcePolicyType": sort }))
                .collect();
            let mut result = json!({
                "EvalActionName": action,
                "EvalResourceName": resource,
                "EvalDecision": verdict.decision,
                "MatchedStatements": matched,
                "MissingContextValues": policies.missing(&context).into_iter().collect::<Vec<_>>(),
            });
            if let Some(allowed) = verdict.boundary {
                result["PermissionsBoundaryDecisionDetail"] =
                    json!({ "AllowedByPermissionsBoundary": allowed });
            }
            results.push(result);
        }
    }
    PAGER.page(world, call, "EvaluationResults", results)
}

/// The condition keys that policies ask for.
pub(super) fn context_keys(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let mut policies = IdentityPolicies::default();
    if call.operation == "GetContextKeysForPrincipalPolicy" {
        let arn = required(call, "PolicySourceArn")?;
        policies = policies_of(world, arn)?;
    }
    policies.identity.extend(given(call, "PolicyInputList")?);
    let names: Vec<String> = policies.missing(&Context::new()).into_iter().collect();
    Ok(Answer::of(json!({ "ContextKeyNames": names })))
}
