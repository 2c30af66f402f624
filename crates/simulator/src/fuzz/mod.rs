//! Random requests to every operation of every service, as decoded calls ([`calls`]) and as bytes ([`wire`]): none may
//! panic, none may answer that the service itself failed, and every answer has the shape that the model gives it.
//! What answers hold is used again in later requests, so that sequences reach what single requests cannot.

mod calls;
mod draft;
mod generator;
mod preparation;
mod wire;

use super::clock::Moment;
use super::service;
use super::wire::Protocol;
use super::wire::table::{Table, table};

const START: Moment = Moment(1_793_500_000_000);

/// The protocol that the Rust SDK would choose.
fn preferred(table: &Table) -> Protocol {
    match table.metadata.protocol.as_str() {
        "rest-json" => Protocol::RestJson,
        "rest-xml" => Protocol::RestXml,
        "query" => Protocol::Query,
        "ec2" => Protocol::Ec2,
        _ if table
            .metadata
            .protocols
            .iter()
            .any(|it| it == "smithy-rpc-v2-cbor") =>
        {
            Protocol::Cbor
        }
        _ => Protocol::Json,
    }
}

/// Where a service is: most requests go there, some elsewhere.
fn home(service: &str) -> &'static str {
    match service {
        "iam" | "sso-admin" | "identitystore" => "us-east-1",
        _ => "eu-west-1",
    }
}

/// Whether AWS itself says that it answers so: S3, to parts with checksums whose numbers have gaps (`CompletedPart`).
fn is_documented(code: &str, operation: &str) -> bool {
    code == "InternalError" && operation == "CompleteMultipartUpload"
}

/// What an operation is about: `CreateInstance` about an `Instance`.
fn noun(operation: &str) -> &str {
    let verb = operation
        .char_indices()
        .skip(1)
        .find(|(_, letter)| letter.is_ascii_uppercase());
    verb.map_or(operation, |(end, _)| &operation[end..])
}

/// An operation that its table leaves out would be refused at the door, however well the service carries it out.
#[test]
fn every_operation_of_a_service_has_its_shapes_in_the_table() {
    for service in service::all() {
        let table = table(service.name()).expect("a table");
        for name in service.operations() {
            let operation = table.operations.get(name);
            assert!(
                operation.is_some_and(|operation| operation.errors.is_some()),
                "{}:{name} is not in the table",
                service.name()
            );
        }
    }
}
