//! What is sent about a stack.

use std::collections::BTreeMap;

use aws_sdk_appstream::operation::create_stack::builders::CreateStackFluentBuilder;
use aws_sdk_appstream::operation::update_stack::builders::UpdateStackFluentBuilder;
use aws_sdk_appstream::types::{self, StackAttribute};
use headset_core::AwsError;

use super::super::{listing, tags};
use super::open::{agents_changed, agents_made, redirection_sent};
use super::{Connector, Stack, StackLive, StackSpec};
use crate::Aws;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Declared, Live};
use crate::kinds::text::Text;

/// CreateStack.
pub(super) fn create(aws: &Aws, spec: &StackSpec) -> Result<CreateStackFluentBuilder, AwsError> {
    let request = aws
        .appstream()
        .create_stack()
        .name(&spec.name)
        .set_display_name(spec.display_name.clone())
        .set_description(spec.description.clone())
        .set_user_settings(some(settings(spec, &StackLive::default())))
        .set_storage_connectors(some(connectors(&spec.storage_connectors)))
        .set_application_settings(spec.app_settings.as_deref().map(|group| application(Some(group))))
        .set_redirect_url(spec.redirect_url.clone())
        .set_feedback_url(spec.feedback_url.clone())
        .set_embed_host_domains(some(spec.embed_domains.clone()))
        .set_access_endpoints(some(endpoints(&spec.access_endpoints)?))
        .set_streaming_experience_settings(spec.streaming.as_deref().map(streaming))
        .set_content_redirection(spec.url_redirection.as_ref().map(redirection_sent))
        .set_storage_connector_authentication(spec.storage_sign_in.as_deref().map(storage_sign_in))
        .set_agent_access_config(spec.ai_agents.as_ref().map(agents_made))
        .set_tags(tags::at_creation(&spec.tags));
    Ok(request)
}

/// UpdateStack with the members that differ, and the names of those that have to go.
pub(super) fn change(
    aws: &Aws,
    spec: &StackSpec,
    live: &Live,
    diff: &Diff,
) -> Result<UpdateStackFluentBuilder, AwsError> {
    let mut request = aws.appstream().update_stack().name(&live.id);
    let have = Stack.read(live);
    let mut settings_sent = false;
    for change in diff {
        request = match change.id(StackSpec::KIND) {
            StackSpec::DISPLAY_NAME => {
                request.display_name(listing::text_or_empty(spec.display_name.as_ref()))
            }
            StackSpec::DESCRIPTION => request.description(listing::text_or_empty(spec.description.as_ref())),
            StackSpec::USER_SETTINGS | StackSpec::MAXIMUM_LENGTHS if settings_sent => request,
            StackSpec::USER_SETTINGS | StackSpec::MAXIMUM_LENGTHS => {
                settings_sent = true;
                request.set_user_settings(some(settings(spec, have)))
            }
            StackSpec::STORAGE_CONNECTORS => surplus(&spec.storage_connectors, have).into_iter().fold(
                request.set_storage_connectors(some(connectors(&spec.storage_connectors))),
                |request, attribute| request.attributes_to_delete(attribute),
            ),
            StackSpec::APP_SETTINGS => {
                request.application_settings(application(spec.app_settings.as_deref()))
            }
            StackSpec::REDIRECT_URL => match &spec.redirect_url {
                Some(url) => request.redirect_url(url),
                None => request.attributes_to_delete(StackAttribute::RedirectUrl),
            },
            StackSpec::FEEDBACK_URL => match &spec.feedback_url {
                Some(url) => request.feedback_url(url),
                None => request.attributes_to_delete(StackAttribute::FeedbackUrl),
            },
            StackSpec::EMBED_DOMAINS if spec.embed_domains.is_empty() => {
                request.attributes_to_delete(StackAttribute::EmbedHostDomains)
            }
            StackSpec::EMBED_DOMAINS => request.set_embed_host_domains(Some(spec.embed_domains.clone())),
            StackSpec::ACCESS_ENDPOINTS if spec.access_endpoints.is_empty() => {
                request.attributes_to_delete(StackAttribute::AccessEndpoints)
            }
            StackSpec::ACCESS_ENDPOINTS => {
                request.set_access_endpoints(Some(endpoints(&spec.access_endpoints)?))
            }
            StackSpec::STREAMING => match spec.streaming.as_deref() {
                Some(transport) => request.streaming_experience_settings(streaming(transport)),
                None => request.attributes_to_delete(StackAttribute::StreamingExperienceSettings),
            },
            StackSpec::URL_REDIRECTION => match &spec.url_redirection {
                Some(redirection) => request.content_redirection(redirection_sent(redirection)),
                None => request.attributes_to_delete(StackAttribute::ContentRedirection),
            },
            StackSpec::STORAGE_SIGN_IN => match spec.storage_sign_in.as_deref() {
                Some(mode) => request.storage_connector_authentication(storage_sign_in(mode)),
                None => request.attributes_to_delete(StackAttribute::StorageConnectorAuthentication),
            },
            StackSpec::AI_AGENTS => match &spec.ai_agents {
                Some(access) => request.agent_access_config(agents_changed(access)),
                None => request.attributes_to_delete(StackAttribute::AgentAccessConfig),
            },
            _ => request,
        };
    }
    Ok(request)
}

/// A list, or none: AWS's shapes do not allow empty ones.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// Settings of applications, kept by this group or not kept. They have no entry in AttributesToDelete.
fn application(group: Option<&str>) -> types::ApplicationSettings {
    types::ApplicationSettings::builder()
        .enabled(group.is_some())
        .set_settings_group(group.map(str::to_owned))
        .build()
}

fn streaming(transport: &str) -> types::StreamingExperienceSettings {
    types::StreamingExperienceSettings::builder()
        .preferred_protocol(types::PreferredProtocol::from(transport))
        .build()
}

fn storage_sign_in(mode: &str) -> types::StorageConnectorAuthentication {
    types::StorageConnectorAuthentication::from(mode)
}

fn endpoints(ids: &[Text]) -> Result<Vec<types::AccessEndpoint>, AwsError> {
    ids.iter()
        .map(|id| {
            let endpoint = types::AccessEndpoint::builder()
                .endpoint_type(types::AccessEndpointType::Streaming)
                .vpce_id(id.resolved()?)
                .build();
            Ok(endpoint)
        })
        .collect()
}

/// The wanted settings on top of what AWS has now.
/// Assumption: `appstream.user-settings-whole` — no source says whether UpdateStack keeps actions that it is
/// not given; sending all of them is right either way. A clipboard limit survives while its action stays on.
fn settings(spec: &StackSpec, have: &StackLive) -> Vec<types::UserSetting> {
    let there = have.user_settings.iter().flatten();
    // AWS answers actions that its published model does not have yet, and need not accept them back.
    let known = there.filter(|(action, _)| types::Action::values().contains(&action.as_str()));
    let all: BTreeMap<&String, &String> = known.chain(&spec.user_settings).collect();
    all.into_iter()
        .map(|(action, permission)| {
            let kept = have
                .maximum_lengths
                .as_ref()
                .and_then(|lengths| lengths.get(action));
            let length = spec.maximum_lengths.get(action).or(kept).copied();
            types::UserSetting::builder()
                .action(types::Action::from(action.as_str()))
                .permission(types::Permission::from(permission.as_str()))
                // AWS refuses a limit on what is disabled.
                .set_maximum_length(length.filter(|_| permission == "ENABLED"))
                .build()
        })
        .collect()
}

fn connectors(wanted: &BTreeMap<String, Connector>) -> Vec<types::StorageConnector> {
    wanted
        .iter()
        .map(|(kind, connector)| {
            types::StorageConnector::builder()
                .connector_type(types::StorageConnectorType::from(kind.as_str()))
                .set_domains(some(connector.domains.clone()))
                .set_domains_require_admin_consent(some(connector.admin_consent.clone()))
                .build()
        })
        .collect()
}

/// What AttributesToDelete has to name so that no other connector remains.
fn surplus(want: &BTreeMap<String, Connector>, have: &StackLive) -> Vec<StackAttribute> {
    if want.is_empty() {
        return vec![StackAttribute::StorageConnectors];
    }
    let there = have.storage_connectors.iter().flat_map(BTreeMap::keys);
    there
        .filter(|connector| !want.contains_key(*connector))
        .map(|connector| StackAttribute::from(format!("STORAGE_CONNECTOR_{connector}").as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn sent(want: Value) -> Vec<(String, String, Option<i32>)> {
        let have = json!({
            "user_settings": {"FILE_UPLOAD": "ENABLED", "CLIPBOARD_COPY_TO_LOCAL_DEVICE": "ENABLED",
                              "CLIPBOARD_COPY_FROM_LOCAL_DEVICE": "ENABLED"},
            "maximum_lengths": {"CLIPBOARD_COPY_TO_LOCAL_DEVICE": 100, "CLIPBOARD_COPY_FROM_LOCAL_DEVICE": 200},
        });
        let spec: StackSpec = serde_json::from_value(want).expect("a spec");
        settings(&spec, &serde_json::from_value(have).expect("what is there"))
            .iter()
            .map(|setting| {
                (
                    setting.action().expect("an action").to_string(),
                    setting.permission().expect("a permission").to_string(),
                    setting.maximum_length(),
                )
            })
            .collect()
    }

    #[test]
    fn settings_of_others_are_sent_along_and_limits_go_with_what_is_disabled() {
        let row = |a: &str, p: &str, l| (a.to_owned(), p.to_owned(), l);
        assert_eq!(
            sent(
                json!({"name": "s", "user_settings": {"CLIPBOARD_COPY_TO_LOCAL_DEVICE": "DISABLED"},
                        "maximum_lengths": {"CLIPBOARD_COPY_TO_LOCAL_DEVICE": 5}})
            ),
            [
                row("CLIPBOARD_COPY_FROM_LOCAL_DEVICE", "ENABLED", Some(200)),
                row("CLIPBOARD_COPY_TO_LOCAL_DEVICE", "DISABLED", None),
                row("FILE_UPLOAD", "ENABLED", None),
            ]
        );
    }

    #[test]
    fn a_wanted_limit_goes_before_the_one_that_is_there() {
        let limited = json!({"name": "s", "maximum_lengths": {"CLIPBOARD_COPY_FROM_LOCAL_DEVICE": 5}});
        assert_eq!(sent(limited)[0].2, Some(5));
    }

    #[test]
    fn surplus_connectors_are_named_one_by_one() {
        let have =
            json!({"storage_connectors": {"HOMEFOLDERS": {}, "ONE_DRIVE": {"domains": ["a.example.com"]}}});
        let have: StackLive = serde_json::from_value(have).expect("what is there");
        let homes = BTreeMap::from([("HOMEFOLDERS".to_owned(), Connector::default())]);
        assert_eq!(surplus(&homes, &have), [StackAttribute::StorageConnectorOneDrive]);
        assert_eq!(
            surplus(&BTreeMap::new(), &have),
            [StackAttribute::StorageConnectors]
        );
    }
}
