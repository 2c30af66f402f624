//! Text files that people write: blueprints and what they name, secrets, answers. One way to read them all.
//!
//! Windows puts a byte order mark in front of UTF-8 (Notepad, `Set-Content -Encoding utf8`) and writes UTF-16 where
//! PowerShell redirects (`>`, `Out-File`). The mark is no part of the text. UTF-16 is refused rather than decoded: what
//! reads the same file next, be it AWS, git or another program, would not.

use std::fmt;
use std::io::Read as _;
use std::path::Path;

/// Why a file's text cannot be read. Its words name the file and say what to do; nothing of the text is quoted.
#[derive(Debug)]
pub enum Unreadable {
    /// The file cannot be opened or read.
    File(std::io::Error),
    /// It is a directory.
    Directory(String),
    /// The file holds UTF-16 text.
    Utf16(String),
    /// The file holds no UTF-8 text.
    NotUtf8(String),
}

impl Unreadable {
    /// Whether there is no such file.
    pub fn is_missing(&self) -> bool {
        matches!(self, Unreadable::File(error) if error.kind() == std::io::ErrorKind::NotFound)
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::File(error) => error.fmt(f),
            Unreadable::Directory(path) => write!(f, "{path} is a directory, and a file is wanted"),
            Unreadable::Utf16(path) => write!(
                f,
                "{path} is UTF-16 text, as Windows PowerShell's `>` writes it; save it as UTF-8 \
                 (`Set-Content -Encoding utf8`)"
            ),
            Unreadable::NotUtf8(path) => write!(f, "{path} is not UTF-8 text; save it as UTF-8"),
        }
    }
}

impl std::error::Error for Unreadable {}

/// The text of the first so many bytes of a file, without a byte order mark.
///
/// # Errors
/// If the file cannot be read, or holds no UTF-8 text.
pub fn read(path: &Path, most: u64) -> Result<String, Unreadable> {
    if path.is_dir() {
        return Err(Unreadable::Directory(path.display().to_string()));
    }
    let file = fs_err::File::open(path).map_err(Unreadable::File)?;
    let mut bytes = Vec::new();
    file.take(most)
        .read_to_end(&mut bytes)
        .map_err(Unreadable::File)?;
    let name = || path.display().to_string();
    if is_utf16(&bytes) {
        return Err(Unreadable::Utf16(name()));
    }
    let mut text = String::from_utf8(bytes).map_err(|_| Unreadable::NotUtf8(name()))?;
    if text.starts_with(MARK) {
        text.drain(..MARK.len_utf8());
    }
    Ok(text)
}

const MARK: char = '\u{feff}';

/// Whether the bytes begin as UTF-16 does: with its mark, or with letters between zeros.
fn is_utf16(bytes: &[u8]) -> bool {
    let letters = |first: usize| {
        let pairs = bytes.chunks_exact(2).take(8);
        pairs.len() > 0 && pairs.clone().all(|pair| pair[first] != 0 && pair[1 - first] == 0)
    };
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || letters(0) || letters(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(bytes: &[u8]) -> Result<String, Unreadable> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("text");
        std::fs::write(&path, bytes).unwrap();
        read(&path, 1000)
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(written(b"\xef\xbb\xbfSpring\r\n").unwrap(), "Spring\r\n");
        assert_eq!(written("früh".as_bytes()).unwrap(), "früh");
        assert_eq!(written(b"").unwrap(), "");
        assert_eq!(written(b"\xef\xbb\xbf").unwrap(), "");
        // Only the first one is a mark.
        assert_eq!(written("\u{feff}\u{feff}a".as_bytes()).unwrap(), "\u{feff}a");
    }

    #[test]
    fn utf16_is_refused_by_its_name() {
        let little: Vec<u8> = "Spring2026".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "Spring2026".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = [&[0xff, 0xfe], little.as_slice()].concat();
        for bytes in [
            marked.as_slice(),
            &[&[0xfe, 0xff], big.as_slice()].concat(),
            &little,
            &big,
        ] {
            let error = written(bytes).unwrap_err();
            assert!(matches!(error, Unreadable::Utf16(_)), "{error}");
            let told = error.to_string();
            assert!(told.contains("UTF-8") && !told.contains("Spring"), "{told}");
        }
    }

    #[test]
    fn other_bytes_and_no_file_at_all_are_told_apart() {
        assert!(matches!(
            written(b"\xe4rger").unwrap_err(),
            Unreadable::NotUtf8(_)
        ));
        let missing = read(Path::new("/nonexistent/text"), 10).unwrap_err();
        assert!(
            missing.is_missing() && missing.to_string().contains("/nonexistent/text"),
            "{missing}"
        );
        assert!(!written(b"\xe4rger").unwrap_err().is_missing());
        let directory = read(&std::env::temp_dir(), 10).unwrap_err();
        assert!(directory.to_string().contains("is a directory"), "{directory}");
        assert_eq!(written(&[0; 20]).unwrap().len(), 20);
    }

    #[test]
    fn no_more_than_the_limit_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("text");
        std::fs::write(&path, "abcdef").unwrap();
        assert_eq!(read(&path, 3).unwrap(), "abc");
    }
}
