//! The holder of a policy cannot widen what it may do: every way that is known, tried with the policies as they are and with
//! policies that are broken for it.

use headset_design::permissions::{Command, NamedPolicy};
use headset_simulator::policy::{Context, Decision, Kind, Permissions, Policy, Principal, Request};
use serde_json::{Value, json};

use super::example;
use crate::support::on_virtual_time;
use crate::support::permitted::BOUNDARY;

/// One request that a way takes: action, resource, and condition keys with their values.
type Step = (
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// A way to more permissions: open to those who may make all of its requests.
struct Way {
    name: &'static str,
    source: &'static str,
    steps: &'static [Step],
}

const RHINO: &str = "Rhino Security Labs, \"AWS IAM Privilege Escalation: Methods and Mitigation\"";
const RHINO_2: &str = "Rhino Security Labs, \"AWS IAM Privilege Escalation: Methods and Mitigation, Part 2\"";
const BISHOP: &str = "Bishop Fox, \"IAM Vulnerable: an AWS IAM privilege escalation playground\"";
const BOUNDARIES: &str =
    "IAM user guide, \"Permissions boundaries for IAM entities\", delegating responsibility";
const TAGS: &str = "IAM user guide, \"Controlling access to AWS resources using tags\"";
const FEDERATION: &str =
    "IAM user guide, \"Identity providers and federation\": a role trusts what its provider signs";
const CENTER: &str = "IAM Identity Center user guide, \"Manage AWS accounts with permission sets\"";

/// An administrator's, with more permissions.
const ADMIN: &str = "arn:aws:iam::123456789012:role/administrator";
/// The role that carries the policies.
const SELF: &str = "arn:aws:iam::123456789012:role/headset-ci";
const USER: &str = "arn:aws:iam::123456789012:user/administrator";
const GROUP: &str = "arn:aws:iam::123456789012:group/administrators";
/// One of the policies.
const POLICY: &str = "arn:aws:iam::123456789012:policy/headset-acme-support-apply-1";
const FUNCTION: &str = "arn:aws:lambda:eu-west-2:123456789012:function:administers";
/// A role of the environment, which the holder may shape.
const OWN: &str = "arn:aws:iam::123456789012:role/acme-support-connect";

const ADMINISTRATOR: (&str, &str) = ("iam:PolicyARN", "arn:aws:iam::aws:policy/AdministratorAccess");
const TAGGED: (&str, &str) = ("aws:ResourceTag/headset:environment", "acme-support");
const TAGGING: (&str, &str) = ("aws:RequestTag/headset:environment", "acme-support");
const WITHIN: (&str, &str) = ("iam:PermissionsBoundary", BOUNDARY);

const fn way(name: &'static str, source: &'static str, steps: &'static [Step]) -> Way {
    Way { name, source, steps }
}

/// The request that hands the administrator's role to a service.
macro_rules! pass {
    ($service:literal) => {
        (
            "iam:PassRole",
            ADMIN,
            &[("iam:PassedToService", concat!($service, ".amazonaws.com"))],
        )
    };
}

#[rustfmt::skip]
const WAYS: &[Way] = &[
    way("CreatePolicyVersion", RHINO, &[("iam:CreatePolicyVersion", POLICY, &[])]),
    way("SetDefaultPolicyVersion", RHINO, &[("iam:SetDefaultPolicyVersion", POLICY, &[])]),
    way("PassRole and RunInstances", RHINO, &[pass!("ec2"), ("ec2:RunInstances", "*", &[])]),
    way("CreateAccessKey", RHINO, &[("iam:CreateAccessKey", USER, &[])]),
    way("CreateLoginProfile", RHINO, &[("iam:CreateLoginProfile", USER, &[])]),
    way("UpdateLoginProfile", RHINO, &[("iam:UpdateLoginProfile", USER, &[])]),
    way("AttachUserPolicy", RHINO, &[("iam:AttachUserPolicy", USER, &[ADMINISTRATOR])]),
    way("AttachGroupPolicy", RHINO, &[("iam:AttachGroupPolicy", GROUP, &[ADMINISTRATOR])]),
    way("AttachRolePolicy", RHINO, &[("iam:AttachRolePolicy", SELF, &[ADMINISTRATOR])]),
    way("PutUserPolicy", RHINO, &[("iam:PutUserPolicy", USER, &[])]),
    way("PutGroupPolicy", RHINO, &[("iam:PutGroupPolicy", GROUP, &[])]),
    way("PutRolePolicy", RHINO, &[("iam:PutRolePolicy", SELF, &[])]),
    way("AddUserToGroup", RHINO, &[("iam:AddUserToGroup", GROUP, &[])]),
    way("UpdateAssumeRolePolicy", RHINO, &[("iam:UpdateAssumeRolePolicy", ADMIN, &[])]),
    way("PassRole, CreateFunction and InvokeFunction", RHINO, &[
        pass!("lambda"), ("lambda:CreateFunction", FUNCTION, &[]), ("lambda:InvokeFunction", FUNCTION, &[])]),
    way("PassRole, CreateFunction and CreateEventSourceMapping", RHINO, &[
        pass!("lambda"), ("lambda:CreateFunction", FUNCTION, &[]), ("lambda:CreateEventSourceMapping", "*", &[])]),
    way("UpdateFunctionCode", RHINO, &[("lambda:UpdateFunctionCode", FUNCTION, &[])]),
    way("UpdateFunctionConfiguration", RHINO_2, &[("lambda:UpdateFunctionConfiguration", FUNCTION, &[])]),
    way("PassRole, CreateFunction and AddPermission", BISHOP, &[
        pass!("lambda"), ("lambda:CreateFunction", FUNCTION, &[]), ("lambda:AddPermission", FUNCTION, &[])]),
    way("PassRole and CreateDevEndpoint", RHINO, &[pass!("glue"), ("glue:CreateDevEndpoint", "*", &[])]),
    way("UpdateDevEndpoint", RHINO, &[("glue:UpdateDevEndpoint", "*", &[])]),
    way("PassRole and cloudformation:CreateStack", RHINO, &[
        pass!("cloudformation"), ("cloudformation:CreateStack", "*", &[])]),
    way("cloudformation:UpdateStack", BISHOP, &[("cloudformation:UpdateStack", "*", &[])]),
    way("PassRole and CreatePipeline", RHINO, &[
        pass!("datapipeline"), ("datapipeline:CreatePipeline", "*", &[]),
        ("datapipeline:PutPipelineDefinition", "*", &[])]),
    way("codestar:CreateProject with a role", RHINO_2, &[pass!("codestar"), ("codestar:CreateProject", "*", &[])]),
    way("PassRole and CreateNotebookInstance", RHINO_2, &[
        pass!("sagemaker"), ("sagemaker:CreateNotebookInstance", "*", &[]),
        ("sagemaker:CreatePresignedNotebookInstanceUrl", "*", &[])]),
    way("CreatePresignedNotebookInstanceUrl", RHINO_2, &[("sagemaker:CreatePresignedNotebookInstanceUrl", "*", &[])]),
    way("PassRole and CreateProcessingJob", BISHOP, &[pass!("sagemaker"), ("sagemaker:CreateProcessingJob", "*", &[])]),
    way("PassRole and RunTask", BISHOP, &[
        pass!("ecs-tasks"), ("ecs:RegisterTaskDefinition", "*", &[]), ("ecs:RunTask", "*", &[])]),
    way("PassRole and codebuild:CreateProject", BISHOP, &[
        pass!("codebuild"), ("codebuild:CreateProject", "*", &[]), ("codebuild:StartBuild", "*", &[])]),
    way("PassRole to AppStream", "AppStream's guide, \"Using an IAM role to grant permissions to applications\"", &[
        pass!("appstream")]),
    way("AssumeRole", BISHOP, &[("sts:AssumeRole", ADMIN, &[])]),
    way("SendCommand", BISHOP, &[("ssm:SendCommand", "*", &[])]),
    way("StartSession", BISHOP, &[("ssm:StartSession", "*", &[])]),
    way("SendSSHPublicKey", BISHOP, &[("ec2-instance-connect:SendSSHPublicKey", "*", &[])]),
    way("AddRoleToInstanceProfile", BISHOP, &[
        ("iam:AddRoleToInstanceProfile", "arn:aws:iam::123456789012:instance-profile/machines", &[])]),
    way("CreateServiceSpecificCredential", BISHOP, &[("iam:CreateServiceSpecificCredential", USER, &[])]),
    way("DeactivateMFADevice", BISHOP, &[("iam:DeactivateMFADevice", USER, &[])]),
    way("CreateUser and AttachUserPolicy", BISHOP, &[
        ("iam:CreateUser", USER, &[]), ("iam:AttachUserPolicy", USER, &[ADMINISTRATOR])]),
    way("CreateRole without a boundary", BOUNDARIES, &[("iam:CreateRole", OWN, &[TAGGING])]),
    way("CreateRole with another boundary", BOUNDARIES, &[
        ("iam:CreateRole", OWN, &[TAGGING, ("iam:PermissionsBoundary", "arn:aws:iam::aws:policy/AdministratorAccess")])]),
    way("PutRolePolicy on a role without a boundary", BOUNDARIES, &[("iam:PutRolePolicy", OWN, &[TAGGED])]),
    way("UpdateAssumeRolePolicy of a role without a boundary", BOUNDARIES, &[
        ("iam:UpdateAssumeRolePolicy", OWN, &[TAGGED])]),
    way("AttachRolePolicy to a role of the environment", BOUNDARIES, &[
        ("iam:AttachRolePolicy", OWN, &[TAGGED, WITHIN, ADMINISTRATOR])]),
    way("DeleteRolePermissionsBoundary", BOUNDARIES, &[("iam:DeleteRolePermissionsBoundary", OWN, &[TAGGED, WITHIN])]),
    way("DeleteUserPermissionsBoundary", BOUNDARIES, &[("iam:DeleteUserPermissionsBoundary", USER, &[])]),
    way("PutRolePermissionsBoundary of another policy", BOUNDARIES, &[
        ("iam:PutRolePermissionsBoundary", OWN, &[
            TAGGED, ("iam:PermissionsBoundary", "arn:aws:iam::aws:policy/AdministratorAccess")])]),
    way("PutUserPermissionsBoundary", BOUNDARIES, &[("iam:PutUserPermissionsBoundary", USER, &[])]),
    way("CreatePolicyVersion of the boundary", BOUNDARIES, &[("iam:CreatePolicyVersion", BOUNDARY, &[])]),
    way("DeletePolicyVersion of the boundary", BOUNDARIES, &[("iam:DeletePolicyVersion", BOUNDARY, &[])]),
    way("DeletePolicy of the boundary", BOUNDARIES, &[("iam:DeletePolicy", BOUNDARY, &[])]),
    way("DetachRolePolicy of a policy that denies", BISHOP, &[("iam:DetachRolePolicy", SELF, &[])]),
    way("DeleteRolePolicy of a policy that denies", BISHOP, &[("iam:DeleteRolePolicy", SELF, &[])]),
    way("DeleteUserPolicy of a policy that denies", BISHOP, &[("iam:DeleteUserPolicy", USER, &[])]),
    way("TagRole, so that another role counts as the environment's", TAGS, &[("iam:TagRole", SELF, &[TAGGING])]),
    way("TagRole of a role of another environment", TAGS, &[
        ("iam:TagRole", OWN, &[TAGGING, ("aws:ResourceTag/headset:environment", "another")])]),
    way("UpdateSAMLProvider of another provider", FEDERATION, &[
        ("iam:UpdateSAMLProvider", "arn:aws:iam::123456789012:saml-provider/corporate", &[])]),
    way("UpdateOpenIDConnectProviderThumbprint", FEDERATION, &[
        ("iam:UpdateOpenIDConnectProviderThumbprint",
         "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com", &[])]),
    way("AddClientIDToOpenIDConnectProvider", FEDERATION, &[
        ("iam:AddClientIDToOpenIDConnectProvider",
         "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com", &[])]),
    way("CreateAccountAssignment", CENTER, &[("sso:CreateAccountAssignment", "*", &[])]),
    way("PutInlinePolicyToPermissionSet", CENTER, &[("sso:PutInlinePolicyToPermissionSet", "*", &[])]),
    way("AttachManagedPolicyToPermissionSet", CENTER, &[("sso:AttachManagedPolicyToPermissionSet", "*", &[])]),
    // What another environment was answered is what its SAML provider trusts, and its lease and state are what its runs
    // believe: who writes them has that environment's roles made and its agents signed in.
    way("PutObject of the answers of another environment", FEDERATION, &[
        ("s3:PutObject", "arn:aws:s3:::acme-state/headset/acme/123456789012-eu-west-2/answers/idp.json", &[])]),
    way("PutObject of the answers of an environment whose name goes on", FEDERATION, &[
        ("s3:PutObject", "arn:aws:s3:::acme-state/headset/acme-support2/123456789012-eu-west-2/answers/idp.json", &[])]),
    way("PutObject of the state of another environment", FEDERATION, &[
        ("s3:PutObject", "arn:aws:s3:::acme-state/headset/acme/123456789012-eu-west-2/state.json", &[])]),
    way("DeleteObject of the answers of another environment", FEDERATION, &[
        ("s3:DeleteObject", "arn:aws:s3:::acme-state/headset/acme/123456789012-eu-west-2/answers/idp.json", &[])]),
    way("CreateServiceLinkedRole for any service", "IAM user guide, \"Service-linked role permissions\"", &[
        ("iam:CreateServiceLinkedRole", "arn:aws:iam::123456789012:role/aws-service-role/ssm.amazonaws.com/x",
         &[("iam:AWSServiceName", "ssm.amazonaws.com")])]),
];

/// The policies as JSON.
fn documents(policies: &[NamedPolicy]) -> Vec<Value> {
    let own = policies.iter().filter(|policy| policy.role.is_none());
    own.map(|policy| json!(policy.document)).collect()
}

/// The ways that are open to who has these policies.
fn open(documents: &[Value]) -> Vec<&'static str> {
    let read = |document: &Value| Policy::parse(&document.to_string(), Kind::Identity).unwrap();
    let permissions = Permissions::new(documents.iter().map(read).collect(), None);
    let principal = Principal::Aws {
        arn: "arn:aws:sts::123456789012:assumed-role/headset-ci/run".to_owned(),
        account: "123456789012".to_owned(),
    };
    let may = |(action, resource, keys): &Step| {
        let context: Context = keys
            .iter()
            .map(|(key, value)| (key.to_lowercase(), vec![(*value).to_owned()]))
            .collect();
        let request = Request {
            principal: &principal,
            action,
            resource,
            context: &context,
        };
        permissions.decide(&request) == Decision::Allowed
    };
    let open = WAYS.iter().filter(|way| way.steps.iter().all(may));
    open.map(|way| way.name).collect()
}

/// The same without statements that deny.
fn without_denials(documents: &[Value]) -> Vec<Value> {
    let mut documents = documents.to_vec();
    for document in &mut documents {
        let statements = document["Statement"].as_array_mut().unwrap();
        statements.retain(|statement| statement["Effect"] == "Allow");
    }
    documents
}

const HOLDERS: [Command; 6] = [
    Command::Plan,
    Command::Drift,
    Command::Verify,
    Command::Apply,
    Command::Destroy,
    Command::Checkpoint,
];

#[test]
fn no_known_way_is_open_and_each_one_opens_where_a_policy_is_broken_for_it() {
    on_virtual_time(async {
        let (_, asking) = example("split-ccp.yaml").await;
        for command in HOLDERS {
            let as_they_are = documents(&asking.policies(command));
            assert_eq!(open(&as_they_are), [""; 0], "{command}");
            let broken = without_denials(&as_they_are);
            // What they allow is enough by itself: the statements that deny only hold what others allow.
            assert_eq!(open(&broken), [""; 0], "{command} without denials");
            for way in WAYS {
                assert!(!way.source.is_empty() && !way.steps.is_empty());
                let actions: Vec<&str> = way.steps.iter().map(|(action, ..)| *action).collect();
                let mut broken = broken.clone();
                broken.push(json!({ "Version": "2012-10-17", "Statement": [
                    { "Effect": "Allow", "Action": actions, "Resource": "*" }] }));
                assert!(
                    open(&broken).contains(&way.name),
                    "{command}, broken for it: {}",
                    way.name
                );
            }
        }
    });
}

/// What apply denies stays denied, also where another policy of the holder allows it: the boundary cannot be lifted.
#[test]
fn a_boundary_cannot_be_lifted_with_another_policy() {
    on_virtual_time(async {
        let (_, asking) = example("split-ccp.yaml").await;
        let mut documents = documents(&asking.policies(Command::Apply));
        documents.push(json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": "iam:*", "Resource": "*" }] }));
        let open = open(&documents);
        for closed in [
            "CreateRole without a boundary",
            "CreateRole with another boundary",
            "DeleteRolePermissionsBoundary",
            "DeleteUserPermissionsBoundary",
            "PutRolePermissionsBoundary of another policy",
            "CreatePolicyVersion of the boundary",
            "DeletePolicyVersion of the boundary",
            "DeletePolicy of the boundary",
        ] {
            assert!(!open.contains(&closed), "{closed}");
        }
        assert!(
            open.contains(&"PutUserPolicy"),
            "the other policy does allow something"
        );
    });
}

/// No condition of IAM's statements is there in vain: without it, a way opens.
#[test]
fn each_condition_on_roles_closes_a_way() {
    on_virtual_time(async {
        let (_, asking) = example("enterprise.yaml").await;
        let environment = json!({ "from": "acme-enterprise", "to": "acme-support" });
        // The ways are about `acme-support`: the same policies for an environment of that name.
        let text = serde_json::to_string(&documents(&asking.policies(Command::Apply))).unwrap();
        let text = text
            .replace(environment["from"].as_str().unwrap(), "acme-support")
            .replace("role/contact-center/", "role/");
        let documents: Vec<Value> = serde_json::from_str(&text).unwrap();
        let documents = without_denials(&documents);
        assert_eq!(open(&documents), [""; 0]);
        let mut tried = 0;
        for (number, document) in documents.iter().enumerate() {
            for (index, statement) in document["Statement"].as_array().unwrap().iter().enumerate() {
                let conditions = statement["Condition"].as_object();
                let sid = statement["Sid"].as_str().unwrap();
                for (operator, keys) in conditions.into_iter().flatten() {
                    for key in keys
                        .as_object()
                        .unwrap()
                        .keys()
                        .filter(|key| key.starts_with("iam:"))
                    {
                        let mut broken = documents.clone();
                        let at = &mut broken[number]["Statement"][index];
                        at["Condition"][operator].as_object_mut().unwrap().remove(key);
                        at["Resource"] = json!("*");
                        tried += 1;
                        assert_ne!(open(&broken), [""; 0], "{sid} without {key}");
                    }
                }
            }
        }
        assert!(tried >= 4, "{tried}");
    });
}
