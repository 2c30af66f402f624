//! As much of HTTP/1.1 as a check takes: a request without a body, and the head of its answer.

use std::io;

use jiff::Timestamp;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// How long a head may be.
const LONGEST: usize = 16 * 1024;
const MOST_HEADERS: usize = 100;
/// How every answer begins.
const BEGINNING: &[u8] = b"HTTP/";

/// The head of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
}

impl Head {
    /// Every value of a header.
    pub(crate) fn all<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        let matching = self
            .headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        matching.map(|(_, value)| value.as_str())
    }

    /// The time that its Date header says, in seconds since 1970.
    pub(crate) fn date(&self) -> Option<i64> {
        let text = self.all("date").next()?;
        let time: Timestamp = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
        Some(time.as_second())
    }
}

/// Sends a request and reads the head of what comes back. What is no answer of HTTP is `InvalidData`.
pub(crate) async fn ask<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    request: &str,
) -> io::Result<Head> {
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let mut read = Vec::new();
    let mut byte = [0];
    // Byte by byte: what follows the head of a proxy's answer belongs to the tunnel.
    while !read.ends_with(b"\r\n\r\n") {
        let is_http = read.iter().zip(BEGINNING).all(|(read, due)| read == due);
        if read.len() == LONGEST || !is_http {
            return Err(io::ErrorKind::InvalidData.into());
        }
        if stream.read(&mut byte).await? == 0 {
            return Err(match read.is_empty() {
                true => io::ErrorKind::UnexpectedEof.into(),
                false => io::ErrorKind::InvalidData.into(),
            });
        }
        read.push(byte[0]);
    }
    head(&read).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

fn head(bytes: &[u8]) -> Option<Head> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    response.parse(bytes).ok()?;
    Some(Head {
        status: response.code?,
        headers: response
            .headers
            .iter()
            .map(|header| {
                let value = String::from_utf8_lossy(header.value);
                (header.name.to_owned(), value.trim().to_owned())
            })
            .collect(),
    })
}

/// A request without a body, with these headers besides its own.
pub(crate) fn request(method: &str, host: &str, path: &str, headers: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: headset-network-check\r\nAccept: */*\r\n{headers}\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_headers_and_date_are_read() {
        let text = b"HTTP/1.1 403 Forbidden\r\nDate: Mon, 30 Nov 2026 08:49:25 GMT\r\nVIA: 1.1 a\r\nvia: 1.1 b\r\n\r\n";
        let head = head(text).unwrap();
        assert_eq!(head.status, 403);
        assert_eq!(head.all("Via").collect::<Vec<_>>(), ["1.1 a", "1.1 b"]);
        let expected: Timestamp = "2026-11-30T08:49:25Z".parse().unwrap();
        assert_eq!(head.date(), Some(expected.as_second()));
        assert_eq!(super::head(b"SSH-2.0-x\r\n\r\n"), None);
    }
}
