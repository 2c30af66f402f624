//! What is broken, one thing at a time, and the check that has to say so.

use aws_sdk_appstream::types::ComputeCapacity;
use headset_aws::Aws;
use headset_client::services::cloud_front::{
    FoundDistribution, GetDistribution, GetResponseHeadersPolicy, ListDistributions,
    ResponseHeadersPolicyConfig, UpdateDistribution, UpdateResponseHeadersPolicy,
};
use headset_kinds::identity_center::ApplicationSpec;
use headset_kinds::{KindId, idp};
use serde_json::Value;

use super::EDGES;
use crate::kinds::ec2;
use crate::support::Sandbox;
use crate::support::world::edit;
/// Breaks one thing.
pub(super) type Break = for<'a> fn(&'a Aws, &'a mut Sandbox) -> futures_util::future::LocalBoxFuture<'a, ()>;

/// The example in which a check is broken: the first one, unless it lacks what the check is about.
pub(super) fn example_for(check: &str) -> &'static str {
    match check {
        "distribution-deployed" | "headers-served" | "endpoint-available" => EDGES,
        "desktops-let-out" => "enterprise.yaml",
        check if check.starts_with("identity-provider-") => "enterprise-entra.yaml",
        _ => "split-ccp.yaml",
    }
}

/// What is broken, and the check that says so.
pub(super) const BROKEN: &[(&str, Break)] = &[
    ("instance-active", |_, sandbox| {
        Box::pin(async move {
            let failed = serde_json::json!({ "Failed": { "reason": "no capacity", "until": u64::MAX / 2 } });
            edit(&sandbox.simulator, |world| {
                let instances = world["connect"]["instances"].as_object_mut().unwrap();
                instances.values_mut().next().unwrap()["stage"] = failed;
            });
        })
    }),
    ("origin-approved", |aws, _| {
        Box::pin(async move {
            let (instance, origin) = origin(aws).await;
            let request = aws.connect().disassociate_approved_origin();
            request.instance_id(instance).origin(origin).send().await.unwrap();
        })
    }),
    ("user-known", |aws, _| {
        Box::pin(async move {
            let instance = instance(aws).await;
            let users = aws
                .connect()
                .list_users()
                .instance_id(&instance)
                .send()
                .await
                .unwrap();
            let users = users.user_summary_list.unwrap();
            let agent = users
                .iter()
                .find(|user| user.username() == Some("agent1@example.com"))
                .unwrap();
            let request = aws.connect().delete_user().instance_id(instance);
            request.user_id(agent.id().unwrap()).send().await.unwrap();
        })
    }),
    ("file-served", |aws, _| {
        Box::pin(async move {
            aws.s3()
                .delete_bucket_policy()
                .bucket(BUCKET)
                .send()
                .await
                .unwrap();
        })
    }),
    ("file-served", |aws, _| {
        Box::pin(publish(
            aws,
            "in-session.html",
            "application/octet-stream",
            ("", ""),
        ))
    }),
    ("file-served", |aws, _| {
        Box::pin(publish(
            aws,
            "in-session-",
            SCRIPT,
            ("media: false", "media: true"),
        ))
    }),
    // The page without its policy, and with a script that it takes as it comes.
    ("file-served", |aws, _| {
        Box::pin(publish(
            aws,
            "audio-only.html",
            PAGE,
            ("script-src 'self'", "script-src *"),
        ))
    }),
    ("file-served", |aws, _| {
        Box::pin(publish(
            aws,
            "audio-only.html",
            PAGE,
            (" integrity=", " data-integrity="),
        ))
    }),
    ("distribution-deployed", |aws, _| {
        Box::pin(async move {
            let mut now = distribution(aws).await;
            now.found.distribution_config.enabled = false;
            let request = UpdateDistribution {
                id: now.found.id,
                if_match: now.etag,
                distribution_config: now.found.distribution_config,
            };
            aws.ask(request).await.unwrap();
        })
    }),
    ("headers-served", |aws, _| {
        Box::pin(async move {
            let config = distribution(aws).await.found.distribution_config;
            let id = config.default_cache_behavior.response_headers_policy_id.unwrap();
            changed_headers(aws, id, |config| config.security_headers_config = None).await;
        })
    }),
    ("headers-served", |aws, _| {
        Box::pin(async move {
            let config = distribution(aws).await.found.distribution_config;
            let behaviors = config.cache_behaviors.unwrap_or_default();
            let audio = behaviors.as_slice().first().unwrap();
            let id = audio.response_headers_policy_id.clone().unwrap();
            changed_headers(aws, id, |config| {
                let mut headers = config
                    .custom_headers_config
                    .take()
                    .unwrap_or_default()
                    .into_items();
                headers[0].value = headset_kinds::s3::page::SILENT.to_owned();
                config.custom_headers_config = Some(headers.into());
            })
            .await;
        })
    }),
    ("desktops-let-out", |_, one| {
        Box::pin(ec2::security_group::shut(one))
    }),
    ("endpoint-available", |_, one| {
        Box::pin(ec2::vpc_endpoint::delayed(one))
    }),
    ("fleet-running", |aws, _| {
        Box::pin(async move {
            let request = aws.appstream().stop_fleet().name("acme-support-agents");
            request.send().await.unwrap();
        })
    }),
    ("fleet-running", |aws, _| {
        Box::pin(async move {
            let none = ComputeCapacity::builder().desired_instances(0).build();
            let request = aws.appstream().update_fleet().name("acme-support-agents");
            request.compute_capacity(none).send().await.unwrap();
        })
    }),
    ("fleet-running", |_, sandbox| {
        Box::pin(async move {
            edit(&sandbox.simulator, |world| {
                let places = world["appstream"]["places"].as_object_mut().unwrap();
                let fleets = places
                    .values_mut()
                    .find_map(|place| place["fleets"].get_mut("acme-support-agents"));
                let fleet = fleets.unwrap();
                fleet["capacity"]["running"] = 0.into();
                fleet["capacity"]["due"] = (u64::MAX / 2).into();
                fleet["errors"] = serde_json::json!([
                    { "ErrorCode": "IAM_SERVICE_ROLE_IS_MISSING", "ErrorMessage": "the role is not there" }
                ]);
            });
        })
    }),
    ("fleet-associated", |aws, _| {
        Box::pin(async move {
            let request = aws.appstream().disassociate_fleet();
            let request = request
                .fleet_name("acme-support-agents")
                .stack_name("acme-support-agents");
            request.send().await.unwrap();
        })
    }),
    ("streaming-url", |_, sandbox| {
        Box::pin(async move {
            let rule = serde_json::json!({
                "service": "appstream", "operation": "CreateStreamingURL", "times": 20,
                "kind": "error", "code": "OperationNotPermittedException", "status": 400,
            });
            sandbox.simulator.inject(serde_json::from_value(rule).unwrap());
        })
    }),
    ("role-trusts-provider", |aws, _| {
        Box::pin(async move {
            let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
                "Principal":{"AWS":"arn:aws:iam::123456789012:root"}}]}"#;
            let request = aws
                .iam()
                .update_assume_role_policy()
                .role_name("acme-support-connect");
            request.policy_document(trust).send().await.unwrap();
        })
    }),
    ("role-trusts-provider", |aws, _| {
        Box::pin(async move {
            let request = aws.iam().update_role().role_name("acme-support-connect");
            request.max_session_duration(3600).send().await.unwrap();
        })
    }),
    ("role-may-enter", |aws, _| {
        Box::pin(async move {
            let document =
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
            let request = aws.iam().create_policy().policy_name("nothing");
            let made = request.policy_document(document).send().await.unwrap();
            let request = aws.iam().attach_role_policy().role_name("acme-support-connect");
            let request = request.policy_arn(made.policy.unwrap().arn.unwrap());
            request.send().await.unwrap();
        })
    }),
    ("role-may-enter", |aws, _| {
        Box::pin(async move {
            let request = aws.iam().delete_role_policy().role_name("acme-support-connect");
            request.policy_name("headset-federation").send().await.unwrap();
        })
    }),
    ("application-enabled", |aws, _| {
        Box::pin(async move {
            let request = aws
                .sso_admin()
                .update_application()
                .application_arn(application(aws).await);
            request.status("DISABLED".into()).send().await.unwrap();
        })
    }),
    ("group-assigned", |aws, _| {
        Box::pin(async move {
            let arn = application(aws).await;
            let assigned = aws
                .sso_admin()
                .list_application_assignments()
                .application_arn(&arn);
            let assigned = assigned.send().await.unwrap().application_assignments.unwrap();
            let request = aws
                .sso_admin()
                .delete_application_assignment()
                .application_arn(arn);
            let request = request.principal_id(&assigned[0].principal_id);
            request
                .principal_type(assigned[0].principal_type.clone())
                .send()
                .await
                .unwrap();
        })
    }),
    ("provider-valid", |_, sandbox| {
        Box::pin(async move {
            // The certificate of the simulated identity provider has ended by then.
            let mut snapshot = sandbox.simulator.snapshot();
            snapshot["now"] = 7_258_118_400_000_u64.into();
            sandbox.simulator.restore(&snapshot).unwrap();
        })
    }),
    ("provider-current", |aws, _| {
        Box::pin(async move {
            let providers = aws.iam().list_saml_providers().send().await.unwrap();
            let arn = providers.saml_provider_list()[0].arn().unwrap().to_owned();
            let answer = aws.iam().get_saml_provider().saml_provider_arn(&arn).send();
            let metadata = answer.await.unwrap().saml_metadata_document.unwrap();
            let other = metadata.replace("/saml/assertion/", "/saml/assertion/another/");
            assert_ne!(other, metadata);
            let request = aws.iam().update_saml_provider().saml_provider_arn(arn);
            request.saml_metadata_document(other).send().await.unwrap();
        })
    }),
    ("identity-center-metadata", |_, sandbox| {
        Box::pin(async move {
            edit(&sandbox.simulator, |world| {
                let applications = world["sso_admin"]["applications"].as_object_mut().unwrap();
                applications.values_mut().next().unwrap()["saml"]["rotations"] = 1.into();
            });
        })
    }),
    ("identity-provider-metadata", |_, sandbox| {
        Box::pin(async move {
            edit(&sandbox.simulator, |world| {
                let store = &mut world["identity_provider"];
                let applications = store["applications"].as_object_mut().unwrap();
                applications.values_mut().next().unwrap()["rotations"] = 1.into();
            });
        })
    }),
    ("frame-allowed", |_, sandbox| {
        Box::pin(async move {
            // It was approved, and that has not come to the panel yet.
            edit(&sandbox.simulator, |world| {
                let instances = world["connect"]["instances"].as_object_mut().unwrap();
                instances.values_mut().next().unwrap()["origins"][0][1] = 7_258_118_400_000_u64.into();
            });
        })
    }),
    ("one-origin", |_, sandbox| {
        Box::pin(async move {
            // The image is as the blueprint has it, and opens a page that Amazon Connect will not let frame the panel.
            let (_, text) = crate::support::example("split-ccp.yaml");
            let elsewhere = "open: \"https://old.example.com/in-session.html\"";
            sandbox.rewrite(&crate::support::fixtures::with(
                &text,
                &[("open: ccp.in_session", elsewhere)],
            ));
            let outcome = sandbox.apply(None).await;
            assert!(outcome.is_done(), "{outcome:?}");
        })
    }),
    ("inactivity-logout-off", |_, sandbox| {
        Box::pin(async move {
            edit(&sandbox.simulator, |world| {
                let instances = world["connect"]["instances"].as_object_mut().unwrap();
                instances.values_mut().next().unwrap()["inactivity"] = 30.into();
            });
        })
    }),
    ("boundary-lets-in", |aws, _| {
        Box::pin(async move {
            let document =
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
            let request = aws.iam().create_policy().policy_name("narrow");
            let made = request.policy_document(document).send().await.unwrap();
            let request = aws
                .iam()
                .put_role_permissions_boundary()
                .role_name("acme-support-connect");
            let request = request.permissions_boundary(made.policy.unwrap().arn.unwrap());
            request.send().await.unwrap();
        })
    }),
    ("assigned-users-known", |_, sandbox| {
        Box::pin(async move {
            edit(&sandbox.simulator, |world| {
                let users = world["identity_store"]["users"].as_array_mut().unwrap();
                let is_agent = |user: &&mut Value| user["body"]["Emails"][0]["Value"] == "agent1@example.com";
                let agent = users.iter_mut().find(is_agent).unwrap();
                agent["body"]["Emails"][0]["Value"] = "Agent1@example.com".into();
            });
        })
    }),
    ("identity-center-start-url", |_, sandbox| {
        Box::pin(async move {
            edit(&sandbox.simulator, |world| {
                world["sso_admin"]["portal_is_closed"] = true.into();
            });
        })
    }),
    ("identity-provider-start-url", |_, sandbox| {
        Box::pin(async move {
            edit(&sandbox.simulator, |world| {
                world["identity_provider"]["is_closed"] = true.into();
            });
        })
    }),
    ("identity-center-relay-state", |_, sandbox| {
        Box::pin(async move { typed(sandbox, ApplicationSpec::KIND, "eu-west-2", "eu-central-1") })
    }),
    ("identity-provider-relay-state", |_, sandbox| {
        Box::pin(async move {
            typed(
                sandbox,
                idp::ApplicationSpec::KIND,
                "destination=%2F",
                "destination=%2Fother%2F",
            );
        })
    }),
    ("image-available", |_, sandbox| {
        Box::pin(async move {
            edit(&sandbox.simulator, |world| {
                let places = world["appstream"]["places"].as_object_mut().unwrap();
                for place in places.values_mut() {
                    for image in place["images"]
                        .as_object_mut()
                        .into_iter()
                        .flatten()
                        .map(|(_, image)| image)
                    {
                        image["state"] = "FAILED".into();
                    }
                }
            });
        })
    }),
    // It is there, and lacks one of its applications.
    ("image-available", |_, sandbox| {
        Box::pin(async move {
            edit(&sandbox.simulator, |world| {
                let places = world["appstream"]["places"].as_object_mut().unwrap();
                let images = places
                    .values_mut()
                    .flat_map(|place| place["images"].as_object_mut().unwrap().values_mut());
                for image in images {
                    let applications = image["applications"].as_array_mut().unwrap();
                    let before = applications.len();
                    applications.retain(|application| application["Name"] != "crm");
                    assert!(applications.len() < before);
                }
            });
        })
    }),
];

/// The bucket of the pages.
const BUCKET: &str = "acme-support-ccp-123456789012-eu-west-2";
const PAGE: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Publishes a file, of which the key's beginning is given, once more: of this type, and with something else in it.
async fn publish(aws: &Aws, start: &str, content_type: &str, (from, to): (&str, &str)) {
    let listed = aws.s3().list_objects_v2().bucket(BUCKET).prefix(start);
    let listed = listed.send().await.unwrap();
    let key = listed.contents()[0].key().unwrap();
    let found = aws
        .s3()
        .get_object()
        .bucket(BUCKET)
        .key(key)
        .send()
        .await
        .unwrap();
    let text = found.body.collect().await.unwrap().into_bytes();
    let text = String::from_utf8(text.to_vec()).unwrap();
    assert!(text.contains(from), "{key} has no {from}");
    let request = aws
        .s3()
        .put_object()
        .bucket(BUCKET)
        .key(key)
        .content_type(content_type);
    let body = text.replacen(from, to, 1).into_bytes();
    request.body(body.into()).send().await.unwrap();
}

/// The distribution that serves the pages.
async fn distribution(aws: &Aws) -> FoundDistribution {
    let listed = aws.ask(ListDistributions::default()).await.unwrap();
    let id = listed.distribution_list.into_items().remove(0).id;
    aws.ask(GetDistribution { id }).await.unwrap()
}

/// Others change which headers pages come with.
async fn changed_headers(aws: &Aws, id: String, change: impl FnOnce(&mut ResponseHeadersPolicyConfig)) {
    let now = aws
        .ask(GetResponseHeadersPolicy { id: id.clone() })
        .await
        .unwrap();
    let mut config = now.found.response_headers_policy_config;
    change(&mut config);
    let request = UpdateResponseHeadersPolicy {
        id,
        if_match: now.etag,
        response_headers_policy_config: config,
    };
    aws.ask(request).await.unwrap();
}

/// A person has typed another relay state than the worksheet says.
fn typed(sandbox: &Sandbox, kind: KindId, from: &str, to: &str) {
    let state = sandbox.state();
    let mut addresses = state.resources.keys().filter(|address| address.kind == kind);
    let address = addresses.next().unwrap();
    let mut answers = sandbox.answers().get(address).unwrap();
    let mut worksheet: Value = serde_json::from_str(&answers[headset_kinds::idp::WORKSHEET]).unwrap();
    let relay_state = worksheet["relay_state"].as_str().unwrap();
    let other = relay_state.replace(from, to);
    assert_ne!(other, relay_state);
    worksheet["relay_state"] = other.into();
    answers.insert(headset_kinds::idp::WORKSHEET.to_owned(), worksheet.to_string());
    sandbox.answers().put(address, &answers).unwrap();
}

async fn instance(aws: &Aws) -> String {
    let instances = aws.connect().list_instances().send().await.unwrap();
    instances.instance_summary_list.unwrap()[0].id.clone().unwrap()
}

async fn origin(aws: &Aws) -> (String, String) {
    let instance = instance(aws).await;
    let origins = aws
        .connect()
        .list_approved_origins()
        .instance_id(&instance)
        .send()
        .await
        .unwrap();
    (instance, origins.origins.unwrap().remove(0))
}

async fn application(aws: &Aws) -> String {
    let instances = aws.sso_admin().list_instances().send().await.unwrap();
    let instance = instances.instances.unwrap()[0].instance_arn.clone().unwrap();
    let applications = aws
        .sso_admin()
        .list_applications()
        .instance_arn(instance)
        .send()
        .await
        .unwrap();
    applications.applications.unwrap()[0]
        .application_arn
        .clone()
        .unwrap()
}
