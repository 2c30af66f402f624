//! Resources that a blueprint's entry brings along: their keys are made of the entry's, and move with it.

use crate::resource::Address;

/// How a companion's key is made of its entry's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    /// It is the entry's.
    Same,
    /// It begins with the entry's and a colon.
    Before,
    /// It ends with a colon and the entry's.
    After,
}

/// The kind of an entry, the kind of its companion, and the companion's key.
const COMPANIONS: &[(&str, &str, Key)] = &[
    ("appstream.image", "appstream.image_builder", Key::Same),
    ("appstream.fleet", "autoscaling.fleet", Key::Same),
    ("appstream.fleet", "appstream.fleet_association", Key::After),
    ("appstream.stack", "appstream.fleet_association", Key::Before),
    ("appstream.stack", "appstream.user_association", Key::After),
    ("appstream.stack", "appstream.theme", Key::Same),
];

/// Where `other` goes when an entry moves from one address to another; `None` if it stays.
pub fn companion(from: &Address, to: &Address, other: &Address) -> Option<Address> {
    COMPANIONS
        .iter()
        .filter(|(entry, companion, _)| *entry == from.kind && *companion == other.kind)
        .find_map(|(_, companion, key)| {
            let key = match key {
                Key::Same => (other.key == from.key).then(|| to.key.clone()),
                Key::Before => other
                    .key
                    .split_once(':')
                    .filter(|(mine, _)| *mine == from.key)
                    .map(|(_, rest)| format!("{}:{rest}", to.key)),
                Key::After => other
                    .key
                    .rsplit_once(':')
                    .filter(|(_, mine)| *mine == from.key)
                    .map(|(rest, _)| format!("{rest}:{}", to.key)),
            };
            Some(Address::new(*companion, key?))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_association_moves_with_its_fleet_and_with_its_stack() {
        let fleet = |key: &str| Address::new("appstream.fleet", key);
        let stack = |key: &str| Address::new("appstream.stack", key);
        let association = |key: &str| Address::new("appstream.fleet_association", key);
        let other = association("a:b");
        assert_eq!(
            companion(&fleet("b"), &fleet("c"), &other),
            Some(association("a:c"))
        );
        assert_eq!(
            companion(&stack("a"), &stack("c"), &other),
            Some(association("c:b"))
        );
        assert_eq!(companion(&fleet("a"), &fleet("c"), &other), None);
    }
}
