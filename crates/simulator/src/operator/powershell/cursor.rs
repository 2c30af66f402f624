//! A position in a script, and what every part of the parser asks of it.

use super::letters::{is_blank, is_line_end, is_name, is_operator};

/// The deepest nesting.
const DEEPEST: usize = 60;

/// A position in a script.
pub(super) struct Reader {
    pub(super) letters: Vec<char>,
    pub(super) at: usize,
    depth: usize,
    /// Whether a comma makes a list here, or parts the arguments of a method.
    pub(super) lists: bool,
}

pub(super) type Read<T> = Result<T, String>;

impl Reader {
    /// At the beginning of a script.
    pub(super) fn new(script: &str) -> Reader {
        Reader {
            letters: script.chars().collect(),
            at: 0,
            depth: 0,
            lists: true,
        }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    pub(super) fn after(&self, count: usize) -> Option<char> {
        self.letters.get(self.at + count).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let letter = self.peek();
        self.at += usize::from(letter.is_some());
        letter
    }

    pub(super) fn take(&mut self, letter: char) -> bool {
        let is = self.peek() == Some(letter);
        self.at += usize::from(is);
        is
    }

    pub(super) fn expect(&mut self, letter: char) -> Read<()> {
        match self.take(letter) {
            true => Ok(()),
            false => Err(format!("line {}: `{letter}` is missing", self.line())),
        }
    }

    pub(super) fn line(&self) -> usize {
        1 + self.letters[..self.at.min(self.letters.len())]
            .iter()
            .filter(|c| **c == '\n')
            .count()
    }

    /// Skips blanks, comments and, with `lines`, the ends of lines. A backtick at the end of a line continues it.
    pub(super) fn blanks(&mut self, lines: bool) {
        while let Some(letter) = self.peek() {
            match letter {
                c if is_blank(c) => self.at += 1,
                c if is_line_end(c) && lines => self.at += 1,
                '`' if self.after(1).is_some_and(is_line_end) => {
                    self.at += 1 + usize::from(self.after(1) == Some('\r'));
                    self.take('\n');
                }
                '#' => {
                    while self.peek().is_some_and(|c| !is_line_end(c)) {
                        self.at += 1;
                    }
                }
                _ => break,
            }
        }
    }

    /// The word that stands here, if it is made of letters.
    pub(super) fn word(&self) -> String {
        let rest = &self.letters[self.at.min(self.letters.len())..];
        rest.iter()
            .take_while(|c| is_name(**c))
            .collect::<String>()
            .to_lowercase()
    }

    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Reader) -> Read<T>) -> Read<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("the commands are nested too deeply".to_owned());
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// Reads with commas that make lists, or that part arguments.
    pub(super) fn listing<T>(&mut self, lists: bool, read: impl FnOnce(&mut Reader) -> Read<T>) -> Read<T> {
        let before = std::mem::replace(&mut self.lists, lists);
        let read = read(self);
        self.lists = before;
        read
    }

    pub(super) fn unexpected(&self) -> String {
        let line = self.line();
        match self.peek() {
            Some(c) if is_operator(c) => format!("line {line}: `{c}` is an operator of PowerShell here"),
            Some(c) => format!("line {line}: `{c}` is unexpected"),
            None => format!("line {line}: the script ends in the middle"),
        }
    }

    pub(super) fn name(&mut self) -> Read<String> {
        let start = self.at;
        while self.peek().is_some_and(is_name) {
            self.at += 1;
        }
        match self.at > start {
            true => Ok(self.letters[start..self.at]
                .iter()
                .collect::<String>()
                .to_lowercase()),
            false => Err(self.unexpected()),
        }
    }
}
