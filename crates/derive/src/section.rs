//! `#[derive(Section)]`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Error, Expr, Field, Fields, LitStr, Path, Result, Token, Type, parenthesized};

use crate::text::doc;

/// What `#[section(...)]` says.
#[derive(Default)]
struct Whole {
    existing: Option<Vec<Expr>>,
    rules: Vec<Expr>,
    later: Vec<(String, LitStr)>,
    before: Option<Path>,
    check: Option<Path>,
    lenient: bool,
}

/// What `#[key(...)]` says.
#[derive(Default)]
struct Said {
    name: Option<LitStr>,
    shape: Option<TokenStream>,
    unit: Option<Expr>,
    number: Option<Expr>,
    minutes: Option<Expr>,
    also: Option<Expr>,
    count: Option<Expr>,
    entries: Option<LitStr>,
    names: Option<Path>,
    hint: Option<LitStr>,
    example: Option<LitStr>,
    default: Option<LitStr>,
    otherwise: Option<LitStr>,
    required: bool,
    absent: bool,
    fallback: Option<Path>,
    to: Option<Vec<Expr>>,
    like: Option<Type>,
    read: Option<Path>,
    from: Option<Path>,
    keys: Vec<Expr>,
    place: bool,
}

fn listed<T: syn::parse::Parse>(meta: &ParseNestedMeta<'_>) -> Result<Vec<T>> {
    let content;
    parenthesized!(content in meta.input);
    let items = Punctuated::<T, Token![,]>::parse_terminated(&content)?;
    Ok(items.into_iter().collect())
}

fn whole(input: &DeriveInput) -> Result<Whole> {
    let mut said = Whole::default();
    for attribute in input
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("section"))
    {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("existing") {
                said.existing = Some(listed(&meta)?);
            } else if meta.path.is_ident("rules") {
                said.rules = listed(&meta)?;
            } else if meta.path.is_ident("later") {
                meta.parse_nested_meta(|key| {
                    let name = key.path.require_ident()?.to_string();
                    said.later.push((name, key.value()?.parse()?));
                    Ok(())
                })?;
            } else if meta.path.is_ident("before") {
                said.before = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("check") {
                said.check = Some(meta.value()?.parse()?);
            } else if meta.path.is_ident("lenient") {
                said.lenient = true;
            } else {
                return Err(meta.error("a section has existing, rules, later, before, check and lenient"));
            }
            Ok(())
        })?;
    }
    Ok(said)
}

fn said(field: &Field) -> Result<Said> {
    let mut said = Said::default();
    for attribute in field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("key"))
    {
        attribute.parse_nested_meta(|meta| {
            let Some(word) = meta.path.get_ident().map(ToString::to_string) else {
                return Err(meta.error("a word is meant"));
            };
            match word.as_str() {
                "name" => said.name = Some(meta.value()?.parse()?),
                "shape" => {
                    let shape: Expr = meta.value()?.parse()?;
                    said.shape = Some(quote! { #shape });
                }
                "pattern" => {
                    let pattern: Path = meta.value()?.parse()?;
                    said.shape = Some(quote! { crate::table::Shape::Pattern(&#pattern) });
                }
                "text" => {
                    let longest: Expr = meta.value()?.parse()?;
                    said.shape = Some(quote! { crate::table::Shape::Text(#longest) });
                }
                "duration" => {
                    let range: Expr = meta.value()?.parse()?;
                    said.shape = Some(quote! { crate::table::Shape::duration(&#range) });
                }
                "reference" => {
                    let section: LitStr = meta.value()?.parse()?;
                    said.shape = Some(quote! { crate::table::Shape::Reference(#section) });
                }
                "minutes" => said.minutes = Some(meta.value()?.parse()?),
                "also" => said.also = Some(meta.value()?.parse()?),
                "number" => said.number = Some(meta.value()?.parse()?),
                "unit" => said.unit = Some(meta.value()?.parse()?),
                "count" => said.count = Some(meta.value()?.parse()?),
                "entries" => said.entries = Some(meta.value()?.parse()?),
                "names" => said.names = Some(meta.value()?.parse()?),
                "hint" => said.hint = Some(meta.value()?.parse()?),
                "example" => said.example = Some(meta.value()?.parse()?),
                "default" => said.default = Some(meta.value()?.parse()?),
                "otherwise" => said.otherwise = Some(meta.value()?.parse()?),
                "required" => said.required = true,
                "absent" => said.absent = true,
                "fallback" => said.fallback = Some(meta.value()?.parse()?),
                "to" => said.to = Some(listed(&meta)?),
                "like" => said.like = Some(meta.value()?.parse()?),
                "read" => said.read = Some(meta.value()?.parse()?),
                "from" => said.from = Some(meta.value()?.parse()?),
                "keys" => said.keys = listed(&meta)?,
                "place" => said.place = true,
                _ => return Err(meta.error("no such word about a key; see the documentation of `Section`")),
            }
            Ok(())
        })?;
    }
    Ok(said)
}

/// Whether a type is written as one that may be absent.
fn may_be_absent(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| {
        ["Option", "Vec", "BTreeMap"]
            .iter()
            .any(|name| last.ident == *name)
    })
}

/// The shape of a key's value.
fn shape(said: &Said, ty: &Type) -> TokenStream {
    let own = if let Some(range) = &said.number {
        let unit = &said.unit;
        Some(quote! { crate::table::Shape::number(&#range, #unit) })
    } else if let Some(range) = &said.minutes {
        let also = match &said.also {
            Some(also) => quote! { ::core::option::Option::Some(#also) },
            None => quote! { ::core::option::Option::None },
        };
        Some(quote! { crate::table::Shape::minutes(&#range, #also) })
    } else {
        said.shape.clone()
    };
    if let Some(what) = &said.entries {
        let of = own.unwrap_or_else(
            || quote! { <<#ty as crate::declare::Several>::Element as crate::declare::Value>::SHAPE },
        );
        let names = match &said.names {
            Some(names) => quote! { ::core::option::Option::Some(&#names) },
            None => quote! { ::core::option::Option::None },
        };
        let count = said
            .count
            .as_ref()
            .map_or(quote! { (0, 1000) }, |count| quote! { #count });
        let hint = said.hint.as_ref().map_or(
            quote! { "Write entries as `name: { ... }`." },
            |hint| quote! { #hint },
        );
        return quote! {
            crate::table::Shape::Entries({
                static ENTRIES: crate::table::Entries = crate::table::Entries {
                    what: #what, names: #names, of: #of, count: #count, example: #hint,
                };
                &ENTRIES
            })
        };
    }
    if let Some(count) = &said.count {
        let of = own.unwrap_or_else(
            || quote! { <<#ty as crate::declare::Several>::Element as crate::declare::Value>::SHAPE },
        );
        return quote! {
            crate::table::Shape::List {
                of: {
                    static OF: crate::table::Shape = #of;
                    &OF
                },
                count: #count,
            }
        };
    }
    own.unwrap_or_else(|| quote! { <#ty as crate::declare::Value>::SHAPE })
}

/// The table's entry of one key.
fn key(field: &Field, said: &Said, name: &str) -> Result<TokenStream> {
    let ty = &field.ty;
    let is_given = said.default.is_some() || said.absent || said.fallback.is_some();
    let mut key = if let Some(like) = &said.like {
        quote! { <#like as crate::declare::Section>::MAP.like(#name) }
    } else {
        let about = doc(&field.attrs);
        if about.is_empty() {
            return Err(Error::new_spanned(
                field,
                "the doc comment says what the key is for",
            ));
        }
        let Some(example) = &said.example else {
            return Err(Error::new_spanned(field, "a key has an `example`"));
        };
        let shape = shape(said, ty);
        quote! { crate::table::Key::new(#name, #shape, #example, #about) }
    };
    if said.required || (said.like.is_none() && !is_given && !may_be_absent(ty)) {
        key = quote! { #key.required() };
    }
    if let Some(default) = &said.default {
        key = quote! { #key.default(#default) };
    }
    if let Some(words) = &said.otherwise {
        key = quote! { #key.otherwise(#words) };
    }
    if let Some(to) = &said.to {
        key = quote! { #key.sets(&[#(#to),*]) };
    }
    Ok(key)
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let whole = whole(input)?;
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "a section is a struct"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(&input.ident, "a section has named fields"));
    };
    let mut keys = Vec::new();
    let mut reads = Vec::new();
    let mut values = Vec::new();
    if let Some(to) = &whole.existing {
        keys.push(quote! { crate::entry::existing(&[#(#to),*]) });
    }
    for field in &fields.named {
        let said = said(field)?;
        let Some(ident) = &field.ident else { continue };
        let ty = &field.ty;
        let given = &said.keys;
        keys.extend(given.iter().map(|key| quote! { #key }));
        let read = if said.place {
            quote! { ::core::option::Option::Some(item.place()) }
        } else if let Some(from) = &said.from {
            quote! { #from(reader, item, &fields) }
        } else {
            let name = said.name.as_ref().map_or_else(
                || {
                    let name = ident.to_string();
                    name.trim_start_matches("r#").to_owned()
                },
                LitStr::value,
            );
            keys.push(key(field, &said, &name)?);
            let read = match &said.read {
                Some(read) => quote! { #read },
                None => quote! { <#ty as crate::declare::Value>::read },
            };
            let is_read_by_its_type = said.read.is_none();
            if said.absent {
                quote! { reader.section(&fields, #name, #read) }
            } else {
                let absent = match &said.fallback {
                    Some(fallback) => {
                        quote! { |reader, item| ::core::option::Option::Some(#fallback(reader, item)) }
                    }
                    None if is_read_by_its_type => quote! { |_, _| <#ty as crate::declare::Value>::absent() },
                    None if may_be_absent(ty) => {
                        quote! { |_, _| ::core::option::Option::Some(::core::default::Default::default()) }
                    }
                    None => quote! { |_, _| ::core::option::Option::None },
                };
                quote! { reader.key(&fields, #name, #read, #absent) }
            }
        };
        let value = quote::format_ident!("field_{}", ident);
        reads.push(quote! { let #value: ::core::option::Option<#ty> = #read; });
        values.push(if whole.lenient {
            quote! { #ident: #value.unwrap_or_default() }
        } else {
            quote! { #ident: #value? }
        });
    }
    let mut rules: Vec<TokenStream> = whole.rules.iter().map(|rule| quote! { #rule }).collect();
    if whole.existing.is_some() {
        rules.insert(0, quote! { crate::entry::EXISTING_ALONE });
    }
    let later = whole.later.iter().map(|(name, help)| quote! { (#name, #help) });
    let before = whole
        .before
        .as_ref()
        .map(|before| quote! { #before(reader, item); });
    let made = match &whole.check {
        Some(check) => quote! { #check(reader, item, &fields, made) },
        None => quote! { ::core::option::Option::Some(made) },
    };
    let name = &input.ident;
    Ok(quote! {
        impl crate::declare::Section for #name {
            const MAP: &'static crate::table::Map = {
                static MAP: crate::table::Map = crate::table::Map {
                    keys: &[#(#keys),*],
                    rules: &[#(#rules),*],
                    later: &[#(#later),*],
                };
                &MAP
            };
        }

        impl crate::declare::Value for #name {
            const SHAPE: crate::table::Shape = crate::table::Shape::Map(<Self as crate::declare::Section>::MAP);

            fn read(
                reader: &mut crate::reader::Reader<'_>,
                item: &crate::reader::Item<'_>,
            ) -> ::core::option::Option<Self> {
                let fields = reader.fields(item)?;
                #before
                #(#reads)*
                let made = #name { #(#values),* };
                #made
            }
        }
    })
}
