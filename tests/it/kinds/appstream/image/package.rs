//! The browser's package: the script installs it, and only the one that was meant.

use serde_json::json;

use crate::support::desk::Desk;

const URL: &str = "https://downloads.example.com/googlechromestandaloneenterprise64.msi";
const TEXT: &str = "\
version: 1
name: acme
aws: { region: eu-west-1 }
lifetime: 1d
appstream:
  network: { subnets: [subnet-0a1b2c3d4e5f60718], security_groups: [sg-0a1b2c3d4e5f60718], internet: nat }
  images:
    desk:
      base: { newest: AppStream-WinServer2022 }
      builder: stream.standard.medium
      browser_package:
        url: https://downloads.example.com/googlechromestandaloneenterprise64.msi
        sha256: 0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9
      apps: { crm: { open: \"https://crm.example.com\" } }
";
const CHROME: &str = r"c:\\program files\\google\\chrome\\application\\chrome.exe";

#[test]
fn the_script_installs_the_browser_from_its_package_and_no_other_file() {
    let desk = Desk::with(TEXT);
    let apply = ["apply", "center.yaml", "--sim", "--yes"];
    assert_eq!(
        desk.run(&[&apply[..], &["--operator", "off"]].concat()).code,
        Some(3)
    );
    let sheet = desk
        .ok(&[
            "checkpoint",
            "show",
            "center.yaml",
            "appstream.image/desk",
            "--sim",
        ])
        .data;
    assert!(sheet.contains(&format!("- Browser package: `{URL}`")), "{sheet}");
    assert!(!sheet.contains("Install what is missing"), "{sheet}");

    let other = json!({ "url": URL, "content": "another chrome" });
    desk.console(1, "image-builder/downloads/serve", &other);
    let said = desk.run(&apply);
    let all = format!("{}{}", said.data, said.talk);
    assert!(
        said.code != Some(0) && all.contains("nothing was installed"),
        "{all}"
    );
    let world = desk.saved().to_string();
    assert!(
        !world.contains(CHROME) && !world.contains("\"ImageBuilderName\""),
        "{world}"
    );

    desk.edit(|world| world["world"]["appstream"]["downloads"] = json!({}));
    desk.ok(&apply);
    assert!(desk.saved().to_string().contains(CHROME));
}
