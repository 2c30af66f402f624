//! Who signed a request, for which service and region.
//!
//! Signatures are not verified: the simulator has no secrets. Dates are, against the real clock, because a
//! client whose clock is off fails on AWS too.

use super::message::Message;
use super::timestamp;

/// AWS refuses signatures that are older or newer than this, in seconds.
pub(crate) const TOLERANCE: i64 = 15 * 60;

/// What a SigV4 credential scope says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    /// The access key id.
    pub access_key: String,
    /// The region.
    pub region: String,
    /// The service's signing name.
    pub service: String,
    /// The scope came in the query string: a presigned URL.
    pub presigned: bool,
}

/// Why a signed request is refused before its content is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unacceptable {
    /// The `Authorization` header or `X-Amz-Credential` cannot be read.
    Incomplete,
    /// The date is more than [`TOLERANCE`] away from the real time.
    Skewed,
    /// A presigned URL is past its `X-Amz-Expires`.
    Expired,
}

/// Reads the credential scope. `None` for an unsigned request. `wall` is the real time in epoch seconds.
///
/// # Errors
/// For a scope that cannot be read, a date that is missing or too far off, an expired URL.
pub(crate) fn read(message: &Message, wall: i64) -> Result<Option<Scope>, Unacceptable> {
    if let Some(credential) = message.parameter("X-Amz-Credential") {
        let scope = parse(credential, true).ok_or(Unacceptable::Incomplete)?;
        let date = message
            .parameter("X-Amz-Date")
            .and_then(timestamp::read_amz_date)
            .ok_or(Unacceptable::Incomplete)?;
        let lasts: i64 = message
            .parameter("X-Amz-Expires")
            .and_then(|seconds| seconds.parse().ok())
            .filter(|seconds| (0..=604_800).contains(seconds))
            .ok_or(Unacceptable::Incomplete)?;
        if date.saturating_sub(wall) > TOLERANCE {
            return Err(Unacceptable::Skewed);
        }
        if wall > date.saturating_add(lasts) {
            return Err(Unacceptable::Expired);
        }
        return Ok(Some(scope));
    }
    let Some(authorization) = message.header("authorization") else {
        return Ok(None);
    };
    let rest = authorization
        .strip_prefix("AWS4-HMAC-SHA256")
        .ok_or(Unacceptable::Incomplete)?;
    let field = |name: &str| {
        rest.split(',')
            .filter_map(|part| part.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    };
    if field("Signature").is_none() || field("SignedHeaders").is_none() {
        return Err(Unacceptable::Incomplete);
    }
    let scope = field("Credential")
        .and_then(|credential| parse(credential, false))
        .ok_or(Unacceptable::Incomplete)?;
    let date = message
        .header("x-amz-date")
        .and_then(timestamp::read_amz_date)
        .or_else(|| timestamp::read(message.header("date")?).map(|seconds| seconds as i64))
        .ok_or(Unacceptable::Incomplete)?;
    if date.abs_diff(wall) > TOLERANCE.unsigned_abs() {
        return Err(Unacceptable::Skewed);
    }
    Ok(Some(scope))
}

/// `AKID/20260131/eu-west-2/connect/aws4_request`. The key itself may hold slashes, so it is read from behind.
fn parse(credential: &str, presigned: bool) -> Option<Scope> {
    let mut parts = credential.rsplitn(5, '/');
    let terminator = parts.next()?;
    let service = parts.next()?;
    let region = parts.next()?;
    let date = parts.next()?;
    let access_key = parts.next()?;
    let sound = terminator == "aws4_request"
        && date.len() == 8
        && !access_key.is_empty()
        && !region.is_empty()
        && !service.is_empty();
    sound.then(|| Scope {
        access_key: access_key.to_owned(),
        region: region.to_owned(),
        service: service.to_owned(),
        presigned,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    const CREDENTIAL: &str = "AKIDEXAMPLE/20260131/eu-west-2/connect/aws4_request";

    fn signed(date: &str) -> Message {
        let request = http::Request::get("http://connect.eu-west-2.amazonaws.com/instance")
            .header(
                "authorization",
                format!("AWS4-HMAC-SHA256 Credential={CREDENTIAL}, SignedHeaders=host, Signature=00"),
            )
            .header("x-amz-date", date)
            .body(Bytes::new())
            .expect("a request");
        Message::of(request)
    }

    #[test]
    fn a_signature_is_good_for_fifteen_minutes_either_way() {
        let at = timestamp::read_amz_date("20260131T120000Z").expect("a date");
        let message = signed("20260131T120000Z");
        for off in [-900, 0, 900] {
            let scope = read(&message, at + off).expect("in time").expect("signed");
            assert_eq!(
                (scope.service.as_str(), scope.region.as_str()),
                ("connect", "eu-west-2")
            );
            assert_eq!(scope.access_key, "AKIDEXAMPLE");
        }
        for off in [-901, 901] {
            assert_eq!(read(&message, at + off), Err(Unacceptable::Skewed));
        }
        assert_eq!(read(&signed("soon"), at), Err(Unacceptable::Incomplete));
    }

    #[test]
    fn a_presigned_url_expires() {
        let at = timestamp::read_amz_date("20260131T120000Z").expect("a date");
        let uri = format!(
            "http://b.s3.amazonaws.com/k?X-Amz-Credential={}&X-Amz-Date=20260131T120000Z&X-Amz-Expires=60",
            CREDENTIAL.replace('/', "%2F")
        );
        let message = Message::of(http::Request::get(uri).body(Bytes::new()).expect("a request"));
        assert!(
            read(&message, at + 60)
                .expect("in time")
                .expect("signed")
                .presigned
        );
        assert_eq!(read(&message, at + 61), Err(Unacceptable::Expired));
    }
}
