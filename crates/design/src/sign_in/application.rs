//! One application, as each product wants it asked for, and who may use it.

use std::time::Duration;

use std::collections::BTreeMap;

use super::hosts::Endpoints;
use super::role::Pair;
use super::start::{START_URL, address, check_start_url};
use crate::draft::DesignDraft;
use headset_blueprint::model::{Application, At, IdpProduct, Metadata, SignInSection, UserName};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::identity_center::application::APPLICATION_ARN;
use headset_kinds::identity_center::{AssignmentSpec, LinkSpec, Mapping};
use headset_kinds::idp::{Product, SessionName};
use headset_kinds::idp::{adfs, answers};
use headset_kinds::output;
use headset_kinds::{Address, Text, identity_center, idp};

/// How long the ARNs of role and provider together may be for Microsoft's gallery application to import the role.
/// Assumption: entra-role-arns. Microsoft's tutorial on AWS Single-Account Access names a limit among its known issues,
/// 240 now and 119 in older versions; whether AWS's or Microsoft's side sets it is not said. Neither Okta nor Identity
/// Center document one, and STS takes 2,048 characters of either ARN.
const ENTRA_ARNS: usize = 240;

/// The longest display name of an application in Identity Center; a good measure elsewhere, too.
const LONGEST_NAME: usize = 100;

/// What is asked for.
pub(super) struct Asked<'a> {
    /// The application and its answers in the blueprint.
    pub(super) application: &'a Application,
    /// Its display name, and its key.
    pub(super) name: &'a str,
    /// What it is for.
    pub(super) description: String,
    /// Where assertions go.
    pub(super) endpoints: &'a Endpoints,
    /// How many applications there are before it.
    pub(super) nth: usize,
    /// The attributes of users that are passed on as session tags, by tag.
    pub(super) session_tags: BTreeMap<&'static str, &'a At<String>>,
    /// What tells it from other applications in Entra, whose identifiers are unique.
    pub(super) fragment: String,
    /// Where people land.
    pub(super) relay_state: Text,
    /// How long the session lasts.
    pub(super) session: Duration,
    /// The user attribute of Identity Center that is the assertion's subject.
    pub(super) subject: &'a str,
    /// Role and provider.
    pub(super) pair: &'a Pair,
    /// Where in the blueprint its answers may stand.
    pub(super) answers_at: String,
    /// What the keys of its assignments begin with.
    pub(super) assignments: &'a str,
}

/// The user attribute of Identity Center that users are called by.
pub(super) fn user_attribute(user_name: UserName) -> &'static str {
    match user_name {
        UserName::Email => "${user:email}",
        // Assumption: idc-user-name. Of the two attributes that may hold it, this is the one AWS describes as it.
        UserName::UserName => "${user:preferredUsername}",
    }
}

/// Draws an application, its assignments and its link, and returns its address.
pub(super) fn declare(draft: &mut DesignDraft<'_>, section: &SignInSection, asked: &Asked<'_>) -> Address {
    let product = section.idp.product;
    let address = address(product, asked.name);
    check_start_url(draft, product, asked.application);
    check(draft, product, asked, &address);
    let (protect, place) = (section.protect, &asked.application.place);
    match product.outside() {
        None => {
            let spec = in_identity_center(draft, section, asked);
            draft.managed(asked.name, &spec, protect, place)
        }
        Some(product) => {
            check_outside(draft, section, asked, product);
            draft.managed(asked.name, &elsewhere(section, asked, product), protect, place)
        }
    };
    draft.lists(&address, section.idp.owned);
    draft.answer(&address, answers(product, asked.application));
    if product == IdpProduct::IdentityCenter {
        let assignments = assign(draft, section, asked, &address);
        link(draft, section, asked, &address, assignments);
    }
    address
}

/// The application's link, which the access portal shows to those who are assigned. A link that the blueprint gives
/// waits for no assignment.
fn link(
    draft: &mut DesignDraft<'_>,
    section: &SignInSection,
    asked: &Asked<'_>,
    application: &Address,
    assignments: Vec<Address>,
) {
    let of = |output: &str| Text::after(application, output);
    let spec = LinkSpec {
        name: asked.name.to_owned(),
        instance: of(output::INSTANCE),
        application_arn: of(output::APPLICATION_ARN),
        portal: of(output::PORTAL),
        relay_state: asked.relay_state.clone(),
        assigned: !assignments.is_empty(),
        by_hand: draft.blueprint.aws.identity_center.by_hand,
        answers_at: asked.answers_at.clone(),
    };
    let address = draft.managed(asked.name, &spec, section.protect, &asked.application.place);
    match &asked.application.start_url {
        Some(url) => draft.answer(&address, [(START_URL.to_owned(), url.value.clone())].into()),
        None => draft.after(&address, assignments),
    }
}

fn check(draft: &mut DesignDraft<'_>, product: IdpProduct, asked: &Asked<'_>, address: &Address) {
    let place = match &asked.application.name {
        Some(name) => name.place.clone(),
        None => asked.application.place.clone(),
    };
    if draft.design.resources.contains_key(address) {
        draft.complain(
            Diagnostic::error(
                "application-twice",
                format!("two applications are called `{}`", asked.name),
            )
            .at(place.clone())
            .help("each has its own metadata and relay state: give one of them another `application`"),
        );
    }
    if asked.name.chars().count() > LONGEST_NAME {
        draft.complain(
            Diagnostic::error(
                "application-name-long",
                format!(
                    "the application's name `{}` has more than {LONGEST_NAME} characters",
                    asked.name
                ),
            )
            .at(place.clone())
            .help("write `application: NAME` there"),
        );
    }
    let length = asked.pair.role_arn.len() + asked.pair.provider_arn.len();
    if product == IdpProduct::Entra && length >= ENTRA_ARNS {
        draft.complain(
            Diagnostic::warning(
                "role-attribute-long",
                format!(
                    "Entra ID imports a role only if the ARNs of role and provider have less than {ENTRA_ARNS} \
                     characters together, and these have {length}: {} and {}",
                    asked.pair.role_arn, asked.pair.provider_arn
                ),
            )
            .at(place)
            .help("shorten the role's `name` or `path`, or type the pair into the claim by hand")
            .note("assumption entra-role-arns: Microsoft's tutorial says 240, older versions of it 119"),
        );
    }
}

/// The audiences that AWS takes, in the order in which applications get them.
///
/// Assumption: saml-audiences.
fn audiences(endpoints: &Endpoints) -> Vec<&str> {
    let mut all = vec![endpoints.urn, &endpoints.global, &endpoints.regional];
    all.dedup();
    all
}

/// What a product outside AWS has no place for.
fn check_outside(draft: &mut DesignDraft<'_>, section: &SignInSection, asked: &Asked<'_>, product: Product) {
    let title = product.title();
    let known = audiences(asked.endpoints).len();
    if product.takes_each_audience_once() && asked.nth >= known {
        draft.complain(
            Diagnostic::error(
                "no-audience-left",
                format!(
                    "{title} takes the entity id of a service provider once, AWS has {known}, and `{}` is application \
                     {}",
                    asked.name,
                    asked.nth + 1
                ),
            )
            .at(asked.application.place.clone())
            .help(format!("lead to {} stacks at most", known - 1))
            .note("assumption saml-audiences: which audiences AWS takes"),
        );
    }
    if asked.nth == 0
        && product.assigns_groups_only()
        && let Some(user) = section.idp.users.first()
    {
        draft.complain(
            Diagnostic::error(
                "groups-only",
                format!(
                    "{title} lets in groups, and has no place for the user `{}`",
                    user.value
                ),
            )
            .at(user.place.clone())
            .help("put the users into a group, and write that below `groups`"),
        );
    }
    for source in asked.session_tags.values() {
        if product == Product::Adfs && !adfs::is_attribute(&source.value) {
            draft.complain(
                Diagnostic::error(
                    "attribute-name",
                    format!("`{}` is no attribute of Active Directory", source.value),
                )
                .at(source.place.clone())
                .help("write its LDAP name, such as `department`: letters, digits and hyphens"),
            );
        }
    }
}

fn in_identity_center(
    draft: &DesignDraft<'_>,
    section: &SignInSection,
    asked: &Asked<'_>,
) -> identity_center::ApplicationSpec {
    let mapping = |attribute: String, value: &str, format: &str| Mapping {
        attribute,
        value: value.into(),
        format: format.to_owned(),
    };
    let attribute = |name: &str| format!("https://aws.amazon.com/SAML/Attributes/{name}");
    let role = format!("{},{}", asked.pair.provider_arn, asked.pair.role_arn);
    let session = asked.session.as_secs().to_string();
    let session_name = user_attribute(section.user_name);
    let mut mappings = vec![
        mapping("Subject".to_owned(), asked.subject, "persistent"),
        mapping(attribute("RoleSessionName"), session_name, "unspecified"),
        mapping(attribute("Role"), &role, "unspecified"),
        mapping(attribute("SessionDuration"), &session, "unspecified"),
    ];
    mappings.extend(asked.session_tags.iter().map(|(tag, source)| {
        mapping(
            attribute(&format!("PrincipalTag:{tag}")),
            &source.value,
            "unspecified",
        )
    }));
    identity_center::ApplicationSpec {
        name: asked.name.to_owned(),
        description: asked.description.clone(),
        acs_url: asked.endpoints.regional.clone(),
        audience: asked.endpoints.urn.to_owned(),
        relay_state: asked.relay_state.clone(),
        session: asked.session,
        mappings,
        by_hand: draft.blueprint.aws.identity_center.by_hand,
        answers_at: asked.answers_at.clone(),
    }
}

fn elsewhere(section: &SignInSection, asked: &Asked<'_>, product: Product) -> idp::ApplicationSpec {
    let provider = &section.idp;
    let audience = match product {
        // An identifier is unique in Entra, which cuts the fragment off before it is sent (the same tutorial).
        Product::Entra => format!("{}#{}", asked.endpoints.global, asked.fragment),
        // These take an identifier once, and send it as it is.
        product if product.takes_each_audience_once() => {
            let all = audiences(asked.endpoints);
            all.get(asked.nth)
                .or(all.last())
                .map_or_else(String::new, |one| (*one).to_owned())
        }
        _ => asked.endpoints.urn.to_owned(),
    };
    let names =
        |names: &[At<String>]| -> Vec<String> { names.iter().map(|name| name.value.clone()).collect() };
    idp::ApplicationSpec {
        product,
        name: asked.name.to_owned(),
        description: asked.description.clone(),
        acs_url: asked.endpoints.regional.clone(),
        audience,
        relay_state: asked.relay_state.clone(),
        session: asked.session,
        session_name: match section.user_name {
            UserName::Email => SessionName::Email,
            UserName::UserName => SessionName::UserName,
        },
        role_arn: asked.pair.role_arn.clone(),
        provider_arn: asked.pair.provider_arn.clone(),
        session_tags: (asked.session_tags.iter())
            .map(|(tag, source)| ((*tag).to_owned(), source.value.clone()))
            .collect(),
        groups: names(&provider.groups),
        users: names(&provider.users),
        answers_at: asked.answers_at.clone(),
    }
}

/// Who may use an application of Identity Center: the addresses of the assignments.
fn assign(
    draft: &mut DesignDraft<'_>,
    section: &SignInSection,
    asked: &Asked<'_>,
    application: &Address,
) -> Vec<Address> {
    let by_hand = draft.blueprint.aws.identity_center.by_hand;
    let mut assignments = Vec::new();
    for (principal_type, principals) in [("GROUP", &section.idp.groups), ("USER", &section.idp.users)] {
        for principal in principals {
            let spec = AssignmentSpec {
                application_arn: Text::after(application, output::APPLICATION_ARN),
                application_name: asked.name.to_owned(),
                principal_type: principal_type.to_owned(),
                principal_name: principal.value.clone(),
                by_hand,
            };
            let key = format!("{}{principal_type}:{}", asked.assignments, principal.value);
            assignments.push(draft.managed(key, &spec, false, &principal.place));
        }
    }
    assignments
}

/// The answers to the application's questions that the blueprint gives.
fn answers(product: IdpProduct, application: &Application) -> BTreeMap<String, String> {
    let metadata = application
        .metadata
        .as_ref()
        .map(|metadata| match &metadata.value {
            Metadata::Url(url) => url.clone(),
            Metadata::File(_, text) => text.clone(),
        });
    // Identity Center shows it later, and it has a checkpoint of its own there.
    let start_url = application
        .start_url
        .as_ref()
        .filter(|_| product != IdpProduct::IdentityCenter)
        .map(|url| url.value.clone());
    // Only Identity Center's applications have an ARN.
    let arn = application
        .application_arn
        .as_ref()
        .filter(|_| product == IdpProduct::IdentityCenter)
        .map(|arn| arn.value.clone());
    [
        (answers::METADATA, metadata),
        (START_URL, start_url),
        (APPLICATION_ARN, arn),
    ]
    .into_iter()
    .filter_map(|(question, answer)| Some((question.to_owned(), answer?)))
    .collect()
}
