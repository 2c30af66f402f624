//! Values that AWS's protocols write in their own ways.

use std::fmt;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::de::{self, Deserializer, Visitor};
use serde::ser::{self, Serializer};
use serde::{Deserialize, Serialize};

/// The name by which codecs know [`Flat`].
pub(crate) const FLAT: &str = "$headset_client::Flat";

/// A list or a map without an element of its own around it: AWS's models call it flattened. JSON knows no difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flat<T>(pub T);

impl<T: Serialize> Serialize for Flat<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(FLAT, &self.0)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Flat<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Flat<T>, D::Error> {
        struct Inside<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Inside<T> {
            type Value = Flat<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list or a map")
            }
            fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Flat<T>, D::Error> {
                T::deserialize(inner).map(Flat)
            }
        }
        deserializer.deserialize_newtype_struct(FLAT, Inside(std::marker::PhantomData))
    }
}

/// The name by which codecs know [`Verbatim`].
pub(crate) const VERBATIM: &str = "$headset_client::Verbatim";

/// What is in an element of XML, as it was written: read with one thing and sent back with it. The other protocols have none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verbatim(String);

impl Serialize for Verbatim {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(VERBATIM, &self.0)
    }
}

impl<'de> Deserialize<'de> for Verbatim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Verbatim, D::Error> {
        struct Inside;
        impl<'de> Visitor<'de> for Inside {
            type Value = Verbatim;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an element")
            }
            fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Verbatim, D::Error> {
                String::deserialize(inner).map(Verbatim)
            }
        }
        deserializer.deserialize_newtype_struct(VERBATIM, Inside)
    }
}

/// Bytes. Documents carry them in base 64, a body that is nothing else carries them as they are.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Blob(pub Vec<u8>);

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blob({} bytes)", self.0.len())
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Blob, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64_STANDARD.decode(text.trim());
        bytes.map(Blob).map_err(de::Error::custom)
    }
}

/// Bytes as documents carry them.
pub(crate) fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// A moment that is written in seconds since 1970, as the JSON protocols do where a model says nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub struct Epoch(pub DateTime);

/// A moment that is written like `2026-01-31T12:00:00Z`, as the XML protocols and queries do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub struct Iso8601(pub DateTime);

/// A moment that is written like `Sat, 31 Jan 2026 12:00:00 GMT`, as headers do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
pub struct HttpDate(pub DateTime);

impl Serialize for Epoch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.subsec_nanos() {
            0 => serializer.serialize_i64(self.0.secs()),
            _ => serializer.serialize_f64(self.0.as_secs_f64()),
        }
    }
}

impl Serialize for Iso8601 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        written(self.0, Format::DateTime, serializer)
    }
}

impl Serialize for HttpDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        written(self.0, Format::HttpDate, serializer)
    }
}

fn written<S: Serializer>(moment: DateTime, format: Format, serializer: S) -> Result<S::Ok, S::Error> {
    let text = moment.fmt(format).map_err(ser::Error::custom)?;
    serializer.serialize_str(&text)
}

/// Reads a moment: a number is seconds since 1970, a text is in this format.
struct Moment(Format);

impl Visitor<'_> for Moment {
    type Value = DateTime;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a moment")
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<DateTime, E> {
        Ok(DateTime::from_secs(seconds))
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<DateTime, E> {
        let seconds = i64::try_from(seconds).map_err(de::Error::custom)?;
        Ok(DateTime::from_secs(seconds))
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<DateTime, E> {
        Ok(DateTime::from_secs_f64(seconds))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<DateTime, E> {
        if let Ok(seconds) = text.trim().parse::<f64>() {
            return Ok(DateTime::from_secs_f64(seconds));
        }
        // Some services answer with an offset where the model promises UTC.
        let format = match self.0 {
            Format::DateTime => Format::DateTimeWithOffset,
            other => other,
        };
        DateTime::from_str(text.trim(), format).map_err(de::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Epoch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Epoch, D::Error> {
        deserializer.deserialize_any(Moment(Format::DateTime)).map(Epoch)
    }
}

impl<'de> Deserialize<'de> for Iso8601 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Iso8601, D::Error> {
        deserializer
            .deserialize_any(Moment(Format::DateTime))
            .map(Iso8601)
    }
}

impl<'de> Deserialize<'de> for HttpDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<HttpDate, D::Error> {
        deserializer
            .deserialize_any(Moment(Format::HttpDate))
            .map(HttpDate)
    }
}
