//! `targets`: the blueprint of one of them, out of the definition of all.

use super::node::{Entry, Node, Value, over, shortened};
use headset_core::diagnostic::{Diagnostic, Place};
use headset_core::nearest::nearest;

/// The key under which they stand.
const TARGETS: &str = "targets";
/// What a target says over the blueprint.
const VALUES: &str = "values";
/// What a target says of its own place, which stands in `aws` of a blueprint.
const PLACE: [&str; 3] = ["account", "region", "assume_role"];
/// What stands for the name of the target in texts: `${target}`.
pub(super) const TARGET: &str = "target";

/// What can be there once, and not in two targets.
const ONCE: [&[&str]; 3] = [
    &["connect", "alias"],
    &["ccp", "bucket"],
    &["bootstrap", "state", "bucket"],
];

/// The names of the targets of a tree, in the order of the file.
pub(super) fn names(root: &Node) -> Vec<String> {
    entries(root).iter().map(|entry| entry.key.clone()).collect()
}

/// The blueprint of one target; the tree as it is where none is chosen. `start`: where the blueprint begins.
pub(super) fn chosen(
    root: Node,
    target: Option<&str>,
    start: &Place,
    findings: &mut Vec<Diagnostic>,
) -> Node {
    let Some(name) = target else { return root };
    let all = entries(&root);
    let Some(own) = all.iter().find(|entry| entry.key == name) else {
        findings.push(missing(name, all, start));
        return root;
    };
    let merged = over(root.clone(), values_of(own));
    for other in all.iter().filter(|other| other.key != name) {
        let theirs = over(root.clone(), values_of(other));
        findings.extend(shared(&merged, &theirs, [name, &other.key]));
    }
    merged
}

fn missing(name: &str, all: &[Entry], start: &Place) -> Diagnostic {
    let name = shortened(name);
    let finding = Diagnostic::error("no-such-target", format!("there is no target `{name}`"));
    let place = all.first().map_or(start, |first| &first.key_place);
    let names = all.iter().map(|entry| entry.key.as_str());
    let help = match (all.is_empty(), nearest(&name, names.clone())) {
        (true, _) => format!("The blueprint has no `targets`: leave `#{name}` out, or declare it."),
        (false, Some(near)) => format!("Did you mean `{near}`?"),
        (false, None) => format!("There are {}.", names.collect::<Vec<_>>().join(", ")),
    };
    finding.at(place.clone()).help(help)
}

/// What a target says over the blueprint: its values, and over them its place.
fn values_of(target: &Entry) -> Node {
    let of = |entries| Node {
        value: Value::Map(entries),
        place: target.key_place.clone(),
        loose: false,
    };
    let own = match &target.node.value {
        Value::Map(own) => own.as_slice(),
        _ => &[],
    };
    let is_said =
        |entry: &&Entry| PLACE.contains(&entry.key.as_str()) && !matches!(entry.node.value, Value::Null);
    let place: Vec<Entry> = own.iter().filter(is_said).cloned().collect();
    let aws = Entry {
        key: "aws".to_owned(),
        key_place: target.key_place.clone(),
        node: of(place),
    };
    let values = own.iter().find(|entry| entry.key == VALUES);
    let values = values.filter(|entry| matches!(entry.node.value, Value::Map(_)));
    let values = values.map_or_else(|| of(Vec::new()), |entry| entry.node.clone());
    over(values, of(vec![aws]))
}

/// What this target has in common with another and only one can have.
fn shared(own: &Node, theirs: &Node, names: [&str; 2]) -> Vec<Diagnostic> {
    let [name, other] = names;
    let mut findings = Vec::new();
    for path in ONCE {
        let Some((text, place)) = same(own, theirs, path) else {
            continue;
        };
        let key = path.join(".");
        findings.push(
            Diagnostic::error(
                "shared-by-targets",
                format!("`{key}` is `{}` in the targets `{name}` and `{other}`", shortened(text)),
            )
            .at(place.clone())
            .help("AWS has a name of this sort once. Write the target's name into it, as in `acme-${target}`, or say another one in its `values`."),
        );
    }
    let account = |node| text(node, &["aws", "account"]).map(|(account, _)| account);
    if let Some((environment, place)) = same(own, theirs, &["name"])
        && account(own) == account(theirs)
    {
        findings.push(
            Diagnostic::error(
                "shared-by-targets",
                format!(
                    "the targets `{name}` and `{other}` are both called `{}` in one account",
                    shortened(environment)
                ),
            )
            .at(place.clone())
            .help("Names of roles hold in all regions of an account. Write `name: acme-${target}`, or name another `account`."),
        );
    }
    findings
}

/// The text that both have at a path, if it is the same.
fn same<'a>(own: &'a Node, theirs: &Node, path: &[&str]) -> Option<(&'a str, &'a Place)> {
    let (own, place) = text(own, path)?;
    let (theirs, _) = text(theirs, path)?;
    let is_same = own == theirs && !own.contains(&format!("${{{TARGET}}}"));
    is_same.then_some((own, place))
}

fn text<'a>(node: &'a Node, path: &[&str]) -> Option<(&'a str, &'a Place)> {
    let node = path.iter().try_fold(node, |node, key| below(node, key))?;
    match &node.value {
        Value::Text(text) => Some((text, &node.place)),
        _ => None,
    }
}

fn entries(root: &Node) -> &[Entry] {
    match below(root, TARGETS).map(|node| &node.value) {
        Some(Value::Map(entries)) => entries,
        _ => &[],
    }
}

fn below<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    match &node.value {
        Value::Map(entries) => entries
            .iter()
            .find(|entry| entry.key == key)
            .map(|entry| &entry.node),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Sources, read, targets};
    use headset_core::diagnostic::Diagnostic;

    const BOTH: &str = "\
version: 1
name: acme-${target}
aws: { region: eu-west-2 }
connect: { alias: \"acme-${target}\", identity: connect-managed }
targets:
  eu: { account: \"123456789012\" }
  us:
    account: \"111122223333\"
    region: us-east-1
    assume_role: { arn: \"arn:aws:iam::111122223333:role/headset\", external_id: acme }
    values: { lifetime: 1d, connect: { alias: acme-america } }
";

    fn of<'a>(text: &'a str, target: Option<&'a str>) -> Sources<'a> {
        Sources {
            target,
            ..Sources::alone("center.yaml", text)
        }
    }

    fn codes(text: &str, target: &str) -> Vec<&'static str> {
        let (_, findings) = read(&of(text, Some(target)));
        findings.iter().map(|finding: &Diagnostic| finding.code).collect()
    }

    #[test]
    fn a_target_says_its_place_and_values_over_the_blueprint() {
        assert_eq!(targets(&of(BOTH, None)), ["eu", "us"]);
        let read = |target| read(&of(BOTH, Some(target))).0.unwrap();
        let (eu, us) = (read("eu"), read("us"));
        let alias = |blueprint: &crate::model::Blueprint| {
            let connect = blueprint.connect.clone().unwrap();
            connect.alias.unwrap().value
        };
        assert_eq!(
            (eu.name.value.as_str(), us.name.value.as_str()),
            ("acme-eu", "acme-us")
        );
        assert_eq!(
            (alias(&eu), alias(&us)),
            ("acme-eu".to_owned(), "acme-america".to_owned())
        );
        assert_eq!(eu.aws.region.unwrap().value, "eu-west-2");
        assert_eq!(us.aws.region.unwrap().value, "us-east-1");
        assert_eq!(us.aws.account.unwrap().value, "111122223333");
        assert_eq!(eu.aws.assume_role, None);
        let role = us.aws.assume_role.unwrap();
        assert_eq!(role.external_id.unwrap().value, "acme");
        assert!(us.lifetime.is_some() && eu.lifetime.is_none());
    }

    #[test]
    fn what_there_can_be_once_is_not_in_two_targets() {
        let same_alias = BOTH.replace("alias: \"acme-${target}\",", "alias: acme-america,");
        assert_eq!(codes(&same_alias, "us"), ["shared-by-targets"]);
        let one_account = BOTH.replace("111122223333", "123456789012");
        assert_eq!(codes(&one_account, "us"), [""; 0]);
        let same_name = one_account.replace("name: acme-${target}", "name: acme");
        assert_eq!(codes(&same_name, "eu"), ["shared-by-targets"]);
        // In two accounts an environment may be called the same.
        let two_accounts = BOTH.replace("name: acme-${target}", "name: acme");
        assert_eq!(codes(&two_accounts, "eu"), [""; 0]);
    }

    #[test]
    fn a_target_that_is_not_there_and_a_name_without_one_are_mistakes() {
        assert_eq!(codes(BOTH, "ue")[0], "no-such-target");
        let (_, findings) = read(&of(BOTH, None));
        assert!(
            findings.iter().any(|finding| finding.code == "interpolation"),
            "{findings:?}"
        );
    }
}
