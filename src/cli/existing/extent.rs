//! Of a blueprint of what exists: themes of stacks, and the account's usage reports.

use serde_json::json;
use serde_yaml::Value;

use super::desk::Desk;
use super::draft::{at, put};
use crate::cli::exit::Failure;
use headset_aws::kinds::existing::{has_usage_reports, theme_before};
use headset_kinds::appstream::{ThemeLive, ThemeSpec};

/// The section.
const APPSTREAM: &str = "appstream";

impl Desk<'_> {
    /// Leaves the themes of stacks in comments: AWS does not tell of which objects their pictures were made.
    pub(super) async fn leave_themes(&mut self) {
        let themes = self.more.iter().filter(|one| one.kind == ThemeSpec::KIND);
        let stacks: Vec<String> = themes.map(|theme| theme.key.clone()).collect();
        for stack in stacks {
            let Some(key) = self.key_of_stack(&stack) else {
                continue;
            };
            match theme_before(&self.access.aws, &stack).await {
                Ok(Some(theme)) => {
                    let mut section = Value::Null;
                    put(&mut section, &["stacks", &key, "theme"], entry(&theme));
                    let why = format!(
                        "the stack {stack} has a theme, and AWS does not tell of which objects its logo and its icon were made: \
                         name those, and take the theme over"
                    );
                    self.leave_out(APPSTREAM, section, vec![why]);
                }
                Ok(None) => {}
                Err(error) => {
                    let note = format!("the theme of the stack {stack} could not be read: {error}");
                    self.notes.insert(note);
                }
            }
        }
    }

    /// Says that the account has usage reports, where it has some.
    pub(super) async fn add_usage_reports(&mut self) -> Result<(), Failure> {
        let Some(section) = at(&self.draft, &[APPSTREAM]).cloned() else {
            return Ok(());
        };
        match has_usage_reports(&self.access.aws).await {
            Ok(false) => Ok(()),
            Ok(true) => {
                let mut section = section;
                put(&mut section, &["usage_reports"], json!(true));
                self.try_out(APPSTREAM, section).await.map(drop)
            }
            Err(error) => {
                let note = format!("whether AppStream writes usage reports could not be read: {error}");
                self.notes.insert(note);
                Ok(())
            }
        }
    }

    /// The key of a stack of this name.
    fn key_of_stack(&self, name: &str) -> Option<String> {
        let stacks = at(&self.draft, &[APPSTREAM, "stacks"])?.as_mapping()?;
        let is_called = |stack: &Value| stack.get("name").and_then(Value::as_str) == Some(name);
        let (key, _) = stacks.iter().find(|(_, stack)| is_called(stack))?;
        key.as_str().map(str::to_owned)
    }
}

/// The entry of a theme, with places for what AWS does not tell.
fn entry(theme: &ThemeLive) -> serde_json::Value {
    let picture = json!({ "bucket": "BUCKET", "key": "KEY" });
    let links = theme.links.iter().flatten();
    let links: serde_json::Map<_, _> = links.map(|link| (link.text.clone(), json!(link.url))).collect();
    let colour = theme.styling.as_deref().unwrap_or_default();
    let mut entry = json!({
        "title": theme.title, "colour": colour.to_ascii_lowercase().replace('_', "-"), "logo": picture, "favicon": picture,
    });
    if !links.is_empty() {
        entry["links"] = links.into();
    }
    if theme.state.as_deref() == Some("DISABLED") {
        entry["enabled"] = json!(false);
    }
    entry
}
