//! What a document in XML may have of everything, so that no request keeps the simulator busy for hours: readers compare
//! the attributes of a tag with each other, and look up its prefix among all that are in scope.

/// Per tag, per document, and how deep.
const ATTRIBUTES: usize = 200;
const TAGS: usize = 400_000;
const PREFIXES: usize = 8_000;
const DEPTH: usize = 100;

/// Says what a document has too much of.
///
/// # Errors
/// If it has too much of something.
pub(crate) fn check(document: &str) -> Result<(), &'static str> {
    let prefixes = document.matches("xmlns:").count() + document.matches("xmlns=").count();
    if prefixes > PREFIXES {
        return Err("too many namespaces");
    }
    let (mut depth, mut tags) = (0_usize, 0);
    let mut rest = document;
    while let Some((_, tag)) = rest.split_once('<') {
        rest = match tag.as_bytes().first() {
            Some(b'!' | b'?') => behind(tag),
            Some(_) => {
                let (attributes, length) = attributes(tag);
                if attributes > ATTRIBUTES {
                    return Err("too many attributes in one element");
                }
                let inside = &tag[..length];
                match (inside.starts_with('/'), inside.ends_with('/')) {
                    (true, _) => depth = depth.saturating_sub(1),
                    (false, true) => {}
                    (false, false) => depth += 1,
                }
                &tag[length..]
            }
            None => tag,
        };
        tags += 1;
        if tags > TAGS {
            return Err("too many elements");
        }
        if depth > DEPTH {
            return Err("elements that are nested too deeply");
        }
    }
    Ok(())
}

/// What stands behind a comment, an instruction, a section of characters or a declaration.
fn behind(markup: &str) -> &str {
    let ends = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>"), ("!", ">")];
    let end = ends.iter().find(|(begin, _)| markup.starts_with(begin));
    let (_, end) = end.unwrap_or(&("", ">"));
    markup.split_once(end).map_or("", |(_, rest)| rest)
}

/// How many attributes a tag has, and how long it is without the sign that ends it. In quotes neither `=` nor `>` counts.
fn attributes(tag: &str) -> (usize, usize) {
    let (mut count, mut open) = (0, None);
    for (at, letter) in tag.char_indices() {
        match letter {
            '"' | '\'' if open.is_none() => open = Some(letter),
            _ if open == Some(letter) => open = None,
            '=' if open.is_none() => count += 1,
            '>' if open.is_none() => return (count, at),
            _ => {}
        }
    }
    (count, tag.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_take_hours_is_refused() {
        let attributes = |count: usize, value: &str| -> String {
            (0..count).map(|one| format!(" a{one}=\"{value}\"")).collect()
        };
        assert_eq!(check(&format!("<a{}/>", attributes(ATTRIBUTES, "1"))), Ok(()));
        assert_eq!(check(&"<a><b/></a>".repeat(1000)), Ok(()));
        let hidden = format!(
            "<!--{0}--><?x {0}?><a><![CDATA[<b {0}]]>{0}</a>",
            "=".repeat(ATTRIBUTES + 1)
        );
        assert_eq!(check(&hidden), Ok(()), "these are no attributes");
        for document in [
            format!("<a{}/>", attributes(ATTRIBUTES + 1, "1")),
            format!("<a{}/>", attributes(ATTRIBUTES + 1, ">")),
            format!("<!-- > --><a{}/>", attributes(ATTRIBUTES + 1, "<")),
            "<a>".repeat(DEPTH + 1),
            "<a/>".repeat(TAGS + 1),
            "<a xmlns:b='c'/>".repeat(PREFIXES + 1),
        ] {
            assert!(check(&document).is_err(), "{}", &document[..50]);
        }
    }
}
