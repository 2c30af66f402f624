//! The three ways in which AWS writes a moment: seconds since the epoch, ISO 8601, and HTTP dates.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::Value;

/// A timestamp in a protocol's notation. `format` is the model's `timestampFormat`.
/// A value that is a string already is passed on as it is: S3's `Expires` need not be a date.
pub(crate) fn write(value: &Value, format: &str) -> String {
    let Some(seconds) = value.as_f64() else {
        return value.as_str().unwrap_or_default().to_owned();
    };
    let moment = moment(seconds);
    match format {
        "rfc822" => moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        "unixTimestamp" => number(seconds).to_string(),
        _ => moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
    }
}

/// Seconds as a JSON number: whole ones without a fraction.
pub(crate) fn number(seconds: f64) -> Value {
    if seconds.fract() == 0.0 && seconds.abs() < 9e15 {
        Value::from(seconds as i64)
    } else {
        Value::from(seconds)
    }
}

/// Reads a timestamp in any of the three notations, in seconds since the epoch.
pub(crate) fn read(text: &str) -> Option<f64> {
    if let Ok(seconds) = text.parse::<f64>() {
        return seconds.is_finite().then_some(seconds);
    }
    let moment = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| Some(rfc2822::parse(text).ok()?.timestamp()))?;
    Some(moment.as_millisecond() as f64 / 1000.0)
}

/// A moment as HTTP's `Date` has it. Each answer has one, so the last one is kept.
pub(crate) fn http_date(seconds: i64) -> String {
    thread_local! {
        static LAST: std::cell::RefCell<(i64, String)> = const { std::cell::RefCell::new((i64::MIN, String::new())) };
    }
    LAST.with_borrow_mut(|(at, text)| {
        if *at != seconds {
            *text = write(&Value::from(seconds), "rfc822");
            *at = seconds;
        }
        text.clone()
    })
}

/// Reads the date of a signature, `20260131T120000Z`, in seconds since the epoch.
pub(crate) fn read_amz_date(text: &str) -> Option<i64> {
    let civil = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    Some(
        civil
            .to_zoned(jiff::tz::TimeZone::UTC)
            .ok()?
            .timestamp()
            .as_second(),
    )
}

fn moment(seconds: f64) -> Timestamp {
    Timestamp::from_millisecond((seconds * 1000.0).round() as i64).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_notation_reads_back() {
        for format in ["iso8601", "rfc822", "unixTimestamp"] {
            let text = write(&Value::from(1_767_225_600), format);
            assert_eq!(read(&text), Some(1_767_225_600.0), "{format}: {text}");
        }
        assert_eq!(write(&Value::from(0), "rfc822"), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(write(&Value::from("never"), "rfc822"), "never");
        assert_eq!(read_amz_date("19700101T000010Z"), Some(10));
        assert_eq!(read("yesterday"), None);
    }
}
