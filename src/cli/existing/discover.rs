//! `headset import FILE --discover`: what there is in regions that a blueprint could be of.

use std::collections::BTreeSet;

use serde_json::json;
use serde_yaml::Value;

use super::desk::Desk;
use super::draft::{letters, put};
use super::wanted::{Stack, Wanted};
use crate::cli::exit::Failure;
use headset_aws::kinds::existing::{self, Instance, Owner, fleets_before, instances, stacks};
use headset_kinds::regions::{Has, Identity, Regions, is_in_partition, is_not_enabled, partition_of, with};

/// What there is in a region.
struct Place {
    region: String,
    instances: Vec<Instance>,
    stacks: Vec<existing::Stack>,
}

impl Desk<'_> {
    /// Adds what there is to what is named. What does not clearly belong to it is left out, with the reason.
    pub(super) async fn discover(&mut self, wanted: &Wanted) -> Result<Wanted, Failure> {
        let mut all = wanted.clone();
        let places = self.look_around(wanted).await?;
        let seen: Vec<String> = places.iter().map(|place| place.region.clone()).collect();
        let named = places.iter().flat_map(|place| &place.instances);
        let named = named
            .into_iter()
            .find(|one| all.alias.as_ref() == Some(&one.alias));
        // What belongs to the environment of what was named, belongs to it.
        let own = named.and_then(|one| one.owner.clone());
        let is_free = |owner: Option<&Owner>| owner.is_none() || owner == own.as_ref();
        let regions = self.access.aws.regions().clone();
        let connect = places.iter().find(|place| match &all.alias {
            Some(alias) => place.instances.iter().any(|one| one.alias == *alias),
            None => place.instances.iter().any(|one| is_free(one.owner.as_ref())),
        });
        let connect = connect.map_or(&regions.connect, |place| &place.region);
        let has_stack = |place: &&Place| place.stacks.iter().any(|stack| is_free(stack.owner.as_ref()));
        let mut with_stacks = places.iter().filter(has_stack);
        let appstream = match (all.stacks.is_empty(), places.len()) {
            (false, _) | (_, 1) => &regions.appstream,
            // Best where the instance is.
            _ => {
                let beside = with_stacks.clone().find(|place| place.region == *connect);
                let first = beside.or_else(|| with_stacks.next());
                first.map_or(connect, |place| &place.region)
            }
        };
        self.access.aws = self.access.aws.with_regions(
            Regions {
                appstream: appstream.clone(),
                ..Regions::all_in(connect)
            },
            Identity::Same,
        );
        let (connect, appstream) = (connect.clone(), appstream.clone());
        let (mut instances, mut stacks) = (Vec::new(), Vec::new());
        for place in places {
            let mut further = Vec::new();
            match place.region == connect {
                true => instances = place.instances,
                false => further.extend(
                    place
                        .instances
                        .into_iter()
                        .map(|one| format!("the instance {}", one.alias)),
                ),
            }
            match place.region == appstream {
                true => stacks = place.stacks,
                false => further.extend(
                    place
                        .stacks
                        .into_iter()
                        .map(|one| format!("the stack {}", one.name)),
                ),
            }
            if !further.is_empty() {
                let note = format!(
                    "in {} there is more, which a blueprint of its own can say (`--discover --region {}`): {}",
                    place.region,
                    place.region,
                    further.join(", ")
                );
                self.notes.insert(note);
            }
        }
        self.take_instance(&mut all, instances, &is_free);
        self.take_stacks(&mut all, stacks, &is_free).await?;
        if all.alias.is_none() && all.stacks.is_empty() {
            let seen = match seen.as_slice() {
                [] | [_] if connect == appstream => format!("in {connect}"),
                [] | [_] => format!("in {connect} and {appstream}"),
                several => format!("in these {} regions: {}", several.len(), several.join(", ")),
            };
            let help = match wanted.all_regions {
                true => "`headset env list` names the environments that have what is there",
                false => {
                    "`--region` names another region, `--all-regions` looks in all of them; `--stack NAME@REGION` names one for \
                     the desktops"
                }
            };
            return Err(Failure::new(format!(
                "there is no instance of Amazon Connect and no stack with one fleet that belongs to no environment {seen}"
            ))
            .help(help));
        }
        Ok(all)
    }

    /// What there is, region by region.
    async fn look_around(&mut self, wanted: &Wanted) -> Result<Vec<Place>, Failure> {
        let aws = self.access.aws.clone();
        let home = aws.regions().clone();
        let mut names: BTreeSet<String> = wanted.regions.iter().cloned().collect();
        if wanted.all_regions {
            let partition = partition_of(&home.connect);
            let listed = [Has::Connect, Has::AppStream].into_iter().flat_map(with);
            let listed = listed.filter(|region| is_in_partition(region, partition));
            names.extend(listed.map(str::to_owned));
        }
        for region in [&home.connect, &home.appstream] {
            names.remove(region);
        }
        let mut own = vec![home.connect.as_str()];
        own.extend(Some(home.appstream.as_str()).filter(|region| *region != home.connect));
        let is_named = |region: &str| own.contains(&region) || wanted.regions.iter().any(|one| one == region);
        let mut places = Vec::new();
        for region in own.iter().copied().chain(names.iter().map(String::as_str)) {
            let way = aws.with_regions(Regions::all_in(region), Identity::Same);
            let found = match instances(&way).await {
                Ok(instances) => stacks(&way).await.map(|stacks| (instances, stacks)),
                Err(error) => Err(error),
            };
            match found {
                Ok((instances, stacks)) => places.push(Place {
                    region: region.to_owned(),
                    instances,
                    stacks,
                }),
                Err(error) if is_named(region) => return Err(error.into()),
                Err(error) if is_not_enabled(region, &error) => {}
                Err(error) => {
                    self.notes
                        .insert(format!("what there is in {region} could not be read: {error}"));
                }
            }
        }
        Ok(places)
    }

    /// Takes an instance, if none is named.
    fn take_instance(
        &mut self,
        all: &mut Wanted,
        instances: Vec<Instance>,
        is_free: &dyn Fn(Option<&Owner>) -> bool,
    ) {
        let (free, of_others): (Vec<Instance>, Vec<Instance>) =
            instances.into_iter().partition(|one| is_free(one.owner.as_ref()));
        let mut free = free.into_iter();
        if all.alias.is_none() {
            all.alias = free.next().map(|one| one.alias);
        }
        for Instance { alias, .. } in free.filter(|one| Some(&one.alias) != all.alias.as_ref()) {
            let mut section = Value::Null;
            put(&mut section, &["alias"], json!(alias));
            let why = format!(
                "there is the instance {alias} as well, and a blueprint has one: `--alias {alias}` takes that one with the desktops"
            );
            self.leave_out("connect", section, vec![why]);
        }
        for Instance { alias, owner } in of_others {
            let owner = owner.map(|owner| owner.environment).unwrap_or_default();
            let note = format!(
                "the instance {alias} belongs to the environment {owner}, and was left out: `--alias {alias}` takes it"
            );
            self.notes.insert(note);
        }
    }

    /// Takes the stacks that have one fleet and belong to no other environment.
    async fn take_stacks(
        &mut self,
        all: &mut Wanted,
        stacks: Vec<existing::Stack>,
        is_free: &dyn Fn(Option<&Owner>) -> bool,
    ) -> Result<(), Failure> {
        let aws = self.access.aws.clone();
        for stack in stacks {
            let (stack, owner) = (stack.name, stack.owner);
            if all.stacks.iter().any(|named| named.name == stack) {
                continue;
            }
            let fleets = fleets_before(&aws, &stack).await?.unwrap_or_default();
            let of_fleets = fleets
                .iter()
                .filter_map(|fleet| Owner::of(fleet.live.tags.as_ref()?));
            let mut owners = owner.into_iter().chain(of_fleets);
            if let Some(owner) = owners.find(|owner| !is_free(Some(owner))) {
                let note = format!(
                    "the stack {stack} belongs to the environment {}, and was left out",
                    owner.environment
                );
                self.notes.insert(note);
                continue;
            }
            if fleets.len() == 1 {
                all.stacks.push(Stack::called(stack));
                continue;
            }
            let names: Vec<&str> = fleets.iter().map(|fleet| fleet.live.id.as_str()).collect();
            let why = match names.as_slice() {
                [] => format!("the stack {stack} has no fleet, and one of a blueprint has one"),
                names => format!(
                    "the stack {stack} has the fleets {}, and one of a blueprint has one",
                    names.join(" and ")
                ),
            };
            let mut section = Value::Null;
            put(
                &mut section,
                &["stacks", &letters(&stack, "-"), "existing"],
                json!(stack),
            );
            for name in names {
                put(
                    &mut section,
                    &["fleets", &letters(name, "-"), "existing"],
                    json!(name),
                );
            }
            self.leave_out("appstream", section, vec![why]);
        }
        Ok(())
    }
}
