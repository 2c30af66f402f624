//! Golden requests and answers of each protocol. That AWS's models agree is checked over the wire, with botocore.

use std::collections::BTreeMap;

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;
use serde::{Deserialize, Serialize};

use super::{answer, error, request};
use crate::operation::{Body, Http, Operation};
use crate::service::{Json, Protocol, Service};
use crate::values::{Blob, Epoch, Flat, HttpDate, Iso8601};
use crate::{ServiceError, hosts};

const fn service(protocol: Protocol) -> Service {
    Service {
        name: "test",
        id: "Test",
        signing_name: "test",
        version: "2020-01-01",
        host: &hosts::SSM,
        protocol,
    }
}

static JSON: Service = service(Protocol::Json(Json {
    version: "1.0",
    target: "Target_20200101",
    was_query: true,
}));
static REST_JSON: Service = service(Protocol::RestJson);
static REST_XML: Service = service(Protocol::RestXml {
    namespace: "http://example.com/doc/2020-01-01/",
});
static QUERY: Service = service(Protocol::Query);
static EC2: Service = service(Protocol::Ec2Query);

/// One of everything that has a form of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Everything {
    name: String,
    number: Option<i64>,
    ratio: Option<f64>,
    on: Option<bool>,
    at: Option<Iso8601>,
    blob: Option<Blob>,
    names: Option<Vec<String>>,
    flat: Option<Flat<Vec<String>>>,
    inner: Option<Inner>,
    inners: Option<Vec<Inner>>,
    map: Option<BTreeMap<String, String>>,
    flat_map: Option<Flat<BTreeMap<String, String>>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inner {
    key: String,
    value: Option<String>,
}

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    pairs.collect()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn inner(key: &str, value: Option<&str>) -> Inner {
    Inner {
        key: key.to_owned(),
        value: value.map(str::to_owned),
    }
}

fn everything() -> Everything {
    Everything {
        name: "a b/ü&<>\"".to_owned(),
        number: Some(-7),
        ratio: Some(0.5),
        on: Some(false),
        at: Some(Iso8601(DateTime::from_secs(1_767_225_600))),
        blob: Some(Blob(vec![0, 255, 1])),
        names: Some(texts(&["x", "y z"])),
        flat: Some(Flat(texts(&["p", "q"]))),
        inner: Some(inner("k", None)),
        inners: Some(vec![inner("a", Some("1")), inner("b", None)]),
        map: Some(map(&[("m", "1"), ("n", "2")])),
        flat_map: Some(Flat(map(&[("o", "3")]))),
    }
}

macro_rules! operation {
    ($name:ident of $request:ty, $service:ident, $answer:ty $(, $http:expr)?) => {
        #[derive(Clone, Debug, Serialize)]
        struct $name($request);
        impl Operation for $name {
            const SERVICE: &'static Service = &$service;
            const NAME: &'static str = "Do";
            type Answer = $answer;
            $(const HTTP: Http = $http;)?
        }
    };
}

mod properties;
mod rest;

operation!(JsonDo of Everything, JSON, Everything);
operation!(QueryDo of Everything, QUERY, Everything);
operation!(XmlDo of Everything, REST_XML, Everything, Http {
    body: Body::Members("DoRequest"),
    ..Http::POST
});

fn head(request: &HttpRequest) -> String {
    let mut headers: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    headers.sort();
    format!("{} {}\n{}", request.method(), request.uri(), headers.join("\n"))
}

fn text(request: &HttpRequest) -> &str {
    std::str::from_utf8(request.body().bytes().unwrap()).unwrap()
}

fn response(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> HttpResponse {
    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body.to_owned()));
    for (name, value) in headers {
        response.headers_mut().insert(*name, *value);
    }
    response
}

fn read<O: Operation>(body: &str) -> O::Answer {
    answer::<O>(&response(200, &[], body), body.as_bytes()).unwrap()
}

fn refused(protocol: Protocol, headers: &[(&'static str, &'static str)], body: &str) -> ServiceError {
    error(protocol, &response(400, headers, body), body.as_bytes())
}

fn told(error: &ServiceError) -> (Option<&str>, Option<&str>, Option<&str>) {
    (error.code(), error.message(), error.request_id())
}

#[test]
fn json_is_a_document_and_a_header_that_names_the_operation() {
    let sent = request(&JsonDo(everything())).unwrap();
    assert_eq!(
        head(&sent),
        "POST /\ncontent-length: 247\ncontent-type: application/x-amz-json-1.0\n\
         x-amz-target: Target_20200101.Do\nx-amzn-query-mode: true"
    );
    assert_eq!(
        text(&sent),
        "{\"At\":\"2026-01-01T00:00:00Z\",\"Blob\":\"AP8B\",\"Flat\":[\"p\",\"q\"],\"FlatMap\":{\"o\":\"3\"},\
         \"Inner\":{\"Key\":\"k\"},\"Inners\":[{\"Key\":\"a\",\"Value\":\"1\"},{\"Key\":\"b\"}],\
         \"Map\":{\"m\":\"1\",\"n\":\"2\"},\"Name\":\"a b/ü&<>\\\"\",\"Names\":[\"x\",\"y z\"],\"Number\":-7,\
         \"On\":false,\"Ratio\":0.5}"
    );
    assert_eq!(read::<JsonDo>(text(&sent)), everything());
}

#[test]
fn an_empty_list_is_sent_and_nothing_is_not() {
    let some = Everything {
        names: Some(Vec::new()),
        map: Some(BTreeMap::new()),
        ..Everything::default()
    };
    assert_eq!(
        text(&request(&JsonDo(some.clone())).unwrap()),
        r#"{"Map":{},"Name":"","Names":[]}"#
    );
    let form = request(&QueryDo(some.clone())).unwrap();
    assert_eq!(text(&form), "Action=Do&Version=2020-01-01&Name=&Names=");
    let document = request(&XmlDo(some.clone())).unwrap();
    let wanted = "<DoRequest xmlns=\"http://example.com/doc/2020-01-01/\"><Name></Name><Names></Names><Map></Map>\
                  </DoRequest>";
    assert_eq!(text(&document), wanted);
    assert_eq!(read::<XmlDo>(wanted), some);
    // What is not there is not an empty list.
    assert_eq!(read::<XmlDo>("<R><Name/></R>"), Everything::default());
    assert_eq!(
        read::<JsonDo>(r#"{"Name":"","Names":null}"#),
        Everything::default()
    );
}

#[test]
fn a_query_numbers_what_is_in_lists_and_maps() {
    let sent = request(&QueryDo(everything())).unwrap();
    assert_eq!(
        head(&sent),
        "POST /\ncontent-length: 373\ncontent-type: application/x-www-form-urlencoded"
    );
    assert_eq!(
        text(&sent).split('&').collect::<Vec<_>>(),
        [
            "Action=Do",
            "Version=2020-01-01",
            "Name=a%20b%2F%C3%BC%26%3C%3E%22",
            "Number=-7",
            "Ratio=0.5",
            "On=false",
            "At=2026-01-01T00%3A00%3A00Z",
            "Blob=AP8B",
            "Names.member.1=x",
            "Names.member.2=y%20z",
            "Flat.1=p",
            "Flat.2=q",
            "Inner.Key=k",
            "Inners.member.1.Key=a",
            "Inners.member.1.Value=1",
            "Inners.member.2.Key=b",
            "Map.entry.1.key=m",
            "Map.entry.1.value=1",
            "Map.entry.2.key=n",
            "Map.entry.2.value=2",
            "FlatMap.1.key=o",
            "FlatMap.1.value=3",
        ]
    );
}

const ANSWERED: &str = "\
<Name>a b/ü&amp;&lt;&gt;\"</Name><Number> -7 </Number><Ratio>0.5</Ratio><On>false</On>\
<At>2026-01-01T00:00:00Z</At><Blob>AP8B</Blob>\
<Names><member>x</member><member>y z</member></Names><Flat>p</Flat>\
<Inner><Key>k</Key><New>unknown</New></Inner>\
<Inners><member><Key>a</Key><Value>1</Value></member><member><Key>b</Key></member></Inners><Flat>q</Flat>\
<Map><entry><key>m</key><value>1</value></entry><entry><key>n</key><value>2</value></entry></Map>\
<FlatMap><key>o</key><value>3</value></FlatMap>";

#[test]
fn an_answer_to_a_query_is_in_an_element_of_its_own() {
    let body = format!(
        "<DoResponse xmlns=\"http://example.com/\"><DoResult>{ANSWERED}</DoResult>\
         <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></DoResponse>"
    );
    assert_eq!(read::<QueryDo>(&body), everything());
}

#[test]
fn one_element_of_a_flat_list_is_a_list_of_one() {
    let read = read::<XmlDo>("<R><Name>n</Name><Flat>only</Flat><Names><member>only</member></Names></R>");
    assert_eq!(read.flat, Some(Flat(texts(&["only"]))));
    assert_eq!(read.names, Some(texts(&["only"])));
}

#[test]
fn xml_is_read_and_written_alike() {
    let sent = request(&XmlDo(everything())).unwrap();
    assert_eq!(
        head(&sent),
        "POST /\ncontent-length: 544\ncontent-type: application/xml"
    );
    assert_eq!(read::<XmlDo>(text(&sent)), everything());
    assert_eq!(
        read::<XmlDo>(&format!("<?xml version=\"1.0\"?>\n<R>{ANSWERED}</R>")),
        everything()
    );
}

#[test]
fn what_is_no_xml_and_what_is_no_number_is_an_error() {
    for (body, why) in [
        ("<html><p></html>", "expected 'p' tag"),
        ("{\"Name\": 1}", "unknown token"),
        (
            "<R><Name>n</Name><Number>many</Number></R>",
            "`many` is not a number",
        ),
        (
            "<R><Name>n</Name><Inner><Key>a</Key></Inner><Inner/></R>",
            "2 elements in place of one",
        ),
        ("<R><Number>1</Number></R>", "missing field `Name`"),
    ] {
        let read = answer::<XmlDo>(&response(200, &[], body), body.as_bytes());
        let error = read.unwrap_err().to_string();
        assert!(error.contains(why), "{body}: {error}");
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Filtered {
    filter: Vec<Filter>,
    dry_run: Option<bool>,
    subnet_id: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    name: &'static str,
    value: Vec<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subnets {
    subnet_set: Option<Vec<Subnet>>,
    next_token: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subnet {
    subnet_id: String,
    available_ip_address_count: i32,
    default_for_az: bool,
}

operation!(Ec2Do of Filtered, EC2, Subnets);

#[test]
fn ec2_flattens_every_list_and_leaves_empty_ones_out() {
    let sent = request(&Ec2Do(Filtered {
        filter: vec![Filter {
            name: "vpc-id",
            value: vec!["vpc-1", "vpc-2"],
        }],
        dry_run: None,
        subnet_id: Vec::new(),
    }))
    .unwrap();
    assert_eq!(
        text(&sent),
        "Action=Do&Version=2020-01-01&Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-1&Filter.1.Value.2=vpc-2"
    );
    let body = "<DescribeSubnetsResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\
                <requestId>r</requestId><subnetSet><item><subnetId>subnet-1</subnetId>\
                <availableIpAddressCount>251</availableIpAddressCount><defaultForAz>true</defaultForAz>\
                <tagSet/></item></subnetSet></DescribeSubnetsResponse>";
    assert_eq!(
        read::<Ec2Do>(body),
        Subnets {
            subnet_set: Some(vec![Subnet {
                subnet_id: "subnet-1".to_owned(),
                available_ip_address_count: 251,
                default_for_az: true,
            }]),
            next_token: None,
        }
    );
    assert_eq!(read::<Ec2Do>("<R><subnetSet/></R>").subnet_set, Some(Vec::new()));
}

#[test]
fn moments_are_numbers_or_texts() {
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Moments {
        epoch: Epoch,
        http: HttpDate,
    }
    operation!(MomentsDo of Moments, JSON, Moments);
    let moments = Moments {
        epoch: Epoch(DateTime::from_secs_and_nanos(1_767_225_600, 500_000_000)),
        http: HttpDate(DateTime::from_secs(1_767_225_600)),
    };
    let sent = request(&MomentsDo(moments.clone())).unwrap();
    assert_eq!(
        text(&sent),
        r#"{"epoch":1767225600.5,"http":"Thu, 01 Jan 2026 00:00:00 GMT"}"#
    );
    assert_eq!(read::<MomentsDo>(text(&sent)), moments);
    let whole = r#"{"epoch":1767225600,"http":1767225600.0}"#;
    assert_eq!(
        read::<MomentsDo>(whole).epoch,
        Epoch(DateTime::from_secs(1_767_225_600))
    );
    let text = r#"{"epoch":"2026-01-01T00:00:00+00:00","http":0}"#;
    assert_eq!(
        read::<MomentsDo>(text).epoch,
        Epoch(DateTime::from_secs(1_767_225_600))
    );
}

#[test]
fn json_errors_are_named_in_headers_and_documents() {
    let json = JSON.protocol;
    let id = [("x-amzn-requestid", "r-1")];
    let body = r#"{"__type":"com.amazonaws.ssm#ParameterNotFound:http://internal/","message":"no such"}"#;
    let error = refused(json, &id, body);
    assert_eq!(
        told(&error),
        (Some("ParameterNotFound"), Some("no such"), Some("r-1"))
    );
    assert_eq!(error.to_string(), "ParameterNotFound: no such");
    let error = refused(
        json,
        &[("x-amzn-errortype", "ThrottlingException:http://x/")],
        r#"{"Message":"slow"}"#,
    );
    assert_eq!(told(&error), (Some("ThrottlingException"), Some("slow"), None));
    let former = [(
        "x-amzn-query-error",
        "AWS.SimpleQueueService.NonExistentQueue;Sender",
    )];
    let error = refused(
        json,
        &former,
        r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}"#,
    );
    assert_eq!(error.code(), Some("AWS.SimpleQueueService.NonExistentQueue"));
    let page = refused(json, &[], "<html>sign in</html>");
    assert_eq!(told(&page), (None, None, None));
}

#[test]
fn xml_errors_are_named_in_three_forms() {
    let query = "<ErrorResponse xmlns=\"x\"><Error><Type>Sender</Type><Code>Throttling</Code>\
                 <Message>Rate exceeded</Message></Error><RequestId>r-1</RequestId></ErrorResponse>";
    let ec2 = "<Response><Errors><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></Errors>\
               <RequestID>r-1</RequestID></Response>";
    let bare =
        "<Error><Code>Throttling</Code><Message>Rate exceeded</Message><RequestId>r-1</RequestId></Error>";
    for (protocol, body) in [
        (QUERY.protocol, query),
        (EC2.protocol, ec2),
        (REST_XML.protocol, bare),
    ] {
        let error = refused(protocol, &[], body);
        assert_eq!(
            told(&error),
            (Some("Throttling"), Some("Rate exceeded"), Some("r-1"))
        );
    }
    let page = refused(QUERY.protocol, &[("x-amzn-requestid", "r-2")], "<html><p></html>");
    assert_eq!(told(&page), (None, None, Some("r-2")));
}
