//! A design as a picture: what is made after what, as Mermaid or DOT.
//!
//! Edges that follow from others are left out, and things of a kind that hang on the same others are one node.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::words::put;
use headset_core::{Address, KindId};
use headset_design::{Design, Desired, Mode};
use headset_kinds::registry;

/// From so many on, things that are alike are one node.
const ALIKE: usize = 4;

/// What a node is drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Figure {
    /// Headset makes it.
    Made,
    /// It is there, and only linked to or shared.
    There,
    /// A person makes it.
    ByHand,
}

impl Figure {
    fn of(desired: &Desired) -> Figure {
        let kind = registry::kind(desired.address.kind);
        match desired.mode {
            Mode::Existing | Mode::Ensured => Figure::There,
            Mode::Managed if kind.checkpoint(&desired.address, &desired.spec).is_some() => Figure::ByHand,
            Mode::Managed => Figure::Made,
        }
    }
}

/// Nodes and edges, by the place of a node in the list. What is made first comes first.
#[derive(Debug)]
struct Graph {
    nodes: Vec<Node>,
    /// From what has to be there to what comes after it.
    edges: BTreeSet<(usize, usize)>,
}

#[derive(Debug)]
struct Node {
    service: &'static str,
    label: String,
    figure: Figure,
}

impl Graph {
    fn of(design: &Design) -> Graph {
        let after = dependencies(design);
        let direct = reduced(&after);
        // What is alike: the kind, the figure, and the neighbours on both sides.
        let mut before: BTreeMap<&Address, BTreeSet<&Address>> = BTreeMap::new();
        for (address, dependencies) in &direct {
            for dependency in dependencies {
                before.entry(dependency).or_default().insert(address);
            }
        }
        let mut alike: BTreeMap<Likeness<'_>, Vec<&Address>> = BTreeMap::new();
        for (address, desired) in &design.resources {
            let likeness = (
                address.kind,
                Figure::of(desired),
                direct[address].clone(),
                before.get(address).cloned().unwrap_or_default(),
            );
            alike.entry(likeness).or_default().push(address);
        }
        let mut nodes = Vec::new();
        let mut index: BTreeMap<&Address, usize> = BTreeMap::new();
        for ((kind, figure, ..), addresses) in &alike {
            let service = kind.name().split('.').next().unwrap_or_default();
            let groups: Vec<&[&Address]> = match addresses.len() >= ALIKE {
                true => vec![addresses],
                false => addresses.chunks(1).collect(),
            };
            for group in groups {
                let label = match group {
                    [one] => one.to_string(),
                    several => format!("{kind} ({})", several.len()),
                };
                index.extend(group.iter().map(|address| (*address, nodes.len())));
                nodes.push(Node {
                    service,
                    label,
                    figure: *figure,
                });
            }
        }
        let edges = direct.iter().flat_map(|(address, dependencies)| {
            let to = index[address];
            let from = dependencies.iter().map(|dependency| index[dependency]);
            from.map(move |from| (from, to)).collect::<Vec<_>>()
        });
        Graph {
            edges: edges.collect(),
            nodes,
        }
    }

    /// The nodes of each service, with their places.
    fn services(&self) -> BTreeMap<&'static str, Vec<(usize, &Node)>> {
        let mut services: BTreeMap<&str, Vec<(usize, &Node)>> = BTreeMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            services.entry(node.service).or_default().push((index, node));
        }
        services
    }
}

/// What each resource comes after.
fn dependencies(design: &Design) -> BTreeMap<&Address, BTreeSet<Address>> {
    let resources = design.resources.iter();
    resources
        .map(|(address, desired)| {
            let all = desired.dependencies().into_iter();
            (
                address,
                all.filter(|one| design.resources.contains_key(one)).collect(),
            )
        })
        .collect()
}

/// What makes things one node.
type Likeness<'a> = (KindId, Figure, BTreeSet<&'a Address>, BTreeSet<&'a Address>);

/// The same order with as few edges as can be: what comes before something that comes before is left out.
fn reduced<'a>(
    after: &'a BTreeMap<&'a Address, BTreeSet<Address>>,
) -> BTreeMap<&'a Address, BTreeSet<&'a Address>> {
    fn all<'a>(
        address: &'a Address,
        after: &'a BTreeMap<&'a Address, BTreeSet<Address>>,
        known: &mut BTreeMap<&'a Address, BTreeSet<&'a Address>>,
    ) -> BTreeSet<&'a Address> {
        if let Some(found) = known.get(address) {
            return found.clone();
        }
        let mut found = BTreeSet::new();
        for dependency in &after[address] {
            found.insert(dependency);
            found.extend(all(dependency, after, known));
        }
        known.insert(address, found.clone());
        found
    }
    let mut known = BTreeMap::new();
    after
        .iter()
        .map(|(address, dependencies)| {
            let further: BTreeSet<&Address> = dependencies
                .iter()
                .flat_map(|dependency| all(dependency, after, &mut known))
                .collect();
            let direct = dependencies
                .iter()
                .filter(|dependency| !further.contains(dependency));
            (*address, direct.collect())
        })
        .collect()
}

/// The same for programs, resource by resource: who makes it, and what it comes right after.
pub fn json(design: &Design) -> Value {
    let after = dependencies(design);
    let direct = reduced(&after);
    let resources = design.resources.iter().map(|(address, desired)| {
        let made = match Figure::of(desired) {
            Figure::Made => "headset",
            Figure::There => "there",
            Figure::ByHand => "by-hand",
        };
        json!({ "address": address, "made": made, "after": direct[address] })
    });
    json!({ "resources": resources.collect::<Vec<_>>() })
}

/// The picture as Mermaid, which GitHub and GitLab draw in Markdown.
pub fn mermaid(design: &Design) -> String {
    let graph = Graph::of(design);
    let mut out = "flowchart LR\n".to_owned();
    for (service, nodes) in graph.services() {
        put(&mut out, format_args!("  subgraph {service}\n"));
        for (index, node) in nodes {
            let label = node
                .label
                .replace('&', "&amp;")
                .replace('"', "&quot;")
                .replace('<', "&lt;");
            let (open, close) = match node.figure {
                Figure::Made => ("[", "]"),
                Figure::There => ("[(", ")]"),
                Figure::ByHand => ("{{", "}}"),
            };
            put(&mut out, format_args!("    n{index}{open}\"{label}\"{close}\n"));
        }
        out.push_str("  end\n");
    }
    for (from, to) in &graph.edges {
        put(&mut out, format_args!("  n{from} --> n{to}\n"));
    }
    out
}

/// The picture as DOT, for Graphviz.
pub fn dot(design: &Design) -> String {
    let graph = Graph::of(design);
    let mut out =
        "digraph headset {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n".to_owned();
    for (service, nodes) in graph.services() {
        put(
            &mut out,
            format_args!("  subgraph \"cluster_{service}\" {{\n    label=\"{service}\";\n"),
        );
        for (index, node) in nodes {
            let label = node.label.replace('\\', "\\\\").replace('"', "\\\"");
            let figure = match node.figure {
                Figure::Made => "",
                Figure::There => ", shape=cylinder",
                Figure::ByHand => ", shape=hexagon",
            };
            put(
                &mut out,
                format_args!("    n{index} [label=\"{label}\"{figure}];\n"),
            );
        }
        out.push_str("  }\n");
    }
    for (from, to) in &graph.edges {
        put(&mut out, format_args!("  n{from} -> n{to};\n"));
    }
    out.push_str("}\n");
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::super::written::check;
    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    /// A design of these addresses, each after those behind it.
    fn design(things: &[(&str, &[&str])]) -> Design {
        let resources = things.iter().map(|(name, after)| {
            let desired = Desired {
                after: after.iter().map(|one| address(one)).collect(),
                ..samples::desired(name)
            };
            (address(name), desired)
        });
        Design {
            resources: resources.collect(),
            ..Design::default()
        }
    }

    #[test]
    fn a_picture_reads_so_as_mermaid_and_as_dot() {
        let users = [
            ("connect.user/a", &["connect.instance/instance"][..]),
            ("connect.user/b", &["connect.instance/instance"]),
            ("connect.user/c\"<d>", &["connect.instance/instance"]),
            ("connect.user/e", &["connect.instance/instance"]),
        ];
        let others: [(&str, &[&str]); 4] = [
            ("connect.instance/instance", &[]),
            ("iam.saml_provider/idp", &[]),
            (
                "iam.role/connect",
                &["iam.saml_provider/idp", "connect.instance/instance"],
            ),
            // By way of the role it comes after the provider, too.
            ("s3.bucket/pages", &["iam.role/connect", "iam.saml_provider/idp"]),
        ];
        let design = design(&[&users[..], &others[..]].concat());
        check("graph_view.mmd", &mermaid(&design));
        check("graph_view.dot", &dot(&design));
    }

    #[test]
    fn edges_that_follow_from_others_are_left_out_and_no_order_is_lost() {
        let chain = design(&[
            ("s3.bucket/a", &[]),
            ("s3.bucket/b", &["s3.bucket/a"]),
            ("s3.bucket/c", &["s3.bucket/a", "s3.bucket/b"]),
            ("s3.bucket/d", &["s3.bucket/a", "s3.bucket/b", "s3.bucket/c"]),
        ]);
        assert_eq!(Graph::of(&chain).edges, [(0, 1), (1, 2), (2, 3)].into());
    }
}
