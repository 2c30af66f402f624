//! Where sign-ins land.

use super::*;

/// Old instances have another host, and a path; which one that is, only AWS says of an instance that is linked to.
#[test]
fn a_sign_in_lands_at_the_host_that_the_instance_has() {
    let relay_state = |blueprint: &Blueprint, origin: Option<&str>| {
        let given = crate::Given {
            instance_origin: origin.map(str::to_owned),
            ..crate::Given::default()
        };
        let context = DesignContext { given, ..context() };
        let design = designed(blueprint, &context);
        let spec = spec(&design, "identity_center.application/acme-support");
        text(spec, "relay_state")
    };
    let console =
        "https://eu-west-2.console.aws.amazon.com/connect/federate/12345678-1234-1234-1234-123456789012";
    let old = format!("{console}?destination=%2Fconnect%2Fccp-v2");
    let new = format!("{console}?destination=%2Fccp-v2&new_domain=true");
    let mut own = blueprint();
    assert_eq!(relay_state(&own, None), new);
    assert_eq!(
        relay_state(&own, Some("https://acme-support.my.connect.aws")),
        new
    );
    assert_eq!(relay_state(&own, Some("https://acme-support.awsapps.com")), old);
    own.sign_in.as_mut().unwrap().connect.destination = "/connect/ccp-v2".to_owned();
    assert_eq!(relay_state(&own, Some("https://acme-support.awsapps.com")), old);
}
