use super::*;
use crate::service::Fault;
use crate::world::Settings;

const NOW: Moment = Moment(1_750_000_000_000);

fn world() -> World {
    World::new(Settings::default(), NOW)
}

const RELAY: &str =
    "https://eu-west-2.console.aws.amazon.com/connect/federate/0a1b2c3d?destination=%2Fccp-v2";
const ROLE: &str = "arn:aws:iam::123456789012:saml-provider/acme,arn:aws:iam::123456789012:role/acme";

fn worksheet() -> String {
    format!(
        "# Checkpoint identity_center.application/acme-support\n\n\
         A person with access to IAM Identity Center does this by hand.\n\n\
         ## Where\n\nOpen the console in `us-east-1`.\n\n\
         ## Application properties\n\n\
         - Display name: `Acme support`\n\
         - Description: `The contact center`\n\
         - Relay state: `{RELAY}`\n\
         - Session duration: `12 hours`\n\
         - Application ACS URL: `https://signin.aws.amazon.com/saml`\n\
         - Application SAML audience: `urn:amazon:webservices`\n\n\
         ## Attribute mappings\n\n\
         | User attribute in the application | Maps to this string value or user attribute in IAM Identity Center | Format |\n\
         |---|---|---|\n\
         | `Subject` | `${{user:email}}` | `emailAddress` |\n\
         | `https://aws.amazon.com/SAML/Attributes/RoleSessionName` | `${{user:email}}` | `unspecified` |\n\
         | `https://aws.amazon.com/SAML/Attributes/Role` | `{ROLE}` | `unspecified` |\n\n\
         ## Answers\n\n\
         - `metadata`: the address of the SAML metadata file\n\
         - `application_arn` (optional): its ARN\n\
         - `colour`: something that cannot be known\n"
    )
}

fn shown(world: &mut World, answers: &BTreeMap<String, String>) -> Value {
    let named = json!({ "application_arn": answers["application_arn"] });
    sso_admin::console(world, &["applications", "show"], &named, NOW).unwrap()
}

fn served(world: &World, metadata: &str) -> bool {
    let token = metadata.rsplit('/').next().unwrap();
    sso_admin::saml_metadata(world, token).is_some()
}

#[test]
fn an_application_worksheet_is_typed_and_answered() {
    let mut world = world();
    let answers = read_and_act(&mut world, &worksheet(), None, NOW).unwrap();
    let keys: Vec<&str> = answers.keys().map(String::as_str).collect();
    assert_eq!(keys, ["application_arn", "metadata"]);
    let typed = shown(&mut world, &answers);
    assert_eq!(typed["display_name"], "Acme support");
    assert_eq!(typed["description"], "The contact center");
    assert_eq!(typed["relay_state"], RELAY);
    assert_eq!(typed["session_seconds"], 43_200);
    assert_eq!(typed["attribute_mappings"][2]["value"], ROLE);
    assert!(served(&world, &answers["metadata"]));
}

/// A worksheet that asks for the application's link; `assign` is what it says about who is assigned.
fn link_worksheet(arn: &str, assign: &str) -> String {
    format!(
        "# Checkpoint identity_center.link/acme-support\n\nCopy it.\n\n{assign}## Copy the link\n\n\
         - Application: `Acme support`\n- Application ARN: `{arn}`\n\n## Answers\n\n- `start_url`: the link\n"
    )
}

#[test]
fn a_link_shows_once_a_group_is_assigned() {
    let mut world = world();
    let made = read_and_act(&mut world, &worksheet(), None, NOW).unwrap();
    let sheet = link_worksheet(&made["application_arn"], "");
    let said = read_and_act(&mut world, &sheet, None, NOW).unwrap_err();
    assert!(
        said.contains("the access portal refused: no user or group is assigned"),
        "{said}"
    );
    let assign = json!({ "application_arn": made["application_arn"], "groups": ["agents"] });
    sso_admin::console(&mut world, &["applications", "assign"], &assign, NOW).unwrap();
    let answers = read_and_act(&mut world, &sheet, None, NOW).unwrap();
    let start = "https://d-9067f1c2a3.awsapps.com/start/#/saml/custom/Acme%20support/";
    assert!(answers["start_url"].starts_with(start), "{answers:?}");
    assert_eq!(answers.len(), 1);
}

#[test]
fn without_assignments_the_worksheet_has_to_ask_for_one() {
    let mut world = world();
    let made = read_and_act(&mut world, &worksheet(), None, NOW).unwrap();
    let sheet = link_worksheet(&made["application_arn"], "## Assign a user\n\nAny.\n\n");
    let answers = read_and_act(&mut world, &sheet, None, NOW).unwrap();
    assert!(answers["start_url"].contains("#/saml/custom/"), "{answers:?}");
}

#[test]
fn the_metadata_can_be_fetched_where_the_simulator_listens() {
    let mut world = world();
    let answers = read_and_act(&mut world, &worksheet(), Some("http://127.0.0.1:4566"), NOW).unwrap();
    assert!(answers["metadata"].starts_with("http://127.0.0.1:4566/"));
}

#[test]
fn only_what_is_asked_is_answered() {
    let sheet = worksheet();
    let sheet = sheet.split("- `application_arn`").next().unwrap();
    let answers = read_and_act(&mut world(), sheet, None, NOW).unwrap();
    assert_eq!(answers.keys().collect::<Vec<_>>(), ["metadata"]);
}

#[test]
fn layout_is_read_with_tolerance() {
    let sheet = worksheet()
        .replace("- Display name:", "* **Display name**:")
        .replace("- Description:", "2. Description (optional):")
        .replace("|---|---|---|", "| :--- | --- | ---: |")
        .replace("\n", "\r\n");
    let mut world = world();
    let answers = read_and_act(&mut world, &sheet, None, NOW).unwrap();
    let typed = shown(&mut world, &answers);
    assert_eq!(typed["display_name"], "Acme support");
    assert_eq!(typed["description"], "The contact center");
}

#[test]
fn values_are_read_strictly() {
    for (from, to, complaint) in [
        ("- Application ACS URL", "- ACS", "Application ACS URL"),
        ("`12 hours`", "`a day`", "session_duration"),
        ("${user:email}", "${user:mail}", "not a user attribute"),
        ("# Checkpoint ", "# Chapter ", "title"),
        (
            "identity_center.application/",
            "okta.application/",
            "okta.application",
        ),
        ("| User attribute", "| Attribute", "table"),
        (
            "- Description: `The",
            "- Display name: `The",
            "two different values",
        ),
    ] {
        let sheet = worksheet().replace(from, to);
        let said = read_and_act(&mut world(), &sheet, None, NOW).unwrap_err();
        assert!(said.contains(complaint), "{from}: {said}");
    }
}

#[test]
fn mistakes_are_made_one_at_a_time() {
    for seed in 0..60 {
        let mut world = world();
        let operator = Operator::mistype(seed);
        let answers = operator
            .read_and_act(&mut world, &worksheet(), None, NOW)
            .unwrap();
        let typed = shown(&mut world, &answers);
        let relay = typed["relay_state"].as_str().unwrap();
        let role = typed["attribute_mappings"][2]["value"].as_str().unwrap();
        let wrong = [
            (Mistake::RelayState, relay.len() + 1 == RELAY.len()),
            (Mistake::RoleMapping, role.len() + 1 == ROLE.len()),
            (Mistake::MetadataAnswer, !served(&world, &answers["metadata"])),
        ];
        for (mistake, happened) in wrong {
            assert_eq!(
                operator.mistake() == Some(mistake),
                happened,
                "seed {seed}, {mistake:?}"
            );
        }
    }
}

/// A way to call AppStream and to let time pass.
fn appstream(world: &mut World, now: Moment, operation: &str, input: Value) -> Result<Value, Fault> {
    let call = Call {
        operation: operation.to_owned(),
        input,
        body: Default::default(),
        headers: Vec::new(),
        region: "eu-west-1".to_owned(),
        caller: Caller {
            account: "123456789012".to_owned(),
            arn: "arn:aws:iam::123456789012:user/tester".to_owned(),
            access_key: None,
            permissions: None,
        },
        now,
        base_url: None,
    };
    appstream::AppStream.tick(world, now);
    appstream::AppStream
        .call(world, &call)
        .map(|answer| answer.output)
}

fn image_worksheet() -> String {
    r#"# Checkpoint appstream.image/agent-desktop

- Image builder: `acme-desk`
- Region: `eu-west-1`

Install:

- `C:\Program Files\Google\Chrome\Application\chrome.exe`

```powershell
image-assistant.exe remove-application --name "connect"
image-assistant.exe add-application --name "connect" --absolute-app-path "C:\Program Files\Google\Chrome\Application\chrome.exe" --display-name "Contact \""Center\""" --launch-parameters="--kiosk https://ccp.example.com/?a=1"
image-assistant.exe create-image --name "acme-desk-1" --description "d" --use-latest-agent-version --tags "headset:id" "x" --dry-run
image-assistant.exe create-image --name "acme-desk-1" --description "d" --use-latest-agent-version --tags "headset:id" "x"
```
"#
    .to_owned()
}

#[test]
fn an_image_is_captured_on_a_running_builder_and_on_no_other() {
    let mut world = world();
    let missing = read_and_act(&mut world, &image_worksheet(), None, NOW).unwrap_err();
    assert!(missing.contains("acme-desk"), "{missing}");
    let input = json!({
        "Name": "acme-desk", "InstanceType": "stream.standard.medium",
        "ImageName": "AppStream-WinServer2022-06-17-2024",
        "VpcConfig": { "SubnetIds": ["subnet-0a1b2c3d4e5f60718"] },
    });
    appstream(&mut world, NOW, "CreateImageBuilder", input).unwrap();
    let early = read_and_act(&mut world, &image_worksheet(), None, NOW).unwrap_err();
    assert!(early.contains("not RUNNING but PENDING"), "{early}");
    let later = NOW.after(std::time::Duration::from_secs(3600));
    appstream(&mut world, later, "DescribeImageBuilders", json!({})).unwrap();
    let answers = read_and_act(&mut world, &image_worksheet(), None, later).unwrap();
    assert!(answers.is_empty(), "the image itself is the proof");
    let done = later.after(std::time::Duration::from_secs(3 * 3600));
    let seen = appstream(
        &mut world,
        done,
        "DescribeImages",
        json!({ "Names": ["acme-desk-1"] }),
    )
    .unwrap();
    let image = &seen["Images"][0];
    assert_eq!(image["State"], "AVAILABLE");
    assert_eq!(image["Applications"][0]["DisplayName"], "Contact \"Center\"");
    assert_eq!(
        image["Applications"][0]["LaunchParameters"],
        "--kiosk https://ccp.example.com/?a=1"
    );
    let tags = appstream(
        &mut world,
        done,
        "ListTagsForResource",
        json!({ "ResourceArn": image["Arn"] }),
    );
    assert_eq!(tags.unwrap()["Tags"], json!({ "headset:id": "x" }));
}

#[test]
fn a_builder_that_was_captured_before_can_be_captured_again() {
    let mut world = world();
    let hours = |count: u64| NOW.after(std::time::Duration::from_secs(count * 3600));
    let input = json!({
        "Name": "acme-desk", "InstanceType": "stream.standard.medium",
        "ImageName": "AppStream-WinServer2022-06-17-2024",
        "VpcConfig": { "SubnetIds": ["subnet-0a1b2c3d4e5f60718"] },
    });
    appstream(&mut world, NOW, "CreateImageBuilder", input).unwrap();
    appstream(&mut world, hours(1), "DescribeImageBuilders", json!({})).unwrap();
    read_and_act(&mut world, &image_worksheet(), None, hours(1)).unwrap();
    appstream(
        &mut world,
        hours(4),
        "StartImageBuilder",
        json!({ "Name": "acme-desk" }),
    )
    .unwrap();
    appstream(&mut world, hours(5), "DescribeImageBuilders", json!({})).unwrap();
    let again = image_worksheet().replace("acme-desk-1", "acme-desk-2");
    // The builder still has the application of the first capture.
    let arguments = json!({ "arguments": ["add-application", "--name", "connect", "--absolute-app-path", "C:\\Windows\\notepad.exe"] });
    let said = appstream::console(&mut world, &["acme-desk", "assistant"], &arguments, hours(5)).unwrap();
    assert_eq!(
        said,
        json!({ "exit": 1, "output": "{\"message\":\"Name is not unique\",\"status\":1}\n" })
    );
    read_and_act(&mut world, &again, None, hours(5)).unwrap();
}

/// What goes wrong where commands are pasted one by one: the shell shows that an application was refused and runs on, and the
/// image is captured without it.
#[test]
fn pasted_commands_run_on_after_one_that_was_refused() {
    let mut world = world();
    let hours = |count: u64| NOW.after(std::time::Duration::from_secs(count * 3600));
    let input = json!({
        "Name": "acme-desk", "InstanceType": "stream.standard.medium",
        "ImageName": "AppStream-WinServer2022-06-17-2024",
        "VpcConfig": { "SubnetIds": ["subnet-0a1b2c3d4e5f60718"] },
    });
    appstream(&mut world, NOW, "CreateImageBuilder", input).unwrap();
    appstream(&mut world, hours(1), "DescribeImageBuilders", json!({})).unwrap();
    let notes =
        "image-assistant.exe add-application --name notes --absolute-app-path C:\\Windows\\notepad.exe\n";
    let sheet = image_worksheet()
        .replace("--launch-parameters=", "--launch-parameters ")
        .replace(
            "image-assistant.exe create",
            &format!("{notes}image-assistant.exe create"),
        );
    read_and_act(&mut world, &sheet, None, hours(1)).unwrap();
    let seen = appstream(
        &mut world,
        hours(3),
        "DescribeImages",
        json!({ "Names": ["acme-desk-1"] }),
    )
    .unwrap();
    let names: Vec<&Value> = seen["Images"][0]["Applications"]
        .as_array()
        .unwrap()
        .iter()
        .map(|app| &app["Name"])
        .collect();
    assert_eq!(names, ["notes"]);
    // One script that stops captures nothing.
    let one = sheet
        .replace("```powershell\n", "```powershell\n& {\n")
        .replace("\n```\n", "\n}\n```\n")
        .replace("acme-desk-1", "acme-desk-2");
    let one = one.replace(
        " C:\\Windows\\notepad.exe\n",
        " C:\\Windows\\notepad.exe; throw 'refused'\n",
    );
    appstream(
        &mut world,
        hours(3),
        "StartImageBuilder",
        json!({ "Name": "acme-desk" }),
    )
    .unwrap();
    appstream(&mut world, hours(4), "DescribeImageBuilders", json!({})).unwrap();
    let said = read_and_act(&mut world, &one, None, hours(4)).unwrap_err();
    assert!(said.contains("refused"), "{said}");
}

#[test]
fn an_image_that_the_worksheet_names_is_answered_and_not_captured_again() {
    let found =
        "## An image is there under another name\n\n- Captured image: `my-desk` (2026-01-01T00:20:00Z)\n";
    let asked = "\n## Answers\n\n- `image` (optional): its name\n";
    let sheet = format!("{}\n{found}{asked}", image_worksheet());
    let answers = read_and_act(&mut world(), &sheet, None, NOW).unwrap();
    assert_eq!(
        answers,
        BTreeMap::from([("image".to_owned(), "my-desk".to_owned())])
    );
}

#[test]
fn an_images_name_may_be_mistyped() {
    let mut world = world();
    let input = json!({
        "Name": "acme-desk", "InstanceType": "stream.standard.medium",
        "ImageName": "AppStream-WinServer2022-06-17-2024",
        "VpcConfig": { "SubnetIds": ["subnet-0a1b2c3d4e5f60718"] },
    });
    appstream(&mut world, NOW, "CreateImageBuilder", input).unwrap();
    let later = NOW.after(std::time::Duration::from_secs(3600));
    appstream(&mut world, later, "DescribeImageBuilders", json!({})).unwrap();
    let operator = Operator::mistype(3);
    assert_eq!(operator.mistake(), Some(Mistake::ImageName));
    operator
        .read_and_act(&mut world, &image_worksheet(), None, later)
        .unwrap();
    let done = later.after(std::time::Duration::from_secs(3 * 3600));
    let seen = appstream(&mut world, done, "DescribeImages", json!({ "Type": "PRIVATE" })).unwrap();
    let name = seen["Images"][0]["Name"].as_str().unwrap();
    assert_eq!(name.len() + 1, "acme-desk-1".len(), "{name}");
    assert_eq!(seen["Images"][0]["ImageBuilderName"], "acme-desk");
}

#[test]
fn an_application_that_the_worksheet_names_is_corrected_and_not_made_twice() {
    let mut world = world();
    let first = read_and_act(&mut world, &worksheet(), None, NOW).unwrap();
    let arn = &first["application_arn"];
    let named = |sheet: String| {
        sheet.replace(
            "## Application properties",
            &format!("- Application ARN: `{arn}`\n"),
        )
    };
    let longer = named(worksheet().replace("`12 hours`", "`10 hours`"));
    let again = read_and_act(&mut world, &longer, None, NOW).unwrap();
    assert_eq!(again, first);
    assert_eq!(shown(&mut world, &again)["session_seconds"], 36_000);
    // One that leads elsewhere is left as it is.
    let other = named(worksheet().replace("0a1b2c3d", "99999999"));
    let made = read_and_act(&mut world, &other, None, NOW).unwrap();
    assert_ne!(made["application_arn"], *arn);
    assert_eq!(shown(&mut world, &first)["relay_state"], RELAY);
}
