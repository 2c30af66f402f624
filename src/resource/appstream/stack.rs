//! A stack: what users sign in to, and what they may exchange with their own machine.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_appstream::types;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::fleet::gone;
use super::{listing, listing::Listing, tags};
use crate::aws::{Aws, AwsError};
use crate::resource::field::{Change, Compare, Diff, Field};
use crate::resource::kind::{Actions, Kind, Live, Lookup, Sight, Work, parse};

/// What a blueprint says about a stack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StackSpec {
    /// Its name: at most 101 characters, case-sensitive; part of sign-in URLs and policies.
    pub name: String,
    /// The name that users see, at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A description, at most 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// AWS's actions, such as `FILE_UPLOAD`, each `ENABLED` or `DISABLED`. Actions not named here are not owned.
    #[serde(default)]
    pub user_settings: BTreeMap<String, String>,
    /// AWS's connector types, such as `HOMEFOLDERS`.
    #[serde(default)]
    pub storage_connectors: Vec<String>,
    /// Domains whose pages may show the stack in a frame, at most 20.
    #[serde(default)]
    pub embed_domains: Vec<String>,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// The kind `appstream.stack`.
#[derive(Clone, Copy, Debug)]
pub struct Stack;

const FIELDS: &[Field] = &[
    Field::new("name", Change::Replace, "its name; cannot be changed"),
    Field::new("display_name", Change::InPlace, "the name that users see"),
    Field::new("description", Change::InPlace, "a description"),
    // AWS always returns every action it knows, and adds new ones over time.
    Field::new(
        "user_settings",
        Change::InPlace,
        "what users may exchange with their machine: AWS's action to ENABLED or DISABLED",
    )
    .compared(Compare::Owned),
    Field::new(
        "storage_connectors",
        Change::InPlace,
        "HOMEFOLDERS, GOOGLE_DRIVE, ONE_DRIVE",
    )
    .compared(Compare::Set),
    Field::new(
        "embed_domains",
        Change::InPlace,
        "domains whose pages may frame the stack, at most 20",
    )
    .compared(Compare::Set),
    Field::new("tags", Change::InPlace, "tags").compared(Compare::Owned),
];

/// Where a live stack keeps the clipboard limits that others set; not a field of the table.
const LENGTHS: &str = "maximum_lengths";

#[async_trait]
impl Kind for Stack {
    fn name(&self) -> &'static str {
        "appstream.stack"
    }

    fn about(&self) -> &'static str {
        "A stack: what users sign in to, with its clipboard, file and printing rules."
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn identity(&self) -> &'static [&'static str] {
        &["name"]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[("name", "the stack's name"), ("arn", "its ARN")]
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &["appstream:DescribeStacks", "appstream:ListTagsForResource"],
            write: &[
                "appstream:CreateStack",
                "appstream:UpdateStack",
                "appstream:TagResource",
                "appstream:UntagResource",
            ],
            delete: &["appstream:DeleteStack"],
        }
    }

    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Sight> {
        listing::survey(aws, &Stacks, lookups).await
    }

    async fn create(&self, work: &Work<'_>, want: &Value) -> Result<String, AwsError> {
        let spec: StackSpec = parse(want)?;
        let request = work
            .aws
            .appstream()
            .create_stack()
            .name(&spec.name)
            .set_display_name(spec.display_name.clone())
            .set_description(spec.description.clone())
            .set_user_settings(some(settings(&spec.user_settings, &Map::new())))
            .set_storage_connectors(some(connectors(&spec.storage_connectors)))
            .set_embed_host_domains(some(spec.embed_domains.clone()))
            .set_tags(tags::at_creation(&spec.tags));
        match work
            .aws
            .call("appstream", "CreateStack", || request.clone().send())
            .await
        {
            Ok(_) => Ok(spec.name),
            Err(error) => listing::made_before(work.aws, &Stacks, &spec.name, &spec.tags, error).await,
        }
    }

    async fn update(&self, work: &Work<'_>, want: &Value, live: &Live, diff: &Diff) -> Result<(), AwsError> {
        let arn = live.outputs.get("arn").map(String::as_str).unwrap_or_default();
        tags::update(work.aws, arn, diff).await?;
        if diff.iter().all(|change| change.field == "tags") {
            return Ok(());
        }
        let spec: StackSpec = parse(want)?;
        let mut request = work.aws.appstream().update_stack().name(&live.id);
        for change in diff {
            request = match change.field.as_str() {
                "display_name" => request.display_name(listing::text_or_empty(spec.display_name.as_ref())),
                "description" => request.description(listing::text_or_empty(spec.description.as_ref())),
                "user_settings" => {
                    request.set_user_settings(some(settings(&spec.user_settings, &live.fields)))
                }
                "storage_connectors" => surplus(&spec.storage_connectors, &change.have).into_iter().fold(
                    request.set_storage_connectors(some(connectors(&spec.storage_connectors))),
                    |request, attribute| request.attributes_to_delete(attribute),
                ),
                "embed_domains" if spec.embed_domains.is_empty() => {
                    request.attributes_to_delete(types::StackAttribute::EmbedHostDomains)
                }
                "embed_domains" => request.set_embed_host_domains(Some(spec.embed_domains.clone())),
                _ => request,
            };
        }
        work.aws
            .call("appstream", "UpdateStack", || request.clone().send())
            .await
            .map(drop)
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let request = work.aws.appstream().delete_stack().name(&live.id);
        gone(
            work.aws
                .call("appstream", "DeleteStack", || request.clone().send())
                .await,
        )
    }
}

/// A list, or none: AWS's shapes do not allow empty ones.
fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// The wanted settings on top of what AWS has now.
/// Assumption: `appstream.user-settings-whole` — no source says whether UpdateStack keeps actions that it is
/// not given; sending all of them is right either way. A clipboard limit survives while its action stays on.
fn settings(want: &BTreeMap<String, String>, have: &Map<String, Value>) -> Vec<types::UserSetting> {
    let mut all: BTreeMap<&str, &str> = have
        .get("user_settings")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(action, permission)| Some((action.as_str(), permission.as_str()?)))
        // AWS answers actions that its published model does not have yet, and need not accept them back.
        .filter(|(action, _)| types::Action::values().contains(action))
        .collect();
    all.extend(
        want.iter()
            .map(|(action, permission)| (action.as_str(), permission.as_str())),
    );
    all.into_iter()
        .map(|(action, permission)| {
            let length = have
                .get(LENGTHS)
                .and_then(|lengths| lengths.get(action))
                .and_then(Value::as_i64)
                .and_then(|length| i32::try_from(length).ok())
                // AWS refuses a limit on what is disabled.
                .filter(|_| permission == "ENABLED");
            types::UserSetting::builder()
                .action(types::Action::from(action))
                .permission(types::Permission::from(permission))
                .set_maximum_length(length)
                .build()
        })
        .collect()
}

fn connectors(types_wanted: &[String]) -> Vec<types::StorageConnector> {
    types_wanted
        .iter()
        .map(|connector| {
            types::StorageConnector::builder()
                .connector_type(types::StorageConnectorType::from(connector.as_str()))
                .build()
        })
        .collect()
}

/// What AttributesToDelete has to name so that no other connector remains.
fn surplus(want: &[String], have: &Value) -> Vec<types::StackAttribute> {
    if want.is_empty() {
        return vec![types::StackAttribute::StorageConnectors];
    }
    have.as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(|connector| !want.iter().any(|wanted| wanted == connector))
        .map(|connector| types::StackAttribute::from(format!("STORAGE_CONNECTOR_{connector}").as_str()))
        .collect()
}

/// DescribeStacks.
struct Stacks;

#[async_trait]
impl Listing for Stacks {
    type Item = types::Stack;

    async fn page(
        &self,
        aws: &Aws,
        names: &[String],
        token: Option<String>,
    ) -> Result<listing::Page<types::Stack>, AwsError> {
        let request = aws
            .appstream()
            .describe_stacks()
            .set_names(Some(names.to_vec()))
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
        let (mut permissions, mut lengths) = (Map::new(), Map::new());
        for setting in stack.user_settings() {
            let Some(action) = setting.action() else { continue };
            let permission = setting.permission().map(|permission| permission.as_str());
            permissions.insert(action.as_str().to_owned(), json!(permission));
            if let Some(length) = setting.maximum_length() {
                lengths.insert(action.as_str().to_owned(), json!(length));
            }
        }
        let connectors: Vec<&str> = stack
            .storage_connectors()
            .iter()
            .filter_map(|connector| Some(connector.connector_type()?.as_str()))
            .collect();
        // A stack has no lifecycle, hence no state of AWS's; errors (StackErrors) are about its connectors.
        Live::new(self.name(stack), "present")
            .field("name", self.name(stack))
            .field("display_name", listing::text_or_null(stack.display_name()))
            .field("description", listing::text_or_null(stack.description()))
            .field("user_settings", permissions)
            .field(LENGTHS, lengths)
            .field("storage_connectors", json!(connectors))
            .field("embed_domains", json!(stack.embed_host_domains()))
            .output("name", self.name(stack))
            .output("arn", self.arn(stack))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_others_are_sent_along_and_limits_go_with_what_is_disabled() {
        let have = json!({
            "user_settings": {"FILE_UPLOAD": "ENABLED", "CLIPBOARD_COPY_TO_LOCAL_DEVICE": "ENABLED",
                              "CLIPBOARD_COPY_FROM_LOCAL_DEVICE": "ENABLED"},
            "maximum_lengths": {"CLIPBOARD_COPY_TO_LOCAL_DEVICE": 100, "CLIPBOARD_COPY_FROM_LOCAL_DEVICE": 200},
        });
        let want = BTreeMap::from([("CLIPBOARD_COPY_TO_LOCAL_DEVICE".to_owned(), "DISABLED".to_owned())]);
        let sent: Vec<(String, String, Option<i32>)> = settings(&want, have.as_object().expect("an object"))
            .iter()
            .map(|setting| {
                (
                    setting.action().expect("an action").to_string(),
                    setting.permission().expect("a permission").to_string(),
                    setting.maximum_length(),
                )
            })
            .collect();
        let row = |a: &str, p: &str, l| (a.to_owned(), p.to_owned(), l);
        assert_eq!(
            sent,
            [
                row("CLIPBOARD_COPY_FROM_LOCAL_DEVICE", "ENABLED", Some(200)),
                row("CLIPBOARD_COPY_TO_LOCAL_DEVICE", "DISABLED", None),
                row("FILE_UPLOAD", "ENABLED", None),
            ]
        );
    }

    #[test]
    fn surplus_connectors_are_named_one_by_one() {
        let have = json!(["HOMEFOLDERS", "ONE_DRIVE"]);
        assert_eq!(
            surplus(&["HOMEFOLDERS".to_owned()], &have),
            [types::StackAttribute::StorageConnectorOneDrive]
        );
        assert_eq!(surplus(&[], &have), [types::StackAttribute::StorageConnectors]);
    }

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
}
