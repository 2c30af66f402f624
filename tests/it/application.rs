//! The application at the identity provider, over the life of an environment: one application, whatever changes, and
//! whoever was assigned to it is taken off it again.

use aws_sdk_identitystore::types::{AlternateIdentifier, AttributeOperation, UniqueAttribute};
use aws_smithy_types::Document;
use headset::aws::Aws;
use headset::resource::Address;
use headset::sim::world::Settings;
use serde_json::json;

use crate::commands::Desk;
use crate::support::{Sandbox, on_virtual_time};

const TEXT: &str = "\
version: 1
name: acme
aws: { region: eu-west-2, identity_center: { region: us-east-1 } }
lifetime: 1d
connect:
  alias: acme
  users:
    agent1@example.com: { first: Agent, last: One, security: [Agent] }
sign_in:
  idp: IDP
";

const CENTER: &str = "{ identity_center: { application: acme, groups: [agents] } }";
const STORE: &str = "d-9067f1c2a3";

fn text(idp: &str) -> String {
    TEXT.replace("IDP", idp)
}

fn sandbox(idp: &str) -> Sandbox {
    Sandbox::new("application.yaml", &text(idp), Settings::default())
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn group_named(name: &str) -> AlternateIdentifier {
    let attribute = UniqueAttribute::builder()
        .attribute_path("displayName")
        .attribute_value(Document::String(name.to_owned()))
        .build()
        .unwrap();
    AlternateIdentifier::UniqueAttribute(attribute)
}

async fn group_id(aws: &Aws, name: &str) -> String {
    let client = aws.identity_store();
    let request = client.get_group_id().identity_store_id(STORE);
    let answer = request
        .alternate_identifier(group_named(name))
        .send()
        .await
        .unwrap();
    answer.group_id().to_owned()
}

async fn rename_group(aws: &Aws, id: &str, name: &str) {
    let operation = AttributeOperation::builder()
        .attribute_path("displayName")
        .attribute_value(Document::String(name.to_owned()))
        .build()
        .unwrap();
    let client = aws.identity_store();
    let request = client.update_group().identity_store_id(STORE).group_id(id);
    request.operations(operation).send().await.unwrap();
}

async fn create_group(aws: &Aws, name: &str) -> String {
    let client = aws.identity_store();
    let request = client.create_group().identity_store_id(STORE).display_name(name);
    request.send().await.unwrap().group_id().to_owned()
}

/// Who is assigned to the only application, by id.
async fn assigned(aws: &Aws) -> Vec<String> {
    let client = aws.sso_admin();
    let instances = client.list_instances().send().await.unwrap();
    let instance = instances.instances()[0].instance_arn().unwrap();
    let listed = client
        .list_applications()
        .instance_arn(instance)
        .send()
        .await
        .unwrap();
    let [application] = listed.applications() else {
        panic!("{:?}", listed.applications())
    };
    let arn = application.application_arn().unwrap();
    let request = client.list_application_assignments().application_arn(arn);
    let listed = request.send().await.unwrap();
    listed
        .application_assignments()
        .iter()
        .map(|one| one.principal_id().to_owned())
        .collect()
}

#[test]
fn a_renamed_group_loses_what_it_was_assigned() {
    on_virtual_time(async {
        let sandbox = sandbox(CENTER);
        sandbox.apply(None).await;
        let aws = sandbox.aws(None).await;
        let former = group_id(&aws, "agents").await;
        assert_eq!(assigned(&aws).await, [former.as_str()]);

        // Another group takes its name: the plan says who is assigned, and that it changes.
        rename_group(&aws, &former, "former-agents").await;
        let now = create_group(&aws, "agents").await;
        let plan = sandbox.plan().await;
        let step = &plan.steps[&address("identity_center.assignment/GROUP:agents")];
        let [change] = step.action.diff() else {
            panic!("{step:?}")
        };
        assert_eq!(
            (change.field.as_str(), &change.have, &change.want),
            ("principal_name", &json!("former-agents"), &json!("agents"))
        );
        let outcome = sandbox.apply(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        assert_eq!(assigned(&aws).await, [now.as_str()]);
        assert!(sandbox.plan().await.is_empty(), "{:#?}", sandbox.plan().await);

        // The name is gone: what is assigned is still told, and taken away by its id.
        rename_group(&aws, &now, "gone-agents").await;
        assert_eq!(sandbox.plan().await.changes(), 1);
        let outcome = sandbox.destroy(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        assert_eq!(assigned(&aws).await, Vec::<String>::new());
    });
}

#[test]
fn a_deleted_group_that_was_made_anew_is_assigned_anew() {
    on_virtual_time(async {
        let sandbox = sandbox(CENTER);
        sandbox.apply(None).await;
        let aws = sandbox.aws(None).await;
        let former = group_id(&aws, "agents").await;
        let client = aws.identity_store();
        let request = client.delete_group().identity_store_id(STORE).group_id(&former);
        request.send().await.unwrap();
        let now = create_group(&aws, "agents").await;
        let outcome = sandbox.apply(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        assert!(assigned(&aws).await.contains(&now));
        assert!(sandbox.plan().await.is_empty());
    });
}

#[test]
fn without_an_arn_the_first_apply_ends_with_the_assignment_as_a_checkpoint() {
    let metadata = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/resource/iam/samples/metadata.xml"
    );
    let idp = format!(
        "{{ identity_center: {{ application: acme, groups: [agents], metadata: {{ file: \"{metadata}\" }}, \
         start_url: \"https://idp.example.com/start\" }} }}"
    );
    let desk = Desk::with(&text(&idp));
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    assert!(!said.talk.contains("headset:internal"), "{}", said.talk);
    assert_eq!(said.code, Some(3), "{}{}", said.data, said.talk);
    assert!(
        said.talk
            .contains("# Checkpoint identity_center.assignment/GROUP:agents"),
        "{}",
        said.talk
    );
    let list = desk.run(&["checkpoint", "list", "center.yaml", "--sim"]);
    assert!(
        list.data
            .contains("identity_center.assignment/GROUP:agents  open"),
        "{}",
        list.data
    );
}
