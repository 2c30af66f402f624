//! A stack as AWS reports it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_appstream::types;
use headset_core::AwsError;

use super::super::listing::{self, Listing, text};
use super::Connector;
use super::open::{agents_of, redirection_of};
use crate::kinds::kind::Live;
use crate::kinds::output;
use crate::{Aws, Page};
use headset_kinds::appstream::StackLive;

/// DescribeStacks.
pub(crate) struct Stacks;

#[async_trait]
impl Listing for Stacks {
    type Item = types::Stack;

    async fn page(
        &self,
        aws: &Aws,
        names: &[String],
        token: Option<String>,
    ) -> Result<Page<types::Stack>, AwsError> {
        let request = aws
            .appstream()
            .describe_stacks()
            .set_names(listing::given(names))
            .set_next_token(token);
        let answer = aws
            .call("appstream", "DescribeStacks", || request.clone().send())
            .await?;
        Ok((answer.stacks.unwrap_or_default(), answer.next_token))
    }

    fn name<'a>(&self, item: &'a types::Stack) -> &'a str {
        item.name().unwrap_or_default()
    }

    fn arn<'a>(&self, item: &'a types::Stack) -> &'a str {
        item.arn().unwrap_or_default()
    }

    fn live(&self, stack: &types::Stack) -> Live {
        let (mut user_settings, mut maximum_lengths) = (BTreeMap::new(), BTreeMap::new());
        for setting in stack.user_settings() {
            let Some(action) = setting.action().map(types::Action::as_str) else {
                continue;
            };
            let permission = setting.permission().map_or("", types::Permission::as_str);
            user_settings.insert(action.to_owned(), permission.to_owned());
            if let Some(length) = setting.maximum_length() {
                maximum_lengths.insert(action.to_owned(), length);
            }
        }
        let settings = stack
            .application_settings()
            .filter(|settings| settings.enabled() == Some(true));
        let endpoints = stack.access_endpoints().iter();
        let transport = stack
            .streaming_experience_settings()
            .and_then(|settings| settings.preferred_protocol())
            .map(|protocol| protocol.as_str());
        let observed = StackLive {
            name: text(stack.name()),
            display_name: text(stack.display_name()),
            description: text(stack.description()),
            user_settings: Some(user_settings),
            maximum_lengths: Some(maximum_lengths),
            storage_connectors: Some(connectors(stack)),
            app_settings: settings.map(|settings| settings.settings_group().unwrap_or_default().to_owned()),
            redirect_url: text(stack.redirect_url()),
            feedback_url: text(stack.feedback_url()),
            embed_domains: Some(stack.embed_host_domains().to_vec()),
            access_endpoints: Some(
                endpoints
                    .filter_map(|endpoint| endpoint.vpce_id.clone())
                    .collect(),
            ),
            streaming: text(transport),
            url_redirection: redirection_of(stack.content_redirection()),
            storage_sign_in: text(stack.storage_connector_authentication().map(|mode| mode.as_str())),
            ai_agents: agents_of(stack.agent_access_config()),
        };
        // A stack has no lifecycle, hence no state of AWS's; errors (StackErrors) are about its connectors.
        Live::of(self.name(stack), "present", observed)
            .output(output::NAME, self.name(stack))
            .output(output::ARN, self.arn(stack))
            .output(
                output::SETTINGS_BUCKET,
                settings
                    .and_then(|settings| settings.s3_bucket_name())
                    .unwrap_or_default(),
            )
    }
}

/// The connectors by type, without the bucket or drive that AWS filled in.
fn connectors(stack: &types::Stack) -> BTreeMap<String, Connector> {
    stack
        .storage_connectors()
        .iter()
        .filter_map(|connector| {
            let domains = Connector {
                domains: connector.domains().to_vec(),
                admin_consent: connector.domains_require_admin_consent().to_vec(),
            };
            Some((connector.connector_type()?.as_str().to_owned(), domains))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Stack;
    use super::*;
    use crate::kinds::kind::Kind;
    use serde_json::json;

    #[test]
    fn an_action_that_amazon_adds_is_no_difference() {
        let stack = types::Stack::builder()
            .name("s")
            .arn("arn")
            .user_settings(
                types::UserSetting::builder()
                    .action(types::Action::FileUpload)
                    .permission(types::Permission::Disabled)
                    .build(),
            )
            .user_settings(
                types::UserSetting::builder()
                    .action(types::Action::from("A_NEW_ONE"))
                    .permission(types::Permission::Enabled)
                    .build(),
            )
            .build();
        let live = Stacks.live(&stack);
        assert!(
            Stack
                .diff(&json!({"user_settings": {"FILE_UPLOAD": "DISABLED"}}), &live)
                .is_empty()
        );
        let diff = Stack.diff(&json!({"user_settings": {"FILE_UPLOAD": "ENABLED"}}), &live);
        assert_eq!(diff.len(), 1);
    }

    #[test]
    fn what_amazon_fills_in_is_no_difference() {
        let stack = types::Stack::builder()
            .name("s")
            .arn("arn")
            .storage_connectors(
                types::StorageConnector::builder()
                    .connector_type(types::StorageConnectorType::GoogleDrive)
                    .resource_identifier("appstream2-36fb080bb8-eu-west-1-123456789012")
                    .domains("b.example.com")
                    .domains("a.example.com")
                    .build(),
            )
            .application_settings(
                types::ApplicationSettingsResponse::builder()
                    .enabled(true)
                    .settings_group("s")
                    .s3_bucket_name("bucket")
                    .build(),
            )
            .streaming_experience_settings(
                types::StreamingExperienceSettings::builder()
                    .preferred_protocol(types::PreferredProtocol::Tcp)
                    .build(),
            )
            .build();
        let live = Stacks.live(&stack);
        let drive = json!({"GOOGLE_DRIVE": {"domains": ["a.example.com", "b.example.com"]}});
        let want = json!({"storage_connectors": drive, "app_settings": "s", "streaming": null});
        assert!(Stack.diff(&want, &live).is_empty());
        assert_eq!(live.outputs["settings_bucket"], "bucket");
        let other = json!({"storage_connectors": {"GOOGLE_DRIVE": {"domains": ["a.example.com"]}},
                           "app_settings": null, "streaming": "UDP"});
        assert_eq!(Stack.diff(&other, &live).len(), 3);
    }
}
