//! Federation: applications at the identity provider, SAML providers and roles in IAM.

mod application;
mod desktop;
mod hosts;
mod instances;

use serde_json::{Value, json};

use self::application::Asked;
use self::hosts::Endpoints;
use super::{Drawing, Setting, names};
use crate::pages::is_plain_url;
use headset_blueprint::model::{
    Application, FederationScope, IdpProduct, Metadata, RoleSection, SignInSection,
};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::identity_center::{check_link, check_link_of};
use headset_kinds::template::fill;
use headset_kinds::{Address, Text};

const TRUST: &str = include_str!("../../../../policies/iam/federation-trust.json");
const USER: &str = include_str!("../../../../policies/iam/federation-user.json");
const INSTANCE: &str = include_str!("../../../../policies/iam/federation-instance.json");

/// What the application that leads to Connect is called.
fn application_name(section: &SignInSection) -> &str {
    section
        .idp
        .application
        .name
        .as_ref()
        .map_or("", |name| &name.value)
}

/// The address of an application of this name at this product.
fn address(product: IdpProduct, name: &str) -> Address {
    let kind = match product {
        IdpProduct::IdentityCenter => "identity_center.application",
        IdpProduct::Okta | IdpProduct::Entra | IdpProduct::Other => "idp.application",
    };
    Address::new(kind, name)
}

/// Where people start who are to get to what this application leads to. Identity Center shows an application's link
/// only once a user or group is assigned, all other products together with the application.
fn start(application: &Address) -> Text {
    match application.kind.as_str() {
        "identity_center.application" => Text::after(
            &Address::new(application::LINK, &application.key),
            application::START_URL,
        ),
        _ => Text::after(application, application::START_URL),
    }
}

/// Where people start who are to get to Connect.
pub(super) fn login_url(section: &SignInSection) -> Text {
    start(&address(section.idp.product, application_name(section)))
}

/// A role and its provider, both known from names alone, so that a worksheet can be filled in before either exists.
struct Pair {
    role_name: String,
    role_arn: String,
    provider_name: String,
    provider_arn: String,
}

impl Pair {
    fn of(setting: &Setting, role: &RoleSection, role_name: String, provider_name: String) -> Pair {
        let iam = format!("arn:{}:iam::{}", setting.partition, setting.account);
        Pair {
            role_arn: format!("{iam}:role{}{role_name}", role.path),
            provider_arn: format!("{iam}:saml-provider/{provider_name}"),
            role_name,
            provider_name,
        }
    }
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
    let environment = &blueprint.name.value;
    let (role_name, provider_name) = match &section.role.name {
        Some(name) => (name.value.clone(), format!("{}-idp", name.value)),
        None => (
            names::name(&[environment, "connect"], names::ROLE),
            names::name(&[environment, "idp"], names::SAML_PROVIDER),
        ),
    };
    let pair = Pair::of(setting, &section.role, role_name, provider_name);
    let endpoints = Endpoints::of(setting, &setting.region);
    let relay_state = instances::relay_state(
        setting,
        &setting.region,
        Text::after(&super::connect::instance(), "id"),
        &section.destination,
    );
    let application = application::draw(
        drawing,
        section,
        &Asked {
            application: &section.idp.application,
            name: application_name(section),
            description: format!("Signs agents of {environment} in to Amazon Connect"),
            endpoints: &endpoints,
            fragment: names::name(&[environment], names::ROLE),
            relay_state: relay_state.clone(),
            session: section.role.session,
            subject: "${user:subject}",
            pair: &pair,
            answers_at: format!("sign_in.idp.{}", application::key(section.idp.product)),
            assignments: "",
        },
    );
    let provider = Address::new("iam.saml_provider", "idp");
    draw_provider(drawing, section, &provider, &pair, &application);
    let instances = instances::draw(drawing, section);
    let role = Address::new("iam.role", "connect");
    draw_role(
        drawing,
        section,
        &role,
        &section.role,
        json!({
            "name": pair.role_name,
            "description": format!("Federates agents of {environment} into Amazon Connect"),
            "trust": fill(TRUST, &[
                ("provider_arn", Text::after(&provider, "arn")),
                ("audiences", endpoints.audiences().into()),
            ]),
            "policies": { "headset-federation": permission(section.scope, &instances) },
        }),
    );
    drawing.output("sign_in", start(&application));
    drawing.output("federation_url", relay_state);
    drawing.output("role_arn", Text::after(&role, "arn"));
    if let Some(desktops) = &section.appstream {
        desktop::draw(drawing, section, desktops);
    }
}

/// The provider in IAM that stands for an application.
fn draw_provider(
    drawing: &mut Drawing<'_>,
    section: &SignInSection,
    provider: &Address,
    pair: &Pair,
    application: &Address,
) {
    let tags = drawing.tags(&std::collections::BTreeMap::new());
    drawing.managed(
        provider.clone(),
        json!({
            "name": pair.provider_name,
            "metadata": Text::after(application, "metadata"),
            "tags": tags,
        }),
        section.protect,
        &section.place,
    );
}

/// A role: `own` holds its name, description, trust and policies; the rest is as the blueprint's `role` says.
fn draw_role(
    drawing: &mut Drawing<'_>,
    section: &SignInSection,
    address: &Address,
    role: &RoleSection,
    own: Value,
) {
    let mut spec = own;
    spec["path"] = json!(role.path);
    // What the role may do stands in its inline policies alone: whatever else is attached to it came from outside.
    spec["managed_policies"] = json!([]);
    spec["max_session"] = json!(role.session);
    spec["permissions_boundary"] = json!(role.permissions_boundary.as_ref().map(|arn| &arn.value));
    spec["tags"] = json!(drawing.tags(&std::collections::BTreeMap::new()));
    drawing.managed(address.clone(), spec, section.protect, &section.place);
}

/// What the role may do, by one of the two policies that Amazon Connect documents, for all its instances.
fn permission(scope: FederationScope, instances: &[instances::Instance]) -> Text {
    match scope {
        FederationScope::User => {
            let as_oneself =
                |one: &instances::Instance| Text::join([one.arn.clone(), "/user/${aws:userid}".into()]);
            fill(USER, &[("resources", list(instances.iter().map(as_oneself)))])
        }
        FederationScope::Instance => fill(
            INSTANCE,
            &[("instance_ids", list(instances.iter().map(|one| one.id.clone())))],
        ),
    }
}

/// A JSON array of texts that need no escaping.
fn list(texts: impl Iterator<Item = Text>) -> Text {
    let mut parts = vec![Text::from("[")];
    for (index, text) in texts.enumerate() {
        parts.push(Text::from(if index == 0 { "\"" } else { ", \"" }));
        parts.push(text);
        parts.push(Text::from("\""));
    }
    parts.push(Text::from("]"));
    Text::join(parts)
}

/// Says if a start address that the blueprint gives cannot stand in a page, or is no application's.
fn check_start_url(drawing: &mut Drawing<'_>, product: IdpProduct, application: &Application) {
    if let Some(url) = &application.start_url
        && is_plain_url(&url.value)
        && product == IdpProduct::IdentityCenter
        && let Err(reason) = check_link(&url.value)
    {
        drawing.complain(
            Diagnostic::error("start-url", reason)
                .at(url.place.clone())
                .help("or leave it out: a checkpoint asks for it once a user or group is assigned"),
        );
    }
    if let (Some(url), Some(metadata)) = (&application.start_url, &application.metadata)
        && product == IdpProduct::IdentityCenter
        && let Err(reason) = check_link_of(
            &url.value,
            match &metadata.value {
                Metadata::Url(url) => url,
                Metadata::File(_, text) => text,
            },
        )
    {
        drawing.complain(
            Diagnostic::warning("start-url", reason)
                .at(url.place.clone())
                .help("an apply refuses it: copy the link of the application that the metadata is of"),
        );
    }
    if let Some(url) = application
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
}
