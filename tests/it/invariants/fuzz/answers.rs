//! AWS's answers, changed at random on their way: what reads them (the SDKs, the client of our own, the chokepoint) may refuse
//! them, and a plan is made of what is left.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use headset_aws::Wire;
use headset_simulator::world::Settings;
use http_body_util::BodyExt as _;

use super::fuzz;
use super::mutator::Mutator;
use crate::support::{Sandbox, example, on_virtual_time};

/// Changes each fourth answer.
#[derive(Clone, Debug)]
struct Mangled {
    inner: SharedHttpClient,
    seed: Arc<Mutex<u64>>,
}

impl HttpClient for Mangled {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        parts: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            inner: self.inner.http_connector(settings, parts),
            seed: self.seed.clone(),
        })
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    seed: Arc<Mutex<u64>>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let seed = {
            let mut seed = self.seed.lock().unwrap();
            *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *seed
        };
        let truth = self.inner.call(request);
        HttpConnectorFuture::new(async move {
            let mut answer = truth.await?;
            if seed >> 62 != 0 {
                return Ok(answer);
            }
            let body = std::mem::replace(answer.body_mut(), SdkBody::empty());
            let mut bytes = body.collect().await.unwrap().to_bytes().to_vec();
            let corpus = [bytes.clone()];
            Mutator::new(seed, &corpus).mutate(&mut bytes);
            answer
                .headers_mut()
                .insert("content-length", bytes.len().to_string());
            *answer.body_mut() = SdkBody::from(bytes);
            Ok(answer)
        })
    }
}

#[test]
fn answers_of_aws() {
    let sandbox = on_virtual_time(async {
        let (file, text) = example("split-ccp.yaml");
        let sandbox = Sandbox::new(&file, &text, Settings::default());
        sandbox.apply(None).await;
        sandbox
    });
    let corpus = [(0..32).collect::<Vec<u8>>()];
    fuzz("answers", &corpus, 12, |input| {
        let seed = input.iter().fold(1_u64, |seed, byte| {
            seed.wrapping_mul(31).wrapping_add(u64::from(*byte))
        });
        on_virtual_time(async {
            let mangled = Mangled {
                inner: sandbox.simulator.http_client(),
                seed: Arc::new(Mutex::new(seed)),
            };
            let aws = sandbox
                .aws_over(Wire::new(SharedHttpClient::new(mangled), None))
                .await;
            let state = sandbox.state();
            let design = sandbox.design(&aws, &state);
            let session = sandbox.session(&aws, &design, &state);
            // What could not be read is no reason to fail.
            drop(headset_engine::assess::assess(&session, &design, &state).await);
        });
    });
}
