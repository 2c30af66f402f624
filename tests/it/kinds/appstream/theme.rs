//! Themes of stacks.

use aws_sdk_appstream::types::{self, ThemeState, ThemeStyling};
use headset_aws::Aws;
use headset_core::{Address, KindId};
use serde_json::{Value, json};

use super::stack::stack;
use crate::invariants::conformance::{Case, ExternalChange, address, after};
use crate::kinds::s3::bucket::bucket;

const STACK: &str = "acme-agents";

/// The bucket of a theme's pictures, which AppStream may read.
fn pictures() -> Vec<(Address, Value)> {
    let (address_of_bucket, mut spec) = bucket();
    let policy = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Service": "appstream.amazonaws.com" }, "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::acme-ccp-123456789012-eu-west-2/*" }] });
    spec["policy"] = json!(policy.to_string());
    let picture = |key: &str| {
        let spec = json!({
            "bucket": after("s3.bucket/pages", "name"), "key": key, "content_type": "image/svg+xml",
            "cache_control": "no-cache", "body": "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        });
        (address(&format!("s3.object/{key}")), spec)
    };
    vec![
        (address_of_bucket, spec),
        picture("logo.svg"),
        picture("other.svg"),
    ]
}

pub(crate) fn case() -> Case {
    let picture = |key: &str| json!({ "bucket": after("s3.bucket/pages", "name"), "key": key });
    let mut before = pictures();
    before.push(stack());
    Case {
        before,
        subject: (
            address("appstream.theme/agents"),
            json!({
                "stack": after("appstream.stack/agents", "name"), "title": "Acme support", "styling": "BLUE",
                "logo": { "bucket": after("s3.bucket/pages", "name"), "key": after("s3.object/logo.svg", "key") },
                "favicon": { "bucket": after("s3.bucket/pages", "name"), "key": after("s3.object/other.svg", "key") },
                "links": [], "state": "ENABLED",
            }),
        ),
        changes: vec![
            ("title", json!("Acme desktop")),
            ("styling", json!("RED")),
            ("logo", picture("other.svg")),
            ("favicon", picture("logo.svg")),
            (
                "links",
                json!([{ "text": "Help", "url": "https://help.example.com" },
                       { "text": "Status", "url": "https://status.example.com" }]),
            ),
            (
                "links",
                json!([{ "text": "Status", "url": "https://status.example.com" },
                       { "text": "Help", "url": "https://help.example.com" }]),
            ),
            ("links", json!([])),
            ("state", json!("DISABLED")),
            ("state", json!("ENABLED")),
        ],
        unchanged: vec![],
    }
}

/// Gives the stack a theme, as others do.
pub(crate) async fn put(aws: &Aws, _: KindId) -> String {
    let bucket = "acme-ccp-123456789012-eu-west-2";
    let picture = |key: &str| types::S3Location::builder().s3_bucket(bucket).s3_key(key).build();
    let request = aws.appstream().create_theme_for_stack().stack_name(STACK);
    let request = request.title_text("Theirs").theme_styling(ThemeStyling::Pink);
    let request = request.organization_logo_s3_location(picture("logo.svg"));
    request
        .favicon_s3_location(picture("other.svg"))
        .send()
        .await
        .unwrap();
    STACK.to_owned()
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    if field == "stack" {
        return ExternalChange::Fixed("a theme is known by its stack");
    }
    if way > 0 {
        return ExternalChange::Enough;
    }
    let update = aws.appstream().update_theme_for_stack().stack_name(STACK);
    let update = match field {
        "title" => update.title_text("Theirs"),
        "styling" => update.theme_styling(ThemeStyling::Pink),
        "links" => update.footer_links(
            types::ThemeFooterLink::builder()
                .display_name("Theirs")
                .footer_link_url("https://theirs.example.com")
                .build(),
        ),
        "state" => update.state(ThemeState::Disabled),
        other => panic!("appstream.theme: nothing here changes from outside `{other}`"),
    };
    update.send().await.unwrap();
    ExternalChange::Changed
}
