//! Pseudonyms: the same text gets the same one throughout a file, and nothing of the text shows in it.
//!
//! They are counted, not computed, so that guesses cannot be tried out with the file alone. What makes them the
//! same in the next run is a second file beside the first (`FILE.key`): a random key, and for each text its digest
//! under that key with its pseudonym. It holds no text either, is needed only where the file was made, and is not
//! for sending.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest, Sha256};

/// The form of a pseudonym: that of the text, so that checks of the form still accept it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form<'a> {
    /// `WORD-7`.
    Word(&'a str),
    /// `WORD7`, where only letters and digits may stand.
    Alphanumeric(&'a str),
    /// Twelve digits.
    Account,
    /// A UUID.
    Uuid,
    /// Zero-padded hexadecimal digits, this many, after a public beginning.
    Hex(&'a str, usize),
    /// An e-mail address.
    Email,
    /// An IP address, of those that are set aside for documentation.
    Address,
}

/// All pseudonyms of a file.
#[derive(Debug)]
pub(super) struct Book {
    key: [u8; 32],
    names: HashMap<[u8; 16], String>,
    counts: BTreeMap<String, u64>,
    /// Lines that the file beside does not hold yet.
    fresh: Vec<String>,
}

impl Book {
    /// An empty book with this key.
    pub(super) fn new(key: [u8; 32]) -> Book {
        let mut first = String::from("headset-recording-key 1 ");
        first.push_str(&hex::encode(key));
        Book {
            key,
            names: HashMap::new(),
            counts: BTreeMap::new(),
            fresh: vec![first],
        }
    }

    /// The book as the file beside holds it; `None` if that is not one.
    pub(super) fn read(text: &str) -> Option<Book> {
        let mut lines = text.lines();
        let key = lines.next()?.strip_prefix("headset-recording-key 1 ")?;
        let mut book = Book::new(hex::decode(key).ok()?.try_into().ok()?);
        book.fresh.clear();
        for line in lines {
            // A line that was cut off by a crash is the last one; its pseudonym is given again under a new number.
            let mut parts = line.split('\t');
            let (Some(digest), Some(count), Some(number), Some(name), None) = (
                parts.next(),
                parts.next(),
                parts.next(),
                parts.next(),
                parts.next(),
            ) else {
                continue;
            };
            let (Ok(digest), Ok(number)) = (hex::decode(digest), number.parse::<u64>()) else {
                continue;
            };
            let Ok(digest) = <[u8; 16]>::try_from(digest) else {
                continue;
            };
            book.names.insert(digest, name.to_owned());
            let counted = book.counts.entry(count.to_owned()).or_default();
            *counted = number.max(*counted);
        }
        Some(book)
    }

    /// What has to be added to the file beside.
    pub(super) fn take_fresh(&mut self) -> Vec<String> {
        std::mem::take(&mut self.fresh)
    }

    fn digest(&self, text: &str) -> [u8; 16] {
        let mut hash = Sha256::new();
        hash.update(self.key);
        hash.update(text.as_bytes());
        hash.update(self.key);
        let mut short = [0; 16];
        short.copy_from_slice(&hash.finalize()[..16]);
        short
    }

    /// The pseudonym that a text has already.
    pub(super) fn known(&self, text: &str) -> Option<&str> {
        self.names.get(&self.digest(text)).map(String::as_str)
    }

    /// The pseudonym of a text: the one that it has, or a new one of this form.
    pub(super) fn name(&mut self, form: Form<'_>, text: &str) -> String {
        let digest = self.digest(text);
        if let Some(name) = self.names.get(&digest) {
            return name.clone();
        }
        let counter = match form {
            Form::Word(word) | Form::Alphanumeric(word) => word.to_owned(),
            Form::Account => "account".to_owned(),
            Form::Uuid => "uuid".to_owned(),
            Form::Hex(start, length) => format!("{start}{length}"),
            Form::Email => "user".to_owned(),
            Form::Address => "address".to_owned(),
        };
        let count = self.counts.entry(counter.clone()).or_default();
        *count += 1;
        let number = *count;
        let name = match form {
            Form::Word(word) => format!("{word}-{number}"),
            Form::Alphanumeric(word) => format!("{word}{number}"),
            Form::Account => format!("{number:012}"),
            Form::Uuid => format!("00000000-0000-4000-8000-{number:012x}"),
            // Ids that AWS writes in capitals stay in capitals.
            Form::Hex(start, length) if start.starts_with('A') => format!("{start}{number:0length$X}"),
            Form::Hex(start, length) => format!("{start}{number:0length$x}"),
            Form::Email => format!("user-{number}@example.com"),
            Form::Address => format!("192.0.2.{}", number % 256),
        };
        let line = [hex::encode(digest), counter, number.to_string(), name.clone()].join("\t");
        self.fresh.push(line);
        self.names.insert(digest, name.clone());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_pseudonym_and_its_form() {
        let mut book = Book::new([7; 32]);
        assert_eq!(book.name(Form::Account, "987654321098"), "000000000001");
        assert_eq!(book.name(Form::Word("name"), "acme"), "name-1");
        assert_eq!(book.name(Form::Word("name"), "other"), "name-2");
        assert_eq!(book.name(Form::Email, "acme"), "name-1", "the first form stays");
        assert_eq!(
            book.name(Form::Hex("subnet-", 17), "subnet-0a1b2c3d4e5f60718")
                .len(),
            24
        );
        assert_eq!(book.name(Form::Uuid, "x"), "00000000-0000-4000-8000-000000000001");
    }

    #[test]
    fn the_file_beside_carries_them_over_without_their_texts() {
        let mut book = Book::new([7; 32]);
        book.name(Form::Word("name"), "acme");
        book.name(Form::Word("name"), "other");
        let beside = book.take_fresh().join("\n");
        assert!(!beside.contains("acme") && !beside.contains("other"));
        let mut again = Book::read(&beside).expect("a book");
        assert_eq!(again.known("other"), Some("name-2"));
        assert_eq!(again.name(Form::Word("name"), "third"), "name-3");
        assert_eq!(again.take_fresh().len(), 1);
        let cut = &beside[..beside.len() - 3];
        assert!(Book::read(cut).is_some_and(|book| book.known("acme").is_some()));
        assert!(Book::read("something else").is_none());
    }
}
