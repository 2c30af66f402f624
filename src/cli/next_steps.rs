//! What to write into other blueprints and into pipelines, once an account has what they need.

use std::collections::BTreeMap;

use headset_kinds::iam::OidcProviderSpec;

use super::environment::Environment;
use super::terminal;

/// Says it, by what was made.
pub(super) fn say(environment: &Environment, outputs: &BTreeMap<String, String>) {
    for step in steps(environment, outputs) {
        terminal::talk(&format!("\n{step}"));
    }
}

fn steps(environment: &Environment, outputs: &BTreeMap<String, String>) -> Vec<String> {
    let mut steps = Vec::new();
    if let Some(state) = outputs.get("state") {
        steps.push(format!(
            "In every other blueprint of the account:\n\nstate: {state}"
        ));
        if environment.store.shared().is_none() {
            steps.push(format!(
                "The state of this one is on this machine alone. Write the same line into its blueprint, then move it:\n\n{}",
                environment.invocation.command("state migrate")
            ));
        }
    }
    if let Some(boundary) = outputs.get("permissions_boundary") {
        steps.push(format!(
            "In every other blueprint with `sign_in`:\n\nsign_in:\n  role:\n    permissions_boundary: \"{boundary}\""
        ));
    }
    let roles = outputs
        .iter()
        .filter_map(|(name, arn)| Some((name.strip_prefix("ci_role_")?, arn)));
    let roles: Vec<(&str, &String)> = roles.collect();
    if roles.is_empty() {
        return steps;
    }
    let mut provider = environment.design.resources.keys();
    let provider = provider.find(|address| address.kind == OidcProviderSpec::KIND);
    let host = provider.map_or("", |address| address.key.as_str());
    let region = &environment.context.region;
    for (role, arn) in roles {
        steps.push(match host {
            "token.actions.githubusercontent.com" => format!(
                "In the workflow that takes the role `{role}`:\n\npermissions: {{ id-token: write, contents: read }}\nsteps:\n  - \
                 uses: aws-actions/configure-aws-credentials@v4\n    with: {{ role-to-assume: \"{arn}\", aws-region: {region} }}"
            ),
            _ => format!(
                "In the job that takes the role `{role}`, with its token in the file that the last variable names:\n\n\
                 AWS_ROLE_ARN={arn}\nAWS_REGION={region}\nAWS_WEB_IDENTITY_TOKEN_FILE=token"
            ),
        });
    }
    steps
}
