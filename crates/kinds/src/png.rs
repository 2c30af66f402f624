//! A picture that lies beside the pages as PNG: a file that is one, whole, and of a size that a heading can have.

/// The most bytes of a picture.
pub const LARGEST: usize = 256 * 1024;

/// The most pixels of a side. More would be decoded by each browser, and no heading shows them.
const LONGEST_SIDE: u32 = 2048;

/// What every PNG begins with.
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The chunk that says the size, and the one that ends the picture.
const HEADER: &[u8] = b"IHDR";
const END: &[u8] = b"IEND";

/// Says why a file is not a picture that can be published. It completes "the file".
///
/// # Errors
/// If it is no PNG, is cut short or goes on after its end, or is too large.
pub fn check(content: &[u8]) -> Result<(), String> {
    if content.len() > LARGEST {
        return Err(format!("has {} bytes, and may have {LARGEST}", content.len()));
    }
    let Some(mut rest) = content.strip_prefix(SIGNATURE) else {
        return Err("is no PNG: it does not begin as one".to_owned());
    };
    let mut is_first = true;
    loop {
        let Some(chunk) = Chunk::of(rest) else {
            return Err("is cut short: its last chunk is not whole".to_owned());
        };
        if is_first {
            size(&chunk)?;
        }
        is_first = false;
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

/// A part of a PNG: its length, its name, its data, and a checksum.
struct Chunk<'a> {
    name: &'a [u8],
    data: &'a [u8],
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
            rest: bytes.get(end.checked_add(4)?..)?,
        })
    }
}

/// The first four bytes as a number.
fn number(bytes: &[u8]) -> Option<u32> {
    let first: [u8; 4] = bytes.get(..4)?.try_into().ok()?;
    Some(u32::from_be_bytes(first))
}

/// Whether the first chunk says a size that a heading can have.
fn size(header: &Chunk<'_>) -> Result<(), String> {
    let sides = number(header.data).zip(header.data.get(4..).and_then(number));
    let Some((width, height)) = sides.filter(|_| header.name == HEADER) else {
        return Err("is no PNG: it does not say how large it is".to_owned());
    };
    let fits = |side| (1..=LONGEST_SIDE).contains(&side);
    match fits(width) && fits(height) {
        true => Ok(()),
        false => Err(format!(
            "has {width} by {height} pixels, and may have {LONGEST_SIDE} by {LONGEST_SIDE}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8], data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).expect("small").to_be_bytes();
        [&length[..], name, data, &[0; 4]].concat()
    }

    fn picture(width: u32, height: u32) -> Vec<u8> {
        let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
        let header = chunk(HEADER, &[&sides[..], &[8, 6, 0, 0, 0]].concat());
        [SIGNATURE, &header, &chunk(b"IDAT", b"pixels"), &chunk(END, b"")].concat()
    }

    #[test]
    fn what_is_a_picture_and_nothing_else_is_taken() {
        assert_eq!(check(&picture(320, 80)), Ok(()));
        let why = |content: &[u8]| check(content).expect_err("refused");
        assert!(why(b"<svg/>").contains("is no PNG"));
        assert!(why(&[SIGNATURE, &chunk(END, b"")].concat()).contains("how large"));
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
}
