//! A stack's theme: what the page looks like on which users choose an application.

use async_trait::async_trait;
use aws_sdk_appstream::types;
use futures_util::future::join_all;
use headset_core::AwsError;
pub use headset_kinds::appstream::theme::*;
use headset_kinds::{Extra, Holder, List};

use super::listing::text;
use crate::Aws;
use crate::error::gone;
use crate::kinds::field::Diff;
use crate::kinds::kind::{Declared, Live, Lookup, Observation};
use crate::kinds::remote::{Remote, Work};

#[async_trait]
impl Remote for Theme {
    async fn survey(&self, aws: &Aws, lookups: &[Lookup]) -> Vec<Observation> {
        let found = lookups.iter().map(|lookup| async move {
            let asked = ThemeSpec::STACK.text(&lookup.spec);
            match lookup.id.as_deref().or(asked) {
                Some(stack) => of(aws, stack).await.into(),
                None => Observation::Unknown(AwsError::unnamed()),
            }
        });
        join_all(found).await
    }

    async fn extras(&self, aws: &Aws, _list: &List, holder: Holder<'_>) -> Result<Vec<Extra>, AwsError> {
        let stack = holder.live.id.as_str();
        // A stack has one theme: of one that is known, its fields tell all.
        if holder.known.contains(stack) {
            return Ok(Vec::new());
        }
        let found = of(aws, stack).await?;
        let extra = found.map(|live| Extra {
            about: self.read(&live).title.as_ref().map(|title| format!("`{title}`")),
            ..Extra::new(stack, stack)
        });
        Ok(extra.into_iter().collect())
    }

    async fn create(&self, work: &Work<'_>, spec: &ThemeSpec) -> Result<String, AwsError> {
        let stack = spec.stack.resolved()?;
        let request = work
            .aws
            .appstream()
            .create_theme_for_stack()
            .stack_name(&stack)
            .title_text(&spec.title)
            .theme_styling(types::ThemeStyling::from(spec.styling.as_str()))
            .organization_logo_s3_location(location(&spec.logo))
            .favicon_s3_location(location(&spec.favicon))
            .set_footer_links((!spec.links.is_empty()).then(|| links(&spec.links)));
        // A theme is made enabled; its state follows as an update.
        work.aws
            .call("appstream", "CreateThemeForStack", || request.clone().send())
            .await?;
        Ok(stack)
    }

    async fn update(
        &self,
        work: &Work<'_>,
        spec: &ThemeSpec,
        live: &Live,
        diff: &Diff,
    ) -> Result<(), AwsError> {
        let mut request = work.aws.appstream().update_theme_for_stack().stack_name(&live.id);
        for change in diff {
            request = match change.id(ThemeSpec::KIND) {
                ThemeSpec::TITLE => request.title_text(&spec.title),
                ThemeSpec::STYLING => request.theme_styling(types::ThemeStyling::from(spec.styling.as_str())),
                ThemeSpec::LOGO => request.organization_logo_s3_location(location(&spec.logo)),
                ThemeSpec::FAVICON => request.favicon_s3_location(location(&spec.favicon)),
                ThemeSpec::LINKS if spec.links.is_empty() => {
                    request.attributes_to_delete(types::ThemeAttribute::FooterLinks)
                }
                ThemeSpec::LINKS => request.set_footer_links(Some(links(&spec.links))),
                ThemeSpec::STATE => request.state(types::ThemeState::from(spec.state.as_str())),
                _ => request,
            };
        }
        work.aws
            .call("appstream", "UpdateThemeForStack", || request.clone().send())
            .await
            .map(drop)
    }

    async fn delete(&self, work: &Work<'_>, live: &Live) -> Result<(), AwsError> {
        let request = work.aws.appstream().delete_theme_for_stack().stack_name(&live.id);
        gone(
            work.aws
                .call("appstream", "DeleteThemeForStack", || request.clone().send())
                .await,
        )
    }
}

fn location(location: &Location) -> types::S3Location {
    types::S3Location::builder()
        .s3_bucket(&location.bucket)
        .s3_key(&location.key)
        .build()
}

fn links(links: &[Link]) -> Vec<types::ThemeFooterLink> {
    links
        .iter()
        .map(|link| {
            types::ThemeFooterLink::builder()
                .display_name(&link.text)
                .footer_link_url(&link.url)
                .build()
        })
        .collect()
}

/// The theme of a stack, if it has one.
pub(crate) async fn of(aws: &Aws, stack: &str) -> Result<Option<Live>, AwsError> {
    let request = aws.appstream().describe_theme_for_stack().stack_name(stack);
    match aws
        .call("appstream", "DescribeThemeForStack", || request.clone().send())
        .await
    {
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
        Ok(answer) => match answer.theme() {
            Some(theme) => Ok(Some(live(stack, theme))),
            None => Err(AwsError::lacking("appstream", "DescribeThemeForStack", "Theme")),
        },
    }
}

fn live(stack: &str, theme: &types::Theme) -> Live {
    let state = theme.state().map_or("ENABLED", |state| state.as_str());
    let links = theme.theme_footer_links().iter().map(|link| Link {
        text: link.display_name().unwrap_or_default().to_owned(),
        url: link.footer_link_url().unwrap_or_default().to_owned(),
    });
    let observed = ThemeLive {
        stack: Some(stack.to_owned()),
        title: text(theme.theme_title_text()),
        styling: text(theme.theme_styling().map(types::ThemeStyling::as_str)),
        links: Some(links.collect()),
        state: Some(state.to_owned()),
    };
    Live::of(stack, state, observed)
}
