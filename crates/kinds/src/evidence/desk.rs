//! What is assumed of the hosts that `headset network check` tries.

use super::model::{Evidence, Signal};

pub(super) const ALL: &[Evidence] = &[
    Evidence {
        id: "network.issuer-of-aws-hosts",
        belief: "the certificates of AWS's hosts are issued by Amazon, Starfield Technologies or DigiCert, so that another \
                 issuer is a proxy that reads along",
        source: "Amazon Trust Services is AWS's own authority, with Starfield's as its older root; some hosts had theirs \
                 from DigiCert. No page lists the issuers by host",
        fallback: "a row is called intercepted that is not: the check names the issuer, and the certificate in a browser \
                   outside of the company's network has the same",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "network.turn-answers-binding",
        belief: "the media relays of Connect (TURN) answer a STUN Binding request that is not authenticated",
        source: "RFC 8489 and RFC 8656 let a server answer it, and do not demand it; AWS's pages say nothing of it",
        fallback: "a relay that is silent is unknown and never blocked: AWS's Endpoint Test Utility in a browser decides",
        signals: &[Signal::Person],
    },
    Evidence {
        id: "network.websocket-without-session",
        belief: "a host that answers otherwise to a request for a WebSocket than to the same request without saw the request, \
                 and 426 means that it did not",
        source: "RFC 6455 and RFC 9110 define 101 and 426; what Connect's hosts answer without a session no page says",
        fallback: "a row is called unknown or blocked because of its WebSocket alone: look at `wss:` in the developer tools of \
                   a browser with the panel open",
        signals: &[Signal::Person],
    },
];
