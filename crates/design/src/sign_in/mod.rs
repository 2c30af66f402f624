//! Federation: applications at the identity provider, SAML providers and roles in IAM.

mod application;
mod desktop;
mod hosts;
mod instances;
mod own;
mod role;
mod start;

pub(super) use start::login_url;

use std::collections::BTreeMap;

use self::application::Asked;
use self::hosts::Endpoints;
use self::role::{Pair, Purpose, draw_provider, draw_role, list};
use self::start::{application_name, start};
use crate::draft::DesignDraft;
use headset_blueprint::model::{FederationScope, SignInSection};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::Text;
use headset_kinds::names;
use headset_kinds::output;
use headset_kinds::template::fill;

// Assumption: `session-tag-keys`.
const TRUST: &str = include_str!("../../../../policies/iam/federation-trust.json");
const USER: &str = include_str!("../../../../policies/iam/federation-user.json");
const INSTANCE: &str = include_str!("../../../../policies/iam/federation-instance.json");

pub(super) fn declare(draft: &mut DesignDraft<'_>, section: &SignInSection) {
    let (blueprint, context) = (draft.blueprint, draft.context);
    if blueprint.connect.is_none() {
        draft.complain(
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
    let own_name = section.role.name.as_ref().map(|name| &name.value);
    let role_name = own_name.cloned();
    let role_name = role_name.unwrap_or_else(|| names::name(&[environment, "connect"], names::ROLE));
    let provider_name = match (&section.role.provider, own_name) {
        (Some(provider), _) => provider.value.clone(),
        (None, Some(role)) => format!("{role}-idp"),
        (None, None) => names::name(&[environment, "idp"], names::SAML_PROVIDER),
    };
    let pair = Pair::of(context, &section.role, role_name, provider_name);
    let endpoints = Endpoints::of(context, &context.region);
    let relay_state = instances::relay_state(
        context,
        &context.region,
        &instances::Instance::own(draft),
        &section.connect.destination,
    );
    let application = application::declare(
        draft,
        section,
        &Asked {
            application: &section.idp.application,
            name: application_name(section),
            description: format!("Signs agents of {environment} in to Amazon Connect"),
            endpoints: &endpoints,
            nth: 0,
            session_tags: BTreeMap::new(),
            fragment: names::name(&[environment], names::ROLE),
            relay_state: relay_state.clone(),
            session: section.role.session,
            subject: "${user:subject}",
            pair: &pair,
            answers_at: format!("sign_in.idp.{}", section.idp.product.key()),
            assignments: "",
        },
    );
    let provider = draw_provider(draft, section, "idp", &pair, &application);
    let instances = instances::declare(draft, section);
    own::check(draft, &section.role, &pair);
    let headset_trust = || {
        fill(
            TRUST,
            &[
                ("provider_arn", Text::after(&provider, output::ARN)),
                ("audiences", endpoints.audiences().into()),
            ],
        )
    };
    let trust = section.role.trust.as_ref();
    let trust = trust.map_or_else(headset_trust, |trust| trust.value.as_str().into());
    let may = || permission(section.connect.scope, &instances);
    let role = draw_role(
        draft,
        section,
        "connect",
        &section.role,
        Purpose {
            name: pair.role_name,
            description: match &section.role.description {
                Some(own) => own.value.clone(),
                None => format!("Federates agents of {environment} into Amazon Connect"),
            },
            trust,
            policies: match &section.role.policies {
                Some(own) => own::policies(own),
                None => [("headset-federation".to_owned(), may())].into(),
            },
        },
    );
    draft.output("sign_in", start(&application));
    draft.output("federation_url", relay_state);
    draft.output("role_arn", Text::after(&role, output::ARN));
    if let Some(desktops) = &section.appstream {
        desktop::declare(draft, section, desktops);
    }
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
