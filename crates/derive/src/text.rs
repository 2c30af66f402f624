//! Texts in attributes.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The doc comment as one paragraph.
pub(crate) fn doc(attributes: &[Attribute]) -> String {
    let mut words = String::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
    {
        if let Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(ExprLit {
                lit: Lit::Str(line), ..
            }) = &pair.value
        {
            let line = line.value();
            let line = line.trim();
            if line.is_empty() {
                break;
            }
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(line);
        }
    }
    words
}

/// `OnDemand` as `on-demand`.
pub(crate) fn kebab(name: &str) -> String {
    let mut text = String::new();
    for (index, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            text.push('-');
        }
        text.extend(letter.to_lowercase());
    }
    text
}
