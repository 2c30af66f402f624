//! An entitlement of a stack: which users who sign in by SAML see which of its applications.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_appstream::types::{self, AppVisibility, EntitlementAttribute};
use futures_util::future::join_all;
use headset_core::AwsError;
pub use headset_kinds::appstream::entitlement::*;
use headset_kinds::extra::{Extra, Holder, List};
use headset_kinds::field::{change_of, differs};

use super::listing::{text, text_or_empty};
use super::membership::Membership;
use crate::error::gone;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Live, Lookup, Observation};
use crate::kinds::remote::{Remote, Work};
use crate::{Aws, pages};

#[async_trait]
impl Remote for Entitlement {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let fields = (EntitlementSpec::NAME, EntitlementSpec::STACK);
        let asked: Vec<Option<Membership>> = lookups
            .iter()
            .map(|lookup| Membership::of_lookup(lookup, fields))
            .collect();
        let stacks: BTreeSet<String> = asked.iter().flatten().map(|one| one.stack.clone()).collect();
        let listed = stacks.iter().map(|stack| async move {
            let listed = aws.renewed(stack, || listed(aws, stack)).await;
            (stack.clone(), listed.map(|listed| listed.0.clone()))
        });
        let listed: BTreeMap<String, Result<Vec<types::Entitlement>, AwsError>> =
            join_all(listed).await.into_iter().collect();
        let observed = asked.iter().map(|one| observe(aws, one.as_ref(), &listed));
        join_all(observed).await
    }

    async fn extras(&self, aws: &Aws, _list: &List, holder: Holder<'_>) -> Result<Vec<Extra>, AwsError> {
        let stack = holder.live.id.as_str();
        let listed = aws.remembered(stack, None, || listed(aws, stack)).await?;
        let extras = listed.0.iter().map(|one| {
            let name = said(one.name());
            Extra {
                about: Some(format!("asks for {}", conditions(one))),
                ..Extra::new(Membership::new(name, stack).id(), format!("{stack}:{name}"))
            }
        });
        Ok(extras.filter(|one| !holder.known.contains(&one.id)).collect())
    }

    async fn create(&self, work: &Work<'_>, spec: &EntitlementSpec) -> Result<String, AwsError> {
        let stack = spec.stack.resolved()?;
        let request = work
            .aws
            .appstream()
            .create_entitlement()
            .stack_name(&stack)
            .name(&spec.name)
            .set_description(spec.description.clone())
            .app_visibility(visibility(spec))
            .set_attributes(Some(attributes(spec)));
        // The applications follow as an update.
        work.aws
            .call("appstream", "CreateEntitlement", || request.clone().send())
            .await?;
        Ok(Membership::new(&spec.name, stack).id())
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &EntitlementSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let own = Membership::of_id(&live.id)?;
        let applications = change_of(diff, EntitlementSpec::APPLICATIONS);
        // From all applications to some of them, or back.
        let changes_sort = applications.is_some_and(|change| change.have.is_null() != change.want.is_null());
        let others = differs(diff, &[EntitlementSpec::DESCRIPTION, EntitlementSpec::ATTRIBUTES]);
        if !changes_sort && !others {
            return associate(work, &own, spec, live).await;
        }
        let mut request = work
            .aws
            .appstream()
            .update_entitlement()
            .stack_name(&own.stack)
            .name(&own.member);
        if change_of(diff, EntitlementSpec::DESCRIPTION).is_some() {
            request = request.description(text_or_empty(spec.description.as_ref()));
        }
        if changes_sort {
            request = request.app_visibility(visibility(spec));
        }
        if change_of(diff, EntitlementSpec::ATTRIBUTES).is_some() {
            request = request.set_attributes(Some(attributes(spec)));
        }
        work.aws
            .call("appstream", "UpdateEntitlement", || request.clone().send())
            .await
            .map(drop)
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let own = Membership::of_id(&live.id)?;
        let request = work
            .aws
            .appstream()
            .delete_entitlement()
            .stack_name(&own.stack)
            .name(&own.member);
        gone(
            work.aws
                .call("appstream", "DeleteEntitlement", || request.clone().send())
                .await,
        )
    }
}

/// Whether it is one to all applications, or to those that are associated.
fn visibility(spec: &EntitlementSpec) -> AppVisibility {
    match spec.applications {
        None => AppVisibility::All,
        Some(_) => AppVisibility::Associated,
    }
}

fn attributes(spec: &EntitlementSpec) -> Vec<EntitlementAttribute> {
    let all = spec.attributes.iter().map(|one| {
        EntitlementAttribute::builder()
            .name(&one.name)
            .value(&one.value)
            .build()
    });
    all.collect()
}

/// Associates the applications that are missing, and then takes away those that are not wanted.
async fn associate(
    work: &Work<'_>,
    own: &Membership,
    spec: &EntitlementSpec,
    live: &Live,
) -> Result<(), AwsError> {
    let seen: &EntitlementLive = live.read();
    let have: BTreeSet<&String> = seen.applications.iter().flatten().collect();
    let want: BTreeSet<&String> = spec.applications.iter().flatten().collect();
    let appstream = work.aws.appstream();
    for application in want.difference(&have) {
        let request = appstream
            .associate_application_to_entitlement()
            .stack_name(&own.stack)
            .entitlement_name(&own.member)
            .application_identifier(*application);
        work.aws
            .call("appstream", "AssociateApplicationToEntitlement", || {
                request.clone().send()
            })
            .await?;
    }
    for application in have.difference(&want) {
        let request = appstream
            .disassociate_application_from_entitlement()
            .stack_name(&own.stack)
            .entitlement_name(&own.member)
            .application_identifier(*application);
        gone(
            work.aws
                .call("appstream", "DisassociateApplicationFromEntitlement", || {
                    request.clone().send()
                })
                .await,
        )?;
    }
    Ok(())
}

/// The entitlements of a stack, as they are remembered.
struct Listed(Vec<types::Entitlement>);

async fn listed(aws: &Aws, stack: &str) -> Result<Listed, AwsError> {
    entitlements(aws, stack).await.map(Listed)
}

/// The entitlements of a stack.
///
/// # Errors
/// If AWS does not answer; `NotFound` if there is no such stack.
pub(crate) async fn entitlements(aws: &Aws, stack: &str) -> Result<Vec<types::Entitlement>, AwsError> {
    pages(|token| async move {
        let request = aws
            .appstream()
            .describe_entitlements()
            .stack_name(stack)
            .set_next_token(token);
        let page = aws
            .call("appstream", "DescribeEntitlements", || request.clone().send())
            .await?;
        Ok((page.entitlements.unwrap_or_default(), page.next_token))
    })
    .await
}

/// The applications that are associated with an entitlement.
async fn applications(aws: &Aws, own: &Membership) -> Result<Vec<String>, AwsError> {
    pages(|token| async move {
        let request = aws
            .appstream()
            .list_entitled_applications()
            .stack_name(&own.stack)
            .entitlement_name(&own.member)
            .set_next_token(token);
        let page = aws
            .call("appstream", "ListEntitledApplications", || request.clone().send())
            .await?;
        let named = page.entitled_applications.unwrap_or_default().into_iter();
        let named = named.filter_map(|one| one.application_identifier);
        Ok((named.collect(), page.next_token))
    })
    .await
}

/// What AWS always says, and its model leaves open.
pub(crate) fn said(text: Option<&str>) -> &str {
    text.unwrap_or("?")
}

/// What an entitlement asks for, in words.
// Assumption: `appstream.entitlement-any` — that one attribute of several is enough.
pub(crate) fn conditions(entitlement: &types::Entitlement) -> String {
    let asked = entitlement.attributes().iter();
    let asked = asked.map(|one| format!("{} = {}", said(one.name()), said(one.value())));
    asked.collect::<Vec<_>>().join(" or ")
}

async fn observe(
    aws: &Aws,
    asked: Option<&Membership>,
    listed: &BTreeMap<String, Result<Vec<types::Entitlement>, AwsError>>,
) -> Observation {
    let Some(asked) = asked else {
        return Observation::Unknown(AwsError::unnamed());
    };
    let all = match listed.get(&asked.stack) {
        Some(Ok(all)) => all,
        // A stack that is not there has no entitlements.
        Some(Err(error)) if error.is_not_found() => return Observation::Absent,
        Some(Err(error)) => return Observation::Unknown(error.clone()),
        None => return Observation::Unknown(AwsError::bug("its stack was not looked at")),
    };
    let Some(one) = all.iter().find(|one| one.name() == Some(&asked.member)) else {
        return Observation::Absent;
    };
    match report(aws, asked, one).await {
        Ok(seen) => Observation::Present(Live::of(asked.id(), "there", seen)),
        Err(error) if error.is_not_found() => Observation::Absent,
        Err(error) => Observation::Unknown(error),
    }
}

/// All entitlements of a stack, as AWS reports them.
///
/// # Errors
/// If AWS does not answer.
pub(crate) async fn reported(aws: &Aws, stack: &str) -> Result<Vec<EntitlementLive>, AwsError> {
    let mut all = Vec::new();
    for one in entitlements(aws, stack).await? {
        let own = Membership::new(said(one.name()), stack);
        all.push(report(aws, &own, &one).await?);
    }
    Ok(all)
}

/// What AWS reports of one, with its applications.
async fn report(aws: &Aws, own: &Membership, one: &types::Entitlement) -> Result<EntitlementLive, AwsError> {
    let applications = match one.app_visibility() {
        Some(AppVisibility::Associated) => Some(applications(aws, own).await?),
        _ => None,
    };
    let attributes = one.attributes().iter().map(|one| Attribute {
        name: said(one.name()).to_owned(),
        value: said(one.value()).to_owned(),
    });
    Ok(EntitlementLive {
        stack: Some(own.stack.clone()),
        name: Some(own.member.clone()),
        description: text(one.description()),
        attributes: Some(attributes.collect()),
        applications,
    })
}
