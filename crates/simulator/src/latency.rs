//! How long calls take: nothing, or about what AWS's control planes take.

use std::f64::consts::TAU;
use std::time::Duration;

/// How long a call takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Latency {
    /// No time at all.
    #[default]
    None,
    /// Roughly what AWS takes, by service and by what is asked, with a long tail; the seed picks.
    Aws,
}

/// The median in milliseconds of reads, of changes, and of what makes or starts something, by service.
///
/// Assumption: latency.medians. All of them are estimates for a client in another region of the same continent, except
/// for S3's: the performance guidelines of its user guide name 100 to 200 ms to the first byte of small objects. IAM is in us-east-1 wherever the
/// client is. What makes a contact center or a machine checks more before it answers.
const MEDIANS: &[(&str, [f64; 3])] = &[
    ("appstream", [180.0, 450.0, 1_200.0]),
    ("application-autoscaling", [90.0, 160.0, 160.0]),
    ("cloudfront", [180.0, 400.0, 900.0]),
    ("cloudtrail", [150.0, 150.0, 150.0]),
    ("connect", [110.0, 250.0, 400.0]),
    ("ec2", [150.0, 300.0, 450.0]),
    ("iam", [140.0, 260.0, 320.0]),
    ("identitystore", [120.0, 220.0, 250.0]),
    ("resourcegroupstaggingapi", [200.0, 200.0, 200.0]),
    ("s3", [100.0, 130.0, 350.0]),
    ("s3control", [120.0, 200.0, 200.0]),
    ("secretsmanager", [60.0, 130.0, 180.0]),
    ("ssm", [50.0, 120.0, 120.0]),
    ("sso-admin", [130.0, 320.0, 500.0]),
    ("sts", [60.0, 60.0, 60.0]),
];

/// The width of the tail: one call in a hundred takes about two and a half times the median, one in a thousand three
/// and a half times.
const SIGMA: f64 = 0.4;

/// The median of an operation, in milliseconds.
fn median(service: &str, operation: &str) -> f64 {
    let known = MEDIANS.iter().find(|(name, _)| *name == service);
    let [reads, changes, makes] = known.map_or([150.0; 3], |(_, medians)| *medians);
    let begins = |words: &[&str]| words.iter().any(|word| operation.starts_with(word));
    match operation {
        // It takes an instance's directory along.
        "CreateInstance" if service == "connect" => 2_000.0,
        _ if begins(&["Describe", "List", "Get", "Head", "Search"]) => reads,
        _ if begins(&["Create", "Copy", "Start"]) => makes,
        _ => changes,
    }
}

/// How long this call takes. `noise` are random bytes of its own.
pub(super) fn span(service: &str, operation: &str, noise: [u8; 32]) -> Duration {
    // Two even numbers in (0, 1] become one of a normal distribution (Box and Muller), and that a factor.
    let even = |at: usize| {
        let bits = u32::from_le_bytes([noise[at], noise[at + 1], noise[at + 2], noise[at + 3]]);
        (f64::from(bits) + 1.0) / (f64::from(u32::MAX) + 1.0)
    };
    let normal = (-2.0 * even(0).ln()).sqrt() * (TAU * even(4)).cos();
    Duration::from_secs_f64(median(service, operation) * (SIGMA * normal).exp() / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service;

    fn spans(service: &str, operation: &str) -> Vec<f64> {
        let mut spans: Vec<f64> = (0..2_000u64)
            .map(|sequence| span(service, operation, crate::simulator::digest(7, sequence)).as_secs_f64())
            .collect();
        spans.sort_by(f64::total_cmp);
        spans
    }

    #[test]
    fn half_of_the_calls_take_less_than_the_median_and_a_few_much_longer() {
        let spans = spans("appstream", "DescribeFleets");
        assert!((0.165..0.195).contains(&spans[1_000]), "{}", spans[1_000]);
        assert!(spans[1_980] > 0.35 && spans[1_999] < 2.0, "{:?}", &spans[1_980..]);
        assert!(spans[0] > 0.02);
    }

    #[test]
    fn what_makes_something_takes_longer_than_a_look() {
        let typical = |service, operation| spans(service, operation)[1_000];
        assert!(typical("appstream", "CreateFleet") > 4.0 * typical("appstream", "DescribeFleets"));
        assert!(typical("iam", "CreateRole") > typical("iam", "GetRole"));
        assert!(typical("connect", "CreateInstance") > typical("connect", "CreateUser"));
        for service in service::all() {
            assert!(
                MEDIANS.iter().any(|(name, _)| *name == service.name()),
                "{}",
                service.name()
            );
        }
    }
}
