//! Whether an answer is AWS's, and whole: only then it may prove that something is not there.
//!
//! Between Headset and AWS stand proxies, filters and sign-in pages of networks. They answer with pages of their own,
//! redirect, cut answers short or let members go. None of that is AWS's answer, also where its HTTP status looks like one.

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use headset_client::{Protocol, services};
use headset_core::error::NoProof;
use headset_core::xml;
use minicbor::Decoder;
use minicbor::data::Type;
use serde_json::Value;

use super::told::{TOLD, Told};

/// The headers in which AWS's services give the id of a request. Every SDK of AWS's looks for it in these three.
///
/// Assumption: `answers.request-id`. S3 documents its own among the headers that all of its answers have; of the others
/// no page says it, and no answer without one is known.
const REQUEST_IDS: [&str; 3] = ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"];

/// The service that a request is signed for, by the name in its signature; `None` for one that is not signed, which goes
/// to no service that this module knows (the machine's own credentials, a document in the open).
pub(super) fn signed_for(request: &HttpRequest) -> Option<String> {
    let authorization = request.headers().get("authorization")?;
    let (algorithm, rest) = authorization.split_once(' ')?;
    if !algorithm.starts_with("AWS4-") {
        return None;
    }
    let (_, credential) = rest.split_once("Credential=")?;
    let mut scope = credential.split(',').next()?.rsplit('/');
    scope.next()?;
    scope.next().map(str::to_owned)
}

/// The name by which a service is called in signatures.
fn signing_name(service: &str) -> &str {
    match (service, services::named(service)) {
        ("sso-admin", _) => "sso",
        (_, Some(known)) => known.signing_name,
        (other, None) => other,
    }
}

/// How the document of an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Cbor,
    Json,
    Xml,
}

/// How this answer is written: as it says itself. Some services speak several protocols, and some answers say nothing.
fn form_of(service: &str, response: &HttpResponse) -> Form {
    let media_type = response
        .headers()
        .get("content-type")
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase());
    match media_type.as_deref() {
        Some("application/cbor") => Form::Cbor,
        Some("application/xml" | "text/xml") => Form::Xml,
        Some("application/json" | "application/x-amz-json-1.0" | "application/x-amz-json-1.1") => Form::Json,
        Some(_) | None => usual_form(service),
    }
}

/// What a service answers in, by the protocol in which Headset asks it.
fn usual_form(service: &str) -> Form {
    match (service, services::named(service).map(|known| known.protocol)) {
        // Of these the SDKs decide.
        ("appstream", _) => Form::Cbor,
        ("iam" | "s3" | "sts", _) => Form::Xml,
        (_, Some(Protocol::RestXml { .. } | Protocol::Query | Protocol::Ec2Query)) => Form::Xml,
        (_, Some(Protocol::Json(_) | Protocol::RestJson) | None) => Form::Json,
    }
}

/// An answer that was read.
pub(super) enum Document<'a> {
    /// Of JSON, or of CBOR: there what is no text, map, list or null is `true`.
    Value(Value),
    /// Of XML.
    Xml(roxmltree::Document<'a>),
}

impl<'a> Document<'a> {
    fn read(form: Form, body: &'a [u8]) -> Result<Document<'a>, NoProof> {
        let unreadable = |why: String| NoProof::Unreadable(why);
        match form {
            Form::Xml => {
                let text = std::str::from_utf8(body).map_err(|error| unreadable(error.to_string()))?;
                xml::bounded(text).map_err(|why| unreadable(format!("it has {why}")))?;
                let document = roxmltree::Document::parse(text);
                Ok(Document::Xml(
                    document.map_err(|error| unreadable(error.to_string()))?,
                ))
            }
            Form::Cbor => of_cbor(body)
                .map(Document::Value)
                .ok_or_else(|| unreadable("it is not CBOR".to_owned())),
            // Nothing is read as an object without members.
            Form::Json if body.is_empty() => Ok(Document::Value(Value::Null)),
            Form::Json => {
                let value = serde_json::from_slice(body).map_err(|error| unreadable(error.to_string()))?;
                Ok(Document::Value(value))
            }
        }
    }
}

/// Judges an answer to a signed request, whose body has come to its end. Gives what AWS wrote in it, if it was read: what S3
/// answers in another form than XML, or as an object, is as others wrote it.
///
/// # Errors
/// Why it proves nothing.
pub(super) fn judge<'a>(
    (service, operation): (&str, &str),
    signed_for: &str,
    response: &HttpResponse,
    body: &'a [u8],
) -> Result<Option<Document<'a>>, NoProof> {
    let header = |name: &str| response.headers().get(name);
    if !REQUEST_IDS.iter().any(|name| header(name).is_some()) {
        return Err(NoProof::NotAws(described(response, body)));
    }
    let without_body = operation.starts_with("Head") || matches!(response.status().as_u16(), 204 | 304);
    let came = u64::try_from(body.len()).unwrap_or(u64::MAX);
    if let Some(told) = header("content-length").and_then(|length| length.parse::<u64>().ok())
        && told != came
        && !without_body
    {
        return Err(NoProof::Cut { told, came });
    }
    if header("content-type").is_some_and(|media_type| media_type.contains("xml")) {
        let text = std::str::from_utf8(body).unwrap_or_default();
        xml::bounded(text).map_err(|why| NoProof::Unreadable(format!("it has {why}")))?;
    }
    // While a call is made, credentials may be fetched with calls of their own.
    if !response.status().is_success() || signed_for != signing_name(service) {
        return Ok(None);
    }
    let known = TOLD
        .iter()
        .find(|told| told.service == service && told.operation == operation);
    let form = form_of(service, response);
    let is_theirs = service == "s3" && (form != Form::Xml || operation == "GetObject");
    let document = match known {
        Some(told) if !told.members.is_empty() => {
            let document = Document::read(form, body)?;
            complete(told, &document)?;
            Some(document)
        }
        Some(_) | None if body.is_empty() || is_theirs => None,
        Some(_) | None => Document::read(form, body).ok(),
    };
    Ok(document.filter(|_| !is_theirs))
}

/// An answer of something that is not AWS, for people. Of its content only the title of a page is shown: what else came
/// may hold anything.
fn described(response: &HttpResponse, body: &[u8]) -> String {
    let header = |name: &str| response.headers().get(name);
    let media_type = header("content-type").map_or("no content type", |value| {
        value.split(';').next().unwrap_or(value).trim()
    });
    let mut text = format!("HTTP {}, {media_type}", response.status().as_u16());
    if let Some(location) = header("location") {
        // What follows the path may be a key to something.
        let place = location.split(['?', '#']).next().unwrap_or(location);
        text.push_str(", a redirect to ");
        text.push_str(place);
    }
    let page = String::from_utf8_lossy(body);
    match title(&page) {
        Some(title) => text + ", a page titled `" + &title + "`",
        None => text + ", " + &body.len().to_string() + " bytes",
    }
}

/// The title of a page of HTML.
fn title(page: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower.get(start..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find("</title")?;
    let words: Vec<&str> = page.get(start..end)?.split_whitespace().collect();
    let title: String = words
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .take(80)
        .collect();
    (!title.is_empty()).then_some(title)
}

/// Whether every member is there that AWS always sends.
fn complete(told: &Told, document: &Document<'_>) -> Result<(), NoProof> {
    let lacking = match document {
        Document::Xml(document) => {
            let root = document.root_element();
            // Query wraps what an operation answers in an element of the operation's name.
            let result = root
                .children()
                .find(|child| child.tag_name().name().ends_with("Result"))
                .unwrap_or(root);
            told.members.iter().find(|path| !in_xml(result, path))
        }
        Document::Value(value) => told.members.iter().find(|path| !in_value(value, path)),
    };
    match lacking {
        None => Ok(()),
        Some(path) => Err(NoProof::Lacks(path)),
    }
}

/// Whether an element has the element of a path. Lists of XML are elements themselves; what is in them is not looked at.
fn in_xml(element: roxmltree::Node<'_, '_>, path: &str) -> bool {
    path.split('.')
        .try_fold(element, |inside, name| {
            inside.children().find(|child| child.tag_name().name() == name)
        })
        .is_some()
}

/// Whether a value has what a path leads to. Null is nothing.
fn in_value(value: &Value, path: &str) -> bool {
    let (step, rest) = match path.split_once('.') {
        Some((step, rest)) => (step, Some(rest)),
        None => (path, None),
    };
    match step.strip_suffix("[]") {
        Some(list) => value
            .get(list)
            .and_then(Value::as_array)
            .is_some_and(|list| rest.is_none_or(|rest| list.iter().all(|element| in_value(element, rest)))),
        None => value
            .get(step)
            .filter(|member| !member.is_null())
            .is_some_and(|member| rest.is_none_or(|rest| in_value(member, rest))),
    }
}

/// A CBOR item: maps, lists, texts and nulls as they are, and every other value as `true`.
fn of_cbor(bytes: &[u8]) -> Option<Value> {
    let mut decoder = Decoder::new(bytes);
    let value = item(&mut decoder)?;
    (decoder.position() == bytes.len()).then_some(value)
}

fn item(decoder: &mut Decoder<'_>) -> Option<Value> {
    match decoder.datatype().ok()? {
        Type::Map | Type::MapIndef => {
            let length = decoder.map().ok()?;
            let mut members = serde_json::Map::new();
            super::nulls::for_each_item(decoder, length, |decoder| {
                let key = decoder.str().ok()?.to_owned();
                members.insert(key, item(decoder)?);
                Some(())
            })?;
            Some(Value::Object(members))
        }
        Type::Array | Type::ArrayIndef => {
            let length = decoder.array().ok()?;
            let mut elements = Vec::new();
            super::nulls::for_each_item(decoder, length, |decoder| {
                elements.push(item(decoder)?);
                Some(())
            })?;
            Some(Value::Array(elements))
        }
        Type::Null | Type::Undefined => decoder.skip().ok().map(|()| Value::Null),
        Type::Tag => {
            decoder.tag().ok()?;
            item(decoder)
        }
        Type::String => decoder.str().ok().map(Value::from),
        _ => decoder.skip().ok().map(|()| Value::Bool(true)),
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    const ID: (&str, &str) = ("x-amzn-requestid", "0b1c");

    fn judged(call: (&str, &str), status: u16, headers: &[(&str, &str)], body: &[u8]) -> Result<(), NoProof> {
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        let response = HttpResponse::try_from(response.body(SdkBody::empty()).unwrap()).unwrap();
        judge(call, signing_name(call.0), &response, body).map(drop)
    }

    fn lacks(call: (&str, &str), body: &str) -> Option<&'static str> {
        match judged(call, 200, &[ID], body.as_bytes()) {
            Err(NoProof::Lacks(member)) => Some(member),
            Err(other) => panic!("{other}"),
            Ok(()) => None,
        }
    }

    /// The readers of XML compare every attribute with every other one.
    #[test]
    fn xml_that_would_take_hours_is_not_read() {
        let attributes: String = (0..100_000).map(|one| format!(" a{one}=''")).collect();
        let page = format!("<ListRolesResponse{attributes}/>");
        let xml = ("content-type", "text/xml");
        let error = judged(("iam", "ListRoles"), 200, &[ID, xml], page.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("more than 256 attributes"), "{error}");
        let error = judged(("iam", "ListRoles"), 400, &[ID, xml], page.as_bytes()).unwrap_err();
        assert!(matches!(error, NoProof::Unreadable(_)), "{error}");
    }

    #[test]
    fn without_a_request_id_no_status_is_aws_s_word() {
        let page = b"<html><head><title>\n Web filter:  blocked </title></head><body>key=1</body></html>";
        let html = ("content-type", "text/html; charset=utf-8");
        for status in [200, 301, 403, 404, 503] {
            let told = judged(("iam", "GetRole"), status, &[html], page)
                .unwrap_err()
                .to_string();
            assert_eq!(
                told,
                format!(
                    "something between Headset and AWS answered: HTTP {status}, text/html, a page titled `Web filter: \
                     blocked`, without AWS's request id (assumption answers.request-id)"
                )
            );
        }
        let headers = [("location", "https://login.example.com/start?token=1")];
        let told = judged(("s3", "HeadBucket"), 302, &headers, b"")
            .unwrap_err()
            .to_string();
        assert!(
            told.contains("a redirect to https://login.example.com/start,"),
            "{told}"
        );
        let secret = br#"{"SecretString": "x"}"#;
        let told = judged(("secretsmanager", "GetSecretValue"), 200, &[], secret);
        assert!(!told.unwrap_err().to_string().contains("Secret"));
    }

    #[test]
    fn an_answer_that_is_shorter_than_its_head_says_is_cut() {
        let headers = [ID, ("content-length", "9")];
        assert_eq!(
            judged(("iam", "DeleteRole"), 200, &headers, b"<a>"),
            Err(NoProof::Cut { told: 9, came: 3 })
        );
        assert_eq!(judged(("s3", "HeadObject"), 200, &headers, b""), Ok(()));
    }

    #[test]
    fn what_aws_always_sends_has_to_be_there_and_may_be_empty() {
        let list = ("connect", "ListUsers");
        for (body, lacking) in [
            (r#"{"UserSummaryList": []}"#, None),
            (r#"{"UserSummaryList": [{"Id": "1", "Username": "a"}]}"#, None),
            (
                r#"{"UserSummaryList": [{"Id": "1", "Username": "a"}, {"Username": "b"}]}"#,
                Some("UserSummaryList[].Id"),
            ),
            (r#"{"UserSummaryList": null}"#, Some("UserSummaryList[].Id")),
            ("{}", Some("UserSummaryList[].Id")),
            ("", Some("UserSummaryList[].Id")),
        ] {
            assert_eq!(lacks(list, body), lacking, "{body}");
        }
        let role = |inner: &str| {
            format!("<GetRoleResponse><GetRoleResult>{inner}</GetRoleResult></GetRoleResponse>")
        };
        assert_eq!(
            lacks(
                ("iam", "GetRole"),
                &role("<Role><RoleName>a</RoleName><Arn>b</Arn></Role>")
            ),
            None
        );
        assert_eq!(
            lacks(("iam", "GetRole"), &role("<Role><Arn>b</Arn></Role>")),
            Some("Role.RoleName")
        );
        assert_eq!(lacks(("iam", "GetRole"), &role("")), Some("Role.RoleName"));
        assert_eq!(
            lacks(("s3", "GetBucketTagging"), "<Tagging><TagSet/></Tagging>"),
            None
        );
        assert_eq!(lacks(("s3", "GetBucketTagging"), "<Tagging/>"), Some("TagSet"));
        assert!(matches!(
            judged(("s3", "ListBuckets"), 200, &[ID], b"<!doctype html><p>"),
            Err(NoProof::Unreadable(_))
        ));
    }

    #[test]
    fn cbor_s_nulls_are_nothing() {
        let call = ("appstream", "ListTagsForResource");
        let tags = |value: &[u8]| [b"\xbf\x64Tags", value, b"\xff"].concat();
        assert_eq!(judged(call, 200, &[ID], &tags(b"\xa0")), Ok(()));
        for lacking in [tags(b"\xf6"), b"\xbf\xff".to_vec(), b"\xa0".to_vec()] {
            assert_eq!(judged(call, 200, &[ID], &lacking), Err(NoProof::Lacks("Tags")));
        }
        assert!(matches!(
            judged(call, 200, &[ID], b""),
            Err(NoProof::Unreadable(_))
        ));
    }

    #[test]
    fn an_answer_is_read_as_what_it_says_it_is() {
        let call = ("appstream", "ListTagsForResource");
        for (media_type, body) in [
            ("application/x-amz-json-1.1", &br#"{"Tags":{}}"#[..]),
            ("Application/JSON; charset=utf-8", br#"{"Tags":{}}"#),
            ("application/cbor", b"\xa1\x64Tags\xa0"),
            ("text/xml", b"<R><Tags/></R>"),
            // A type that says nothing about the form: the service's usual one.
            ("application/octet-stream", b"\xa1\x64Tags\xa0"),
        ] {
            let headers = [ID, ("content-type", media_type)];
            assert_eq!(judged(call, 200, &headers, body), Ok(()), "{media_type}");
        }
        let headers = [ID, ("content-type", "application/x-amz-json-1.1")];
        assert_eq!(judged(call, 200, &headers, b"{}"), Err(NoProof::Lacks("Tags")));
    }

    #[test]
    fn a_service_answers_in_the_protocol_in_which_it_is_asked() {
        for (service, form) in [
            ("appstream", Form::Cbor),
            ("connect", Form::Json),
            ("s3", Form::Xml),
            ("sso-admin", Form::Json),
            ("ssm", Form::Json),
        ] {
            assert_eq!(usual_form(service), form, "{service}");
        }
        assert_eq!(signing_name("sso-admin"), "sso");
        assert_eq!(signing_name("application-autoscaling"), "application-autoscaling");
    }

    #[test]
    fn calls_for_credentials_are_judged_by_their_id_alone() {
        let response = http::Response::builder()
            .header(ID.0, ID.1)
            .body(SdkBody::empty())
            .unwrap();
        let response = HttpResponse::try_from(response).unwrap();
        assert_eq!(
            judge(("appstream", "DescribeFleets"), "sts", &response, b"<a/>").map(drop),
            Ok(())
        );
    }
}
