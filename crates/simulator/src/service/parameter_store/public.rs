//! Parameters that AWS itself keeps for everybody, below `/aws/service/`: regions, and the images of machines to start
//! from. Those that a contact center's operators meet; AWS has thousands.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Call;

/// Where they stand.
pub(super) const ROOT: &str = "/aws/service/";

/// The regions and their long names (botocore 1.43.11, the partition `aws`).
const REGIONS: &[(&str, &str)] = &[
    ("af-south-1", "Africa (Cape Town)"),
    ("ap-east-1", "Asia Pacific (Hong Kong)"),
    ("ap-east-2", "Asia Pacific (Taipei)"),
    ("ap-northeast-1", "Asia Pacific (Tokyo)"),
    ("ap-northeast-2", "Asia Pacific (Seoul)"),
    ("ap-northeast-3", "Asia Pacific (Osaka)"),
    ("ap-south-1", "Asia Pacific (Mumbai)"),
    ("ap-south-2", "Asia Pacific (Hyderabad)"),
    ("ap-southeast-1", "Asia Pacific (Singapore)"),
    ("ap-southeast-2", "Asia Pacific (Sydney)"),
    ("ap-southeast-3", "Asia Pacific (Jakarta)"),
    ("ap-southeast-4", "Asia Pacific (Melbourne)"),
    ("ap-southeast-5", "Asia Pacific (Malaysia)"),
    ("ap-southeast-6", "Asia Pacific (New Zealand)"),
    ("ap-southeast-7", "Asia Pacific (Thailand)"),
    ("ca-central-1", "Canada (Central)"),
    ("ca-west-1", "Canada West (Calgary)"),
    ("eu-central-1", "Europe (Frankfurt)"),
    ("eu-central-2", "Europe (Zurich)"),
    ("eu-north-1", "Europe (Stockholm)"),
    ("eu-south-1", "Europe (Milan)"),
    ("eu-south-2", "Europe (Spain)"),
    ("eu-west-1", "Europe (Ireland)"),
    ("eu-west-2", "Europe (London)"),
    ("eu-west-3", "Europe (Paris)"),
    ("il-central-1", "Israel (Tel Aviv)"),
    ("me-central-1", "Middle East (UAE)"),
    ("me-south-1", "Middle East (Bahrain)"),
    ("mx-central-1", "Mexico (Central)"),
    ("sa-east-1", "South America (Sao Paulo)"),
    ("us-east-1", "US East (N. Virginia)"),
    ("us-east-2", "US East (Ohio)"),
    ("us-west-1", "US West (N. California)"),
    ("us-west-2", "US West (Oregon)"),
];

/// Images of Windows Server and of Amazon Linux (EC2's user guides).
const IMAGES: &[&str] = &[
    "ami-amazon-linux-latest/al2023-ami-kernel-default-arm64",
    "ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    "ami-amazon-linux-latest/amzn2-ami-hvm-x86_64-gp2",
    "ami-amazon-linux-latest/amzn2-ami-kernel-5.10-hvm-x86_64-gp2",
    "ami-windows-latest/Windows_Server-2016-English-Full-Base",
    "ami-windows-latest/Windows_Server-2019-English-Full-Base",
    "ami-windows-latest/Windows_Server-2022-English-Core-Base",
    "ami-windows-latest/Windows_Server-2022-English-Full-Base",
    "ami-windows-latest/Windows_Server-2025-English-Full-Base",
];

/// What they are called and hold, in the region of the call. The ids of images are not AWS's.
fn all(region: &str) -> Vec<(String, String, &'static str)> {
    let places = REGIONS.iter().flat_map(|(code, name)| {
        let base = format!("{ROOT}global-infrastructure/regions/{code}");
        [
            (base.clone(), (*code).to_owned(), "text"),
            (format!("{base}/domain"), "amazonaws.com".to_owned(), "text"),
            (format!("{base}/longName"), (*name).to_owned(), "text"),
            (format!("{base}/partition"), "aws".to_owned(), "text"),
        ]
    });
    let images = IMAGES.iter().map(|name| {
        let digest = hex::encode(Sha256::digest(format!("{region}/{name}")));
        (
            format!("{ROOT}{name}"),
            format!("ami-{}", &digest[..17]),
            "aws:ec2:image",
        )
    });
    places.chain(images).collect()
}

/// Their names.
pub(super) fn names(call: &Call) -> Vec<String> {
    all(&call.region).into_iter().map(|(name, ..)| name).collect()
}

/// One of them, by its name or ARN.
pub(super) fn view(call: &Call, asked: &str) -> Option<Value> {
    let prefix = format!("arn:aws:ssm:{}::parameter", call.region);
    let wanted = asked.strip_prefix(&prefix).unwrap_or(asked);
    if !wanted.starts_with(ROOT) {
        return None;
    }
    let (name, value, kind) = all(&call.region).into_iter().find(|(name, ..)| name == wanted)?;
    Some(json!({
        "Name": name, "Type": "String", "Value": value, "Version": 1, "DataType": kind,
        // The beginning of 2026.
        "LastModifiedDate": 1_767_225_600.0, "ARN": format!("{prefix}{name}"),
    }))
}
