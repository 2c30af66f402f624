//! The application at the identity provider, over the life of an environment: one application through all changes, and
//! all who were assigned to it are taken off it again.

use headset_aws::Aws;
use headset_client::services::identity_store::{AlternateIdentifier, GetGroupId};
use headset_core::Address;
use headset_engine::plan::{Action, Reason};
use headset_simulator::console;
use headset_simulator::world::Settings;
use serde_json::{Value, json};

use crate::support::desk::Desk;
use crate::support::operations::{AttributeOperation, CreateGroup, DeleteGroup, UpdateGroup};
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

pub(crate) const CENTER: &str = "{ identity_center: { application: acme, groups: [agents] } }";
const STORE: &str = "d-9067f1c2a3";

pub(crate) fn text(idp: &str) -> String {
    TEXT.replace("IDP", idp)
}

pub(super) fn sandbox(idp: &str) -> Sandbox {
    Sandbox::new("application.yaml", &text(idp), Settings::default())
}

pub(super) fn address(text: &str) -> Address {
    text.parse().unwrap()
}

/// An action of the console of IAM Identity Center.
pub(super) fn console(sandbox: &Sandbox, path: &str, input: &Value) -> Value {
    sandbox
        .simulator
        .with_world(|world, now| console::act(world, &format!("identity-center/{path}"), input, now))
        .unwrap()
}

/// The SAML applications that people made: their names.
fn applications(sandbox: &Sandbox) -> Vec<String> {
    let listed = console(sandbox, "applications/list", &json!({}));
    let names = listed["applications"].as_array().unwrap().iter();
    names
        .map(|one| one["display_name"].as_str().unwrap().to_owned())
        .collect()
}

async fn group_id(aws: &Aws, name: &str) -> String {
    let request = GetGroupId {
        identity_store_id: STORE.to_owned(),
        alternate_identifier: AlternateIdentifier::of("displayName", name),
    };
    aws.ask(request).await.unwrap().group_id
}

async fn rename_group(aws: &Aws, id: &str, name: &str) {
    let operation = AttributeOperation {
        attribute_path: "displayName",
        attribute_value: name.to_owned(),
    };
    let update = UpdateGroup {
        identity_store_id: STORE.to_owned(),
        group_id: id.to_owned(),
        operations: vec![operation],
    };
    aws.ask(update).await.unwrap();
}

async fn create_group(aws: &Aws, name: &str) -> String {
    let create = CreateGroup {
        identity_store_id: STORE.to_owned(),
        display_name: name.to_owned(),
    };
    aws.ask(create).await.unwrap().group_id
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

        // The name is gone: what is assigned is still reported, and taken away by its id.
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
        let delete = DeleteGroup {
            identity_store_id: STORE.to_owned(),
            group_id: former,
        };
        aws.ask(delete).await.unwrap();
        let now = create_group(&aws, "agents").await;
        let outcome = sandbox.apply(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        assert!(assigned(&aws).await.contains(&now));
        assert!(sandbox.plan().await.is_empty());
    });
}

#[test]
fn without_an_arn_the_first_apply_ends_with_the_assignment_as_a_checkpoint() {
    let idp = "{ identity_center: { application: acme, groups: [agents], metadata: { file: metadata.xml }, \
         start_url: \"https://idp.example.com/start\" } }";
    let desk = Desk::with(&text(idp));
    let metadata = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/crates/kinds/src/iam/samples/metadata.xml"
    ));
    std::fs::write(desk.path().join("metadata.xml"), metadata).unwrap();
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

pub(crate) const APPLICATION: &str = "identity_center.application/acme";

/// The only SAML application as it was typed.
pub(super) fn typed(sandbox: &Sandbox) -> Value {
    let listed = console(sandbox, "applications/list", &json!({}));
    let arn = &listed["applications"][0]["application_arn"];
    console(sandbox, "applications/show", &json!({ "application_arn": arn }))
}

#[test]
fn a_changed_value_is_edited_in_the_one_application() {
    on_virtual_time(async {
        let mut sandbox = sandbox(CENTER);
        sandbox.apply(None).await;
        sandbox.rewrite(&format!("{}  role: {{ session: 10h }}\n", text(CENTER)));

        let plan = sandbox.plan().await;
        let step = &plan.steps[&address(APPLICATION)];
        assert_eq!(step.reason, Reason::ValuesChanged);
        let Action::Await { checkpoint, diff } = &step.action else {
            panic!("{step:?}")
        };
        let changed: Vec<&str> = diff.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(changed, ["session", "mappings"]);
        let sheet = &checkpoint.worksheet;
        for line in [
            "- Application: `acme`",
            "Choose **Actions**, **Edit configuration**, and save at the end.",
            "- Session duration: `10 hours` (it was `12 hours`)",
            "Choose **Actions**, **Edit attribute mappings**, and save at the end.",
            "| `https://aws.amazon.com/SAML/Attributes/SessionDuration` | `36000` | `unspecified` |",
            "headset checkpoint answer BLUEPRINT identity_center.application/acme edited=yes",
        ] {
            assert!(sheet.lines().any(|one| one == line), "no line {line}\n{sheet}");
        }
        for other in ["Add application", "Relay state", "/Attributes/Role`"] {
            assert!(!sheet.contains(other), "{other}\n{sheet}");
        }
        // Everything that hangs on the application stays as it is.
        for (other, step) in &plan.steps {
            let kept = ["identity_center.assignment", "iam.saml_provider"].contains(&other.kind.name());
            assert!(!kept || matches!(step.action, Action::Keep), "{step:?}");
        }

        // It is not edited yet: the rest is done.
        let outcome = sandbox.apply_alone().await;
        assert!(
            outcome.failed.is_empty() && outcome.unfinished.is_empty(),
            "{outcome:?}"
        );
        assert_eq!(outcome.open.len(), 1);
        assert_eq!(typed(&sandbox)["session_seconds"], 43_200);
        let plan = sandbox.plan().await;
        assert_eq!((plan.changes(), plan.checkpoints()), (0, 1), "{plan:#?}");

        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        assert_eq!(applications(&sandbox), ["acme"]);
        let shown = typed(&sandbox);
        assert_eq!(shown["session_seconds"], 36_000);
        assert_eq!(shown["attribute_mappings"].as_array().unwrap().len(), 4);
        assert!(sandbox.plan().await.is_empty(), "{:#?}", sandbox.plan().await);
    });
}

#[test]
fn another_display_name_is_the_same_application() {
    on_virtual_time(async {
        let mut sandbox = sandbox(CENTER);
        sandbox.apply(None).await;
        let aws = sandbox.aws(None).await;
        let before = assigned(&aws).await;
        sandbox.rewrite(&text(
            "{ identity_center: { application: Acme Desk, groups: [agents] } }",
        ));
        let plan = sandbox.plan().await;
        let now = address("identity_center.application/Acme Desk");
        assert!(plan.steps[&now].action.edits(), "{:?}", plan.steps[&now]);
        assert!(
            plan.moved.contains(&(address(APPLICATION), now)),
            "{:?}",
            plan.moved
        );
        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        assert_eq!(applications(&sandbox), ["Acme Desk"]);
        assert_eq!(assigned(&aws).await, before);
        assert!(sandbox.plan().await.is_empty(), "{:#?}", sandbox.plan().await);
    });
}

#[test]
fn after_a_destroy_the_old_application_is_taken_up_again() {
    on_virtual_time(async {
        let sandbox = sandbox(CENTER);
        sandbox.apply(None).await;
        let relay = typed(&sandbox)["relay_state"].clone();
        let outcome = sandbox.destroy(None).await;
        assert!(outcome.failed.is_empty(), "{outcome:?}");
        assert_eq!(applications(&sandbox), ["acme"], "a person deletes it");

        let plan = sandbox.plan().await;
        let step = &plan.steps[&address(APPLICATION)];
        let Action::Await { checkpoint, .. } = &step.action else {
            panic!("{step:?}")
        };
        assert!(
            step.action.edits() && step.reason == Reason::ValuesChangedSince,
            "{:?}",
            step.reason
        );
        assert!(
            checkpoint.worksheet.contains("- Application ARN: `arn:aws:sso::"),
            "{}",
            checkpoint.worksheet
        );
        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        assert_eq!(applications(&sandbox), ["acme"]);
        assert_ne!(
            typed(&sandbox)["relay_state"],
            relay,
            "another instance, another relay state"
        );
        assert!(sandbox.plan().await.is_empty(), "{:#?}", sandbox.plan().await);

        // If a person has deleted it meanwhile, a new one is asked for.
        sandbox.destroy(None).await;
        let listed = console(&sandbox, "applications/list", &json!({}));
        let arn = &listed["applications"][0]["application_arn"];
        console(
            &sandbox,
            "applications/delete",
            &json!({ "application_arn": arn }),
        );
        let plan = sandbox.plan().await;
        let step = &plan.steps[&address(APPLICATION)];
        assert!(
            matches!(&step.action, Action::Await { diff, .. } if diff.is_empty()),
            "{step:?}"
        );
        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        assert_eq!(applications(&sandbox), ["acme"]);
    });
}

#[test]
fn other_products_are_edited_in_their_own_words() {
    for (product, words) in [
        (
            "okta",
            [
                "under **SAML Settings**, choose **Edit**",
                "| Group | `supervisors` |",
            ],
        ),
        (
            "entra",
            [
                "edit **Attributes & Claims**; at the end **Save**",
                "| Group | `supervisors` | `acme-connect` |",
            ],
        ),
        (
            "adfs",
            [
                "Choose **Edit Claim Issuance Policy** of the trust; at the end **OK**",
                "| Group | `supervisors` |",
            ],
        ),
        (
            "google",
            [
                "- SessionDuration: `36000` (it was `43200`)",
                "| Group | `supervisors` |",
            ],
        ),
        ("pingone", ["`\"36000\"`", "| Group | `supervisors` |"]),
        (
            "pingfederate",
            ["`Text` | `36000` |", "| Group | `supervisors` |"],
        ),
        (
            "other",
            ["These rows have to be like this:", "| Group | `supervisors` |"],
        ),
    ] {
        on_virtual_time(async {
            let idp = |groups: &str| format!("{{ {product}: {{ application: acme, groups: [{groups}] }} }}");
            let mut sandbox = sandbox(&idp("agents"));
            sandbox.apply(None).await;
            let state = sandbox.state();
            let record = &state.resources[&address("idp.application/acme")];
            let start = record.outputs["start_url"].clone();
            let shown = || {
                let named = json!({ "start_url": start });
                sandbox
                    .simulator
                    .with_world(|world, now| {
                        console::act(world, "identity-provider/applications/show", &named, now)
                    })
                    .unwrap()
            };
            let before = shown();
            assert_eq!(before["assigned"].as_array().unwrap().len(), 1);
            let simulator = sandbox.simulator.clone();
            sandbox.rewrite(&format!(
                "{}  role: {{ session: 10h }}\n",
                text(&idp("supervisors"))
            ));
            let plan = sandbox.plan().await;
            let step = &plan.steps[&address("idp.application/acme")];
            let Action::Await { checkpoint, .. } = &step.action else {
                panic!("{product}: {step:?}")
            };
            for word in words {
                assert!(
                    checkpoint.worksheet.contains(word),
                    "{product}: {word}\n{}",
                    checkpoint.worksheet
                );
            }
            assert!(
                !checkpoint.worksheet.contains("relay"),
                "{}",
                checkpoint.worksheet
            );
            let outcome = sandbox.apply(None).await;
            assert!(
                outcome.failed.is_empty() && outcome.open.is_empty(),
                "{product}: {outcome:?}"
            );
            let named = json!({ "start_url": start });
            let after = simulator
                .with_world(|world, now| {
                    console::act(world, "identity-provider/applications/show", &named, now)
                })
                .unwrap();
            assert_eq!(
                after["assigned"].as_array().unwrap().len(),
                1,
                "{product}: one group for another"
            );
            assert_ne!(after["assigned"], before["assigned"], "{product}");
            assert!(
                after["attributes"].to_string().contains("36000"),
                "{product}: {after}"
            );
            assert_eq!(after["relay_state"], before["relay_state"], "{product}");
            assert!(
                sandbox.plan().await.is_empty(),
                "{product}: {:#?}",
                sandbox.plan().await
            );
        });
    }
}

#[test]
fn an_edit_is_answered_on_the_command_line() {
    let desk = Desk::with(&text(CENTER));
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.write(&format!("{}  role: {{ session: 10h }}\n", text(CENTER)));
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    assert_eq!(said.code, Some(3), "{}{}", said.data, said.talk);
    assert!(said.data.contains("its values changed"), "{}", said.data);
    let list = desk.run(&["checkpoint", "list", "center.yaml", "--sim"]);
    assert_eq!(list.code, Some(3));
    assert!(
        list.data
            .contains("identity_center.application/acme  open      edit the SAML application `acme`"),
        "{}",
        list.data
    );
    let sheet = desk
        .ok(&["checkpoint", "show", "center.yaml", APPLICATION, "--sim"])
        .data;
    assert!(
        sheet.contains("- Session duration: `10 hours` (it was `12 hours`)"),
        "{sheet}"
    );
    let refused = desk.run(&[
        "checkpoint",
        "answer",
        "center.yaml",
        APPLICATION,
        "edited=later",
        "--sim",
    ]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.talk.contains("edited: `later` is not `yes`"),
        "{}",
        refused.talk
    );
    desk.ok(&[
        "checkpoint",
        "answer",
        "center.yaml",
        APPLICATION,
        "edited=yes",
        "--sim",
    ]);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    desk.ok(&["checkpoint", "list", "center.yaml", "--sim"]);

    // It is not there any more: the worksheet for a new one follows.
    desk.write(&text(CENTER));
    desk.ok(&[
        "checkpoint",
        "answer",
        "center.yaml",
        APPLICATION,
        "gone=yes",
        "--sim",
    ]);
    let sheet = desk
        .ok(&["checkpoint", "show", "center.yaml", APPLICATION, "--sim"])
        .data;
    assert!(sheet.contains("**Add application**"), "{sheet}");
}

#[test]
fn a_disabled_application_is_enabled_and_not_deleted() {
    on_virtual_time(async {
        let sandbox = sandbox(CENTER);
        sandbox.apply(None).await;
        let listed = console(&sandbox, "applications/list", &json!({}));
        let arn = &listed["applications"][0]["application_arn"];
        console(
            &sandbox,
            "applications/update",
            &json!({ "application_arn": arn, "status": "Disabled" }),
        );
        let plan = sandbox.plan().await;
        let step = &plan.steps[&address(APPLICATION)];
        assert!(step.action.edits() && plan.changes() == 0, "{step:?}");
        let outcome = sandbox.apply(None).await;
        assert!(
            outcome.failed.is_empty() && outcome.open.is_empty(),
            "{outcome:?}"
        );
        assert_eq!(console(&sandbox, "applications/list", &json!({})), listed);
        assert!(sandbox.plan().await.is_empty());
    });
}

#[test]
fn metadata_that_changes_in_the_blueprint_holds() {
    let document = |name: &str| {
        let path = format!(
            "{}/crates/kinds/src/iam/samples/{name}.xml",
            env!("CARGO_MANIFEST_DIR")
        );
        std::fs::read_to_string(path).unwrap()
    };
    let idp = "{ other: { application: acme, groups: [agents], metadata: { file: metadata.xml }, \
         start_url: \"https://idp.example.com/start\" } }";
    let desk = Desk::with(&text(idp));
    let file = desk.path().join("metadata.xml");
    std::fs::write(&file, document("metadata")).unwrap();
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    std::fs::write(&file, document("rotated")).unwrap();
    let plan = desk.ok(&["plan", "center.yaml", "--sim"]).data;
    assert!(plan.contains("~ iam.saml_provider/idp"), "{plan}");
    let said = desk.run(&[
        "checkpoint",
        "answer",
        "center.yaml",
        "idp.application/acme",
        "start_url=https://idp.example.com/elsewhere",
        "--sim",
    ]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.talk.contains("the blueprint itself sets `start_url`"),
        "{}",
        said.talk
    );
    desk.ok(&["apply", "center.yaml", "--sim", "--yes"]);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
}
