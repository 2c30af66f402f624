//! How an application is addressed, and where people start who are to get to what it leads to.

use crate::draft::DesignDraft;
use crate::pages::is_plain_url;
use headset_blueprint::model::{Application, IdpProduct, Metadata, SignInSection};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::identity_center::{LinkSpec, check_link, check_link_of};
use headset_kinds::idp::start::check;
use headset_kinds::{Address, Text, identity_center, idp};

/// The answer and the output that tell where people start.
pub(super) const START_URL: &str = "start_url";

/// What the application that leads to Connect is called.
pub(super) fn application_name(section: &SignInSection) -> &str {
    section
        .idp
        .application
        .name
        .as_ref()
        .map_or("", |name| &name.value)
}

/// The address of an application of this name at this product.
pub(super) fn address(product: IdpProduct, name: &str) -> Address {
    let kind = match product {
        IdpProduct::IdentityCenter => identity_center::ApplicationSpec::KIND,
        _ => idp::ApplicationSpec::KIND,
    };
    Address::new(kind, name)
}

/// Where people start who are to get to what this application leads to. Identity Center shows an application's link
/// only once a user or group is assigned, all other products together with the application.
pub(super) fn start(application: &Address) -> Text {
    match application.kind {
        identity_center::ApplicationSpec::KIND => {
            Text::after(&Address::new(LinkSpec::KIND, &application.key), START_URL)
        }
        _ => Text::after(application, START_URL),
    }
}

/// Where people start who are to get to Connect.
pub(crate) fn login_url(section: &SignInSection) -> Text {
    start(&address(section.idp.product, application_name(section)))
}

/// Says if a start address that the blueprint gives cannot stand in a page, or is no application's.
pub(super) fn check_start_url(draft: &mut DesignDraft<'_>, product: IdpProduct, application: &Application) {
    if let Some(url) = &application.start_url
        && is_plain_url(&url.value)
        && let Err(reason) = match product.outside() {
            None => check_link(&url.value),
            Some(product) => check(product, &url.value),
        }
    {
        draft.complain(
            Diagnostic::error("start-url", reason)
                .at(url.place.clone())
                .help("or leave it out: a checkpoint asks for it"),
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
        draft.complain(
            Diagnostic::warning("start-url", reason)
                .at(url.place.clone())
                .help("apply refuses it: copy the link of the application whose metadata this is"),
        );
    }
    if let Some(url) = application
        .start_url
        .as_ref()
        .filter(|url| !is_plain_url(&url.value))
    {
        draft.complain(
            Diagnostic::error("start-url", format!("`{}` is not an https address", url.value))
                .at(url.place.clone())
                .help(
                    "copy the application's start URL: it begins with https:// and has no quotes or spaces",
                ),
        );
    }
}
