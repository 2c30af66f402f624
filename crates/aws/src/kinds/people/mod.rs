//! Why one person cannot sign in, or gets no call: everything that a sign-in and a call meet, asked of AWS one by one.

mod arrival;
mod calls;
mod desktop;
mod parts;
mod sign_in;

pub(crate) use arrival::arrive;
use headset_kinds::person::Part;

use crate::Aws;
use parts::Found;
use sign_in::Known;

/// Everything about a person who is known by this name or e-mail address.
pub(crate) async fn explain(aws: &Aws, who: &str, parts: &[Part<'_>]) -> Found {
    let (mut found, known) = sign_in::sign_in(aws, who, parts).await;
    let Known { session, address, .. } = &known;
    if let (Some(session), Some(address)) = (session, address) {
        found.extend(calls::calls(aws, session, address, parts).await);
    }
    found.extend(desktop::desktops(aws, who, &known, parts).await);
    found
}
