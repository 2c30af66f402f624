//! `iam.service_role`: a role that an AWS service needs in the account, which its console makes on first use and
//! its API does not. Shared with all other users of the service in the account: made where it is missing, never
//! deleted.

use async_trait::async_trait;
use aws_sdk_iam::types::Role as Described;
use futures_util::future::join_all;
use headset_core::{AwsError, Class};
pub use headset_kinds::iam::service_role::*;
use serde_json::Value;

use super::documents::decoded;
use super::role::attached;
use crate::Aws;
use crate::kinds::field::{self, Diff};
use crate::kinds::kind::{Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::template::fill;

/// How many roles are read at the same time.
const AT_ONCE: usize = 8;

/// Who may assume such a role.
const TRUST: &str = include_str!("../../../../../policies/iam/service-trust.json");

/// The document by which a role trusts this service, for work of this account.
fn trust(service: &str, account: &str) -> Result<String, AwsError> {
    let holes = [("service", service.into()), ("serves", account.into())];
    Ok(fill(TRUST, &holes).resolved()?)
}

#[async_trait]
impl Remote for ServiceRole {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let mut observations = Vec::with_capacity(lookups.len());
        for some in lookups.chunks(AT_ONCE) {
            let mut calls = Vec::with_capacity(some.len());
            for lookup in some {
                calls.push(observe(aws, lookup));
            }
            observations.extend(join_all(calls).await.into_iter().map(Observation::from));
        }
        observations
    }

    async fn create(&self, work: &Work<'_>, spec: &ServiceRoleSpec) -> Result<String, AwsError> {
        let iam = work.aws.iam();
        if !spec.linked {
            let request = iam
                .create_role()
                .role_name(&spec.name)
                .path(&spec.path)
                .assume_role_policy_document(trust(&spec.service, &spec.account)?);
            work.aws
                .call("iam", "CreateRole", || request.clone().send())
                .await?;
            // The policies follow as an update: each is a call of its own that may fail by itself.
            return Ok(spec.name.clone());
        }
        let request = iam.create_service_linked_role().aws_service_name(&spec.service);
        match work
            .aws
            .call("iam", "CreateServiceLinkedRole", || request.clone().send())
            .await
        {
            // A second creation answers InvalidInput, and neither its model nor its code tells that apart from a
            // service that has no such role. Whether the role is there does.
            Err(error) if error.class == Class::Invalid => match role(work.aws, &spec.name).await? {
                Some(_) => Ok(spec.name.clone()),
                // IAM's reads are behind its writes; its sentence is the only other thing that tells.
                None if error.message.contains("has been taken") => Ok(spec.name.clone()),
                None => Err(error),
            },
            answer => answer.map(|_| spec.name.clone()),
        }
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &ServiceRoleSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        if !field::differs(diff, &[ServiceRoleSpec::POLICIES]) {
            return Ok(());
        }
        for arn in &spec.policies {
            // Attaching what is attached already changes nothing.
            let request = work
                .aws
                .iam()
                .attach_role_policy()
                .role_name(&live.id)
                .policy_arn(arn);
            work.aws
                .call("iam", "AttachRolePolicy", || request.clone().send())
                .await?;
        }
        Ok(())
    }

    async fn delete(&self, _work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let message = format!(
            "the role {} is shared with the rest of the account and is never deleted",
            live.id
        );
        Err(AwsError::own(Class::Other, message))
    }
}

async fn role(aws: &Aws, name: &str) -> Result<Option<Described>, AwsError> {
    let request = aws.iam().get_role().role_name(name);
    match aws.call("iam", "GetRole", || request.clone().send()).await {
        Err(error) if error.is_not_found() => Ok(None),
        answer => answer?
            .role
            .map(Some)
            .ok_or_else(|| AwsError::lacking("iam", "GetRole", "Role")),
    }
}

async fn observe(aws: &Aws, lookup: &Lookup) -> Result<Option<Live>, AwsError> {
    let name = ServiceRoleSpec::NAME.text(&lookup.spec);
    let name = name.ok_or_else(AwsError::unnamed)?;
    let Some(role) = role(aws, name).await? else {
        return Ok(None);
    };
    let asked = ServiceRoleSpec::POLICIES
        .of(&lookup.spec)
        .and_then(Value::as_array);
    let policies = if asked.is_some_and(|policies| !policies.is_empty()) {
        match attached(aws, name).await {
            // Deleted between the two calls.
            Err(error) if error.is_not_found() => return Ok(None),
            policies => policies?,
        }
    } else {
        Vec::new()
    };
    let services = services(&decoded(role.assume_role_policy_document().unwrap_or_default())?);
    let observed = ServiceRoleLive {
        name: Some(role.role_name().to_owned()),
        path: Some(role.path().to_owned()),
        service: Some(services),
        policies: Some(policies),
    };
    Ok(Some(
        Live::of(role.role_name(), "present", observed)
            .output(output::NAME, role.role_name())
            .output(output::ARN, role.arn()),
    ))
}

/// The services that a trust policy lets assume the role.
fn services(document: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let list = |value: &Value| match value {
        Value::Array(items) => items.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    };
    list(&document["Statement"])
        .iter()
        .filter(|statement| statement["Effect"] == "Allow")
        .flat_map(|statement| list(&statement["Principal"]["Service"]))
        .filter_map(|service| service.as_str().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::field::Change;
    use crate::kinds::kind::Kind;
    use serde_json::json;

    const POLICY: &str = "arn:aws:iam::aws:policy/service-role/AmazonAppStreamServiceAccess";

    fn live(path: &str, trust: &str, policies: &[&str]) -> Live {
        let observed = ServiceRoleLive {
            name: Some("AmazonAppStreamServiceAccess".to_owned()),
            path: Some(path.to_owned()),
            service: Some(services(trust)),
            policies: Some(policies.iter().map(|arn| (*arn).to_owned()).collect()),
        };
        Live::of("AmazonAppStreamServiceAccess", "present", observed)
    }

    fn differing(live: &Live) -> Vec<(String, Change)> {
        let want = json!({"name": "AmazonAppStreamServiceAccess", "path": "/service-role/",
                          "service": "appstream.amazonaws.com", "account": "123456789012", "policies": [POLICY],
                          "linked": false});
        let diff = ServiceRole.diff(&want, live);
        diff.into_iter()
            .map(|change| (change.field, change.change))
            .collect()
    }

    #[test]
    fn what_others_added_is_theirs() {
        let wide = r#"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"Service": ["ec2.amazonaws.com", "appstream.amazonaws.com"]}}}"#;
        let live = live("/service-role/", wide, &["arn:aws:iam::aws:policy/Other", POLICY]);
        assert_eq!(differing(&live), []);
    }

    #[test]
    fn a_role_of_ours_serves_this_account_alone_and_older_ones_stay_as_they_are() {
        let ours: Value =
            serde_json::from_str(&trust("appstream.amazonaws.com", "123456789012").unwrap()).unwrap();
        let condition = &ours["Statement"][0]["Condition"];
        assert_eq!(
            *condition,
            json!({"StringEquals": {"aws:SourceAccount": "123456789012"}})
        );
        // The console makes it without, and so did earlier versions.
        let without = r#"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"Service": "appstream.amazonaws.com"}}}"#;
        assert_eq!(differing(&live("/service-role/", without, &[POLICY])), []);
    }

    #[test]
    fn a_missing_policy_is_mended_and_a_wrong_path_or_trust_is_not() {
        let ours = trust("appstream.amazonaws.com", "123456789012").unwrap();
        let policies = [("policies".to_owned(), Change::InPlace)];
        assert_eq!(differing(&live("/service-role/", &ours, &[])), policies);
        let path = [("path".to_owned(), Change::Replace)];
        assert_eq!(differing(&live("/", &ours, &[POLICY])), path);
        let denied = ours.replace("Allow", "Deny");
        let service = [("service".to_owned(), Change::Replace)];
        assert_eq!(differing(&live("/service-role/", &denied, &[POLICY])), service);
    }
}
