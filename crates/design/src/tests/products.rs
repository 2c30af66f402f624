//! What identity providers have in common, and what not.

use super::sign_in::{codes, section, with_desktops};
use super::*;
use headset_blueprint::model::IdpProduct;
use headset_kinds::connect::ApprovedOriginSpec;

/// Products that take each identifier once get another one for each application, as far as AWS has them.
#[test]
fn applications_of_one_product_have_identifiers_of_their_own_where_it_needs_them() {
    let of = |product: IdpProduct, stacks: &[&str]| {
        let mut blueprint = with_desktops(stacks);
        let section = section(&mut blueprint);
        section.idp.product = product;
        section.idp.users = Vec::new();
        blueprint
    };
    for product in [IdpProduct::Adfs, IdpProduct::PingOne, IdpProduct::PingFederate] {
        let design = designed(&of(product, &["agents", "leads"]), &context());
        let audience = |key: &str| spec(&design, &format!("idp.application/{key}"))["audience"].clone();
        assert_eq!(
            [
                audience("acme-support"),
                audience("acme-support desktop agents"),
                audience("acme-support desktop leads")
            ],
            [
                "urn:amazon:webservices",
                "https://signin.aws.amazon.com/saml",
                "https://eu-west-1.signin.aws.amazon.com/saml"
            ],
            "{product:?}"
        );
        assert_eq!(
            codes(&of(product, &["agents", "leads", "more"])),
            ["no-audience-left"]
        );
    }
    let design = designed(&of(IdpProduct::Google, &["agents", "leads", "more"]), &context());
    for key in ["acme-support", "acme-support desktop more"] {
        assert_eq!(
            spec(&design, &format!("idp.application/{key}"))["audience"],
            "urn:amazon:webservices"
        );
    }
    // Who has no place for single users says so, once.
    for product in [
        IdpProduct::Adfs,
        IdpProduct::Google,
        IdpProduct::PingOne,
        IdpProduct::PingFederate,
    ] {
        let mut blueprint = with_desktops(&["agents"]);
        section(&mut blueprint).idp.product = product;
        assert_eq!(codes(&blueprint), ["groups-only"], "{product:?}");
    }
}

/// Session tags go to the desktops only, under the names that AppStream knows, and nothing changes without them.
#[test]
fn attributes_of_users_become_session_tags_of_the_desktop() {
    let with = |product: IdpProduct, cost_center: &str| {
        let mut blueprint = with_desktops(&["agents"]);
        let section = section(&mut blueprint);
        section.idp.product = product;
        section.idp.users = Vec::new();
        let tags = &mut section.appstream.as_mut().expect("desktops").attributes;
        tags.department = Some(at("department"));
        tags.cost_center = Some(at(cost_center));
        blueprint
    };
    let design = designed(&with(IdpProduct::Okta, "user.costCenter"), &context());
    let desktop = spec(&design, "idp.application/acme-support desktop");
    assert_eq!(
        desktop["session_tags"],
        json!({ "department": "department", "costCenter": "user.costCenter" })
    );
    assert_eq!(
        spec(&design, "idp.application/acme-support")["session_tags"],
        json!({})
    );
    let design = designed(
        &with(IdpProduct::IdentityCenter, "${path:enterprise.costCenter}"),
        &context(),
    );
    let mappings = &spec(&design, "identity_center.application/acme-support desktop")["mappings"];
    assert_eq!(
        mappings[4],
        json!({
            "attribute": "https://aws.amazon.com/SAML/Attributes/PrincipalTag:costCenter",
            "value": "${path:enterprise.costCenter}", "format": "unspecified",
        })
    );
    // A query of AD FS takes names of LDAP's only.
    assert!(codes(&with(IdpProduct::Adfs, "extensionAttribute1")).is_empty());
    assert_eq!(
        codes(&with(IdpProduct::Adfs, "mail;memberOf")),
        ["attribute-name"]
    );
}

/// A product whose pages embed the panel: each of its origins is approved, and is called as the product calls it.
#[test]
fn every_preset_approves_the_origins_of_its_pages() {
    let text = "\
version: 1
name: acme
aws: { region: eu-west-2 }
lifetime: 3d
connect: { alias: acme, identity: connect-managed }
ccp:
  hosting: s3
  embed:
    salesforce: { domain: acme }
    zendesk: { domain: acme }
    servicenow: { domain: acme }
    dynamics: { domain: acme.crm4.dynamics.com }
";
    let sources = headset_blueprint::Sources::alone("acme.yaml", text);
    let (blueprint, findings) = headset_blueprint::read(&sources);
    let blueprint = blueprint.unwrap_or_else(|| panic!("{findings:?}"));
    let (design, _) = design(&blueprint, &context());
    let approved: BTreeSet<&str> = design
        .resources
        .keys()
        .filter(|address| address.kind == ApprovedOriginSpec::KIND)
        .map(|address| address.key.as_str())
        .collect();
    for origin in [
        "https://acme.lightning.force.com",
        "https://acme--amazonconnect.vf.force.com",
        "https://acme.zendesk.com",
        "https://acme.service-now.com",
        "https://acme.crm4.dynamics.com",
    ] {
        assert!(approved.contains(origin), "{origin}: {approved:?}");
    }
}
