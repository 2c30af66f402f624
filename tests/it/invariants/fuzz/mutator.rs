//! Makes inputs that were never thought of out of some that were.

/// Pieces that mean something to some reader: ends, depths, lengths that are not there, entities, marks, numbers at the
/// edges.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\r\n",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xc3",
    b"\xed\xa0\x80",
    b"{",
    b"}",
    b"[[[[[[[[",
    b"{\"a\":",
    b"\"",
    b"\\u0000",
    b"\\ud800",
    b": ",
    b"- ",
    b"&a [*a, *a]",
    b"<<: *a",
    b"!!binary ",
    b"? ",
    b"%YAML 9.9\n---\n",
    b"${env:HOME}",
    b"$${",
    b"<a>",
    b"</",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"<![CDATA[",
    b"<!--",
    b"&#x0;",
    b"&amp;",
    b" xmlns:a='b'",
    b"-----BEGIN CERTIFICATE-----",
    b"=====",
    b"%00",
    b"..%2f",
    b"\x9f\xff",
    b"\xbf",
    b"\xfb\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x5f",
    b"\xf6",
    b"0",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"9999-12-31T23:59:60Z",
    b"NaN",
    b"\x1b[2J",
    "\u{202e}".as_bytes(),
];

/// A source of inputs: the same seed gives the same ones.
pub(super) struct Mutator<'a> {
    random: fastrand::Rng,
    corpus: &'a [Vec<u8>],
}

impl<'a> Mutator<'a> {
    pub(super) fn new(seed: u64, corpus: &'a [Vec<u8>]) -> Mutator<'a> {
        assert!(!corpus.is_empty(), "there is something to begin with");
        Mutator {
            random: fastrand::Rng::with_seed(seed),
            corpus,
        }
    }

    /// The next input: one of the corpus, changed in a few places.
    pub(super) fn input(&mut self) -> Vec<u8> {
        let mut bytes = self.corpus[self.random.usize(..self.corpus.len())].clone();
        for _ in 0..=self.random.usize(..4) {
            self.mutate(&mut bytes);
        }
        bytes
    }

    /// Changes a text somewhere.
    pub(super) fn mutate(&mut self, bytes: &mut Vec<u8>) {
        let random = &mut self.random;
        let at = random.usize(..=bytes.len());
        let rest = bytes.len() - at;
        let length = random.usize(..=rest.min(64));
        match random.u8(..9) {
            0 if rest > 0 => bytes[at] ^= 1 << random.u8(..8),
            1 => drop(bytes.drain(at..at + length)),
            2 => bytes.truncate(at),
            3 => {
                let part = bytes[at..at + length].to_vec();
                let times = [1, 2, 40, 400][random.usize(..4)];
                bytes.splice(at..at, part.repeat(times));
            }
            4 => {
                let piece = PIECES[random.usize(..PIECES.len())];
                let times = if random.u8(..8) == 0 { 200 } else { 1 };
                bytes.splice(at..at, piece.repeat(times));
            }
            5 => {
                let piece = PIECES[random.usize(..PIECES.len())];
                bytes.splice(at..at + length, piece.iter().copied());
            }
            6 => {
                // The rest of another input.
                let other = &self.corpus[random.usize(..self.corpus.len())];
                let from = random.usize(..=other.len());
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            7 => {
                // A number at an edge, in the place of one.
                let is_digit = |byte: &u8| byte.is_ascii_digit();
                if let Some(start) = bytes[at..].iter().position(is_digit).map(|start| at + start) {
                    let end = bytes[start..].iter().position(|byte| !is_digit(byte));
                    let end = end.map_or(bytes.len(), |end| start + end);
                    let edges: [&[u8]; 5] = [
                        b"0",
                        b"4294967296",
                        b"9223372036854775807",
                        b"18446744073709551615",
                        b"-0.0",
                    ];
                    bytes.splice(start..end, edges[random.usize(..5)].iter().copied());
                }
            }
            _ => {
                let byte = random.u8(..);
                bytes.insert(at, byte);
            }
        }
        // A reader's own limit on sizes is tested elsewhere.
        bytes.truncate(1 << 20);
    }
}

#[test]
fn the_same_seed_gives_the_same_inputs() {
    let corpus = [b"name: acme".to_vec(), b"{}".to_vec()];
    let inputs = |seed| {
        let mut mutator = Mutator::new(seed, &corpus);
        (0..50).map(|_| mutator.input()).collect::<Vec<_>>()
    };
    assert_eq!(inputs(7), inputs(7));
    assert_ne!(inputs(7), inputs(8));
}
