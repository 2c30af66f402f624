//! S3 bodies: the aws-chunked framing that SDKs stream in, and the checksums that come along.

use bytes::Bytes;

use super::checksum;
use super::message::Message;
use crate::answer::Fault;

/// Takes the framing off a body, moves trailers to the headers, and verifies every checksum that is given.
/// Afterwards the message is what a client without streaming would have sent.
///
/// # Errors
/// S3's own: `IncompleteBody`, `InvalidChunkSizeError`, `BadDigest`, `InvalidDigest`, `XAmzContentSHA256Mismatch`,
/// `MalformedTrailerError`.
pub(crate) fn unwrap(message: &mut Message) -> Result<(), Fault> {
    let hash = message
        .header("x-amz-content-sha256")
        .unwrap_or_default()
        .to_owned();
    let framed = hash.starts_with("STREAMING-");
    if framed {
        let (body, trailers) = deframe(&message.body)?;
        if let Some(announced) = message.header("x-amz-decoded-content-length")
            && announced.parse() != Ok(body.len())
        {
            return Err(incomplete());
        }
        for promised in message.header("x-amz-trailer").unwrap_or_default().split(',') {
            let promised = promised.trim().to_ascii_lowercase();
            if !promised.is_empty() && !trailers.iter().any(|(name, _)| *name == promised) {
                return Err(refused(
                    "MalformedTrailerError",
                    "The request contained trailing data that was not well-formed",
                ));
            }
        }
        message.body = body;
        message.headers.extend(trailers);
        unframe_headers(message);
    } else if hash.len() == 64 && hash != sha256_hex(&message.body) {
        return Err(refused(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        ));
    }
    verify(message)
}

fn refused(code: &str, message: &str) -> Fault {
    Fault::new(code, message).with_status(400)
}

fn incomplete() -> Fault {
    refused("IncompleteBody", "The request body terminated unexpectedly")
}

fn sha256_hex(body: &[u8]) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(body))
}

/// The stored object has neither the framing's encoding nor its length.
fn unframe_headers(message: &mut Message) {
    let length = message.body.len().to_string();
    for (name, value) in &mut message.headers {
        match name.as_str() {
            "content-length" => value.clone_from(&length),
            "content-encoding" => {
                let kept: Vec<&str> = value
                    .split(',')
                    .map(str::trim)
                    .filter(|one| *one != "aws-chunked")
                    .collect();
                *value = kept.join(",");
            }
            _ => {}
        }
    }
    message
        .headers
        .retain(|(name, value)| name != "content-encoding" || !value.is_empty());
}

type Deframed = (Bytes, Vec<(String, String)>);

/// Reads `SIZE[;chunk-signature=...]CRLF data CRLF ... 0 CRLF [trailer: value CRLF]* CRLF`.
fn deframe(mut rest: &[u8]) -> Result<Deframed, Fault> {
    let mut body = Vec::with_capacity(rest.len());
    loop {
        let (line, after) = split_line(rest).ok_or_else(incomplete)?;
        let digits = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(digits, 16)
            .map_err(|_| refused("InvalidChunkSizeError", "A chunk's size cannot be read"))?;
        rest = after;
        if size == 0 {
            break;
        }
        let data = rest.get(..size).ok_or_else(incomplete)?;
        body.extend_from_slice(data);
        rest = rest[size..].strip_prefix(b"\r\n").ok_or_else(incomplete)?;
    }
    let mut trailers = Vec::new();
    while let Some((line, after)) = split_line(rest) {
        rest = after;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| {
            refused(
                "MalformedTrailerError",
                "The request contained trailing data that was not well-formed",
            )
        })?;
        trailers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
    Ok((body.into(), trailers))
}

/// A line without its end. Some clients end the last trailer with a bare line feed.
fn split_line(rest: &[u8]) -> Option<(&str, &[u8])> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(&rest[..end]).ok()?;
    Some((line.strip_suffix('\r').unwrap_or(line), &rest[end + 1..]))
}

fn verify(message: &Message) -> Result<(), Fault> {
    if let Some(sent) = message.header("content-md5") {
        if super::codec::unbase64(sent).is_none_or(|bytes| bytes.len() != 16) {
            return Err(refused(
                "InvalidDigest",
                "The Content-MD5 you specified was invalid.",
            ));
        }
        if sent != checksum::md5_of(&message.body) {
            return Err(refused(
                "BadDigest",
                "The Content-MD5 you specified did not match what we received.",
            ));
        }
    }
    // CompleteMultipartUpload's header is the checksum of the object, not of this body.
    if message.method == "POST" && message.parameter("uploadId").is_some() {
        return Ok(());
    }
    let mut given = 0;
    for algorithm in checksum::ALGORITHMS {
        let Some(sent) = message.header(&format!("x-amz-checksum-{algorithm}")) else {
            continue;
        };
        given += 1;
        let computed = checksum::compute(algorithm, &message.body).expect("one of the list");
        let length = super::codec::unbase64(sent).map(|bytes| bytes.len());
        if length != super::codec::unbase64(&computed).map(|bytes| bytes.len()) {
            let text = format!("Value for x-amz-checksum-{algorithm} header is invalid.");
            return Err(refused("InvalidRequest", &text));
        }
        if sent != computed {
            let text = format!(
                "The {} you specified did not match the calculated checksum.",
                algorithm.to_uppercase()
            );
            return Err(refused("BadDigest", &text));
        }
    }
    if given > 1 {
        return Err(refused(
            "InvalidRequest",
            "Expecting a single x-amz-checksum- header.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(body: &[u8], headers: &[(&str, &str)]) -> Message {
        Message {
            method: "PUT".to_owned(),
            path: "/b/k".to_owned(),
            query: Vec::new(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: Bytes::copy_from_slice(body),
        }
    }

    fn framed(data: &[u8], size: usize, trailer: &str) -> Vec<u8> {
        let mut out = Vec::new();
        for chunk in data.chunks(size) {
            out.extend_from_slice(format!("{:x};chunk-signature=00\r\n", chunk.len()).as_bytes());
            out.extend_from_slice(chunk);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(format!("0\r\n{trailer}\r\n").as_bytes());
        out
    }

    const STREAMING: (&str, &str) = ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");

    proptest! {
        #[test]
        fn whatever_was_framed_comes_out_with_its_verified_trailer(
            data in proptest::collection::vec(any::<u8>(), 0..3000), size in 1_usize..900,
        ) {
            let sum = checksum::compute("crc64nvme", &data).expect("known");
            let body = framed(&data, size, &format!("x-amz-checksum-crc64nvme:{sum}\r\n"));
            let length = data.len().to_string();
            let mut message = message(&body, &[
                STREAMING,
                ("content-encoding", "gzip,aws-chunked"),
                ("x-amz-decoded-content-length", &length),
                ("x-amz-trailer", "x-amz-checksum-crc64nvme"),
            ]);
            unwrap(&mut message).expect("sound");
            prop_assert_eq!(&message.body[..], &data[..]);
            prop_assert_eq!(message.header("x-amz-checksum-crc64nvme"), Some(sum.as_str()));
            prop_assert_eq!(message.header("content-encoding"), Some("gzip"));
        }

        #[test]
        fn a_changed_byte_is_a_bad_digest(mut data in proptest::collection::vec(any::<u8>(), 1..300), at: usize) {
            let headers: Vec<(String, String)> = checksum::ALGORITHMS
                .iter()
                .map(|one| (format!("x-amz-checksum-{one}"), checksum::compute(one, &data).expect("known")))
                .chain([("content-md5".to_owned(), checksum::md5_of(&data))])
                .collect();
            let at = at % data.len();
            data[at] ^= 1;
            for (name, value) in headers {
                let code = unwrap(&mut message(&data, &[(&name, &value)])).expect_err("a mismatch").code;
                prop_assert_eq!(code, "BadDigest");
            }
        }
    }

    #[test]
    fn a_body_that_stops_early_is_incomplete() {
        let whole = framed(b"hello, world", 5, "");
        for end in 0..whole.len() - 4 {
            let mut message = message(
                &whole[..end],
                &[STREAMING, ("x-amz-decoded-content-length", "12")],
            );
            let code = unwrap(&mut message).expect_err("cut off").code;
            assert!(
                ["IncompleteBody", "InvalidChunkSizeError"].contains(&code.as_str()),
                "{end}: {code}"
            );
        }
    }
}
