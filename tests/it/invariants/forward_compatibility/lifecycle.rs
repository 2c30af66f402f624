//! Answers that came after this program: members and enum values that no model knew, explicit nulls for what is absent.
//! What only reads must pass them through.

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
use bytes::Bytes;
use headset_aws::Wire;
use headset_engine::assess::Assessment;
use headset_kinds::Observation;
use headset_simulator::Simulator;
use headset_simulator::wire::table::{Kind, Shape, Table, table};
use headset_simulator::world::Settings;
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::support::{Sandbox, on_virtual_time, ready_for};

/// What an answer has that its model has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// Members that are not declared, and nulls for those that are and are not there.
    Members,
    /// A value that is not declared, for every enum.
    Enums,
}

/// The simulated cloud, as a later version of AWS would answer.
#[derive(Clone, Debug)]
struct Later {
    simulator: Arc<Simulator>,
    change: Change,
    changed: Arc<Mutex<BTreeSet<String>>>,
}

const ADDED: &str = "AddedAfterThisModel";

fn with_members(table: &Table, shape: &Shape, value: &mut Value) {
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(members)) if !shape.document && !shape.union => {
            for (name, member) in &shape.members {
                let wire = member.wire_name(name).to_owned();
                match members.get_mut(&wire) {
                    Some(value) => with_members(table, table.shape(&member.shape), value),
                    None if !shape.required.contains(name) && member.location.is_none() => {
                        members.insert(wire, Value::Null);
                    }
                    None => {}
                }
            }
            members.insert(ADDED.to_owned(), json!({ "Of": [1, "two", null, {}] }));
        }
        (Kind::List, Value::Array(entries)) => {
            let inner = table.shape(&shape.member.as_ref().unwrap().shape);
            for entry in entries {
                with_members(table, inner, entry);
            }
        }
        (Kind::Map, Value::Object(entries)) => {
            let inner = table.shape(&shape.value.as_ref().unwrap().shape);
            for entry in entries.values_mut() {
                with_members(table, inner, entry);
            }
        }
        _ => {}
    }
}

fn with_enums(table: &Table, shape: &Shape, value: &mut Value) {
    match (shape.kind, value) {
        (Kind::Structure, Value::Object(members)) => {
            for (name, member) in &shape.members {
                if let Some(value) = members.get_mut(member.wire_name(name)) {
                    with_enums(table, table.shape(&member.shape), value);
                }
            }
        }
        (Kind::List, Value::Array(entries)) => {
            let inner = table.shape(&shape.member.as_ref().unwrap().shape);
            for entry in entries {
                with_enums(table, inner, entry);
            }
        }
        (Kind::String, Value::String(text)) if shape.values.is_some() => ADDED.clone_into(text),
        _ => {}
    }
}

/// An undeclared element at the front of every element that has elements in it, but for the envelope of Query.
fn xml_with_members(text: &str) -> String {
    let added = format!("<{ADDED}>1</{ADDED}>");
    let mut out = String::new();
    for (index, part) in text.split_inclusive('>').enumerate() {
        let tag = part.rfind('<').map_or("", |at| &part[at..]);
        out.push_str(part);
        let rest = text.split_inclusive('>').nth(index + 1).unwrap_or_default();
        let opens = |tag: &str| tag.starts_with('<') && !tag.starts_with("</") && !tag.starts_with("<?");
        let envelope = tag
            .split([' ', '>'])
            .next()
            .is_some_and(|name| name.ends_with("Response"));
        if opens(tag) && !tag.ends_with("/>") && opens(rest) && !envelope {
            out.push_str(&added);
        }
    }
    out
}

/// Names and values of all enums in the shape.
fn enums(table: &Table, shape: &Shape, name: &str, found: &mut BTreeSet<(String, String)>) {
    for (name, member) in &shape.members {
        enums(table, table.shape(&member.shape), member.wire_name(name), found);
    }
    if let Some(member) = &shape.member {
        let name = member.location_name.as_deref().unwrap_or(name);
        enums(table, table.shape(&member.shape), name, found);
    }
    for value in shape.values.iter().flatten() {
        found.insert((name.to_owned(), value.clone()));
    }
}

impl Later {
    fn body(&self, service: &str, operation: &str, media_type: &str, body: &Bytes) -> Option<String> {
        let table = table(service)?;
        let shape = table.shape(table.operations.get(operation)?.output.as_ref()?);
        let text = std::str::from_utf8(body).ok()?;
        if media_type.contains("json") && service != "s3" {
            let mut value: Value = serde_json::from_str(text).ok()?;
            match self.change {
                Change::Members => with_members(table, shape, &mut value),
                Change::Enums => with_enums(table, shape, &mut value),
            }
            return Some(value.to_string());
        }
        if !media_type.contains("xml") || text.is_empty() {
            return None;
        }
        Some(match self.change {
            Change::Members => xml_with_members(text),
            Change::Enums => {
                let mut found = BTreeSet::new();
                enums(table, shape, "", &mut found);
                found.iter().fold(text.to_owned(), |text, (name, value)| {
                    text.replace(
                        &format!("<{name}>{value}</{name}>"),
                        &format!("<{name}>{ADDED}</{name}>"),
                    )
                })
            }
        })
    }
}

impl HttpConnector for Later {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let this = self.clone();
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(error.into()))?;
            let (parts, body) = request.into_parts();
            let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
            let response = this
                .simulator
                .exchange(http::Request::from_parts(parts, body), None)
                .await
                .map_err(|dropped| ConnectorError::io(dropped.into()))?;
            let media_type = response
                .headers()
                .get("content-type")
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
                .to_owned();
            // Calls are answered one after the other on this thread: the last one in the log is this one.
            let last = this.simulator.call_log().pop();
            let response = response.map(|body| {
                let known = last.filter(|call| call.status < 300);
                let changed = known.as_ref().and_then(|call| {
                    this.body(&call.service, &call.operation, &media_type, &body)
                        .filter(|changed| changed.as_bytes() != &body[..])
                });
                match (known, changed) {
                    (Some(call), Some(changed)) => {
                        let name = format!("{}:{}", call.service, call.operation);
                        this.changed.lock().unwrap().insert(name);
                        SdkBody::from(changed)
                    }
                    _ => SdkBody::from(body),
                }
            });
            HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

impl HttpClient for Later {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

/// Looks at what stands through answers of a later AWS. Also says whose answers were changed.
async fn look(sandbox: &Sandbox, change: Change) -> (Assessment, BTreeSet<String>) {
    let later = Later {
        simulator: sandbox.simulator.clone(),
        change,
        changed: Arc::default(),
    };
    let wire = Wire::new(SharedHttpClient::new(later.clone()), None);
    let aws = sandbox.aws_over(wire).await;
    let state = sandbox.state();
    let design = sandbox.design(&aws, &state);
    let assessed = sandbox.assess(&aws, &design, &state).await;
    let changed = later.changed.lock().unwrap().clone();
    (assessed, changed)
}

fn unread(assessed: &Assessment) -> Vec<String> {
    let observations = assessed.survey.observations.iter();
    let unknown = observations.filter_map(|(address, observation)| match observation {
        Observation::Unknown(error) => Some(format!("{address}: {error}")),
        Observation::Absent | Observation::Present(_) => None,
    });
    unknown.collect()
}

/// Reads whose answers were changed at least once.
const READ: &[&str] = &[
    "connect:DescribeInstance",
    "connect:DescribeInstanceAttribute",
    "connect:ListApprovedOrigins",
    "connect:SearchUsers",
    "iam:GetRole",
    "iam:GetSAMLProvider",
    "identitystore:GetGroupId",
    "s3:GetBucketEncryption",
    "s3:GetPublicAccessBlock",
    "sso-admin:DescribeApplication",
    "sso-admin:ListApplicationAssignments",
];

#[test]
fn undeclared_members_and_explicit_nulls_change_nothing() {
    on_virtual_time(async {
        let sandbox = ready_for("split-ccp.yaml", Settings::default()).await;
        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        let (assessed, changed) = look(&sandbox, Change::Members).await;
        assert_eq!(unread(&assessed), [""; 0]);
        let shown = headset::report::plan_view::human(&assessed.plan).to_string();
        assert!(
            assessed.plan.is_empty(),
            "{}",
            anstream::adapter::strip_str(&shown)
        );
        let missed: Vec<_> = READ.iter().filter(|name| !changed.contains(**name)).collect();
        assert!(missed.is_empty(), "{missed:?} not among {changed:?}");
    });
}

#[test]
fn unknown_enum_values_leave_everything_readable() {
    on_virtual_time(async {
        let sandbox = ready_for("split-ccp.yaml", Settings::default()).await;
        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        let (assessed, changed) = look(&sandbox, Change::Enums).await;
        // What differs now may well be in the plan; that it could be made is the point.
        assert_eq!(unread(&assessed), [""; 0]);
        for name in ["connect:DescribeInstance", "sso-admin:DescribeApplication"] {
            assert!(changed.contains(name), "{changed:?}");
        }
    });
}
