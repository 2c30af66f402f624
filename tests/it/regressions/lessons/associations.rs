//! Associations, which have no id of their own.

use super::{DESKS, applies, goes, live, sandbox, with};
use crate::support::{on_virtual_time, seeds};

/// Two fleets and two stacks whose names are each other's, and a user of both.
fn crosswise() -> String {
    with(
        DESKS,
        &[
            (
                "    agents: { image: windows, instance: stream.standard.medium, capacity: 2, view: desktop }\n",
                "    agents: { image: windows, instance: stream.standard.medium, capacity: 1 }\n    \
                 desks: { image: windows, instance: stream.standard.medium, capacity: 1 }\n",
            ),
            (
                "    agents: { fleet: agents }\n",
                "    agents: { fleet: desks }\n    desks: { fleet: agents }\n  users:\n    \
                 agent1@example.com: { first: Agent, last: One, stacks: [agents, desks] }\n",
            ),
        ],
    )
}

/// Lesson 10 (tfaws#22625, tfaws#23072): the parts of an association's id were read in the wrong order, which shows
/// only where both orders are names of something. Each id is also taken apart by a test beside its kind.
#[test]
fn an_association_is_never_read_the_wrong_way_round() {
    let text = crosswise();
    for seed in seeds() {
        on_virtual_time(async {
            let sandbox = sandbox(&text, seed);
            applies(&sandbox, &format!("seed {seed}")).await;
            let association = live(&sandbox, "appstream.fleet_association/agents:desks").await;
            let pair =
                ["fleet", "stack"].map(|field| association.reported(field).as_str().unwrap().to_owned());
            assert!(
                pair == ["acme-desks-agents", "acme-desks-desks"]
                    || pair == ["acme-desks-desks", "acme-desks-agents"],
                "{pair:?}"
            );
            // One of the two goes and the other stays.
            let aws = sandbox.aws(None).await;
            let request = aws.appstream().disassociate_fleet();
            let request = request
                .fleet_name("acme-desks-desks")
                .stack_name("acme-desks-agents");
            // By a quirk, a pair that was just made is busy for a moment.
            aws.call("appstream", "DisassociateFleet", || request.clone().send())
                .await
                .unwrap();
            let plan = sandbox.plan().await;
            assert_eq!(plan.changes(), 1, "seed {seed}\n{}", super::shown(&plan));
            applies(&sandbox, &format!("mended, seed {seed}")).await;
            goes(&sandbox, &format!("seed {seed}")).await;
        });
    }
}
