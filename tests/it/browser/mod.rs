//! The pages in Chromium, against the simulated cloud, with the library that agents get. `blueprints/split-ccp.yaml` is
//! applied once, and what the browser is served is what S3 holds then; once more with CloudFront before it.

mod calls;
mod devices;
mod devtools;
mod edges;
mod framing;
mod front;
mod page;
mod report;
mod ringing;
mod safety;
mod sign_in;
mod site;
mod status;
pub(crate) mod tools;
