//! `targets`: one definition, many accounts and regions.

use super::aws::{AssumeRole, account};
use crate::at::At;
use crate::limits;
use crate::node::Value;
use crate::reader::{Item, Reader};
use crate::table::Shape;
use headset_derive::Section;

/// An entry of `targets`.
#[derive(Clone, Debug, PartialEq, Section)]
pub struct Target {
    /// The only account in which Headset may work for this target, in place of `aws.account`; quoted, since numbers lose
    /// leading zeros.
    #[key(pattern = limits::ACCOUNT, read = account, example = "\"123456789012\"", otherwise = "`aws.account`")]
    pub account: Option<At<String>>,
    /// Where everything of this target is, in place of `aws.region`.
    #[key(pattern = limits::REGION, example = "us-east-1", otherwise = "`aws.region`")]
    pub region: Option<At<String>>,
    /// The role with which Headset works for this target, in place of `aws.assume_role`.
    #[key(
        example = "{ arn: \"arn:aws:iam::123456789012:role/headset\", external_id: acme }",
        otherwise = "`aws.assume_role`"
    )]
    pub assume_role: Option<AssumeRole>,
    /// Values over those of the blueprint: maps merge, lists replace, `null` removes.
    #[key(shape = Shape::Values, read = values, example = "{ connect: { alias: acme-us } }")]
    pub values: Option<Values>,
}

/// Values over those of a blueprint. They are read as part of it once the target is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Values;

fn values(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Option<Values>> {
    if let Value::Map(_) = item.node.value {
        return Some(Some(Values));
    }
    let help = "Write keys of the blueprint, such as `values: { connect: { alias: acme-us } }`.";
    reader.wrong_type(item, "a map of values", help);
    None
}
