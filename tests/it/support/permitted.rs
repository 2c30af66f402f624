//! The operator as a user of the simulated account, held to policies.

use std::collections::BTreeMap;

use headset_aws::Aws;
use headset_design::permissions::{self, Asked, Command, NamedPolicy, StatePlace};
use headset_design::{Design, DesignContext};
use headset_kinds::regions::Identity;
use headset_simulator::world::World;
use headset_simulator::world::iam::{AccessKey, ManagedPolicy, PolicyVersion};
use headset_simulator::{CallRecord, Moment, Simulator};

use super::Sandbox;

const ACCOUNT: &str = "123456789012";
/// The boundary of the environment's roles.
pub(crate) const BOUNDARY: &str = "arn:aws:iam::123456789012:policy/headset-boundary";

/// From now on the fixed credentials are those of a user with these policies alone, and roles in other accounts have those
/// that are for them.
pub(crate) fn hold_to(simulator: &Simulator, policies: &[NamedPolicy]) {
    let texts = policies.iter().map(|policy| Held {
        name: policy.name.clone(),
        role: policy.role.clone(),
        text: policy.document.text(),
    });
    hold(simulator, &texts.collect::<Vec<_>>());
}

/// A policy as it was printed.
pub(crate) struct Held {
    pub(crate) name: String,
    /// The role in another account that carries it.
    pub(crate) role: Option<String>,
    pub(crate) text: String,
}

/// The same with policies as they were printed.
pub(crate) fn hold(simulator: &Simulator, policies: &[Held]) {
    let texts = |of: Option<&str>| -> BTreeMap<String, String> {
        let own = policies.iter().filter(|policy| policy.role.as_deref() == of);
        own.map(|policy| (policy.name.clone(), policy.text.clone()))
            .collect()
    };
    simulator.with_world(|world, now| {
        let account = world.iam.accounts.get_mut(ACCOUNT).unwrap();
        let user = account.users.get_mut("deployer").unwrap();
        let id = "AKIAIOSFODNN7EXAMPLE".to_owned();
        user.keys = vec![AccessKey {
            id,
            active: true,
            created: now,
        }];
        user.inline = texts(None);
        for role in policies.iter().filter_map(|policy| policy.role.as_deref()) {
            let account = role.split(':').nth(4).unwrap();
            let name = role.rsplit('/').next().unwrap();
            let account = world.iam.accounts.get_mut(account).unwrap();
            account.roles.get_mut(name).unwrap().inline = texts(Some(role));
        }
    });
}

/// Puts the boundary into a world where it is not yet, as if it had long been there.
pub(crate) fn allow_boundary(world: &mut World, now: Moment) {
    let account = world.iam.accounts.get_mut(ACCOUNT).unwrap();
    let version = PolicyVersion {
        id: "v1".to_owned(),
        document: r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*",
            "Action": ["appstream:Stream", "connect:GetFederationToken"]}]}"#
            .to_owned(),
        created: now,
    };
    let policy = ManagedPolicy {
        name: permissions::BOUNDARY.to_owned(),
        id: "ANPA0HEADSETBOUNDARY0".to_owned(),
        arn: BOUNDARY.to_owned(),
        path: "/".to_owned(),
        description: None,
        tags: BTreeMap::new(),
        versions: vec![version],
        default: "v1".to_owned(),
        next: 2,
        created: now,
        updated: now,
    };
    account.policies.entry(policy.name.clone()).or_insert(policy);
}

/// They are an administrator's again.
pub(crate) fn set_free(simulator: &Simulator) {
    simulator.with_world(|world, _| {
        let account = world.iam.accounts.get_mut(ACCOUNT).unwrap();
        let user = account.users.get_mut("deployer").unwrap();
        (user.keys, user.inline) = Default::default();
    });
}

/// Makes the boundary, as an administrator does once.
pub(crate) async fn make_boundary(sandbox: &Sandbox, aws: &Aws, asked: &Asked<'_>) {
    let [policy] = &permissions::policies(Command::Boundary, asked).unwrap()[..] else {
        panic!("one document")
    };
    let request = aws
        .iam()
        .create_policy()
        .policy_name(&policy.name)
        .policy_document(policy.document.text());
    let made = request.send().await.unwrap();
    assert_eq!(made.policy().unwrap().arn(), Some(BOUNDARY));
    // Other services know it by then.
    sandbox.simulator.skip(std::time::Duration::from_secs(60));
}

/// Everything that is asked about one environment, owned.
pub(crate) struct Asking {
    pub(crate) environment: String,
    pub(crate) design: Design,
    pub(crate) context: DesignContext,
    pub(crate) identity: Identity,
    pub(crate) state: Option<StatePlace>,
}

impl Asking {
    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked {
            environment: &self.environment,
            design: &self.design,
            context: &self.context,
            identity: &self.identity,
            state: self.state.as_ref(),
        }
    }

    pub(crate) fn policies(&self, command: Command) -> Vec<NamedPolicy> {
        permissions::policies(command, &self.asked()).unwrap()
    }
}

/// What was refused since then, as sentences.
pub(crate) fn refused(log: &[CallRecord]) -> Vec<String> {
    let denied = log.iter().filter(|call| {
        call.code
            .as_deref()
            .is_some_and(|code| code.starts_with("AccessDenied"))
    });
    denied
        .map(|call| {
            let needed = call.needed.last().map_or("?", |(_, resource)| resource);
            let action = call.needed.last().map_or("?", |(action, _)| action);
            format!("{}:{} needs {action} on {needed}", call.service, call.operation)
        })
        .collect()
}
