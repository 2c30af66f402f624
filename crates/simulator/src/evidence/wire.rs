//! What concerns many services: protocols, lists and pages, rates, and how long calls take.

use super::entry::Evidence;

pub(super) const ENTRIES: &[Evidence] = &[
    Evidence {
        id: "latency.medians",
        belief: "with `--latency aws` a call takes about as long as AWS needs for one of its kind",
        source: "S3's performance guidelines give a figure; those of the other services are estimates for a client on the \
                 same continent",
        fallback: None,
        signals: &["*"],
    },
    Evidence {
        id: "lists.unordered",
        belief: "lists come in a fixed order",
        source: "no operation promises an order",
        fallback: Some("lists come in an arbitrary order, the same on every call"),
        signals: &[
            "connect:List*",
            "sso-admin:List*",
            "identitystore:List*",
            "ssm:DescribeParameters",
            "secretsmanager:ListSecrets",
            "application-autoscaling:Describe*",
        ],
    },
    Evidence {
        id: "pages.empty",
        belief: "the first page of a list holds items if there are any",
        source: "AWS's guides say that a page may be empty and not the last",
        fallback: Some("the first page is empty and carries a token"),
        signals: &[
            "connect:List*",
            "sso-admin:List*",
            "identitystore:List*",
            "ssm:DescribeParameters",
            "secretsmanager:ListSecrets",
            "application-autoscaling:Describe*",
        ],
    },
    Evidence {
        id: "throttle.appstream-says-request-limit",
        belief: "calls of AppStream that come too fast are refused with ThrottlingException",
        source: "the model declares that error for EC2's rates; which one the account's own rate has is not said",
        fallback: Some("those that declare RequestLimitExceededException are refused with it"),
        signals: &["appstream:*"],
    },
    Evidence {
        id: "throttle.connect-operations-share-a-rate",
        belief: "each operation of Connect that is not listed has two calls a second of its own",
        source: "the page on API throttling says \"for all other operations\"",
        fallback: Some("all of them together have two calls a second"),
        signals: &["connect:*"],
    },
    Evidence {
        id: "throttle.connect-says-throttling",
        belief: "calls of Connect that come too fast are refused with TooManyRequestsException",
        source: "the model declares the latter, Connect's gateway answers the former",
        fallback: Some("those that declare ThrottlingException are refused with it"),
        signals: &["connect:*"],
    },
    Evidence {
        id: "throttle.estimated-rates",
        belief: "services without a published rate take the rate that `crates/simulator/src/throttle.rs` estimates",
        source: "each figure is below what field reports call throttled",
        fallback: None,
        signals: &[
            "appstream:*",
            "iam:*",
            "identitystore:*",
            "application-autoscaling:*",
        ],
    },
    Evidence {
        id: "throttle.identity-center-fails",
        belief: "calls of IAM Identity Center that come too fast are refused with ThrottlingException",
        source: "a report says that its rate comes out as \"Internal Failure\" (aws-cdk issue 18750); the model declares \
                 ThrottlingException",
        fallback: Some("they fail with InternalFailure"),
        signals: &["sso-admin:*"],
    },
    Evidence {
        id: "wire.connect-validation",
        belief: "a constraint of the model that is broken is answered by Connect with InvalidParameterException",
        source: "the model declares it and InvalidRequestException, and does not say which",
        fallback: None,
        signals: &["connect:*"],
    },
    Evidence {
        id: "wire.messages",
        belief: "the texts of errors are the simulator's own wording, except where a report gives AWS's",
        source: "AWS documents codes, and no texts",
        fallback: None,
        signals: &["*"],
    },
    Evidence {
        id: "wire.query-malformed",
        belief: "a body that IAM and STS cannot read is answered with MalformedInput",
        source: "AWS's common errors list it, and ValidationError",
        fallback: None,
        signals: &["iam:*", "sts:*"],
    },
    Evidence {
        id: "wire.s3-validation",
        belief: "S3 answers a missing argument with InvalidRequest and a wrong one with InvalidArgument",
        source: "its API reference lists both; the former speaks of what is missing",
        fallback: None,
        signals: &["s3:*"],
    },
    Evidence {
        id: "wire.unknown-operation",
        belief: "an operation that a JSON service does not have is answered with status 400",
        source: "what such services are known to answer; not documented",
        fallback: None,
        signals: &["appstream:*", "connect:*"],
    },
];
