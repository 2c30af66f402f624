//! AWS's names for its things, in parts.

use std::fmt;

/// An ARN: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`. Region and account may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn<'a> {
    /// The partition, such as `aws`.
    pub partition: &'a str,
    /// The service, such as `iam`.
    pub service: &'a str,
    /// The region; empty for what has none, and for what does not say it, such as a bucket.
    pub region: &'a str,
    /// The account; empty for what is public or has a name of its own in the whole world.
    pub account: &'a str,
    /// What it is in the service; may itself hold colons.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Reads one. `None`: it has not the parts of an ARN.
    pub fn parse(text: &'a str) -> Option<Arn<'a>> {
        let mut parts = text.splitn(6, ':');
        let begin = parts.next()?;
        let (partition, service) = (parts.next()?, parts.next()?);
        let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        let is_whole = begin == "arn" && !partition.is_empty() && !service.is_empty();
        is_whole.then_some(Arn {
            partition,
            service,
            region,
            account,
            resource,
        })
    }

    /// The region that it names, if it names one.
    pub fn in_region(self) -> Option<&'a str> {
        (!self.region.is_empty()).then_some(self.region)
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Arn {
            partition,
            service,
            region,
            account,
            resource,
        } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}

/// Whether a text is meant to be an ARN and not a name: no name of AWS's begins so.
pub fn is_meant(text: &str) -> bool {
    text.starts_with("arn:")
}

/// The last part of an ARN whose resource is a path, such as the name of a stack; a text without slashes as it is.
pub fn name_in(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_written_as_it_was_read() {
        for (text, region, account, resource) in [
            ("arn:aws:s3:::pages", None, "", "pages"),
            (
                "arn:aws:iam::123456789012:role/a/b",
                None,
                "123456789012",
                "role/a/b",
            ),
            (
                "arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:agent-AbCdEf",
                Some("us-gov-west-1"),
                "123456789012",
                "secret:agent-AbCdEf",
            ),
        ] {
            let arn = Arn::parse(text).expect(text);
            assert_eq!(
                (arn.in_region(), arn.account, arn.resource),
                (region, account, resource)
            );
            assert_eq!(arn.to_string(), text);
        }
    }

    #[test]
    fn what_lacks_a_part_is_none() {
        for text in [
            "",
            "agents",
            "arn:aws:iam::123456789012",
            "arn::iam::123456789012:role/a",
            "arn:aws:::123456789012:role/a",
            "urn:aws:iam::123456789012:role/a",
        ] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
        assert_eq!(name_in("arn:aws:appstream:eu-west-1::image/desk"), "desk");
        assert_eq!(name_in("desk"), "desk");
    }
}
