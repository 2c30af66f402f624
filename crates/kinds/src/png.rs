//! A picture that lies beside the pages as PNG: a file that is one, whole and unchanged, and of a size that a heading can have.
//! The rules are those of the PNG specification: chunks, their order, and their checksums. Pixels are left to browsers.

/// The most bytes of a picture.
pub const LARGEST: usize = 256 * 1024;

/// The most pixels of a side. More would be decoded by each browser, and no heading shows them.
const LONGEST_SIDE: u32 = 2048;

/// What every PNG begins with.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The chunk that says the size and the sort of the pixels.
const HEADER: &[u8] = b"IHDR";
/// The chunk with the colours of a picture that numbers them.
const PALETTE: &[u8] = b"PLTE";
/// The chunks with the pixels, one right after the other.
const PIXELS: &[u8] = b"IDAT";
/// The chunk that ends the picture.
const END: &[u8] = b"IEND";

/// Chunks that tell how the pixels are to be read, so that they stand before them, each once.
const BEFORE_PIXELS: &[&[u8]] = &[
    b"bKGD", b"cHRM", b"cICP", b"cLLI", b"eXIf", b"gAMA", b"hIST", b"iCCP", b"mDCV", b"pHYs", b"sBIT",
    b"sRGB", b"tRNS",
];

/// Which depths in bits each sort of pixels has: the sort that numbers colours needs a palette, and shades of grey have none.
const DEPTHS: &[(u8, &[u8])] = &[
    (GREY, &[1, 2, 4, 8, 16]),
    (2, &[8, 16]),
    (NUMBERED, &[1, 2, 4, 8]),
    (GREY_AND_ALPHA, &[8, 16]),
    (6, &[8, 16]),
];
const GREY: u8 = 0;
const NUMBERED: u8 = 3;
const GREY_AND_ALPHA: u8 = 4;

/// Says why a file is not a picture that can be published. It completes "the file".
///
/// # Errors
/// If it is no PNG, is cut short, was changed, has chunks out of order or goes on after its end, or is too large.
pub fn check(content: &[u8]) -> Result<(), String> {
    if content.len() > LARGEST {
        return Err(format!("has {} bytes, and may have {LARGEST}", content.len()));
    }
    let Some(mut rest) = content.strip_prefix(SIGNATURE) else {
        return Err("is no PNG: it does not begin as one".to_owned());
    };
    let mut order = None;
    loop {
        let Some(chunk) = Chunk::of(rest) else {
            return Err("is cut short: its last chunk is not whole".to_owned());
        };
        if !chunk.name.iter().all(u8::is_ascii_alphabetic) {
            return Err("is no PNG: one of its chunks has no name".to_owned());
        }
        if chunk.sum != sum(&[chunk.name, chunk.data]) {
            return Err(format!(
                "was changed: the checksum of its chunk {} is another",
                chunk.said()
            ));
        }
        match &mut order {
            None => order = Some(Order::after(&chunk)?),
            Some(order) => order.take(&chunk)?,
        }
        rest = chunk.rest;
        if chunk.name == END {
            break;
        }
    }
    match rest.is_empty() {
        true => Ok(()),
        // What is no picture can hide there.
        false => Err(format!("goes on for {} bytes after its end", rest.len())),
    }
}

/// A part of a PNG: its length, its name, its data, and a checksum of both.
struct Chunk<'a> {
    name: &'a [u8],
    data: &'a [u8],
    sum: u32,
    rest: &'a [u8],
}

impl<'a> Chunk<'a> {
    fn of(bytes: &'a [u8]) -> Option<Chunk<'a>> {
        let length = usize::try_from(number(bytes)?).ok()?;
        let name = bytes.get(4..8)?;
        let end = length.checked_add(8)?;
        Some(Chunk {
            name,
            data: bytes.get(8..end)?,
            sum: number(bytes.get(end..)?)?,
            rest: bytes.get(end.checked_add(4)?..)?,
        })
    }

    /// Its name, for people.
    fn said(&self) -> String {
        String::from_utf8_lossy(self.name).into_owned()
    }
}

/// The first four bytes as a number.
fn number(bytes: &[u8]) -> Option<u32> {
    let first: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
    Some(u32::from_be_bytes(first))
}

/// The checksum of a chunk: CRC-32 with the polynomial of ISO 3309, as the specification of PNG has it.
fn sum(parts: &[&[u8]]) -> u32 {
    let mut sum = u32::MAX;
    for byte in parts.iter().copied().flatten() {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            let odd = sum & 1 == 1;
            sum >>= 1;
            if odd {
                sum ^= 0xedb8_8320;
            }
        }
    }
    !sum
}

/// What has come so far, of what has an order.
struct Order<'a> {
    /// The sort of the pixels.
    colours: u8,
    has_palette: bool,
    pixels: Pixels,
    /// The chunks before the pixels that there were.
    once: Vec<&'a [u8]>,
}

/// Where the chunks with pixels are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pixels {
    Before,
    Within,
    After,
}

impl<'a> Order<'a> {
    /// After the first chunk, which says a size that a heading can have.
    fn after(header: &Chunk<'_>) -> Result<Order<'a>, String> {
        let sides = number(header.data).zip(header.data.get(4..).and_then(number));
        let Some((width, height)) = sides.filter(|_| header.name == HEADER) else {
            return Err("is no PNG: it does not say how large it is".to_owned());
        };
        let fits = |side| (1..=LONGEST_SIDE).contains(&side);
        if !fits(width) || !fits(height) {
            return Err(format!(
                "has {width} by {height} pixels, and may have {LONGEST_SIDE} by {LONGEST_SIDE}"
            ));
        }
        let is_known = |depth: u8, colours: u8| {
            let known = DEPTHS.iter().find(|(sort, _)| *sort == colours);
            known.is_some_and(|(_, depths)| depths.contains(&depth))
        };
        match header.data.get(8..) {
            // Each has one way to be packed and one to be filtered, and two to be interlaced.
            Some([depth, colours, 0, 0, 0 | 1]) if is_known(*depth, *colours) => Ok(Order {
                colours: *colours,
                has_palette: false,
                pixels: Pixels::Before,
                once: Vec::new(),
            }),
            _ => Err("is no PNG: no PNG has pixels of this sort".to_owned()),
        }
    }

    /// The next chunk.
    fn take(&mut self, chunk: &Chunk<'a>) -> Result<(), String> {
        let misplaced = || format!("is no PNG: its chunk {} stands in a wrong place", chunk.said());
        if chunk.name != PIXELS && self.pixels == Pixels::Within {
            self.pixels = Pixels::After;
        }
        match chunk.name {
            PIXELS if self.pixels == Pixels::After => return Err(misplaced()),
            PIXELS if self.colours == NUMBERED && !self.has_palette => {
                return Err("is no PNG: it numbers colours and has none".to_owned());
            }
            PIXELS => self.pixels = Pixels::Within,
            PALETTE => {
                let is_early = self.pixels == Pixels::Before && !self.has_palette;
                if !is_early || matches!(self.colours, GREY | GREY_AND_ALPHA) {
                    return Err(misplaced());
                }
                let colours = chunk.data.len() / 3;
                if !chunk.data.len().is_multiple_of(3) || !(1..=256).contains(&colours) {
                    return Err("is no PNG: it has no whole number of colours".to_owned());
                }
                self.has_palette = true;
            }
            END if self.pixels == Pixels::Before => return Err("is no PNG: it has no pixels".to_owned()),
            END if !chunk.data.is_empty() => return Err(misplaced()),
            END => {}
            name if BEFORE_PIXELS.contains(&name) => {
                if self.pixels != Pixels::Before || self.once.contains(&name) {
                    return Err(misplaced());
                }
                self.once.push(name);
            }
            // A name in capitals says that no reader can do without it.
            [b'A'..=b'Z', ..] => {
                return Err(format!(
                    "is no PNG that browsers can read: of its chunk {} they know nothing",
                    chunk.said()
                ));
            }
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).expect("small").to_be_bytes();
        [&length[..], name, data, &sum(&[name, data]).to_be_bytes()].concat()
    }

    /// The beginning of a picture, with its depth and its sort of pixels.
    fn header(width: u32, height: u32, sort: [u8; 2]) -> Vec<u8> {
        let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
        let data = [&sides[..], &sort, &[0, 0, 0]].concat();
        [SIGNATURE, &chunk(HEADER, &data)].concat()
    }

    fn of(begin: &[u8], chunks: &[(&[u8], &[u8])]) -> Vec<u8> {
        let rest: Vec<u8> = chunks.iter().flat_map(|(name, data)| chunk(name, data)).collect();
        [begin, &rest].concat()
    }

    const DATA: (&[u8], &[u8]) = (PIXELS, b"pixels");
    const LAST: (&[u8], &[u8]) = (END, b"");

    fn picture(width: u32, height: u32) -> Vec<u8> {
        of(&header(width, height, [8, 6]), &[DATA, LAST])
    }

    fn why(content: &[u8]) -> String {
        check(content).expect_err("refused")
    }

    #[test]
    fn what_is_a_picture_and_nothing_else_is_taken() {
        assert_eq!(check(&picture(320, 80)), Ok(()));
        assert!(why(b"<svg/>").contains("is no PNG"));
        assert!(why(&of(SIGNATURE, &[LAST])).contains("how large"));
        assert!(why(&picture(0, 80)).contains("0 by 80 pixels"));
        assert!(why(&picture(320, 2049)).contains("320 by 2049 pixels"));
        let whole = picture(320, 80);
        for length in SIGNATURE.len()..whole.len() {
            assert!(why(&whole[..length]).contains("cut short"), "{length}");
        }
        assert!(why(&[&whole[..], b"<script>"].concat()).contains("8 bytes after its end"));
        assert!(why(&vec![0; LARGEST + 1]).contains("may have 262144"));
        // A length beyond everything.
        let endless = [SIGNATURE, &[0xff; 12]].concat();
        assert!(why(&endless).contains("cut short"));
    }

    #[test]
    fn a_checksum_is_that_of_the_specification() {
        // The last chunk of every PNG.
        assert_eq!(chunk(END, b""), b"\0\0\0\0IEND\xae\x42\x60\x82");
    }

    #[test]
    fn a_changed_byte_is_found_wherever_it_is() {
        let whole = picture(320, 80);
        for place in SIGNATURE.len()..whole.len() {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            assert!(check(&changed).is_err(), "{place}");
        }
    }

    #[test]
    fn chunks_have_an_order() {
        let begin = header(32, 32, [8, 6]);
        let said = |chunks: &[(&[u8], &[u8])]| check(&of(&begin, chunks));
        let palette: (&[u8], &[u8]) = (PALETTE, &[0; 6]);
        let text: (&[u8], &[u8]) = (b"tEXt", b"note");
        let gamma: (&[u8], &[u8]) = (b"gAMA", &[0, 0, 1, 0]);
        for good in [&[DATA, DATA, LAST][..], &[gamma, palette, text, DATA, text, LAST]] {
            assert_eq!(said(good), Ok(()));
        }
        for bad in [
            &[LAST][..],
            &[DATA, text, DATA, LAST],
            &[DATA, palette, LAST],
            &[palette, palette, DATA, LAST],
            &[(PALETTE, &[0; 5]), DATA, LAST],
            &[gamma, gamma, DATA, LAST],
            &[DATA, gamma, LAST],
            &[(b"EVIL", b""), DATA, LAST],
            &[(HEADER, b""), DATA, LAST],
            &[(b"a b\0", b""), DATA, LAST],
            &[DATA, (END, b"more")],
        ] {
            assert!(said(bad).is_err(), "{bad:?}");
        }
        let numbered = header(32, 32, [8, NUMBERED]);
        assert_eq!(check(&of(&numbered, &[palette, DATA, LAST])), Ok(()));
        assert!(why(&of(&numbered, &[DATA, LAST])).contains("numbers colours"));
        assert!(why(&of(&header(32, 32, [8, GREY]), &[palette, DATA, LAST])).contains("PLTE"));
        for sort in [[3, 6], [8, 5], [16, NUMBERED]] {
            let unknown = of(&header(32, 32, sort), &[palette, DATA, LAST]);
            assert!(why(&unknown).contains("of this sort"), "{sort:?}");
        }
    }
}
