//! An image that AWS imports: no person is needed.

use headset_simulator::world::Settings;
use serde_json::Value;

use crate::support::desk::Desk;
use crate::support::{Sandbox, on_virtual_time};

const TEXT: &str = "\
version: 1
name: acme
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718], security_groups: [sg-0a1b2c3d4e5f60718], internet: nat }
  images:
    desk:
      import:
        ami: ami-0a1b2c3d4e5f60718
        role: arn:aws:iam::123456789012:role/service-role/AmazonAppStreamServiceAccess
        try_on: GeneralPurpose.m6i.large
      apps:
        crm: { open: \"https://crm.example.com\" }
        tool: { program: 'C:\\Tools\\tool.exe', arguments: '--kiosk --a=1' }
  fleets:
    agents: { image: desk, instance: GeneralPurpose.m6i.large, capacity: 1, power: off }
  stacks:
    agents: { fleet: agents }
";

fn images(desk: &Desk) -> Vec<Value> {
    let places = desk.saved()["world"]["appstream"]["places"].clone();
    let places = places.as_object().unwrap().values();
    let images = places.flat_map(|place| {
        place["images"]
            .as_object()
            .unwrap()
            .values()
            .cloned()
            .collect::<Vec<_>>()
    });
    images.collect()
}

#[test]
fn an_ami_becomes_an_image_with_its_catalog_and_without_a_person() {
    let desk = Desk::with(TEXT);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    desk.ok(&["drift", "center.yaml", "--sim"]);
    let [image] = &images(&desk)[..] else {
        panic!("one image")
    };
    let shown = |app: usize| {
        let app = &image["applications"][app];
        (
            app["Name"].clone(),
            app["LaunchPath"].clone(),
            app["LaunchParameters"].clone(),
        )
    };
    let chrome = r"C:\Program Files\Google\Chrome\Application\chrome.exe";
    assert_eq!(
        shown(0),
        (
            "crm".into(),
            chrome.into(),
            "https://crm.example.com --no-first-run --start-maximized".into()
        )
    );
    assert_eq!(
        shown(1),
        ("tool".into(), r"C:\Tools\tool.exe".into(), "--kiosk --a=1".into())
    );

    // Other content is another image, and the fleet moves over to it.
    desk.write(&TEXT.replace("--a=1", "--a=2"));
    let plan = desk.run(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert_eq!(plan.code, Some(2), "{}", plan.data);
    desk.ok(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    desk.ok(&["plan", "center.yaml", "--sim", "--detailed-exitcode"]);
    assert!(images(&desk).iter().all(|one| one["name"] != image["name"]));
    desk.ok(&["destroy", "center.yaml", "--sim", "--yes"]);
    assert_eq!(images(&desk), [Value::Null; 0]);
}

/// A dry run goes before every import, and only then the import.
#[test]
fn an_import_is_tried_before_it_begins() {
    on_virtual_time(async {
        let sandbox = Sandbox::new("center.yaml", TEXT, Settings::default());
        let outcome = sandbox.apply_alone().await;
        assert!(outcome.is_done(), "{outcome:?}");
        let calls = sandbox.simulator.call_log();
        let imports = calls
            .iter()
            .filter(|call| call.operation == "CreateImportedImage");
        let answers: Vec<Option<&str>> = imports.map(|call| call.code.as_deref()).collect();
        assert_eq!(answers, [Some("DryRunOperationException"), None]);
    });
}

/// The dry run says so at once, and nothing was begun.
#[test]
fn an_ami_that_does_not_fit_is_named_before_an_import_begins() {
    let desk = Desk::with(&TEXT.replace("ami-0a1b2c3d4e5f60718", "ami-0a1b2c3d4e5f60bad"));
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    assert_eq!(said.code, Some(1), "{}{}", said.data, said.talk);
    assert!(
        said.talk.contains("does not meet the prerequisites"),
        "{}",
        said.talk
    );
    assert_eq!(images(&desk), [Value::Null; 0]);
}

#[test]
fn an_imported_image_has_no_builder_and_texts_that_aws_takes() {
    for (from, to, complaint) in [
        (
            "import:\n",
            "builder: stream.standard.medium\n      import:\n",
            "builder",
        ),
        (
            "import:\n",
            "description: 'Desk, of Köln'\n      import:\n",
            "imported image",
        ),
        ("        role: arn", "        x_role: arn", "role"),
        ("        ami: ami-0a1b2c3d4e5f60718\n", "", "ami"),
    ] {
        let desk = Desk::with(&TEXT.replace(from, to));
        let said = desk.run(&["validate", "center.yaml"]);
        assert_eq!(said.code, Some(1), "{to}: {}", said.talk);
        assert!(
            format!("{}{}", said.data, said.talk).contains(complaint),
            "{to}: {}{}",
            said.data,
            said.talk
        );
    }
}
