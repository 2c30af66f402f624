//! Interface endpoints: the case, what others change, and what AWS says where one is not deleted.

use headset_aws::Aws;
use headset_aws::kinds::discovery;
use headset_client::services::ec2::{
    CreateTags, DeleteTags, DescribeVpcEndpoints, Filter, ModifyVpcEndpoint, Tag, VpcEndpoint,
};
use headset_core::tag;
use headset_simulator::Moment;
use serde_json::json;

use crate::invariants::conformance::{
    Bench, Case, ExternalChange, address, after, design, other_tags, tags, things,
};
use crate::support::{Sandbox, on_virtual_time};

const SERVICE: &str = "com.amazonaws.eu-west-1.appstream.streaming";
const SUBNETS: [&str; 2] = ["subnet-0a1b2c3d4e5f60718", "subnet-0f9e8d7c6b5a43210"];

/// Lets this account's users and roles through.
fn policy() -> String {
    let statement = json!({
        "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*",
        "Condition": { "StringEquals": { "aws:PrincipalAccount": "123456789012" } },
    });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

pub(crate) fn case() -> Case {
    let spec = json!({
        "service": SERVICE, "vpc": "vpc-0a1b2c3d4e5f60718", "subnets": SUBNETS,
        "security_groups": ["sg-0a1b2c3d4e5f60718"], "private_dns": true, "tags": tags(),
    });
    Case {
        before: things("ec2.security_group"),
        subject: (address("ec2.vpc_endpoint/desktops:streaming"), spec),
        changes: vec![
            ("subnets", json!([SUBNETS[0]])),
            ("subnets", json!([SUBNETS[1], "subnet-0a1b2c3d4e5f60719"])),
            (
                "security_groups",
                json!([after("ec2.security_group/desktops", "id")]),
            ),
            ("private_dns", json!(false)),
            ("private_dns", json!(true)),
            ("policy", json!(policy())),
            ("service", json!("com.amazonaws.eu-west-1.appstream.api")),
            ("tags", other_tags()),
        ],
        unchanged: vec![],
    }
}

/// The endpoint that Headset made.
async fn found(aws: &Aws) -> VpcEndpoint {
    let request = DescribeVpcEndpoints {
        filter: vec![Filter {
            name: "tag-key".to_owned(),
            value: vec![tag::ENVIRONMENT.to_owned()],
        }],
        next_token: None,
    };
    aws.ask(request).await.unwrap().vpc_endpoint_set.remove(0)
}

pub(crate) async fn change(aws: &Aws, field: &str, way: usize) -> ExternalChange {
    let id = found(aws).await.vpc_endpoint_id;
    let modified = ModifyVpcEndpoint {
        vpc_endpoint_id: id.clone(),
        ..ModifyVpcEndpoint::default()
    };
    let request = match (field, way) {
        ("subnets", 0) => ModifyVpcEndpoint {
            remove_subnet_id: vec![SUBNETS[1].to_owned()],
            ..modified
        },
        ("subnets", 1) => ModifyVpcEndpoint {
            add_subnet_id: vec!["subnet-0a1b2c3d4e5f60719".to_owned()],
            ..modified
        },
        ("security_groups", 0) => {
            let mut groups = found(aws).await.group_set.into_iter().map(|group| group.group_id);
            ModifyVpcEndpoint {
                add_security_group_id: vec![default_group(aws).await],
                remove_security_group_id: groups.by_ref().collect(),
                ..modified
            }
        }
        ("private_dns", 0) => ModifyVpcEndpoint {
            private_dns_enabled: Some(false),
            ..modified
        },
        ("policy", 0) => ModifyVpcEndpoint {
            policy_document: Some(json!({ "Statement": [] }).to_string()),
            ..modified
        },
        ("tags", 0) => {
            let request = CreateTags {
                resource_id: vec![id],
                tag: vec![Tag {
                    key: "team".to_owned(),
                    value: Some("theirs".to_owned()),
                }],
            };
            aws.ask(request).await.unwrap();
            return ExternalChange::Changed;
        }
        ("tags", 1) => {
            let request = DeleteTags {
                resource_id: vec![id],
                tag: vec![Tag {
                    key: tag::LINEAGE.to_owned(),
                    value: None,
                }],
            };
            aws.ask(request).await.unwrap();
            return ExternalChange::Changed;
        }
        ("service" | "vpc", 0) => return ExternalChange::Fixed("EC2 has no operation that changes it"),
        (_, 0) => panic!("ec2.vpc_endpoint: nothing here changes from outside `{field}`"),
        (_, _) => return ExternalChange::Enough,
    };
    aws.ask(request).await.unwrap();
    ExternalChange::Changed
}

/// What the endpoint is before its policy is changed from outside: it has one.
pub(crate) fn base(field: &str, _: usize) -> crate::invariants::conformance::Things {
    let mut things = things("ec2.vpc_endpoint");
    if field == "policy" {
        things.last_mut().unwrap().1["policy"] = json!(policy());
    }
    things
}

/// The group that the team's VPC was born with.
async fn default_group(aws: &Aws) -> String {
    let request = headset_client::services::ec2::DescribeSecurityGroups {
        filter: vec![
            Filter {
                name: "group-name".to_owned(),
                value: vec!["default".to_owned()],
            },
            Filter {
                name: "vpc-id".to_owned(),
                value: vec!["vpc-0a1b2c3d4e5f60718".to_owned()],
            },
        ],
        next_token: None,
    };
    aws.ask(request)
        .await
        .unwrap()
        .security_group_info
        .remove(0)
        .group_id
}

/// The endpoints of the region are not available for a long time.
pub(crate) async fn delayed(sandbox: &Sandbox) {
    sandbox.simulator.with_world(|world, _| {
        let places = world.ec2.places.values_mut();
        for endpoint in places.flat_map(|place| place.endpoints.values_mut()) {
            endpoint.available = Moment(u64::MAX / 2);
        }
    });
}

/// It is waited for before a stack names it, keeps its group until it is gone, and is found where state is lost.
#[test]
fn an_endpoint_is_available_before_a_stack_names_it_and_goes_before_its_group() {
    on_virtual_time(async {
        let bench = Bench::new().await;
        let mut wanted = things("ec2.vpc_endpoint");
        wanted.last_mut().unwrap().1["security_groups"] = json!([after("ec2.security_group/desktops", "id")]);
        let (of_stack, mut stack) = crate::kinds::appstream::stack::stack();
        stack["access_endpoints"] = json!([after("ec2.vpc_endpoint/desktops:streaming", "id")]);
        wanted.push((of_stack, stack));
        bench.make(&design(&wanted), "creation").await;
        let endpoint = found(&bench.aws).await;
        assert_eq!(endpoint.state.as_deref(), Some("available"));
        let stacks = bench.aws.appstream().describe_stacks().send().await.unwrap();
        let named: Vec<&str> = stacks.stacks()[0]
            .access_endpoints()
            .iter()
            .filter_map(|one| one.vpce_id())
            .collect();
        assert_eq!(named, [endpoint.vpc_endpoint_id.as_str()]);
        let found = discovery::appstream(&bench.aws).await;
        assert!(found.unread.is_empty(), "{:?}", found.unread);
        let of = |kind: &str| {
            let mut all = found.found.iter();
            all.find(|one| one.address.kind.name() == kind).unwrap()
        };
        let found_endpoint = of("ec2.vpc_endpoint");
        assert_eq!(found_endpoint.id, endpoint.vpc_endpoint_id);
        assert!(of("appstream.stack").after.contains(&found_endpoint.address));
        assert!(found_endpoint.after.contains(&of("ec2.security_group").address));
        bench.make(&design(&[]), "deletion").await;
        let calls = bench.sandbox.simulator.call_log();
        let at = |operation: &str| calls.iter().position(|call| call.operation == operation).unwrap();
        assert!(at("CreateVpcEndpoint") < at("CreateStack"));
        assert!(at("DeleteStack") < at("DeleteVpcEndpoints"));
        let deletions = calls
            .iter()
            .filter(|call| call.operation == "DeleteSecurityGroup");
        assert!(
            deletions.clone().count() == 1,
            "it waits until the endpoint is gone: {deletions:?}"
        );
    });
}

/// Of two endpoints for a service in a VPC, that of others is left alone, unless it has the private names.
#[test]
fn an_endpoint_of_others_is_no_hindrance_unless_it_has_the_private_names() {
    on_virtual_time(async {
        let bench = Bench::new().await;
        let without = crate::invariants::conformance::with(
            things("ec2.vpc_endpoint"),
            &[("private_dns", json!(false))],
        );
        // The team's endpoint is there, and has no private names.
        bench.make(&design(&without), "beside the team's").await;
        assert_ne!(found(&bench.aws).await.vpc_endpoint_id, "vpce-0a1b2c3d4e5f60718");
        bench.make(&design(&[]), "deletion").await;

        let named = ModifyVpcEndpoint {
            vpc_endpoint_id: "vpce-0a1b2c3d4e5f60718".to_owned(),
            private_dns_enabled: Some(true),
            ..ModifyVpcEndpoint::default()
        };
        bench.aws.ask(named).await.unwrap();
        let state = bench.sandbox.state();
        let wanted = design(&things("ec2.vpc_endpoint"));
        let assessed = bench.sandbox.assess(&bench.aws, &wanted, &state).await;
        let codes: Vec<&str> = assessed.findings.iter().map(|one| one.code).collect();
        assert!(
            headset_core::diagnostic::has_errors(&assessed.findings),
            "another endpoint is in the way: {codes:?}"
        );
    });
}
