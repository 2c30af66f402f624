//! The simulated person of a simulator over loopback (`headset sim serve`).

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::sim_token;
use headset_aws::Aws;
use headset_engine::apply::CheckpointResponder;
use headset_kinds::Checkpoint;

/// Shows printed worksheets to the simulator behind an endpoint.
pub(super) struct RemoteOperator {
    aws: Aws,
    endpoint: String,
    /// What its control plane asks for.
    token: Option<String>,
}

impl RemoteOperator {
    /// The operator behind this endpoint, if it is a simulator that has one.
    pub(super) async fn find(aws: &Aws, endpoint: &str) -> Option<RemoteOperator> {
        let endpoint = endpoint.trim_end_matches('/').to_owned();
        let hello = aws.fetch(&format!("{endpoint}/_sim/hello")).await.ok()?;
        let hello: serde_json::Value = serde_json::from_str(&hello).ok()?;
        let on = hello
            .get("operator")
            .is_some_and(|operator| *operator == "on" || *operator == true);
        on.then(|| RemoteOperator {
            aws: aws.clone(),
            token: sim_token::of_endpoint(&endpoint),
            endpoint,
        })
    }
}

#[async_trait]
impl CheckpointResponder for RemoteOperator {
    async fn act(&self, checkpoint: &Checkpoint) -> Option<Result<BTreeMap<String, String>, String>> {
        let shown = serde_json::json!({ "worksheet": checkpoint.worksheet }).to_string();
        let answer = match self
            .aws
            .post(
                &format!("{}/_sim/operator", self.endpoint),
                shown,
                self.token.as_deref(),
            )
            .await
        {
            Ok(answer) => answer,
            Err(error) => return Some(Err(error.message)),
        };
        let answers = serde_json::from_str::<serde_json::Value>(&answer)
            .and_then(|answer| serde_json::from_value(answer.get("answers").cloned().unwrap_or_default()));
        Some(answers.map_err(|error| format!("the operator's answer is not understood: {error}")))
    }
}
