//! What a service is: its names, its place, its protocol.

use crate::hosts::Host;

/// A service of AWS's.
#[derive(Debug)]
pub struct Service {
    /// What a program calls it, for instance in its error messages.
    pub name: &'static str,
    /// AWS's id of it, from which the names of its own settings come: `AWS_ENDPOINT_URL_SECRETS_MANAGER`.
    pub id: &'static str,
    /// What it is called in signatures.
    pub signing_name: &'static str,
    /// The version of its API.
    pub version: &'static str,
    /// Where it is.
    pub host: &'static Host,
    /// Its protocol.
    pub protocol: Protocol,
}

/// A protocol of AWS's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// JSON 1.0 or 1.1: a POST of a document, with the operation's name in a header.
    Json(Json),
    /// JSON documents, and members in path, query and headers.
    RestJson,
    /// XML documents of this namespace, and members in path, query and headers.
    RestXml {
        /// The namespace of the documents.
        namespace: &'static str,
    },
    /// A form that is posted, and XML answers.
    Query,
    /// The same with EC2's own names for lists.
    Ec2Query,
}

/// Which JSON protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json {
    /// `1.0` or `1.1`.
    pub version: &'static str,
    /// What stands before the operation's name in the header `x-amz-target`.
    pub target: &'static str,
    /// Whether the service once spoke Query, and gives the error codes of that time where it is asked to.
    pub was_query: bool,
}
