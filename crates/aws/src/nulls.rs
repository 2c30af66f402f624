//! The tolerant decoder: takes explicit nulls out of CBOR answers.
//!
//! AppStream answers `DescribeImages` with maps whose values are null (`Applications[].Metadata`), which
//! its own model does not allow and on which aws-sdk-appstream 1.138 gives up (aws-sdk-go-v2 issue 3501).
//! A null member means the same as an absent one, so dropping both kinds changes nothing else.

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};

/// The same CBOR item without map entries whose value is null; `None` if the bytes are not one CBOR item.
pub(super) fn without_nulls(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut decoder = Decoder::new(bytes);
    copy(&mut decoder, bytes, &mut out)?;
    (decoder.position() == bytes.len()).then_some(out)
}

fn copy(decoder: &mut Decoder<'_>, bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    match decoder.datatype().ok()? {
        Type::Map | Type::MapIndef => {
            let length = decoder.map().ok()?;
            let (mut kept, mut count) = (Vec::new(), 0_u64);
            for_each_item(decoder, length, |decoder| {
                let mut key = Vec::new();
                copy(decoder, bytes, &mut key)?;
                if matches!(decoder.datatype().ok()?, Type::Null | Type::Undefined) {
                    decoder.skip().ok()
                } else {
                    kept.extend(key);
                    count += 1;
                    copy(decoder, bytes, &mut kept)
                }
            })?;
            Encoder::new(&mut *out).map(count).ok()?;
            out.extend(kept);
        }
        Type::Array | Type::ArrayIndef => {
            let length = decoder.array().ok()?;
            let (mut kept, mut count) = (Vec::new(), 0_u64);
            for_each_item(decoder, length, |decoder| {
                count += 1;
                copy(decoder, bytes, &mut kept)
            })?;
            Encoder::new(&mut *out).array(count).ok()?;
            out.extend(kept);
        }
        Type::Tag => {
            let tag = decoder.tag().ok()?;
            Encoder::new(&mut *out).tag(tag).ok()?;
            copy(decoder, bytes, out)?;
        }
        _ => {
            let start = decoder.position();
            decoder.skip().ok()?;
            out.extend_from_slice(bytes.get(start..decoder.position())?);
        }
    }
    Some(())
}

/// Calls `each` for every item of a collection of known or indefinite length.
pub(super) fn for_each_item<'b>(
    decoder: &mut Decoder<'b>,
    length: Option<u64>,
    mut each: impl FnMut(&mut Decoder<'b>) -> Option<()>,
) -> Option<()> {
    match length {
        Some(length) => (0..length).try_for_each(|_| each(decoder)),
        None => {
            while decoder.datatype().ok()? != Type::Break {
                each(decoder)?;
            }
            decoder.skip().ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_map_values_go_and_everything_else_stays() {
        let mut bytes = Vec::new();
        let mut e = Encoder::new(&mut bytes);
        e.begin_map().unwrap().str("Metadata").unwrap();
        e.map(2)
            .unwrap()
            .str("A")
            .unwrap()
            .null()
            .unwrap()
            .str("B")
            .unwrap()
            .str("b")
            .unwrap();
        e.str("List")
            .unwrap()
            .array(2)
            .unwrap()
            .u8(1)
            .unwrap()
            .null()
            .unwrap();
        e.str("Gone").unwrap().null().unwrap().end().unwrap();

        let mut wanted = Vec::new();
        let mut e = Encoder::new(&mut wanted);
        e.map(2)
            .unwrap()
            .str("Metadata")
            .unwrap()
            .map(1)
            .unwrap()
            .str("B")
            .unwrap()
            .str("b")
            .unwrap();
        e.str("List")
            .unwrap()
            .array(2)
            .unwrap()
            .u8(1)
            .unwrap()
            .null()
            .unwrap();
        assert_eq!(without_nulls(&bytes), Some(wanted));
    }

    #[test]
    fn what_is_not_cbor_is_left_alone() {
        assert_eq!(without_nulls(&[0xff, 0x01]), None);
        assert_eq!(without_nulls(&[0xa1, 0x61]), None);
    }
}
