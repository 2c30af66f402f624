//! Reads expressions and texts.

use super::cursor::{Read, Reader};
use super::letters::{
    escaped, is_blank, is_dash, is_double_quote, is_line_end, is_name, is_operator, is_single_quote,
};
use super::tree::{Expression, Part};

/// The operators of each level, those that bind least first.
const LEVELS: [&[&str]; 5] = [
    &["-and", "-or"],
    &[
        "-eq",
        "-ne",
        "-gt",
        "-ge",
        "-lt",
        "-le",
        "-like",
        "-notlike",
        "-match",
        "-notmatch",
        "-contains",
        "-notcontains",
        "-in",
        "-notin",
        "-join",
        "-split",
        "-replace",
    ],
    &["+", "-"],
    &["*", "/"],
    &["-f"],
];

impl Reader {
    pub(super) fn argument(&mut self) -> Read<Expression> {
        match self.peek() {
            Some('(' | '{') => self.postfix(),
            Some('$') if self.after(1).is_some_and(|c| is_name(c) || c == '(') => self.postfix(),
            Some('@') if matches!(self.after(1), Some('(' | '{')) => self.postfix(),
            Some('@') => Err(format!(
                "line {}: PowerShell would take a word with `@` before it for a list or a variable",
                self.line()
            )),
            Some(c) if is_operator(c) => Err(self.unexpected()),
            Some(c) if c.is_ascii_digit() => {
                let before = self.at;
                let number = self.number()?;
                let ends = |c: char| is_blank(c) || is_line_end(c) || is_operator(c);
                if self.peek().is_none_or(ends) {
                    return Ok(number);
                }
                self.at = before;
                self.bare()
            }
            _ => self.bare(),
        }
    }

    /// A word of a command: letters, quoted parts and variables up to a blank or an operator.
    pub(super) fn bare(&mut self) -> Read<Expression> {
        let mut parts = Vec::new();
        let mut text = String::new();
        while let Some(letter) = self.peek() {
            match letter {
                c if is_blank(c) || is_line_end(c) || is_operator(c) => break,
                c if is_single_quote(c) => {
                    self.at += 1;
                    text.push_str(&self.literal()?);
                }
                c if is_double_quote(c) => {
                    self.at += 1;
                    for part in self.expandable()? {
                        match part {
                            Part::Letters(letters) => text.push_str(&letters),
                            value => parts.extend([Part::Letters(std::mem::take(&mut text)), value]),
                        }
                    }
                }
                '`' => {
                    self.at += 1;
                    if self.peek().is_some_and(is_line_end) {
                        self.at -= 1;
                        break;
                    }
                    text.extend(self.next().map(escaped));
                }
                '$' if self.expands() => {
                    let value = Part::Value(self.postfix()?);
                    parts.extend([Part::Letters(std::mem::take(&mut text)), value]);
                }
                c => {
                    self.at += 1;
                    text.push(c);
                }
            }
        }
        parts.push(Part::Letters(text));
        parts.retain(|part| *part != Part::Letters(String::new()));
        if parts.is_empty() {
            parts.push(Part::Letters(String::new()));
        }
        Ok(Expression::Text(parts))
    }

    /// Whether the `$` that stands here begins something.
    pub(super) fn expands(&self) -> bool {
        self.after(1)
            .is_some_and(|c| is_name(c) || matches!(c, '(' | '{' | '$' | '?' | '^' | ':'))
    }

    /// Up to any single quote. Two in a row, of whichever form, stand for the second one.
    pub(super) fn literal(&mut self) -> Read<String> {
        let mut text = String::new();
        while let Some(letter) = self.next() {
            if !is_single_quote(letter) {
                text.push(letter);
            } else if self.peek().is_some_and(is_single_quote) {
                text.extend(self.next());
            } else {
                return Ok(text);
            }
        }
        Err("a quote in the commands does not close".to_owned())
    }

    /// Up to any double quote. Two in a row, of whichever form, stand for the second one; a backtick escapes.
    pub(super) fn expandable(&mut self) -> Read<Vec<Part>> {
        let mut parts = Vec::new();
        let mut text = String::new();
        while let Some(letter) = self.next() {
            match letter {
                c if is_double_quote(c) => {
                    if self.peek().is_some_and(is_double_quote) {
                        text.extend(self.next());
                    } else {
                        parts.push(Part::Letters(text));
                        return Ok(parts);
                    }
                }
                '`' if matches!(self.peek(), Some('u' | 'e')) => {
                    return Err("what `u and `e mean depends on the version of PowerShell".to_owned());
                }
                '`' => text.extend(self.next().map(escaped)),
                '$' => {
                    self.at -= 1;
                    if !self.expands() {
                        self.at += 1;
                        text.push('$');
                        continue;
                    }
                    // In a text, members are no part of a variable.
                    let value = Part::Value(self.deeper(Reader::primary)?);
                    parts.extend([Part::Letters(std::mem::take(&mut text)), value]);
                }
                other => text.push(other),
            }
        }
        Err("a quote in the commands does not close".to_owned())
    }

    /// The operator of this level that stands here.
    pub(super) fn operator(&mut self, level: usize) -> Option<String> {
        let before = self.at;
        self.blanks(false);
        let first = self.peek()?;
        let mut found = first.to_string();
        if is_dash(first) && self.after(1).is_some_and(char::is_alphabetic) {
            self.at += 1;
            let word = self.word();
            self.at -= 1;
            found = format!("-{word}");
        }
        // A hyphen directly before a word is no minus.
        let fits = LEVELS[level].contains(&found.as_str());
        if fits {
            self.at += found.chars().count();
            return Some(found);
        }
        self.at = before;
        None
    }

    pub(super) fn expression(&mut self, level: usize) -> Read<Expression> {
        if level == LEVELS.len() {
            return self.list();
        }
        let mut left = self.expression(level + 1)?;
        while let Some(operator) = self.operator(level) {
            self.blanks(true);
            let right = self.expression(level + 1)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    /// `a, b, c`.
    pub(super) fn list(&mut self) -> Read<Expression> {
        let mut items = vec![self.deeper(Reader::unary)?];
        loop {
            let before = self.at;
            self.blanks(false);
            if !(self.lists && self.take(',')) {
                self.at = before;
                break;
            }
            self.blanks(true);
            items.push(self.deeper(Reader::unary)?);
        }
        Ok(match items.len() {
            1 => items.remove(0),
            _ => Expression::List(items),
        })
    }

    pub(super) fn unary(&mut self) -> Read<Expression> {
        match self.peek() {
            Some('!') => {
                self.at += 1;
                self.blanks(false);
                Ok(Expression::Not(Box::new(self.deeper(Reader::unary)?)))
            }
            Some(c) if is_dash(c) => {
                self.at += 1;
                if self.word() == "not" {
                    self.at += 3;
                    self.blanks(false);
                    return Ok(Expression::Not(Box::new(self.deeper(Reader::unary)?)));
                }
                match self.peek() {
                    Some(digit) if digit.is_ascii_digit() => match self.number()? {
                        Expression::Number(number) => Ok(Expression::Number(-number)),
                        other => Ok(other),
                    },
                    _ => Err(self.unexpected()),
                }
            }
            Some('[') => {
                let before = self.at;
                let name = self.type_name()?;
                self.blanks(false);
                if self.peek() == Some(':') {
                    self.at = before;
                    return self.postfix();
                }
                Ok(Expression::Cast(name, Box::new(self.deeper(Reader::unary)?)))
            }
            _ => self.postfix(),
        }
    }

    pub(super) fn number(&mut self) -> Read<Expression> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        let digits: String = self.letters[start..self.at].iter().collect();
        digits
            .parse()
            .map(Expression::Number)
            .map_err(|_| self.unexpected())
    }

    pub(super) fn type_name(&mut self) -> Read<String> {
        self.expect('[')?;
        let start = self.at;
        while self.peek().is_some_and(|c| is_name(c) || matches!(c, '.' | '[')) {
            self.at += 1 + usize::from(self.peek() == Some('['));
        }
        let name: String = self.letters[start..self.at].iter().collect();
        self.expect(']')?;
        let name = name.to_lowercase();
        Ok(name.strip_prefix("system.").unwrap_or(&name).to_owned())
    }

    pub(super) fn arguments(&mut self) -> Read<Vec<Expression>> {
        self.expect('(')?;
        let mut arguments = Vec::new();
        loop {
            self.blanks(true);
            if self.take(')') {
                return Ok(arguments);
            }
            arguments.push(self.listing(false, |reader| reader.expression(0))?);
            self.blanks(true);
            if self.peek() != Some(')') {
                self.expect(',')?;
            }
        }
    }

    pub(super) fn postfix(&mut self) -> Read<Expression> {
        let mut value = self.deeper(Reader::primary)?;
        loop {
            match self.peek() {
                Some('.') if self.after(1).is_some_and(|c| c.is_alphabetic() || c == '_') => {
                    self.at += 1;
                    let name = self.name()?;
                    value = match self.peek() {
                        Some('(') => Expression::Call(Box::new(value), name, self.arguments()?),
                        _ => Expression::Member(Box::new(value), name),
                    };
                }
                Some('[') => {
                    self.at += 1;
                    let index = self.listing(true, |reader| reader.expression(0))?;
                    self.expect(']')?;
                    value = Expression::Index(Box::new(value), Box::new(index));
                }
                _ => return Ok(value),
            }
        }
    }

    pub(super) fn primary(&mut self) -> Read<Expression> {
        match self.peek() {
            Some(c) if is_single_quote(c) => {
                self.at += 1;
                Ok(Expression::text(self.literal()?))
            }
            Some(c) if is_double_quote(c) => {
                self.at += 1;
                Ok(Expression::Text(self.expandable()?))
            }
            Some(c) if c.is_ascii_digit() => self.number(),
            Some('(') => {
                self.at += 1;
                let pipeline = self.listing(true, Reader::pipeline)?;
                self.blanks(true);
                self.expect(')')?;
                Ok(Expression::Group(pipeline))
            }
            Some('{') => Ok(Expression::Block(self.block()?)),
            Some('[') => {
                let name = self.type_name()?;
                if !(self.take(':') && self.take(':')) {
                    return Err(self.unexpected());
                }
                let member = self.name()?;
                match self.peek() {
                    Some('(') => Ok(Expression::StaticCall(name, member, self.arguments()?)),
                    _ => Ok(Expression::Static(name, member)),
                }
            }
            Some('@') => {
                self.at += 1;
                match self.next() {
                    Some('(') => Ok(Expression::Statements(self.statements(Some(')'))?, true)),
                    Some('{') => self.map(),
                    _ => Err(format!(
                        "line {}: PowerShell would take a word with `@` before it for a list or a variable",
                        self.line()
                    )),
                }
            }
            Some('$') => self.variable(),
            _ => Err(self.unexpected()),
        }
    }

    pub(super) fn variable(&mut self) -> Read<Expression> {
        self.at += 1;
        match self.peek() {
            Some('(') => {
                self.at += 1;
                Ok(Expression::Statements(self.statements(Some(')'))?, false))
            }
            Some(c) if is_name(c) => {
                let name = self.name()?;
                if name == "env" && self.take(':') {
                    return Ok(Expression::Environment(self.name()?));
                }
                Ok(Expression::Variable(name))
            }
            _ => Err(format!(
                "line {}: PowerShell would expand a variable in the commands here",
                self.line()
            )),
        }
    }

    pub(super) fn map(&mut self) -> Read<Expression> {
        let mut entries = Vec::new();
        loop {
            self.blanks(true);
            match self.peek() {
                Some('}') => {
                    self.at += 1;
                    return Ok(Expression::Map(entries));
                }
                Some(';') => self.at += 1,
                _ => {
                    let name = self.name()?;
                    self.blanks(false);
                    self.expect('=')?;
                    self.blanks(true);
                    entries.push((name, self.deeper(Reader::statement)?));
                    self.blanks(false);
                }
            }
        }
    }
}
