//! Where AWS's services are: partitions, host names, the regions that requests are signed for.
//!
//! A test holds all of this against botocore's rules, for every region and every combination of FIPS and dual stack.

/// A part of AWS with accounts, regions and names of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Partition {
    /// Its name in ARNs.
    pub name: &'static str,
    /// What its regions begin with; the ordinary partition takes all that no other does.
    prefix: &'static str,
    /// What its host names end with.
    suffix: &'static str,
    /// What those end with that have addresses of both versions of IP.
    dual_stack_suffix: &'static str,
    /// The region that requests to global services are signed for.
    global_region: &'static str,
}

const fn partition(
    name: &'static str,
    prefix: &'static str,
    suffix: &'static str,
    dual_stack_suffix: &'static str,
    global_region: &'static str,
) -> Partition {
    Partition {
        name,
        prefix,
        suffix,
        dual_stack_suffix,
        global_region,
    }
}

/// The partitions, the ordinary one first.
pub static PARTITIONS: [Partition; 8] = [
    partition("aws", "", "amazonaws.com", "api.aws", "us-east-1"),
    partition(
        "aws-cn",
        "cn-",
        "amazonaws.com.cn",
        "api.amazonwebservices.com.cn",
        "cn-northwest-1",
    ),
    partition(
        "aws-us-gov",
        "us-gov-",
        "amazonaws.com",
        "api.aws",
        "us-gov-west-1",
    ),
    partition(
        "aws-eusc",
        "eusc-",
        "amazonaws.eu",
        "api.amazonwebservices.eu",
        "eusc-de-east-1",
    ),
    partition(
        "aws-iso",
        "us-iso-",
        "c2s.ic.gov",
        "api.aws.ic.gov",
        "us-iso-east-1",
    ),
    partition(
        "aws-iso-b",
        "us-isob-",
        "sc2s.sgov.gov",
        "api.aws.scloud",
        "us-isob-east-1",
    ),
    partition(
        "aws-iso-e",
        "eu-isoe-",
        "cloud.adc-e.uk",
        "api.cloud-aws.adc-e.uk",
        "eu-isoe-west-1",
    ),
    partition(
        "aws-iso-f",
        "us-isof-",
        "csp.hci.ic.gov",
        "api.aws.hci.ic.gov",
        "us-isof-south-1",
    ),
];

/// The partition of a region.
pub fn partition_of(region: &str) -> &'static Partition {
    let [ordinary, others @ ..] = &PARTITIONS;
    others
        .iter()
        .find(|one| {
            // A region, or the name for what is everywhere in the partition.
            region.starts_with(one.prefix) || region.strip_suffix("-global") == Some(one.name)
        })
        .unwrap_or(ordinary)
}

/// The host names of a service: a rule, and what AWS made otherwise.
#[derive(Debug)]
pub struct Host {
    /// The host name with places to fill in: `{region}`, `{account}`, `{fips}` (`-fips` or nothing), `{dualstack}`
    /// (`.dualstack` or nothing), `{suffix}` (the partition's suffix, the one for both versions of IP where that is
    /// asked for) and `{plain}` (always the suffix for IP version 4).
    pub rule: &'static str,
    /// Whether requests for any region are signed for the partition's global region.
    pub global: bool,
    /// Where the rule does not hold.
    pub exceptions: &'static [Exception],
}

/// A host that differs from its service's rule.
#[derive(Debug)]
pub struct Exception {
    partition: &'static str,
    fips: bool,
    dual_stack: bool,
    /// As [`Host::rule`]; empty where there is no such host.
    host: &'static str,
}

const fn except(partition: &'static str, fips: bool, dual_stack: bool, host: &'static str) -> Exception {
    Exception {
        partition,
        fips,
        dual_stack,
        host,
    }
}

const fn regional(rule: &'static str, exceptions: &'static [Exception]) -> Host {
    Host {
        rule,
        global: false,
        exceptions,
    }
}

/// A host, and what a request to it is signed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The URL.
    pub url: String,
    /// The region in the signature.
    pub signing_region: String,
}

/// What decides about a host beside the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The region.
    pub region: &'a str,
    /// A host with cryptography that FIPS approves.
    pub fips: bool,
    /// A host with addresses of both versions of IP.
    pub dual_stack: bool,
    /// The account, for services that have a host for each.
    pub account: Option<&'a str>,
}

/// Why there is no host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoHost {
    /// The partition has none of that sort.
    #[error("partition {0} has no host of the sort that is asked for (FIPS, dual stack) for this service")]
    Missing(&'static str),
    /// The account is not known.
    #[error("this service has a host name for each account, and the request names no account")]
    Account,
    /// What would stand in a host name cannot.
    #[error("`{0}` cannot be part of a host name")]
    Label(String),
}

/// Whether a text can be one label of a host name.
fn is_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

impl Host {
    /// The place of this service.
    ///
    /// # Errors
    /// If there is none.
    pub fn place(&self, wanted: Wanted<'_>) -> Result<Place, NoHost> {
        let partition = partition_of(wanted.region);
        let exception = self.exceptions.iter().find(|one| {
            one.partition == partition.name && one.fips == wanted.fips && one.dual_stack == wanted.dual_stack
        });
        let rule = exception.map_or(self.rule, |one| one.host);
        if rule.is_empty() {
            return Err(NoHost::Missing(partition.name));
        }
        let account = match wanted.account {
            Some(account) => account,
            None if rule.contains("{account}") => return Err(NoHost::Account),
            None => "0",
        };
        for part in [wanted.region, account] {
            if !is_label(part) {
                return Err(NoHost::Label(part.to_owned()));
            }
        }
        let suffix = match wanted.dual_stack {
            true => partition.dual_stack_suffix,
            false => partition.suffix,
        };
        let host = rule
            .replace("{region}", wanted.region)
            .replace("{account}", account)
            .replace("{fips}", if wanted.fips { "-fips" } else { "" })
            .replace("{dualstack}", if wanted.dual_stack { ".dualstack" } else { "" })
            .replace("{suffix}", suffix)
            .replace("{plain}", partition.suffix);
        let signing_region = match self.global {
            true => partition.global_region,
            false => wanted.region,
        };
        Ok(Place {
            url: format!("https://{host}"),
            signing_region: signing_region.to_owned(),
        })
    }
}

/// Application Auto Scaling.
pub static APPLICATION_AUTO_SCALING: Host = regional(
    "application-autoscaling{fips}.{region}.{suffix}",
    &[except(
        "aws-us-gov",
        true,
        false,
        "application-autoscaling.{region}.{suffix}",
    )],
);

/// AppStream 2.0.
pub static APPSTREAM: Host = regional("appstream2{fips}.{region}.{suffix}", &[]);

/// CloudFront, which is everywhere the same.
pub static CLOUDFRONT: Host = Host {
    rule: "cloudfront{fips}.{suffix}",
    global: true,
    exceptions: &[
        except("aws", false, true, "cloudfront{fips}.global.{suffix}"),
        except("aws", true, true, "cloudfront{fips}.global.{suffix}"),
        except("aws-cn", false, false, "cloudfront{fips}.cn-northwest-1.{suffix}"),
        except("aws-cn", true, false, "cloudfront{fips}.cn-northwest-1.{suffix}"),
    ],
};

/// CloudTrail.
pub static CLOUDTRAIL: Host = regional(
    "cloudtrail{fips}.{region}.{suffix}",
    &[except("aws-us-gov", true, false, "cloudtrail.{region}.{suffix}")],
);

/// CloudWatch.
pub static CLOUDWATCH: Host = regional(
    "monitoring{fips}.{region}.{suffix}",
    &[
        except("aws-us-gov", true, false, "monitoring.{region}.{suffix}"),
        except("aws-us-gov", true, true, "monitoring.{region}.{suffix}"),
    ],
);

/// CloudWatch Logs.
pub static CLOUDWATCH_LOGS: Host = regional(
    "logs{fips}.{region}.{suffix}",
    &[except("aws-us-gov", true, false, "logs.{region}.{suffix}")],
);

/// Directory Service.
pub static DIRECTORY_SERVICE: Host = regional("ds{fips}.{region}.{suffix}", &[]);

/// DynamoDB.
pub static DYNAMODB: Host = regional(
    "dynamodb{fips}.{region}.{suffix}",
    &[except("aws-us-gov", true, false, "dynamodb.{region}.{suffix}")],
);

/// EC2.
pub static EC2: Host = regional(
    "ec2{fips}.{region}.{suffix}",
    &[except("aws-us-gov", true, false, "ec2.{region}.{suffix}")],
);

/// Data Firehose.
pub static FIREHOSE: Host = regional("firehose{fips}.{region}.{suffix}", &[]);

/// The directory of IAM Identity Center.
pub static IDENTITY_STORE: Host = regional(
    "identitystore{fips}.{region}.{suffix}",
    &[except(
        "aws-us-gov",
        true,
        false,
        "identitystore.{region}.{suffix}",
    )],
);

/// Kinesis Data Streams.
pub static KINESIS: Host = regional(
    "kinesis{fips}.{region}.{suffix}",
    &[except("aws-us-gov", true, false, "kinesis.{region}.{suffix}")],
);

/// KMS.
pub static KMS: Host = regional("kms{fips}.{region}.{suffix}", &[]);

/// Lambda.
pub static LAMBDA: Host = regional("lambda{fips}.{region}.{suffix}", &[]);

/// The price list.
pub static PRICING: Host = regional("api.pricing{fips}.{region}.{suffix}", &[]);

/// What of S3 belongs to an account rather than a bucket.
pub static S3_CONTROL: Host = regional(
    "{account}.s3-control{fips}{dualstack}.{region}.{plain}",
    &[
        except("aws-cn", true, false, ""),
        except("aws-cn", true, true, ""),
    ],
);

/// EventBridge Scheduler.
pub static SCHEDULER: Host = regional("scheduler{fips}.{region}.{suffix}", &[]);

/// Secrets Manager.
pub static SECRETS_MANAGER: Host = regional(
    "secretsmanager{fips}.{region}.{suffix}",
    &[
        except("aws", false, true, "secretsmanager{fips}.{region}.{plain}"),
        except("aws", true, true, "secretsmanager{fips}.{region}.{plain}"),
        except("aws-cn", false, true, "secretsmanager{fips}.{region}.{plain}"),
        except("aws-us-gov", false, true, "secretsmanager{fips}.{region}.{plain}"),
        except("aws-us-gov", true, true, "secretsmanager{fips}.{region}.{plain}"),
    ],
);

/// Service Quotas.
pub static SERVICE_QUOTAS: Host = regional(
    "servicequotas{fips}.{region}.{suffix}",
    &[except(
        "aws-us-gov",
        true,
        false,
        "servicequotas.{region}.{suffix}",
    )],
);

/// SQS.
pub static SQS: Host = regional(
    "sqs{fips}.{region}.{suffix}",
    &[except("aws-us-gov", true, false, "sqs.{region}.{suffix}")],
);

/// Systems Manager.
pub static SSM: Host = regional(
    "ssm{fips}.{region}.{suffix}",
    &[except("aws-us-gov", true, false, "ssm.{region}.{suffix}")],
);

/// What finds things of all kinds by their tags.
pub static TAGGING: Host = regional("tagging{fips}.{region}.{suffix}", &[]);

/// All of them, by the names that botocore gives to their models.
pub static HOSTS: [(&str, &Host); 22] = [
    ("application-autoscaling", &APPLICATION_AUTO_SCALING),
    ("appstream", &APPSTREAM),
    ("cloudfront", &CLOUDFRONT),
    ("cloudtrail", &CLOUDTRAIL),
    ("cloudwatch", &CLOUDWATCH),
    ("ds", &DIRECTORY_SERVICE),
    ("dynamodb", &DYNAMODB),
    ("ec2", &EC2),
    ("firehose", &FIREHOSE),
    ("identitystore", &IDENTITY_STORE),
    ("kinesis", &KINESIS),
    ("kms", &KMS),
    ("lambda", &LAMBDA),
    ("logs", &CLOUDWATCH_LOGS),
    ("pricing", &PRICING),
    ("resourcegroupstaggingapi", &TAGGING),
    ("s3control", &S3_CONTROL),
    ("scheduler", &SCHEDULER),
    ("secretsmanager", &SECRETS_MANAGER),
    ("service-quotas", &SERVICE_QUOTAS),
    ("sqs", &SQS),
    ("ssm", &SSM),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn url(host: &Host, region: &str, fips: bool, dual_stack: bool) -> Result<String, NoHost> {
        let account = Some("123456789012");
        let wanted = Wanted {
            region,
            fips,
            dual_stack,
            account,
        };
        host.place(wanted).map(|place| place.url)
    }

    #[test]
    fn a_region_says_which_partition_it_is_in() {
        for (region, name) in [
            ("eu-west-2", "aws"),
            ("us-isob-east-1", "aws-iso-b"),
            ("us-iso-east-1", "aws-iso"),
            ("us-gov-west-1", "aws-us-gov"),
            ("cn-north-1", "aws-cn"),
            ("aws-cn-global", "aws-cn"),
            ("aws-global", "aws"),
            // A region that is not there yet.
            ("xx-new-1", "aws"),
        ] {
            assert_eq!(partition_of(region).name, name, "{region}");
        }
    }

    #[test]
    fn rules_hold_and_exceptions_go_before_them() {
        for (host, region, fips, dual, expected) in [
            (
                &SSM,
                "eu-west-2",
                false,
                false,
                "https://ssm.eu-west-2.amazonaws.com",
            ),
            (
                &SSM,
                "eu-west-2",
                true,
                true,
                "https://ssm-fips.eu-west-2.api.aws",
            ),
            (
                &SSM,
                "us-gov-west-1",
                true,
                false,
                "https://ssm.us-gov-west-1.amazonaws.com",
            ),
            (
                &S3_CONTROL,
                "eu-west-1",
                false,
                true,
                "https://123456789012.s3-control.dualstack.eu-west-1.amazonaws.com",
            ),
        ] {
            assert_eq!(url(host, region, fips, dual).as_deref(), Ok(expected));
        }
        let missing = url(&S3_CONTROL, "cn-north-1", true, false);
        assert_eq!(missing, Err(NoHost::Missing("aws-cn")));
    }

    #[test]
    fn a_global_service_is_signed_for_its_partitions_global_region() {
        let region = "eu-west-2";
        let place = CLOUDFRONT
            .place(Wanted {
                region,
                ..Wanted::default()
            })
            .unwrap();
        assert_eq!(place.signing_region, "us-east-1");
        assert_eq!(place.url, "https://cloudfront.amazonaws.com");
    }

    #[test]
    fn nothing_that_is_not_a_label_gets_into_a_host_name() {
        for region in ["", "eu-west-2.example.com", "eu west", "-a", "eu-west-2/x"] {
            assert_eq!(
                url(&SSM, region, false, false),
                Err(NoHost::Label(region.to_owned()))
            );
        }
        let wanted = Wanted {
            region: "eu-west-2",
            account: Some("1.example.com/"),
            ..Wanted::default()
        };
        assert!(matches!(S3_CONTROL.place(wanted), Err(NoHost::Label(_))));
        let wanted = Wanted {
            account: None,
            ..wanted
        };
        assert_eq!(S3_CONTROL.place(wanted), Err(NoHost::Account));
    }
}
