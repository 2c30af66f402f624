//! Security groups: the case, what others change, and when one can go.

use headset_aws::Aws;
use headset_aws::kinds::discovery;
use headset_client::services::ec2::{
    AuthorizeSecurityGroupEgress, AuthorizeSecurityGroupIngress, CreateTags, DeleteTags,
    DescribeSecurityGroups, Filter, IpPermission, IpRange, SecurityGroup, Tag,
};
use headset_core::tag;
use serde_json::json;

use crate::invariants::conformance::{
    Bench, Case, ExternalChange, address, after, design, other_tags, tags, things,
};
use crate::support::world::edit;
use crate::support::{Sandbox, on_virtual_time};

/// The default VPC of the simulator's account in this region.
const OTHER_VPC: &str = "vpc-2f2dbfd126e141457";

pub(crate) fn case() -> Case {
    let spec = json!({
        "name": "acme-desktops", "vpc": "vpc-0a1b2c3d4e5f60718", "description": "Desktops of acme",
        "egress": ["tcp 443 0.0.0.0/0", "tcp 80 0.0.0.0/0", "udp 8433 0.0.0.0/0"], "ingress": [], "tags": tags(),
    });
    Case {
        before: vec![],
        subject: (address("ec2.security_group/desktops"), spec),
        changes: vec![
            (
                "egress",
                json!([
                    "tcp 443 pl-0a1b2c3d4e5f60718",
                    "udp 137-138 0.0.0.0/0",
                    "all ::/0"
                ]),
            ),
            (
                "ingress",
                json!(["tcp 443 10.0.0.0/8", "tcp 1400-1499 10.0.0.0/8"]),
            ),
            ("ingress", json!([])),
            ("description", json!("Desktops")),
            ("vpc", json!(OTHER_VPC)),
            ("name", json!("acme-others")),
            ("tags", other_tags()),
        ],
        unchanged: vec![],
    }
}

async fn found(aws: &Aws) -> SecurityGroup {
    let request = DescribeSecurityGroups {
        filter: vec![Filter {
            name: "group-name".to_owned(),
            value: vec!["acme-*".to_owned()],
        }],
        next_token: None,
    };
    aws.ask(request).await.unwrap().security_group_info.remove(0)
}

fn ssh() -> Vec<IpPermission> {
    vec![IpPermission {
        ip_protocol: "tcp".to_owned(),
        from_port: Some(22),
        to_port: Some(22),
        ip_ranges: vec![IpRange {
            cidr_ip: "192.0.2.0/24".to_owned(),
        }],
        ..IpPermission::default()
    }]
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    let group_id = found(aws).await.group_id;
    match (field, way) {
        ("egress", 0) => {
            let request = AuthorizeSecurityGroupEgress {
                group_id,
                ip_permissions: ssh(),
            };
            aws.ask(request).await.unwrap();
        }
        ("ingress", 0) => {
            let request = AuthorizeSecurityGroupIngress {
                group_id,
                ip_permissions: ssh(),
            };
            aws.ask(request).await.unwrap();
        }
        ("tags", 0) => {
            let request = CreateTags {
                resource_id: vec![group_id],
                tag: vec![Tag {
                    key: "team".to_owned(),
                    value: Some("theirs".to_owned()),
                }],
            };
            aws.ask(request).await.unwrap();
        }
        ("tags", 1) => {
            let request = DeleteTags {
                resource_id: vec![group_id],
                tag: vec![Tag {
                    key: tag::LINEAGE.to_owned(),
                    value: None,
                }],
            };
            aws.ask(request).await.unwrap();
        }
        ("name" | "vpc" | "description", 0) => {
            return ExternalChange::Fixed("EC2 has no operation that changes it");
        }
        (_, 0) => panic!("ec2.security_group: nothing here changes from outside `{field}`"),
        (_, _) => return ExternalChange::Enough,
    }
    ExternalChange::Changed
}

/// It is born open, and the rule that it is born with goes before anything uses it. A fleet has it, and its interfaces hold
/// it for some minutes longer than the fleet is there.
#[test]
fn a_group_is_closed_before_a_fleet_has_it_and_goes_after_the_fleets_interfaces() {
    on_virtual_time(async {
        let bench = Bench::new().await;
        let mut wanted = things("ec2.security_group");
        let mut fleets = things("appstream.fleet");
        let (_, spec) = fleets.last_mut().unwrap();
        spec["security_groups"] = json!([after("ec2.security_group/desktops", "id")]);
        wanted.extend(fleets);
        bench.make(&design(&wanted), "creation").await;
        let group = found(&bench.aws).await;
        let ports: Vec<Option<i64>> = group
            .ip_permissions_egress
            .iter()
            .map(|one| one.from_port)
            .collect();
        assert_eq!(ports.len(), 3);
        assert!(!ports.contains(&None), "{ports:?}");
        let calls = bench.sandbox.simulator.call_log();
        let at = |operation: &str| calls.iter().position(|call| call.operation == operation).unwrap();
        assert!(at("CreateSecurityGroup") < at("RevokeSecurityGroupEgress"));
        assert!(at("AuthorizeSecurityGroupEgress") < at("CreateFleet"));
        let found = discovery::appstream(&bench.aws).await;
        assert!(found.unread.is_empty(), "{:?}", found.unread);
        let of = |kind: &str| {
            found
                .found
                .iter()
                .find(|one| one.address.kind.name() == kind)
                .unwrap()
        };
        let group = of("ec2.security_group");
        assert!(
            of("appstream.fleet").after.contains(&group.address),
            "a fleet goes before its group"
        );
        bench.make(&design(&[]), "deletion").await;
        let calls = bench.sandbox.simulator.call_log();
        let refused = calls
            .iter()
            .filter(|call| call.operation == "DeleteSecurityGroup" && call.code.is_some());
        assert!(
            refused.count() > 0,
            "the interfaces of the fleet hold it for a while"
        );
    });
}

/// Takes every rule away from the groups of the example's region.
pub(crate) async fn shut(sandbox: &Sandbox) {
    edit(&sandbox.simulator, |world| {
        let place = &mut world["ec2"]["places"]["123456789012/eu-central-1"];
        for group in place["groups"].as_object_mut().unwrap().values_mut() {
            group["rules"] = json!([]);
        }
    });
}
