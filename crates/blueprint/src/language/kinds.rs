//! `docs/reference/kinds.md`: what each kind of resource is, has and needs.

use std::fmt::Write as _;

use super::describe;
use crate::duration::duration_text;
use crate::model::every_key;
use headset_kinds::field::{Compare, FieldId};
use headset_kinds::kind::Kind;
use headset_kinds::registry::KINDS;

const HEAD: &str = "# Kinds of resources

*Generated from the registry by the test `reference`; `HEADSET_ACCEPT=1` writes it anew.*

A resource's address is `kind/key`, such as `appstream.fleet/agents`. A field that the blueprint does not set is not
owned: it is neither compared nor changed.
";

/// The page, as Markdown.
pub fn kinds_page() -> String {
    let mut page = HEAD.to_owned();
    for kind in KINDS {
        one(&mut page, *kind).expect("a string takes everything");
    }
    page
}

fn one(page: &mut String, kind: &dyn Kind) -> std::fmt::Result {
    writeln!(page, "\n## `{}`\n\n{}\n", kind.name(), kind.about())?;
    let identity: Vec<String> = kind
        .identity()
        .iter()
        .map(|field| format!("`{}`", field.name))
        .collect();
    writeln!(page, "- Found by: {}", identity.join(", "))?;
    writeln!(
        page,
        "- Waited for at most: {}, unless `timeouts` says otherwise",
        duration_text(kind.timeout())
    )?;
    for quota in kind.quotas() {
        writeln!(
            page,
            "- Quota: {} {} in each {}, unless AWS has granted more (Service Quotas `{}`, `{}`)",
            quota.default,
            quota.counts,
            if quota.per_instance {
                "Connect instance"
            } else {
                "region of an account"
            },
            quota.service,
            quota.code
        )?;
    }
    if let Some(terraform) = kind.terraform() {
        let (resource, form) = (terraform.resource, terraform.form);
        writeln!(page, "- In Terraform: `{resource}`, imported as `{form}`")?;
    }
    let keys = every_key();
    page.push_str("\n| field | meaning | compared | changing | from |\n|---|---|---|---|---|\n");
    for field in kind.fields() {
        let from: Vec<String> = keys
            .iter()
            .filter(|place| {
                let sets = |id: &FieldId| id.kind == kind.id() && id.name == field.name;
                place.key.sets.iter().any(sets)
            })
            .map(|place| format!("`{}`", place.path.replace("[]", "")))
            .collect();
        writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            field.name,
            field.about.replace('|', "\\|"),
            compared(field.compare),
            match field.compare {
                Compare::Others => "never by Headset",
                _ => describe::change(field.change),
            },
            from.join(", ")
        )?;
    }
    if !kind.outputs().is_empty() {
        page.push_str("\n| output | meaning |\n|---|---|\n");
        for (name, meaning) in kind.outputs() {
            writeln!(page, "| `{name}` | {} |", meaning.replace('|', "\\|"))?;
        }
    }
    let actions = kind.actions();
    page.push_str("\nIAM actions:\n\n");
    for (when, list) in [
        ("to look", actions.read),
        ("to make and change", actions.write),
        ("to delete", actions.delete),
    ] {
        if !list.is_empty() {
            let list: Vec<String> = list.iter().map(|action| format!("`{action}`")).collect();
            writeln!(page, "- {when}: {}", list.join(", "))?;
        }
    }
    Ok(())
}

fn compared(compare: Compare) -> &'static str {
    match compare {
        Compare::Exact => "exactly",
        Compare::Set => "as a set",
        Compare::Owned => "the keys that are set",
        Compare::Policy => "by meaning",
        Compare::Caseless => "without case",
        Compare::Others => "with nothing: it is drift, and stays",
        Compare::Applied => "with what was applied last: AWS does not report it",
        Compare::WriteOnly => "never: AWS does not report it",
    }
}
