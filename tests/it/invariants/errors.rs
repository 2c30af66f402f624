//! What AWS answers, Headset understands: a class for every error that AWS declares, and what each class leads to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use headset_core::error::class_of;
use headset_core::{AwsError, Class};
use headset_kinds::evidence::Signal;
use headset_simulator::wire::table;
use headset_simulator::world::Settings;
use serde_json::json;

use crate::support::{Sandbox, example, on_virtual_time};

/// The sources below a folder.
fn texts_below(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts_below(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

/// Every call that the engine makes, from its sources: `call("service", "Operation"`, and the
/// requests of the client that `ask` sends.
pub(crate) fn calls() -> BTreeSet<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut engine, mut client) = (Vec::new(), Vec::new());
    for folder in ["src", "crates/aws/src", "crates/engine/src"] {
        texts_below(&root.join(folder), &mut engine);
    }
    for entry in std::fs::read_dir(root.join("crates/client/src/services")).unwrap() {
        let path = entry.unwrap().path();
        let mut texts = Vec::new();
        match path.is_dir() {
            // The files of one service.
            true => texts_below(&path, &mut texts),
            false => texts.push(std::fs::read_to_string(path).unwrap()),
        }
        client.push(texts.concat());
    }
    let mut found = BTreeSet::new();
    for text in &engine {
        for call in text.split("call(").skip(1) {
            let mut quoted = call.split('"').step_by(2).zip(call.split('"').skip(1).step_by(2));
            let (Some((before, service)), Some((between, operation))) = (quoted.next(), quoted.next()) else {
                continue;
            };
            if before.trim().is_empty() && between.trim() == "," {
                found.insert((service.to_owned(), operation.to_owned()));
            }
        }
    }
    for text in &client {
        let after = |text: &str, start: &str| -> Vec<String> {
            let starts = text.split(start).skip(1);
            starts
                .map(|rest| rest.split('"').next().unwrap().to_owned())
                .collect()
        };
        let by_macro = text.split("operation!(\n").skip(1);
        let by_macro = by_macro.map(|rest| rest.split(',').next().unwrap().trim().to_owned());
        for operation in after(text, "const NAME: &'static str = \"")
            .into_iter()
            .chain(by_macro)
        {
            let service = after(text, " name: \"").remove(0);
            // What is asked is built somewhere.
            let built = format!(" {operation} {{");
            assert!(
                engine.iter().any(|text| text.contains(&built)),
                "{operation} is asked by nothing"
            );
            found.insert((service, operation));
        }
    }
    found
}

/// What failed without a call to AWS is reported without one: `headset:plan failed` means nothing to users.
#[test]
fn an_error_names_a_call_of_aws_or_none() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for folder in ["src", "crates/kinds/src", "crates/aws/src", "crates/engine/src"] {
        let mut texts = Vec::new();
        texts_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut texts);
        for text in &texts {
            for made in text.split("AwsError::new(").skip(1) {
                let mut quoted = made.split('"').step_by(2).zip(made.split('"').skip(1).step_by(2));
                let (Some((before, service)), Some((between, operation))) = (quoted.next(), quoted.next())
                else {
                    continue;
                };
                if !before.trim().is_empty() {
                    continue;
                }
                seen += 1;
                let known = table::table(service);
                // Which operation it was may be known at run time only.
                let is_named = between.trim() == ",";
                if known.is_none_or(|known| is_named && !known.operations.contains_key(operation)) {
                    wrong.push(format!("{service}:{operation}"));
                }
            }
        }
    }
    assert!(seen > 5, "{seen}");
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// An assumption shows by calls that Headset makes. An operation that is misspelled would never be found behind a failure.
#[test]
fn every_assumption_shows_by_calls_that_headset_makes() {
    let calls = calls();
    let mut seen = 0;
    for one in headset_kinds::evidence::all() {
        for signal in one.signals {
            let Signal::Call {
                service,
                operations,
                classes,
            } = signal
            else {
                continue;
            };
            assert!(!operations.is_empty() && !classes.is_empty(), "{one:?}");
            for operation in *operations {
                let call = ((*service).to_owned(), (*operation).to_owned());
                assert!(calls.contains(&call), "{}: {service}:{operation}", one.id);
                let table = table::table(service).unwrap();
                assert!(table.operations.contains_key(*operation), "{service}:{operation}");
                seen += 1;
            }
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn every_error_that_aws_declares_for_a_call_of_headset_s_has_a_class() {
    let calls = calls();
    assert!(calls.len() > 80, "{} calls", calls.len());
    let mut unknown = BTreeMap::new();
    for (service, operation) in &calls {
        let table = table::table(service).unwrap_or_else(|| panic!("no table of {service}"));
        let declared = table.operations[operation.as_str()].errors.as_ref();
        for shape in declared.unwrap_or_else(|| panic!("{service}:{operation} is not in the table")) {
            let code = table.shapes[shape]
                .error
                .as_ref()
                .and_then(|error| error.code.clone())
                .unwrap_or_else(|| shape.clone());
            if class_of(service, &code) == Class::Other {
                unknown.insert((service, code), operation);
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}

/// Applies an example with one call of it going wrong, and tells how often that call was made.
async fn attempts(
    service: &str,
    operation: &str,
    code: &str,
    status: u16,
    times: u64,
) -> (usize, Sandbox, bool) {
    let (file, text) = example("split-ccp.yaml");
    let sandbox = Sandbox::new(&file, &text, Settings::default());
    let rule = json!({
        "service": service, "operation": operation, "kind": "error", "code": code, "status": status, "times": times,
    });
    sandbox.simulator.inject(serde_json::from_value(rule).unwrap());
    let outcome = sandbox.apply(None).await;
    let made = sandbox
        .simulator
        .call_log()
        .iter()
        .filter(|call| call.service == service && call.operation == operation)
        .count();
    (made, sandbox, outcome.failed.is_empty())
}

#[test]
fn a_quota_that_comes_as_http_429_is_final_and_a_throttle_is_a_delay() {
    for code in ["LimitExceededException", "ServiceQuotaExceededException"] {
        on_virtual_time(async {
            let (made, sandbox, passed) = attempts("connect", "CreateInstance", code, 429, 100).await;
            assert_eq!((made, passed), (1, false), "{code}");
            assert!(sandbox.told().contains("Service Quotas"), "{}", sandbox.told());
        });
    }
    let throttles = [
        ("connect", "CreateInstance", "TooManyRequestsException", 429),
        ("connect", "CreateInstance", "ThrottlingException", 400),
        ("appstream", "CreateStack", "RequestLimitExceededException", 400),
        ("iam", "CreateRole", "Throttling", 400),
        ("s3", "PutObject", "SlowDown", 503),
        (
            "sso-admin",
            "CreateApplicationAssignment",
            "ThrottlingException",
            400,
        ),
    ];
    for (service, operation, code, status) in throttles {
        on_virtual_time(async {
            let (made, sandbox, passed) = attempts(service, operation, code, status, 2).await;
            assert!(
                made >= 3 && passed,
                "{service}:{operation} with {code}: {made} attempts"
            );
            let plan = sandbox.plan().await;
            assert!(plan.is_empty(), "{service}:{operation} with {code}");
        });
    }
}

/// The class follows the code, with any status and wording.
#[test]
fn the_status_of_an_answer_decides_nothing() {
    for status in [400, 403, 404, 409, 429, 500, 503] {
        on_virtual_time(async {
            let (made, _, passed) =
                attempts("appstream", "CreateStack", "LimitExceededException", status, 100).await;
            assert_eq!((made, passed), (1, false), "status {status}");
        });
    }
}

#[test]
fn a_code_that_nobody_declared_is_shown_and_not_tried_again() {
    on_virtual_time(async {
        let (made, sandbox, passed) =
            attempts("appstream", "CreateStack", "BrandNewException", 400, 100).await;
        assert_eq!((made, passed), (1, false));
        assert!(sandbox.told().contains("BrandNewException"), "{}", sandbox.told());
    });
}

#[test]
fn a_failure_near_something_unproved_says_so() {
    on_virtual_time(async {
        let (_, sandbox, passed) = attempts("s3", "PutBucketPolicy", "AccessDenied", 403, 100).await;
        assert!(!passed);
        assert!(
            sandbox.told().contains("headset explain s3.block-lifts-late"),
            "{}",
            sandbox.told()
        );
    });
}

#[test]
fn an_error_tells_service_operation_code_and_words() {
    let mut error = AwsError::new("appstream", "CreateFleet", Class::Invalid, "no such subnet");
    error.code = Some("InvalidParameterCombinationException".to_owned());
    error.request_id = Some("0b1c".to_owned());
    assert_eq!(
        error.to_string(),
        "appstream:CreateFleet failed with InvalidParameterCombinationException: no such subnet (request 0b1c)"
    );
}

/// A bucket's name that another account has is final: no second attempt, no advice to import what is not ours.
#[test]
fn a_bucket_of_another_account_asks_for_another_name_at_once() {
    let desk = crate::support::desk::Desk::example("split-ccp.yaml");
    let faults = json!([
        { "kind": "error", "service": "s3", "operation": "CreateBucket", "code": "BucketAlreadyExists", "times": 50 }
    ]);
    std::fs::write(desk.path().join("faults.json"), faults.to_string()).unwrap();
    let said = desk.run(&[
        "apply",
        "center.yaml",
        "--sim",
        "--yes",
        "--timings",
        "--faults",
        "faults.json",
    ]);
    assert_eq!(said.code, Some(1));
    let about: Vec<&str> = said
        .talk
        .lines()
        .skip_while(|line| !line.starts_with("x s3.bucket/ccp"))
        .take(3)
        .collect();
    let about = about.join("\n");
    assert!(about.contains("choose another name"), "{about}");
    assert!(!about.contains("import"), "{about}");
    let calls = said
        .talk
        .lines()
        .find(|line| line.trim_start().starts_with("s3.CreateBucket "));
    assert!(
        calls.is_some_and(|line| line.split_whitespace().any(|word| word == "1")),
        "{calls:?}\n{}",
        said.talk
    );
}
