//! `connect.approved_origin`: a site that may embed the Contact Control Panel.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_connect::types::AuthenticationProfile;
use headset_core::{AwsError, Class};
pub use headset_kinds::connect::approved_origin::*;
use headset_kinds::extra::{Extra, Holder, List};
use headset_kinds::verify::{Check, Checked};

use super::instance_id;
use crate::error::gone;
use crate::kinds::kind::{self, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::remote::{Remote, Work};
use crate::{Aws, pages};

/// An origin in the form that browsers send: scheme and host in lower case, no closing slash, no default port.
///
/// Assumption: connect.origin-spelling. Whether Connect keeps an origin as it was given or normalises it is
/// not documented. Comparing this form finds ours again either way.
fn canonical(origin: &str) -> String {
    let lower = origin.trim().trim_end_matches('/').to_ascii_lowercase();
    let default_port = if lower.starts_with("https://") {
        ":443"
    } else {
        ":80"
    };
    lower.strip_suffix(default_port).unwrap_or(&lower).to_owned()
}

/// The origin among `listed` that is the wanted one, as AWS spells it.
fn find<'a>(listed: &'a [String], wanted: &str) -> Option<&'a str> {
    let exact = listed.iter().find(|one| *one == wanted);
    let wanted = canonical(wanted);
    exact
        .or_else(|| listed.iter().find(|one| canonical(one) == wanted))
        .map(String::as_str)
}

/// The approved origins of an instance, as they are remembered.
struct Origins(Vec<String>);

/// All approved origins of an instance, page by page (25 each).
async fn list(aws: &Aws, instance: &str) -> Result<Origins, AwsError> {
    let listed = pages(|token| async move {
        let request = aws
            .connect()
            .list_approved_origins()
            .instance_id(instance)
            .max_results(25)
            .set_next_token(token);
        let page = aws
            .call("connect", "ListApprovedOrigins", || request.clone().send())
            .await?;
        Ok((page.origins.unwrap_or_default(), page.next_token))
    })
    .await;
    listed.map(Origins)
}

/// The physical id: an origin has none of its own, so it is the instance's id and AWS's spelling of the origin.
fn physical_id(instance: &str, origin: &str) -> String {
    format!("{instance} {origin}")
}

fn of_physical_id(id: &str) -> Result<(&str, &str), AwsError> {
    id.split_once(' ')
        .ok_or_else(|| AwsError::not_an_id(id, "an approved origin"))
}

#[async_trait]
impl Remote for ApprovedOrigin {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let mut listed: BTreeMap<String, Result<Arc<Origins>, AwsError>> = BTreeMap::new();
        let mut observations = Vec::with_capacity(lookups.len());
        for lookup in lookups {
            let spec = match kind::parse::<ApprovedOriginSpec>(&lookup.spec).and_then(|spec| {
                Ok((
                    instance_id(&spec.instance_id.resolved()?).to_owned(),
                    spec.origin.resolved()?,
                ))
            }) {
                Ok(spec) => spec,
                Err(error) => {
                    observations.push(Observation::Unknown(error));
                    continue;
                }
            };
            let (instance, origin) = spec;
            if !listed.contains_key(&instance) {
                let origins = aws.renewed(&instance, || list(aws, &instance)).await;
                listed.insert(instance.clone(), origins);
            }
            observations.push(match listed.get(&instance) {
                Some(Ok(origins)) => match find(&origins.0, &origin) {
                    Some(spelling) => {
                        let id = physical_id(&instance, spelling);
                        let observed = ApprovedOriginLive {
                            instance_id: Some(instance),
                            origin: Some(origin.clone()),
                        };
                        let live = Live::of(id, "APPROVED", observed);
                        Observation::Present(live.output(output::ORIGIN, origin))
                    }
                    None => Observation::Absent,
                },
                // Without the instance there are no origins of it.
                Some(Err(error)) if error.is_not_found() => Observation::Absent,
                Some(Err(error)) => Observation::Unknown(error.clone()),
                None => Observation::Unknown(AwsError::bug("its instance was not looked at")),
            });
        }
        observations
    }

    async fn extras(&self, aws: &Aws, _list: &List, holder: Holder<'_>) -> Result<Vec<Extra>, AwsError> {
        let instance = holder.live.id.as_str();
        let listed = aws.remembered(instance, None, || list(aws, instance)).await?;
        let origins = listed
            .0
            .iter()
            .map(|origin| (physical_id(instance, origin), origin));
        let unknown = origins.filter(|(id, _)| !holder.known.contains(id));
        Ok(unknown.map(|(id, origin)| Extra::new(id, origin)).collect())
    }

    async fn create(&self, work: &Work<'_>, spec: &ApprovedOriginSpec) -> Result<String, AwsError> {
        let (instance, origin) = (spec.instance_id.resolved()?, spec.origin.resolved()?);
        let request = work
            .aws
            .connect()
            .associate_approved_origin()
            .instance_id(&instance)
            .origin(&origin)
            .client_token(&work.token);
        work.aws
            .call("connect", "AssociateApprovedOrigin", || request.clone().send())
            .await?;
        Ok(physical_id(instance_id(&instance), &origin))
    }

    async fn try_out(
        &self,
        aws: &Aws,
        check: &'static Check,
        want: &ApprovedOriginSpec,
        live: &Live,
    ) -> Option<Checked> {
        if check.id == INACTIVITY.id {
            return match want.audio {
                CallAudio::Local => Some(inactivity(aws, check, want).await),
                CallAudio::Session | CallAudio::Phone | CallAudio::Elsewhere => None,
            };
        }
        Some(match framed(aws, want).await {
            Ok((panel, None)) => check.passed(panel),
            Ok((panel, Some(why))) => check.failed(
                panel,
                why,
                "approvals may take some minutes; if that lasts, look at what stands between this machine and Amazon Connect",
            ),
            Err(error) => check.unknown(live.id.as_str(), error),
        })
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let (instance, origin) = of_physical_id(&live.id)?;
        let request = work
            .aws
            .connect()
            .disassociate_approved_origin()
            .instance_id(instance)
            .origin(origin)
            .client_token(&work.token);
        gone(
            work.aws
                .call("connect", "DisassociateApprovedOrigin", || request.clone().send())
                .await,
        )
    }
}

/// Whether inactive agents are logged out. Who works in one of the two pages is inactive in the other, and AWS does not
/// support that logout where the panel is split.
///
/// Assumption: connect.authentication-profiles-preview.
async fn inactivity(aws: &Aws, check: &'static Check, spec: &ApprovedOriginSpec) -> Checked {
    let instance = match spec.instance_id.resolved() {
        Ok(instance) => instance_id(&instance).to_owned(),
        Err(error) => return check.unknown("the authentication profiles of the instance", error.into()),
    };
    let looked_at = format!("the authentication profiles of the instance {instance}");
    let place = "look in the Amazon Connect admin website: Security, Authentication profiles";
    match authentication_profiles(aws, &instance).await {
        Ok(profiles) => {
            let logs_out =
                |one: &&AuthenticationProfile| one.session_inactivity_handling_enabled() == Some(true);
            match profiles.iter().find(logs_out) {
                None => check.passed(looked_at),
                Some(profile) => check.failed(
                    looked_at,
                    format!(
                        "`{}` logs agents out after {} minutes without activity, which Amazon Connect does not support \
                         where two pages share the panel: an agent is inactive in one of them",
                        profile.name().unwrap_or_default(),
                        profile.session_inactivity_duration().unwrap_or_default()
                    ),
                    "switch the logout on inactivity off in the Amazon Connect admin website: Security, Authentication \
                     profiles",
                ),
            }
        }
        Err(error) if error.class == Class::Denied => check.not_checked(
            looked_at,
            format!(
                "AWS gives this preview to accounts that have asked for it, and to callers who may: {error}"
            ),
            place,
        ),
        Err(error) => check.unknown(looked_at, error),
    }
}

/// The authentication profiles of an instance, each as it is described.
async fn authentication_profiles(aws: &Aws, instance: &str) -> Result<Vec<AuthenticationProfile>, AwsError> {
    let listed = pages(|token| async move {
        let request = aws
            .connect()
            .list_authentication_profiles()
            .instance_id(instance)
            .set_next_token(token);
        let page = aws
            .call("connect", "ListAuthenticationProfiles", || request.clone().send())
            .await?;
        let profiles = page.authentication_profile_summary_list.unwrap_or_default();
        Ok((profiles, page.next_token))
    })
    .await?;
    let mut profiles = Vec::with_capacity(listed.len());
    for id in listed.into_iter().filter_map(|one| one.id) {
        let request = aws
            .connect()
            .describe_authentication_profile()
            .instance_id(instance)
            .authentication_profile_id(id);
        let answer = aws
            .call("connect", "DescribeAuthenticationProfile", || {
                request.clone().send()
            })
            .await?;
        let lacking = || {
            AwsError::lacking(
                "connect",
                "DescribeAuthenticationProfile",
                "AuthenticationProfile",
            )
        };
        profiles.push(answer.authentication_profile.ok_or_else(lacking)?);
    }
    Ok(profiles)
}

/// The address of the panel, and why a page of this origin may not frame it; `None`: it may.
///
/// Assumption: connect.framing-by-referrer.
async fn framed(aws: &Aws, spec: &ApprovedOriginSpec) -> Result<(String, Option<String>), AwsError> {
    let (instance, origin) = (spec.instance_id.resolved()?, spec.origin.resolved()?);
    let request = aws
        .connect()
        .describe_instance()
        .instance_id(instance_id(&instance));
    let answer = aws
        .call("connect", "DescribeInstance", || request.clone().send())
        .await?;
    let url = answer.instance.and_then(|instance| instance.instance_access_url);
    let url = url.ok_or_else(|| AwsError::lacking("connect", "DescribeInstance", "InstanceAccessUrl"))?;
    let panel = format!("{}/ccp-v2/", url.trim_end_matches('/'));
    let answer = aws.get_served(&panel, Some(&format!("{origin}/"))).await?;
    if answer.status >= 400 {
        return Ok((
            panel,
            Some(format!("it answers with HTTP status {}", answer.status)),
        ));
    }
    let policy = answer.headers.get("content-security-policy").map(String::as_str);
    let options = answer.headers.get("x-frame-options").map(String::as_str);
    let why = match policy.and_then(ancestors) {
        Some(ancestors) => (!ancestors.iter().any(|one| may_frame(one, &origin))).then(|| {
            format!(
                "pages of {origin} may not frame it: frame-ancestors is {}",
                ancestors.join(" ")
            )
        }),
        None => options.map(|options| format!("no page may frame it: X-Frame-Options is {options}")),
    };
    Ok((panel, why))
}

/// Which pages a Content-Security-Policy lets frame the page; `None`: it does not say.
fn ancestors(policy: &str) -> Option<Vec<&str>> {
    policy.split([';', ',']).find_map(|directive| {
        let mut words = directive.split_whitespace();
        let is_it = words.next()?.eq_ignore_ascii_case("frame-ancestors");
        is_it.then(|| words.collect())
    })
}

/// Whether a source of `frame-ancestors` is this origin, or a pattern that it fits.
fn may_frame(source: &str, origin: &str) -> bool {
    let source = canonical(source);
    if source == "*" || source == canonical(origin) {
        return true;
    }
    match (source.split_once("://*."), origin.split_once("://")) {
        (Some((scheme, domain)), Some((of, host))) => {
            scheme == of && host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
        }
        _ => source.strip_suffix(':') == origin.split_once("://").map(|(scheme, _)| scheme),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_that_browsers_do_not_tell_apart_are_one_origin() {
        for spelling in [
            "https://Desk.Example.com",
            "https://desk.example.com/",
            "https://desk.example.com:443",
        ] {
            assert_eq!(canonical(spelling), "https://desk.example.com");
        }
        assert_eq!(canonical("http://localhost:8443"), "http://localhost:8443");
        assert_eq!(canonical("http://localhost:80/"), "http://localhost");
    }

    #[test]
    fn a_policy_says_who_may_frame_the_panel() {
        let policy =
            "default-src 'none'; frame-ancestors 'self' https://a.example.com https://*.b.example.com";
        let sources = ancestors(policy).unwrap();
        let may = |origin| sources.iter().any(|source| may_frame(source, origin));
        assert!(may("https://a.example.com"));
        assert!(may("https://pages.b.example.com"));
        assert!(!may("https://b.example.com"));
        assert!(!may("https://c.example.com"));
        assert!(!may("http://a.example.com"));
        assert!(may_frame("https:", "https://c.example.com") && may_frame("*", "https://c.example.com"));
        assert!(!may_frame("'none'", "https://c.example.com"));
        assert_eq!(ancestors("default-src 'none'"), None);
    }

    #[test]
    fn an_exact_match_goes_before_a_similar_one() {
        let listed = vec![
            "https://a.example.com/".to_owned(),
            "https://a.example.com".to_owned(),
        ];
        assert_eq!(
            find(&listed, "https://a.example.com"),
            Some("https://a.example.com")
        );
        assert_eq!(
            find(&listed[..1], "https://a.example.com"),
            Some("https://a.example.com/")
        );
        assert_eq!(find(&listed, "https://b.example.com"), None);
    }
}
