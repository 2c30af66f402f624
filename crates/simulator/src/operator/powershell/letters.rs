//! A character by what PowerShell's tokenizer takes it for (`CharTraits` of its source). It has more quotes and blanks than
//! ASCII: text that comes out of a word processor is code to it.

/// A single quote: straight, left, right, low, reversed.
pub(super) fn is_single_quote(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}'..='\u{201b}')
}

/// A double quote: straight, left, right, low.
pub(super) fn is_double_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}'..='\u{201e}')
}

/// What begins a parameter or an operator: hyphen, en dash, em dash, horizontal bar.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2013}'..='\u{2015}')
}

/// A blank inside of a line. Separators of lines and paragraphs are blanks; only CR and LF end a line.
pub(super) fn is_blank(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// The end of a line.
pub(super) fn is_line_end(c: char) -> bool {
    matches!(c, '\r' | '\n')
}

/// What ends a word of a command.
pub(super) fn is_operator(c: char) -> bool {
    matches!(c, '|' | '&' | '(' | ')' | '{' | '}' | '<' | '>' | ',' | ';')
}

/// A letter of a name.
pub(super) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What a backtick makes of the letter behind it.
pub(super) fn escaped(letter: char) -> char {
    match letter {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        other => other,
    }
}
