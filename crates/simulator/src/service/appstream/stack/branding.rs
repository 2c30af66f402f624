//! What belongs to a stack without being part of it: its theme and its entitlements.

use bytes::Bytes;
use serde_json::{Value, json};

use super::super::testing::Lab;
use crate::service::{Call, Caller, Service, s3};

fn theme(members: Value) -> Value {
    let mut input = json!({
        "StackName": "agents", "TitleText": "Support", "ThemeStyling": "BLUE",
        "OrganizationLogoS3Location": { "S3Bucket": "acme-brand", "S3Key": "logo.png" },
        "FaviconS3Location": { "S3Bucket": "acme-brand", "S3Key": "icon.png" },
    });
    for (name, value) in members.as_object().expect("an object") {
        input[name] = value.clone();
    }
    input
}

/// A call to S3 by the same account.
fn store(lab: &mut Lab, operation: &str, input: Value) {
    let call = Call {
        operation: operation.to_owned(),
        input,
        body: Bytes::from_static(b"pixels"),
        headers: Vec::new(),
        region: lab.region.clone(),
        caller: Caller {
            account: lab.account.clone(),
            arn: format!("arn:aws:iam::{}:user/engineer", lab.account),
            access_key: Some("AKIAIOSFODNN7EXAMPLE".to_owned()),
            permissions: None,
        },
        now: lab.now,
        base_url: None,
    };
    s3::S3.call(&mut lab.world, &call).expect(operation);
}

#[test]
fn a_stack_has_one_theme_which_changes_and_goes_with_it() {
    let mut lab = Lab::quirky("lists.unordered", &["appstream.theme-objects-checked"]);
    let stack = json!({ "StackName": "agents" });
    assert_eq!(
        lab.code("CreateThemeForStack", theme(json!({}))),
        "ResourceNotFoundException"
    );
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    assert_eq!(
        lab.code("DescribeThemeForStack", stack.clone()),
        "ResourceNotFoundException"
    );
    let links = json!([{ "DisplayName": "Help", "FooterLinkURL": "https://example.com" }]);
    let made = lab.ok("CreateThemeForStack", theme(json!({ "FooterLinks": links })))["Theme"].clone();
    assert_eq!(
        (&made["State"], &made["ThemeTitleText"], &made["ThemeFooterLinks"]),
        (&json!("ENABLED"), &json!("Support"), &links)
    );
    assert_eq!(
        lab.code("CreateThemeForStack", theme(json!({}))),
        "ResourceAlreadyExistsException"
    );
    let four = json!({ "StackName": "agents", "FooterLinks": [links[0], links[0], links[0], links[0]] });
    assert_eq!(lab.code("UpdateThemeForStack", four), "LimitExceededException");
    let change = json!({
        "StackName": "agents", "State": "DISABLED", "AttributesToDelete": ["FOOTER_LINKS"],
        "FaviconS3Location": { "S3Bucket": "acme-brand", "S3Key": "other.png" },
    });
    let changed = lab.ok("UpdateThemeForStack", change)["Theme"].clone();
    assert_eq!(
        (&changed["State"], changed.get("ThemeFooterLinks")),
        (&json!("DISABLED"), None)
    );
    assert_ne!(changed["ThemeFaviconURL"], made["ThemeFaviconURL"]);
    assert_eq!(
        changed["ThemeOrganizationLogoURL"],
        made["ThemeOrganizationLogoURL"]
    );
    let both = json!({ "StackName": "agents", "FooterLinks": links, "AttributesToDelete": ["FOOTER_LINKS"] });
    assert_eq!(
        lab.code("UpdateThemeForStack", both),
        "InvalidParameterCombinationException"
    );
    lab.ok("DeleteThemeForStack", stack.clone());
    assert_eq!(
        lab.code("DeleteThemeForStack", stack.clone()),
        "ResourceNotFoundException"
    );
    lab.ok("CreateThemeForStack", theme(json!({})));
    lab.ok(
        "UpdateStack",
        json!({ "Name": "agents", "AttributesToDelete": ["THEME_NAME"] }),
    );
    assert_eq!(
        lab.code("DescribeThemeForStack", stack),
        "ResourceNotFoundException"
    );
}

#[test]
fn by_quirk_the_objects_of_a_theme_have_to_be_readable() {
    let mut lab = Lab::quirky("appstream.theme-objects-checked", &[]);
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    assert_eq!(
        lab.code("CreateThemeForStack", theme(json!({}))),
        "ResourceNotFoundException"
    );
    let place = json!({ "LocationConstraint": "eu-west-1" });
    store(
        &mut lab,
        "CreateBucket",
        json!({ "Bucket": "acme-brand", "CreateBucketConfiguration": place }),
    );
    for key in ["logo.png", "icon.png"] {
        store(
            &mut lab,
            "PutObject",
            json!({ "Bucket": "acme-brand", "Key": key }),
        );
    }
    assert_eq!(
        lab.code("CreateThemeForStack", theme(json!({}))),
        "OperationNotPermittedException"
    );
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Principal": { "Service": "appstream.amazonaws.com" },
            "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-brand/*",
        }],
    });
    store(
        &mut lab,
        "PutBucketPolicy",
        json!({ "Bucket": "acme-brand", "Policy": policy.to_string() }),
    );
    lab.ok("CreateThemeForStack", theme(json!({})));
}

#[test]
fn entitlements_belong_to_a_stack() {
    let mut lab = Lab::new();
    let attributes = json!([{ "Name": "department", "Value": "support" }]);
    let made = json!({
        "StackName": "agents", "Name": "support", "AppVisibility": "ALL", "Attributes": attributes,
    });
    assert_eq!(
        lab.code("CreateEntitlement", made.clone()),
        "ResourceNotFoundException"
    );
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    let mut wrong = made.clone();
    wrong["Attributes"][0]["Name"] = json!("shoeSize");
    assert_eq!(
        lab.code("CreateEntitlement", wrong),
        "OperationNotPermittedException"
    );
    lab.ok("CreateEntitlement", made.clone());
    assert_eq!(
        lab.code("CreateEntitlement", made),
        "EntitlementAlreadyExistsException"
    );
    lab.seconds(5);
    let name = json!({ "StackName": "agents", "Name": "support" });
    let change = json!({ "StackName": "agents", "Name": "support", "AppVisibility": "ASSOCIATED" });
    let changed = lab.ok("UpdateEntitlement", change)["Entitlement"].clone();
    assert_eq!(
        (&changed["AppVisibility"], &changed["Attributes"]),
        (&json!("ASSOCIATED"), &attributes)
    );
    assert!(changed["LastModifiedTime"].as_f64() > changed["CreatedTime"].as_f64());
    let all = lab.ok("DescribeEntitlements", json!({ "StackName": "agents" }));
    assert_eq!(all["Entitlements"].as_array().map(Vec::len), Some(1));
    lab.ok("DeleteEntitlement", name.clone());
    for operation in ["DeleteEntitlement", "DescribeEntitlements", "UpdateEntitlement"] {
        assert_eq!(
            lab.code(operation, name.clone()),
            "EntitlementNotFoundException",
            "{operation}"
        );
    }
}

#[test]
fn every_attribute_of_a_stack_can_be_set_changed_and_taken_away() {
    let mut lab = Lab::new();
    lab.ok("CreateStack", json!({ "Name": "agents" }));
    let plain = lab.ok("DescribeStacks", json!({ "Names": ["agents"] }))["Stacks"][0].clone();
    let agent = json!({
        "Settings": [{ "AgentAction": "COMPUTER_VISION", "Permission": "ENABLED" }],
        "ScreenResolution": "W_1280xH_720", "ScreenImageFormat": "PNG",
    });
    for (attribute, member, first, second) in [
        (
            "REDIRECT_URL",
            "RedirectURL",
            json!("https://example.com/a"),
            json!("https://example.com/b"),
        ),
        (
            "FEEDBACK_URL",
            "FeedbackURL",
            json!("https://example.com/c"),
            json!("https://example.com/d"),
        ),
        (
            "EMBED_HOST_DOMAINS",
            "EmbedHostDomains",
            json!(["crm.example.com"]),
            json!(["desk.example.com"]),
        ),
        (
            "ACCESS_ENDPOINTS",
            "AccessEndpoints",
            json!([{ "EndpointType": "STREAMING", "VpceId": "vpce-0a1b2c3d4e5f60718" }]),
            json!([{ "EndpointType": "STREAMING", "VpceId": "vpce-0a1b2c3d4e5f60719" }]),
        ),
        (
            "STREAMING_EXPERIENCE_SETTINGS",
            "StreamingExperienceSettings",
            json!({ "PreferredProtocol": "UDP" }),
            json!({ "PreferredProtocol": "TCP" }),
        ),
        (
            "CONTENT_REDIRECTION",
            "ContentRedirection",
            json!({ "HostToClient": { "Enabled": true, "AllowedUrls": ["https://*.example.com"] } }),
            json!({ "HostToClient": { "Enabled": false } }),
        ),
        (
            "STORAGE_CONNECTOR_AUTHENTICATION",
            "StorageConnectorAuthentication",
            json!("FORCE_REAUTHENTICATION"),
            json!("REUSE_CREDENTIALS"),
        ),
        (
            "AGENT_ACCESS_CONFIG",
            "AgentAccessConfig",
            agent.clone(),
            agent.clone(),
        ),
    ] {
        for value in [&first, &second] {
            let mut update = json!({ "Name": "agents" });
            update[member] = value.clone();
            assert_eq!(lab.ok("UpdateStack", update)["Stack"][member], *value, "{member}");
        }
        let mut both = json!({ "Name": "agents", "AttributesToDelete": [attribute] });
        both[member] = first.clone();
        assert_eq!(
            lab.code("UpdateStack", both),
            "InvalidParameterCombinationException",
            "{attribute}"
        );
        lab.ok(
            "UpdateStack",
            json!({ "Name": "agents", "AttributesToDelete": [attribute] }),
        );
        let cleared = lab.ok("DescribeStacks", json!({ "Names": ["agents"] }))["Stacks"][0].clone();
        assert_eq!(cleared.get(member), plain.get(member), "{attribute}");
    }
    for wrong in [
        json!({ "AccessEndpoints": [{ "EndpointType": "STREAMING", "VpceId": "vpc-0a1b2c3d4e5f60718" }] }),
        json!({ "StorageConnectors": [
            { "ConnectorType": "GOOGLE_DRIVE", "Domains": ["example.com"], "DomainsRequireAdminConsent": ["example.com"] },
        ] }),
        json!({ "StorageConnectors": [{ "ConnectorType": "ONE_DRIVE" }] }),
    ] {
        let mut update = wrong.clone();
        update["Name"] = json!("agents");
        assert!(lab.call("UpdateStack", update).is_err(), "{wrong}");
    }
}

#[test]
fn a_volume_is_at_least_as_large_as_its_image_s() {
    let mut lab = Lab::new();
    lab.ok(
        "CreateImageBuilder",
        json!({
            "Name": "builder", "InstanceType": "stream.standard.medium",
            "ImageName": "AppStream-WinServer2022-05-12-2026", "RootVolumeConfig": { "VolumeSizeInGb": 300 },
        }),
    );
    lab.wait(30);
    let capture = json!({
        "name": "desktop",
        "applications": [{ "name": "crm", "absolute_app_path": "C:\\crm.exe" }],
    });
    lab.console(&["builder", "capture"], capture).expect("captured");
    lab.wait(60);
    let volume =
        |size: u64| json!({ "ImageName": "desktop", "RootVolumeConfig": { "VolumeSizeInGb": size } });
    let small = lab.fleet(volume(250));
    assert_eq!(
        lab.code("CreateFleet", small),
        "InvalidParameterCombinationException"
    );
    let large = lab.fleet(volume(300));
    lab.ok("CreateFleet", large);
    assert_eq!(lab.agents()["RootVolumeConfig"]["VolumeSizeInGb"], 300);
    let change = json!({ "Name": "agents", "RootVolumeConfig": { "VolumeSizeInGb": 299 } });
    assert_eq!(
        lab.code("UpdateFleet", change),
        "InvalidParameterCombinationException"
    );
    lab.ok(
        "UpdateFleet",
        json!({ "Name": "agents", "AttributesToDelete": ["VOLUME_CONFIGURATION"] }),
    );
    assert!(lab.agents().get("RootVolumeConfig").is_none());
}
