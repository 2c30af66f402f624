//! What an operation is: a request that knows its service, its name and its answer.

use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Service;

/// A request. Its members are named as they are sent: with serde's `rename` where Rust's names differ.
///
/// What is not sent is `None`, with `skip_serializing_if` or without: a `None` is never written.
pub trait Operation: Serialize + Clone + Debug + Send + Sync + 'static {
    /// The service.
    const SERVICE: &'static Service;
    /// The operation's name.
    const NAME: &'static str;
    /// What the service answers.
    type Answer: DeserializeOwned + Debug + Send + Sync + 'static;
    /// How the members of the REST protocols are bound. The other protocols have no use for it.
    const HTTP: Http = Http::POST;

    /// The account whose host is called, for services that have a host name for each account.
    fn account(&self) -> Option<&str> {
        None
    }
}

/// Where the members of a request and of its answer are in HTTP.
#[derive(Clone, Copy, Debug)]
pub struct Http {
    /// The method.
    pub method: &'static str,
    /// The path, with members in braces: `/functions/{FunctionName}`; `{Key+}` keeps slashes as they are.
    pub path: &'static str,
    /// Members in the query: name in the query, member.
    pub query: &'static [(&'static str, &'static str)],
    /// Members in headers: name of the header, member.
    pub headers: &'static [(&'static str, &'static str)],
    /// What is in the body.
    pub body: Body,
    /// Where the answer's members are.
    pub answer: Answered,
}

/// What is in the body of a request or an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    Empty,
    /// Every member that is bound to nothing else. The name is that of the XML element around them, which JSON lacks.
    Members(&'static str),
    /// This one member is the whole document. The second name is that of its XML element.
    Member(&'static str, &'static str),
    /// This one member is the whole body, as it is.
    Raw(&'static str),
}

/// Where the members of an answer are.
#[derive(Clone, Copy, Debug)]
pub struct Answered {
    /// Members in headers: name of the header, member. They are texts.
    pub headers: &'static [(&'static str, &'static str)],
    /// The member that is the HTTP status.
    pub status: Option<&'static str>,
    /// What is in the body.
    pub body: Body,
}

impl Http {
    /// A POST to the root of everything there is.
    pub const POST: Http = Http {
        method: "POST",
        path: "/",
        query: &[],
        headers: &[],
        body: Body::Members(""),
        answer: Answered::BODY,
    };

    /// A request with this method and path whose body is empty.
    pub const fn of(method: &'static str, path: &'static str) -> Http {
        Http {
            method,
            path,
            body: Body::Empty,
            ..Http::POST
        }
    }
}

impl Answered {
    /// Everything is in the body.
    pub const BODY: Answered = Answered {
        headers: &[],
        status: None,
        body: Body::Members(""),
    };
}

/// An answer without members, or one of which none matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Nothing {}
