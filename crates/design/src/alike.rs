//! Names that differ, and that AWS or the people who read them take for one and the same.

use std::collections::BTreeMap;

use serde_json::Value;

use super::desired::{Design, Desired, Mode};
use headset_core::diagnostic::Diagnostic;
use headset_kinds::field::FieldId;
use headset_kinds::{appstream, iam, identity_center, idp};

/// By which rule the service decides whether two names of a kind are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Apart {
    /// Without regard to letter case: names that differ in it alone are one name.
    WithoutCase,
    /// Exactly: names that differ in letter case are two things, which people hardly tell apart.
    Exactly,
    /// Not at all: the name is only shown, and others may have it as well.
    Shown,
}

/// A field that names things: the field, the rule by which names are the same, and what to know about it.
type Naming = (FieldId, Apart, &'static str);

const NAMINGS: &[Naming] = &[
    // IAM User Guide, "IAM and AWS STS quotas": names must be unique within the account, and are not distinguished by case.
    (
        iam::RoleSpec::NAME,
        Apart::WithoutCase,
        "IAM tells names apart without regard to letter case",
    ),
    (
        iam::SamlProviderSpec::NAME,
        Apart::WithoutCase,
        "IAM tells names apart without regard to letter case",
    ),
    // Model: appstream `Name`, a pattern of letters of both cases; calls find the exact name only.
    (
        appstream::StackSpec::NAME,
        Apart::Exactly,
        "AppStream takes them for two stacks",
    ),
    (
        appstream::FleetSpec::NAME,
        Apart::Exactly,
        "AppStream takes them for two fleets",
    ),
    (
        appstream::ImageSpec::NAME,
        Apart::Exactly,
        "AppStream takes them for two images",
    ),
    (
        appstream::ImageBuilderSpec::NAME,
        Apart::Exactly,
        "AppStream takes them for two image builders",
    ),
    // Model: appstream `DisplayName`, any text. Agents choose a stack by it.
    (
        appstream::StackSpec::DISPLAY_NAME,
        Apart::Shown,
        "agents see both under one name",
    ),
    // Model: sso-admin `ApplicationNameType`, any text, and several applications may have one. That two are called exactly
    // alike is refused where they are drawn.
    (
        identity_center::ApplicationSpec::NAME,
        Apart::Shown,
        "a person who edits one of them from a worksheet may take the other one",
    ),
    (
        idp::ApplicationSpec::NAME,
        Apart::Shown,
        "a person who edits one of them from a worksheet may take the other one",
    ),
];

/// Reports names that are one name, or look like one.
pub(super) fn check(design: &Design) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for naming @ (field, ..) in NAMINGS {
        let mut seen: BTreeMap<String, (&Desired, &str)> = BTreeMap::new();
        for desired in design.resources.values() {
            let name = desired.spec.get(field.name).and_then(Value::as_str);
            let Some(name) =
                name.filter(|_| desired.address.kind == field.kind && desired.mode == Mode::Managed)
            else {
                continue;
            };
            match seen.get(&name.trim().to_lowercase()) {
                Some(one) => findings.push(finding(naming, *one, (desired, name))),
                None => drop(seen.insert(name.trim().to_lowercase(), (desired, name))),
            }
        }
    }
    findings
}

fn finding(naming: &Naming, one: (&Desired, &str), other: (&Desired, &str)) -> Diagnostic {
    let (FieldId { name: field, .. }, apart, why) = naming;
    let (first, second) = (&one.0.address, &other.0.address);
    let (is_same, name) = (one.1 == other.1, other.1);
    let what = match is_same {
        true => format!("{first} and {second} have the same `{field}`: `{name}`"),
        false => format!(
            "`{field}` of {first} and {second} differs in letter case or blanks only: `{}` and `{name}`",
            one.1
        ),
    };
    let place = other.0.place.clone();
    match (apart, is_same) {
        (Apart::WithoutCase, _) => Diagnostic::error("same-name", what)
            .at_maybe(place)
            .help(format!("{why}: give each a name of its own")),
        (Apart::Exactly, true) => Diagnostic::error("same-name", what)
            .at_maybe(place)
            .help("AWS takes them for one and the same: give each a name of its own"),
        (Apart::Exactly | Apart::Shown, _) => Diagnostic::warning("similar-names", what)
            .at_maybe(place)
            .help(format!("{why}: give each a name that people can tell apart")),
    }
}

#[cfg(test)]
mod tests {
    use headset_kinds::{Address, KindId};
    use serde_json::json;

    use super::*;
    use headset_blueprint::model::Waits;
    use headset_core::diagnostic::Severity;

    fn of(kind: &str, field: &str, names: [&str; 2]) -> Vec<(&'static str, Severity)> {
        let mut design = Design::default();
        for (key, name) in ["one", "other"].into_iter().zip(names) {
            let address = Address::new(KindId::named(kind).unwrap(), key);
            let desired = Desired {
                address: address.clone(),
                mode: Mode::Managed,
                spec: json!({ field: name }),
                after: Vec::new(),
                protect: false,
                place: None,
                answers: BTreeMap::new(),
                is_named: false,
                waits: Waits::default(),
            };
            design.resources.insert(address, desired);
        }
        let findings = check(&design).into_iter();
        findings.map(|finding| (finding.code, finding.severity)).collect()
    }

    #[test]
    fn names_are_told_apart_as_their_service_does() {
        let (error, warning) = (Severity::Error, Severity::Warning);
        for (kind, field, same, cased, blank) in [
            ("iam.role", "name", Some(error), Some(error), Some(error)),
            ("iam.saml_provider", "name", Some(error), Some(error), Some(error)),
            (
                "appstream.stack",
                "name",
                Some(error),
                Some(warning),
                Some(warning),
            ),
            (
                "appstream.fleet",
                "name",
                Some(error),
                Some(warning),
                Some(warning),
            ),
            (
                "appstream.stack",
                "display_name",
                Some(warning),
                Some(warning),
                Some(warning),
            ),
            (
                "identity_center.application",
                "name",
                Some(warning),
                Some(warning),
                Some(warning),
            ),
            ("connect.user", "username", None, None, None),
        ] {
            for (names, told) in [
                (["Acme Desk", "Acme Desk"], same),
                (["Acme Desk", "acme desk"], cased),
                (["Acme Desk", "Acme Desk "], blank),
                (["Acme Desk", "Acme Phone"], None),
            ] {
                let severities: Vec<Severity> =
                    of(kind, field, names).into_iter().map(|(_, one)| one).collect();
                assert_eq!(severities, Vec::from_iter(told), "{kind} {field} {names:?}");
            }
        }
    }
}
