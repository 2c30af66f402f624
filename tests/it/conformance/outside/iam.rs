//! Another hand in IAM.

use aws_sdk_iam::types::Tag;
use headset_aws::Aws;
use headset_core::tag;
use serde_json::json;

use super::Deed;

/// Another identity provider's metadata.
const OTHER: &str = include_str!("../../../../crates/kinds/src/iam/samples/rotated.xml");
const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
/// The role of the kind's own case.
const ROLE: &str = "acme-connect";
const SERVICE_ROLE: &str = "ApplicationAutoScalingForAmazonAppStreamAccess";

fn theirs() -> Tag {
    Tag::builder().key("team").value("theirs").build().unwrap()
}

pub(super) async fn change(aws: &Aws, kind: &str, field: &str, way: usize) -> Deed {
    match (kind, field) {
        (_, "name" | "path") => Deed::Fixed("IAM has no call that renames or moves it"),
        ("iam.saml_provider", field) => of_provider(aws, field, way).await,
        ("iam.role", field) => of_role(aws, field, way).await,
        ("iam.service_role", field) => of_service_role(aws, field, way).await,
        (other, _) => panic!("{other}: no other hand changes its things"),
    }
}

async fn of_provider(aws: &Aws, field: &str, way: usize) -> Deed {
    let iam = aws.iam();
    let listed = iam.list_saml_providers().send().await.unwrap();
    let arn = listed.saml_provider_list()[0].arn().unwrap().to_owned();
    match (field, way) {
        ("metadata", 0) => {
            let request = iam.update_saml_provider().saml_provider_arn(arn);
            request.saml_metadata_document(OTHER).send().await.unwrap();
        }
        ("tags", 0) => {
            let request = iam.tag_saml_provider().saml_provider_arn(arn).tags(theirs());
            request.send().await.unwrap();
        }
        ("tags", 1) => {
            let request = iam.untag_saml_provider().saml_provider_arn(arn);
            request.tag_keys(tag::LINEAGE).send().await.unwrap();
        }
        (_, 1..) => return Deed::Enough,
        (other, _) => panic!("iam.saml_provider: no other hand changes `{other}`"),
    }
    Deed::Changed
}

async fn of_role(aws: &Aws, field: &str, way: usize) -> Deed {
    let iam = aws.iam();
    let allow = json!({ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" }] });
    let put = |name: &'static str| {
        iam.put_role_policy()
            .role_name(ROLE)
            .policy_name(name)
            .policy_document(allow.to_string())
    };
    match (field, way) {
        ("description", 0) => {
            let request = iam.update_role().role_name(ROLE).max_session_duration(43_200);
            request.description("Theirs").send().await.map(drop).unwrap();
        }
        ("max_session", 0) => {
            let request = iam.update_role().role_name(ROLE).max_session_duration(7200);
            request.send().await.map(drop).unwrap();
        }
        ("trust", 0) => {
            let account = "arn:aws:iam::111122223333:root";
            let trust = json!({ "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "AWS": account } }] });
            let request = iam.update_assume_role_policy().role_name(ROLE);
            request
                .policy_document(trust.to_string())
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        ("policies", 0) => put("theirs").send().await.map(drop).unwrap(),
        ("policies", 1) => put("headset-federation").send().await.map(drop).unwrap(),
        ("policies", 2) => {
            let request = iam
                .delete_role_policy()
                .role_name(ROLE)
                .policy_name("headset-federation");
            request.send().await.map(drop).unwrap();
        }
        ("managed_policies", 0) => {
            let request = iam.attach_role_policy().role_name(ROLE).policy_arn(ADMIN);
            request.send().await.map(drop).unwrap();
        }
        ("permissions_boundary", 0) => {
            let request = iam
                .put_role_permissions_boundary()
                .role_name(ROLE)
                .permissions_boundary(ADMIN);
            request.send().await.map(drop).unwrap();
        }
        ("tags", 0) => iam
            .tag_role()
            .role_name(ROLE)
            .tags(theirs())
            .send()
            .await
            .map(drop)
            .unwrap(),
        ("tags", 1) => {
            let request = iam
                .untag_role()
                .role_name(ROLE)
                .tag_keys(tag::LINEAGE)
                .tag_keys("team");
            request.send().await.map(drop).unwrap();
        }
        (_, 1..) => return Deed::Enough,
        (other, _) => panic!("iam.role: no other hand changes `{other}`"),
    }
    Deed::Changed
}

async fn of_service_role(aws: &Aws, field: &str, way: usize) -> Deed {
    let iam = aws.iam();
    match (field, way) {
        ("policies", 0) => {
            let listed = iam
                .list_attached_role_policies()
                .role_name(SERVICE_ROLE)
                .send()
                .await
                .unwrap();
            let arn = listed.attached_policies()[0].policy_arn().unwrap().to_owned();
            let request = iam.detach_role_policy().role_name(SERVICE_ROLE).policy_arn(arn);
            request.send().await.unwrap();
            Deed::Changed
        }
        ("service", 0) => {
            let trust = json!({ "Version": "2012-10-17", "Statement": [
                { "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": "ec2.amazonaws.com" } }] });
            let request = iam.update_assume_role_policy().role_name(SERVICE_ROLE);
            request.policy_document(trust.to_string()).send().await.unwrap();
            Deed::Left("the role is shared with the rest of the account, whose business its trust is")
        }
        (_, 1..) => Deed::Enough,
        (other, _) => panic!("iam.service_role: no other hand changes `{other}`"),
    }
}
