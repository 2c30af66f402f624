//! Questions and answers of DNS, as far as addresses take it (RFC 1035, RFC 3596).
//!
//! A crate would do more and cost more: those of hickory switch on features of `tokio`, `once_cell` and `rand` with which
//! every SDK would be built anew.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::evidence::DnsAnswer;

/// The kinds of records that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordType {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
}

impl RecordType {
    fn number(self) -> u16 {
        match self {
            Self::A => 1,
            Self::Aaaa => 28,
        }
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// It answers another question: it is not ours, and waiting goes on.
    Foreign,
    /// It is too long for a datagram: to be asked again by TCP.
    Truncated,
    /// An answer.
    Answer(DnsAnswer),
}

/// A question; none if the name cannot be one.
pub(crate) fn question(id: u16, name: &str, record: RecordType) -> Option<Vec<u8>> {
    let mut message = Vec::with_capacity(name.len() + 18);
    message.extend(id.to_be_bytes());
    // Recursion is desired; one question.
    message.extend([0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]);
    for label in name.trim_end_matches('.').split('.') {
        let length = u8::try_from(label.len())
            .ok()
            .filter(|length| (1..=63).contains(length))?;
        message.push(length);
        message.extend(label.as_bytes());
    }
    message.push(0);
    message.extend(record.number().to_be_bytes());
    message.extend([0, 1]);
    (message.len() <= 12 + 255 + 4).then_some(message)
}

/// Reads what came back for a question.
pub(crate) fn read(question: &[u8], message: &[u8]) -> Reading {
    let is_ours = message.len() >= 12
        && message.get(..2) == question.get(..2)
        && message.get(2).is_some_and(|flags| flags & 0x80 != 0);
    if !is_ours {
        return Reading::Foreign;
    }
    let questions = u16_at(message, 4).unwrap_or_default();
    // Some servers leave the question out of an error.
    if questions == 1 {
        let asked = question.get(12..).unwrap_or_default();
        let repeated = message.get(12..12 + asked.len()).unwrap_or_default();
        if !repeated.eq_ignore_ascii_case(asked) {
            return Reading::Foreign;
        }
    }
    if message.get(2).is_some_and(|flags| flags & 0x02 != 0) {
        return Reading::Truncated;
    }
    let code = message.get(3).copied().unwrap_or_default() & 0x0f;
    Reading::Answer(match code {
        0 => match addresses(message, questions) {
            None => DnsAnswer::Garbled,
            Some(found) if found.is_empty() => DnsAnswer::NoAddress,
            Some(found) => DnsAnswer::Addresses(found),
        },
        2 => DnsAnswer::ServerFailure,
        3 => DnsAnswer::NoSuchName,
        5 => DnsAnswer::Refused,
        other => DnsAnswer::Code(other),
    })
}

fn u16_at(message: &[u8], at: usize) -> Option<u16> {
    let bytes = message.get(at..at + 2)?;
    Some(u16::from_be_bytes(bytes.try_into().ok()?))
}

/// Where the name that begins here ends. A pointer ends it, and is not followed.
fn after_name(message: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *message.get(at)? {
            0 => return Some(at + 1),
            length if length & 0xc0 == 0xc0 => return Some(at + 2),
            length if length & 0xc0 == 0 => at += 1 + usize::from(length),
            _ => return None,
        }
    }
}

/// All addresses among the answers: a recursive resolver gives those at the end of a chain of aliases as well.
fn addresses(message: &[u8], questions: u16) -> Option<Vec<IpAddr>> {
    let mut at = 12;
    for _ in 0..questions {
        at = after_name(message, at)? + 4;
    }
    let mut found = Vec::new();
    for _ in 0..u16_at(message, 6)? {
        at = after_name(message, at)?;
        let (record, class) = (u16_at(message, at)?, u16_at(message, at + 2)?);
        let length = usize::from(u16_at(message, at + 8)?);
        let data = message.get(at + 10..at + 10 + length)?;
        at += 10 + length;
        match (record, class) {
            (1, 1) => {
                let octets: [u8; 4] = data.try_into().ok()?;
                found.push(IpAddr::V4(Ipv4Addr::from(octets)));
            }
            (28, 1) => {
                let octets: [u8; 16] = data.try_into().ok()?;
                found.push(IpAddr::V6(Ipv6Addr::from(octets)));
            }
            _ => {}
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer to a question: flags, and records as type and data, each with a pointer to the question's name.
    fn answer(question: &[u8], flags: [u8; 2], records: &[(u16, &[u8])]) -> Vec<u8> {
        let mut message = question.to_vec();
        message[2..4].copy_from_slice(&flags);
        message[7] = u8::try_from(records.len()).unwrap();
        for (record, data) in records {
            message.extend([0xc0, 12]);
            message.extend(record.to_be_bytes());
            message.extend([0, 1, 0, 0, 0, 60]);
            message.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            message.extend(*data);
        }
        message
    }

    #[test]
    fn addresses_behind_an_alias_are_found() {
        let asked = question(7, "a.my.connect.aws", RecordType::A).unwrap();
        let records: [(u16, &[u8]); 2] = [(5, &[1, b'b', 0xc0, 12]), (1, &[15, 193, 0, 1])];
        let read = read(&asked, &answer(&asked, [0x81, 0x80], &records));
        let expected = DnsAnswer::Addresses(vec!["15.193.0.1".parse().unwrap()]);
        assert_eq!(read, Reading::Answer(expected));
    }

    #[test]
    fn each_code_is_told_apart() {
        let asked = question(7, "a.example.com", RecordType::Aaaa).unwrap();
        for (code, expected) in [
            (0x80, DnsAnswer::NoAddress),
            (0x82, DnsAnswer::ServerFailure),
            (0x83, DnsAnswer::NoSuchName),
            (0x85, DnsAnswer::Refused),
            (0x84, DnsAnswer::Code(4)),
        ] {
            let reading = read(&asked, &answer(&asked, [0x81, code], &[]));
            assert_eq!(reading, Reading::Answer(expected));
        }
        assert_eq!(
            read(&asked, &answer(&asked, [0x83, 0x80], &[])),
            Reading::Truncated
        );
    }

    #[test]
    fn what_answers_another_question_is_not_ours() {
        let asked = question(7, "a.example.com", RecordType::A).unwrap();
        for other in [
            question(8, "a.example.com", RecordType::A).unwrap(),
            question(7, "b.example.com", RecordType::A).unwrap(),
            question(7, "a.example.com", RecordType::Aaaa).unwrap(),
        ] {
            assert_eq!(read(&asked, &answer(&other, [0x81, 0x80], &[])), Reading::Foreign);
        }
        // A question that comes back is no answer.
        assert_eq!(read(&asked, &asked), Reading::Foreign);
        assert_eq!(read(&asked, &[]), Reading::Foreign);
    }

    #[test]
    fn no_message_is_read_beyond_its_end() {
        let asked = question(7, "a.example.com", RecordType::A).unwrap();
        let whole = answer(&asked, [0x81, 0x80], &[(1, &[15, 193, 0, 1])]);
        for length in asked.len()..whole.len() {
            assert_eq!(
                read(&asked, &whole[..length]),
                Reading::Answer(DnsAnswer::Garbled),
                "{length}"
            );
        }
        let mut random = fastrand::Rng::with_seed(20_261_130);
        for _ in 0..10_000 {
            let mut message = whole.clone();
            let at = random.usize(..message.len());
            message[at] = random.u8(..);
            // Any reading will do: it must end, and within the message.
            assert_ne!(
                read(&asked, &message),
                Reading::Answer(DnsAnswer::Addresses(Vec::new()))
            );
        }
    }

    #[test]
    fn a_name_that_cannot_be_asked_for_is_no_question() {
        assert!(question(1, "a..example.com", RecordType::A).is_none());
        assert!(question(1, &"a".repeat(64), RecordType::A).is_none());
        assert!(question(1, &"abc.".repeat(70), RecordType::A).is_none());
        assert!(question(1, "a.example.com.", RecordType::A).is_some());
    }
}
