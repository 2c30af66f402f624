//! What state still has of a blueprint that asked for more than it does now.

use std::collections::BTreeSet;

use headset_design::permissions::{Command, Effect};

use super::{delegated, example, statements};
use crate::support::fixtures::only_reads;
use crate::support::on_virtual_time;

/// It can be deleted with the policy of what is left of it.
#[test]
fn what_a_blueprint_has_no_more_can_be_deleted() {
    let deletes = |name: &str| -> BTreeSet<String> {
        let mut actions = BTreeSet::new();
        on_virtual_time(async {
            let (_, asking) = example(name).await;
            let policies = asking.policies(Command::Destroy);
            let allowed = statements(&policies).filter(|one| one.effect == Effect::Allow);
            actions.extend(allowed.flat_map(|one| one.action.clone()));
        });
        actions
    };
    let least = deletes("minimal.yaml");
    for name in delegated() {
        let mut more = deletes(&name);
        // What is read is looked for where the blueprint asks for it, and Identity Center in its own account.
        more.retain(|action| !only_reads(action.split_once(':').unwrap().1) && !action.starts_with("sso:"));
        more.retain(|action| !["sts:AssumeRole", "kms:Decrypt"].contains(&action.as_str()));
        let missing: Vec<&String> = more.difference(&least).collect();
        assert!(missing.is_empty(), "{name}: {missing:?}");
    }
}
