use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

use crate::service::{Call, Caller, Service, connect::Connect};
use crate::simulator::{SimOptions, Simulator};

const ORIGIN: &str = "https://acme-ccp.s3.eu-west-2.amazonaws.com";

/// An instance with one approved origin and one user.
async fn cloud() -> Arc<Simulator> {
    let simulator = Simulator::new(SimOptions::default());
    let call = |operation: &str, input: Value| {
        simulator.with_world(|world, now| {
            let call = Call {
                operation: operation.to_owned(),
                input,
                body: Bytes::new(),
                headers: Vec::new(),
                region: "eu-west-2".to_owned(),
                caller: Caller {
                    account: "123456789012".to_owned(),
                    arn: "arn:aws:iam::123456789012:user/deployer".to_owned(),
                    access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
                    permissions: None,
                },
                now,
                base_url: None,
            };
            Connect.call(world, &call).expect(operation).output
        })
    };
    let made = call(
        "CreateInstance",
        json!({ "InstanceAlias": "acme", "IdentityManagementType": "SAML", "InboundCallsEnabled": true,
                "OutboundCallsEnabled": true, "ClientToken": "one" }),
    );
    let id = &made["Id"];
    assert_eq!(
        asked(&simulator, "/ccp-v2/", &[]).await.status(),
        StatusCode::NOT_FOUND
    );
    simulator.skip(Duration::from_secs(3600));
    call(
        "AssociateApprovedOrigin",
        json!({ "InstanceId": id, "Origin": ORIGIN }),
    );
    let first =
        |operation: &str, list: &str| call(operation, json!({ "InstanceId": id }))[list][0]["Id"].clone();
    let security = first("ListSecurityProfiles", "SecurityProfileSummaryList");
    let routing = first("ListRoutingProfiles", "RoutingProfileSummaryList");
    call(
        "CreateUser",
        json!({ "InstanceId": id, "Username": "agent1@example.com", "PhoneConfig": { "PhoneType": "SOFT_PHONE" },
                "SecurityProfileIds": [security], "RoutingProfileId": routing,
                "IdentityInfo": { "FirstName": "A", "LastName": "B" } }),
    );
    simulator
}

async fn asked(simulator: &Simulator, path: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
    let mut request = Request::builder().uri(format!("https://acme.my.connect.aws{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    simulator
        .handle(request.body(Bytes::new()).expect("a request"))
        .await
}

fn header<'a>(answer: &'a Response<Bytes>, name: &str) -> &'a str {
    answer.headers()[name].to_str().expect("text")
}

#[tokio::test(start_paused = true)]
async fn only_an_approved_referrer_may_frame_the_panel() {
    let simulator = cloud().await;
    for (referrer, may) in [
        (Some(format!("{ORIGIN}/")), true),
        (Some(format!("{ORIGIN}/in-session.html")), true),
        (None, false),
        (Some("https://other.example.com/".to_owned()), false),
        (
            Some("https://acme-ccp.s3.eu-west-2.amazonaws.com.example.com/".to_owned()),
            false,
        ),
        (
            Some("http://acme-ccp.s3.eu-west-2.amazonaws.com/".to_owned()),
            false,
        ),
        (Some("not an address".to_owned()), false),
    ] {
        let headers: Vec<(&str, &str)> = referrer.iter().map(|text| ("referer", text.as_str())).collect();
        let answer = asked(&simulator, "/ccp-v2/", &headers).await;
        let policy = header(&answer, "content-security-policy");
        let expected = if may {
            format!("frame-ancestors 'self' {ORIGIN}")
        } else {
            "frame-ancestors 'self'".to_owned()
        };
        assert!(policy.ends_with(&expected), "{referrer:?}: {policy}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_begins_at_the_end_of_a_sign_in_and_ends_with_logout() {
    let simulator = cloud().await;
    let shows = async |cookie: &str| {
        let answer = asked(&simulator, "/ccp-v2/", &[("cookie", cookie)]).await;
        String::from_utf8_lossy(answer.body()).contains("/ccp-v2/panel.js")
    };
    assert!(!shows("").await);
    let signed_in = asked(
        &simulator,
        "/auth/sign-in?user=agent1%40example.com&destination=%2Fccp-v2%2F",
        &[],
    )
    .await;
    assert_eq!(
        (signed_in.status(), header(&signed_in, "location")),
        (StatusCode::FOUND, "/ccp-v2/")
    );
    let cookie = header(&signed_in, "set-cookie")
        .split(';')
        .next()
        .expect("a cookie")
        .to_owned();
    assert!(header(&signed_in, "set-cookie").contains("SameSite=None"));
    assert!(shows(&format!("other=1; {cookie}")).await);
    assert!(!shows("simulated-agent=stranger%40example.com").await);
    let ended = asked(&simulator, "/logout", &[]).await;
    assert!(header(&ended, "set-cookie").starts_with("simulated-agent=;"));
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_leads_users_of_the_instance_to_approved_places() {
    let simulator = cloud().await;
    let status = async |query: &str| {
        asked(&simulator, &format!("/auth/sign-in?{query}"), &[])
            .await
            .status()
    };
    let user = "user=agent1%40example.com";
    let approved = "https%3A%2F%2Facme-ccp.s3.eu-west-2.amazonaws.com%2Fin-session.html";
    assert_eq!(
        status(&format!("{user}&destination={approved}")).await,
        StatusCode::FOUND
    );
    for refused in [
        format!("{user}&destination=https%3A%2F%2Fother.example.com%2F"),
        format!("{user}&destination=%2F%2Fother.example.com%2F"),
        "user=Agent1%40example.com".to_owned(),
        String::new(),
    ] {
        assert_eq!(status(&refused).await, StatusCode::FORBIDDEN, "{refused}");
    }
}
