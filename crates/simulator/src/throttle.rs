//! AWS's rates: how many calls of an operation a service takes, and how it refuses what is more.
//!
//! A token bucket for each account, region and group of operations. It is checked at the front door: a refused call
//! has no effect, and neither takes the service's usual time. Only with [`SimOptions::throttle`].
//!
//! Rates are counted on the clock that the clients live by, because their own budgets and pauses are: in process that
//! is simulated time, over loopback it is the wall clock, however fast the simulated cloud ages.
//!
//! [`SimOptions::throttle`]: super::simulator::SimOptions::throttle

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::service::Fault;
use super::wire::table::Operation;
use super::world::World;

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// AWS's documentation, or a report with AWS's own figure in it.
    Published(&'static str),
    /// Assumption: throttle.estimated-rates. A figure below what field reports call throttled.
    Estimated(&'static str),
}

/// A rate, and which operations it is for.
#[derive(Debug)]
struct Rate {
    service: &'static str,
    /// All that no row above it names, where this is empty; a name that ends in `*` is a beginning.
    operations: &'static [&'static str],
    per_second: f64,
    burst: f64,
    /// Whether the operations share one bucket, or have one each.
    shared: bool,
    source: Source,
}

const fn rate(
    service: &'static str,
    operations: &'static [&'static str],
    (per_second, burst): (f64, f64),
    shared: bool,
    source: Source,
) -> Rate {
    Rate {
        service,
        operations,
        per_second,
        burst,
        shared,
        source,
    }
}

/// Connect's page names each of these with its own rate; the account and the region share it.
const CONNECT: Source = Source::Published("Amazon Connect administrator guide, API throttling quotas");
const EC2: Source = Source::Published("Amazon EC2 developer guide, request throttling");
const READS: &[&str] = &["Describe*", "List*", "Get*"];

/// Every rate. The first row that names the operation counts.
const RATES: &[Rate] = &[
    rate("connect", &["GetMetricDataV2"], (10.0, 10.0), false, CONNECT),
    rate(
        "connect",
        &["GetMetricData", "GetCurrentMetricData"],
        (5.0, 8.0),
        false,
        CONNECT,
    ),
    rate(
        "connect",
        &[
            "GetContactAttributes",
            "UpdateContactAttributes",
            "DescribeContact",
            "StopContact",
        ],
        (10.0, 15.0),
        false,
        CONNECT,
    ),
    rate(
        "connect",
        &["TagContact", "UntagContact"],
        (20.0, 25.0),
        false,
        CONNECT,
    ),
    rate("connect", &["SearchContacts"], (0.5, 1.0), false, CONNECT),
    rate(
        "connect",
        &[
            "StartChatContact",
            "StartContactStreaming",
            "StopContactStreaming",
        ],
        (5.0, 8.0),
        false,
        CONNECT,
    ),
    // "All other operations": whether each has its own bucket or all have one is not said; see `group`.
    rate("connect", &[], (2.0, 5.0), false, CONNECT),
    rate(
        "sso-admin",
        &[],
        (20.0, 20.0),
        true,
        Source::Published("IAM Identity Center user guide, throttle limits; aws-cdk issue 18750"),
    ),
    rate(
        "identitystore",
        &[],
        (15.0, 20.0),
        true,
        Source::Estimated("its model declares ThrottlingException everywhere; no figure is published"),
    ),
    rate(
        "sts",
        &[],
        (600.0, 600.0),
        true,
        Source::Published("IAM user guide, IAM and AWS STS quotas: STS request quotas"),
    ),
    rate(
        "iam",
        &[],
        (15.0, 30.0),
        true,
        Source::Estimated(
            "AWS support (terraform-provider-aws issue 44853): token buckets by operation, figures are not told; \
             tools that take roles down a dozen at once are throttled (cloud-nuke issue 371)",
        ),
    ),
    rate(
        "s3",
        &["GetObject", "HeadObject", "ListObjectsV2", "ListObjects"],
        (5500.0, 5500.0),
        true,
        Source::Published(
            "Amazon S3 user guide, performance guidelines (for a prefix; here for the account)",
        ),
    ),
    rate(
        "s3",
        &["PutObject", "CopyObject", "DeleteObject", "DeleteObjects"],
        (3500.0, 3500.0),
        true,
        Source::Published(
            "Amazon S3 user guide, performance guidelines (for a prefix; here for the account)",
        ),
    ),
    rate(
        "s3",
        &[],
        (100.0, 100.0),
        true,
        Source::Estimated("nothing is published about operations on buckets"),
    ),
    rate(
        "s3control",
        &[],
        (10.0, 20.0),
        true,
        Source::Estimated("nothing is published about what accounts block"),
    ),
    rate(
        "cloudfront",
        &[],
        (5.0, 10.0),
        true,
        Source::Estimated("nothing is published; tools that read many distributions at once are throttled"),
    ),
    rate(
        "appstream",
        READS,
        (10.0, 20.0),
        true,
        Source::Estimated(
            "nothing is published; Terraform reads ten at a time and is not known to be throttled",
        ),
    ),
    rate(
        "appstream",
        &[],
        (5.0, 10.0),
        true,
        Source::Estimated("nothing is published; changes cost AWS more than reads"),
    ),
    rate(
        "application-autoscaling",
        &[],
        (10.0, 20.0),
        true,
        Source::Estimated("nothing is published"),
    ),
    rate(
        "cloudtrail",
        &["LookupEvents"],
        (2.0, 2.0),
        true,
        Source::Published(
            "AWS CloudTrail API reference, LookupEvents: two requests a second, account and region",
        ),
    ),
    rate(
        "ec2",
        &["CreateVpcEndpoint", "DeleteVpcEndpoints", "ModifyVpcEndpoint"],
        (0.3, 4.0),
        false,
        EC2,
    ),
    rate("ec2", READS, (20.0, 100.0), false, EC2),
    rate("ec2", &[], (5.0, 50.0), false, EC2),
    rate(
        "resourcegroupstaggingapi",
        &["GetResources"],
        (15.0, 15.0),
        true,
        Source::Published("AWS General Reference, Resource Groups quotas: GetResources, 15 a second"),
    ),
    rate(
        "secretsmanager",
        &["DescribeSecret", "GetSecretValue"],
        (10_000.0, 10_000.0),
        true,
        Source::Published("AWS Secrets Manager user guide, quotas"),
    ),
    rate(
        "secretsmanager",
        &[],
        (50.0, 50.0),
        true,
        Source::Published("AWS Secrets Manager user guide, quotas"),
    ),
    rate(
        "ssm",
        &["GetParameter", "GetParameters", "GetParametersByPath"],
        (40.0, 40.0),
        true,
        Source::Published("AWS General Reference, Systems Manager quotas: default throughput"),
    ),
    rate(
        "ssm",
        &["PutParameter"],
        (3.0, 3.0),
        true,
        Source::Published("AWS General Reference, Systems Manager quotas: default throughput"),
    ),
    rate(
        "ssm",
        &[],
        (10.0, 15.0),
        true,
        Source::Estimated("about twenty calls at once were too many (chamber issue 34)"),
    ),
];

/// Which row an operation belongs to.
fn row(service: &str, operation: &str) -> Option<(usize, &'static Rate)> {
    let meant = |rate: &&Rate| {
        rate.service == service
            && (rate.operations.is_empty() || rate.operations.iter().any(|name| names(name, operation)))
    };
    RATES.iter().enumerate().find(|(_, rate)| meant(rate))
}

fn names(name: &str, operation: &str) -> bool {
    match name.strip_suffix('*') {
        Some(beginning) => operation.starts_with(beginning),
        None => name == operation,
    }
}

/// What shares a bucket, as a name.
fn group(world: &World, index: usize, rate: &Rate, operation: &str) -> String {
    // Connect says "for all other operations: 2 a second" and neither "each" nor "together".
    let together = rate.service == "connect"
        && rate.operations.is_empty()
        && world.quirk("throttle.connect-operations-share-a-rate");
    if rate.shared || together {
        format!("{}#{index}", rate.service)
    } else {
        format!("{}:{operation}", rate.service)
    }
}

/// One bucket.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    /// When that was counted.
    at: Duration,
    refused: u64,
}

/// The buckets of all accounts and regions.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    /// Whether rates are enforced at all.
    pub(super) on: bool,
    buckets: BTreeMap<(String, String, String), Bucket>,
}

/// A call, as far as its rate is concerned.
pub(super) struct Asked<'call> {
    pub(super) account: &'call str,
    pub(super) region: &'call str,
    pub(super) service: &'call str,
    pub(super) operation: &'call str,
    /// What the model says about it.
    pub(super) model: &'call Operation,
}

impl Throttle {
    /// Full buckets.
    pub(super) fn new(on: bool) -> Throttle {
        Throttle {
            on,
            ..Throttle::default()
        }
    }

    /// Counts the call at `now`, a time of the client's clock.
    ///
    /// # Errors
    /// The service's refusal, if it is one too many.
    pub(super) fn take(&mut self, world: &World, asked: &Asked<'_>, now: Duration) -> Result<(), Fault> {
        let Some((index, rate)) = row(asked.service, asked.operation).filter(|_| self.on) else {
            return Ok(());
        };
        let key = (
            asked.account.to_owned(),
            asked.region.to_owned(),
            group(world, index, rate, asked.operation),
        );
        let bucket = self.buckets.entry(key).or_insert(Bucket {
            tokens: rate.burst,
            at: now,
            refused: 0,
        });
        let passed = now.saturating_sub(bucket.at).as_secs_f64();
        bucket.at = bucket.at.max(now);
        bucket.tokens = (bucket.tokens + passed * rate.per_second).min(rate.burst);
        // A client that waits for exactly one token's time must get it, whatever the rounding.
        if bucket.tokens < 1.0 - 1e-6 {
            bucket.refused += 1;
            return Err(refusal(world, asked));
        }
        bucket.tokens = (bucket.tokens - 1.0).max(0.0);
        Ok(())
    }

    /// Full buckets again.
    pub(super) fn refill(&mut self) {
        self.buckets.clear();
    }

    /// What `/_sim/throttle` shows: the rates, and how often each was exceeded.
    pub(super) fn view(&self) -> Value {
        let rates: Vec<Value> = RATES
            .iter()
            .map(|rate| {
                let (published, source) = match rate.source {
                    Source::Published(source) => (true, source),
                    Source::Estimated(source) => (false, source),
                };
                json!({
                    "service": rate.service, "operations": rate.operations, "per_second": rate.per_second,
                    "burst": rate.burst, "shared": rate.shared, "published": published, "source": source,
                })
            })
            .collect();
        let refused: Vec<Value> = self
            .buckets
            .iter()
            .filter(|(_, bucket)| bucket.refused > 0)
            .map(|((account, region, group), bucket)| {
                json!({ "account": account, "region": region, "group": group, "times": bucket.refused })
            })
            .collect();
        json!({ "on": self.on, "rates": rates, "refused": refused })
    }
}

/// How the service says that there were too many calls.
fn refusal(world: &World, asked: &Asked<'_>) -> Fault {
    let declares = |code: &str| {
        let errors = asked.model.errors.as_deref().unwrap_or_default();
        errors.iter().any(|name| name == code)
    };
    let (code, status, message) = match asked.service {
        // Connect's model declares ThrottlingException nearly everywhere; its gateway says TooManyRequestsException,
        // also where nothing is declared (DescribeInstance, ListInstances, DeleteInstance).
        "connect" if declares("ThrottlingException") && world.quirk("throttle.connect-says-throttling") => {
            ("ThrottlingException", 429, "Rate exceeded")
        }
        "connect" => ("TooManyRequestsException", 429, "Too Many Requests"),
        "cloudfront" | "iam" | "sts" => ("Throttling", 400, "Rate exceeded"),
        "ec2" => ("RequestLimitExceeded", 503, "Request limit exceeded."),
        "s3" | "s3control" => ("SlowDown", 503, "Please reduce your request rate."),
        // aws-cdk issue 18750: the rate of Identity Center comes out as "Internal Failure".
        "sso-admin" if world.quirk("throttle.identity-center-fails") => {
            ("InternalFailure", 500, "Internal Failure")
        }
        // EC2's calls on the account's behalf are too many, or the account's own.
        "appstream"
            if declares("RequestLimitExceededException")
                && world.quirk("throttle.appstream-says-request-limit") =>
        {
            ("RequestLimitExceededException", 400, "Request limit exceeded.")
        }
        "resourcegroupstaggingapi" => ("ThrottledException", 400, "Rate exceeded"),
        // What the framework of AWS's JSON services answers (AWS's common errors).
        _ => ("ThrottlingException", 400, "Rate exceeded"),
    };
    Fault::new(code, message).with_status(status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Moment;
    use crate::service;
    use crate::wire::table;
    use crate::world::Settings;

    fn world(quirks: u64) -> World {
        let settings = Settings {
            quirks,
            ..Settings::default()
        };
        World::new(settings, Moment(0))
    }

    fn asked(service: &'static str, operation: &'static str) -> Asked<'static> {
        Asked {
            account: "123456789012",
            region: "eu-west-2",
            service,
            operation,
            model: &table::table(service).expect("a table").operations[operation],
        }
    }

    #[test]
    fn a_burst_is_taken_and_then_as_many_as_the_rate_says() {
        let (world, mut throttle) = (world(0), Throttle::new(true));
        let take = |throttle: &mut Throttle, millis| {
            let asked = asked("connect", "DescribeUser");
            throttle
                .take(&world, &asked, Duration::from_millis(millis))
                .is_ok()
        };
        let burst: Vec<bool> = (0..7).map(|_| take(&mut throttle, 0)).collect();
        assert_eq!(burst, [true, true, true, true, true, false, false]);
        assert!(!take(&mut throttle, 499));
        assert!(take(&mut throttle, 500));
        assert!(!take(&mut throttle, 501));
        // A refusal costs nothing, and another operation has its own rate.
        let other = asked("connect", "DescribeQueue");
        assert!(throttle.take(&world, &other, Duration::ZERO).is_ok());
        assert_eq!(throttle.view()["refused"][0]["times"], 4);
        throttle.on = false;
        assert!(take(&mut throttle, 502));
    }

    #[test]
    fn an_account_and_a_region_have_their_own_rate() {
        let (world, mut throttle) = (world(0), Throttle::new(true));
        let mut spend = |account: &'static str, region: &'static str| {
            let asked = Asked {
                account,
                region,
                ..asked("connect", "ListUsers")
            };
            let took = |_| throttle.take(&world, &asked, Duration::ZERO).is_ok();
            (0..10).map(took).filter(|took| *took).count()
        };
        assert_eq!(spend("123456789012", "eu-west-2"), 5);
        assert_eq!(spend("123456789012", "eu-west-2"), 0);
        assert_eq!(spend("123456789012", "us-east-1"), 5);
        assert_eq!(spend("111122223333", "eu-west-2"), 5);
    }

    #[test]
    fn each_service_refuses_in_its_own_way() {
        let said = |quirks, service, operation| {
            let (world, asked) = (world(quirks), asked(service, operation));
            let fault = refusal(&world, &asked);
            (fault.code, fault.status.expect("a status"))
        };
        let plain = |service, operation| said(0, service, operation);
        assert_eq!(
            plain("connect", "ListUsers"),
            ("TooManyRequestsException".to_owned(), 429)
        );
        assert_eq!(plain("iam", "GetRole"), ("Throttling".to_owned(), 400));
        assert_eq!(plain("s3", "PutObject"), ("SlowDown".to_owned(), 503));
        assert_eq!(
            plain("sso-admin", "ListInstances"),
            ("ThrottlingException".to_owned(), 400)
        );
        // What no source decides goes both ways over the seeds.
        for (service, operation) in [
            ("connect", "ListUsers"),
            ("sso-admin", "ListInstances"),
            ("appstream", "CreateFleet"),
        ] {
            let mut codes: Vec<String> = (0..16).map(|seed| said(seed, service, operation).0).collect();
            codes.sort();
            codes.dedup();
            assert_eq!(codes.len(), 2, "{service}: {codes:?}");
        }
        assert!((0..16).all(|seed| said(seed, "connect", "ListInstances").0 == "TooManyRequestsException"));
    }

    #[test]
    fn every_operation_has_a_rate_and_every_rate_an_operation() {
        for service in service::all() {
            for operation in service.operations() {
                assert!(
                    row(service.name(), operation).is_some(),
                    "{}: {operation}",
                    service.name()
                );
            }
        }
        for (index, rate) in RATES.iter().enumerate() {
            let operations = &table::table(rate.service).expect("a table").operations;
            for name in rate.operations {
                assert!(
                    operations.keys().any(|operation| names(name, operation)),
                    "{name}"
                );
            }
            let meant = |operation: &String| row(rate.service, operation).is_some_and(|(at, _)| at == index);
            assert!(operations.keys().any(meant), "row {index} is never reached");
            assert!(rate.burst >= 1.0 && rate.per_second > 0.0);
        }
    }
}
