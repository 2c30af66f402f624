//! Stacks: settings that AWS fills in, adds to, or forgets.

use headset_core::Change;
use serde_json::json;

use headset_kinds::Live;

use super::{DESKS, applies, changed, count, desks, edit, is_empty, live, sandbox, seed_with, step, with};
use crate::support::{on_virtual_time, seeds};

/// Lesson 6 (tfaws#22652, tfaws#23338, tfaws#25784, tfaws#28786): user settings are a set of which AWS fills in the
/// rest; one that changed replaced the stack, or crashed the client.
#[test]
fn one_setting_that_changes_is_one_change_in_place() {
    for seed in seeds() {
        on_virtual_time(async {
            let mut sandbox = sandbox(DESKS, seed);
            applies(&sandbox, &format!("at first, seed {seed}")).await;
            for settings in [
                "clipboard: in",
                "clipboard: in, clipboard_limit: 500",
                "clipboard: both, clipboard_limit: 900",
                "clipboard: out, files: both",
                "printing: local, time_zone: true",
                "clipboard: none",
            ] {
                let what = format!("{settings}, seed {seed}");
                sandbox.rewrite(&with(
                    DESKS,
                    &[("{ fleet: agents }", &format!("{{ fleet: agents, {settings} }}"))],
                ));
                let plan = sandbox.plan().await;
                let stack = step(&plan, "appstream.stack/agents");
                assert!(
                    stack
                        .action
                        .diff()
                        .iter()
                        .all(|change| change.change == Change::InPlace),
                    "{what}: {:?}",
                    stack.action
                );
                applies(&sandbox, &what).await;
            }
            assert_eq!(
                (count(&sandbox, "CreateStack"), count(&sandbox, "DeleteStack")),
                (1, 0)
            );
        });
    }
}

/// Lesson 7 (tfaws#39754, tfaws#39792): AWS added AUTO_TIME_ZONE_REDIRECTION to every stack, and every plan showed it.
#[test]
fn a_setting_that_aws_adds_is_no_difference_and_survives_our_changes() {
    let seed = seed_with("appstream.new-user-setting", true);
    on_virtual_time(async {
        let mut sandbox = sandbox(DESKS, seed);
        applies(&sandbox, "at first").await;
        let foreign = |stack: &Live| {
            let settings = stack.reported("user_settings").as_object().unwrap();
            let known = ["CLIPBOARD", "FILE_", "PRINTING", "DOMAIN", "AUTO_TIME_ZONE"];
            settings
                .iter()
                .filter(|(name, _)| !known.iter().any(|known| name.starts_with(known)))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect::<Vec<_>>()
        };
        let before = foreign(&live(&sandbox, "appstream.stack/agents").await);
        assert!(!before.is_empty(), "the simulated cloud adds a setting");
        sandbox.rewrite(&with(
            DESKS,
            &[("{ fleet: agents }", "{ fleet: agents, clipboard: both }")],
        ));
        applies(&sandbox, "changed").await;
        let after = foreign(&live(&sandbox, "appstream.stack/agents").await);
        assert_eq!(before, after);
    });
}

/// Lesson 19 (cfn#1258, cfn#1699): tags and user settings that others set were drift of everybody.
#[test]
fn what_somebody_else_adds_beside_ours_is_no_drift_and_stays() {
    for seed in seeds() {
        on_virtual_time(async {
            let mut sandbox = sandbox(DESKS, seed);
            applies(&sandbox, &format!("seed {seed}")).await;
            let aws = sandbox.aws(None).await;
            for address in ["appstream.stack/agents", "appstream.fleet/agents"] {
                let arn = live(&sandbox, address).await.outputs["arn"].clone();
                let request = aws
                    .appstream()
                    .tag_resource()
                    .resource_arn(arn)
                    .tags("cost-center", "4711");
                request.send().await.unwrap();
            }
            is_empty(&sandbox, &format!("with others' tags, seed {seed}")).await;
            sandbox.rewrite(&with(
                DESKS,
                &[("lifetime: 1d\n", "lifetime: 1d\ntags: { team: support }\n")],
            ));
            applies(&sandbox, &format!("with a tag of ours, seed {seed}")).await;
            let stack = live(&sandbox, "appstream.stack/agents").await;
            let tags = stack.tags.unwrap();
            assert_eq!(
                (tags["cost-center"].as_str(), tags["team"].as_str()),
                ("4711", "support")
            );
        });
    }
}

/// Lesson 8 (tfaws#48980): the domains that may embed sessions were sent at creation and never again. Every field of
/// every kind is tried in `conformance`; this is the one that was forgotten there, and its way back to nothing.
#[test]
fn embedding_domains_change_and_go() {
    on_virtual_time(async {
        let mut sandbox = sandbox(DESKS, 0);
        let stack = |domains: &str| match domains {
            "" => DESKS.to_owned(),
            domains => {
                let stack = format!("{{ fleet: agents, embed_domains: [{domains}] }}");
                with(DESKS, &[("{ fleet: agents }", &stack)])
            }
        };
        for domains in [
            "one.example.com",
            "one.example.com, two.example.com",
            "two.example.com",
            "",
        ] {
            sandbox.rewrite(&stack(domains));
            applies(&sandbox, domains).await;
        }
        let there = live(&sandbox, "appstream.stack/agents").await;
        assert_eq!(*there.reported("embed_domains"), json!([]));
        // It is noticed if they are taken away from outside.
        sandbox.rewrite(&stack("one.example.com"));
        applies(&sandbox, "again").await;
        edit(&sandbox.simulator, |world| {
            let fields = &mut desks(world, "eu-west-1")["stacks"]["acme-desks-agents"]["fields"];
            fields
                .as_object_mut()
                .unwrap()
                .remove("EmbedHostDomains")
                .unwrap();
        });
        let plan = sandbox.plan().await;
        assert_eq!(
            changed(step(&plan, "appstream.stack/agents")),
            ["embed_domains"].into()
        );
    });
}
