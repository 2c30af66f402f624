//! The addresses of a SAML application and the metadata document behind one of them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::service::saml;
use crate::world::World;

/// The certificates that simulated applications sign with, the first one and those after rotations: valid until
/// 2054, made once; their keys were thrown away, since nothing here signs.
const CERTIFICATES: [&str; 2] = [
    include_str!("certificate.pem"),
    include_str!("certificate_rotated.pem"),
];

/// The certificate after this many rotations, in PEM.
pub(crate) fn certificate(rotations: usize) -> &'static str {
    CERTIFICATES[rotations % CERTIFICATES.len()]
}

/// A new application's token: unpadded base64 of `ACCOUNT_ins-` and 16 hexadecimal digits, as decoded from two
/// public metadata addresses. Nothing establishes that the digits are those of the application's ARN, so here
/// they are not.
pub(super) fn new_token(world: &mut World) -> String {
    let account = world.settings.identity_center_account.clone();
    STANDARD_NO_PAD.encode(format!("{account}_ins-{}", world.hex(16)))
}

/// What the application's link in the access portal ends in: padded base64, percent-encoded, of what its token says and
/// of a part of the application's own (as decoded from links that people published). `None` for a token of another form.
pub(super) fn link_token(token: &str) -> Option<String> {
    let plain = String::from_utf8(STANDARD_NO_PAD.decode(token).ok()?).ok()?;
    let (_, digits) = plain.split_once("_ins-")?;
    let own: String = digits.chars().rev().collect();
    let token = STANDARD.encode(format!("{plain}_p-{own}"));
    Some(utf8_percent_encode(&token, NON_ALPHANUMERIC).to_string())
}

/// An address of the application on the portal of Identity Center's region: `kind` is `metadata`, `assertion`
/// or `logout`.
pub(super) fn address(world: &World, kind: &str, token: &str) -> String {
    let region = &world.settings.identity_center_region;
    format!("https://portal.sso.{region}.amazonaws.com/saml/{kind}/{token}")
}

/// The SAML metadata document of the application with this token; `None` if there is no such application (any
/// more). Served without authentication, as AWS does. The document is longer than 1,000 characters, which is
/// the least that `iam:CreateSAMLProvider` takes.
pub(crate) fn saml_metadata(world: &World, token: &str) -> Option<String> {
    let mut applications = world.sso_admin.applications.values();
    let saml = applications.find_map(|one| one.saml.as_ref().filter(|saml| saml.token == token))?;
    let sign_in = address(world, "assertion", token);
    let sign_out = address(world, "logout", token);
    Some(saml::metadata(
        &sign_in,
        &sign_in,
        &sign_out,
        certificate(saml.rotations),
    ))
}
