//! The kinds of AppStream 2.0.

pub(crate) mod entitlement;
pub(crate) mod fleet;
pub(crate) mod fleet_association;
pub(crate) mod image;
pub(crate) mod image_builder;
pub(crate) mod stack;
mod streaming;
pub(crate) mod theme;
pub(crate) mod usage_report;
pub(crate) mod user;
pub(crate) mod user_association;

use headset_aws::Aws;
use headset_core::tag;
use headset_engine::plan::Plan;

use crate::invariants::conformance::ExternalChange;
use crate::support::Sandbox;

/// Something of each kind of AppStream that others may use too: fleets that scale, users, reports.
pub(crate) const WHOLE: &str = "\
version: 1
name: acme-desks
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718] }
  usage_reports: true
  images:
    windows: { newest: AppStream-WinServer2022 }
  fleets:
    agents:
      image: windows
      instance: stream.standard.medium
      capacity:
        min: 2
        max: 6
        target: 75
        cooldown: { out: 1m, in: 10m }
        schedule:
          night: { at: \"cron(0 20 ? * MON-FRI *)\", time_zone: Europe/London, min: 1 }
    teams: { image: windows, instance: stream.standard.large, capacity: 8, sessions_per_instance: 4, root_volume: 300 }
  stacks:
    agents: { fleet: agents, clipboard: in, clipboard_limit: 500, storage: { home_folders: true }, app_settings: true }
    teams: { fleet: teams, redirect_url: \"https://www.example.com/bye\", smart_card: true, streaming: udp }
  users:
    agent1@example.com: { first: Agent, last: One, stacks: [agents, teams] }
    agent2@example.com: { first: Agent, last: Two, stacks: [agents], enabled: false }
";

pub(crate) fn shown(plan: &Plan) -> String {
    anstream::adapter::strip_str(&headset::report::plan_view::human(plan)).to_string()
}

pub(crate) async fn applies(sandbox: &Sandbox, what: &str) {
    let outcome = sandbox.apply(None).await;
    assert!(
        outcome.failed.is_empty() && outcome.open.is_empty() && outcome.unfinished.is_empty(),
        "{what}: {outcome:?}"
    );
    let plan = sandbox.plan().await;
    assert!(plan.is_empty(), "{what}\n{}", shown(&plan));
}

/// Changes tags from outside.
async fn change_tags(aws: &Aws, arn: &str, way: usize) -> ExternalChange {
    match way {
        0 => {
            let request = aws.appstream().tag_resource().resource_arn(arn);
            request.tags("team", "theirs").send().await.map(drop).unwrap();
        }
        1 => {
            let request = aws.appstream().untag_resource().resource_arn(arn);
            request
                .tag_keys(tag::LINEAGE)
                .tag_keys("team")
                .send()
                .await
                .map(drop)
                .unwrap();
        }
        _ => return ExternalChange::Enough,
    }
    ExternalChange::Changed
}

fn arn(of: &str) -> String {
    format!("arn:aws:appstream:eu-west-1:123456789012:{of}")
}
