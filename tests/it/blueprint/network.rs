//! `appstream.network.security_groups: managed`: a group from its making to its end.

use headset_aws::Aws;
use headset_client::services::ec2::{
    self, AuthorizeSecurityGroupEgress, DescribeSecurityGroups, Filter, IpPermission, IpRange,
    RevokeSecurityGroupEgress,
};
use headset_engine::drift::Class;
use headset_simulator::world::Settings;

use crate::support::desk::{APPLY, Desk};
use crate::support::{Sandbox, on_virtual_time};

const DESKTOPS: &str = "\
version: 1
name: acme
aws: { region: eu-west-1 }
lifetime: 3d
appstream:
  network:
    subnets: [subnet-0a1b2c3d4e5f60718, subnet-0f9e8d7c6b5a43210]
    security_groups: managed
    vpc: vpc-0a1b2c3d4e5f60718
  images: { plain: { newest: AppStream-WinServer2022 } }
  fleets:
    agents: { image: plain, instance: stream.standard.large, capacity: 1 }
    guests:
      image: plain
      instance: stream.standard.large
      capacity: 1
      network:
        subnets: [subnet-0a1b2c3d4e5f60718, subnet-0f9e8d7c6b5a43210]
        security_groups: managed
        vpc: vpc-0a1b2c3d4e5f60718
        prefix_list: pl-0a1b2c3d4e5f60718
  stacks: { agents: { fleet: agents }, guests: { fleet: guests } }
";

/// The groups that Headset made, by their names.
async fn groups(aws: &Aws) -> Vec<ec2::SecurityGroup> {
    let filter = vec![Filter {
        name: "group-name".to_owned(),
        value: vec!["acme-*".to_owned()],
    }];
    let request = DescribeSecurityGroups {
        filter,
        next_token: None,
    };
    let mut found = aws.ask(request).await.unwrap().security_group_info;
    found.sort_by(|one, other| one.group_name.cmp(&other.group_name));
    found
}

fn tcp(port: i64) -> Vec<IpPermission> {
    vec![IpPermission {
        ip_protocol: "tcp".to_owned(),
        from_port: Some(port),
        to_port: Some(port),
        ip_ranges: vec![IpRange {
            cidr_ip: "0.0.0.0/0".to_owned(),
        }],
        ..IpPermission::default()
    }]
}

/// Protocol, first port and how many peers there are, of each permission.
fn shown(permissions: &[IpPermission]) -> Vec<(&str, Option<i64>)> {
    let mut shown: Vec<(&str, Option<i64>)> = permissions
        .iter()
        .map(|one| (one.ip_protocol.as_str(), one.from_port))
        .collect();
    shown.sort_unstable();
    shown
}

const OUTWARD: [(&str, Option<i64>); 3] = [("tcp", Some(80)), ("tcp", Some(443)), ("udp", Some(8433))];

#[test]
fn managed_groups_are_made_used_set_right_and_taken_down() {
    on_virtual_time(async {
        let sandbox = Sandbox::new("center.yaml", DESKTOPS, Settings::default());
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{outcome:?}\n{}", sandbox.told());
        let aws = sandbox.aws(None).await;
        let made = groups(&aws).await;
        let [shared, own] = made.as_slice() else {
            panic!("{made:#?}");
        };
        assert_eq!(shared.group_name, "acme-desktops-vpc-0a1b2c3d4e5f60718");
        assert_eq!(own.group_name, "acme-fleet-guests-vpc-0a1b2c3d4e5f60718");
        for group in [shared, own] {
            assert_eq!(shown(&group.ip_permissions_egress), OUTWARD);
            assert_eq!(group.ip_permissions, []);
        }
        let to_list = |one: &IpPermission| one.ip_ranges.is_empty() && one.prefix_list_ids.len() == 1;
        assert!(own.ip_permissions_egress.iter().all(to_list), "{own:#?}");
        let fleets = aws.appstream().describe_fleets().send().await.unwrap();
        for fleet in fleets.fleets() {
            let group = if fleet.name() == Some("acme-agents") {
                shared
            } else {
                own
            };
            assert_eq!(
                fleet.vpc_config().unwrap().security_group_ids(),
                [group.group_id.as_str()]
            );
        }

        // By hand: the stream is cut off, and another port is let out.
        let revoked = shared
            .ip_permissions_egress
            .iter()
            .filter(|one| one.from_port == Some(8433));
        let request = RevokeSecurityGroupEgress {
            group_id: shared.group_id.clone(),
            ip_permissions: revoked.cloned().collect(),
        };
        aws.ask(request).await.unwrap();
        let request = AuthorizeSecurityGroupEgress {
            group_id: shared.group_id.clone(),
            ip_permissions: tcp(22),
        };
        aws.ask(request).await.unwrap();
        let report = sandbox.drift(&aws).await;
        let [entry] = report.entries.as_slice() else {
            panic!("{:#?}", report.entries);
        };
        assert_eq!(
            (entry.class, entry.address.to_string().as_str()),
            (Class::Drift, "ec2.security_group/desktops")
        );
        assert!(
            report.entries[0]
                .fields
                .iter()
                .all(|field| field.path.starts_with("egress"))
        );
        let verification = sandbox.verify(&aws).await;
        let against: Vec<&str> = verification
            .entries
            .iter()
            .filter(|one| one.finding.is_against())
            .map(|one| one.check.id)
            .collect();
        assert_eq!(against, ["desktops-let-out"]);
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{outcome:?}\n{}", sandbox.told());
        assert!(sandbox.plan().await.is_empty());
        assert_eq!(groups(&aws).await, made);

        let outcome = sandbox.destroy(None).await;
        assert!(outcome.is_done(), "{outcome:?}\n{}", sandbox.told());
        assert_eq!(groups(&aws).await, []);
    });
}

/// They are found by their tags, and go after what has them.
#[test]
fn managed_groups_go_where_state_is_lost() {
    let desk = Desk::with(DESKTOPS);
    desk.ok(&APPLY);
    let lineage = desk.lineage("acme");
    desk.lose_state();
    let said = desk.run(&[
        "destroy",
        "--name",
        "acme",
        "--lineage",
        &lineage,
        "--sim",
        "--yes",
    ]);
    let words = [said.data, said.talk].concat();
    assert!(
        words.contains("acme-fleet-guests-vpc-0a1b2c3d4e5f60718"),
        "{words}"
    );
    let saved = desk.saved();
    let groups = saved["world"]["ec2"]["places"]["123456789012/eu-west-1"]["groups"]
        .as_object()
        .unwrap();
    let left: Vec<&str> = groups
        .values()
        .filter_map(|group| group["name"].as_str())
        .collect();
    assert!(
        !left.is_empty() && left.iter().all(|name| !name.starts_with("acme-")),
        "{left:?}"
    );
}
