//! The one place that decides what things are called in AWS.

use sha2::{Digest, Sha256};

/// The longest name of anything in AppStream. AWS takes 101 characters, and the command that captures an image 100;
/// ten are kept free for a generation suffix such as an image's recipe.
pub const APPSTREAM: usize = 90;
/// The longest name of an IAM role.
pub const ROLE: usize = 64;
/// The longest name of a SAML provider in IAM.
pub const SAML_PROVIDER: usize = 128;
/// The longest name of what CloudFront keeps: 64 characters for an origin access control, and what is added for each page's
/// policy.
pub const EDGE: usize = 56;
/// The longest name of a security group.
pub const SECURITY_GROUP: usize = 255;
/// The longest name of a bucket.
pub const BUCKET: usize = 63;

/// The name made of these parts: joined by hyphens, with everything but ASCII letters, digits, `_` and `-` replaced
/// by a hyphen. Where that loses something, or where the result would be longer than `limit` characters, it ends in
/// eight digits of a hash of the parts instead, so that different parts still give different names.
pub fn name(parts: &[&str], limit: usize) -> String {
    let joined = parts.join("-");
    let clean: String = joined
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
                c
            } else {
                '-'
            }
        })
        .collect();
    if clean == joined && clean.len() <= limit {
        return clean;
    }
    // A separator that cannot stand in a part: ["a-b"] and ["a", "b"] are called the same, and are the same name.
    let digest = hex::encode(Sha256::digest(joined.as_bytes()));
    let kept: String = clean.chars().take(limit.saturating_sub(9)).collect();
    format!("{}-{}", kept.trim_end_matches('-'), &digest[..8])
}

/// The name of the bucket with an environment's pages, unless its blueprint says another.
pub fn bucket(environment: &str, account: &str, region: &str) -> String {
    name(&[environment, "ccp", account, region], BUCKET)
}

/// The name of an environment's distribution and of what belongs to it.
pub fn edge(environment: &str, region: &str) -> String {
    name(&[environment, "ccp", region], EDGE)
}

/// The name of the bucket with the scripts that an environment's image builders fetch.
pub fn script_bucket(environment: &str, account: &str, region: &str) -> String {
    name(&[environment, "img", account, region], BUCKET)
}

/// Whether a bucket may be one with scripts, by its name.
pub fn may_be_script_bucket(bucket: &str) -> bool {
    bucket.contains("-img-")
}

/// The key of a script in its bucket, by the hash of what it says: another script is another object.
pub fn script(sha256: &str) -> String {
    format!("{sha256}.ps1")
}

/// Whether an object's key is that of a script.
pub fn is_script(key: &str) -> bool {
    let hash = key.strip_suffix(".ps1").unwrap_or_default();
    hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether a bucket of this environment is called so where its blueprint does not say.
pub fn is_bucket(bucket: &str, environment: &str, account: &str, region: &str) -> bool {
    [self::bucket, script_bucket]
        .iter()
        .any(|called| called(environment, account, region) == bucket)
}

/// Whether a bucket of any environment may be called so where its blueprint does not say.
pub fn may_be_bucket(bucket: &str, account: &str) -> bool {
    ["ccp", "img"]
        .iter()
        .any(|part| bucket.contains(&format!("-{part}-{account}-")))
}

/// The name of the bucket in which a team keeps state, unless its blueprint says another.
pub fn state_bucket(environment: &str, account: &str, region: &str) -> String {
    name(&[environment, "state", account, region], BUCKET)
}

/// Whether a bucket with states may be called so where its blueprint does not say.
pub fn may_be_state_bucket(bucket: &str, account: &str) -> bool {
    bucket.contains(&format!("-state-{account}-"))
}

/// What the names of all policies begin with that Headset makes in IAM.
pub const POLICIES: &str = "headset-";

/// Whether a role of this environment, or of any, may be called so where its blueprint does not say.
pub fn may_be_role(role: &str, environment: Option<&str>) -> bool {
    match environment {
        // Where it was cut, only the beginning is left.
        Some(environment) => role.starts_with(environment),
        None => role.ends_with("-connect") || role.ends_with("-desktop"),
    }
}

/// How many digits of what an image was made from are in its name.
const DIGITS: usize = 8;

/// The name of an image: what its entry is called, and the first digits of the hash of what it is made from.
pub fn image(entry: &str, hash: &str) -> String {
    format!("{entry}-{}", &hash[..DIGITS])
}

/// What the entry is called whose image has this name; `None` if no image of Headset's is called so.
pub fn entry_of_image(name: &str) -> Option<&str> {
    let (entry, digits) = name.rsplit_once('-')?;
    let is_hash = digits.len() == DIGITS && digits.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
    is_hash.then_some(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_called_after_its_entry_and_what_it_is_made_from() {
        let made = image("acme-support-desk", "0123456789abcdef");
        assert_eq!(made, "acme-support-desk-01234567");
        assert_eq!(entry_of_image(&made), Some("acme-support-desk"));
        for other in [
            "acme-support-desk",
            "acme-support-desk-0123456",
            "acme-support-desk-0123456X",
        ] {
            assert_eq!(entry_of_image(other), None, "{other}");
        }
    }

    #[test]
    fn short_names_are_their_parts() {
        assert_eq!(
            name(&["acme-support", "agents"], APPSTREAM),
            "acme-support-agents"
        );
        assert_eq!(
            name(&["acme-support", "ccp", "123456789012", "eu-west-2"], BUCKET),
            "acme-support-ccp-123456789012-eu-west-2"
        );
    }

    #[test]
    fn long_names_are_cut_and_stay_different() {
        let long = "a".repeat(32);
        let one = name(&[&long, "ccp", "123456789012", "ap-southeast-1"], BUCKET);
        let other = name(&[&long, "ccp", "123456789012", "ap-southeast-2"], BUCKET);
        assert_eq!(one.len(), BUCKET);
        assert_ne!(one, other);
        assert_eq!(
            one,
            name(&[&long, "ccp", "123456789012", "ap-southeast-1"], BUCKET)
        );
    }

    #[test]
    fn what_aws_would_refuse_is_replaced_and_stays_different() {
        let dotted = name(&["acme", "a.b"], APPSTREAM);
        assert!(dotted.starts_with("acme-a-b-"), "{dotted}");
        assert_ne!(dotted, name(&["acme", "a b"], APPSTREAM));
    }
}
