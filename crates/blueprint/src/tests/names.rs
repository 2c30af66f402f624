//! Names that people or services take for one and the same.

use super::codes;

#[test]
fn names_that_look_alike_are_told() {
    let of = |idp: &str| {
        codes(&format!(
            "version: 1\nname: acme\nconnect: {{ alias: acme }}\nsign_in:\n  idp: {idp}\n"
        ))
    };
    let plain = of("{ identity_center: { application: acme, groups: [agents], users: [ada@example.com] } }");
    for (idp, code) in [
        // Forms take the blank off, and no user of the directory has one.
        (
            "{ identity_center: { application: \"acme \", groups: [agents] } }",
            "bad-value",
        ),
        (
            "{ other: { application: \" acme\", groups: [agents] } }",
            "bad-value",
        ),
        (
            "{ identity_center: { application: acme, users: [\"Ada L\"] } }",
            "bad-value",
        ),
        // A group may be called so.
        (
            "{ identity_center: { application: acme, groups: [\"agents \"] } }",
            "blank-at-end",
        ),
        (
            "{ identity_center: { application: acme, groups: [agents, Agents] } }",
            "similar-names",
        ),
        (
            "{ okta: { application: acme, groups: [agents], users: [ada, ADA] } }",
            "similar-names",
        ),
    ] {
        assert!(of(idp).contains(&code), "{idp}: {:?}", of(idp));
        assert!(!plain.contains(&code), "{plain:?}");
    }
    // Elsewhere a user's name may have a blank in it.
    let elsewhere = of("{ other: { application: acme, users: [\"Ada L\"] } }");
    assert!(!elsewhere.contains(&"bad-value"), "{elsewhere:?}");
}

/// Everything that state holds can be moved and let go of: `s3.bucket/ccp` has a digit in it.
#[test]
fn the_address_of_every_kind_is_an_address() {
    for kind in headset_kinds::registry::KINDS {
        let address = format!("{}/key", kind.name());
        assert!(crate::limits::ADDRESS.accepts(&address), "{address}");
    }
    for bad in [
        "fleet/agents",
        "appstream.fleet",
        "appstream.fleet/",
        "3s.bucket/ccp",
        "a.b/ c",
    ] {
        assert!(!crate::limits::ADDRESS.accepts(bad), "{bad}");
    }
}
