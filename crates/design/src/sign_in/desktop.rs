//! The desktop by single sign-on: an application and a provider for each stack, and one role for all of them.

use super::application::{self, Asked, user_attribute};
use super::hosts::{self, Endpoints};
use super::role::{Pair, Purpose, draw_provider, draw_role, list};
use super::start::{application_name, start};
use crate::context::DesignContext;
use crate::draft::DesignDraft;
use headset_blueprint::model::{DesktopSignIn, SignInSection, Source};
use headset_core::Arn;
use headset_core::arn;
use headset_core::diagnostic::Diagnostic;
use headset_core::words::plural;
use headset_kinds::Text;
use headset_kinds::appstream::StackSpec;
use headset_kinds::evidence::dated::RELAY_HOSTS;
use headset_kinds::names;
use headset_kinds::output;
use headset_kinds::template::fill;

const TRUST: &str = include_str!("../../../../policies/iam/desktop-trust.json");
const STREAM: &str = include_str!("../../../../policies/iam/desktop-stream.json");

/// The longest trust policy of a role, without white space: IAM's quota in a new account.
const LONGEST_TRUST: usize = 2048;

/// Where the sign-in goes once AWS has accepted it: the stack's own page.
///
/// Assumption: desktop-euc-sso-path. The path is that of the hosts for which AWS shows whole relay states.
fn relay_state(context: &DesignContext, desktops: &DesktopSignIn, stack: &str) -> String {
    let (host, account) = (hosts::desktop(context, desktops.endpoint), &context.account);
    format!("https://{host}/saml?stack={stack}&accountId={account}")
}

/// Says if AWS lists no such host in the region.
fn check_endpoint(draft: &mut DesignDraft<'_>, desktops: &DesktopSignIn) {
    let region = draft.context.appstream_region.as_str();
    if let Some(regions) = hosts::regions_with(desktops.endpoint)
        && !regions.contains(&region)
    {
        draft.complain(
            Diagnostic::error(
                "no-such-endpoint",
                format!(
                    "AWS lists no endpoint `{}` for sign-in to desktops in {region}",
                    desktops.endpoint.word()
                ),
            )
            .at(desktops.place.clone())
            .help(format!(
                "delete `endpoint`, or stream from one of: {} (AWS's list of {})",
                regions.join(", "),
                RELAY_HOSTS.as_of
            )),
        );
    }
}

/// What a stack of the blueprint is called in AppStream.
fn stack_name(draft: &DesignDraft<'_>, key: &str) -> Option<String> {
    match draft.blueprint.appstream.as_ref()?.stacks.get(key)? {
        Source::Ours(stack) => Some(draft.name(key, &stack.entry)),
        Source::Existing(one) => Some(arn::name_in(&one.name.value).to_owned()),
    }
}

/// What its application is called.
fn name_of(section: &SignInSection, desktops: &DesktopSignIn, key: &str, first: &str) -> String {
    let given = desktops.stacks.get(key).and_then(|stack| stack.name.as_ref());
    let connect = application_name(section);
    match given {
        Some(name) => name.value.clone(),
        None if desktops.stacks.len() > 1 => format!("{connect} desktop {first}"),
        None => format!("{connect} desktop"),
    }
}

pub(super) fn declare(draft: &mut DesignDraft<'_>, section: &SignInSection, desktops: &DesktopSignIn) {
    let (blueprint, context) = (draft.blueprint, draft.context);
    let environment = &blueprint.name.value;
    check_endpoint(draft, desktops);
    let endpoints = Endpoints::of(context, &context.appstream_region);
    let desktop_role = desktops.role.over(&section.role);
    let role_name = match &desktops.role.name {
        Some(name) => name.value.clone(),
        None => names::name(&[environment, "desktop"], names::ROLE),
    };
    let (mut providers, mut arns, mut stacks) = (Vec::new(), Vec::new(), Vec::new());
    for (nth, (key, application)) in desktops.stacks.iter().enumerate() {
        let Some(stack) = stack_name(draft, key) else {
            draft.complain(
                Diagnostic::error(
                    "desktop-without-stack",
                    format!("`sign_in.appstream` leads to the stack `{key}`, and there is none"),
                )
                .at(application.place.clone())
                .help("add it below `appstream.stacks`, with `existing: NAME` if it is not yours"),
            );
            continue;
        };
        // What the identity provider and IAM hold keeps the key that it was made with.
        let first = draft.first_key(StackSpec::KIND, key).to_owned();
        let provider_name = match (&application.provider, &desktops.role.name) {
            (Some(provider), _) => provider.value.clone(),
            (None, Some(name)) => names::name(&[&name.value, &first, "idp"], names::SAML_PROVIDER),
            (None, None) => names::name(&[environment, "desktop", &first, "idp"], names::SAML_PROVIDER),
        };
        let pair = Pair::of(context, &desktop_role, role_name.clone(), provider_name);
        let relay_state = relay_state(context, desktops, &stack);
        let application = application::declare(
            draft,
            section,
            &Asked {
                application,
                name: &name_of(section, desktops, key, &first),
                description: format!("Signs agents of {environment} in to the desktop {first}"),
                endpoints: &endpoints,
                nth: nth + 1,
                session_tags: desktops.attributes.named().collect(),
                fragment: names::name(&[environment, "desktop", &first], names::ROLE),
                relay_state: relay_state.as_str().into(),
                session: desktop_role.session,
                // What AppStream calls its user, so that sessions show who it is in Amazon Connect. It has to be
                // persistent, which the role's trust asks for.
                subject: user_attribute(section.user_name),
                pair: &pair,
                answers_at: format!("sign_in.appstream.stacks.{key}"),
                assignments: &format!("desktop-{key}:"),
            },
        );
        let provider = draw_provider(draft, section, format!("desktop-{key}"), &pair, &application);
        providers.push(Text::after(&provider, output::ARN));
        arns.push(Text::from(pair.provider_arn.as_str()));
        let stack = Arn {
            partition: &context.partition,
            service: "appstream",
            region: &context.appstream_region,
            account: &context.account,
            resource: &format!("stack/{stack}"),
        };
        stacks.push(Text::from(stack.to_string()));
        draft.output(&format!("desktop_url_{key}"), start(&application));
        draft.output(&format!("desktop_relay_state_{key}"), relay_state.into());
    }
    if providers.is_empty() {
        return;
    }
    let trust = |arns: Vec<Text>| {
        fill(
            TRUST,
            &[
                ("provider_arns", list(arns.into_iter())),
                ("audiences", endpoints.audiences().into()),
            ],
        )
    };
    let length = trust(arns).known().map_or(0, |trust| {
        trust.chars().filter(|letter| !letter.is_whitespace()).count()
    });
    if length > LONGEST_TRUST {
        draft.complain(
            Diagnostic::error(
                "too-many-desktops",
                format!(
                    "the role that streams desktops would trust {}, in a policy of {length} characters, and \
                     IAM takes {LONGEST_TRUST}",
                    plural(providers.len(), "provider")
                ),
            )
            .at(desktops.place.clone())
            .help("lead to fewer stacks, or shorten the blueprint's `name`"),
        );
    }
    let may = fill(STREAM, &[("stack_arns", list(stacks.into_iter()))]);
    let role = draw_role(
        draft,
        section,
        "desktop",
        &desktop_role,
        Purpose {
            name: role_name,
            description: format!("Streams desktops to agents of {environment}"),
            trust: trust(providers),
            policies: [("headset-stream".to_owned(), may)].into(),
        },
    );
    draft.output("desktop_role_arn", Text::after(&role, output::ARN));
}
