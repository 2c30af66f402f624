//! `identity_center.assignment`: a group or a user that may use an application.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_ssoadmin::types::{ApplicationAssignment, PrincipalType};
use futures_util::future::join_all;
use headset_core::{AwsError, Class};
use headset_kinds::extra::{Extra, Holder, List};
use headset_kinds::identity_center::ApplicationSpec;
pub use headset_kinds::identity_center::assignment::*;
use serde_json::Value;

use super::directory::Directory;
use crate::kinds::field::FieldId;
use crate::kinds::idp::answers;
use crate::kinds::kind::{self, Forbidden, Live, Lookup, Observation};
use crate::kinds::output;
use crate::kinds::rejected::Rejected;
use crate::kinds::remote::{Remote, Work};
use crate::{Aws, pages};

/// What is on the worksheet: what was done for another application or another principal does not count.
const TYPED: &[FieldId] = &[
    AssignmentSpec::APPLICATION_ARN,
    AssignmentSpec::PRINCIPAL_TYPE,
    AssignmentSpec::PRINCIPAL_NAME,
];

/// How many names are looked up at the same time.
const AT_ONCE: usize = 8;

/// Everybody who is assigned to an application, page by page (100 each).
pub(crate) async fn list(aws: &Aws, application: &str) -> Result<Vec<ApplicationAssignment>, AwsError> {
    pages(|token| async move {
        let request = aws
            .sso_admin()
            .list_application_assignments()
            .application_arn(application)
            .max_results(100)
            .set_next_token(token);
        let page = aws
            .call("sso-admin", "ListApplicationAssignments", || {
                request.clone().send()
            })
            .await?;
        Ok((page.application_assignments.unwrap_or_default(), page.next_token))
    })
    .await
}

/// Whether only those who are assigned may use an application. Where that may not be read, it is taken to be so: the console
/// makes applications like that.
pub(crate) async fn is_required(aws: &Aws, application: &str) -> Result<bool, AwsError> {
    let request = aws
        .sso_admin()
        .get_application_assignment_configuration()
        .application_arn(application);
    let answer = aws
        .call("sso-admin", "GetApplicationAssignmentConfiguration", || {
            request.clone().send()
        })
        .await;
    match answer {
        Ok(answer) => Ok(answer.assignment_required),
        Err(error) if error.class == Class::Denied => Ok(true),
        Err(error) => Err(error),
    }
}

/// Who is assigned to an application, as it is remembered.
struct Assigned(Vec<ApplicationAssignment>);

async fn listed(aws: &Aws, application: &str) -> Result<Assigned, AwsError> {
    list(aws, application).await.map(Assigned)
}

/// One assignment to look for.
struct Wanted {
    /// Its place among the lookups.
    index: usize,
    spec: AssignmentSpec,
    /// Who was assigned when it was applied. An assignment holds this id, and renaming a group does not change it.
    applied: Option<Principal>,
}

/// A group or a user by its id.
struct Principal {
    principal_type: String,
    id: String,
}

impl Wanted {
    /// The application that it is on: the one that state remembers, else the one that is asked for.
    fn new(index: usize, lookup: &Lookup, spec: AssignmentSpec, asked: String) -> (String, Wanted) {
        let remembered = lookup.id.as_deref().and_then(|id| of_physical_id(id).ok());
        let (application, applied) = match remembered {
            Some((application, principal_type, id)) if !application.is_empty() && !id.is_empty() => {
                let principal = Principal {
                    principal_type: principal_type.to_owned(),
                    id: id.to_owned(),
                };
                (application.to_owned(), Some(principal))
            }
            _ => (asked, None),
        };
        (application, Wanted { index, spec, applied })
    }
}

/// Sights of all assignments to one application, by index into the lookups.
async fn survey_application(aws: &Aws, application: &str, wanted: &[Wanted]) -> Vec<(usize, Observation)> {
    let everywhere = |observation: Observation| {
        wanted
            .iter()
            .map(|one| (one.index, observation.clone()))
            .collect()
    };
    let remembered = aws.renewed(application, || listed(aws, application)).await;
    let listed = match &remembered {
        Ok(listed) => &listed.0,
        Err(error) if error.is_not_found() => return everywhere(Observation::Absent),
        Err(error) => return everywhere(Observation::Unknown(error.clone())),
    };
    if listed.is_empty() {
        return everywhere(Observation::Absent);
    }
    let directory = match Directory::of_application(aws, application).await {
        Ok(directory) => directory,
        Err(error) => return everywhere(Observation::Unknown(error)),
    };
    let mut observations = Vec::with_capacity(wanted.len());
    for some in wanted.chunks(AT_ONCE) {
        let looks = some
            .iter()
            .map(|one| observe(aws, &directory, application, listed, one));
        let seen = join_all(looks).await;
        observations.extend(some.iter().map(|one| one.index).zip(seen));
    }
    observations
}

/// Looks for one assignment among those of its application.
async fn observe(
    aws: &Aws,
    directory: &Directory,
    application: &str,
    listed: &[ApplicationAssignment],
    wanted: &Wanted,
) -> Observation {
    let spec = &wanted.spec;
    let is_assigned = |principal_type: &str, id: &str| {
        listed
            .iter()
            .any(|one| one.principal_id() == id && one.principal_type().as_str() == principal_type)
    };
    if let Some(applied) = &wanted.applied
        && !is_assigned(&applied.principal_type, &applied.id)
    {
        return Observation::Absent;
    }
    let named = match directory
        .principal(aws, &spec.principal_type, &spec.principal_name)
        .await
    {
        Ok(named) => named,
        Err(error) => return Observation::Unknown(error),
    };
    match (&wanted.applied, named) {
        // Another principal has the name now, or the name is gone: the assignment is still that of the former one.
        (Some(applied), named)
            if applied.principal_type != spec.principal_type || named.as_ref() != Some(&applied.id) =>
        {
            let name = directory
                .name(aws, &applied.principal_type, &applied.id)
                .await
                .unwrap_or_else(|error| {
                    tracing::debug!(%error, "the name of the assigned principal could not be read");
                    None
                });
            let mut former = spec.clone();
            former.principal_type.clone_from(&applied.principal_type);
            former.principal_name = name.unwrap_or_else(|| format!("({})", applied.id));
            Observation::Present(live(&former, application, &applied.id, "ASSIGNED"))
        }
        (_, Some(principal)) if is_assigned(&spec.principal_type, &principal) => {
            Observation::Present(live(spec, application, &principal, "ASSIGNED"))
        }
        // A group that does not exist is not assigned; `create` says that there is none of that name.
        (_, _) => Observation::Absent,
    }
}

/// The id of the group or user that is to be assigned.
///
/// # Errors
/// [`Class::Invalid`] names what is not there.
async fn principal(aws: &Aws, directory: &Directory, spec: &AssignmentSpec) -> Result<String, AwsError> {
    let named = directory
        .principal(aws, &spec.principal_type, &spec.principal_name)
        .await?;
    named.ok_or_else(|| {
        let (operation, what) = match spec.principal_type.as_str() {
            "GROUP" => ("GetGroupId", "group"),
            _ => ("GetUserId", "user"),
        };
        let message = format!(
            "Identity Center's directory {} has no {what} `{}`",
            directory.store, spec.principal_name
        );
        AwsError::new("identitystore", operation, Class::Invalid, message)
    })
}

#[async_trait]
impl Remote for Assignment {
    /// A group or a user that is misspelt is found before the assignment that it replaces is taken back.
    async fn forbidden(
        &self,
        aws: &Aws,
        want: &AssignmentSpec,
    ) -> Option<Result<Option<Forbidden>, AwsError>> {
        if want.is_by_hand() {
            return None;
        }
        // Before the application is made, the only instance that there is has it.
        let application = want.application_arn.resolved().unwrap_or_default();
        let directory = match Directory::of_application(aws, &application).await {
            Ok(directory) => directory,
            // Whether it may be in another region, the application's own look says.
            Err(error) => return Some(Err(error)),
        };
        Some(match principal(aws, &directory, want).await {
            Ok(_) => Ok(None),
            Err(error) => Forbidden::missing(
                error,
                "write the name as Identity Center has it, letter case included; or make it there first",
            ),
        })
    }

    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let mut observations: BTreeMap<usize, Observation> = BTreeMap::new();
        let mut by_application: BTreeMap<String, Vec<Wanted>> = BTreeMap::new();
        for (index, lookup) in lookups.iter().enumerate() {
            let spec = kind::parse::<AssignmentSpec>(&lookup.spec)
                .and_then(|spec| Ok((spec.application_arn.resolved()?, spec)));
            match spec {
                Err(error) => {
                    observations.insert(index, Observation::Unknown(error));
                }
                Ok((arn, spec)) if spec.is_by_hand() => {
                    let is_done = lookup.answers.get("done").is_some_and(|answer| answer == "yes")
                        && !answers::is_outdated(lookup, TYPED);
                    let observation = if is_done {
                        Observation::Present(live(&spec, &arn, "", "ANSWERED"))
                    } else {
                        Observation::Absent
                    };
                    observations.insert(index, observation);
                }
                Ok((arn, spec)) => {
                    let (application, wanted) = Wanted::new(index, lookup, spec, arn);
                    by_application.entry(application).or_default().push(wanted);
                }
            }
        }
        for (application, wanted) in &by_application {
            observations.extend(survey_application(aws, application, wanted).await);
        }
        observations.into_values().collect()
    }

    async fn extras(&self, aws: &Aws, _list: &List, holder: Holder<'_>) -> Result<Vec<Extra>, AwsError> {
        let arn = holder.live.outputs.get(output::APPLICATION_ARN);
        let is_by_hand = ApplicationSpec::BY_HAND.of(holder.spec) == Some(&Value::Bool(true));
        let Some(application) = arn.filter(|arn| !arn.is_empty() && !is_by_hand) else {
            // Identity Center is out of reach: who is assigned, only its console tells.
            return Ok(Vec::new());
        };
        let all = aws
            .remembered(application, None, || listed(aws, application))
            .await?;
        let mut extras = Vec::new();
        for one in &all.0 {
            let (principal_type, principal) = (one.principal_type().as_str(), one.principal_id());
            let id = physical_id(application, principal_type, principal);
            if !holder.known.contains(&id) {
                extras.push((id, principal_type, principal));
            }
        }
        if extras.is_empty() {
            return Ok(Vec::new());
        }
        let directory = Directory::of_application(aws, application).await?;
        let mut named = Vec::with_capacity(extras.len());
        for (id, principal_type, principal) in extras {
            let name = directory.name(aws, principal_type, principal).await?;
            let name = name.unwrap_or_else(|| format!("({principal})"));
            named.push(Extra::new(id, format!("{principal_type}:{name}")));
        }
        Ok(named)
    }

    async fn create(&self, work: &Work<'_>, spec: &AssignmentSpec) -> Result<String, AwsError> {
        if spec.is_by_hand() {
            return Err(AwsError::own(
                Class::Other,
                "the assignment is gone, and here only a person can make it again: apply again for its worksheet",
            ));
        }
        let application = spec.application_arn.resolved()?;
        let directory = Directory::of_application(work.aws, &application).await?;
        let principal = principal(work.aws, &directory, spec).await?;
        let request = work
            .aws
            .sso_admin()
            .create_application_assignment()
            .application_arn(&application)
            .principal_type(PrincipalType::from(spec.principal_type.as_str()))
            .principal_id(&principal);
        match work
            .aws
            .call("sso-admin", "CreateApplicationAssignment", || {
                request.clone().send()
            })
            .await
        {
            Err(error) if error.class != Class::AlreadyThere => Err(error),
            _ => Ok(physical_id(&application, &spec.principal_type, &principal)),
        }
    }

    /// Takes the assignment back. One that was made by hand goes by hand, or with its application.
    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let (application, principal_type, principal) = of_physical_id(&live.id)?;
        if principal.is_empty() {
            return Ok(());
        }
        let request = work
            .aws
            .sso_admin()
            .delete_application_assignment()
            .application_arn(application)
            .principal_type(PrincipalType::from(principal_type))
            .principal_id(principal);
        match work
            .aws
            .call("sso-admin", "DeleteApplicationAssignment", || {
                request.clone().send()
            })
            .await
        {
            Err(error) if !error.is_not_found() => Err(error),
            _ => Ok(()),
        }
    }

    async fn check_answers(
        &self,
        _aws: &Aws,
        want: &Value,
        answers: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Rejected> {
        let mut out = BTreeMap::new();
        for (key, answer) in answers.iter().filter(|(key, _)| *key != answers::WORKSHEET) {
            match (key.as_str(), answer.trim().to_ascii_lowercase().as_str()) {
                ("done", "yes" | "true") => {
                    out.insert("done".to_owned(), "yes".to_owned());
                }
                ("done", _) => return Err(format!("done: `{answer}` is not `yes`").into()),
                (other, _) => {
                    return Err(
                        format!("`{other}` is not an answer to this checkpoint; it asks for: done").into(),
                    );
                }
            }
        }
        answers::sign(&mut out, want, TYPED);
        Ok(out)
    }
}
