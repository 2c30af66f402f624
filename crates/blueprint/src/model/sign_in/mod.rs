//! `sign_in`: federation.

mod application;
mod metadata;
mod product;

use std::collections::BTreeMap;
use std::time::Duration;

pub use application::{Application, IdentityProvider};
pub use metadata::Metadata;
pub use product::IdpProduct;

use self::application::{DesktopApplication, Idp, idp};
use crate::at::At;
use crate::declare::Value as _;
use crate::entry;
use crate::limits;
use crate::node::Value;
use crate::owned::Owned;
use crate::reader::{Item, Reader};
use crate::table::{Entries, Shape};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_derive::{Choice, Section};
use headset_kinds as kinds;

/// `sign_in`: federation.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(
    before = has_an_instance,
    later(
        name = "Set `role.name`.",
        tags = "Set `tags` at the top level: they go to everything.",
    )
)]
pub struct SignInSection {
    /// Where the section stands.
    #[key(place)]
    pub place: Place,
    /// The identity provider that signs agents in.
    #[key(
        shape = Idp::SHAPE,
        read = idp,
        example = "{ identity_center: { application: acme-support, groups: [agents] } }"
    )]
    pub idp: IdentityProvider,
    /// The name that a sign-in passes on, which has to equal the user's name in Connect: the primary e-mail address, or
    /// the user name in the directory.
    #[key(
        default = "email",
        example = "user_name",
        to(
            kinds::identity_center::ApplicationSpec::MAPPINGS,
            kinds::idp::ApplicationSpec::SESSION_NAME
        )
    )]
    pub user_name: UserName,
    /// The IAM role that a sign-in assumes.
    #[key(absent, example = "{ session: 12h }")]
    pub role: RoleSection,
    /// Where a sign-in to Connect leads, and what it may.
    #[key(absent, example = "{ destination: /ccp-v2, scope: user }")]
    pub connect: Federation,
    /// Where the pages send an agent who has signed out of Connect, to end the identity provider's session, too.
    #[key(pattern = limits::HTTPS_URL, example = "https://example.awsapps.com/start/#/signout", to(kinds::s3::ObjectSpec::BODY))]
    pub sign_out_url: Option<At<String>>,
    /// Single sign-on to the desktop: one more application for each stack, and one more role.
    #[key(example = "{ stacks: [agents] }")]
    pub appstream: Option<DesktopSignIn>,
    /// `protect` of applications, providers and roles.
    #[key(from = entry::protect, keys(entry::PROTECT))]
    pub protect: bool,
}

fn has_an_instance(reader: &mut Reader<'_>, item: &Item<'_>) {
    if !reader.outline.connect {
        reader.report(
            Diagnostic::error(
                "missing-section",
                "`sign_in` leads to a Connect instance, but there is no `connect` \
                section",
            )
            .at(item.place())
            .help(
                "Add `connect: { alias: ... }`, or `connect: { existing: ALIAS }` for an instance that is \
                    there already.",
            ),
        );
    }
}

/// `sign_in.user_name`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum UserName {
    /// The primary e-mail address, the default.
    Email,
    /// The user name in the directory.
    #[word("user_name")]
    UserName,
}

/// `sign_in.role`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct RoleSection {
    /// The role's name.
    #[key(
        pattern = limits::ROLE_NAME,
        example = "acme-support-agents",
        otherwise = "derived from the blueprint's `name`",
        to(kinds::iam::RoleSpec::NAME, kinds::iam::SamlProviderSpec::NAME)
    )]
    pub name: Option<At<String>>,
    /// The name of the SAML provider in IAM that the role trusts.
    #[key(
        pattern = limits::SAML_PROVIDER_NAME,
        example = "connect-integration",
        otherwise = "`role.name` with `-idp` behind it; without that, derived from the blueprint's `name`",
        to(kinds::iam::SamlProviderSpec::NAME)
    )]
    pub provider: Option<At<String>>,
    /// What IAM says that the role is for; it may be empty.
    #[key(
        text = limits::ROLE_DESCRIPTION,
        read = empty_or_text,
        example = "Agents of Amazon Connect",
        otherwise = "a sentence with the blueprint's `name`",
        to(kinds::iam::RoleSpec::DESCRIPTION)
    )]
    pub description: Option<At<String>>,
    /// Who may assume the role, as a policy document of your own: JSON on one line, which names the provider. Headset's own
    /// also takes the session tags that AppStream knows.
    #[key(
        text = limits::TRUST_POLICY,
        example = "'{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Federated\": \"arn:aws:iam::123456789012:saml-provider/connect-integration\"}, \"Action\": \"sts:AssumeRoleWithSAML\", \"Condition\": {\"StringEquals\": {\"SAML:aud\": \"https://signin.aws.amazon.com/saml\"}}}]}'",
        otherwise = "Headset's own",
        to(kinds::iam::RoleSpec::TRUST)
    )]
    pub trust: Option<At<String>>,
    /// Inline policies of your own by name, each a policy document as JSON on one line, in place of the one that Headset
    /// writes by `connect.scope`; `{}` where `managed_policies` say everything.
    #[key(
        text = limits::INLINE_POLICY,
        entries = "a policy",
        names = limits::INLINE_POLICY_NAME,
        count = (0, 20),
        hint = "Write `policies: { federation: '{\"Version\": \"2012-10-17\", ...}' }`, or `policies: {}` for none.",
        example = "{}",
        otherwise = "Headset's own",
        to(kinds::iam::RoleSpec::POLICIES)
    )]
    pub policies: Option<BTreeMap<String, At<String>>>,
    /// The ARNs of managed policies that are attached to the role.
    #[key(
        pattern = limits::POLICY_ARN,
        count = (0, limits::MOST_MANAGED_POLICIES),
        example = "[\"arn:aws:iam::123456789012:policy/connect-integration\"]",
        otherwise = "none",
        to(kinds::iam::RoleSpec::MANAGED_POLICIES)
    )]
    pub managed_policies: Vec<At<String>>,
    /// How long a sign-in is valid.
    #[key(
        duration = limits::ROLE_SESSION,
        default = "12h",
        example = "12h",
        to(kinds::iam::RoleSpec::MAX_SESSION, kinds::identity_center::ApplicationSpec::SESSION, kinds::idp::ApplicationSpec::SESSION)
    )]
    pub session: Duration,
    /// The role's path in IAM.
    #[key(pattern = limits::ROLE_PATH, default = "/", example = "/headset/", to(kinds::iam::RoleSpec::PATH))]
    pub path: String,
    /// The ARN of a policy that no permission of the role exceeds.
    #[key(
        pattern = limits::POLICY_ARN,
        example = "arn:aws:iam::123456789012:policy/boundary",
        to(kinds::iam::RoleSpec::PERMISSIONS_BOUNDARY)
    )]
    pub permissions_boundary: Option<At<String>>,
    /// Whether the role's policies, and who may assume it, are this blueprint's alone, so that `headset apply` takes away what
    /// it does not declare, or shared with others.
    #[key(example = "only-declared", otherwise = "`all`")]
    pub owned: Option<Owned>,
}

/// A text that may be empty.
fn empty_or_text(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<String>> {
    match &item.node.value {
        Value::Text(text) if text.is_empty() => Some(At {
            value: String::new(),
            place: item.node.place.clone(),
        }),
        _ => reader.text(item),
    }
}

/// `sign_in.appstream.role`: what it does not say is as in `sign_in.role`, except for the name.
#[derive(Clone, Debug, Default, PartialEq, Section)]
pub struct DesktopRole {
    /// `name`.
    #[key(like = RoleSection)]
    pub name: Option<At<String>>,
    /// `session`.
    #[key(like = RoleSection, otherwise = "`sign_in.role.session`")]
    pub session: Option<Duration>,
    /// `path`.
    #[key(like = RoleSection, otherwise = "`sign_in.role.path`")]
    pub path: Option<String>,
    /// `permissions_boundary`.
    #[key(like = RoleSection, otherwise = "`sign_in.role.permissions_boundary`")]
    pub permissions_boundary: Option<At<String>>,
    /// `owned`.
    #[key(like = RoleSection, otherwise = "`sign_in.role.owned`")]
    pub owned: Option<Owned>,
}

impl DesktopRole {
    /// The whole role: what is not said here is as in the other, except for the name, and for what is about Amazon Connect.
    pub fn over(&self, other: &RoleSection) -> RoleSection {
        RoleSection {
            name: self.name.clone(),
            provider: None,
            description: None,
            trust: None,
            policies: None,
            managed_policies: Vec::new(),
            session: self.session.unwrap_or(other.session),
            path: self.path.clone().unwrap_or_else(|| other.path.clone()),
            permissions_boundary: (self.permissions_boundary.clone())
                .or_else(|| other.permissions_boundary.clone()),
            owned: self.owned.or(other.owned),
        }
    }
}

/// `sign_in.connect`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct Federation {
    /// The page of Connect that opens after the sign-in.
    #[key(
        pattern = limits::DESTINATION,
        default = "/ccp-v2",
        example = "/ccp-v2",
        to(kinds::identity_center::ApplicationSpec::RELAY_STATE, kinds::idp::ApplicationSpec::RELAY_STATE)
    )]
    pub destination: String,
    /// Which of the two documented policies the role has: one for the user who signed in, or one for any user of the
    /// instance.
    #[key(default = "user", example = "instance", to(kinds::iam::RoleSpec::POLICIES))]
    pub scope: FederationScope,
    /// Further Connect instances that exist, by alias or ARN, which the same role may sign in to.
    #[key(
        shape = Shape::Either(&[
            Shape::Pattern(&limits::CONNECT_ALIAS),
            Shape::Pattern(&limits::CONNECT_ARN),
        ]),
        count = (0, 100),
        example = "[acme-training]",
        to(kinds::iam::RoleSpec::POLICIES)
    )]
    pub instances: Vec<At<String>>,
}

/// `sign_in.connect.scope`: which of the two documented GetFederationToken policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum FederationScope {
    /// Only as the signed-in user (`.../user/${aws:userid}`), the default.
    User,
    /// As any user of this instance.
    Instance,
}

/// `sign_in.appstream`: a second application (one for each stack) and a second role.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct DesktopSignIn {
    /// Where the section stands.
    #[key(place)]
    pub place: Place,
    /// Keys of `appstream.stacks`; as a map, each with what is known about its application.
    #[key(
        shape = Shape::Either(&[
            Shape::List { of: &STACK, count: (1, 100) },
            Shape::Entries(&STACKS),
        ]),
        read = desktop_stacks,
        required,
        example = "[agents]"
    )]
    pub stacks: BTreeMap<String, Application>,
    /// The IAM role that a sign-in to the desktop assumes; keys that are left out are as in `sign_in.role`, except for
    /// the name.
    #[key(absent, example = "{ name: acme-support-desktop }")]
    pub role: DesktopRole,
    /// Attributes of the user that the sign-in passes on to AppStream as session tags, by which entitlements of a stack
    /// decide who sees which application: each is what the identity provider calls it.
    #[key(absent, example = "{ department: user.department }")]
    pub attributes: SessionTags,
    /// At which of AppStream's hosts the sign-in ends. AWS lists `fips`, `euc-sso` and `euc-sso-fips` in some regions only;
    /// Headset has its lists as of 2026-11-28.
    #[key(
        default = "standard",
        example = "fips",
        to(
            kinds::identity_center::ApplicationSpec::RELAY_STATE,
            kinds::idp::ApplicationSpec::RELAY_STATE
        )
    )]
    pub endpoint: DesktopEndpoint,
}

/// `sign_in.appstream.attributes`: the tags that AppStream's entitlements know.
#[derive(Clone, Debug, Default, PartialEq, Section)]
pub struct SessionTags {
    /// Where the value of the session tag `roles` is from.
    #[key(
        pattern = limits::USER_ATTRIBUTE,
        example = "user.roles",
        to(kinds::identity_center::ApplicationSpec::MAPPINGS, kinds::idp::ApplicationSpec::SESSION_TAGS)
    )]
    pub roles: Option<At<String>>,
    /// Where the value of the session tag `department` is from.
    #[key(
        pattern = limits::USER_ATTRIBUTE,
        example = "user.department",
        to(kinds::identity_center::ApplicationSpec::MAPPINGS, kinds::idp::ApplicationSpec::SESSION_TAGS)
    )]
    pub department: Option<At<String>>,
    /// Where the value of the session tag `organization` is from.
    #[key(
        pattern = limits::USER_ATTRIBUTE,
        example = "user.organization",
        to(kinds::identity_center::ApplicationSpec::MAPPINGS, kinds::idp::ApplicationSpec::SESSION_TAGS)
    )]
    pub organization: Option<At<String>>,
    /// Where the value of the session tag `groups` is from.
    #[key(
        pattern = limits::USER_ATTRIBUTE,
        example = "user.groups",
        to(kinds::identity_center::ApplicationSpec::MAPPINGS, kinds::idp::ApplicationSpec::SESSION_TAGS)
    )]
    pub groups: Option<At<String>>,
    /// Where the value of the session tag `title` is from.
    #[key(
        pattern = limits::USER_ATTRIBUTE,
        example = "user.title",
        to(kinds::identity_center::ApplicationSpec::MAPPINGS, kinds::idp::ApplicationSpec::SESSION_TAGS)
    )]
    pub title: Option<At<String>>,
    /// Where the value of the session tag `costCenter` is from.
    #[key(
        pattern = limits::USER_ATTRIBUTE,
        example = "user.costCenter",
        to(kinds::identity_center::ApplicationSpec::MAPPINGS, kinds::idp::ApplicationSpec::SESSION_TAGS)
    )]
    pub cost_center: Option<At<String>>,
    /// Where the value of the session tag `userType` is from.
    #[key(
        pattern = limits::USER_ATTRIBUTE,
        example = "user.userType",
        to(kinds::identity_center::ApplicationSpec::MAPPINGS, kinds::idp::ApplicationSpec::SESSION_TAGS)
    )]
    pub user_type: Option<At<String>>,
}

impl SessionTags {
    /// The tags that are asked for, as AppStream calls them.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &At<String>)> {
        [
            ("roles", &self.roles),
            ("department", &self.department),
            ("organization", &self.organization),
            ("groups", &self.groups),
            ("title", &self.title),
            ("costCenter", &self.cost_center),
            ("userType", &self.user_type),
        ]
        .into_iter()
        .filter_map(|(tag, source)| Some((tag, source.as_ref()?)))
    }
}

static STACK: Shape = Shape::Reference("stacks");
static STACKS: Entries = Entries {
    what: "a stack",
    names: Some(&limits::ENTRY_KEY),
    of: DesktopApplication::SHAPE,
    count: (1, 100),
    example: "Write `stacks: [agents]`, or `stacks: { agents: { application: Desktop } }`.",
};

/// `sign_in.appstream.endpoint`: AppStream's hosts for relay states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Choice)]
pub enum DesktopEndpoint {
    /// The host of which AWS shows whole relay states, the default.
    Standard,
    /// The same with FIPS 140 validated cryptography.
    Fips,
    /// The host that AWS lists today.
    EucSso,
    /// The same with FIPS 140 validated cryptography.
    EucSsoFips,
}

/// The stacks as a list, or as a map with what is known about their applications.
fn desktop_stacks(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<BTreeMap<String, Application>> {
    if !item.is_map() {
        let stacks = reader.texts(item)?.into_iter();
        return Some(
            stacks
                .map(|stack| (stack.value, Application::unnamed(stack.place)))
                .collect(),
        );
    }
    let mut stacks = BTreeMap::new();
    for entry in reader.entries(item) {
        let outline = reader.outline;
        reader.check_declared(&entry.item.place(), "stacks", &entry.name, &outline.stacks);
        if let Some(application) = DesktopApplication::read(reader, &entry.item)
            && entry.good
        {
            stacks.insert(entry.name, application.at(entry.item.place()));
        }
    }
    Some(stacks)
}
