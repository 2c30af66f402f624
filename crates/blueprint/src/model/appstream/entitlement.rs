//! `entitlements` of an entry of `appstream.stacks`.

use super::machine::Machine;
use crate::at::At;
use crate::limits;
use crate::node::Value;
use crate::reader::{Item, Reader};
use crate::table::{Between, Shape, rule};
use headset_core::diagnostic::Place;
use headset_derive::Section;
use headset_kinds as kinds;

/// An entry of `appstream.stacks.*.entitlements`.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(later(
    name = "The entry's key is the entitlement's name.",
    tags = "Entitlements carry no tags.",
    protect = "An entitlement goes with its stack: set it there.",
))]
pub struct Entitlement {
    /// Where the entry stands.
    #[key(place)]
    pub place: Place,
    /// What a sign-in has to bring: session tags with these values.
    #[key(
        example = "{ department: sales }",
        to(kinds::appstream::EntitlementSpec::ATTRIBUTES)
    )]
    pub attributes: Attributes,
    /// The applications that such a user sees: `all` of the stack, or these. An application of an image has the name that
    /// the image gives it.
    #[key(
        shape = Shape::Either(&[Shape::Word("all"), APPLICATIONS]),
        read = applications,
        example = "[crm]",
        to(kinds::appstream::EntitlementSpec::APPLICATIONS)
    )]
    pub applications: Applications,
    /// `description`.
    #[key(like = Machine, to(kinds::appstream::EntitlementSpec::DESCRIPTION))]
    pub description: Option<String>,
}

/// Which applications an entitlement lets users see.
#[derive(Clone, Debug, PartialEq)]
pub enum Applications {
    /// `all`.
    All,
    /// These, by their identifiers.
    These(Vec<At<String>>),
}

const APPLICATIONS: Shape = Shape::List {
    of: &Shape::Text(limits::ANY_NAME),
    count: (1, limits::MOST_APPLICATIONS),
};

fn applications(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Applications> {
    match &item.node.value {
        Value::Text(text) if text == "all" => Some(Applications::All),
        Value::List(_) => reader.texts(item).map(Applications::These),
        _ => {
            reader.wrong_type(
                item,
                "`all` or a list",
                "Write `applications: all`, or `applications: [crm]`.",
            );
            None
        }
    }
}

/// `entitlements.*.attributes`: values of the session tags that AppStream reads.
#[derive(Clone, Debug, PartialEq, Section)]
#[section(rules(rule(
    Between::AnyOf(&["roles", "department", "organization", "groups", "title", "cost_center", "user_type"]),
    "Name at least one attribute, such as `department: sales`.",
)))]
pub struct Attributes {
    /// Values of the session tag `roles`, of which a sign-in brings one.
    #[key(shape = VALUES, read = values, example = "leads", to(kinds::appstream::EntitlementSpec::ATTRIBUTES))]
    pub roles: Vec<At<String>>,
    /// Values of the session tag `department`, of which a sign-in brings one.
    #[key(shape = VALUES, read = values, example = "sales", to(kinds::appstream::EntitlementSpec::ATTRIBUTES))]
    pub department: Vec<At<String>>,
    /// Values of the session tag `organization`, of which a sign-in brings one.
    #[key(shape = VALUES, read = values, example = "acme", to(kinds::appstream::EntitlementSpec::ATTRIBUTES))]
    pub organization: Vec<At<String>>,
    /// Values of the session tag `groups`, of which a sign-in brings one.
    #[key(
        shape = VALUES,
        read = values,
        example = "[agents, leads]",
        to(kinds::appstream::EntitlementSpec::ATTRIBUTES)
    )]
    pub groups: Vec<At<String>>,
    /// Values of the session tag `title`, of which a sign-in brings one.
    #[key(shape = VALUES, read = values, example = "Agent", to(kinds::appstream::EntitlementSpec::ATTRIBUTES))]
    pub title: Vec<At<String>>,
    /// Values of the session tag `costCenter`, of which a sign-in brings one.
    #[key(shape = VALUES, read = values, example = "\"4711\"", to(kinds::appstream::EntitlementSpec::ATTRIBUTES))]
    pub cost_center: Vec<At<String>>,
    /// Values of the session tag `userType`, of which a sign-in brings one.
    #[key(shape = VALUES, read = values, example = "employee", to(kinds::appstream::EntitlementSpec::ATTRIBUTES))]
    pub user_type: Vec<At<String>>,
}

impl Attributes {
    /// All of them, as AppStream calls them, with the key of the blueprint.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &'static str, &[At<String>])> {
        let values = [
            &self.roles,
            &self.department,
            &self.organization,
            &self.groups,
            &self.title,
            &self.cost_center,
            &self.user_type,
        ];
        let named = TAGS.into_iter().zip(values);
        named
            .map(|((tag, key), values)| (tag, key, values.as_slice()))
            .filter(|(_, _, values)| !values.is_empty())
    }

    /// The key for what AppStream calls so.
    pub fn key(tag: &str) -> Option<&'static str> {
        let known = TAGS.into_iter().find(|(known, _)| *known == tag);
        known.map(|(_, key)| key)
    }
}

/// The session tags that entitlements know (`EntitlementAttribute` in the model), each with its key, in the order of the fields.
const TAGS: [(&str, &str); 7] = [
    ("roles", "roles"),
    ("department", "department"),
    ("organization", "organization"),
    ("groups", "groups"),
    ("title", "title"),
    ("costCenter", "cost_center"),
    ("userType", "user_type"),
];

const VALUES: Shape = Shape::Either(&[
    Shape::Text(limits::SESSION_TAG),
    Shape::List {
        of: &Shape::Text(limits::SESSION_TAG),
        count: (1, limits::MOST_VALUES),
    },
]);

/// One value, or several.
fn values(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Vec<At<String>>> {
    match &item.node.value {
        Value::List(_) => reader.texts(item),
        _ => reader.text(item).map(|one| vec![one]),
    }
}
