//! One of AWS's SDK clients on a simulated AWS, in one process and without a socket:
//!
//! ```sh
//! cargo run -p headset-simulator --features in-process --example in_process
//! ```
#![expect(clippy::print_stdout, reason = "a person reads what came of it")]

use std::error::Error;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_types::SdkConfig;
use aws_types::region::Region;
use headset_simulator::fault::Rule;
use headset_simulator::{SimOptions, Simulator};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    println!("{}", stacks_by_name().await?.join("\n"));
    Ok(())
}

/// Makes a stack of AppStream, of which the answer gets lost once, and lists what is there.
async fn stacks_by_name() -> Result<Vec<String>, Box<dyn Error>> {
    let simulator = Simulator::new(SimOptions::default());
    let key = Credentials::new("AKIAIOSFODNN7EXAMPLE", "simulated", None, None, "example");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-2"))
        .credentials_provider(SharedCredentialsProvider::new(key))
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .http_client(simulator.http_client())
        .build();
    let appstream = aws_sdk_appstream::Client::new(&config);

    let rule: Rule =
        serde_json::from_str(r#"{ "kind": "drop-before", "operation": "DescribeStacks", "times": 1 }"#)?;
    simulator.inject(rule);
    appstream.create_stack().name("agents").send().await?;
    // The connection is lost once; the SDK asks again.
    let answer = appstream.describe_stacks().send().await?;
    let names = answer
        .stacks()
        .iter()
        .map(|stack| stack.name().unwrap_or_default().to_owned());
    Ok(names.collect())
}

#[cfg(test)]
mod tests {
    #[tokio::test(start_paused = true)]
    async fn a_stack_is_made_and_listed() {
        let names = super::stacks_by_name().await.expect("the simulator answers");
        assert_eq!(names, ["agents"]);
    }
}
