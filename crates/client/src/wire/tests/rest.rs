//! Members in path, query, headers and body.

use aws_smithy_types::DateTime;
use serde::{Deserialize, Serialize};

use super::super::{answer, request};
use super::{Inner, QUERY, REST_JSON, REST_XML, head, inner, response, text, texts};
use crate::operation::{Answered, Body, Http, Operation};
use crate::service::Service;
use crate::values::{Blob, HttpDate, Verbatim};

#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Rest {
    name: String,
    key: String,
    version: Option<i32>,
    tags: Option<Vec<String>>,
    since: Option<HttpDate>,
    content: Option<Blob>,
    config: Option<Inner>,
    comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Rested {
    e_tag: Option<String>,
    status: Option<u16>,
    content: Option<Blob>,
    config: Option<Inner>,
    comment: Option<String>,
}

const HTTP: Http = Http {
    method: "PUT",
    path: "/things/{Name}/files/{Key+}?extended",
    query: &[("v", "Version"), ("tag", "Tags")],
    headers: &[("if-modified-since", "Since")],
    body: Body::Members("RestRequest"),
    answer: Answered {
        headers: &[("etag", "ETag")],
        status: Some("Status"),
        body: Body::Members("RestResult"),
    },
};

operation!(RestJsonDo of Rest, REST_JSON, Rested, HTTP);
operation!(RestXmlDo of Rest, REST_XML, Rested, Http {
    body: Body::Member("Config", "TheConfig"),
    answer: Answered { body: Body::Member("Config", "TheConfig"), ..HTTP.answer },
    ..HTTP
});
operation!(RestRaw of Rest, REST_JSON, Rested, Http {
    body: Body::Raw("Content"),
    answer: Answered { body: Body::Raw("Content"), ..HTTP.answer },
    ..HTTP
});

fn rest() -> Rest {
    Rest {
        name: "a/b c".to_owned(),
        key: "d/ü.txt".to_owned(),
        version: Some(3),
        tags: Some(texts(&["x", "y&z"])),
        since: Some(HttpDate(DateTime::from_secs(1_767_225_600))),
        ..Rest::default()
    }
}

const TARGET: &str = "PUT /things/a%2Fb%20c/files/d/%C3%BC.txt?extended&v=3&tag=x&tag=y%26z\n";

#[test]
fn rest_binds_members_to_path_query_headers_and_body() {
    let sent = request(&RestJsonDo(Rest {
        comment: Some("c".to_owned()),
        ..rest()
    }))
    .unwrap();
    assert_eq!(
        head(&sent),
        TARGET.to_owned()
            + "content-length: 15\ncontent-type: application/json\n\
               if-modified-since: Thu, 01 Jan 2026 00:00:00 GMT"
    );
    assert_eq!(text(&sent), r#"{"Comment":"c"}"#);

    let config = Some(inner("k", None));
    let sent = request(&RestXmlDo(Rest {
        config: config.clone(),
        ..rest()
    }))
    .unwrap();
    assert!(head(&sent).starts_with(TARGET), "{}", head(&sent));
    assert_eq!(
        text(&sent),
        "<TheConfig xmlns=\"http://example.com/doc/2020-01-01/\"><Key>k</Key></TheConfig>"
    );

    let sent = request(&RestRaw(Rest {
        content: Some(Blob(b"raw".to_vec())),
        ..rest()
    }))
    .unwrap();
    assert_eq!(text(&sent), "raw");
    assert!(
        head(&sent).contains("content-type: application/octet-stream"),
        "{}",
        head(&sent)
    );
}

#[test]
fn rest_answers_come_from_headers_status_and_body() {
    let headers = [("etag", "E1")];
    let rested = |rested: Rested| Rested {
        e_tag: Some("E1".to_owned()),
        status: Some(201),
        ..rested
    };
    let body = r#"{"Comment":"c","Config":null}"#;
    let read = answer::<RestJsonDo>(&response(201, &headers, body), body.as_bytes()).unwrap();
    let comment = Some("c".to_owned());
    assert_eq!(
        read,
        rested(Rested {
            comment,
            ..Rested::default()
        })
    );

    let body = "<TheConfig><Key>k</Key></TheConfig>";
    let read = answer::<RestXmlDo>(&response(201, &headers, body), body.as_bytes()).unwrap();
    let config = Some(inner("k", None));
    assert_eq!(
        read,
        rested(Rested {
            config,
            ..Rested::default()
        })
    );

    let read = answer::<RestRaw>(&response(201, &headers, "raw"), b"raw").unwrap();
    let content = Some(Blob(b"raw".to_vec()));
    assert_eq!(
        read,
        rested(Rested {
            content,
            ..Rested::default()
        })
    );

    let read = answer::<RestXmlDo>(&response(204, &[], ""), b"").unwrap();
    assert_eq!(
        read,
        Rested {
            status: Some(204),
            ..Rested::default()
        }
    );
}

#[test]
fn a_request_that_cannot_be_written_is_never_sent() {
    let nameless = Rest {
        name: String::new(),
        ..rest()
    };
    assert_eq!(
        request(&RestJsonDo(nameless)).unwrap_err().to_string(),
        "`Name` is empty"
    );
    let both = Rest {
        comment: Some("c".to_owned()),
        ..rest()
    };
    assert_eq!(
        request(&RestXmlDo(both)).unwrap_err().to_string(),
        "`Comment` is bound to no part of the request"
    );
    let since = Rest {
        content: None,
        ..rest()
    };
    assert!(request(&RestRaw(since)).is_ok());
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Kept {
    name: Option<Verbatim>,
    known: Option<String>,
    rest: Option<Verbatim>,
    lacking: Option<Verbatim>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Keeping {
    kept: Kept,
}

operation!(XmlKeep of Keeping, REST_XML, Keeping, Http {
    body: Body::Member("Kept", "Kept"),
    answer: Answered {
        body: Body::Member("Kept", "Kept"),
        ..Answered::BODY
    },
    ..Http::of("PUT", "/kept")
});

#[test]
fn what_is_not_known_goes_back_as_it_came() {
    let inside = "<Name>a &amp; &lt;b&gt;</Name><Known>k</Known><Rest><Quantity>2</Quantity><Items><Of at=\"1\">x</Of><Of/>\
                  </Items></Rest>";
    let body = format!("<Kept xmlns=\"http://example.com/doc/2020-01-01/\">{inside}</Kept>");
    let read = answer::<XmlKeep>(&response(200, &[], &body), body.as_bytes()).unwrap();
    assert_eq!(read.kept.known.as_deref(), Some("k"));
    assert_eq!(read.kept.lacking, None);
    let sent = request(&XmlKeep(read.clone())).unwrap();
    assert_eq!(std::str::from_utf8(sent.body().bytes().unwrap()).unwrap(), body);

    #[derive(Clone, Debug, Serialize)]
    struct Form(Keeping);
    impl Operation for Form {
        const SERVICE: &'static Service = &QUERY;
        const NAME: &'static str = "Do";
        type Answer = Keeping;
    }
    assert_eq!(
        request(&Form(read)).unwrap_err().to_string(),
        "a form has no XML in it"
    );
}
