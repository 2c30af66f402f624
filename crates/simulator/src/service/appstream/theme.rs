//! Themes: how a stack's catalog page looks. A stack has one at most; it goes with the stack.

use serde_json::{Map, Value, json};

use super::input::{member, required, texts};
use super::{answer, fault, place};
use crate::service::ask::Objects;
use crate::service::{Answer, Call, Fault};
use crate::world::World;
pub(super) use crate::world::appstream::Theme;

/// Links in the footer (admin guide, customize-branding: up to three).
const MOST_LINKS: usize = 3;

impl Theme {
    fn view(&self, stack: &str, account: &str, region: &str) -> Value {
        let mut view = self.fields.clone();
        view.insert("StackName".to_owned(), json!(stack));
        view.insert("CreatedTime".to_owned(), json!(self.created.epoch_seconds()));
        for (member, location) in [
            ("ThemeOrganizationLogoURL", &self.logo),
            ("ThemeFaviconURL", &self.favicon),
        ] {
            view.insert(member.to_owned(), json!(url(location, account, region)));
        }
        Value::Object(view)
    }
}

/// The answered URL. Its form is unknown; it tells nothing about the object that it was copied from, so that no client
/// can rely on reading the location back.
fn url(location: &Value, account: &str, region: &str) -> String {
    use sha2::{Digest, Sha256};
    let hash = hex::encode(Sha256::digest(location.to_string()));
    format!(
        "https://appstream2-themes-{region}.s3.amazonaws.com/{account}/{}",
        &hash[..32]
    )
}

/// Takes over the members that the call gives.
///
/// Quirk `appstream.theme-objects-checked`. The model does not say that AWS looks at the objects: by quirk they have to
/// exist, and AppStream has to be able to read them.
fn set(
    world: &World,
    call: &Call,
    fields: &mut Map<String, Value>,
) -> Result<(Option<Value>, Option<Value>), Fault> {
    let links = member(&call.input, "FooterLinks").and_then(Value::as_array);
    if links.is_some_and(|links| links.len() > MOST_LINKS) {
        return Err(fault::limit(format!(
            "A theme can have {MOST_LINKS} footer links."
        )));
    }
    for (from, to) in [
        ("FooterLinks", "ThemeFooterLinks"),
        ("TitleText", "ThemeTitleText"),
        ("ThemeStyling", "ThemeStyling"),
        ("State", "State"),
    ] {
        if let Some(value) = member(&call.input, from) {
            fields.insert(to.to_owned(), value.clone());
        }
    }
    let mut found = [None, None];
    for (slot, name) in found
        .iter_mut()
        .zip(["OrganizationLogoS3Location", "FaviconS3Location"])
    {
        let Some(location) = member(&call.input, name) else {
            continue;
        };
        let bucket = required(location, "S3Bucket")?;
        // Neither operation declares an error about parameters that both would share.
        let key = member(location, "S3Key")
            .and_then(Value::as_str)
            .ok_or_else(|| fault::not_permitted(format!("{name} needs an S3Key.")))?;
        if world.quirk("appstream.theme-objects-checked") {
            match world.readable(call, &bucket, key, "appstream.amazonaws.com") {
                None => return Err(fault::not_found("object", &format!("s3://{bucket}/{key}"))),
                Some(false) => {
                    return Err(fault::not_permitted(format!(
                        "s3://{bucket}/{key} cannot be read."
                    )));
                }
                Some(true) => {}
            }
        }
        *slot = Some(location.clone());
    }
    let [logo, favicon] = found;
    Ok((logo, favicon))
}

/// CreateThemeForStack: the theme is ENABLED.
pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let stack = required(&call.input, "StackName")?;
    let here = place(world, call);
    if !here.stacks.contains_key(&stack) {
        return Err(fault::not_found("stack", &stack));
    }
    if here.themes.contains_key(&stack) {
        return Err(fault::exists("theme of the stack", &stack));
    }
    let mut fields = Map::new();
    fields.insert("State".to_owned(), json!("ENABLED"));
    let (logo, favicon) = set(world, call, &mut fields)?;
    let theme = Theme {
        created: call.now,
        fields,
        logo: logo.unwrap_or_default(),
        favicon: favicon.unwrap_or_default(),
    };
    let view = theme.view(&stack, &call.caller.account, &call.region);
    place(world, call).themes.insert(stack, theme);
    Ok(answer("Theme", view))
}

/// UpdateThemeForStack: what is absent stays; only the footer links can be taken away.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let (stack, mut theme) = find(world, call)?;
    if texts(&call.input, "AttributesToDelete").is_some_and(|gone| !gone.is_empty()) {
        if member(&call.input, "FooterLinks").is_some() {
            return Err(fault::combination(
                "FooterLinks cannot be set and deleted at once.",
            ));
        }
        theme.fields.remove("ThemeFooterLinks");
    }
    let (logo, favicon) = set(world, call, &mut theme.fields)?;
    theme.logo = logo.unwrap_or(theme.logo);
    theme.favicon = favicon.unwrap_or(theme.favicon);
    let view = theme.view(&stack, &call.caller.account, &call.region);
    place(world, call).themes.insert(stack, theme);
    Ok(answer("Theme", view))
}

fn find(world: &mut World, call: &Call) -> Result<(String, Theme), Fault> {
    let stack = required(&call.input, "StackName")?;
    let here = place(world, call);
    if !here.stacks.contains_key(&stack) {
        return Err(fault::not_found("stack", &stack));
    }
    match here.themes.get(&stack) {
        Some(theme) => Ok((stack, theme.clone())),
        None => Err(fault::not_found("theme of the stack", &stack)),
    }
}

/// DescribeThemeForStack.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let (stack, theme) = find(world, call)?;
    Ok(answer(
        "Theme",
        theme.view(&stack, &call.caller.account, &call.region),
    ))
}

/// DeleteThemeForStack.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, Fault> {
    let (stack, _) = find(world, call)?;
    place(world, call).themes.remove(&stack);
    Ok(Answer::empty())
}
