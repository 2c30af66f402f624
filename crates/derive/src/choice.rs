//! `#[derive(Choice)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Error, Fields, LitStr, Result, Token};

use crate::text::kebab;

/// `"word" = "what to do instead"`.
struct Instead {
    word: LitStr,
    help: LitStr,
}

impl Parse for Instead {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let word = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Instead {
            word,
            help: input.parse()?,
        })
    }
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "a choice is an enum"));
    };
    let mut variants = Vec::new();
    let mut words = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(
                variant,
                "the variants of a choice hold nothing",
            ));
        }
        let mut word = kebab(&variant.ident.to_string());
        for attribute in variant
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("word"))
        {
            word = attribute.parse_args::<LitStr>()?.value();
        }
        variants.push(&variant.ident);
        words.push(word);
    }
    let mut later = Vec::new();
    for attribute in input
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("later"))
    {
        let pairs = attribute.parse_args_with(Punctuated::<Instead, Token![,]>::parse_terminated)?;
        later.extend(
            pairs
                .into_iter()
                .map(|Instead { word, help }| quote! { (#word, #help) }),
        );
    }
    let name = &input.ident;
    Ok(quote! {
        impl crate::declare::Choice for #name {
            const WORDS: &'static [&'static str] = &[#(#words),*];
            const ALL: &'static [Self] = &[#(#name::#variants),*];
            const LATER: &'static [(&'static str, &'static str)] = &[#(#later),*];
        }

        impl crate::declare::Value for #name {
            const SHAPE: crate::table::Shape = crate::table::Shape::Choice(<Self as crate::declare::Choice>::WORDS);

            fn read(
                reader: &mut crate::reader::Reader<'_>,
                item: &crate::reader::Item<'_>,
            ) -> ::core::option::Option<Self> {
                reader.choice(item)
            }
        }

        impl #name {
            /// The word in the blueprint.
            pub fn word(self) -> &'static str {
                match self {
                    #(#name::#variants => #words),*
                }
            }
        }
    })
}
