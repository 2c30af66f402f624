//! `#[derive(Fields)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Error, Expr, Fields, Ident, LitStr, Result, Token, parenthesized};

use crate::text::doc;

/// What `#[field(...)]` says.
#[derive(Default)]
struct Said {
    change: Option<Ident>,
    compared: Option<Ident>,
    always: bool,
}

fn said(field: &syn::Field) -> Result<Said> {
    let mut said = Said::default();
    for attribute in field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("field"))
    {
        attribute.parse_nested_meta(|meta| {
            let word = meta.path.require_ident()?.to_string();
            let change = match word.as_str() {
                "in_place" => "InPlace",
                "stopped" => "Stopped",
                "replace" => "Replace",
                "forbidden" => "Forbidden",
                "at_creation" => "AtCreation",
                "compared" => {
                    said.compared = Some(meta.value()?.parse()?);
                    return Ok(());
                }
                "always" => {
                    said.always = true;
                    return Ok(());
                }
                _ => {
                    return Err(meta.error(
                        "a field is in_place, stopped, replace, forbidden or at_creation; it may be compared = ... and always",
                    ));
                }
            };
            said.change = Some(format_ident!("{change}"));
            Ok(())
        })?;
    }
    Ok(said)
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let (mut kind, mut also) = (None, Vec::new());
    for attribute in input
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("fields"))
    {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("kind") {
                kind = Some(meta.value()?.parse::<LitStr>()?);
            } else if meta.path.is_ident("also") {
                let content;
                parenthesized!(content in meta.input);
                also.extend(Punctuated::<Expr, Token![,]>::parse_terminated(&content)?);
            } else {
                return Err(meta.error("`kind = \"service.noun\"`, and `also(FIELD, ...)`"));
            }
            Ok(())
        })?;
    }
    let kind =
        kind.ok_or_else(|| Error::new_spanned(&input.ident, "`#[fields(kind = \"service.noun\")]`"))?;
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "a spec is a struct"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(&input.ident, "a spec has named fields"));
    };
    let (mut table, mut names) = (Vec::new(), Vec::new());
    for field in &fields.named {
        let Some(ident) = &field.ident else { continue };
        let name = ident.to_string();
        let said = said(field)?;
        let Some(change) = &said.change else {
            return Err(Error::new_spanned(
                field,
                "`#[field(...)]` says what changing it takes",
            ));
        };
        let about = doc(&field.attrs);
        let about = about.trim_end_matches('.');
        let mut row = quote! {
            crate::field::Field::new(#name, crate::field::Change::#change, #about)
        };
        if let Some(compared) = &said.compared {
            row = quote! { #row.compared(crate::field::Compare::#compared) };
        }
        if said.always {
            row = quote! { #row.always() };
        }
        table.push(row);
        let constant = format_ident!("{}", name.to_uppercase());
        let about = format!("The field `{name}`.");
        names.push(quote! {
            #[doc = #about]
            pub const #constant: crate::field::FieldId = crate::field::FieldId { kind: Self::KIND, name: #name };
        });
    }
    let name = &input.ident;
    Ok(quote! {
        impl crate::spec::Spec for #name {
            const KIND: headset_core::KindId = #name::KIND;
        }

        impl #name {
            /// Its kind.
            pub const KIND: headset_core::KindId = headset_core::KindId::of(#kind);
            /// The field table: meaning, comparison, and what changing each field takes.
            pub const FIELDS: &'static [crate::field::Field] = &[#(#table,)* #(#also),*];
            #(#names)*
        }
    })
}
