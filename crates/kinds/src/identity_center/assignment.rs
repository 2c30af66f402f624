//! `identity_center.assignment`: a group or a user that may use an application.

use headset_core::{AwsError, Class};
use headset_derive::Fields;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::spec::ApplicationSpec;
use crate::address::Address;
use crate::discovery::Trace;
use crate::extra::List;
use crate::field::FieldId;
use crate::idp::sheet::code;
use crate::kind::{self, Actions, Answer, Checkpoint, Kind, Live, Question};
use crate::output;
use crate::outward::Terraform;
use crate::shell::word;
use crate::text::Text;
use crate::verify::{Asked, Check, Checked};

/// What a blueprint asks of an assignment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Fields)]
#[fields(kind = "identity_center.assignment", of = Assignment, live = AssignmentLive)]
pub struct AssignmentSpec {
    /// The application's ARN; the empty text if it was not answered, and then a person assigns by hand.
    #[field(replace)]
    pub application_arn: Text,
    /// The application's display name, for the person who assigns by hand.
    #[field(at_creation, compared = WriteOnly)]
    #[serde(default)]
    pub application_name: String,
    /// `GROUP` or `USER`.
    #[field(replace)]
    pub principal_type: String,
    /// The group's display name or the user's user name.
    #[field(replace)]
    pub principal_name: String,
    /// Whether Identity Center is out of Headset's reach.
    #[field(replace, compared = WriteOnly)]
    pub by_hand: bool,
}

impl AssignmentSpec {
    /// Whether a person has to assign. Not while the ARN is not known yet.
    pub fn is_by_hand(&self) -> bool {
        self.by_hand || self.application_arn.known().is_some_and(|arn| arn.is_empty())
    }
}

/// The kind `identity_center.assignment`.
#[derive(Debug)]
pub struct Assignment;

/// The physical id, since assignments have none of their own.
pub fn physical_id(application: &str, principal_type: &str, principal: &str) -> String {
    format!("{application} {principal_type} {principal}")
}

/// Application, type of principal and principal that a physical id names.
///
/// # Errors
/// If it is no such id.
pub fn of_physical_id(id: &str) -> Result<(&str, &str, &str), AwsError> {
    let mut parts = id.splitn(3, ' ');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(application), Some(principal_type), Some(principal)) => {
            Ok((application, principal_type, principal))
        }
        _ => Err(AwsError::not_an_id(id, "an assignment")),
    }
}

/// An assignment that is there.
pub fn live(spec: &AssignmentSpec, application: &str, principal: &str, state: &str) -> Live {
    let assignment = AssignmentLive {
        application_arn: Some(application.to_owned()),
        principal_type: Some(spec.principal_type.clone()),
        principal_name: Some(spec.principal_name.clone()),
    };
    let id = physical_id(application, &spec.principal_type, principal);
    Live::of(id, state, assignment).output(output::PRINCIPAL_ID, principal)
}

/// What to do by hand.
fn worksheet(address: &Address, spec: &AssignmentSpec) -> String {
    let address = address.to_string();
    let (tab, label) = match spec.principal_type.as_str() {
        "GROUP" => ("Groups", "Group"),
        _ => ("Users", "User"),
    };
    let name = match spec.application_name.as_str() {
        "" => String::new(),
        name => format!("- Application: {}\n", code(name)),
    };
    let arn = match spec.application_arn.known() {
        Some(arn) if arn.is_empty() => String::new(),
        _ => format!("- Application ARN: {}\n", code(&spec.application_arn.to_string())),
    };
    let application = name + &arn;
    format!(
        "# Checkpoint {address}\n\n\
         Headset cannot assign people to this application by API: Identity Center is run by hand here, or the \
         application's ARN was not given. So a person does it in the console.\n\n\
         ## Assign users and groups\n\n\
         Open the console of IAM Identity Center, choose **Applications**, **Customer managed**, the application, \
         then **Assign users and groups**, the tab **{tab}**, tick it and choose **Assign users**.\n\n\
         {application}- {label}: {}\n\n\
         ## Answers\n\n\
         - `done`: `yes`, once it is assigned\n\n\
         Give it with\n\n\
         ```sh\nheadset checkpoint answer BLUEPRINT {} done=yes\n```\n",
        code(&spec.principal_name),
        word(&address)
    )
}

/// Whether AWS refuses to assign anybody to this application by API.
///
/// Assumption: sso.assignment-on-saml. That CreateApplicationAssignment works for applications made in the
/// console follows from the model and was not tested against AWS.
fn is_refused(error: &AwsError) -> bool {
    error.operation == "CreateApplicationAssignment"
        && matches!(error.class, Class::Invalid | Class::WrongState | Class::Other)
}

/// `verify`: they see the application.
static ASSIGNED: Check = Check {
    id: "group-assigned",
    about: "the group or user is assigned to the application",
    after: &["application-enabled"],
    across: &[],
};

impl Kind for Assignment {
    fn about(&self) -> &'static str {
        "A group or a user that may sign in through an application of IAM Identity Center."
    }

    fn lists(&self) -> &'static [List] {
        const {
            &[List {
                holder: ApplicationSpec::KIND,
                one: "an assigned user or group",
                what: "assigned users and groups",
            }]
        }
    }

    fn trace(&self) -> Trace {
        Trace::Nothing {
            what: "assignments of groups and users to applications in IAM Identity Center",
            look: "in the IAM Identity Center console: the application, Assigned users and groups",
        }
    }

    fn checks(&self) -> &'static [&'static Check] {
        const { &[&ASSIGNED] }
    }

    fn check(&self, Asked { want, .. }: Asked<'_>) -> Vec<Checked> {
        let name = AssignmentSpec::PRINCIPAL_NAME.text(want).unwrap_or_default();
        vec![ASSIGNED.passed(format!("who is assigned to the application: {name}"))]
    }

    fn identity(&self) -> &'static [FieldId] {
        &[
            AssignmentSpec::APPLICATION_ARN,
            AssignmentSpec::PRINCIPAL_TYPE,
            AssignmentSpec::PRINCIPAL_NAME,
        ]
    }

    fn claim(&self, live: &Live) -> Option<String> {
        // Whom a person assigned by hand, the id does not say.
        let (_, _, principal) = of_physical_id(&live.id).ok()?;
        (!principal.is_empty()).then(|| live.id.clone())
    }

    fn outputs(&self) -> &'static [(&'static str, &'static str)] {
        &[(
            output::PRINCIPAL_ID,
            "id of the group or user in Identity Center's directory; empty if assigned by hand",
        )]
    }

    fn terraform(&self) -> Option<Terraform> {
        Some(Terraform {
            resource: "aws_ssoadmin_application_assignment",
            form: "APPLICATION_ARN,PRINCIPAL_ID,PRINCIPAL_TYPE",
            import_id: |id, _| {
                let (application, principal_type, principal) = of_physical_id(id).ok()?;
                Some(format!("{application},{principal},{principal_type}"))
            },
        })
    }

    fn actions(&self) -> Actions {
        Actions {
            read: &[
                "sso:ListApplicationAssignments",
                "sso:ListInstances",
                "identitystore:DescribeGroup",
                "identitystore:DescribeUser",
                "identitystore:GetGroupId",
                "identitystore:GetUserId",
            ],
            write: &["sso:CreateApplicationAssignment"],
            delete: &["sso:DeleteApplicationAssignment"],
        }
    }

    fn rests_on_answers(&self, want: &Value) -> bool {
        kind::parse::<AssignmentSpec>(want).is_ok_and(|spec| spec.is_by_hand())
    }

    fn manual_fallback(&self, want: &Value, refusal: &AwsError) -> Option<Value> {
        is_refused(refusal).then(|| {
            let mut want = want.clone();
            want[AssignmentSpec::BY_HAND.name] = true.into();
            want
        })
    }

    fn checkpoint(&self, address: &Address, want: &Value) -> Option<Checkpoint> {
        let spec: AssignmentSpec = kind::parse(want).ok()?;
        spec.is_by_hand().then(|| Checkpoint {
            address: address.clone(),
            title: format!(
                "assign the {} `{}` to the application in IAM Identity Center",
                spec.principal_type.to_ascii_lowercase(),
                spec.principal_name
            ),
            worksheet: worksheet(address, &spec),
            questions: vec![Question {
                key: "done".to_owned(),
                about: "`yes`, once it is assigned".to_owned(),
                required: true,
                answer: Answer::Yes,
            }],
            notices: Vec::new(),
            unread: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(arn: Text) -> Value {
        serde_json::to_value(AssignmentSpec {
            application_arn: arn,
            application_name: "acme".to_owned(),
            principal_type: "GROUP".to_owned(),
            principal_name: "agents".to_owned(),
            by_hand: false,
        })
        .unwrap()
    }

    #[test]
    fn only_without_an_arn_it_is_a_checkpoint() {
        let address = headset_core::address!("identity_center.assignment", "GROUP:agents");
        let application = headset_core::address!("identity_center.application", "acme");
        let unknown = spec(Text::after(&application, "application_arn"));
        assert_eq!(Assignment.checkpoint(&address, &unknown), None);
        let known = "arn:aws:sso::123456789012:application/ssoins-0123456789abcdef/apl-0123456789abcdef";
        assert_eq!(Assignment.checkpoint(&address, &spec(known.into())), None);
        let checkpoint = Assignment.checkpoint(&address, &spec("".into())).unwrap();
        assert!(
            checkpoint.worksheet.contains("- Group: `agents`\n"),
            "{}",
            checkpoint.worksheet
        );
        assert!(checkpoint.worksheet.contains(
            "\nheadset checkpoint answer BLUEPRINT identity_center.assignment/GROUP:agents done=yes\n"
        ));
    }

    #[test]
    fn physical_ids_read_back() {
        let id = physical_id("arn:a/b", "GROUP", "1234");
        assert_eq!(of_physical_id(&id).unwrap(), ("arn:a/b", "GROUP", "1234"));
        assert_eq!(of_physical_id(" GROUP ").unwrap(), ("", "GROUP", ""));
        assert!(of_physical_id("nothing").is_err());
    }
}
