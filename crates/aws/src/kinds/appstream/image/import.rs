//! Importing an image from an AMI or an image of WorkSpaces: AWS does all of it.

use aws_sdk_appstream::types;
use headset_core::AwsError;
use headset_kinds::appstream::image::Application;

use super::super::{listing, tags};
use super::{Images, ImportSpec};
use crate::Aws;
use crate::attempt::changed_nothing;

/// How a dry run says that the import would work.
const WOULD_WORK: &str = "DryRunOperationException";

/// Starts an import and returns the image's name. A dry run comes first: it finds most of what makes an AMI unfit, where the
/// import itself would need an hour for it.
pub(super) async fn import(aws: &Aws, spec: &ImportSpec) -> Result<String, AwsError> {
    let source = &spec.import;
    let agent = match source.newest_agent {
        true => types::AgentSoftwareVersion::AlwaysLatest,
        false => types::AgentSoftwareVersion::CurrentLatest,
    };
    let validation = source.try_on.as_ref().map(|instance| {
        types::RuntimeValidationConfig::builder()
            .intended_instance_type(instance)
            .build()
    });
    let request = aws
        .appstream()
        .create_imported_image()
        .name(&spec.name)
        .set_source_ami_id(source.ami.clone())
        .set_workspace_image_id(source.workspace_image.clone())
        .set_iam_role_arn(source.role.clone())
        .set_description(spec.description.clone())
        .set_display_name(spec.display_name.clone())
        .set_runtime_validation_config(validation)
        .agent_software_version(agent)
        .set_app_catalog_config(Some(spec.apps.iter().map(application).collect()))
        .set_tags(tags::at_creation(&spec.tags));
    let tried = aws
        .call("appstream", "CreateImportedImage", || {
            request.clone().dry_run(true).send()
        })
        .await;
    match tried {
        Ok(_) => changed_nothing(),
        Err(error) if error.code.as_deref() == Some(WOULD_WORK) => {}
        Err(error) => return listing::made_before(aws, &Images::ByName, &spec.name, &spec.tags, error).await,
    }
    match aws
        .call("appstream", "CreateImportedImage", || request.clone().send())
        .await
    {
        Ok(_) => Ok(spec.name.clone()),
        Err(error) => listing::made_before(aws, &Images::ByName, &spec.name, &spec.tags, error).await,
    }
}

fn application(app: &Application) -> types::ApplicationConfig {
    let parameters = Some(app.parameters.clone()).filter(|parameters| !parameters.is_empty());
    types::ApplicationConfig::builder()
        .name(&app.name)
        .display_name(&app.display_name)
        .absolute_app_path(&app.path)
        .set_launch_parameters(parameters)
        .build()
}
