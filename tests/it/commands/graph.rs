//! `headset graph`: what a blueprint asks for, as a picture.

use crate::support::desk::Desk;
use crate::support::{example, examples};

/// Every example becomes a picture in both languages, without any way to AWS.
#[test]
fn each_example_is_drawn() {
    for name in examples() {
        let desk = Desk::with("");
        for other in examples() {
            std::fs::write(desk.path().join(&other), example(&other).1).unwrap();
        }
        let mermaid = desk.ok(&["graph", &name]).data;
        assert!(mermaid.starts_with("flowchart LR\n"), "{name}: {mermaid}");
        // A bucket and a boundary have nothing to do with each other.
        let stands_alone = name == "bootstrap.yaml";
        assert_eq!(mermaid.contains(" --> "), !stands_alone, "{name}: {mermaid}");
        // Each edge is between nodes that are there.
        let nodes: Vec<&str> = mermaid
            .lines()
            .filter_map(|line| line.trim().split_once(['[', '{']))
            .map(|(node, _)| node)
            .collect();
        for edge in mermaid.lines().filter(|line| line.contains(" --> ")) {
            let (from, to) = edge.trim().split_once(" --> ").unwrap();
            assert!(nodes.contains(&from) && nodes.contains(&to), "{name}: {edge}");
        }
        let dot = desk.ok(&["graph", &name, "--format", "dot"]).data;
        assert!(
            dot.starts_with("digraph headset {\n") && dot.ends_with("}\n"),
            "{name}: {dot}"
        );
        assert_eq!(
            dot.matches(" -> ").count(),
            mermaid.matches(" --> ").count(),
            "{name}"
        );
    }
}

#[test]
fn a_blueprint_with_a_mistake_is_not_drawn() {
    let desk = Desk::with("version: 1\nname: acme\nconect: {}\n");
    let said = desk.run(&["graph", "center.yaml"]);
    assert_eq!((said.code, said.data.as_str()), (Some(1), ""), "{}", said.talk);
    assert!(said.talk.contains("unknown-key"), "{}", said.talk);
}
