//! What other services ask IAM.

use std::collections::BTreeMap;

use super::evaluate::IdentityPolicies;
use super::{document, service_linked};
use crate::clock::Moment;
use crate::policy::Request;
use crate::service::ask::Identities;
use crate::world::World;
use crate::world::iam::{Account, Provider, Role, User, WebProvider};

fn account<'world>(world: &'world World, account: &str) -> Option<&'world Account> {
    world.iam.accounts.get(account)
}

impl Identities for World {
    fn role_exists(&self, arn: &str) -> bool {
        self.iam.role_exists(arn)
    }

    fn role_usable(&self, arn: &str, now: Moment) -> bool {
        self.iam.role_usable(arn, now)
    }

    fn role(&self, arn: &str) -> Option<&Role> {
        self.iam.role(arn)
    }

    fn role_named(&self, id: &str, name: &str) -> Option<&Role> {
        account(self, id)?.roles.get(&name.to_lowercase())
    }

    fn trust_policy(&self, role: &Role) -> String {
        role.trust_policy(&self.iam)
    }

    fn user_named(&self, id: &str, name: &str) -> Option<&User> {
        account(self, id)?.users.get(&name.to_lowercase())
    }

    fn saml_provider(&self, arn: &str) -> Option<&Provider> {
        self.iam.provider(arn)
    }

    fn web_provider(&self, id: &str, issuer: &str) -> Option<&WebProvider> {
        account(self, id)?.web_providers.get(issuer)
    }

    fn allows(&self, holder: &str, request: &Request) -> bool {
        IdentityPolicies::of(&self.iam, holder).is_some_and(|policies| policies.allow(request))
    }

    fn names_principal(&self, name: &str, now: Moment) -> bool {
        document::names_principal(&self.iam, name, now)
    }

    fn principal_ids(&self, document: &str) -> BTreeMap<String, String> {
        document::principal_ids(&self.iam, document)
    }

    fn principal_replaced(&self, ids: &BTreeMap<String, String>, arn: &str) -> Option<String> {
        document::replaced(&self.iam, ids, arn)
    }

    fn ensure_service_role(
        &mut self,
        account: &str,
        service: &str,
        suffix: Option<&str>,
        now: Moment,
    ) -> Option<String> {
        service_linked::ensure(self, account, service, suffix, now)
    }

    fn release_service_role(&mut self, account: &str, arn: &str) {
        service_linked::release(self, account, arn);
    }
}
