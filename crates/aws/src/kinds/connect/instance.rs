//! `connect.instance`: an Amazon Connect instance.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_connect::types::{
    DirectoryType, Instance, InstanceAttributeType, InstanceStatus, InstanceSummary,
};
use headset_core::{AwsError, Class};
pub use headset_kinds::connect::instance::*;
use serde_json::Value;

use super::{instance_id, tags};
use crate::error::gone;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Condition, Declared, Dependents, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::kinds::spec::Existing;
use crate::kinds::tag::TagChange;
use crate::{Aws, pages, trail};

/// All instances of the account and region, page by page (10 each).
pub(crate) async fn list(aws: &Aws) -> Result<Vec<InstanceSummary>, AwsError> {
    pages(|token| async move {
        let request = aws
            .connect()
            .list_instances()
            .max_results(10)
            .set_next_token(token);
        let page = aws
            .call("connect", "ListInstances", || request.clone().send())
            .await?;
        Ok((page.instance_summary_list.unwrap_or_default(), page.next_token))
    })
    .await
}

pub(crate) async fn describe(aws: &Aws, id: &str) -> Result<Option<Instance>, AwsError> {
    let request = aws.connect().describe_instance().instance_id(id);
    match aws
        .call("connect", "DescribeInstance", || request.clone().send())
        .await
    {
        Ok(answer) => {
            let mut instance = answer
                .instance
                .ok_or_else(|| AwsError::lacking("connect", "DescribeInstance", "Instance"))?;
            let described = instance.tags.take();
            let arn = instance.arn().unwrap_or_default();
            instance.tags = Some(tags::complete(aws, arn, described).await?);
            Ok(Some(instance))
        }
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The instance's attributes, page by page (7 each). Attributes that this SDK does not know keep AWS's name.
async fn attributes(aws: &Aws, id: &str) -> Result<BTreeMap<String, String>, AwsError> {
    let attributes = pages(|token| async move {
        let request = aws
            .connect()
            .list_instance_attributes()
            .instance_id(id)
            .max_results(7)
            .set_next_token(token);
        let page = aws
            .call("connect", "ListInstanceAttributes", || request.clone().send())
            .await?;
        Ok((page.attributes.unwrap_or_default(), page.next_token))
    })
    .await?;
    let named = attributes.into_iter().filter_map(|attribute| {
        let name = attribute.attribute_type?.as_str().to_owned();
        Some((name, attribute.value?))
    });
    Ok(named.collect())
}

/// In how many pages Connect lists attributes: thirteen of them, seven a page.
const PAGES: usize = 2;

/// The instance's attributes as far as a spec asks for them, one by one; `None` where it takes as many calls to list them,
/// or where that shows what is not in a description.
async fn some_attributes(
    aws: &Aws,
    instance: &Instance,
    lookup: &Lookup,
) -> Result<Option<BTreeMap<String, String>>, AwsError> {
    let (Some(inbound), Some(outbound)) = (
        instance.inbound_calls_enabled(),
        instance.outbound_calls_enabled(),
    ) else {
        return Ok(None);
    };
    let mut found = BTreeMap::from([(INBOUND_CALLS, inbound), (OUTBOUND_CALLS, outbound)].map(switch));
    let wanted = InstanceSpec::ATTRIBUTES
        .of(&lookup.spec)
        .and_then(Value::as_object);
    let wanted = wanted.into_iter().flatten().map(|(name, _)| name.as_str());
    let wanted: Vec<&str> = wanted.filter(|name| !found.contains_key(*name)).collect();
    if wanted.len() >= PAGES || !lookup.believed.reading.believes_indexes() {
        return Ok(None);
    }
    for name in wanted {
        let request = aws
            .connect()
            .describe_instance_attribute()
            .instance_id(instance.id().unwrap_or_default())
            .attribute_type(InstanceAttributeType::from(name));
        let answer = aws
            .call("connect", "DescribeInstanceAttribute", || request.clone().send())
            .await;
        match answer {
            Ok(answer) => {
                let value = answer.attribute.and_then(|attribute| attribute.value);
                found.extend(value.map(|value| (name.to_owned(), value)));
            }
            // An older policy may not allow it, and Connect need not know every name: the list says.
            Err(error) if matches!(error.class, Class::Denied | Class::Invalid | Class::NotFound) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Some(found))
}

/// A switch as an attribute.
fn switch((name, is_on): (&str, bool)) -> (String, String) {
    (name.to_owned(), is_on.to_string())
}

/// The phone numbers that are claimed for an instance, page by page.
async fn phone_numbers(aws: &Aws, arn: &str) -> Result<Vec<String>, AwsError> {
    let claimed = pages(|token| async move {
        let request = aws
            .connect()
            .list_phone_numbers_v2()
            .target_arn(arn)
            .set_next_token(token);
        let page = aws
            .call("connect", "ListPhoneNumbersV2", || request.clone().send())
            .await?;
        let claimed = page.list_phone_numbers_summary_list.unwrap_or_default();
        Ok((claimed, page.next_token))
    })
    .await?;
    let mut numbers: Vec<String> = claimed.into_iter().filter_map(|one| one.phone_number).collect();
    numbers.sort();
    Ok(numbers)
}

/// The scheme and host of an address.
fn origin_of(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + "://".len());
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    &address[..end]
}

/// What AWS reports, in the terms of the field table. `attributes` is `None` before the instance is active.
fn live(instance: &Instance, attributes: Option<BTreeMap<String, String>>) -> Live {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let state = instance
        .instance_status()
        .map_or("UNKNOWN", InstanceStatus::as_str);
    let switch = |name: &str, described: Option<bool>| {
        attributes
            .as_ref()
            .and_then(|attributes| attributes.get(name))
            .map(|value| value == "true")
            .or(described)
            .unwrap_or_default()
    };
    let observed = InstanceLive {
        alias: Some(text(instance.instance_alias())),
        identity: Some(text(
            instance.identity_management_type().map(DirectoryType::as_str),
        )),
        inbound: Some(switch(INBOUND_CALLS, instance.inbound_calls_enabled())),
        outbound: Some(switch(OUTBOUND_CALLS, instance.outbound_calls_enabled())),
        attributes: Some(attributes.unwrap_or_default()),
    };
    let url = text(instance.instance_access_url());
    let (landing, domain) = landing(origin_of(&url));
    let mut live = Live::of(text(instance.id()), state, observed)
        .tagged(instance.tags().cloned().unwrap_or_default().into_iter().collect())
        .output(output::ID, text(instance.id()))
        .output(output::ARN, text(instance.arn()))
        .output(output::ALIAS, text(instance.instance_alias()))
        .output(output::URL, url.trim_end_matches('/'))
        .output(output::ORIGIN, origin_of(&url))
        .output(output::LANDING, landing)
        .output(output::DOMAIN, domain)
        .output(output::SERVICE_ROLE, text(instance.service_role()));
    match instance.instance_status() {
        Some(InstanceStatus::CreationInProgress) => {
            // AWS refuses every call about the contents of an instance that is not active yet, and it has none:
            // what refers to it has to wait.
            live.outputs.clear();
            live.condition = Condition::Moving {
                state: state.to_owned(),
                detail: String::new(),
                error: None,
            };
        }
        Some(InstanceStatus::CreationFailed) => {
            // It has no contents either, and will never have any: what was to be in it is absent.
            live.outputs.clear();
            live.condition = Condition::Failed {
                state: state.to_owned(),
                reason: instance
                    .status_reason()
                    .and_then(|reason| reason.message())
                    .unwrap_or("AWS gives no reason")
                    .to_owned(),
            };
        }
        Some(InstanceStatus::Active) => {}
        // No status, or one that is newer than this program: in either case the contents cannot be changed now.
        _ => {
            live.condition = Condition::Moving {
                state: state.to_owned(),
                detail: String::new(),
                error: None,
            };
        }
    }
    live
}

async fn seen(aws: &Aws, instance: &Instance, lookup: &Lookup) -> Result<Live, AwsError> {
    let id = instance.id().unwrap_or_default();
    // A state that came after this SDK says nothing against reading; what cannot be read is AWS's to say.
    let attributes = match instance.instance_status() {
        Some(InstanceStatus::CreationInProgress | InstanceStatus::CreationFailed) => None,
        _ => match some_attributes(aws, instance, lookup).await? {
            Some(found) => Some(found),
            None => Some(attributes(aws, id).await?),
        },
    };
    Ok(live(instance, attributes))
}

/// Whether the tags of an instance carry the lineage that the spec asks for.
fn same_lineage(instance: &Instance, spec: &Value) -> bool {
    let wanted = InstanceSpec::TAGS
        .of(spec)
        .and_then(|tags| tags.get("headset:id"))
        .and_then(Value::as_str);
    let found = instance
        .tags()
        .and_then(|tags| tags.get("headset:id"))
        .map(String::as_str);
    wanted.is_some() && wanted == found
}

/// Looks for one instance: by the id that state or the blueprint names, then by alias among `listed`.
async fn observe(
    aws: &Aws,
    lookup: &Lookup,
    listed: &tokio::sync::OnceCell<Result<Vec<InstanceSummary>, AwsError>>,
) -> Result<Option<Live>, AwsError> {
    let named = |key: &str| lookup.spec.get(key).and_then(Value::as_str);
    let id = lookup.id.as_deref().or_else(|| named(Existing::ID));
    if id.or(named(Existing::ALIAS)).is_none() {
        return Err(AwsError::unnamed());
    }
    if let Some(id) = id
        && let Some(instance) = describe(aws, instance_id(id)).await?
    {
        return seen(aws, &instance, lookup).await.map(Some);
    }
    let Some(alias) = named(Existing::ALIAS) else {
        return Ok(None);
    };
    let listed = listed
        .get_or_init(|| list(aws))
        .await
        .as_ref()
        .map_err(Clone::clone)?;
    let failed = |one: &InstanceSummary| one.instance_status() == Some(&InstanceStatus::CreationFailed);
    let mut candidates: Vec<&InstanceSummary> = listed
        .iter()
        .filter(|one| {
            one.instance_alias()
                .is_some_and(|found| found.eq_ignore_ascii_case(alias))
        })
        .collect();
    // A failed creation stays listed for 24 hours beside the instance that a later attempt made.
    candidates.sort_by_key(|one| failed(one));
    for candidate in candidates {
        let Some(instance) = describe(aws, candidate.id().unwrap_or_default()).await? else {
            continue;
        };
        if !failed(candidate) || same_lineage(&instance, &lookup.spec) {
            return seen(aws, &instance, lookup).await.map(Some);
        }
    }
    Ok(None)
}

/// Sets one attribute. The token names the attribute, so that no two requests have the same one.
/// Assumption: `connect.token-with-parameters`. Connect may refuse a token that it knows from another request.
async fn set_attribute(work: &Work<'_>, id: &str, name: &str, value: &str) -> Result<(), AwsError> {
    let request = work
        .aws
        .connect()
        .update_instance_attribute()
        .instance_id(id)
        .attribute_type(InstanceAttributeType::from(name))
        .value(value)
        .client_token(format!("{}-{name}", work.token));
    work.aws
        .call("connect", "UpdateInstanceAttribute", || request.clone().send())
        .await?;
    Ok(())
}

#[async_trait]
impl Remote for ConnectInstance {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let listed = tokio::sync::OnceCell::new();
        let mut observations = Vec::with_capacity(lookups.len());
        for lookup in lookups {
            observations.push(observe(aws, lookup, &listed).await.into());
        }
        observations
    }

    async fn create(&self, work: &Work<'_>, spec: &InstanceSpec) -> Result<String, AwsError> {
        // An empty map of tags is an error at AWS (at least one), an absent one is not.
        let tags = (!spec.tags.is_empty()).then(|| spec.tags.clone().into_iter().collect());
        let request = work
            .aws
            .connect()
            .create_instance()
            .client_token(&work.token)
            .identity_management_type(DirectoryType::from(spec.identity.as_str()))
            .instance_alias(&spec.alias)
            .inbound_calls_enabled(spec.inbound)
            .outbound_calls_enabled(spec.outbound)
            .set_tags(tags);
        let answer = work
            .aws
            .call("connect", "CreateInstance", || request.clone().send())
            .await?;
        answer
            .id
            .ok_or_else(|| AwsError::lacking("connect", "CreateInstance", "Id"))
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &InstanceSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        for change in diff {
            match change.id(InstanceSpec::KIND) {
                InstanceSpec::INBOUND => {
                    set_attribute(work, &live.id, INBOUND_CALLS, &spec.inbound.to_string()).await?;
                }
                InstanceSpec::OUTBOUND => {
                    set_attribute(work, &live.id, OUTBOUND_CALLS, &spec.outbound.to_string()).await?;
                }
                InstanceSpec::ATTRIBUTES => {
                    let have = self.read(live).attributes.as_ref();
                    for (name, value) in &spec.attributes {
                        if have.and_then(|have| have.get(name)) != Some(value) {
                            set_attribute(work, &live.id, name, value).await?;
                        }
                    }
                }
                field => {
                    return Err(AwsError::bug(format!(
                        "`{field}` of a Connect instance cannot change"
                    )));
                }
            }
        }
        Ok(())
    }

    async fn tag(&self, work: &Work<'_>, live: &Live, change: TagChange) -> Result<(), AwsError> {
        tags::change(work.aws, live, change).await
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let request = work
            .aws
            .connect()
            .delete_instance()
            .instance_id(&live.id)
            .client_token(&work.token);
        gone(
            work.aws
                .call("connect", "DeleteInstance", || request.clone().send())
                .await,
        )
    }

    async fn made_and_deleted(&self, aws: &Aws, since: jiff::Timestamp) -> Option<Result<usize, AwsError>> {
        // Assumption: connect.churn-is-in-the-trail.
        let operations = ["CreateInstance", "DeleteInstance"];
        let count = trail::count(aws, "connect.amazonaws.com", &operations, since.as_second());
        Some(count.await)
    }

    async fn dependents(&self, aws: &Aws, live: &Live) -> Option<Result<Dependents, AwsError>> {
        // Without an ARN it is not ready or failed, and no number can be claimed for it.
        let arn = live.outputs.get(output::ARN)?;
        let numbers = phone_numbers(aws, arn).await;
        Some(numbers.map(|names| Dependents {
            what: "phone numbers".to_owned(),
            names,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::field::Change;
    use crate::kinds::kind::Kind;
    use serde_json::json;

    fn reported(status: InstanceStatus) -> aws_sdk_connect::types::builders::InstanceBuilder {
        Instance::builder()
            .id("11111111-2222-3333-4444-555555555555")
            .instance_alias("acme-support")
            .identity_management_type(DirectoryType::Saml)
            .instance_status(status)
            .inbound_calls_enabled(true)
            .outbound_calls_enabled(true)
            .tags("headset:id", "lineage-1")
    }

    fn want(attributes: Value) -> Value {
        json!({
            "alias": "acme-support", "identity": "SAML", "inbound": true, "outbound": true,
            "attributes": attributes, "tags": {"headset:id": "lineage-1"},
        })
    }

    #[test]
    fn attributes_that_nobody_asked_for_are_no_difference() {
        let attributes = [
            ("CONTACTFLOW_LOGS", "true"),
            ("NEWER_THAN_THIS", "true"),
            (OUTBOUND_CALLS, "false"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let live = live(&reported(InstanceStatus::Active).build(), Some(attributes));
        let found = ConnectInstance.diff(&want(json!({"CONTACTFLOW_LOGS": "true"})), &live);
        // The attribute, which UpdateInstanceAttribute changes, counts more than what DescribeInstance says.
        let fields: Vec<_> = found.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(fields, ["outbound"]);
    }

    #[test]
    fn another_identity_is_forbidden() {
        let live = live(
            &reported(InstanceStatus::Active)
                .identity_management_type(DirectoryType::ConnectManaged)
                .build(),
            None,
        );
        let found = ConnectInstance.diff(&want(json!({})), &live);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].field.as_str(), found[0].change),
            ("identity", Change::Forbidden)
        );
    }

    #[test]
    fn a_failed_creation_tells_its_reason_and_has_nothing_to_lose() {
        let reason = aws_sdk_connect::types::InstanceStatusReason::builder()
            .message("too many")
            .build();
        let instance = reported(InstanceStatus::CreationFailed)
            .status_reason(reason)
            .build();
        let live = live(&instance, None);
        assert_eq!(
            live.condition,
            Condition::Failed {
                state: "CREATION_FAILED".to_owned(),
                reason: "too many".to_owned()
            }
        );
        assert_eq!(ConnectInstance.loss(&live), None);
        assert!(same_lineage(&instance, &want(json!({}))));
        assert!(!same_lineage(&instance, &json!({"alias": "acme-support"})));
    }

    #[test]
    fn a_creation_in_progress_moves() {
        let live = live(&reported(InstanceStatus::CreationInProgress).build(), None);
        assert!(matches!(live.condition, Condition::Moving { .. }));
        assert!(ConnectInstance.loss(&live).is_some());
    }
}
