//! Taking a role.

use serde_json::{Value, json};

use super::assertion::Assertion;
use super::tags::Tags;
use super::{check_session_policy, denied, invalid, issue, seconds};
use crate::policy::{Context, Decision, Kind, Policy, Principal, Request};
use crate::service::ask::Identities;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
use crate::world::iam::Role;

/// An hour: the default of both operations, and the longest session of a role that another role takes.
pub(super) const HOUR: u64 = 3600;

pub(super) fn trusts(
    world: &World,
    role: &Role,
    principal: &Principal,
    action: &str,
    context: &Context,
) -> bool {
    Policy::parse(&world.trust_policy(role), Kind::Trust).is_ok_and(|trust| {
        trust.decide(&Request {
            principal,
            action,
            resource: "",
            context,
        }) == Decision::Allowed
    })
}

/// The role, if it has reached STS by now. One that has not is no more known than one that never was.
pub(super) fn usable(world: &World, call: &Call, arn: &str) -> Result<Role, Fault> {
    match world.role(arn).filter(|_| world.role_usable(arn, call.now)) {
        Some(role) if role.service_linked.is_none() => Ok(role.clone()),
        _ => Err(denied(call, arn)),
    }
}

/// Refuses what is no ARN at all, by what STS checks: that it has a partition, a service and a resource.
///
/// Assumption: sts.malformed-arn. The text is by analogy.
fn check_arn(arn: &str) -> Result<(), Fault> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, service, _, _, resource]
            if !partition.is_empty() && !service.is_empty() && !resource.is_empty() =>
        {
            Ok(())
        }
        _ => Err(invalid(format!("{arn} is invalid"))),
    }
}

/// Whether an ARN of IAM is of another sort of thing. What belongs to another service is not looked into.
fn is_another(arn: &str, sort: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, "iam", _, _, resource] = parts.as_slice() else {
        return false;
    };
    let name = resource
        .strip_prefix(sort)
        .and_then(|rest| rest.strip_prefix('/'));
    name.is_none_or(str::is_empty)
}

/// Refuses what is no role of IAM's.
fn check_role(arn: &str) -> Result<(), Fault> {
    check_arn(arn)?;
    match is_another(arn, "role") {
        true => Err(invalid(format!("{arn} is invalid"))),
        false => Ok(()),
    }
}

/// The same for people and programs that an identity provider vouches for: AWS says it in other words there, also where
/// the ARN of the provider stands in place of the role's (physera/onelogin-aws-cli issue 12).
pub(super) fn check_federated(arn: &str, sort: &str) -> Result<(), Fault> {
    check_arn(arn)?;
    match is_another(arn, sort) {
        true => Err(invalid("Request ARN is invalid")),
        false => Ok(()),
    }
}

pub(super) fn check_duration(role: &Role, seconds: u64) -> Result<(), Fault> {
    match seconds > role.session {
        true => Err(invalid(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        )),
        false => Ok(()),
    }
}

/// The session of a role under a name: credentials and the model's `AssumedRoleUser`.
pub(super) fn session(world: &mut World, role: &Role, name: &str, seconds: u64, call: &Call) -> Value {
    let account = role.arn.split(':').nth(4).unwrap_or_default().to_owned();
    let arn = format!("arn:aws:sts::{account}:assumed-role/{}/{name}", role.name);
    let user = format!("{}:{name}", role.id);
    let credentials = issue(world, &account, &arn, &user, seconds, call.now);
    let mut out = json!({
        "Credentials": credentials,
        "AssumedRoleUser": { "AssumedRoleId": user, "Arn": arn },
    });
    // The size of what was packed is answered where something was.
    if call.text("Policy").is_some() || !call.input["Tags"].is_null() || !call.input["PolicyArns"].is_null() {
        out["PackedPolicySize"] = 1.into();
    }
    out
}

pub(super) fn role(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let arn = call.text("RoleArn").unwrap_or_default();
    let name = call.text("RoleSessionName").unwrap_or_default();
    check_role(arn)?;
    let tags = Tags::read(call)?;
    let transitive_tags = tags.transitive_tags(world, call)?;
    check_session_policy(call)?;
    if call.caller.arn.ends_with(":root") {
        let message = "Roles may not be assumed by root accounts.";
        return Err(Fault::new("AccessDenied", message).with_status(403));
    }
    let role = usable(world, call, arn)?;
    let mut context = Context::new();
    let mut put = |key: &str, value: &str| {
        context.insert(key.to_owned(), vec![value.to_owned()]);
    };
    put("sts:rolesessionname", name);
    put("aws:principalarn", &call.caller.arn);
    put("aws:principalaccount", &call.caller.account);
    for (key, member) in [
        ("sts:externalid", "ExternalId"),
        ("sts:sourceidentity", "SourceIdentity"),
    ] {
        if let Some(value) = call.text(member) {
            put(key, value);
        }
    }
    tags.add_to(&mut context);
    let principal = Principal::Aws {
        arn: call.caller.arn.clone(),
        account: call.caller.account.clone(),
    };
    // Session tags need a permission of their own.
    let tagged = !tags.is_empty();
    if !trusts(world, &role, &principal, "sts:AssumeRole", &context)
        || (tagged && !trusts(world, &role, &principal, "sts:TagSession", &context))
    {
        return Err(denied(call, arn));
    }
    let seconds = seconds(call, HOUR);
    check_duration(&role, seconds)?;
    if call.caller.arn.contains(":assumed-role/") && seconds > HOUR {
        return Err(invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    let mut output = session(world, &role, name, seconds, call);
    let key = output["Credentials"]["AccessKeyId"].as_str();
    if let Some(session) = key.and_then(|key| world.sts.sessions.get_mut(key)) {
        session.transitive = transitive_tags;
    }
    if let Some(identity) = call.text("SourceIdentity") {
        output["SourceIdentity"] = identity.into();
    }
    Ok(Answer::of(output))
}

/// Assumption: sts.assertion-signature. The assertion's XML signature is not verified (that would take an XML
/// canonicaliser); its issuer, its certificate where it carries one, its audience, times, role and provider are.
pub(super) fn with_saml(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let (role_arn, provider_arn) = (
        call.text("RoleArn").unwrap_or_default(),
        call.text("PrincipalArn").unwrap_or_default(),
    );
    check_federated(role_arn, "role")?;
    check_federated(provider_arn, "saml-provider")?;
    check_session_policy(call)?;
    let identity_token = |message: String| Fault::new("InvalidIdentityToken", message).with_status(400);
    let assertion = Assertion::read(call.text("SAMLAssertion").unwrap_or_default())
        .map_err(|reason| identity_token(reason.into()))?;
    let provider = world
        .saml_provider(provider_arn)
        .ok_or_else(|| identity_token(format!("Specified provider doesn't exist: {provider_arn}")))?;
    // Assumption: sts.audiences.
    if !assertion.is_for_aws() {
        return Err(identity_token(
            "Response does not contain the required audience.".to_owned(),
        ));
    }
    // Assumption: sts.provider-ended.
    if call.now >= provider.valid_until {
        return Err(identity_token(
            "The metadata of the provider has expired".to_owned(),
        ));
    }
    if assertion.issuer != provider.metadata.entity {
        return Err(identity_token(
            "Issuer not present in specified provider".to_owned(),
        ));
    }
    if assertion
        .certificates
        .iter()
        .any(|certificate| !provider.metadata.certificates.contains(certificate))
    {
        return Err(identity_token("Response signature invalid".to_owned()));
    }
    if assertion.expires.is_some_and(|end| call.now >= end) {
        let message = "Token must be redeemed within 5 minutes of issuance";
        return Err(Fault::new("ExpiredTokenException", message).with_status(400));
    }
    if !assertion
        .roles
        .iter()
        .any(|(role, provider)| role == role_arn && provider == provider_arn)
    {
        return Err(denied(call, role_arn));
    }
    let name = &assertion.session_name;
    let valid = |c: char| c.is_ascii_alphanumeric() || "_=,.@-".contains(c);
    if !(2..=64).contains(&name.len()) || !name.chars().all(valid) {
        return Err(
            Fault::new("IDPRejectedClaim", "RoleSessionName is required in SAMLAssertion").with_status(403),
        );
    }
    let role = usable(world, call, role_arn)?;
    let context = assertion.context();
    let principal = Principal::Federated(provider_arn.to_owned());
    if !trusts(world, &role, &principal, "sts:AssumeRoleWithSAML", &context)
        || (assertion.tagged && !trusts(world, &role, &principal, "sts:TagSession", &context))
    {
        return Err(denied(call, role_arn));
    }
    let asked = seconds(call, HOUR);
    check_duration(&role, asked)?;
    // "For the duration that you specify, or until the time specified in the SAML authentication response's
    // SessionNotOnOrAfter value, whichever is shorter". The attribute SessionDuration is for the console.
    let left = assertion
        .session_ends
        .map(|end| end.0.saturating_sub(call.now.0) / 1000);
    let seconds = left.map_or(asked, |left| left.min(asked));
    let mut output = session(world, &role, name, seconds, call);
    output["Subject"] = assertion.subject.clone().into();
    output["SubjectType"] = assertion.subject_type().into();
    output["Issuer"] = assertion.issuer.clone().into();
    output["Audience"] = assertion.recipient.clone().into();
    Ok(Answer::of(output))
}
