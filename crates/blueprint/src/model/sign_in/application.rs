//! `sign_in.idp`: the identity provider, and applications there.

use super::metadata::{Metadata, MetadataFile, metadata};
use super::product::IdpProduct;
use crate::at::At;
use crate::declare::Value as _;
use crate::limits;
use crate::owned::Owned;
use crate::reader::{Fields, Item, Reader};
use crate::table::{Between, Shape, rule};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_derive::Section;
use headset_kinds as kinds;

/// `sign_in.idp`: who vouches for the agents.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityProvider {
    /// Which product it is.
    pub product: IdpProduct,
    /// The application that leads to Connect.
    pub application: Application,
    /// `groups`: names of groups to assign. Of Identity Center they are assigned by API; elsewhere they stand on the
    /// worksheet.
    pub groups: Vec<At<String>>,
    /// `users`: user names to assign.
    pub users: Vec<At<String>>,
    /// `owned`: whether others assign, too. Of Identity Center only.
    pub owned: Option<Owned>,
}

/// A SAML application at the identity provider, and the answers about it that the blueprint gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Application {
    /// Where it stands.
    pub place: Place,
    /// `application`: its display name; `None`: derived (only for desktops).
    pub name: Option<At<String>>,
    /// `metadata`: an answer given in the blueprint: a URL, or the text of a file that was read.
    pub metadata: Option<At<Metadata>>,
    /// `start_url`: an answer given in the blueprint.
    pub start_url: Option<At<String>>,
    /// `application_arn`: an answer given in the blueprint; of Identity Center only.
    pub application_arn: Option<At<String>>,
    /// `provider`: the name of its SAML provider in IAM; only for desktops.
    pub provider: Option<At<String>>,
}

impl Application {
    /// An application about which nothing is said.
    pub(super) fn unnamed(place: Place) -> Application {
        Application {
            place,
            name: None,
            metadata: None,
            start_url: None,
            application_arn: None,
            provider: None,
        }
    }
}

/// The keys of `sign_in.idp`.
#[derive(Section)]
#[section(rules(rule(
    Between::OneOf(&[
        "identity_center",
        "okta",
        "entra",
        "adfs",
        "google",
        "pingone",
        "pingfederate",
        "other",
    ]),
    "Write one of them, such as `identity_center: { application: acme-support, groups: [agents] }`.",
)))]
pub(super) struct Idp {
    /// AWS IAM Identity Center.
    #[key(example = "{ application: acme-support, groups: [agents] }")]
    identity_center: Option<InIdentityCenter>,
    /// Okta.
    #[key(example = "{ application: Acme Support, groups: [agents] }")]
    okta: Option<OtherProvider>,
    /// Microsoft Entra ID.
    #[key(example = "{ application: Acme Support, groups: [agents] }")]
    entra: Option<OtherProvider>,
    /// Active Directory Federation Services. Groups are those of Active Directory; single users are not assigned.
    #[key(example = "{ application: Acme Support, groups: [agents] }")]
    adfs: Option<OtherProvider>,
    /// Google Workspace. Single users are not assigned.
    #[key(example = "{ application: Acme Support, groups: [agents] }")]
    google: Option<OtherProvider>,
    /// Ping Identity's PingOne. Single users are not assigned.
    #[key(example = "{ application: Acme Support, groups: [agents] }")]
    pingone: Option<OtherProvider>,
    /// Ping Identity's PingFederate. Single users are not assigned.
    #[key(example = "{ application: Acme Support, groups: [agents] }")]
    pingfederate: Option<OtherProvider>,
    /// Any other SAML 2.0 identity provider.
    #[key(example = "{ application: Acme Support, groups: [agents] }")]
    other: Option<OtherProvider>,
}

/// The provider, if there is exactly one and it is a good one.
pub(super) fn idp(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<IdentityProvider> {
    let said = Idp::read(reader, item)?;
    let product = IdpProduct::of(reader.outline)?;
    let provider = match product {
        IdpProduct::IdentityCenter => return Some(said.identity_center?.provider(product)),
        IdpProduct::Okta => said.okta?,
        IdpProduct::Entra => said.entra?,
        IdpProduct::Adfs => said.adfs?,
        IdpProduct::Google => said.google?,
        IdpProduct::PingOne => said.pingone?,
        IdpProduct::PingFederate => said.pingfederate?,
        IdpProduct::Other => said.other?,
    };
    Some(
        InIdentityCenter {
            place: provider.place,
            application: provider.application,
            groups: provider.groups,
            users: provider.users,
            metadata: provider.metadata,
            start_url: provider.start_url,
            application_arn: None,
            owned: None,
        }
        .provider(product),
    )
}

/// An application in Identity Center, and who is assigned to it.
#[derive(Section)]
#[section(check = InIdentityCenter::check)]
struct InIdentityCenter {
    #[key(place)]
    place: Place,
    /// The application's display name: what agents see in their portal.
    #[key(
        text = limits::APPLICATION_NAME,
        read = typed_name,
        example = "acme-support",
        to(kinds::identity_center::ApplicationSpec::NAME, kinds::idp::ApplicationSpec::NAME)
    )]
    application: At<String>,
    /// Names of the groups that are assigned: by Headset in Identity Center, by the person who follows the worksheet
    /// elsewhere.
    #[key(
        text = limits::GROUP_NAME,
        count = (0, 1000),
        example = "[agents]",
        to(kinds::identity_center::AssignmentSpec::PRINCIPAL_NAME, kinds::idp::ApplicationSpec::GROUPS)
    )]
    groups: Vec<At<String>>,
    /// User names that are assigned, beside the groups.
    #[key(
        text = limits::DIRECTORY_USER,
        count = (0, 1000),
        example = "[ada]",
        to(kinds::identity_center::AssignmentSpec::PRINCIPAL_NAME, kinds::idp::ApplicationSpec::USERS)
    )]
    users: Vec<At<String>>,
    /// The provider's SAML metadata: an answer to the application's checkpoint, kept with the blueprint.
    #[key(
        shape = Shape::Either(&[Shape::Pattern(&limits::HTTPS_URL), MetadataFile::SHAPE]),
        read = metadata,
        example = "{ file: saml-metadata.xml }",
        otherwise = "asked for by the checkpoint",
        to(kinds::iam::SamlProviderSpec::METADATA)
    )]
    metadata: Option<At<Metadata>>,
    /// Where a sign-in begins: an answer to the checkpoint of the application (of Identity Center: of its link, which
    /// the access portal shows once a user or group is assigned), kept with the blueprint.
    #[key(
        pattern = limits::HTTPS_URL,
        example = "https://example.awsapps.com/start/#/saml/default/acme/abcdef",
        otherwise = "asked for by the checkpoint"
    )]
    start_url: Option<At<String>>,
    /// The application's ARN, where its name alone does not say which one it is.
    #[key(
        pattern = limits::APPLICATION_ARN,
        example = "arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef",
        otherwise = "found by the application's name"
    )]
    application_arn: Option<At<String>>,
    /// Whether those assigned to the applications are this blueprint's alone, so that `headset drift` tells whom it does not
    /// declare, or others assign, too.
    #[key(example = "only-declared", otherwise = "`all`")]
    owned: Option<Owned>,
}

impl InIdentityCenter {
    #[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
    fn check(
        reader: &mut Reader<'_>,
        item: &Item<'_>,
        _: &Fields<'_>,
        said: InIdentityCenter,
    ) -> Option<InIdentityCenter> {
        check_assigned(reader, item, &said.groups, &said.users);
        check_directory_users(reader, &said.users);
        Some(said)
    }

    fn provider(self, product: IdpProduct) -> IdentityProvider {
        IdentityProvider {
            product,
            application: Application {
                place: self.place,
                name: Some(self.application),
                metadata: self.metadata,
                start_url: self.start_url,
                application_arn: self.application_arn,
                provider: None,
            },
            groups: self.groups,
            users: self.users,
            owned: self.owned,
        }
    }
}

/// An application at another identity provider, and who is assigned to it.
#[derive(Section)]
#[section(
    check = OtherProvider::check,
    later(application_arn = "Only applications of IAM Identity Center have an ARN.")
)]
struct OtherProvider {
    #[key(place)]
    place: Place,
    #[key(like = InIdentityCenter, required, read = typed_name)]
    application: At<String>,
    #[key(like = InIdentityCenter)]
    groups: Vec<At<String>>,
    #[key(like = InIdentityCenter)]
    users: Vec<At<String>>,
    #[key(like = InIdentityCenter, read = metadata)]
    metadata: Option<At<Metadata>>,
    #[key(like = InIdentityCenter)]
    start_url: Option<At<String>>,
}

impl OtherProvider {
    #[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
    fn check(
        reader: &mut Reader<'_>,
        item: &Item<'_>,
        _: &Fields<'_>,
        said: OtherProvider,
    ) -> Option<OtherProvider> {
        check_assigned(reader, item, &said.groups, &said.users);
        Some(said)
    }
}

/// The name of an application, which a person types into a form: forms take the blanks at both ends off, so that there
/// never is an application of such a name.
fn typed_name(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<String>> {
    let name = reader.text(item)?;
    if name.value.trim() == name.value {
        return Some(name);
    }
    reader.report(
        Diagnostic::error(
            "bad-value",
            format!(
                "the application's name `{}` begins or ends with a blank",
                name.value
            ),
        )
        .at(name.place)
        .help("Delete the blank: a person types the name into a form, which takes it off."),
    );
    None
}

/// Reports names of users that IAM Identity Center has none of (model: identitystore `UserName`, which has no blank).
fn check_directory_users(reader: &mut Reader<'_>, users: &[At<String>]) {
    for user in users
        .iter()
        .filter(|user| user.value.contains(char::is_whitespace))
    {
        reader.report(
            Diagnostic::error(
                "bad-value",
                format!("no user of IAM Identity Center is called `{}`", user.value),
            )
            .at(user.place.clone())
            .help("User names there have no blanks. Write the user name, not the display name."),
        );
    }
}

/// Warns where an application has neither groups nor users.
fn check_assigned(reader: &mut Reader<'_>, item: &Item<'_>, groups: &[At<String>], users: &[At<String>]) {
    if groups.is_empty() && users.is_empty() {
        reader.report(
            Diagnostic::warning(
                "nobody-assigned",
                format!("`{}` assigns no group and no user to the application", item.path),
            )
            .at(item.place())
            .help("Add `groups: [agents]`; without an assignment no user can sign in."),
        );
    }
}

/// The application that leads to the desktop of one stack.
#[derive(Section)]
#[section(before = has_an_arn)]
pub(super) struct DesktopApplication {
    #[key(
        like = InIdentityCenter,
        read = typed_name,
        otherwise = "the application that leads to Connect, with the stack's key"
    )]
    application: Option<At<String>>,
    #[key(like = InIdentityCenter, read = metadata)]
    metadata: Option<At<Metadata>>,
    #[key(like = InIdentityCenter)]
    start_url: Option<At<String>>,
    #[key(like = InIdentityCenter)]
    application_arn: Option<At<String>>,
    /// The name of the SAML provider in IAM that vouches for people who come by this application.
    #[key(
        pattern = limits::SAML_PROVIDER_NAME,
        example = "desktop-integration",
        otherwise = "derived from the role's name and the stack's key",
        to(kinds::iam::SamlProviderSpec::NAME)
    )]
    provider: Option<At<String>>,
}

impl DesktopApplication {
    pub(super) fn at(self, place: Place) -> Application {
        Application {
            place,
            name: self.application,
            metadata: self.metadata,
            start_url: self.start_url,
            application_arn: self.application_arn,
            provider: self.provider,
        }
    }
}

fn has_an_arn(reader: &mut Reader<'_>, item: &Item<'_>) {
    if let Some(place) = item.place_of("application_arn")
        && IdpProduct::of(reader.outline).is_some_and(|product| product != IdpProduct::IdentityCenter)
    {
        reader.report(
            Diagnostic::error(
                "conflict",
                format!("`{}.application_arn` goes with `identity_center` only", item.path),
            )
            .at(place)
            .help("Delete it: only applications of IAM Identity Center have an ARN."),
        );
    }
}
