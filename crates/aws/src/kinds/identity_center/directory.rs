//! Groups and users of Identity Center's directory by name.

use aws_sdk_ssoadmin::types::{InstanceMetadata, InstanceStatus};
use headset_client::services::identity_store::{
    AlternateIdentifier, DescribeGroup, DescribeUser, GetGroupId, GetUserId,
};
use headset_core::arn::name_in;
use headset_core::{AwsError, Class};

use crate::{Aws, pages};

/// The directory of one Identity Center instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Directory {
    /// Its id, such as `d-0123456789`.
    pub(crate) store: String,
    /// The ARN of the instance.
    pub(crate) instance: String,
}

/// The instances that are visible, at least one: a run remembers them.
struct Instances(Vec<InstanceMetadata>);

impl Instances {
    async fn list(aws: &Aws) -> Result<Instances, AwsError> {
        let found = pages(|token| async move {
            let request = aws.sso_admin().list_instances().set_next_token(token);
            let page = aws
                .call("sso-admin", "ListInstances", || request.clone().send())
                .await?;
            Ok((page.instances.unwrap_or_default(), page.next_token))
        })
        .await?;
        match found.is_empty() {
            true => Err(unseen(aws)),
            false => Ok(Instances(found)),
        }
    }
}

/// No instance is visible.
fn unseen(aws: &Aws) -> AwsError {
    AwsError::new(
        "sso-admin",
        "ListInstances",
        Class::Invalid,
        format!(
            "no IAM Identity Center instance is visible in {}: is that its home region, and is this the \
             account that runs it? See `aws.identity_center` of the blueprint",
            aws.regions().identity_center
        ),
    )
}

impl Directory {
    /// The directory of the instance that an application belongs to; of the only instance, where none is named.
    ///
    /// # Errors
    /// [`Class::Invalid`] if no instance is visible: Identity Center is regional, and another region answers
    /// with an empty list.
    pub(crate) async fn of_application(aws: &Aws, application: &str) -> Result<Directory, AwsError> {
        let seen = aws.remembered("", None, || Instances::list(aws)).await?;
        Directory::among(aws, &seen.0, application)
    }

    /// The same as it is by now, where that there is one proves something.
    ///
    /// # Errors
    /// Those of [`Directory::of_application`].
    pub(crate) async fn seen_now(aws: &Aws, application: &str) -> Result<Directory, AwsError> {
        let seen = Instances::list(aws).await?;
        Directory::among(aws, &seen.0, application)
    }

    fn among(aws: &Aws, instances: &[InstanceMetadata], application: &str) -> Result<Directory, AwsError> {
        let chosen = choose(instances, application);
        match chosen.and_then(|one| Some((one.identity_store_id()?, one.instance_arn()?))) {
            Some((store, instance)) => Ok(Directory {
                store: store.to_owned(),
                instance: instance.to_owned(),
            }),
            None => Err(unseen(aws)),
        }
    }

    /// The id of the group or user of this name; `None` if there is no such one.
    pub(crate) async fn principal(
        &self,
        aws: &Aws,
        principal_type: &str,
        name: &str,
    ) -> Result<Option<String>, AwsError> {
        let identity_store_id = self.store.clone();
        let answer = if principal_type == "GROUP" {
            let request = GetGroupId {
                identity_store_id,
                alternate_identifier: AlternateIdentifier::of("displayName", name),
            };
            aws.ask(request).await.map(|answer| answer.group_id)
        } else {
            let request = GetUserId {
                identity_store_id,
                alternate_identifier: AlternateIdentifier::of("userName", name),
            };
            aws.ask(request).await.map(|answer| answer.user_id)
        };
        match answer {
            Ok(id) => Ok(Some(id)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Directory {
    /// What the group or user of this id is called now; `None` if there is no such one.
    pub(crate) async fn name(
        &self,
        aws: &Aws,
        principal_type: &str,
        id: &str,
    ) -> Result<Option<String>, AwsError> {
        let identity_store_id = self.store.clone();
        let answer = if principal_type == "GROUP" {
            let request = DescribeGroup {
                identity_store_id,
                group_id: id.to_owned(),
            };
            aws.ask(request).await.map(|answer| answer.display_name)
        } else {
            let request = DescribeUser {
                identity_store_id,
                user_id: id.to_owned(),
            };
            aws.ask(request).await.map(|answer| answer.user_name)
        };
        match answer {
            Ok(name) => Ok(name),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The instance whose id is in the application's ARN; where none is, the only active one.
fn choose<'a>(instances: &'a [InstanceMetadata], application: &str) -> Option<&'a InstanceMetadata> {
    let owner = application.split('/').nth(1);
    let id = |one: &'a InstanceMetadata| one.instance_arn().map(name_in);
    let mut active = instances
        .iter()
        .filter(|one| one.status() == Some(&InstanceStatus::Active));
    instances
        .iter()
        .find(|one| owner.is_some() && id(one) == owner)
        .or_else(|| match (active.next(), active.next()) {
            (Some(one), None) => Some(one),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(id: &str, store: &str) -> InstanceMetadata {
        InstanceMetadata::builder()
            .instance_arn(format!("arn:aws:sso:::instance/{id}"))
            .identity_store_id(store)
            .status(InstanceStatus::Active)
            .build()
    }

    #[test]
    fn the_applications_arn_picks_the_instance() {
        let two = [
            instance("ssoins-0000000000000001", "d-0000000001"),
            instance("ssoins-0000000000000002", "d-0000000002"),
        ];
        let of = |arn: &str, among: &[InstanceMetadata]| {
            choose(among, arn)
                .and_then(|one| one.identity_store_id())
                .map(str::to_owned)
        };
        let application =
            "arn:aws:sso::123456789012:application/ssoins-0000000000000002/apl-0000000000000000";
        assert_eq!(of(application, &two).as_deref(), Some("d-0000000002"));
        let other = "arn:aws:sso::123456789012:application/ssoins-0000000000000009/apl-0000000000000000";
        assert_eq!(of(other, &two), None);
        assert_eq!(of(other, &two[..1]).as_deref(), Some("d-0000000001"));
    }
}
