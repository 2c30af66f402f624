//! AWS's limit on instances that come and go, as `plan` and `apply` tell it.

use crate::invariants::state_file::told;
use crate::support::desk::{APPLY, Desk};
use crate::support::fixtures::CENTER;

const PLAN: [&str; 3] = ["plan", "center.yaml", "--sim"];

/// An account in which an instance came and went, some time ago.
fn used() -> Desk {
    let desk = Desk::with(CENTER);
    desk.ok(&APPLY);
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    desk.days_pass(1);
    desk
}

/// Another machine has no state of what was made and deleted: the account's event history has it.
#[test]
fn what_no_state_here_knows_is_counted_by_the_event_history() {
    let desk = used();
    let counted = told(&desk.ok(&PLAN));
    let words =
        "connect.instance/main: 2 creations and deletions in the last 30 days in this account and region";
    assert!(counted.contains(words), "{counted}");
    desk.lose_state();
    let counted = told(&desk.ok(&PLAN));
    assert!(counted.contains(words), "{counted}");
    desk.days_pass(31);
    let counted = told(&desk.ok(&PLAN));
    assert!(!counted.contains("creations and deletions"), "{counted}");
}

#[test]
fn where_the_event_history_may_not_be_read_it_is_at_least_what_states_know() {
    let desk = used();
    let denied = "- { kind: error, service: cloudtrail, operation: LookupEvents, code: AccessDeniedException, status: \
                  403, times: 1000 }\n";
    std::fs::write(desk.path().join("faults.yaml"), denied).unwrap();
    let counted = told(&desk.ok(&[&PLAN[..], &["--faults", "faults.yaml"]].concat()));
    for words in [
        "connect.instance/main: at least 2 creations and deletions",
        "CloudTrail could not be read",
    ] {
        assert!(counted.contains(words), "{words}: {counted}");
    }
}

#[test]
fn beyond_the_limit_nothing_is_made_unless_that_is_allowed() {
    let desk = used();
    desk.edit(|world| {
        let events = world["world"]["cloud_trail"]["events"].as_array_mut().unwrap();
        let one = events[0].clone();
        events.extend(std::iter::repeat_n(one, 98));
    });
    for command in [&PLAN[..], &APPLY] {
        let said = desk.run(command);
        assert_eq!(said.code, Some(5), "{}", said.talk);
        let told = told(&said);
        for words in [
            "[creation-limit]",
            "main: 100 creations and deletions",
            "--allow-creation-limit",
        ] {
            assert!(told.contains(words), "{words}: {told}");
        }
    }
    desk.ok(&[&PLAN[..], &["--allow-creation-limit"]].concat());
    // The simulated account has made two: it takes one more.
    desk.ok(&[&APPLY[..], &["--allow-creation-limit"]].concat());
}
