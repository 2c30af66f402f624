//! Which state belongs in a place: the names of the place say it.

use std::path::Path;

use super::model::State;

/// The state that belongs in a place: that of an environment, in an account and region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Belongs {
    environment: String,
    /// Account and region, as directories and keys call them: what keeps endpoints and lineages apart may follow.
    place: String,
}

impl Belongs {
    /// That of an environment in a place, as directories call it.
    pub(super) fn of(environment: &str, place: &str) -> Belongs {
        Belongs {
            environment: environment.to_owned(),
            place: place.to_owned(),
        }
    }

    /// That of a path of names, which the last two of them say. `None`: they are not as Headset calls a place.
    pub(super) fn in_path(path: &Path) -> Option<Belongs> {
        let place = path.file_name()?.to_str()?;
        let environment = path.parent()?.file_name()?.to_str()?;
        says_account(place).then(|| Belongs::of(environment, place))
    }

    /// Whether this state is the one.
    pub(super) fn is(&self, state: &State) -> bool {
        let place = format!("{}-{}", state.account, state.region);
        let rest = self.place.strip_prefix(&place);
        state.environment == self.environment
            && (rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.']))
                || !says_account(&self.place))
    }

    /// That another state is in the place, as the reason of a damage.
    pub(super) fn but_is(&self, state: &State) -> String {
        format!(
            "it is the state of `{}` in {} {}, and that of `{}` in {} belongs here",
            state.environment, state.account, state.region, self.environment, self.place
        )
    }
}

/// Whether a place is called like one: an account comes first.
fn says_account(place: &str) -> bool {
    let account = place.split('-').next().unwrap_or_default();
    account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_belongs_where_the_names_of_the_place_are_its_own() {
        let state = State::new("acme", "123456789012", "eu-west-2", "lineage".into());
        let is = |path: &str| Belongs::in_path(Path::new(path)).map(|belongs| belongs.is(&state));
        for own in ["", "-sim", "-1a2b3c4d", ".6f1d0c1e", "-sim.6f1d0c1e"] {
            assert_eq!(
                is(&format!("root/acme/123456789012-eu-west-2{own}")),
                Some(true),
                "{own}"
            );
        }
        for other in [
            "root/other/123456789012-eu-west-2",
            "root/acme/210987654321-eu-west-2",
            "root/acme/123456789012-eu-west-1",
            "root/acme/123456789012-eu-west-22",
        ] {
            assert_eq!(is(other), Some(false), "{other}");
        }
        assert_eq!(is("root/acme/elsewhere"), None);
    }
}
