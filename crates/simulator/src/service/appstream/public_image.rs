//! The images that AWS publishes. There are several dated ones per family; the date in a name is
//! month-day-year, so names do not sort by age.

use serde_json::{Value, json};

use super::image::Image;
use crate::clock::Moment;

/// Name, platform, release (seconds since the epoch), agent version, families, whether builders can start from it.
type Row = (
    &'static str,
    &'static str,
    u64,
    &'static str,
    &'static [&'static str],
    bool,
);

const PLAIN: &[&str] = &["General Purpose", "Compute Optimized", "Memory Optimized"];

/// The newest agent. Images with it say that they have the latest one.
pub(super) const LATEST_AGENT: &str = "05-12-2026";

/// Agents that a builder can be asked to run.
pub(super) const AGENTS: &[&str] = &[
    "12-07-2023",
    "06-17-2024",
    "11-13-2025",
    "02-10-2026",
    LATEST_AGENT,
];

const ROWS: &[Row] = &[
    (
        "AppStream-WinServer2019-06-17-2024",
        "WINDOWS_SERVER_2019",
        1_718_582_400,
        "06-17-2024",
        PLAIN,
        true,
    ),
    (
        "AppStream-WinServer2019-11-13-2025",
        "WINDOWS_SERVER_2019",
        1_762_992_000,
        "11-13-2025",
        PLAIN,
        true,
    ),
    (
        "AppStream-WinServer2019-02-10-2026",
        "WINDOWS_SERVER_2019",
        1_770_681_600,
        "02-10-2026",
        PLAIN,
        true,
    ),
    (
        "AppStream-WinServer2022-06-17-2024",
        "WINDOWS_SERVER_2022",
        1_718_582_400,
        "06-17-2024",
        PLAIN,
        true,
    ),
    (
        "AppStream-WinServer2022-11-13-2025",
        "WINDOWS_SERVER_2022",
        1_762_992_000,
        "11-13-2025",
        PLAIN,
        true,
    ),
    (
        "AppStream-WinServer2022-05-12-2026",
        "WINDOWS_SERVER_2022",
        1_778_544_000,
        LATEST_AGENT,
        PLAIN,
        true,
    ),
    (
        "AppStream-AmazonLinux2-06-17-2024",
        "AMAZON_LINUX2",
        1_718_582_400,
        "06-17-2024",
        PLAIN,
        true,
    ),
    (
        "AppStream-AmazonLinux2-02-10-2026",
        "AMAZON_LINUX2",
        1_770_681_600,
        "02-10-2026",
        PLAIN,
        true,
    ),
    (
        "AppStream-Graphics-G4DN-WinServer2019-06-17-2024",
        "WINDOWS_SERVER_2019",
        1_718_582_400,
        "06-17-2024",
        &["Graphics G4"],
        true,
    ),
    (
        "AppStream-Graphics-G5-WinServer2022-11-13-2025",
        "WINDOWS_SERVER_2022",
        1_762_992_000,
        "11-13-2025",
        &["Graphics G5"],
        true,
    ),
    // Ready-made applications: its metadata holds the null values that typed clients choke on.
    (
        "Amazon-AppStream2-Sample-Image-06-17-2024",
        "WINDOWS_SERVER_2019",
        1_718_582_400,
        "06-17-2024",
        PLAIN,
        false,
    ),
    // Listed long after it stopped being usable (terraform-provider-aws issue 28601).
    (
        "AppStream-WinServer2012R2-12-07-2023",
        "WINDOWS",
        1_701_907_200,
        "12-07-2023",
        PLAIN,
        false,
    ),
];

/// Every public image.
pub(super) fn all() -> Vec<Image> {
    ROWS.iter().map(image).collect()
}

/// A public image as a description of it says, and otherwise as its siblings are.
pub(super) fn described(name: &str, view: &Value, now: Moment) -> Image {
    let family = |other: &str| {
        let same = name
            .chars()
            .zip(other.chars())
            .take_while(|(one, other)| one == other);
        same.count()
    };
    let sibling = ROWS.iter().max_by_key(|row| family(row.0)).map(image);
    let mut image = sibling.unwrap_or_else(|| Image::new(name, "AVAILABLE", now));
    name.clone_into(&mut image.name);
    let text = |member: &str| view[member].as_str().map(str::to_owned);
    if let Some(platform) = text("Platform") {
        image.platform = platform;
    }
    if let Some(agent) = text("AppstreamAgentVersion") {
        image.agent = agent;
    }
    if let Some(supported) = view["ImageBuilderSupported"].as_bool() {
        image.builder_supported = supported;
    }
    if let Some(families) = view["SupportedInstanceFamilies"].as_array() {
        image.families = families
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
    }
    for member in ["Description", "DisplayName"] {
        if let Some(text) = text(member) {
            image.fields.insert(member.to_owned(), text.into());
        }
    }
    image
}

fn image((name, platform, released, agent, families, builders): &Row) -> Image {
    let released = Moment(released * 1000);
    let mut image = Image::new(name, "AVAILABLE", released);
    image.platform = (*platform).to_owned();
    image.agent = (*agent).to_owned();
    image.families = families.iter().map(|family| (*family).to_owned()).collect();
    image.builder_supported = *builders;
    image.released = Some(released);
    image.retired = name.contains("2012R2");
    let description = if image.retired {
        "DEPRECATED. This image is no longer supported."
    } else {
        "Amazon AppStream 2.0 public image"
    };
    image.fields.insert("Description".to_owned(), json!(description));
    image.fields.insert("DisplayName".to_owned(), json!(name));
    if name.contains("Sample") {
        image.applications = vec![json!({
            "Name": "Notepad", "DisplayName": "Notepad", "Enabled": true,
            "LaunchPath": "C:\\Windows\\System32\\notepad.exe",
            "IconURL": "https://appstream2-app-icons.example.com/notepad.png",
            "Metadata": { "WORKING_DIRECTORY": null },
        })];
    }
    image
}
