//! Texts that are the same for everybody and say nothing about anybody.

use super::vocabulary::vocabulary;

/// Values that AWS or the protocols fix, but no enumeration of the models.
const CONSTANTS: &[&str] = &[
    "*",
    "2008-10-17",
    "2012-10-17",
    "Allow",
    "Deny",
    "AES256",
    "AMAZON_CONNECT",
    "aws:kms",
    // The service whose things GetResources of the Tagging API lists.
    "appstream",
    "displayName",
    "userName",
    "emails.value",
    "UserName",
    "DisplayName",
    "true",
    "false",
    "SAML:aud",
    "${aws:userid}",
    "${saml:sub}",
    "${aws:username}",
    "persistent",
    "https://signin.aws.amazon.com/saml",
    "appstream:fleet:DesiredCapacity",
    // States of users of AppStream's pool, which no enumeration lists.
    "ARCHIVED",
    "COMPROMISED",
    "CONFIRMED",
    "FORCE_CHANGE_PASSWORD",
    "RESET_REQUIRED",
    "UNCONFIRMED",
    "UNKNOWN",
    // Filters and rules of EC2, which no enumeration lists.
    "enableDnsHostnames",
    "enableDnsSupport",
    "group-id",
    "group-name",
    "prefix-list-id",
    "service-name",
    "subnet-id",
    "tag-key",
    "vpc-endpoint-id",
    "vpc-id",
    "-1",
    "tcp",
    "udp",
    "0.0.0.0/0",
    "aws-chunked",
    "gzip",
    "br",
    // States of distributions, and CloudFront's own cache policy for files of a bucket.
    "Deployed",
    "InProgress",
    "658327ea-f89d-4fab-a63d-7e88639e58f6",
    // Roles and policies whose names AWS gives out.
    "AmazonAppStreamServiceAccess",
    "AmazonAppStreamPCAAccess",
    "ApplicationAutoScalingForAmazonAppStreamAccess",
    "AWSServiceRoleForApplicationAutoScaling_AppStreamFleet",
    "AWSServiceRoleForAmazonConnect",
    "AWSServiceRoleForSSO",
    "AWSServiceRoleForSupport",
    "AWSServiceRoleForTrustedAdvisor",
    "AWSServiceRoleForOrganizations",
];

/// What Connect puts into every new instance: security profiles, a routing profile, a queue, hours, agent statuses.
/// Public as names of such things only: they are words, and names of people.
const DEFAULT_NAMES: &[&str] = &[
    "Admin",
    "Agent",
    "CallCenterManager",
    "QualityAnalyst",
    "Basic Routing Profile",
    "BasicQueue",
    "Basic Hours",
    "Available",
    "Offline",
];

/// Whether something that AWS has made by itself is called so.
pub(super) fn is_default_name(text: &str) -> bool {
    DEFAULT_NAMES.contains(&text)
}

/// Types of things, as they stand in ARNs, resource ids and paths before a name.
const TYPES: &[&str] = &[
    "agent",
    "agent-state",
    "app-block",
    "application",
    "assumed-role",
    "aws-service-role",
    "certificate",
    "connect",
    "contact-flow",
    "distribution",
    "federated-user",
    "fleet",
    "group",
    "image",
    "image-builder",
    "instance",
    "operating-hours",
    "phone-number",
    "policy",
    "queue",
    "role",
    "routing-profile",
    "saml",
    "saml-provider",
    "security-profile",
    "service-role",
    "stack",
    "transfer-destination",
    "user",
];

/// Endings of AWS's host names.
const AWS_HOSTS: &[&str] = &[
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws-us-gov.com",
    "aws.amazon.com",
    "amazonappstream.com",
    "awsapps.com",
    "cloudfront.net",
    "govcloud.connect.aws",
    "my.connect.aws",
    "on.aws",
];

/// Labels of AWS's host names that name services.
const LABELS: &[&str] = &[
    "acm",
    "amazon",
    "amazonappstream",
    "amazonaws",
    "amazonaws-us-gov",
    "api",
    "application-autoscaling",
    "appstream",
    "appstream2",
    "autoscaling",
    "aws",
    "awsapps",
    "cloudfront",
    "cloudtrail",
    "cn",
    "com",
    "connect",
    "console",
    "dualstack",
    "govcloud",
    "iam",
    "identitystore",
    "my",
    "net",
    "on",
    "photon",
    "portal",
    "prod",
    "s3",
    "s3-control",
    "s3-fips",
    "secretsmanager",
    "signin",
    "sso",
    "ssm",
    "streaming",
    "sts",
    "vpce",
];

/// Endings of file names.
pub(super) const EXTENSIONS: &[&str] = &[
    "bat", "css", "csv", "exe", "gif", "html", "ico", "jpeg", "jpg", "js", "json", "map", "md", "png", "ps1",
    "svg", "txt", "webp", "xml", "zip",
];

/// Tag keys that Headset sets, AWS's own, and the one that everybody uses.
pub(super) fn is_tag_key(text: &str) -> bool {
    matches!(
        text,
        "headset:environment"
            | "headset:id"
            | "headset:expires"
            | "headset:recipe"
            | "headset:base"
            | "Name"
            | "aws:cloudformation:logical-id"
            | "aws:cloudformation:stack-id"
            | "aws:cloudformation:stack-name"
            | "aws:createdBy"
    )
}

/// Whether the whole text is public wherever it stands.
pub(super) fn is_public(text: &str) -> bool {
    CONSTANTS.contains(&text)
        || vocabulary().is_region(text)
        || is_zone(text)
        || is_instance_type(text)
        || is_image(text)
        || is_action(text)
        || is_tag_key(text) && text.contains(':')
        || is_media_type(text)
        || is_schedule(text)
        || is_endpoint_service(text)
        || is_day(text)
}

/// A day, as hours of operation have them in their overrides: `2026-12-25`.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let are_digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    parts.iter().map(|part| part.len()).eq([4, 2, 2]) && parts.iter().all(are_digits)
}

/// What an endpoint of a VPC leads to: `com.amazonaws.eu-west-1.appstream.streaming`.
fn is_endpoint_service(text: &str) -> bool {
    let rest = text.strip_prefix("com.amazonaws.");
    let region = rest.and_then(|rest| {
        rest.strip_suffix(".appstream.streaming")
            .or_else(|| rest.strip_suffix(".appstream.api"))
    });
    region.is_some_and(|region| vocabulary().is_region(region))
}

/// `cron(0 8 ? * MON-FRI *)`, `rate(5 minutes)`.
fn is_schedule(text: &str) -> bool {
    let inner = ["cron(", "rate("]
        .iter()
        .find_map(|start| text.strip_prefix(start)?.strip_suffix(')'));
    let word = |word: &str| {
        word.chars().all(|c| c.is_ascii_digit())
            || matches!(
                word,
                "SUN"
                    | "MON"
                    | "TUE"
                    | "WED"
                    | "THU"
                    | "FRI"
                    | "SAT"
                    | "L"
                    | "W"
                    | "LW"
                    | "minute"
                    | "minutes"
                    | "hour"
                    | "hours"
                    | "day"
                    | "days"
            )
    };
    inner.is_some_and(|inner| inner.len() < 80 && inner.split([' ', '-', ',', '/', '#', '?', '*']).all(word))
}

/// Whether this word of a path or an ARN is the type of what follows.
pub(super) fn is_type(text: &str) -> bool {
    TYPES.contains(&text)
}

/// Whether this label of one of AWS's host names is AWS's own.
pub(super) fn is_label(text: &str) -> bool {
    LABELS.contains(&text) || vocabulary().is_region(text)
}

/// Whether this host name is AWS's.
pub(super) fn is_aws_host(host: &str) -> bool {
    AWS_HOSTS.iter().any(|ending| {
        host.strip_suffix(ending)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// `eu-west-2a`.
fn is_zone(text: &str) -> bool {
    let letter = text.ends_with(|last: char| last.is_ascii_lowercase());
    letter && text.is_ascii() && vocabulary().is_region(&text[..text.len() - 1])
}

/// `stream.standard.medium`, `stream.graphics.g4dn.xlarge`: sizes and families, no names.
fn is_instance_type(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("stream.") else {
        return false;
    };
    let parts: Vec<&str> = rest.split('.').collect();
    let size = parts.last().is_some_and(|size| {
        let plain = size.trim_start_matches(|c: char| c.is_ascii_digit() || c == 'x');
        matches!(*size, "small" | "medium") || matches!(plain, "large" | "")
    });
    let family = |part: &&str| {
        matches!(
            *part,
            "standard"
                | "compute"
                | "memory"
                | "graphics"
                | "graphics-design"
                | "graphics-desktop"
                | "graphics-pro"
        ) || (part.len() <= 5
            && part.starts_with(['g', 'z', 'm', 'r', 'c'])
            && part.contains(|c: char| c.is_ascii_digit()))
    };
    (2..=3).contains(&parts.len()) && size && parts[..parts.len() - 1].iter().all(family)
}

/// A public image. No other image's name may begin so (Image Assistant refuses it).
fn is_image(text: &str) -> bool {
    let begins = [
        "AppStream-",
        "AppStream2-",
        "Amazon-AppStream",
        "AmazonAppStream-",
    ]
    .iter()
    .any(|start| text.starts_with(start));
    begins
        && text.len() <= 100
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}

/// `sts:AssumeRoleWithSAML`, `s3:Get*`, `aws:SecureTransport`.
pub(super) fn is_action(text: &str) -> bool {
    let Some((prefix, name)) = text.split_once(':') else {
        return false;
    };
    let name = name.trim_end_matches('*');
    vocabulary().is_action_prefix(prefix) && (name.is_empty() || vocabulary().is_public_name(name))
}

/// `text/html; charset=utf-8`.
fn is_media_type(text: &str) -> bool {
    let (kind, parameter) = text.split_once(';').unwrap_or((text, ""));
    matches!(
        kind,
        "text/html"
            | "text/css"
            | "text/plain"
            | "text/javascript"
            | "text/xml"
            | "image/svg+xml"
            | "image/png"
            | "image/x-icon"
            | "application/javascript"
            | "application/json"
            | "application/xml"
            | "application/cbor"
            | "application/octet-stream"
            | "application/x-www-form-urlencoded"
            | "application/x-amz-json-1.0"
            | "application/x-amz-json-1.1"
            | "binary/octet-stream"
    ) && matches!(parameter.trim(), "" | "charset=utf-8" | "charset=UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_public_is_told_from_what_only_looks_so() {
        for public in [
            "eu-west-2",
            "eu-west-2a",
            "stream.standard.medium",
            "stream.graphics.g4dn.12xlarge",
            "stream.standard.2xlarge",
            "AppStream-WinServer2022-05-12-2026",
            "sts:AssumeRoleWithSAML",
            "s3:GetObject",
            "appstream",
            "headset:environment",
            "2026-12-25",
            "aws:cloudformation:stack-name",
            "text/html; charset=utf-8",
        ] {
            assert!(is_public(public), "{public}");
        }
        for private in [
            "eu-west-2-acme",
            "stream.acme.large",
            "my-AppStream-image",
            "acme:GetObject",
            "aws:acme",
            "text/acme",
        ] {
            assert!(!is_public(private), "{private}");
        }
        assert!(is_aws_host("acme.my.connect.aws") && !is_aws_host("notamazonaws.com"));
    }
}
