//! The ids that a kind gives for `terraform import` are the ones that Terraform takes: its own test imports by them
//! what Headset made of `split-ccp.yaml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use headset_kinds::registry;
use headset_simulator::world::Settings;

use crate::support::{on_virtual_time, ready_for};

/// Type and id of each `import` block, with the variables and locals of the file as `values` says. Blocks for
/// each of a list have no key.
fn imported(values: &BTreeMap<&str, String>) -> BTreeSet<(String, String)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop/terraform/made_by_headset/main.tf");
    let text = fs::read_to_string(file).unwrap();
    let mut found = BTreeSet::new();
    for block in text.split("import {").skip(1) {
        let block = block.split('}').next().unwrap();
        let member = |name: &str| {
            let mut lines = block.lines().filter_map(|line| line.trim().split_once('='));
            lines
                .find(|(key, _)| key.trim() == name)
                .map(|(_, value)| value.trim().to_owned())
        };
        let to = member("to").unwrap();
        let id = member("id").unwrap();
        if block.contains("for_each") || id.contains("${") {
            continue;
        }
        let id = match values.get(id.as_str()) {
            Some(value) => value.clone(),
            None => id.trim_matches('"').to_owned(),
        };
        found.insert((to.split('.').next().unwrap().to_owned(), id));
    }
    found
}

#[test]
fn what_terraform_imports_by_is_what_the_kinds_say() {
    on_virtual_time(async {
        let sandbox = ready_for("split-ccp.yaml", Settings::default()).await;
        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        let state = sandbox.state();
        let mut told = BTreeSet::new();
        for (address, record) in &state.resources {
            let kind = registry::kind(address.kind);
            let Some(terraform) = kind.terraform().filter(|_| !record.is_link()) else {
                continue;
            };
            let id = (terraform.import_id)(&record.id, &record.spec).unwrap();
            assert_eq!(
                id.matches(['/', ':', ',']).count(),
                match terraform.form {
                    "ARN" => id.matches(['/', ':', ',']).count(),
                    form if form.starts_with("APPLICATION_ARN") => 9,
                    form => form.matches(['/', ':', ',']).count(),
                },
                "{address}: {id} is not of the form {}",
                terraform.form
            );
            told.insert((terraform.resource.to_owned(), id));
        }
        let id_of = |kind: &str| {
            let mut of_kind = state
                .resources
                .iter()
                .filter(|(address, _)| address.kind.name() == kind);
            of_kind.next().unwrap().1.id.clone()
        };
        let values = [
            ("var.instance", id_of("connect.instance")),
            ("local.bucket", id_of("s3.bucket")),
        ];
        let types: BTreeSet<&str> = told.iter().map(|(resource, _)| resource.as_str()).collect();
        let imported: BTreeSet<(String, String)> = imported(&values.into())
            .into_iter()
            // What is one thing here and several resources there has the others' ids, too.
            .filter(|(resource, _)| types.contains(resource.as_str()))
            .collect();
        assert!(imported.len() >= 8, "{imported:#?}");
        let strangers: Vec<_> = imported.difference(&told).collect();
        assert!(strangers.is_empty(), "{strangers:#?}\nof {told:#?}");
    });
}
