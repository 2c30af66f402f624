//! `appstream.network.security_groups: managed` and `appstream.endpoints`: from their making to their end.

use headset_aws::Aws;
use headset_client::services::ec2::{
    self, AuthorizeSecurityGroupEgress, DescribeSecurityGroups, DescribeVpcEndpoints, Filter, IpPermission,
    IpRange, ModifyVpcEndpoint, RevokeSecurityGroupEgress,
};
use headset_engine::drift::Class;
use headset_engine::verify::Verification;
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

/// The checks that speak against it.
fn against(verification: &Verification) -> Vec<&'static str> {
    let entries = verification.entries.iter();
    let against = entries.filter(|one| one.finding.is_against());
    against.map(|one| one.check.id).collect()
}

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
        assert_eq!(against(&verification), ["desktops-let-out"]);
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

/// What was there before Headset looked stays, and the rule that a group is born with goes all the same.
#[test]
fn rules_of_others_stay_where_the_blueprint_owns_its_own_alone() {
    on_virtual_time(async {
        let text = DESKTOPS.replacen("    vpc: vpc-", "    owned: only-declared\n    vpc: vpc-", 1);
        let sandbox = Sandbox::new("desks.yaml", &text, Settings::default());
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{outcome:?}\n{}", sandbox.told());
        let aws = sandbox.aws(None).await;
        let shared = groups(&aws).await.remove(0);
        assert_eq!(
            shown(&shared.ip_permissions_egress),
            OUTWARD,
            "it is not open any more"
        );
        let request = AuthorizeSecurityGroupEgress {
            group_id: shared.group_id.clone(),
            ip_permissions: tcp(22),
        };
        aws.ask(request).await.unwrap();
        assert!(sandbox.drift(&aws).await.entries.is_empty());
        assert!(sandbox.plan().await.is_empty());
        // What is ours comes back, and theirs stays.
        let revoked = shared.ip_permissions_egress.iter();
        let request = RevokeSecurityGroupEgress {
            group_id: shared.group_id.clone(),
            ip_permissions: revoked
                .filter(|one| one.from_port == Some(8433))
                .cloned()
                .collect(),
        };
        aws.ask(request).await.unwrap();
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{outcome:?}\n{}", sandbox.told());
        let again = groups(&aws).await.remove(0);
        let ports: Vec<Option<i64>> = again
            .ip_permissions_egress
            .iter()
            .map(|one| one.from_port)
            .collect();
        assert!(
            ports.contains(&Some(8433)) && ports.contains(&Some(22)),
            "{ports:?}"
        );
        assert!(sandbox.plan().await.is_empty());
        // Opened to all by hand: that is the rule that it was born with, which is no other's.
        let request = AuthorizeSecurityGroupEgress {
            group_id: shared.group_id.clone(),
            ip_permissions: vec![IpPermission {
                ip_protocol: "-1".to_owned(),
                from_port: None,
                to_port: None,
                ..tcp(22).remove(0)
            }],
        };
        aws.ask(request).await.unwrap();
        assert!(!sandbox.plan().await.is_empty());
    });
}

const PRIVATE: &str = "\
version: 1
name: acme
aws: { region: eu-west-1 }
lifetime: 3d
appstream:
  network:
    subnets: [subnet-0a1b2c3d4e5f60718, subnet-0f9e8d7c6b5a43210]
    vpc: vpc-0a1b2c3d4e5f60718
  endpoints:
    streaming: { from: [10.0.0.0/8] }
    api: { security_groups: [sg-0a1b2c3d4e5f60718] }
    api_policy: account
  images: { plain: { newest: AppStream-WinServer2022 } }
  fleets: { agents: { image: plain, instance: stream.standard.large, capacity: 1 } }
  stacks: { agents: { fleet: agents, access_endpoints: managed } }
";

/// The endpoints that Headset made.
async fn endpoints(aws: &Aws) -> Vec<ec2::VpcEndpoint> {
    let request = DescribeVpcEndpoints {
        filter: vec![Filter {
            name: "tag-key".to_owned(),
            value: vec!["headset:id".to_owned()],
        }],
        next_token: None,
    };
    aws.ask(request).await.unwrap().vpc_endpoint_set
}

/// Made, drifted, verified, put right, and gone with their group.
#[test]
fn endpoints_are_made_for_stacks_and_go_with_them() {
    on_virtual_time(async {
        let sandbox = Sandbox::new("desks.yaml", PRIVATE, Settings::default());
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{outcome:?}\n{}", sandbox.told());
        assert!(sandbox.plan().await.is_empty());
        let aws = sandbox.aws(None).await;
        let made = endpoints(&aws).await;
        let of = |what: &str| {
            let mut all = made.iter();
            let ends = |one: &&ec2::VpcEndpoint| {
                one.service_name
                    .as_deref()
                    .is_some_and(|name| name.ends_with(what))
            };
            all.find(ends).unwrap()
        };
        let streaming = of(".streaming");
        let stacks = aws.appstream().describe_stacks().send().await.unwrap();
        assert_eq!(
            stacks.stacks()[0].access_endpoints()[0].vpce_id(),
            Some(streaming.vpc_endpoint_id.as_str())
        );
        let group = groups(&aws).await.remove(0);
        assert_eq!(streaming.group_set[0].group_id, group.group_id);
        assert_eq!(group.ip_permissions_egress, [], "nothing leaves by it");
        let ports: Vec<(Option<i64>, Option<i64>)> = group
            .ip_permissions
            .iter()
            .map(|one| (one.from_port, one.to_port))
            .collect();
        assert_eq!(ports, [(Some(443), Some(443)), (Some(1400), Some(1499))]);
        let policy = of(".api").policy_document.clone().unwrap();
        assert!(policy.contains("aws:PrincipalAccount"), "{policy}");

        // By hand: a subnet goes, so that agents of that zone cross to another.
        let request = ModifyVpcEndpoint {
            vpc_endpoint_id: streaming.vpc_endpoint_id.clone(),
            remove_subnet_id: vec!["subnet-0f9e8d7c6b5a43210".to_owned()],
            ..ModifyVpcEndpoint::default()
        };
        aws.ask(request).await.unwrap();
        let report = sandbox.drift(&aws).await;
        let [entry] = report.entries.as_slice() else {
            panic!("{:#?}", report.entries);
        };
        assert_eq!(entry.address.to_string(), "ec2.vpc_endpoint/streaming");
        assert!(entry.fields.iter().all(|field| field.path.starts_with("subnets")));
        let outcome = sandbox.apply(None).await;
        assert!(outcome.is_done(), "{outcome:?}\n{}", sandbox.told());
        assert!(sandbox.plan().await.is_empty());
        let verification = sandbox.verify(&aws).await;
        assert_eq!(against(&verification), [""; 0]);

        // While one is on its way, sessions do not get through it.
        sandbox.simulator.with_world(|world, now| {
            let places = world.ec2.places.values_mut();
            for endpoint in places.flat_map(|place| place.endpoints.values_mut()) {
                endpoint.available = now.after(std::time::Duration::from_secs(600));
            }
        });
        let verification = sandbox.verify(&aws).await;
        assert!(against(&verification).contains(&"endpoint-available"));

        let outcome = sandbox.destroy(None).await;
        assert!(outcome.is_done(), "{outcome:?}\n{}", sandbox.told());
        assert_eq!(groups(&aws).await, []);
        assert_eq!(endpoints(&aws).await, []);
    });
}

/// They are found by their tags, and go before the group that they have.
#[test]
fn endpoints_go_where_state_is_lost() {
    let desk = Desk::with(PRIVATE);
    desk.ok(&APPLY);
    let lineage = desk.lineage("acme");
    desk.lose_state();
    let arguments = [
        "destroy",
        "--name",
        "acme",
        "--lineage",
        &lineage,
        "--sim",
        "--yes",
    ];
    let said = desk.run(&arguments);
    let words = [said.data, said.talk].concat();
    assert!(words.contains("ec2.vpc_endpoint/vpce-"), "{words}");
    let saved = desk.saved();
    let place = &saved["world"]["ec2"]["places"]["123456789012/eu-west-1"];
    let left: Vec<&String> = place["endpoints"].as_object().unwrap().keys().collect();
    assert_eq!(left, ["vpce-0a1b2c3d4e5f60718"], "the team's stays");
    let mut groups = place["groups"].as_object().unwrap().values();
    assert!(groups.all(|group| !group["name"].as_str().unwrap().starts_with("acme-")));
}
