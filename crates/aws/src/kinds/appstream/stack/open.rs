//! What a stack opens beside user settings: addresses in the browser of the user's own machine, the desktop to AI agents.

use std::collections::BTreeMap;

use aws_sdk_appstream::types::{
    AgentAccessConfig, AgentAccessConfigForUpdate, AgentAccessSetting, AgentAction, ContentRedirection,
    Permission, ScreenImageFormat, ScreenResolution, UrlRedirectionConfig, UserControlMode,
};
pub use headset_kinds::appstream::stack::open::*;

/// What a stack redirects; `None`: nothing.
/// Assumption: `appstream.unset-redirection-closed` — where AWS answers no redirection, none is made; the model says
/// no default.
pub(super) fn redirection_of(content: Option<&ContentRedirection>) -> Option<UrlRedirection> {
    let outward = content?.host_to_client()?;
    outward.enabled().unwrap_or(false).then(|| UrlRedirection {
        allowed: outward.allowed_urls().to_vec(),
        denied: outward.denied_urls().to_vec(),
    })
}

/// As AWS takes it. Its shapes allow empty lists here.
pub(super) fn redirection_sent(wanted: &UrlRedirection) -> ContentRedirection {
    let outward = UrlRedirectionConfig::builder()
        .enabled(true)
        .set_allowed_urls(Some(wanted.allowed.clone()))
        .set_denied_urls(Some(wanted.denied.clone()));
    ContentRedirection::builder()
        .host_to_client(outward.build())
        .build()
}

/// What AI agents may do; `None`: nothing.
pub(super) fn agents_of(config: Option<&AgentAccessConfig>) -> Option<AgentAccess> {
    let config = config?;
    // Assumption: `appstream.agent-actions-closed`. AWS names the actions that were set; the others are closed.
    let mut actions: BTreeMap<String, String> = AgentAction::values()
        .iter()
        .map(|action| ((*action).to_owned(), "DISABLED".to_owned()))
        .collect();
    for setting in config.settings() {
        if let (Some(action), Some(permission)) = (setting.agent_action(), setting.permission()) {
            actions.insert(action.as_str().to_owned(), permission.as_str().to_owned());
        }
    }
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Some(AgentAccess {
        actions,
        resolution: text(config.screen_resolution().map(ScreenResolution::as_str)),
        images: text(config.screen_image_format().map(ScreenImageFormat::as_str)),
        control: text(config.user_control_mode().map(UserControlMode::as_str)),
        // A bucket that gets nothing may stay behind.
        screenshots: config
            .s3_bucket_arn()
            .filter(|_| config.screenshots_upload_enabled() == Some(true))
            .map(str::to_owned),
    })
}

fn settings(wanted: &AgentAccess) -> Vec<AgentAccessSetting> {
    let setting = |(action, permission): (&String, &String)| {
        AgentAccessSetting::builder()
            .agent_action(AgentAction::from(action.as_str()))
            .permission(Permission::from(permission.as_str()))
            .build()
    };
    wanted.actions.iter().map(setting).collect()
}

/// As CreateStack takes it.
pub(super) fn agents_made(wanted: &AgentAccess) -> AgentAccessConfig {
    AgentAccessConfig::builder()
        .set_settings(Some(settings(wanted)))
        .screen_resolution(ScreenResolution::from(wanted.resolution.as_str()))
        .screen_image_format(ScreenImageFormat::from(wanted.images.as_str()))
        .user_control_mode(UserControlMode::from(wanted.control.as_str()))
        .screenshots_upload_enabled(wanted.screenshots.is_some())
        .set_s3_bucket_arn(wanted.screenshots.clone())
        .build()
}

/// As UpdateStack takes it: it keeps the actions that it is not given (its model: "the merged settings"), so that it is given
/// all of them.
pub(super) fn agents_changed(wanted: &AgentAccess) -> AgentAccessConfigForUpdate {
    AgentAccessConfigForUpdate::builder()
        .set_settings(Some(settings(wanted)))
        .screen_resolution(ScreenResolution::from(wanted.resolution.as_str()))
        .screen_image_format(ScreenImageFormat::from(wanted.images.as_str()))
        .user_control_mode(UserControlMode::from(wanted.control.as_str()))
        .screenshots_upload_enabled(wanted.screenshots.is_some())
        .set_s3_bucket_arn(wanted.screenshots.clone())
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_off_is_nothing_whatever_else_is_said() {
        let off = UrlRedirectionConfig::builder()
            .enabled(false)
            .allowed_urls("https://a.example.com/*")
            .build();
        let content = ContentRedirection::builder().host_to_client(off).build();
        assert_eq!(redirection_of(Some(&content)), None);
        assert_eq!(redirection_of(Some(&ContentRedirection::builder().build())), None);
        assert_eq!(redirection_of(None), None);
        assert_eq!(agents_of(None), None);
    }

    #[test]
    fn what_is_sent_is_what_is_read() {
        let urls = UrlRedirection {
            allowed: vec!["https://a.example.com/*".to_owned()],
            denied: Vec::new(),
        };
        assert_eq!(redirection_of(Some(&redirection_sent(&urls))), Some(urls));
        let sight = ("COMPUTER_VISION".to_owned(), "ENABLED".to_owned());
        let access = AgentAccess {
            actions: AgentAction::values()
                .iter()
                .map(|action| ((*action).to_owned(), "DISABLED".to_owned()))
                .chain([sight])
                .collect(),
            resolution: "W_1280xH_720".to_owned(),
            images: "PNG".to_owned(),
            control: "VIEW_STOP".to_owned(),
            screenshots: Some("arn:aws:s3:::acme-pictures".to_owned()),
        };
        assert_eq!(agents_of(Some(&agents_made(&access))), Some(access));
    }
}
