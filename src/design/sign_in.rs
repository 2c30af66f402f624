//! Federation: the application at the identity provider, the SAML provider and the role in IAM.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::{Drawing, Setting, connect, names};
use crate::blueprint::model::{FederationScope, Metadata, SignInSection, UserName};
use crate::ccp::is_plain_url;
use crate::diagnostic::Diagnostic;
use crate::resource::template::fill;
use crate::resource::{Address, Text};

const TRUST: &str = include_str!("../../policies/iam/federation-trust.json");
const USER: &str = include_str!("../../policies/iam/federation-user.json");
const INSTANCE: &str = include_str!("../../policies/iam/federation-instance.json");

/// What stays as it is in a relay state's destination: RFC 3986's unreserved characters.
const DESTINATION: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// What the application that leads to Connect is called.
fn application_name(section: &SignInSection) -> &str {
    section
        .idp
        .application
        .name
        .as_ref()
        .map_or("", |name| &name.value)
}

/// The address of the application.
pub(super) fn application(section: &SignInSection) -> Address {
    Address::new("identity_center.application", application_name(section))
}

/// The hosts and names of AWS's sign-in in a partition.
struct Endpoints {
    acs: String,
    audiences: [String; 2],
    urn: &'static str,
    console: String,
}

fn endpoints(setting: &Setting) -> Endpoints {
    let region = &setting.region;
    if setting.partition == "aws-us-gov" {
        // Assumption: gov-sign-in. The regional host and the audience of GovCloud are established by no source that
        // is at hand; the global host and the console's are documented.
        let regional = format!("https://{region}.signin.amazonaws-us-gov.com/saml");
        Endpoints {
            audiences: [
                "https://signin.amazonaws-us-gov.com/saml".to_owned(),
                regional.clone(),
            ],
            acs: regional,
            urn: "urn:amazon:webservices:govcloud",
            console: "https://console.amazonaws-us-gov.com".to_owned(),
        }
    } else {
        let regional = format!("https://{region}.signin.aws.amazon.com/saml");
        Endpoints {
            audiences: ["https://signin.aws.amazon.com/saml".to_owned(), regional.clone()],
            acs: regional,
            urn: "urn:amazon:webservices",
            console: format!("https://{region}.console.aws.amazon.com"),
        }
    }
}

/// The relay state: where the sign-in goes once AWS has accepted it.
fn relay_state(setting: &Setting, destination: &str) -> Text {
    let destination = utf8_percent_encode(destination, DESTINATION);
    Text::join([
        format!("{}/connect/federate/", endpoints(setting).console).into(),
        Text::after(&connect::instance(), "id"),
        format!("?destination={destination}&new_domain=true").into(),
    ])
}

pub(super) fn draw(drawing: &mut Drawing<'_>, section: &SignInSection) {
    let (blueprint, setting) = (drawing.blueprint, drawing.setting);
    if blueprint.connect.is_none() {
        drawing.complain(
            Diagnostic::error(
                "sign-in-without-connect",
                "`sign_in` leads to an instance, and there is none",
            )
            .at(section.place.clone())
            .help("add a `connect` section, with `existing: ALIAS` if the instance is not yours"),
        );
        return;
    }
    if let Some(url) = section
        .idp
        .application
        .start_url
        .as_ref()
        .filter(|url| !is_plain_url(&url.value))
    {
        drawing.complain(
            Diagnostic::error("start-url", format!("`{}` is not an https address", url.value))
                .at(url.place.clone())
                .help(
                    "copy the application's start URL: it begins with https:// and has no quotes or spaces",
                ),
        );
    }
    let (role_name, provider_name) = role_and_provider(&blueprint.name.value, section);
    let iam = format!("arn:{}:iam::{}", setting.partition, setting.account);
    // Both are known from names alone, so that the worksheet can be filled in before either exists.
    let role_arn = format!("{iam}:role{}{role_name}", section.role.path);
    let provider_arn = format!("{iam}:saml-provider/{provider_name}");
    let endpoints = endpoints(setting);
    let relay_state = relay_state(setting, &section.destination);
    let by_hand = blueprint.aws.identity_center.by_hand;
    let session = section.role.session;
    let session_name = match section.user_name {
        UserName::Email => "${user:email}",
        // Assumption: idc-user-name. Of the two attributes that may hold it, this is the one AWS describes as it.
        UserName::UserName => "${user:preferredUsername}",
    };
    let attribute = |name: &str| format!("https://aws.amazon.com/SAML/Attributes/{name}");
    let application = application(section);
    drawing.managed(
        application.clone(),
        json!({
            "name": application_name(section),
            "description": format!("Signs agents of {} in to Amazon Connect", blueprint.name.value),
            "acs_url": endpoints.acs,
            "audience": endpoints.urn,
            "relay_state": relay_state,
            "session": session,
            "mappings": [
                { "attribute": "Subject", "value": "${user:subject}", "format": "persistent" },
                { "attribute": attribute("RoleSessionName"), "value": session_name, "format": "unspecified" },
                { "attribute": attribute("Role"), "value": format!("{provider_arn},{role_arn}"), "format": "unspecified" },
                { "attribute": attribute("SessionDuration"), "value": session.to_string(), "format": "unspecified" },
            ],
            "by_hand": by_hand,
        }),
        section.protect,
        &section.place,
    );
    drawing.answer(&application, answers(section));
    for (principal_type, principals) in [("GROUP", &section.idp.groups), ("USER", &section.idp.users)] {
        for principal in principals {
            drawing.managed(
                Address::new(
                    "identity_center.assignment",
                    format!("{principal_type}:{}", principal.value),
                ),
                json!({
                    "application_arn": Text::after(&application, "application_arn"),
                    "principal_type": principal_type,
                    "principal_name": principal.value,
                    "by_hand": by_hand,
                }),
                false,
                &principal.place,
            );
        }
    }
    let none = BTreeMap::new();
    let provider = Address::new("iam.saml_provider", "idp");
    drawing.managed(
        provider.clone(),
        json!({
            "name": provider_name,
            "metadata": Text::after(&application, "metadata"),
            "tags": drawing.tags(&none),
        }),
        section.protect,
        &section.place,
    );
    let role = Address::new("iam.role", "connect");
    drawing.managed(
        role.clone(),
        json!({
            "name": role_name,
            "path": section.role.path,
            "description": format!("Federates agents of {} into Amazon Connect", blueprint.name.value),
            "trust": trust(Text::after(&provider, "arn"), &endpoints.audiences),
            "policies": { "headset-federation": permission(section.scope) },
            "max_session": session,
            "permissions_boundary": section.role.permissions_boundary.as_ref().map(|arn| &arn.value),
            "tags": drawing.tags(&none),
        }),
        section.protect,
        &section.place,
    );
    drawing.output("sign_in", Text::after(&application, "start_url"));
    drawing.output("federation_url", relay_state);
    drawing.output("role_arn", Text::after(&role, "arn"));
}

/// What the role and the provider are called.
fn role_and_provider(environment: &str, section: &SignInSection) -> (String, String) {
    match &section.role.name {
        Some(name) => (name.value.clone(), format!("{}-idp", name.value)),
        None => (
            names::name(&[environment, "connect"], names::ROLE),
            names::name(&[environment, "idp"], names::SAML_PROVIDER),
        ),
    }
}

/// Who may assume the role: whoever the provider vouches for. Both assertion URLs are there, since AWS may answer a
/// sign-in at either.
fn trust(provider_arn: Text, audiences: &[String; 2]) -> Text {
    let audiences = json!(audiences).to_string();
    fill(
        TRUST,
        &[("provider_arn", provider_arn), ("audiences", audiences.into())],
    )
}

/// What the role may do, by one of the two policies that Amazon Connect documents.
fn permission(scope: FederationScope) -> Text {
    let instance = connect::instance();
    match scope {
        FederationScope::User => fill(USER, &[("instance_arn", Text::after(&instance, "arn"))]),
        FederationScope::Instance => fill(INSTANCE, &[("instance_id", Text::after(&instance, "id"))]),
    }
}

/// The answers to the application's questions that the blueprint gives.
fn answers(section: &SignInSection) -> BTreeMap<String, String> {
    let metadata = section
        .idp
        .application
        .metadata
        .as_ref()
        .map(|metadata| match &metadata.value {
            Metadata::Url(url) => url.clone(),
            Metadata::File(_, text) => text.clone(),
        });
    let given =
        |answer: &Option<crate::blueprint::model::At<String>>| answer.as_ref().map(|at| at.value.clone());
    [
        ("metadata", metadata),
        ("start_url", given(&section.idp.application.start_url)),
        ("application_arn", given(&section.idp.application.application_arn)),
    ]
    .into_iter()
    .filter_map(|(question, answer)| Some((question.to_owned(), answer?)))
    .collect()
}
