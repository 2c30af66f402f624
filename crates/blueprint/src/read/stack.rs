//! An entry of `appstream.stacks`.

use super::item::Item;
use super::reader::Reader;
use crate::model::{
    AiAgents, AppSettings, Direction, DomainSignIn, Stack, Storage, Transport, UrlRedirection,
};
use crate::node::Value;

impl Reader<'_> {
    pub(super) fn stack(&mut self, item: &Item<'_>) -> Option<Stack> {
        let fields = self.fields(item)?;
        let fleet = fields
            .get("fleet")
            .and_then(|item| self.reference(&item, "fleets"));
        let directions = [
            ("none", Direction::None),
            ("in", Direction::In),
            ("out", Direction::Out),
            ("both", Direction::Both),
        ];
        let clipboard = self.choice_or(fields.get("clipboard"), &directions, Direction::None);
        let clipboard_limit = self.optional_number(fields.get("clipboard_limit"));
        let files = self.choice_or(fields.get("files"), &directions, Direction::None);
        let printing = self.choice_or(fields.get("printing"), &[("none", false), ("local", true)], false);
        let time_zone = self.boolean_or(fields.get("time_zone"), false);
        let smart_card = self.boolean_or(fields.get("smart_card"), false);
        let ways = [
            ("password", DomainSignIn::Password),
            ("smart-card", DomainSignIn::SmartCard),
            ("both", DomainSignIn::Both),
        ];
        let domain_sign_in = self.choice_or(fields.get("domain_sign_in"), &ways, DomainSignIn::Password);
        let storage = match fields.get("storage") {
            Some(item) => self.storage(&item),
            None => Some(Storage::default()),
        };
        let app_settings = match fields.get("app_settings") {
            Some(item) => self.app_settings(&item),
            None => Some(AppSettings::Off),
        };
        let redirect_url = self.optional(fields.get("redirect_url"));
        let feedback_url = self.optional(fields.get("feedback_url"));
        let embed_domains = self.texts_or_none(fields.get("embed_domains"));
        let access_endpoints = self.texts_or_none(fields.get("access_endpoints"));
        let streaming = fields
            .get("streaming")
            .and_then(|item| self.choice(&item, &[("tcp", Transport::Tcp), ("udp", Transport::Udp)], &[]));
        let url_redirection = match fields.get("url_redirection") {
            Some(item) => Some(self.url_redirection(&item)?),
            None => None,
        };
        let ai_agents = match fields.get("ai_agents") {
            Some(item) => Some(self.ai_agents(&item)?),
            None => None,
        };
        let theme = fields.get("theme").and_then(|item| self.theme(&item));
        let display_name = self.label(&fields, "display_name");
        let description = self.label(&fields, "description");
        Some(Stack {
            entry: self.entry(item, &fields),
            fleet: fleet?,
            clipboard: clipboard?,
            clipboard_limit: clipboard_limit?,
            files: files?,
            printing: printing?,
            time_zone,
            smart_card,
            domain_sign_in: domain_sign_in?,
            storage: storage?,
            app_settings: app_settings?,
            redirect_url: redirect_url?,
            feedback_url: feedback_url?,
            embed_domains: embed_domains?,
            access_endpoints: access_endpoints?,
            streaming,
            url_redirection,
            ai_agents,
            theme,
            display_name,
            description,
        })
    }

    fn url_redirection(&mut self, item: &Item<'_>) -> Option<UrlRedirection> {
        let fields = self.fields(item)?;
        let allowed = fields.get("allowed").and_then(|item| self.texts(&item));
        let denied = self.texts_or_none(fields.get("denied"));
        Some(UrlRedirection {
            allowed: allowed?,
            denied: denied?,
        })
    }

    fn ai_agents(&mut self, item: &Item<'_>) -> Option<AiAgents> {
        let fields = self.fields(item)?;
        let help = "Write `true`, or delete the line: what is not there is closed.";
        let sight = self.yes(fields.get("sight"), help);
        let input = self.yes(fields.get("input"), help);
        let tools = self.yes(fields.get("tools"), help);
        let images = self.choice_or(fields.get("images"), &[("png", "PNG"), ("jpeg", "JPEG")], "PNG");
        let ways = [
            ("watch", "VIEW_ONLY"),
            ("stop", "VIEW_STOP"),
            ("nothing", "DISABLED"),
        ];
        let users_may = self.choice_or(fields.get("users_may"), &ways, "VIEW_STOP");
        let screenshots = self.optional(fields.get("screenshots"));
        Some(AiAgents {
            sight: sight?,
            input: input?,
            tools: tools?,
            images: images?,
            users_may: users_may?,
            screenshots: screenshots?,
        })
    }

    fn app_settings(&mut self, item: &Item<'_>) -> Option<AppSettings> {
        if item.is_map() {
            let fields = self.fields(item)?;
            let group = self.text(&fields.get("group")?)?;
            return Some(AppSettings::On(Some(group)));
        }
        if !matches!(item.node.value, Value::Bool(_)) && !item.node.loose {
            self.wrong_type(
                item,
                "true, false or a map",
                "Write `app_settings: true`, or `app_settings: { group: NAME }`.",
            );
            return None;
        }
        Some(if self.boolean(item)? {
            AppSettings::On(None)
        } else {
            AppSettings::Off
        })
    }
}
