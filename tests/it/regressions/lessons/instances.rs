//! Connect instances: creations that fail, quotas, creation limits, and what goes with an instance.

use headset_engine::plan::guard::{Allowed, guard};
use headset_engine::plan::{Action, Impact};
use headset_simulator::world::Settings;
use serde_json::json;

use super::{
    CENTER, an_hour_passes, applies, assessed, count, example_with, fails, goes, inject, sandbox, seed_with,
    shown, step, succeeded, with,
};
use crate::support::{Sandbox, on_virtual_time, seeds};

const INSTANCE: &str = "connect.instance/main";

/// Lesson 22 (tfaws#26393): an instance ended CREATION_FAILED, the reason was in no tool's output, and the failed one
/// was in the way ever after.
#[test]
fn a_creation_that_failed_tells_its_reason_and_the_next_apply_clears_it_away() {
    // An alias that ends in `bad` is the simulated cloud's way to fail.
    let bad = with(CENTER, &[("alias: acme-center", "alias: acme-bad")]);
    let protected = with(&bad, &[("lifetime: 1d", "protect: true")]);
    for text in [&bad, &protected] {
        for seed in seeds() {
            on_virtual_time(async {
                let mut sandbox = sandbox(text, seed);
                assert_eq!(fails(&sandbox).await, [INSTANCE], "seed {seed}");
                let told = sandbox.told();
                assert!(
                    told.contains("it is CREATION_FAILED: the instance could not be created"),
                    "{told}"
                );

                // Nothing was ever in it: protection does not keep it, and nothing is lost.
                let mended = with(text, &[("alias: acme-bad", "alias: acme-good")]);
                sandbox.rewrite(&mended);
                let plan = sandbox.plan().await;
                let instance = step(&plan, INSTANCE);
                assert!(
                    matches!(instance.action, Action::Replace { .. }),
                    "seed {seed}\n{}",
                    shown(&plan)
                );
                assert_eq!(instance.impact, Impact::None);
                let refused = guard(&plan, &Allowed::default());
                assert!(refused.is_empty(), "seed {seed}: {refused:?}");
                applies(&sandbox, &format!("with another alias, seed {seed}")).await;
            });
        }
    }
}

/// Lesson 23 (tfaws#41118): the quota was used up, and the client tried for hours. Connect answers it as a 429.
#[test]
fn a_quota_that_is_used_up_ends_the_run_after_one_call() {
    on_virtual_time(async {
        let settings = Settings {
            quotas: [("connect.instances".to_owned(), 0)].into(),
            ..Settings::default()
        };
        let sandbox = Sandbox::new("lesson.yaml", CENTER, settings);
        assert_eq!(fails(&sandbox).await, [INSTANCE]);
        assert_eq!(count(&sandbox, "CreateInstance"), 1);
        assert!(sandbox.told().contains("Service Quotas"), "{}", sandbox.told());
    });
    for (operation, code, status) in [
        ("CreateInstance", "LimitExceededException", 429),
        ("CreateInstance", "ServiceQuotaExceededException", 402),
        ("CreateUser", "LimitExceededException", 429),
        ("AssociateApprovedOrigin", "ServiceQuotaExceededException", 402),
        ("CreateSAMLProvider", "LimitExceeded", 409),
        ("CreateRole", "LimitExceeded", 409),
        ("CreateBucket", "TooManyBuckets", 400),
        ("CreateFleet", "LimitExceededException", 400),
        ("CreateStack", "LimitExceededException", 400),
        ("StartFleet", "LimitExceededException", 400),
    ] {
        on_virtual_time(async {
            let sandbox = sandbox(&example_with("split-ccp.yaml", &[]), 0);
            inject(
                &sandbox,
                json!({ "operation": operation, "kind": "error", "code": code, "status": status, "times": 1000 }),
            );
            let before = sandbox.simulator.now();
            let failed = fails(&sandbox).await;
            assert!(!failed.is_empty(), "{operation}");
            assert_eq!(
                count(&sandbox, operation),
                failed.len(),
                "{operation}: one call for each of {failed:?}"
            );
            let waited = (sandbox.simulator.now().0 - before.0) / 60_000;
            assert!(waited < 90, "{operation}: {waited} minutes");
            assert!(
                sandbox.told().contains("Service Quotas"),
                "{operation}: {}",
                sandbox.told()
            );
        });
    }
}

/// Lesson 21 (tfaws#38115): state was lost, the alias was still held, and the client could only create.
#[test]
fn an_alias_in_use_after_state_was_lost_is_found_and_adopted() {
    for seed in seeds() {
        on_virtual_time(async {
            let sandbox = sandbox(CENTER, seed);
            applies(&sandbox, &format!("seed {seed}")).await;
            let directory = sandbox.state_directory();
            for file in ["state.json", "journal.jsonl"] {
                std::fs::remove_file(directory.join(file)).unwrap();
            }
            let plan = sandbox.plan().await;
            assert!(
                matches!(step(&plan, INSTANCE).action, Action::Adopt { .. }),
                "seed {seed}\n{}",
                shown(&plan)
            );
            applies(&sandbox, &format!("adopted, seed {seed}")).await;
            assert_eq!(count(&sandbox, "CreateInstance"), 1);
        });
    }
}

/// Lesson 21 again: the alias belongs to another account. Whether AWS says so at once or lets the creation fail is not
/// known.
#[test]
fn an_alias_of_somebody_else_is_told_as_such_and_nothing_of_theirs_is_touched() {
    let quirk = "connect.alias-conflict-fails-later";
    for seed in [seed_with(quirk, false), seed_with(quirk, true)] {
        on_virtual_time(async {
            // In another account the instance cannot even be seen: only its alias is taken.
            let other = with(
                CENTER,
                &[
                    ("eu-west-2", "us-east-1"),
                    ("name: acme-center", "name: acme-other"),
                ],
            );
            let theirs = sandbox(&other, seed);
            applies(&theirs, "theirs").await;
            let ours = theirs.beside("lesson.yaml", CENTER);
            assert_eq!(fails(&ours).await, [INSTANCE], "seed {seed}");
            let told = ours.told();
            assert!(told.contains("alias"), "seed {seed}: {told}");
            assert!(told.contains("choose another"), "seed {seed}: {told}");
            super::is_empty(&theirs, "theirs is as it was").await;
        });
        on_virtual_time(async {
            // In the same account and region it is seen, and belongs to another environment.
            let theirs = sandbox(&with(CENTER, &[("name: acme-center", "name: acme-other")]), seed);
            applies(&theirs, "theirs").await;
            let ours = theirs.beside("lesson.yaml", CENTER);
            let found = assessed(&ours).await;
            assert!(
                found
                    .findings
                    .iter()
                    .any(|finding| finding.code == "belongs-to-another"),
                "{:?}",
                found.findings
            );
            assert_eq!(found.plan.changes(), 0);
        });
    }
}

/// Lesson 24 (tfaws#32537, tfaws#32539): what goes with its parent could not be deleted by itself, and the only way out
/// was to remove it from state by hand.
#[test]
fn what_goes_with_the_instance_is_gone_with_it() {
    for seed in seeds() {
        on_virtual_time(async {
            let sandbox = sandbox(&example_with("minimal.yaml", &[]), seed);
            applies(&sandbox, &format!("seed {seed}")).await;
            let aws = sandbox.aws(None).await;
            let id = super::live(&sandbox, INSTANCE).await.id;
            aws.connect()
                .delete_instance()
                .instance_id(id)
                .send()
                .await
                .unwrap();
            sandbox.simulator.skip(std::time::Duration::from_secs(600));
            goes(&sandbox, &format!("without its instance, seed {seed}")).await;
        });
    }
}

/// Lesson 24 again: an instance that was deleted outside is made again with everything in it, in one apply.
#[test]
fn an_instance_that_somebody_deleted_comes_back_with_its_contents() {
    for seed in seeds() {
        on_virtual_time(async {
            let sandbox = sandbox(&example_with("minimal.yaml", &[]), seed);
            applies(&sandbox, &format!("seed {seed}")).await;
            let aws = sandbox.aws(None).await;
            let id = super::live(&sandbox, INSTANCE).await.id;
            aws.connect()
                .delete_instance()
                .instance_id(id)
                .send()
                .await
                .unwrap();
            sandbox.simulator.skip(std::time::Duration::from_secs(1200));
            let outcome = sandbox.apply(None).await;
            succeeded(&outcome, &format!("again, seed {seed}"));
            super::is_empty(&sandbox, &format!("again, seed {seed}")).await;
        });
    }
}

/// Lesson 25 (awsdocs/amazon-connect-admin-guide PR 21): an instance that is deleted is gone with its numbers, and
/// no question was asked.
#[test]
fn taking_an_instance_down_says_what_cannot_be_undone() {
    on_virtual_time(async {
        let sandbox = sandbox(CENTER, 0);
        applies(&sandbox, "at first").await;
        let aws = sandbox.aws(None).await;
        let nothing = headset_design::Design::default();
        let plan = sandbox.assess(&aws, &nothing, &sandbox.state()).await.plan;
        let Impact::Irreversible { loss, .. } = &step(&plan, INSTANCE).impact else {
            panic!("{}", shown(&plan))
        };
        assert!(loss.contains("phone numbers"), "{loss}");
        let text = shown(&plan);
        assert!(text.contains("cannot be undone:"), "{text}");
    });
}

/// Lesson 20 (tfaws#23381, tfaws#24706): an account that made and deleted a hundred instances in thirty days was locked,
/// and its clients took the refusal for a transient one. Headset counts, warns, and stops before AWS does.
#[test]
fn instances_that_come_and_go_are_counted_and_the_limit_is_told_before_aws_tells_it() {
    on_virtual_time(async {
        let sandbox = sandbox(CENTER, 0);
        assert!(assessed(&sandbox).await.findings.is_empty());
        applies(&sandbox, "the first").await;
        goes(&sandbox, "the first").await;
        let found = assessed(&sandbox).await.findings;
        assert_eq!(found[0].code, "creation-limit-count");
        let told = &found[0].message;
        assert!(
            told.contains("2 creations and deletions in the last 30 days"),
            "{told}"
        );
        assert!(told.contains("0 of them by other environments"), "{told}");
        assert!(!headset_core::diagnostic::has_errors(&found));

        // Beyond the limit the plan is an error, although AWS was not asked.
        let mut state = sandbox.state();
        assert_eq!(state.attempts.len(), 2);
        let one = state.attempts[0].clone();
        state.attempts.extend(std::iter::repeat_n(one, 98));
        let aws = sandbox.aws(None).await;
        let design = sandbox.design(&aws, &state);
        let over = sandbox.assess(&aws, &design, &state).await.plan;
        let refused = guard(&over, &Allowed::losing_all(true));
        assert_eq!(refused[0].code, "creation-limit");
        assert!(
            refused[0]
                .help
                .as_ref()
                .unwrap()
                .contains("--allow-creation-limit"),
            "{refused:?}"
        );
        // Long ago does not count; what CloudTrail knows does, some minutes later.
        an_hour_passes(&sandbox).await;
        for attempt in &mut state.attempts {
            "2025-11-01T00:00:00Z".clone_into(&mut attempt.at);
        }
        let found = sandbox.assess(&aws, &design, &state).await.findings;
        assert_eq!(found[0].code, "creation-limit-count");
        assert!(
            found[0].message.contains(": 2 creations and deletions"),
            "{found:?}"
        );
    });
    on_virtual_time(async {
        let settings = Settings {
            quotas: [("connect.instance-churn".to_owned(), 2)].into(),
            ..Settings::default()
        };
        let sandbox = Sandbox::new("lesson.yaml", CENTER, settings);
        applies(&sandbox, "the first").await;
        goes(&sandbox, "the first").await;
        an_hour_passes(&sandbox).await;
        assert_eq!(fails(&sandbox).await, [INSTANCE]);
        assert_eq!(count(&sandbox, "CreateInstance"), 2, "no third try");
        assert!(
            sandbox.told().contains("100 times in 30 days"),
            "{}",
            sandbox.told()
        );
    });
}

/// Lesson 20 again: AWS counts by account and region, so the environments beside this one count too, whether they still
/// exist or not. One that cannot be read does not prevent a plan.
#[test]
fn what_other_environments_made_and_deleted_counts_against_the_same_limit() {
    on_virtual_time(async {
        let sandbox = sandbox(CENTER, 0);
        let directory = sandbox.state_directory();
        let (place, root) = (directory.file_name().unwrap(), directory.parent().unwrap());
        let other = root.with_file_name("other").join(place);
        applies(&sandbox, "the first").await;
        goes(&sandbox, "the first").await;
        // What is left of an environment that was taken down, and what it counted.
        let mut left = sandbox.state();
        assert!(left.resources.is_empty());
        "acme-other".clone_into(&mut left.environment);
        let attempt = left.attempts[0].clone();
        let counted = |times: usize| {
            let mut state = left.clone();
            state.attempts = vec![attempt.clone(); times];
            let store = headset_engine::state::LocalStore::new(other.clone());
            drop(std::fs::remove_dir_all(&other));
            store.lock(|| state).unwrap().close().unwrap();
        };
        counted(97);
        let found = assessed(&sandbox).await.findings;
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].code, "creation-limit-near");
        assert!(
            found[0].message.contains("99 creations and deletions"),
            "{}",
            found[0].message
        );
        assert!(
            found[0].message.contains("97 of them by other environments"),
            "{}",
            found[0].message
        );
        counted(98);
        let over = assessed(&sandbox).await.plan;
        assert_eq!(guard(&over, &Allowed::losing_all(true))[0].code, "creation-limit");

        std::fs::write(other.join("state.json"), "{").unwrap();
        an_hour_passes(&sandbox).await;
        let found = assessed(&sandbox).await.findings;
        let codes: Vec<&str> = found.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["creation-limit-count", "creation-limit-unread"]);
        assert!(found[1].message.contains("state.json"), "{}", found[1].message);
        applies(&sandbox, "beside a damaged state").await;
        // Where nothing comes or goes that is counted, there is no finding.
        assert!(assessed(&sandbox).await.findings.is_empty());
    });
}

/// Claims numbers for the instance, as a person does in the console.
async fn claim_two(sandbox: &Sandbox) -> Vec<(String, String)> {
    let aws = sandbox.aws(None).await;
    let arn = super::live(sandbox, INSTANCE).await.outputs["arn"].clone();
    let mut claimed = Vec::new();
    let mut token = None;
    loop {
        let page = aws
            .connect()
            .search_available_phone_numbers()
            .target_arn(&arn)
            .phone_number_country_code("GB".into())
            .phone_number_type("DID".into())
            .set_next_token(token)
            .send()
            .await
            .unwrap();
        for one in page.available_numbers_list().iter().take(2 - claimed.len()) {
            let number = one.phone_number().unwrap();
            let request = aws.connect().claim_phone_number().target_arn(&arn);
            let made = request.phone_number(number).send().await.unwrap();
            claimed.push((number.to_owned(), made.phone_number_id.unwrap()));
        }
        token = page.next_token;
        if claimed.len() == 2 {
            sandbox.simulator.skip(std::time::Duration::from_secs(60));
            return claimed;
        }
    }
}

async fn going(sandbox: &Sandbox) -> headset_engine::assess::Assessment {
    let aws = sandbox.aws(None).await;
    let nothing = headset_design::Design::default();
    sandbox.assess(&aws, &nothing, &sandbox.state()).await
}

/// Lesson 25 again: the plan names the numbers. Whether AWS deletes an instance that has some is not known: if not, the
/// error says what to do, and Headset releases nothing by itself.
#[test]
fn the_numbers_that_go_with_an_instance_are_named_and_left_to_people() {
    let quirk = "connect.numbers-hold-instance";
    for holds in [false, true] {
        on_virtual_time(async {
            let sandbox = sandbox(CENTER, seed_with(quirk, holds));
            applies(&sandbox, "at first").await;
            let before = going(&sandbox).await.plan;
            assert!(
                matches!(&step(&before, INSTANCE).impact, Impact::Irreversible { names, .. } if names.is_empty())
            );
            let claimed = claim_two(&sandbox).await;
            let plan = going(&sandbox).await.plan;
            let Impact::Irreversible { names, .. } = &step(&plan, INSTANCE).impact else {
                panic!("{}", shown(&plan))
            };
            let mut numbers: Vec<&String> = claimed.iter().map(|(number, _)| number).collect();
            numbers.sort();
            assert_eq!(names.iter().collect::<Vec<_>>(), numbers);
            for number in &numbers {
                assert!(shown(&plan).contains(*number), "{}", shown(&plan));
            }
            // Where nothing goes, nothing is asked.
            let asked = count(&sandbox, "ListPhoneNumbersV2");
            super::is_empty(&sandbox, "with numbers").await;
            assert_eq!(count(&sandbox, "ListPhoneNumbersV2"), asked);

            if holds {
                let outcome = sandbox.destroy(None).await;
                assert!(outcome.failed.iter().any(|failed| failed.to_string() == INSTANCE));
                let told = sandbox.told();
                assert!(told.contains("ReleasePhoneNumber"), "{told}");
                for number in &numbers {
                    assert!(told.contains(*number), "{told}");
                }
                assert_eq!(count(&sandbox, "ReleasePhoneNumber"), 0);
                let aws = sandbox.aws(None).await;
                for (_, id) in &claimed {
                    let request = aws.connect().release_phone_number();
                    request.phone_number_id(id).send().await.unwrap();
                }
            }
            goes(&sandbox, "in the end").await;
        });
    }
}

/// Lessons 25 and 35: where the caller may not list the numbers, the plan says so, and not that there are none.
#[test]
fn numbers_that_may_not_be_listed_are_unknown() {
    on_virtual_time(async {
        let sandbox = sandbox(CENTER, seed_with("connect.numbers-hold-instance", false));
        applies(&sandbox, "at first").await;
        claim_two(&sandbox).await;
        inject(
            &sandbox,
            json!({ "operation": "ListPhoneNumbersV2", "kind": "error", "code": "AccessDeniedException", "status": 403,
                    "times": 1000 }),
        );
        let found = going(&sandbox).await;
        let findings: Vec<_> = found
            .findings
            .iter()
            .filter(|one| one.code == "unknown")
            .collect();
        assert_eq!(findings.len(), 1, "{:?}", found.findings);
        assert!(findings[0].message.contains(INSTANCE), "{}", findings[0].message);
        assert!(!headset_core::diagnostic::has_errors(&found.findings));
        goes(&sandbox, "without the permission").await;
    });
}
