//! `#[derive(Fields)]`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Data, DeriveInput, Error, Expr, Fields, FieldsNamed, GenericArgument, Ident, LitStr, Path,
    PathArguments, Result, Token, Type, parenthesized, token,
};

use crate::text::doc;

/// What `#[field(...)]` says.
#[derive(Default)]
struct Said {
    change: Option<Ident>,
    compared: Option<Ident>,
    always: bool,
    listed: bool,
    /// Whether what AWS reports holds the field although it is compared in a way by which it would not.
    reported: bool,
    /// The type in which AWS reports it, where it is another one.
    reported_as: Option<Type>,
}

impl Said {
    /// Whether an answer of AWS holds the field. Tags are reported apart.
    fn is_reported(&self, name: &str) -> bool {
        let is_compared = |how: &str| self.compared.as_ref().is_some_and(|compared| compared == how);
        self.reported || !(name == "tags" || is_compared("WriteOnly") || is_compared("Applied"))
    }
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
                "listed" => {
                    said.listed = true;
                    return Ok(());
                }
                "reported" => {
                    said.reported = true;
                    if meta.input.peek(Token![=]) {
                        said.reported_as = Some(meta.value()?.parse()?);
                    }
                    return Ok(());
                }
                _ => {
                    return Err(meta.error(
                        "a field is in_place, stopped, replace, forbidden or at_creation; it may be compared = ..., always, \
                         listed and reported",
                    ));
                }
            };
            said.change = Some(format_ident!("{change}"));
            Ok(())
        })?;
    }
    Ok(said)
}

/// What `#[fields(...)]` says.
struct Declared {
    kind: LitStr,
    also: Vec<Expr>,
    /// The type of the kind.
    of: Path,
    /// The type of what is wanted, where the spec is only one form of it.
    wanted: Option<Path>,
    /// The name of the struct of what AWS reports, and the facts that it has beside the fields.
    live: Ident,
    facts: Vec<syn::Field>,
    /// Whether that has every field, as it is in the spec.
    reported: bool,
}

fn declared(input: &DeriveInput) -> Result<Declared> {
    let (mut kind, mut also, mut of, mut wanted, mut live, mut facts) =
        (None, Vec::new(), None, None, None, Vec::new());
    let mut reported = false;
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
            } else if meta.path.is_ident("of") {
                of = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("wanted") {
                wanted = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("reported") {
                reported = true;
            } else if meta.path.is_ident("live") {
                let value = meta.value()?;
                live = Some(value.parse()?);
                if value.peek(token::Brace) {
                    facts.extend(value.parse::<FieldsNamed>()?.named);
                }
            } else {
                return Err(meta.error(
                    "`kind = \"service.noun\"`, `of = Kind`, `live = KindLive { fact: Type, ... }`, `wanted = Type`, `also(FIELD, ...)` and `reported`",
                ));
            }
            Ok(())
        })?;
    }
    let lacks = |what| Error::new_spanned(&input.ident, format!("`#[fields({what})]`"));
    Ok(Declared {
        kind: kind.ok_or_else(|| lacks("kind = \"service.noun\""))?,
        also,
        of: of.ok_or_else(|| lacks("of = Kind"))?,
        wanted,
        live: live.ok_or_else(|| lacks("live = KindLive"))?,
        facts,
        reported,
    })
}

/// A type of a spec without what says that it may be absent; and as an answer of AWS has it, in which no text is unknown.
fn present(of: &Type, in_answer: bool) -> Type {
    let Type::Path(of) = of else { return of.clone() };
    let mut of = of.clone();
    for segment in &mut of.path.segments {
        if in_answer && segment.ident == "Text" {
            segment.ident = Ident::new("String", segment.ident.span());
        }
        if let PathArguments::AngleBracketed(list) = &mut segment.arguments {
            for argument in &mut list.args {
                if let GenericArgument::Type(inner) = argument {
                    *inner = present(inner, in_answer);
                }
            }
            if segment.ident == "Option"
                && let Some(GenericArgument::Type(inner)) = list.args.first()
            {
                return inner.clone();
            }
        }
    }
    Type::Path(of)
}

/// A row of the field table.
fn row(name: &str, change: &Ident, said: &Said, attributes: &[Attribute]) -> TokenStream {
    let about = doc(attributes);
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
    if said.listed {
        row = quote! { #row.listed() };
    }
    row
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Declared {
        kind,
        also,
        of,
        wanted,
        live,
        facts,
        reported: is_all_reported,
    } = declared(input)?;
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "a spec is a struct"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(&input.ident, "a spec has named fields"));
    };
    let (mut table, mut names, mut reported) = (Vec::new(), Vec::new(), Vec::new());
    let of_spec = fields.named.iter().map(|field| (field, false));
    for (field, is_fact) in of_spec.chain(facts.iter().map(|fact| (fact, true))) {
        let Some(ident) = &field.ident else { continue };
        let name = ident.to_string();
        let said = said(field)?;
        match &said.change {
            Some(change) => {
                table.push(row(&name, change, &said, &field.attrs));
                let constant = format_ident!("{}", name.to_uppercase());
                let about = format!("The field `{name}`.");
                names.push(quote! {
                    #[doc = #about]
                    pub const #constant: crate::field::FieldId =
                        crate::field::FieldId { kind: Self::KIND, name: #name };
                });
            }
            None if is_fact => {}
            None => {
                return Err(Error::new_spanned(
                    field,
                    "`#[field(...)]` says what changing it takes",
                ));
            }
        }
        if is_fact || said.is_reported(&name) || is_all_reported {
            let about = doc(&field.attrs);
            let of = said
                .reported_as
                .unwrap_or_else(|| present(&field.ty, !is_all_reported));
            reported.push(quote! {
                #[doc = #about]
                #[serde(skip_serializing_if = "Option::is_none")]
                pub #ident: Option<#of>,
            });
        }
    }
    let name = &input.ident;
    let about = format!(
        "What AWS reports of a thing of the kind `{}`, or what is known of it otherwise. `None`: that is not known, or \
         there is nothing.",
        kind.value()
    );
    let wanted = wanted.map_or_else(|| quote! { #name }, |wanted| quote! { #wanted });
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

        #[doc = #about]
        #[derive(Clone, Debug, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(default)]
        pub struct #live {
            #(#reported)*
        }

        impl crate::live::Observed for #live {
            const KIND: headset_core::KindId = #name::KIND;
        }

        impl crate::kind::Named for #of {
            fn id(&self) -> headset_core::KindId {
                #name::KIND
            }

            fn fields(&self) -> &'static [crate::field::Field] {
                #name::FIELDS
            }
        }

        impl crate::kind::Declared for #of {
            type Spec = #wanted;
            type Live = #live;
        }
    })
}
