//! The pages in Chromium, against the simulated cloud, with the library that agents get. `blueprints/split-ccp.yaml` is
//! applied once, and what the browser is served is what S3 holds then.

mod devtools;
mod framing;
mod front;
#[expect(dead_code, reason = "a page also does what only tests of sign-in need")]
mod page;
#[expect(dead_code, reason = "a browser can also block pop-ups")]
mod site;
mod tools;
