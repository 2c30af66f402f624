//! `aws`: where.

use crate::at::At;
use crate::declare::{self, Value as _};
use crate::limits;
use crate::node::Value;
use crate::reader::{Fields, Item, Reader};
use crate::table::Shape;
use headset_core::diagnostic::Diagnostic;
use headset_core::nearest::nearest;
use headset_derive::Section;
use headset_kinds as kinds;
use headset_kinds::regions::{self, Has, Identity, Regions as ServiceRegions};

/// `aws`: where.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(check = AwsSection::check)]
pub struct AwsSection {
    /// The only account that Headset may work in; quoted, since numbers lose leading zeros.
    #[key(
        pattern = limits::ACCOUNT,
        read = account,
        example = "\"123456789012\"",
        otherwise = "the account that the credentials are for"
    )]
    pub account: Option<At<String>>,
    /// Where everything is.
    #[key(
        pattern = limits::REGION,
        example = "eu-west-2",
        otherwise = "your AWS configuration's region",
        to(kinds::s3::BucketSpec::REGION)
    )]
    pub region: Option<At<String>>,
    /// The regions of single services: AWS has Connect and AppStream in different regions.
    #[key(absent, example = "{ appstream: eu-west-1 }")]
    pub regions: Regions,
    /// The role with which Headset works, taken with your own credentials: where the environment is in another account than
    /// they are.
    #[key(
        example = "{ arn: \"arn:aws:iam::123456789012:role/headset\", external_id: acme }",
        otherwise = "your own credentials"
    )]
    pub assume_role: Option<AssumeRole>,
    /// Where IAM Identity Center is, or `by_hand` if other people work there.
    #[key(
        absent,
        shape = Shape::Either(&[Shape::Choice(&["by_hand"]), IdentityCenter::SHAPE]),
        read = identity_center,
        example = "{ region: us-east-1 }",
        otherwise = "in `aws.region`, with the same credentials"
    )]
    pub identity_center: IdentityCenter,
}

impl AwsSection {
    /// How IAM Identity Center is reached.
    pub fn identity(&self) -> Identity {
        match (&self.identity_center.role, self.identity_center.by_hand) {
            (_, true) => Identity::ByHand,
            (Some(role), false) => Identity::Role(role.value.clone()),
            (None, false) => Identity::Same,
        }
    }

    /// Which service is where, given the region that is asked for or configured.
    pub fn regions_by(&self, region: &str) -> ServiceRegions {
        let or = |own: &Option<At<String>>| {
            own.as_ref()
                .map_or_else(|| region.to_owned(), |own| own.value.clone())
        };
        let connect = or(&self.regions.connect);
        ServiceRegions {
            appstream: or(&self.regions.appstream),
            s3: connect.clone(),
            identity_center: or(&self.identity_center.region),
            connect,
        }
    }

    /// Warns of regions without the service. Not errors: AWS adds regions without asking us.
    #[expect(clippy::unnecessary_wraps, reason = "it has the shape that the derive calls")]
    fn check(reader: &mut Reader<'_>, _: &Item<'_>, _: &Fields<'_>, aws: AwsSection) -> Option<AwsSection> {
        let connect = aws.regions.connect.as_ref().or(aws.region.as_ref());
        if reader.outline.connect || aws.regions.connect.is_some() {
            check_region(reader, "Amazon Connect", "connect", connect, Has::Connect);
        }
        let appstream = aws.regions.appstream.as_ref().or(aws.region.as_ref());
        if reader.outline.appstream || aws.regions.appstream.is_some() {
            check_region(reader, "AppStream 2.0", "appstream", appstream, Has::AppStream);
        }
        Some(aws)
    }
}

fn check_region(reader: &mut Reader<'_>, service: &str, key: &str, region: Option<&At<String>>, what: Has) {
    let Some(region) = region.filter(|region| !regions::has(&region.value, what)) else {
        return;
    };
    let known = regions::with(what);
    let near = nearest(&region.value, known.iter().copied())
        .map(|near| format!("Did you mean `{near}`? "))
        .unwrap_or_default();
    reader.report(
        Diagnostic::warning(
            "unknown-region",
            format!("{service} is not known to be in `{}`", region.value),
        )
        .at(region.place.clone())
        .help(format!(
            "{near}`aws.regions.{key}` sets a region for this service alone."
        ))
        .note(format!("known regions: {}", known.join(", "))),
    );
}

/// `aws.regions`.
#[derive(Clone, Debug, Default, PartialEq, Section)]
pub struct Regions {
    /// Where Amazon Connect and the bucket with the pages are.
    #[key(pattern = limits::REGION, example = "eu-west-2", otherwise = "`aws.region`")]
    pub connect: Option<At<String>>,
    /// Where AppStream 2.0 is.
    #[key(pattern = limits::REGION, example = "eu-west-1", otherwise = "`aws.region`")]
    pub appstream: Option<At<String>>,
}

/// `aws.assume_role`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct AssumeRole {
    /// The role.
    #[key(pattern = limits::ROLE_ARN, required, example = "arn:aws:iam::123456789012:role/headset")]
    pub arn: At<String>,
    /// What the role's trust asks for, so that only those who know it take the role for this purpose; no secret.
    #[key(pattern = limits::EXTERNAL_ID, example = "acme", otherwise = "none")]
    pub external_id: Option<At<String>>,
}

/// `aws.identity_center`.
#[derive(Clone, Debug, Default, PartialEq, Section)]
pub struct IdentityCenter {
    /// Identity Center's home region; it answers nowhere else.
    #[key(pattern = limits::REGION, example = "us-east-1", otherwise = "`aws.region`")]
    pub region: Option<At<String>>,
    /// A role to assume for Identity Center, where it is in another account.
    #[key(
        pattern = limits::ROLE_ARN,
        example = "arn:aws:iam::111122223333:role/headset",
        otherwise = "the same credentials as for everything else"
    )]
    pub role: Option<At<String>>,
    /// `by_hand` in place of the map: nothing there is done by API.
    #[key(from = declare::is_not)]
    pub by_hand: bool,
}

pub(super) fn account(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<String>> {
    if let Value::Number(text) = &item.node.value
        && !item.node.loose
    {
        reader.report(
            Diagnostic::error(
                "wrong-type",
                format!("`{}` is a number here, and numbers lose leading zeros", item.path),
            )
            .at(item.node.place.clone())
            .help(format!("Quote it: \"{}\".", text.trim_start_matches("0o"))),
        );
        return None;
    }
    reader.text(item)
}

fn identity_center(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<IdentityCenter> {
    let Value::Text(text) = &item.node.value else {
        return IdentityCenter::read(reader, item);
    };
    if text == "by_hand" {
        return Some(IdentityCenter {
            by_hand: true,
            ..IdentityCenter::default()
        });
    }
    let help = "Write `by_hand`, or a map such as `{ region: us-east-1 }`.";
    reader.bad_value(&item.path, text, item.node.place.clone(), help);
    None
}
