//! XML of others, looked at before it is parsed: parsers compare each attribute of an element with all others, and copy the
//! namespaces of an element for each one inside that declares its own. A document of a few megabytes can take hours so.

/// The most attributes of one element. SAML metadata and AWS's answers have a dozen.
const MOST_ATTRIBUTES: usize = 256;
/// The deepest nesting.
const MOST_LEVELS: usize = 128;
/// The most elements, and the most declarations of namespaces, of a document.
const MOST_ELEMENTS: usize = 500_000;
const MOST_NAMESPACES: usize = 10_000;

/// Why a document is not parsed: what it has too much of. It completes "the document has".
///
/// # Errors
/// If parsing it could take more than its size says. Whether it is XML at all is for the parser to say.
pub fn bounded(text: &str) -> Result<(), String> {
    let too_many = |most: usize, what: &str| Err(format!("more than {most} {what}"));
    let bytes = text.as_bytes();
    let (mut at, mut levels, mut elements, mut namespaces) = (0, 0_usize, 0, 0);
    while let Some(offset) = text[at..].find('<') {
        at += offset;
        let rest = &text[at..];
        let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")]
            .into_iter()
            .find(|(begin, _)| rest.starts_with(begin));
        if let Some((begin, end)) = skipped {
            let inside = &rest[begin.len()..];
            at += begin.len() + inside.find(end).map_or(inside.len(), |length| length + end.len());
            continue;
        }
        let closes = rest.starts_with("</");
        let (mut quote, mut attributes, mut length) = (None, 0, 1);
        let (mut name_begins, mut after_blank) = (length, false);
        for &byte in &bytes[at + 1..] {
            match (quote, byte) {
                (Some(open), _) if byte == open => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'=') => {
                    attributes += 1;
                    let name = bytes[at + name_begins..at + length].trim_ascii();
                    namespaces += usize::from(name.starts_with(b"xmlns"));
                }
                (None, b'>') => break,
                (None, b' ' | b'\t' | b'\r' | b'\n') => after_blank = true,
                (None, _) if std::mem::take(&mut after_blank) => name_begins = length,
                (None, _) => {}
            }
            length += 1;
        }
        if attributes > MOST_ATTRIBUTES {
            return too_many(MOST_ATTRIBUTES, "attributes in one element");
        }
        if namespaces > MOST_NAMESPACES {
            return too_many(MOST_NAMESPACES, "declarations of namespaces");
        }
        let is_empty = at + length > 0 && bytes.get(at + length - 1) == Some(&b'/');
        if closes {
            levels = levels.saturating_sub(1);
        } else {
            elements += 1;
            levels += usize::from(!is_empty);
        }
        if levels > MOST_LEVELS {
            return too_many(MOST_LEVELS, "levels of elements");
        }
        if elements > MOST_ELEMENTS {
            return too_many(MOST_ELEMENTS, "elements");
        }
        at += length;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(count: usize) -> String {
        (0..count).map(|one| format!(" a{one}='>{one}<'")).collect()
    }

    #[test]
    fn ordinary_documents_pass() {
        let open = "<a>".repeat(MOST_LEVELS) + &"</a>".repeat(MOST_LEVELS);
        for text in [
            "",
            "no XML < at all",
            "<a b='=======' c=\"<<<\"/>",
            "<!-- <a <a <a = = --><a><![CDATA[<b = =]]></a><?x = = ?>",
            &format!("<a{}/>", attributes(MOST_ATTRIBUTES)),
            &open,
            &"<a/>".repeat(MOST_LEVELS * 3),
            "<a b=",
            "<",
            "<!--",
            "ä<ö ü='ß'>é</ö>",
        ] {
            assert_eq!(bounded(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_takes_more_time_than_it_has_bytes_does_not() {
        let namespaces: String = (0..=MOST_NAMESPACES)
            .map(|one| format!("<a\n xmlns:b{one} ='c'/>"))
            .collect();
        for (text, why) in [
            (
                format!("<a{}/>", attributes(MOST_ATTRIBUTES + 1)),
                "256 attributes in one element",
            ),
            ("<a>".repeat(MOST_LEVELS + 1), "128 levels of elements"),
            ("<a/>".repeat(MOST_ELEMENTS + 1), "500000 elements"),
            (namespaces, "10000 declarations of namespaces"),
        ] {
            assert_eq!(bounded(&text), Err(format!("more than {why}")));
        }
    }
}
