//! Text files that people write: blueprints and what they name, secrets, answers. One way to read them all.
//!
//! Windows puts a byte order mark in front of UTF-8 (Notepad, `Set-Content -Encoding utf8`) and writes UTF-16 where
//! PowerShell redirects (`>`, `Out-File`). The mark is no part of the text. UTF-16 is refused rather than decoded: what
//! reads the same file next, be it AWS, git or another program, would not.

use std::fmt;
use std::io::Read as _;
use std::path::Path;

use crate::shell::word;

/// Why a file's text cannot be read. Its words name the file and say what to do; nothing of the text is quoted.
#[derive(Debug)]
pub enum Unreadable {
    /// The file cannot be opened or read.
    File(std::io::Error),
    /// It is a directory.
    Directory(String),
    /// It is a device, a socket or a pipe that has a name: what it holds may never come, or never end.
    Device(String),
    /// A blueprint names it, and it is not in the blueprint's project.
    Outside {
        /// The project's directory.
        project: String,
    },
    /// It is longer than any such file is.
    TooLarge {
        /// Its path.
        path: String,
        /// The most bytes that are read of such a file.
        most: u64,
    },
    /// The file holds UTF-16 or UTF-32 text.
    Wide {
        /// Its path.
        path: String,
        /// What it holds, as `iconv` calls it: with the order of its bytes where no mark says that.
        encoding: &'static str,
    },
    /// The file holds no UTF-8 text.
    NotUtf8(String),
}

impl Unreadable {
    /// Whether there is no such file.
    pub fn is_missing(&self) -> bool {
        matches!(self, Unreadable::File(error) if error.kind() == std::io::ErrorKind::NotFound)
    }

    /// How the file becomes one that can be read, where it can.
    pub fn help(&self) -> Option<String> {
        let (path, encoding) = match self {
            Unreadable::File(_)
            | Unreadable::Directory(_)
            | Unreadable::Device(_)
            | Unreadable::TooLarge { .. } => return None,
            Unreadable::Outside { .. } => {
                return Some(
                    "A blueprint of others could show what it finds there. If you trust this one, give `--allow-outside`."
                        .to_owned(),
                );
            }
            Unreadable::Wide { path, encoding } => (path, *encoding),
            // What programs write that know no Unicode.
            Unreadable::NotUtf8(path) => (path, "WINDOWS-1252"),
        };
        let iconv = format!(
            "iconv -f {encoding} -t UTF-8 {} > {}",
            word(path),
            word(&format!("{path}.utf8"))
        );
        Some(match self {
            Unreadable::NotUtf8(_) => format!(
                "save it again as UTF-8 in the program that wrote it; if that was an older Windows program: `{iconv}`"
            ),
            _ => format!(
                "in Notepad: Save as, Encoding: UTF-8; in Visual Studio Code: Save with Encoding, UTF-8; in a shell: \
                 `{iconv}`"
            ),
        })
    }
}

impl From<String> for Unreadable {
    /// A failure in these words.
    fn from(words: String) -> Unreadable {
        Unreadable::File(std::io::Error::other(words))
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::File(error) => error.fmt(f),
            Unreadable::Directory(path) => write!(f, "{path} is a directory, and a file is wanted"),
            Unreadable::Device(path) => write!(f, "{path} is a device or a pipe, and a file is wanted"),
            Unreadable::Outside { project } => write!(f, "it is outside of the project, which is {project}"),
            Unreadable::TooLarge { path, most } => {
                write!(
                    f,
                    "{path} is longer than {most} bytes, which is more than any such file has"
                )
            }
            Unreadable::Wide { path, encoding } if encoding.starts_with("UTF-32") => {
                write!(f, "{path} is UTF-32 text; save it as UTF-8")
            }
            Unreadable::Wide { path, .. } => write!(
                f,
                "{path} is UTF-16 text, as Windows PowerShell's `>` writes it; save it as UTF-8"
            ),
            Unreadable::NotUtf8(path) => write!(f, "{path} is not UTF-8 text; save it as UTF-8"),
        }
    }
}

impl std::error::Error for Unreadable {}

/// The text of a file that has at most so many bytes, without a byte order mark.
///
/// # Errors
/// If it is no file, cannot be read, is longer, or holds no UTF-8 text.
pub fn read(path: &Path, most: u64) -> Result<String, Unreadable> {
    text(
        bytes(path, most.saturating_add(1))?,
        &path.display().to_string(),
        most,
    )
}

/// The same of what comes by a pipe or the like; `name` is what its errors call it.
///
/// # Errors
/// If it cannot be read, is longer, or is no UTF-8 text.
pub fn read_from(input: &mut impl std::io::Read, name: &str, most: u64) -> Result<String, Unreadable> {
    let mut bytes = Vec::new();
    input
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(Unreadable::File)?;
    text(bytes, name, most)
}

/// Bytes as a text, without a byte order mark.
fn text(bytes: Vec<u8>, name: &str, most: u64) -> Result<String, Unreadable> {
    let name = || name.to_owned();
    if bytes.len() as u64 > most {
        return Err(Unreadable::TooLarge { path: name(), most });
    }
    if let Some(encoding) = wide(&bytes) {
        return Err(Unreadable::Wide {
            path: name(),
            encoding,
        });
    }
    let mut text = String::from_utf8(bytes).map_err(|_| Unreadable::NotUtf8(name()))?;
    if text.starts_with(MARK) {
        text.drain(..MARK.len_utf8());
    }
    Ok(text)
}

/// The first so many bytes of a file. Opening a pipe that has a name waits for its other end, so it is looked at first.
///
/// # Errors
/// If it is no file, or cannot be read.
pub fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, Unreadable> {
    may_be_opened(path)?;
    let file = fs_err::File::open(path).map_err(Unreadable::File)?;
    let mut bytes = Vec::new();
    file.take(most)
        .read_to_end(&mut bytes)
        .map_err(Unreadable::File)?;
    Ok(bytes)
}

/// Refuses what is no file, before it is opened to be read or written: to open a pipe waits for its other end, and no signal
/// ends that.
///
/// # Errors
/// If it is a directory, a device or a pipe.
pub fn may_be_opened(path: &Path) -> Result<(), Unreadable> {
    let name = || path.display().to_string();
    // What cannot be looked at cannot be opened either, and opening says why.
    match fs_err::metadata(path) {
        Ok(known) if known.is_dir() => Err(Unreadable::Directory(name())),
        Ok(known) if !known.is_file() && !is_piped(path, &known) => Err(Unreadable::Device(name())),
        _ => Ok(()),
    }
}

/// Whether it is a pipe that a shell has put there, as in `headset plan <(generate)` or `generate | headset plan /dev/stdin`.
#[cfg(unix)]
fn is_piped(path: &Path, known: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    let by_number = ["/dev/fd", "/dev/stdin", "/proc/self/fd"];
    known.file_type().is_fifo() && by_number.iter().any(|place| path.starts_with(place))
}

#[cfg(not(unix))]
fn is_piped(_: &Path, _: &std::fs::Metadata) -> bool {
    false
}

const MARK: char = '\u{feff}';

/// The encoding of bytes that begin as UTF-16 or UTF-32 do: with their mark, or with letters between zeros.
fn wide(bytes: &[u8]) -> Option<&'static str> {
    // The mark of UTF-32 in little-endian order begins with that of UTF-16.
    let marks: [(&[u8], &str); 4] = [
        (&[0xff, 0xfe, 0, 0], "UTF-32"),
        (&[0, 0, 0xfe, 0xff], "UTF-32"),
        (&[0xff, 0xfe], "UTF-16"),
        (&[0xfe, 0xff], "UTF-16"),
    ];
    if let Some((_, encoding)) = marks.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Some(encoding);
    }
    let letters = |size: usize, place: usize| {
        let mut units = bytes.chunks_exact(size).take(8);
        let is_letter = |unit: &[u8]| (0..size).all(|at| (unit[at] != 0) == (at == place));
        units.len() > 0 && units.all(is_letter)
    };
    let forms = [
        (4, 0, "UTF-32LE"),
        (4, 3, "UTF-32BE"),
        (2, 0, "UTF-16LE"),
        (2, 1, "UTF-16BE"),
    ];
    let found = forms.into_iter().find(|(size, place, _)| letters(*size, *place));
    found.map(|(_, _, encoding)| encoding)
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
            assert!(matches!(error, Unreadable::Wide { .. }), "{error}");
            let told = error.to_string();
            assert!(told.contains("UTF-16") && !told.contains("Spring"), "{told}");
        }
    }

    #[test]
    fn each_encoding_is_told_from_the_others_with_the_way_to_utf8() {
        let bytes = |order: fn(u32) -> [u8; 4]| "Spring2026".chars().flat_map(move |c| order(c.into()));
        let little: Vec<u8> = bytes(u32::to_le_bytes).collect();
        let big: Vec<u8> = bytes(u32::to_be_bytes).collect();
        let short = |bytes: &[u8], keep: [usize; 2]| -> Vec<u8> {
            let units = bytes.chunks_exact(4);
            units.flat_map(|unit| keep.map(|place| unit[place])).collect()
        };
        for (bytes, encoding) in [
            ([&[0xff, 0xfe, 0, 0], &*little].concat(), "UTF-32"),
            ([&[0, 0, 0xfe, 0xff], &*big].concat(), "UTF-32"),
            (little.clone(), "UTF-32LE"),
            (big.clone(), "UTF-32BE"),
            ([&[0xff, 0xfe], &*short(&little, [0, 1])].concat(), "UTF-16"),
            (short(&little, [0, 1]), "UTF-16LE"),
            (short(&big, [2, 3]), "UTF-16BE"),
            (b"\xe4rger".to_vec(), "WINDOWS-1252"),
        ] {
            let error = written(&bytes).unwrap_err();
            let help = error.help().unwrap();
            assert!(help.contains(&format!("iconv -f {encoding} -t UTF-8 ")), "{help}");
            assert!(
                error.to_string().contains(&encoding[..3]) || encoding.starts_with("WIN"),
                "{error}"
            );
        }
        assert_eq!(read(Path::new("/nonexistent/text"), 10).unwrap_err().help(), None);
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
    fn what_is_longer_than_the_limit_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("text");
        std::fs::write(&path, "abcdef").unwrap();
        assert_eq!(read(&path, 6).unwrap(), "abcdef");
        let error = read(&path, 5).unwrap_err();
        assert!(matches!(error, Unreadable::TooLarge { most: 5, .. }), "{error}");
        assert!(error.to_string().contains("longer than 5 bytes"), "{error}");
    }

    /// A pipe without another end would be waited for, and a device has no end.
    #[test]
    #[cfg(unix)]
    fn neither_pipes_nor_devices_are_waited_for() {
        let directory = tempfile::tempdir().unwrap();
        let pipe = directory.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let link = directory.path().join("link");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        for path in [
            pipe.as_path(),
            &link,
            Path::new("/dev/zero"),
            Path::new("/dev/null"),
        ] {
            let error = read(path, 1000).unwrap_err();
            assert!(
                matches!(error, Unreadable::Device(_)),
                "{}: {error}",
                path.display()
            );
        }
    }
}
