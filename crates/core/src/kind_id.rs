//! Which kinds there are, and the name of one as a value.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::nearest::nearest;

/// Hands all kinds to a macro, each with its path and its name, in the order of a typical apply. This is the only list of
/// them: names become [`KindId`]s by it, and a crate that has a part of every kind makes its list of parts from it, under
/// the same paths.
#[macro_export]
macro_rules! each_kind {
    ($list:ident) => {
        $list! {
            connect::ConnectInstance = "connect.instance",
            cloudfront::AccessControl = "cloudfront.access_control",
            cloudfront::HeadersPolicy = "cloudfront.headers_policy",
            cloudfront::Distribution = "cloudfront.distribution",
            s3::Bucket = "s3.bucket",
            s3::Object = "s3.object",
            s3::StateBucket = "s3.state_bucket",
            connect::ApprovedOrigin = "connect.approved_origin",
            identity_center::Application = "identity_center.application",
            idp::Application = "idp.application",
            iam::SamlProvider = "iam.saml_provider",
            iam::OidcProvider = "iam.oidc_provider",
            iam::Policy = "iam.policy",
            iam::Role = "iam.role",
            identity_center::Assignment = "identity_center.assignment",
            identity_center::Link = "identity_center.link",
            connect::HoursOfOperation = "connect.hours_of_operation",
            connect::Queue = "connect.queue",
            connect::User = "connect.user",
            iam::ServiceRole = "iam.service_role",
            ec2::SecurityGroup = "ec2.security_group",
            ec2::VpcEndpoint = "ec2.vpc_endpoint",
            appstream::UsageReport = "appstream.usage_report",
            appstream::ImageBuilder = "appstream.image_builder",
            appstream::Image = "appstream.image",
            appstream::Fleet = "appstream.fleet",
            appstream::Stack = "appstream.stack",
            appstream::Theme = "appstream.theme",
            appstream::FleetAssociation = "appstream.fleet_association",
            appstream::Entitlement = "appstream.entitlement",
            autoscaling::FleetScaling = "autoscaling.fleet",
            appstream::User = "appstream.user",
            appstream::UserAssociation = "appstream.user_association",
        }
    };
}

macro_rules! names {
    ($($kind:path = $name:literal,)*) => { &[$($name),*] };
}

/// The name of each, in that order.
const NAMES: &[&str] = each_kind!(names);

/// A kind of resource: there is one of these for each name that a kind has, and none for any other text. It sorts by its
/// name, and it is read and written as its name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KindId(u8);

impl KindId {
    /// The kind of a name that is written in the program: in a constant, a name that no kind has does not compile.
    ///
    /// # Panics
    /// If no kind has this name.
    #[must_use]
    pub const fn of(name: &str) -> KindId {
        let mut index = 0;
        while index < NAMES.len() {
            if is_same(NAMES[index].as_bytes(), name.as_bytes()) {
                return KindId(index as u8);
            }
            index += 1;
        }
        panic!("`each_kind!` lists no kind of this name")
    }

    /// The kind of this name.
    ///
    /// # Errors
    /// If no kind has it, with the one that may have been meant.
    pub fn named(name: &str) -> Result<KindId, NoKind> {
        match NAMES.iter().position(|one| *one == name) {
            Some(index) => Ok(KindId(index as u8)),
            None => Err(NoKind {
                name: name.to_owned(),
                meant: nearest(name, NAMES.iter().copied()).map(str::to_owned),
            }),
        }
    }

    /// All kinds, in the order of a typical apply.
    pub fn all() -> impl DoubleEndedIterator<Item = KindId> {
        (0..NAMES.len()).map(|index| KindId(index as u8))
    }

    /// Its name: service and noun, such as `appstream.fleet`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        NAMES[self.0 as usize]
    }

    /// Where it stands in `each_kind!`, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// `==` of texts is no constant function.
const fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// A name that no kind has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no kind `{name}`")]
pub struct NoKind {
    /// The name.
    pub name: String,
    /// The name of a kind that is much like it.
    pub meant: Option<String>,
}

impl Ord for KindId {
    fn cmp(&self, other: &KindId) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl PartialOrd for KindId {
    fn partial_cmp(&self, other: &KindId) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for KindId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for KindId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for KindId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for KindId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<KindId, D::Error> {
        let name = String::deserialize(deserializer)?;
        KindId::named(&name).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_one_kind_and_comes_back() {
        for id in KindId::all() {
            assert_eq!(KindId::of(id.name()), id);
            assert_eq!(KindId::named(id.name()), Ok(id));
            let written = serde_json::to_value(id).unwrap();
            assert_eq!(written, id.name());
            assert_eq!(serde_json::from_value::<KindId>(written).unwrap(), id);
        }
    }

    #[test]
    fn kinds_sort_by_their_names() {
        let mut sorted: Vec<KindId> = KindId::all().collect();
        sorted.sort();
        let names: Vec<&str> = sorted.iter().map(|id| id.name()).collect();
        assert!(names.is_sorted(), "{names:?}");
        assert_eq!(names.len(), NAMES.len());
    }

    #[test]
    fn a_name_that_no_kind_has_is_refused_with_the_one_that_was_meant() {
        let error = KindId::named("appstream.flet").unwrap_err();
        assert_eq!(error.to_string(), "there is no kind `appstream.flet`");
        assert_eq!(error.meant.as_deref(), Some("appstream.fleet"));
        assert_eq!(KindId::named("").unwrap_err().meant, None);
    }
}
