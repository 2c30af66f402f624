//! The `Condition` element.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::wildcard;

/// One operator applied to one key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    /// What is compared, and how.
    pub operator: Operator,
    /// True for the negated form (`StringNotEquals`): none of the values may match.
    pub negated: bool,
    /// True with the suffix `IfExists`: an absent key satisfies.
    pub if_exists: bool,
    /// How several values in the request are treated.
    pub quantifier: Quantifier,
    /// The condition key as written; keys compare without regard to case.
    pub key: String,
    /// The values: one of them has to match (or none, when negated).
    pub values: Vec<String>,
}

/// How a key with several values in the request is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    /// No prefix: for keys with one value.
    Single,
    /// `ForAllValues:`: every value of the request; holds for an absent key.
    All,
    /// `ForAnyValue:`: at least one value of the request.
    Any,
}

/// The kinds of comparison; negation is kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// Equal strings.
    StringEquals,
    /// Equal strings without regard to case.
    StringEqualsIgnoreCase,
    /// Strings with wildcards.
    StringLike,
    /// ARNs with wildcards, per component (`ArnEquals` means the same).
    ArnLike,
    /// `true` or `false`.
    Bool,
    /// An address in a CIDR range.
    IpAddress,
    /// Whether the key is absent.
    Null,
    /// Numbers.
    Numeric(Comparison),
    /// Timestamps, as ISO 8601 or epoch seconds.
    Date(Comparison),
    /// Base64 text, compared as it is.
    BinaryEquals,
}

/// Order comparisons of numbers and dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// `=`
    Equal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Condition {
    /// Reads an operator's name; `None` where IAM knows no such operator.
    pub(super) fn of(operator: &str, key: &str, values: Vec<String>) -> Option<Condition> {
        let (quantifier, rest) = match operator.split_once(':') {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAllValues") => (Quantifier::All, rest),
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("ForAnyValue") => (Quantifier::Any, rest),
            Some(_) => return None,
            None => (Quantifier::Single, operator),
        };
        let lower = rest.to_ascii_lowercase();
        let (lower, if_exists) = match lower.strip_suffix("ifexists") {
            Some(stem) => (stem, true),
            None => (lower.as_str(), false),
        };
        use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
        let (operator, negated) = match lower {
            "stringequals" => (Operator::StringEquals, false),
            "stringnotequals" => (Operator::StringEquals, true),
            "stringequalsignorecase" => (Operator::StringEqualsIgnoreCase, false),
            "stringnotequalsignorecase" => (Operator::StringEqualsIgnoreCase, true),
            "stringlike" => (Operator::StringLike, false),
            "stringnotlike" => (Operator::StringLike, true),
            "arnequals" | "arnlike" => (Operator::ArnLike, false),
            "arnnotequals" | "arnnotlike" => (Operator::ArnLike, true),
            "bool" => (Operator::Bool, false),
            "ipaddress" => (Operator::IpAddress, false),
            "notipaddress" => (Operator::IpAddress, true),
            // `Null` has no IfExists form: it is itself the question whether the key exists.
            "null" if !if_exists => (Operator::Null, false),
            "binaryequals" => (Operator::BinaryEquals, false),
            "numericequals" => (Operator::Numeric(Equal), false),
            "numericnotequals" => (Operator::Numeric(Equal), true),
            "numericlessthan" => (Operator::Numeric(Less), false),
            "numericlessthanequals" => (Operator::Numeric(LessOrEqual), false),
            "numericgreaterthan" => (Operator::Numeric(Greater), false),
            "numericgreaterthanequals" => (Operator::Numeric(GreaterOrEqual), false),
            "dateequals" => (Operator::Date(Equal), false),
            "datenotequals" => (Operator::Date(Equal), true),
            "datelessthan" => (Operator::Date(Less), false),
            "datelessthanequals" => (Operator::Date(LessOrEqual), false),
            "dategreaterthan" => (Operator::Date(Greater), false),
            "dategreaterthanequals" => (Operator::Date(GreaterOrEqual), false),
            _ => return None,
        };
        Some(Condition {
            operator,
            negated,
            if_exists,
            quantifier,
            key: key.to_owned(),
            values,
        })
    }

    /// Whether the condition holds for a request with this context.
    pub(super) fn holds(&self, context: &Context, variables: bool) -> bool {
        let present = context
            .get(&self.key.to_ascii_lowercase())
            .filter(|values| !values.is_empty());
        if self.operator == Operator::Null {
            let absent = if present.is_none() { "true" } else { "false" };
            return self.values.iter().any(|value| value.eq_ignore_ascii_case(absent));
        }
        let Some(present) = present else {
            return self.if_exists
                || match self.quantifier {
                    Quantifier::All => true,
                    Quantifier::Any => false,
                    Quantifier::Single => self.negated,
                };
        };
        let wanted: Vec<String> = self
            .values
            .iter()
            .filter_map(|value| {
                if variables {
                    expand(value, context)
                } else {
                    Some(value.clone())
                }
            })
            .collect();
        let satisfied =
            |have: &String| self.negated != wanted.iter().any(|want| self.operator.compare(want, have));
        match self.quantifier {
            Quantifier::All => present.iter().all(satisfied),
            Quantifier::Any => present.iter().any(satisfied),
            // A single-valued key has one value; were there more, a negated operator must fail on any of them.
            Quantifier::Single if self.negated => present.iter().all(satisfied),
            Quantifier::Single => present.iter().any(satisfied),
        }
    }
}

impl Operator {
    fn compare(self, want: &str, have: &str) -> bool {
        match self {
            Operator::StringEquals | Operator::BinaryEquals => want == have,
            Operator::StringEqualsIgnoreCase => want.to_lowercase() == have.to_lowercase(),
            Operator::StringLike => wildcard::matches(want, have),
            Operator::ArnLike => wildcard::arn_matches(want, have),
            Operator::Bool => want.eq_ignore_ascii_case(have),
            Operator::IpAddress => in_range(want, have),
            Operator::Null => false,
            Operator::Numeric(comparison) => want
                .parse::<f64>()
                .ok()
                .zip(have.parse::<f64>().ok())
                .is_some_and(|(w, h)| comparison.holds(h, w)),
            Operator::Date(comparison) => seconds(want)
                .zip(seconds(have))
                .is_some_and(|(w, h)| comparison.holds(h, w)),
        }
    }
}

impl Comparison {
    fn holds(self, have: f64, want: f64) -> bool {
        match self {
            Comparison::Equal => have == want,
            Comparison::Less => have < want,
            Comparison::LessOrEqual => have <= want,
            Comparison::Greater => have > want,
            Comparison::GreaterOrEqual => have >= want,
        }
    }
}

/// Seconds since the epoch of an ISO 8601 timestamp, or the number itself.
fn seconds(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().or_else(|| {
        text.parse::<jiff::Timestamp>()
            .ok()
            .map(|t| t.as_millisecond() as f64 / 1000.0)
    })
}

/// A CIDR range (or one address) as address and prefix length; `None` where it is neither.
pub(crate) fn range(text: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let width = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(width);
    (bits <= width).then_some((address, bits))
}

fn in_range(cidr: &str, address: &str) -> bool {
    let Some(((network, bits), address)) = range(cidr).zip(address.parse::<IpAddr>().ok()) else {
        return false;
    };
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        _ => false,
    }
}

/// Replaces policy variables: `${key}` by the request's single value, `${key, 'default'}` by it or the
/// default, `${*}`, `${?}` and `${$}` by the character. `None` where a variable has no value: IAM then
/// treats the value as matching nothing.
pub(super) fn expand(text: &str, context: &Context) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        out.push_str(&rest[..start]);
        let Some(end) = rest[start..].find('}') else {
            break;
        };
        let inside = &rest[start + 2..start + end];
        rest = &rest[start + end + 1..];
        if matches!(inside, "*" | "?" | "$") {
            out.push_str(inside);
            continue;
        }
        let (key, default) = match inside.split_once(',') {
            Some((key, default)) => (key.trim(), Some(default.trim().trim_matches('\''))),
            None => (inside.trim(), None),
        };
        match context.get(&key.to_ascii_lowercase()).map(Vec::as_slice) {
            Some([value]) => out.push_str(value),
            _ => out.push_str(default?),
        }
    }
    out.push_str(rest);
    Some(out)
}

/// The condition keys of a request: lower-case key, values.
pub type Context = BTreeMap<String, Vec<String>>;
