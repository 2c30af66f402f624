//! The wish for a WebSocket, and whether it arrives (RFC 6455, 4.1).

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest, Sha1};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::cause::Cause;
use crate::evidence::Upgrade;
use crate::http::{Head, ask, request};

/// What RFC 6455 has a server add to the key before it is hashed.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Asks for a WebSocket.
pub(crate) async fn wish<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    host: &str,
    path: &str,
    seed: u64,
) -> io::Result<(Head, Upgrade)> {
    let mut nonce = [0; 16];
    fastrand::Rng::with_seed(seed).fill(&mut nonce);
    let key = STANDARD.encode(nonce);
    let headers = format!(
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
    );
    let head = ask(stream, &request("GET", host, path, &headers)).await?;
    let expected = proof(&key);
    let proven = head.status == 101 && head.all("sec-websocket-accept").any(|value| value == expected);
    let upgrade = Upgrade {
        status: head.status,
        proven,
        plain_status: None,
    };
    Ok((head, upgrade))
}

/// What a server answers to a key that it has seen.
pub(crate) fn proof(key: &str) -> String {
    STANDARD.encode(Sha1::digest(format!("{key}{GUID}")))
}

/// Answers of a server that did not see the wish: 426 asks for an upgrade, and a 101 without its proof is of something that does
/// not know what it agrees to. A page may well be answered with 200 where a WebSocket is wished for, which says nothing.
const LOST: [u16; 2] = [101, 426];

/// Whether the answer proves anything, or the same request without the wish is to be compared.
pub(crate) fn needs_comparison(upgrade: &Upgrade) -> bool {
    !upgrade.proven && !LOST.contains(&upgrade.status)
}

/// What the answers mean.
///
/// Assumption: `network.websocket-without-session`.
pub(crate) fn judge(upgrade: &Upgrade) -> Option<Cause> {
    let status = upgrade.status;
    match upgrade.plain_status {
        _ if upgrade.proven => None,
        _ if LOST.contains(&status) => Some(Cause::WebSocketStripped { status }),
        // The host tells the two requests apart: the wish arrives.
        Some(plain) if plain != status => None,
        _ => Some(Cause::WebSocketUnproven { status }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_that_of_rfc_6455() {
        assert_eq!(proof("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn an_answer_proves_what_it_proves() {
        let judged = |status, proven, plain_status| {
            judge(&Upgrade {
                status,
                proven,
                plain_status,
            })
        };
        assert_eq!(judged(101, true, None), None);
        assert_eq!(judged(403, false, Some(404)), None);
        assert_eq!(judged(200, false, Some(404)), None);
        // A page that answers each request alike.
        assert_eq!(
            judged(200, false, Some(200)),
            Some(Cause::WebSocketUnproven { status: 200 })
        );
        assert_eq!(
            judged(101, false, None),
            Some(Cause::WebSocketStripped { status: 101 })
        );
        assert_eq!(
            judged(426, false, None),
            Some(Cause::WebSocketStripped { status: 426 })
        );
        assert_eq!(
            judged(403, false, Some(403)),
            Some(Cause::WebSocketUnproven { status: 403 })
        );
    }
}
