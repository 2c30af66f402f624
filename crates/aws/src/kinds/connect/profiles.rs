//! Security and routing profiles of an instance: people write their names, AWS wants their ids.

use std::collections::BTreeMap;

use async_trait::async_trait;
use headset_core::AwsError;

use super::names::{Known, Listed, Noted, id, name};
use crate::{Aws, pages};

/// What state calls these two sorts.
const SECURITY: &str = "security";
const ROUTING: &str = "routing";

/// Names and ids of an instance's profiles.
#[derive(Debug, Default)]
pub(super) struct Profiles {
    /// Ids of security profiles by name.
    security: BTreeMap<String, String>,
    /// Ids of routing profiles by name.
    routing: BTreeMap<String, String>,
}

#[async_trait]
impl Listed for Profiles {
    async fn list(aws: &Aws, instance: &str) -> Result<Profiles, AwsError> {
        let security = Profiles::list_security(aws, instance).await?;
        let routing = Profiles::list_routing(aws, instance).await?;
        Ok(Profiles { security, routing })
    }

    fn recall(noted: &Noted) -> Profiles {
        Profiles {
            security: noted.ids(SECURITY),
            routing: noted.ids(ROUTING),
        }
    }

    fn with(&self, known: &Known) -> Profiles {
        Profiles {
            security: known.among(SECURITY, &self.security),
            routing: known.among(ROUTING, &self.routing),
        }
    }
}

impl Profiles {
    /// Page by page (1,000 each).
    async fn list_security(aws: &Aws, instance: &str) -> Result<BTreeMap<String, String>, AwsError> {
        let listed = pages(|token| async move {
            let request = aws
                .connect()
                .list_security_profiles()
                .instance_id(instance)
                .max_results(1000)
                .set_next_token(token);
            let page = aws
                .call("connect", "ListSecurityProfiles", || request.clone().send())
                .await?;
            let profiles = page.security_profile_summary_list.unwrap_or_default();
            Ok((profiles, page.next_token))
        })
        .await?;
        let named = listed.into_iter().filter_map(|one| one.name.zip(one.id));
        Ok(named.collect())
    }

    async fn list_routing(aws: &Aws, instance: &str) -> Result<BTreeMap<String, String>, AwsError> {
        let listed = pages(|token| async move {
            let request = aws
                .connect()
                .list_routing_profiles()
                .instance_id(instance)
                .max_results(1000)
                .set_next_token(token);
            let page = aws
                .call("connect", "ListRoutingProfiles", || request.clone().send())
                .await?;
            let profiles = page.routing_profile_summary_list.unwrap_or_default();
            Ok((profiles, page.next_token))
        })
        .await?;
        let named = listed.into_iter().filter_map(|one| one.name.zip(one.id));
        Ok(named.collect())
    }

    /// Ids of these security profiles.
    ///
    /// # Errors
    /// [`Class::Invalid`] names what is not there and lists what is.
    pub(super) fn security_ids(&self, names: &[String]) -> Result<Vec<String>, AwsError> {
        names
            .iter()
            .map(|name| id(&self.security, "security profile", "ListSecurityProfiles", name))
            .collect()
    }

    /// The id of this routing profile; errors as above.
    pub(super) fn routing_id(&self, name: &str) -> Result<String, AwsError> {
        id(&self.routing, "routing profile", "ListRoutingProfiles", name)
    }

    /// Whether all these ids are known.
    pub(super) fn know(&self, security: &[String], routing: &str) -> bool {
        let known = |ids: &BTreeMap<String, String>, id: &str| ids.values().any(|one| one == id);
        security.iter().all(|id| known(&self.security, id)) && known(&self.routing, routing)
    }

    /// What state is to remember of these profiles.
    pub(super) fn note(&self, security: &[String], routing: &str) -> Noted {
        Noted::default()
            .with(SECURITY, &self.security, security.iter().map(String::as_str))
            .with(ROUTING, &self.routing, [routing])
    }

    /// The name of the security profile with this id; the id itself if the list does not have it.
    pub(super) fn security_name(&self, id: &str) -> String {
        name(&self.security, id)
    }

    /// The name of the routing profile with this id; the id itself if the list does not have it.
    pub(super) fn routing_name(&self, id: &str) -> String {
        name(&self.routing, id)
    }
}

#[cfg(test)]
mod tests {
    use headset_core::Class;

    use super::*;

    fn profiles() -> Profiles {
        Profiles {
            security: [("Admin", "s-1"), ("Agent", "s-2")]
                .map(|(name, id)| (name.to_owned(), id.to_owned()))
                .into(),
            routing: [("Basic Routing Profile".to_owned(), "r-1".to_owned())].into(),
        }
    }

    #[test]
    fn an_unknown_profile_is_refused_with_the_list_of_those_there_are() {
        let error = profiles().security_ids(&["agent".to_owned()]).unwrap_err();
        assert_eq!(error.class, Class::Invalid);
        assert_eq!(
            error.message,
            "the instance has no security profile `agent`; there are: Admin, Agent (letter case counts)"
        );
        assert!(profiles().routing_id("Basic").is_err());
    }

    #[test]
    fn names_and_ids_translate_both_ways() {
        let ids = profiles()
            .security_ids(&["Agent".to_owned(), "Admin".to_owned()])
            .unwrap();
        assert_eq!(ids, ["s-2", "s-1"]);
        assert_eq!(profiles().security_name("s-2"), "Agent");
        assert_eq!(profiles().routing_name("r-9"), "r-9");
    }
}
