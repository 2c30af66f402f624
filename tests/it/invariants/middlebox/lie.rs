//! What stands between a client and AWS, and what it makes of AWS's answers.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use headset_aws::{CallHook, Gate, Wire};
use http_body_util::BodyExt;
use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use serde_json::Value;

/// What comes in place of AWS's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// A page of a proxy's own. The call never reaches AWS.
    Page(u16),
    /// A page in place of what AWS answered: its headers stay, its request id among them.
    PageOver(u16),
    /// A redirect to where people sign in to the network.
    Redirect(u16),
    /// Success, and nothing else. The call never reaches AWS.
    Nothing,
    /// AWS's headers without a body.
    NoBody,
    /// The first half of AWS's answer.
    Cut,
    /// AWS's answer without its tags.
    NoTags,
    /// AWS's answer with null where the tags were.
    NullTags,
    /// AWS's answer without its lists.
    NoLists,
    /// AWS's answer with nothing in it.
    NoMembers,
}

/// All of them.
pub(crate) const LIES: [Lie; 16] = [
    Lie::Page(404),
    Lie::Page(403),
    Lie::Page(200),
    Lie::Page(503),
    Lie::PageOver(404),
    Lie::PageOver(403),
    Lie::PageOver(200),
    Lie::Redirect(301),
    Lie::Redirect(302),
    Lie::Nothing,
    Lie::NoBody,
    Lie::Cut,
    Lie::NoTags,
    Lie::NullTags,
    Lie::NoLists,
    Lie::NoMembers,
];

impl Lie {
    /// Whether it can answer such a call without being AWS's own word: what answers HEAD has only a head, and one
    /// that has AWS's request id is AWS's.
    pub(crate) fn is_a_lie_about(self, operation: &str) -> bool {
        let head = operation.starts_with("Head");
        match self {
            Lie::PageOver(_) | Lie::NoBody | Lie::Cut => !head,
            _ => true,
        }
    }
}

/// Whose answers are changed: those of a service, or those to one operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Victim {
    Service(String),
    Call(String, String),
}

#[derive(Debug, Default)]
struct Script {
    told: Option<(Victim, Lie)>,
    /// What is called now: the hook is asked right before the call is sent, on the same thread.
    now: (String, String),
    /// How many answers were changed.
    struck: usize,
}

/// A middlebox that lies when the script says so.
#[derive(Clone, Debug)]
pub(crate) struct Middlebox {
    script: Arc<Mutex<Script>>,
    inner: SharedHttpClient,
}

impl Middlebox {
    pub(crate) fn before(inner: SharedHttpClient) -> Middlebox {
        Middlebox {
            script: Arc::default(),
            inner,
        }
    }

    /// The wire through it.
    pub(crate) fn wire(&self) -> Wire {
        Wire::new(SharedHttpClient::new(self.clone()), Some(Box::new(self.clone())))
    }

    /// Tells this from now on.
    pub(crate) fn tell(&self, victim: Victim, lie: Lie) {
        *self.script.lock().unwrap() = Script {
            told: Some((victim, lie)),
            ..Script::default()
        };
    }

    /// How many answers were changed since.
    pub(crate) fn struck(&self) -> usize {
        self.script.lock().unwrap().struck
    }
}

impl CallHook for Middlebox {
    fn before(&self, _: u64, service: &str, operation: &str) -> Gate {
        self.script.lock().unwrap().now = (service.to_owned(), operation.to_owned());
        Gate::Pass
    }

    fn after(&self, _: u64, _: &str, _: &str) -> Gate {
        Gate::Pass
    }
}

impl HttpClient for Middlebox {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        parts: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            script: self.script.clone(),
            inner: self.inner.http_connector(settings, parts),
        })
    }
}

#[derive(Debug)]
struct Connector {
    script: Arc<Mutex<Script>>,
    inner: SharedHttpConnector,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut script = self.script.lock().unwrap();
        let (service, operation) = script.now.clone();
        let lie = match &script.told {
            Some((Victim::Service(name), lie)) if *name == service => Some(*lie),
            Some((Victim::Call(name, call), lie)) if *name == service && *call == operation => Some(*lie),
            _ => None,
        };
        let lie = lie.filter(|lie| lie.is_a_lie_about(&operation));
        if lie.is_some() {
            script.struck += 1;
        }
        drop(script);
        let truth = self.inner.call(request);
        match lie {
            None => truth,
            Some(lie) => HttpConnectorFuture::new(told(lie, truth)),
        }
    }
}

const PAGE: &str =
    "<!doctype html><html><head><title>Web filter</title></head><body>No such page</body></html>";

fn response(status: u16, headers: &[(&str, &str)], body: &str) -> HttpResponse {
    let mut response = http::Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    HttpResponse::try_from(response.body(SdkBody::from(body)).unwrap()).unwrap()
}

async fn told(lie: Lie, truth: HttpConnectorFuture) -> Result<HttpResponse, ConnectorError> {
    let html = ("content-type", "text/html");
    match lie {
        Lie::Page(status) => return Ok(response(status, &[html], PAGE)),
        Lie::Redirect(status) => {
            let to = ("location", "https://login.example.com/start?from=aws");
            return Ok(response(status, &[html, to], ""));
        }
        Lie::Nothing => return Ok(response(200, &[], "")),
        _ => {}
    }
    let mut answer = truth.await?;
    let body = std::mem::replace(answer.body_mut(), SdkBody::empty());
    let bytes = body.collect().await.unwrap().to_bytes().to_vec();
    let whole = bytes.len();
    let media_type = answer
        .headers()
        .get("content-type")
        .unwrap_or_default()
        .to_owned();
    let (changed, length) = match lie {
        Lie::PageOver(status) => {
            let kept: Vec<(&str, &str)> = answer.headers().iter().collect();
            answer = response(status, &kept, "");
            answer.headers_mut().insert("content-type", "text/html");
            (PAGE.as_bytes().to_vec(), PAGE.len())
        }
        Lie::NoBody => (Vec::new(), 0),
        Lie::Cut => (bytes[..whole / 2].to_vec(), whole),
        lie => {
            let changed = without(lie, &media_type, &bytes).unwrap_or(bytes);
            let length = changed.len();
            (changed, length)
        }
    };
    if lie == Lie::Cut && whole < 2 {
        return Err(ConnectorError::io("the connection was closed".into()));
    }
    answer.headers_mut().insert("content-length", length.to_string());
    *answer.body_mut() = SdkBody::from(changed);
    Ok(answer)
}

/// What becomes of a member.
enum Fate {
    Stays,
    Goes,
    IsNull,
}

/// What a lie makes of a member of this name; `list` says whether its value is one.
fn fate(lie: Lie, name: &str, list: bool) -> Fate {
    let tags = name.eq_ignore_ascii_case("tags") || name == "TagSet";
    match lie {
        Lie::NoTags if tags => Fate::Goes,
        Lie::NullTags if tags => Fate::IsNull,
        Lie::NoLists if list => Fate::Goes,
        Lie::NoMembers => Fate::Goes,
        _ => Fate::Stays,
    }
}

/// The body with a lie in it; `None` where there is nothing to lie about.
fn without(lie: Lie, media_type: &str, body: &[u8]) -> Option<Vec<u8>> {
    if body.is_empty() {
        return None;
    }
    if media_type.contains("cbor") {
        let mut out = Vec::new();
        cbor(lie, &mut Decoder::new(body), body, &mut out)?;
        return Some(out);
    }
    let text = std::str::from_utf8(body).ok()?;
    if media_type.contains("json") && !text.starts_with('<') {
        let mut value: Value = serde_json::from_str(text).ok()?;
        json(lie, &mut value);
        return Some(value.to_string().into_bytes());
    }
    xml(lie, text).map(String::into_bytes)
}

fn json(lie: Lie, value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in members.keys().cloned().collect::<Vec<_>>() {
                match fate(lie, &name, members[&name].is_array()) {
                    Fate::Stays => json(lie, &mut members[&name]),
                    Fate::Goes => drop(members.remove(&name)),
                    Fate::IsNull => drop(members.insert(name, Value::Null)),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| json(lie, element)),
        _ => {}
    }
}

fn cbor(lie: Lie, decoder: &mut Decoder<'_>, bytes: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let more = |decoder: &mut Decoder<'_>, left: &mut Option<u64>| match left {
        Some(0) => false,
        Some(left) => {
            *left -= 1;
            true
        }
        None if matches!(decoder.datatype(), Ok(Type::Break)) => {
            decoder.skip().unwrap();
            false
        }
        None => true,
    };
    match decoder.datatype().ok()? {
        Type::Map | Type::MapIndef => {
            let mut left = decoder.map().ok()?;
            Encoder::new(&mut *out).begin_map().ok()?;
            while more(decoder, &mut left) {
                let name = decoder.str().ok()?.to_owned();
                let list = matches!(decoder.datatype().ok()?, Type::Array | Type::ArrayIndef);
                let fate = fate(lie, &name, list);
                if !matches!(fate, Fate::Goes) {
                    Encoder::new(&mut *out).str(&name).ok()?;
                }
                match fate {
                    Fate::Stays => cbor(lie, decoder, bytes, out)?,
                    Fate::Goes => decoder.skip().ok()?,
                    Fate::IsNull => {
                        decoder.skip().ok()?;
                        Encoder::new(&mut *out).null().ok()?;
                    }
                }
            }
            Encoder::new(&mut *out).end().ok()?;
        }
        Type::Array | Type::ArrayIndef => {
            let mut left = decoder.array().ok()?;
            Encoder::new(&mut *out).begin_array().ok()?;
            while more(decoder, &mut left) {
                cbor(lie, decoder, bytes, out)?;
            }
            Encoder::new(&mut *out).end().ok()?;
        }
        _ => {
            let start = decoder.position();
            decoder.skip().ok()?;
            out.extend_from_slice(&bytes[start..decoder.position()]);
        }
    }
    Some(())
}

/// XML has no null: what would be null is not there. A list is an element whose elements are all called alike, or one
/// without any in the element of the answer.
fn xml(lie: Lie, text: &str) -> Option<String> {
    let document = roxmltree::Document::parse(text).ok()?;
    let mut gone = BTreeSet::new();
    let mut outer: Vec<roxmltree::Node<'_, '_>> = vec![document.root_element()];
    while let Some(element) = outer.pop() {
        for child in element.children().filter(roxmltree::Node::is_element) {
            let name = child.tag_name().name();
            let mut inside = child.children().filter(roxmltree::Node::is_element).peekable();
            let empty = inside.peek().is_none() && child.text().is_none_or(|text| text.trim().is_empty());
            let list =
                empty || inside.peek().is_some() && inside.all(|one| one.tag_name().name() == "member");
            let answer = name.ends_with("Result") || name == "ResponseMetadata";
            match fate(lie, name, list) {
                Fate::Goes | Fate::IsNull if !answer => {
                    let range = child.range();
                    gone.insert((range.start, range.end));
                }
                _ => outer.push(child),
            }
        }
    }
    let mut out = String::new();
    let mut at = 0;
    for (start, end) in gone {
        out.push_str(&text[at..start]);
        at = end;
    }
    out.push_str(&text[at..]);
    Some(out)
}

#[test]
fn each_form_of_an_answer_is_lied_in() {
    let told = |lie, media_type, body: &str| {
        String::from_utf8(without(lie, media_type, body.as_bytes()).unwrap()).unwrap()
    };
    let json = r#"{"Tags":{"a":"b"},"Users":[{"Id":"1","tags":{}}]}"#;
    let type_of_json = "application/json";
    assert_eq!(told(Lie::NoTags, type_of_json, json), r#"{"Users":[{"Id":"1"}]}"#);
    assert_eq!(
        told(Lie::NullTags, type_of_json, json),
        r#"{"Tags":null,"Users":[{"Id":"1","tags":null}]}"#
    );
    assert_eq!(told(Lie::NoLists, type_of_json, json), r#"{"Tags":{"a":"b"}}"#);
    let xml = "<R><RResult><Tags><member><Key>a</Key></member></Tags><Name>n</Name><L/></RResult></R>";
    assert_eq!(
        told(Lie::NoTags, "text/xml", xml),
        "<R><RResult><Name>n</Name><L/></RResult></R>"
    );
    assert_eq!(
        told(Lie::NoLists, "text/xml", xml),
        "<R><RResult><Name>n</Name></RResult></R>"
    );
    assert_eq!(
        told(Lie::NoMembers, "text/xml", xml),
        "<R><RResult></RResult></R>"
    );
    let mut bytes = Vec::new();
    let mut e = Encoder::new(&mut bytes);
    e.map(2).unwrap().str("Tags").unwrap().map(0).unwrap();
    e.str("L").unwrap().array(1).unwrap().u8(1).unwrap();
    let told = |lie| without(lie, "application/cbor", &bytes).unwrap();
    let mut wanted = Vec::new();
    Encoder::new(&mut wanted)
        .begin_map()
        .unwrap()
        .str("L")
        .unwrap()
        .begin_array()
        .unwrap()
        .u8(1)
        .unwrap()
        .end()
        .unwrap()
        .end()
        .unwrap();
    assert_eq!(told(Lie::NoTags), wanted);
    assert_eq!(told(Lie::NoMembers), [0xbf, 0xff]);
}
