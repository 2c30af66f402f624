//! Random input that a model allows, more and more of it made of what former answers held.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};

use super::START;
use crate::wire::codec;
use crate::wire::table::{Kind, Shape, Table};

/// Texts that mean something to some service.
const WORDS: &[&str] = &[
    "agents",
    "desktop",
    "boto-image",
    "a",
    "AppStream-WinServer2022-05-12-2026",
    "stream.standard.medium",
    "subnet-0a1b2c3d4e5f60718",
    "sg-0a1b2c3d4e5f60718",
    "vpce-0a1b2c3d4e5f60718",
    "fleet/agents",
    "agent1@example.com",
    "https://example.com/",
    "example.com",
    "us-east-1",
    "eu-west-1",
    "eu-central-1",
    "111122223333",
    "123456789012",
    "1",
    "true",
    "0a1b2c3d-4e5f-4071-8829-3a4b5c6d7e8f",
    "/",
    "/service-role/",
    "acme-ccp",
    "page.html",
    "ü ß 漢 🎧",
    " ",
    "",
    "null",
    "../..",
    "%00",
    "at(2027-01-01T08:00:00)",
    "cron(0 8 ? * MON-FRI *)",
    "rate(5 minutes)",
    "Europe/London",
    "AmazonAppStreamServiceAccess",
    "appstream.amazonaws.com",
    "connect.amazonaws.com",
    "appstream.application-autoscaling.amazonaws.com",
    "arn:aws:iam::123456789012:role/service-role/AmazonAppStreamServiceAccess",
    "arn:aws:iam::aws:policy/service-role/AmazonAppStreamServiceAccess",
    "arn:aws:iam::123456789012:role/agents",
    "arn:aws:appstream:eu-west-1:123456789012:stack/agents",
    "arn:aws:s3:::acme-ccp/*",
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}",
    "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"appstream.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}",
    "{",
    "<xml/>",
    "::::::",
    "arn:aws:",
    "-",
    ":",
];

/// What a member may well hold: requests that are only refused prove little.
const HINTS: &[(&str, &str)] = &[
    ("Name", "agents"),
    ("Name", "desktop"),
    ("StackName", "agents"),
    ("FleetName", "agents"),
    ("ImageName", "AppStream-WinServer2022-05-12-2026"),
    ("InstanceType", "stream.standard.medium"),
    ("SubnetIds", "subnet-0a1b2c3d4e5f60718"),
    ("SecurityGroupIds", "sg-0a1b2c3d4e5f60718"),
    ("GroupId", "sg-0a1b2c3d4e5f60718"),
    ("VpcId", "vpc-0a1b2c3d4e5f60718"),
    ("IpProtocol", "tcp"),
    ("CidrIp", "192.0.2.0/24"),
    ("ServiceName", "com.amazonaws.eu-west-1.appstream.streaming"),
    ("VpcEndpointType", "Interface"),
    ("VpceId", "vpce-0a1b2c3d4e5f60718"),
    ("ServiceNamespace", "appstream"),
    ("ScalableDimension", "appstream:fleet:DesiredCapacity"),
    ("ResourceId", "fleet/agents"),
    ("PredefinedMetricType", "AppStreamAverageCapacityUtilization"),
    ("PolicyType", "TargetTrackingScaling"),
    ("Schedule", "cron(0 8 ? * MON-FRI *)"),
    ("Timezone", "Europe/London"),
    ("AuthenticationType", "USERPOOL"),
    ("UserName", "agent1@example.com"),
    ("Username", "agent1"),
    ("InstanceAlias", "agents"),
    ("IdentityManagementType", "SAML"),
    ("Origin", "https://example.com"),
    ("Bucket", "acme-ccp"),
    ("Key", "page.html"),
    ("DestinationRegion", "eu-central-1"),
    ("DirectoryName", "example.com"),
    ("RoleName", "agents"),
    ("PolicyName", "agents"),
    (
        "PolicyArn",
        "arn:aws:iam::aws:policy/service-role/AmazonAppStreamServiceAccess",
    ),
    ("AssumeRolePolicyDocument", TRUST),
    ("PolicyDocument", ALLOW),
    ("SecretId", "agents"),
    ("AWSServiceName", "connect.amazonaws.com"),
    ("Path", "/"),
    ("Policy", BUCKET_POLICY),
    ("IdentityStoreId", "d-9067f1c2a3"),
    ("AllowedMethods", "GET"),
    ("AllowedOrigins", "https://example.com"),
    ("TimeZone", "Europe/London"),
    ("AttributePath", "userName"),
    ("AttributePath", "displayName"),
    ("AttributeValue", "agents"),
    ("Value", "true"),
    ("CopySource", "acme-ccp/page.html"),
    (
        "ApplicationProviderArn",
        "arn:aws:sso::aws:applicationProvider/custom",
    ),
    ("ResourceType", "fleet"),
    ("RoleArn", "arn:aws:iam::123456789012:role/agents"),
    ("RoleSessionName", "agent1"),
    ("VersionId", "v1"),
];

/// A trust policy, and one for everything else.
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"appstream.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const BUCKET_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::acme-ccp/*"}]}"#;
const ALLOW: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;

/// Makes requests, and remembers what the answers held.
pub(super) struct InputGenerator {
    pub(super) random: fastrand::Rng,
    runner: TestRunner,
    /// Texts of former answers and requests by their member's name and by its last word.
    seen: BTreeMap<String, Vec<String>>,
    /// Of 256 members that may be left out, so many are.
    pub(super) sparse: u8,
}

impl InputGenerator {
    pub(super) fn new(seed: u64) -> InputGenerator {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        InputGenerator {
            random: fastrand::Rng::with_seed(seed),
            runner: TestRunner::new_with_rng(
                Config::default(),
                TestRng::from_seed(RngAlgorithm::ChaCha, &bytes),
            ),
            seen: BTreeMap::new(),
            sparse: 150,
        }
    }

    /// Remembers the texts of an answer or a request. `noun` is what they are about: the `Id` of what
    /// `CreateInstance` answers is an `InstanceId` elsewhere.
    pub(super) fn learn(&mut self, noun: &str, name: &str, value: &Value) {
        match value {
            Value::String(text) if text.len() < 4000 => {
                let mut keys = vec![ending(name), name.to_ascii_lowercase()];
                if matches!(name, "Id" | "Arn" | "Name" | "Username" | "UserName") {
                    keys.push(format!("{noun}{name}").to_ascii_lowercase());
                }
                if matches!(name, "UserId" | "GroupId") {
                    keys.push("principalid".to_owned());
                }
                if name.to_ascii_lowercase().ends_with("arn") {
                    keys.push("resourcearn".to_owned());
                }
                for key in keys {
                    let list = self.seen.entry(key).or_default();
                    if !list.contains(text) {
                        list.push(text.clone());
                    }
                    if list.len() > 12 {
                        list.remove(0);
                    }
                }
            }
            Value::Array(entries) => entries.iter().for_each(|entry| self.learn(noun, name, entry)),
            Value::Object(members) => {
                let inner = name.trim_end_matches("List").trim_end_matches("Summary");
                let noun = if inner.is_empty() { noun } else { inner };
                members
                    .iter()
                    .for_each(|(name, value)| self.learn(noun, name, value));
            }
            _ => {}
        }
    }

    /// Forgets what was learnt under this key, and answers the last of it.
    pub(super) fn take(&mut self, key: &str) -> Option<String> {
        self.seen.remove(key)?.pop()
    }

    /// The text that was last learnt under this key.
    pub(super) fn known(&self, key: &str) -> Option<&str> {
        self.seen.get(key)?.last().map(String::as_str)
    }

    /// A value that the shape allows; `None` where none was found.
    pub(super) fn value(&mut self, table: &Table, shape: &Shape, name: &str, depth: usize) -> Option<Value> {
        Some(match shape.kind {
            Kind::Structure if shape.document => json!({}),
            Kind::Structure if shape.union => {
                let (name, member) = self.random.choice(&shape.members)?;
                let inner = self.value(table, table.shape(&member.shape), name, depth + 1)?;
                json!({ name.as_str(): inner })
            }
            Kind::Structure => {
                let mut out = Map::new();
                for (name, member) in &shape.members {
                    let needed = shape.required.contains(name);
                    if !needed && (depth > 5 || self.random.u8(..) < self.sparse) {
                        continue;
                    }
                    match self.value(table, table.shape(&member.shape), name, depth + 1) {
                        Some(value) => {
                            out.insert(name.clone(), value);
                        }
                        None if needed && Some(name) != shape.payload.as_ref() => return None,
                        None => {}
                    }
                }
                Value::Object(out)
            }
            Kind::List => {
                let count = self.count(shape)?;
                let entry = shape.member.as_ref()?;
                let inner = table.shape(&entry.shape);
                let list: Option<Vec<Value>> = (0..count)
                    .map(|_| self.value(table, inner, name, depth + 1))
                    .collect();
                Value::Array(list?)
            }
            Kind::Map => {
                let count = self.count(shape)?;
                let (key, value) = (shape.key.as_ref()?, shape.value.as_ref()?);
                let mut out = Map::new();
                for _ in 0..count {
                    let key = self.value(table, table.shape(&key.shape), "Key", depth + 1)?;
                    let value = self.value(table, table.shape(&value.shape), "Value", depth + 1)?;
                    out.insert(key.as_str()?.to_owned(), value);
                }
                Value::Object(out)
            }
            Kind::String => self.text(shape, name)?.into(),
            Kind::Blob => {
                let bytes = [self.random.u8(..), self.random.u8(..), self.random.u8(..)];
                codec::base64(&bytes).into()
            }
            Kind::Boolean => self.random.bool().into(),
            Kind::Integer => self
                .number(shape, i64::from(i32::MIN), i64::from(i32::MAX))?
                .into(),
            Kind::Long => self.number(shape, i64::MIN, i64::MAX)?.into(),
            Kind::Float | Kind::Double => {
                let number = *self
                    .random
                    .choice(&[0.0, 0.5, 1.0, 50.0, 75.0, 100.0, -1.0, 1e300, -1e300])?;
                number.into()
            }
            Kind::Timestamp => {
                let base = START.epoch_seconds();
                (*self
                    .random
                    .choice(&[0.0, base, base + 3600.0, base - 86_400.0, 253_402_300_799.0])?)
                .into()
            }
        })
    }

    fn count(&mut self, shape: &Shape) -> Option<usize> {
        let least = shape.min.unwrap_or(0.0) as usize;
        let most = (shape.max.unwrap_or(3.0) as usize).min(least + 3);
        (least <= most).then(|| self.random.usize(least..=most))
    }

    fn number(&mut self, shape: &Shape, low: i64, high: i64) -> Option<i64> {
        let low = shape.min.map_or(low, |least| least as i64);
        let high = shape.max.map_or(high, |most| most as i64);
        let interesting = [
            low, high, 0, 1, 2, 5, 7, 20, 30, 60, 200, 300, 900, 3600, 43_200, -1,
        ];
        let fitting: Vec<i64> = interesting
            .into_iter()
            .filter(|it| (low..=high).contains(it))
            .collect();
        self.random.choice(&fitting).copied()
    }

    fn text(&mut self, shape: &Shape, name: &str) -> Option<String> {
        if let Some(values) = &shape.values {
            let hint = HINTS
                .iter()
                .find(|(member, text)| *member == name && values.iter().any(|it| it == text));
            return match hint {
                Some((_, text)) if self.random.u8(..) < 200 => Some((*text).to_owned()),
                _ => self.random.choice(values).cloned(),
            };
        }
        let fits = |text: &str| {
            let length = text.chars().count() as f64;
            shape.min.is_none_or(|least| length >= least)
                && shape.max.is_none_or(|most| length <= most)
                && shape.matches(text)
        };
        let hints: Vec<String> = HINTS
            .iter()
            .filter(|(member, _)| *member == name)
            .map(|(_, text)| (*text).to_owned())
            .collect();
        let list = |key: &str| self.seen.get(key).cloned().unwrap_or_default();
        let (exact, alike) = (list(&name.to_ascii_lowercase()), list(&ending(name)));
        for _ in 0..12 {
            let pick = match self.random.u8(..) {
                0..70 => self.random.choice(&hints).cloned(),
                70..200 => self.random.choice(&exact).cloned(),
                200..225 => self.random.choice(&alike).cloned(),
                _ => self.random.choice(WORDS).map(|word| (*word).to_owned()),
            };
            if let Some(text) = pick.filter(|text| fits(text)) {
                return Some(text);
            }
        }
        if let Some(word) = WORDS.iter().find(|word| fits(word)) {
            return Some((*word).to_owned());
        }
        let least = shape.min.unwrap_or(1.0).max(1.0) as usize;
        let plain = "abcd1234".repeat(least.div_ceil(8))[..least].to_owned();
        if fits(&plain) {
            return Some(plain);
        }
        let strategy = proptest::string::string_regex(shape.pattern.as_deref()?).ok()?;
        (0..20)
            .filter_map(|_| Some(strategy.new_tree(&mut self.runner).ok()?.current()))
            .find(|text| fits(text))
    }
}

/// `SourceImageName` and `ImageName` mean the same kind of text: their last word does.
fn ending(name: &str) -> String {
    let start = name
        .rfind(|letter: char| letter.is_ascii_uppercase())
        .unwrap_or(0);
    name[start..].to_ascii_lowercase()
}
