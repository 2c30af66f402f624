//! A stack: what users sign in to, and what they may exchange with their own machine.

pub mod open;

use std::collections::BTreeMap;

use headset_derive::Fields;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::open::{AgentAccess, UrlRedirection};
use crate::discovery::Trace;
use crate::field::{Diff, FieldId};
use crate::kind::{Actions, Kind, Live};
use crate::output;
use crate::outward::{Quota, Terraform};
use crate::own::Beside;
use crate::text::Text;

/// What a blueprint says about a stack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "appstream.stack", of = Stack, live = StackLive)]
pub struct StackSpec {
    /// Its name: at most 101 characters, case-sensitive; part of sign-in URLs and policies.
    #[field(replace)]
    pub name: String,
    /// The name that users see, at most 100 characters.
    #[field(in_place)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A description, at most 256 characters.
    #[field(in_place)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// AWS's actions, such as `FILE_UPLOAD`, each `ENABLED` or `DISABLED`. Actions not named here are not owned: those
    /// that AWS adds after this version was made.
    // AWS always returns every action it knows, and adds new ones over time.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub user_settings: BTreeMap<String, String>,
    /// How many characters a clipboard action of AWS's may carry, 1 to 20,971,520; of enabled actions only. Actions not
    /// named here are not owned.
    #[field(in_place, compared = Owned)]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub maximum_lengths: BTreeMap<String, i32>,
    /// AWS's connector types, `HOMEFOLDERS`, `GOOGLE_DRIVE` and `ONE_DRIVE`, and what each needs.
    // AWS fills in which bucket or drive it is (ResourceIdentifier); that is not compared.
    #[field(in_place)]
    #[serde(default)]
    pub storage_connectors: BTreeMap<String, Connector>,
    /// The group by which settings of applications survive sessions; null: they do not.
    #[field(in_place)]
    #[serde(default)]
    pub app_settings: Option<String>,
    /// Where the browser goes after the session; null: nowhere.
    #[field(in_place)]
    #[serde(default)]
    pub redirect_url: Option<String>,
    /// Where "Send feedback" leads; null: there is no such button.
    #[field(in_place)]
    #[serde(default)]
    pub feedback_url: Option<String>,
    /// Domains whose pages may show the stack in a frame, at most 20.
    #[field(in_place, compared = Set)]
    #[serde(default)]
    pub embed_domains: Vec<String>,
    /// Ids of VPC interface endpoints through which sessions stream, at most 4; none: over the internet.
    #[field(in_place, compared = Set)]
    #[serde(default)]
    pub access_endpoints: Vec<Text>,
    /// Subnets of its fleet, in whose VPC its endpoints are looked for; none: anywhere.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subnets: Vec<String>,
    /// The preferred transport, TCP or UDP; null: AWS's default. Not owned where nothing is said.
    #[field(in_place)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streaming: Option<String>,
    /// Which addresses open in the browser of the user's own machine; null: none.
    #[field(in_place)]
    #[serde(default)]
    pub url_redirection: Option<UrlRedirection>,
    /// Whether the sign-in to cloud storage outlives the session; null: AWS's default, REUSE_CREDENTIALS.
    #[field(in_place)]
    #[serde(default)]
    pub storage_sign_in: Option<String>,
    /// What AI agents may do in sessions; null: nothing.
    #[field(in_place)]
    #[serde(default)]
    pub ai_agents: Option<AgentAccess>,
    /// Tags.
    #[field(in_place, compared = Owned)]
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// What a storage connector needs. Home folders need nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connector {
    /// The organisation's domains, at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
    /// Those of them that need an administrator's consent; of OneDrive only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub admin_consent: Vec<String>,
}

/// The kind `appstream.stack`.
#[derive(Clone, Copy, Debug)]
pub struct Stack;

/// The transport of a stack without a choice.
/// Assumption: `appstream.streaming-default-tcp` — what the console shows; AWS may answer it or nothing.
const DEFAULT_TRANSPORT: &str = "TCP";

/// Whether the sign-in to cloud storage outlives the session where nothing says so (AWS's model, CreateStack).
const DEFAULT_STORAGE_SIGN_IN: &str = "REUSE_CREDENTIALS";

impl Kind for Stack {
    fn about(&self) -> &'static str {
        "A stack: what users sign in to, with its clipboard, file and printing rules."
    }

    fn beside(&self, want: &Value, account: &str) -> Option<Beside> {
        want.get(StackSpec::STORAGE_CONNECTORS.name)?.get("HOMEFOLDERS")?;
        let bucket = format!("appstream2-36fb080bb8-REGION-{account}");
        Some(Beside::HomeFolders { bucket })
    }

    fn trace(&self) -> Trace {
        Trace::Tags
    }

    fn identity(&self) -> &'static [FieldId] {
        &[StackSpec::NAME]
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[
            (output::NAME, "the stack's name"),
            (output::ARN, "its ARN"),
            (
                output::SETTINGS_BUCKET,
                "the bucket of applications' settings; empty while they end with the session",
            ),
        ]
    }

    fn quotas(&self) -> &'static [Quota] {
        const { &[Quota::appstream("L-A8B8B901", "stacks", 10)] }
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform::by_id("aws_appstream_stack", "NAME"))
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "appstream:DescribeStacks",
                "appstream:ListTagsForResource",
                // The endpoints that it names, and the network of its fleet.
                "ec2:DescribeRouteTables",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcAttribute",
                "ec2:DescribeVpcEndpoints",
                "ec2:DescribeVpcs",
                "tag:GetResources",
            ],
            write: &[
                "appstream:CreateStack",
                "appstream:UpdateStack",
                "appstream:TagResource",
                "appstream:UntagResource",
            ],
            delete: &["appstream:DeleteStack", "appstream:ListAssociatedFleets"],
        }
    }

    fn diff(&self, want: &Value, live: &Live) -> Diff {
        let mut diff = live.diff(StackSpec::FIELDS, want);
        diff.retain(|change| match change.id(StackSpec::KIND) {
            StackSpec::STORAGE_CONNECTORS => connectors(&change.want) != connectors(&change.have),
            StackSpec::USER_SETTINGS => !closed_alike(&change.want, &change.have),
            StackSpec::STREAMING => !(change.want.is_null() && change.have == DEFAULT_TRANSPORT),
            StackSpec::STORAGE_SIGN_IN => storage_sign_in(&change.want) != storage_sign_in(&change.have),
            StackSpec::URL_REDIRECTION => redirection(&change.want) != redirection(&change.have),
            _ => true,
        });
        diff
    }
}

/// Whether the wanted settings are those that AWS answers, of which it leaves out what it does not know (yet).
/// Assumption: `appstream.unanswered-setting-closed` — AWS answers every action that it knows (terraform-provider-aws#39754);
/// where it leaves one out there is nothing to close, and a difference would never go away.
fn closed_alike(want: &Value, have: &Value) -> bool {
    want.as_object().is_some_and(|want| {
        want.iter().all(|(action, permission)| match have.get(action) {
            Some(have) => have == permission,
            None => permission == "DISABLED" || permission.is_null(),
        })
    })
}

/// Whether users sign in to their drives again, as AWS calls it; `FORCE_REAUTHENTICATION` where nothing is said.
pub fn storage_sign_in(value: &Value) -> &str {
    value.as_str().unwrap_or(DEFAULT_STORAGE_SIGN_IN)
}

/// What a field redirects; none where it has another form.
pub fn redirection(value: &Value) -> Option<UrlRedirection> {
    let redirection: Option<UrlRedirection> = serde_json::from_value(value.clone()).ok()?;
    redirection.map(UrlRedirection::sorted)
}

/// Connectors in a form in which the order of domains does not count.
pub fn connectors(value: &Value) -> BTreeMap<String, Connector> {
    let mut connectors: BTreeMap<String, Connector> =
        serde_json::from_value(value.clone()).unwrap_or_default();
    for connector in connectors.values_mut() {
        connector.domains.sort();
        connector.admin_consent.sort();
    }
    connectors
}
