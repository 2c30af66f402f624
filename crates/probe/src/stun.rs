//! The Binding request of STUN and its response (RFC 8489), without authentication.
//!
//! Crates for STUN bring a second version of `hmac` and `md-5`, for credentials that a check does not have.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The fixed value in each header.
const COOKIE: u32 = 0x2112_a442;
const MAPPED_ADDRESS: u16 = 0x0001;
const XOR_MAPPED_ADDRESS: u16 = 0x0020;
const FINGERPRINT: u16 = 0x8028;

/// What tells the requests of one machine apart.
pub(crate) type TransactionId = [u8; 12];

/// What came back for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) id: TransactionId,
    /// Whether it is a success; an error came all the way as well.
    pub(crate) success: bool,
    /// The address of this machine as the host sees it.
    pub(crate) mapped: Option<SocketAddr>,
}

/// A Binding request, with a fingerprint so that firewalls know it for STUN.
pub(crate) fn request(id: &TransactionId) -> Vec<u8> {
    let mut message = Vec::with_capacity(28);
    message.extend([0x00, 0x01, 0x00, 0x08]);
    message.extend(COOKIE.to_be_bytes());
    message.extend(id);
    let fingerprint = crc32(&message) ^ FINGERPRINT_MASK;
    message.extend(FINGERPRINT.to_be_bytes());
    message.extend([0, 4]);
    message.extend(fingerprint.to_be_bytes());
    message
}

/// A response to a Binding request; none if this is something else.
pub(crate) fn response(message: &[u8]) -> Option<Response> {
    let success = match u16_at(message, 0)? {
        0x0101 => true,
        0x0111 => false,
        _ => return None,
    };
    let length = usize::from(u16_at(message, 2)?);
    if u32_at(message, 4)? != COOKIE || message.len() != 20 + length || length % 4 != 0 {
        return None;
    }
    let id: TransactionId = message.get(8..20)?.try_into().ok()?;
    let mut mapped = None;
    let mut at = 20;
    while at < message.len() {
        let (kind, size) = (u16_at(message, at)?, usize::from(u16_at(message, at + 2)?));
        let value = message.get(at + 4..at + 4 + size)?;
        match kind {
            XOR_MAPPED_ADDRESS => mapped = Some(address(value, Some(&id))?),
            MAPPED_ADDRESS if mapped.is_none() => mapped = Some(address(value, None)?),
            FINGERPRINT if u32_at(value, 0)? != crc32(message.get(..at)?) ^ FINGERPRINT_MASK => return None,
            _ => {}
        }
        at += 4 + size.next_multiple_of(4);
    }
    Some(Response { id, success, mapped })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// An address as an attribute holds it, masked with cookie and transaction if there is one.
fn address(value: &[u8], masked_by: Option<&TransactionId>) -> Option<SocketAddr> {
    let mut mask = [0; 16];
    if let Some(id) = masked_by {
        mask[..4].copy_from_slice(&COOKIE.to_be_bytes());
        mask[4..].copy_from_slice(id);
    }
    let port = u16_at(value, 2)? ^ u16::from_be_bytes([mask[0], mask[1]]);
    let plain: Vec<u8> = value
        .get(4..)?
        .iter()
        .zip(mask)
        .map(|(byte, mask)| byte ^ mask)
        .collect();
    let ip: IpAddr = match value.get(1)? {
        1 => Ipv4Addr::from(<[u8; 4]>::try_from(plain).ok()?).into(),
        2 => Ipv6Addr::from(<[u8; 16]>::try_from(plain).ok()?).into(),
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

const FINGERPRINT_MASK: u32 = 0x5354_554e;

/// CRC-32 as in ITU V.42.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = crc & 1;
            crc >>= 1;
            if carry == 1 {
                crc ^= 0xedb8_8320;
            }
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5769, 2.2: a response with an IPv4 address.
    const OVER_IPV4: &[u8] = &[
        0x01, 0x01, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa,
        0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63, 0x74, 0x6f,
        0x72, 0x20, 0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43, 0x00, 0x08, 0x00,
        0x14, 0x2b, 0x91, 0xf5, 0x99, 0xfd, 0x9e, 0x90, 0xc3, 0x8c, 0x74, 0x89, 0xf9, 0x2a, 0xf9, 0xba, 0x53,
        0xf0, 0x6b, 0xe7, 0xd7, 0x80, 0x28, 0x00, 0x04, 0xc0, 0x7d, 0x4c, 0x96,
    ];

    /// RFC 5769, 2.3: a response with an IPv6 address.
    const OVER_IPV6: &[u8] = &[
        0x01, 0x01, 0x00, 0x48, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa,
        0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63, 0x74, 0x6f,
        0x72, 0x20, 0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1,
        0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9, 0x00, 0x08, 0x00, 0x14, 0xa3, 0x82, 0x95, 0x4e,
        0x4b, 0xe6, 0x7b, 0xf1, 0x17, 0x84, 0xc9, 0x7c, 0x82, 0x92, 0xc2, 0x75, 0xbf, 0xe3, 0xed, 0x41, 0x80,
        0x28, 0x00, 0x04, 0xc8, 0xfb, 0x0b, 0x4c,
    ];

    const ID: TransactionId = [
        0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae,
    ];

    #[test]
    fn the_responses_of_rfc_5769_are_read() {
        for (message, mapped) in [
            (OVER_IPV4, "192.0.2.1:32853"),
            (OVER_IPV6, "[2001:db8:1234:5678:11:2233:4455:6677]:32853"),
        ] {
            let expected = Response {
                id: ID,
                success: true,
                mapped: Some(mapped.parse().unwrap()),
            };
            assert_eq!(response(message), Some(expected));
        }
    }

    #[test]
    fn the_fingerprint_of_rfc_5769_s_request_is_ours() {
        // Its last attribute, over everything before it.
        let request = [
            0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
            0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x10, 0x53, 0x54, 0x55, 0x4e, 0x20, 0x74, 0x65, 0x73,
            0x74, 0x20, 0x63, 0x6c, 0x69, 0x65, 0x6e, 0x74, 0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff,
            0x80, 0x29, 0x00, 0x08, 0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36, 0x00, 0x06, 0x00, 0x09,
            0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68, 0x36, 0x76, 0x59, 0x20, 0x20, 0x20, 0x00, 0x08, 0x00, 0x14,
            0x9a, 0xea, 0xa7, 0x0c, 0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e, 0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49,
            0xc1, 0xb5, 0x71, 0xa2,
        ];
        assert_eq!(crc32(&request) ^ FINGERPRINT_MASK, 0xe57a_3bcf);
    }

    #[test]
    fn a_request_has_header_and_fingerprint() {
        let message = request(&ID);
        assert_eq!(message[..8], [0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42]);
        assert_eq!(message[8..20], ID);
        assert_eq!(message[20..24], [0x80, 0x28, 0, 4]);
        assert_eq!(
            u32_at(&message, 24),
            Some(crc32(&message[..20]) ^ FINGERPRINT_MASK)
        );
        // A request is no response.
        assert_eq!(response(&message), None);
    }

    #[test]
    fn a_response_that_is_damaged_is_none() {
        for length in 0..OVER_IPV4.len() {
            assert_eq!(response(&OVER_IPV4[..length]), None);
        }
        // Without the type of the fingerprint, there is none to compare.
        for at in (0..OVER_IPV4.len()).filter(|at| ![72, 73].contains(at)) {
            let mut damaged = OVER_IPV4.to_vec();
            damaged[at] ^= 0x10;
            assert_eq!(response(&damaged), None, "byte {at}");
        }
    }

    #[test]
    fn an_error_is_a_response_too() {
        // 401, with the cookie and no further attribute.
        let mut message = vec![0x01, 0x11, 0x00, 0x08];
        message.extend(COOKIE.to_be_bytes());
        message.extend(ID);
        message.extend([0x00, 0x09, 0x00, 0x04, 0, 0, 4, 1]);
        let expected = Response {
            id: ID,
            success: false,
            mapped: None,
        };
        assert_eq!(response(&message), Some(expected));
    }
}
