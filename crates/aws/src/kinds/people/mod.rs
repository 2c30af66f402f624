//! Why one person cannot sign in, or gets no call: everything that a sign-in and a call meet, asked of AWS one by one.

mod arrival;
mod calls;
mod contact;
mod desktop;
mod parts;
mod sign_in;

pub(crate) use arrival::arrive;
pub(crate) use contact::contact;
use headset_kinds::person::Part;

use crate::Aws;
use parts::{Found, Named};

/// Everything about a person who is known by this name or e-mail address.
pub(crate) async fn explain(aws: &Aws, who: &str, parts: &[Part<'_>]) -> Found {
    let (mut found, known) = sign_in::sign_in(aws, who, parts).await;
    if let (Some(session), Some(address)) = (&known.session, &known.address) {
        let named = match known.is_typed {
            true => Named::Typed(session),
            false => Named::Known(session),
        };
        found.extend(calls::calls(aws, named, address, parts).await);
    }
    found.extend(desktop::desktops(aws, who, &known, parts).await);
    found
}
