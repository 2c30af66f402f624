//! SAML metadata that a blueprint gives.

use std::path::PathBuf;

use super::product::IdpProduct;
use crate::at::At;
use crate::declare::Value as _;
use crate::limits;
use crate::node::beside;
use crate::reader::{Item, Reader};
use headset_core::diagnostic::Diagnostic;
use headset_derive::Section;
use headset_kinds::iam::saml_metadata;
use headset_kinds::idp::{check_metadata_url, issuer};

/// SAML metadata given in the blueprint.
#[derive(Clone, Debug, PartialEq)]
pub enum Metadata {
    /// An `https://` URL to fetch it from.
    Url(String),
    /// A file next to the blueprint, and its text.
    File(PathBuf, String),
}

/// `metadata: { file: PATH }`.
#[derive(Section)]
pub(super) struct MetadataFile {
    /// A file with the metadata, relative to the file that holds this key.
    #[key(text = limits::FILE_PATH, read = path, example = "saml-metadata.xml")]
    file: At<String>,
}

/// The longest path that is shown whole, in characters.
const LONGEST_PATH: usize = 120;

/// A path as a sentence shows it.
fn excerpt_of_path(path: &str) -> String {
    match path.chars().count() > LONGEST_PATH || path.contains('\n') {
        true => saml_metadata::excerpt(path),
        false => path.to_owned(),
    }
}

/// Whether a text is a document, where the way to one should be.
fn is_document(text: &str) -> bool {
    let text = saml_metadata::body(text);
    text.starts_with('<') || text.starts_with("&lt;") || text.contains('\n')
}

/// Where the product offers its metadata.
fn download(product: Option<IdpProduct>) -> &'static str {
    match product {
        Some(IdpProduct::IdentityCenter) => {
            "Download `IAM Identity Center SAML metadata file` from the application's page, not the certificate."
        }
        Some(IdpProduct::Okta) => {
            "Download what is behind `Metadata URL` on the application's tab Sign On, not the certificate."
        }
        Some(IdpProduct::Entra) => {
            "Download `Federation Metadata XML` from the application's page Single sign-on, not the certificate."
        }
        Some(IdpProduct::Adfs) => {
            "Save what AD FS shows at /FederationMetadata/2007-06/FederationMetadata.xml, not its certificate."
        }
        Some(IdpProduct::Google) => {
            "Choose `Download metadata` on the app's page, not the certificate: Google publishes it at no address."
        }
        Some(IdpProduct::PingOne) => {
            "Choose `Download Metadata` on the application's tab Configuration, not the certificate."
        }
        Some(IdpProduct::PingFederate) => {
            "Use `Metadata Export` of PingFederate for this connection, not its certificate."
        }
        Some(IdpProduct::Other) | None => {
            "Download the SAML 2.0 metadata that the identity provider has for this application, not its certificate."
        }
    }
}

/// The address of metadata, or a file with it.
pub(super) fn metadata(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<Metadata>> {
    if item.is_map() {
        let said = MetadataFile::read(reader, item)?;
        return metadata_file(reader, said.file);
    }
    let product = IdpProduct::of(reader.outline);
    let text = reader.any_text(item)?;
    if !text.value.starts_with("https://") {
        let help = if is_document(&text.value) {
            "That is the document itself: save it as a file and write `metadata: { file: saml-metadata.xml }`."
        } else {
            "Write an `https://` address, or `metadata: { file: saml-metadata.xml }`."
        };
        reader.bad_value(&item.path, &text.value, text.place, help);
        return None;
    }
    let text = reader.text(item)?;
    let outside = product.and_then(IdpProduct::outside);
    let checked = outside.map_or(Ok(()), |product| check_metadata_url(product, &text.value));
    if let Err(reason) = checked {
        reader.report(
            Diagnostic::error("saml-metadata", reason)
                .at(text.place)
                .help(download(product)),
        );
        return None;
    }
    Some(At {
        value: Metadata::Url(text.value),
        place: text.place,
    })
}

/// The path of a file, and not what is in it.
fn path(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<At<String>> {
    let text = reader.any_text(item)?;
    let misplaced = if is_document(&text.value) {
        "Save the document as a file, and write the path of that."
    } else if text.value.starts_with("https://") {
        "Write an address without `file`: `metadata: https://...`."
    } else {
        return reader.text(item);
    };
    reader.bad_value(&item.path, &text.value, text.place, misplaced);
    None
}

fn metadata_file(reader: &mut Reader<'_>, path: At<String>) -> Option<At<Metadata>> {
    let product = IdpProduct::of(reader.outline);
    let name = excerpt_of_path(&path.value);
    let beside = beside(&path.place, &path.value);
    let text = match (reader.load)(&beside) {
        Ok(text) => text,
        Err(reason) => {
            reader.report(
                Diagnostic::error("unreadable-file", format!("cannot read `{name}`: {reason}"))
                    .at(path.place)
                    .help(reason.help().unwrap_or_else(|| {
                        format!(
                            "The path is relative to the file that says so. {}",
                            download(product)
                        )
                    })),
            );
            return None;
        }
    };
    if let Err(reason) = saml_metadata::parse(&text) {
        reader.report(
            Diagnostic::error(
                "saml-metadata",
                format!("`{name}` is not what IAM takes: {reason}"),
            )
            .at(path.place)
            .help(download(product)),
        );
        return None;
    }
    let said = product.and_then(|product| issuer::of_another(product.outside(), &text));
    if let Some(said) = said {
        reader.report(
            Diagnostic::warning("saml-metadata-issuer", format!("of `{name}`, {said}"))
                .at(path.place.clone())
                .help(download(product)),
        );
    }
    Some(At {
        value: Metadata::File(PathBuf::from(beside), text),
        place: path.place,
    })
}
