//! `headset import FILE --discover`: what there is in a region that a blueprint could be of.

use serde_json::json;
use serde_yaml::Value;

use super::desk::Desk;
use super::draft::{letters, put};
use super::wanted::{Stack, Wanted};
use crate::cli::exit::Failure;
use headset_aws::kinds::existing::{fleets_before, instances, stacks};
use headset_aws::kinds::iam::federation::streams;
use headset_core::tag;

impl Desk<'_> {
    /// Adds what there is to what is named. What does not clearly belong to it is left out, with the reason.
    pub(super) async fn discover(&mut self, wanted: &Wanted) -> Result<Wanted, Failure> {
        let mut all = wanted.clone();
        let aws = self.access.aws.clone();
        let mut others = instances(&aws).await?.into_iter();
        if all.alias.is_none() {
            all.alias = others.next();
        }
        for alias in others.filter(|alias| Some(alias) != all.alias.as_ref()) {
            let mut section = Value::Null;
            put(&mut section, &["alias"], json!(alias));
            let why = format!(
                "there is the instance {alias} as well, and a blueprint has one: `--alias {alias}` takes that one with the desktops"
            );
            self.leave_out("connect", section, vec![why]);
        }
        for stack in stacks(&aws).await? {
            if all.stacks.iter().any(|named| named.name == stack) {
                continue;
            }
            let fleets = fleets_before(&aws, &stack).await?.unwrap_or_default();
            let owner = fleets.iter().find_map(|fleet| {
                let tags = fleet.live.tags.as_ref()?;
                tags.contains_key(tag::LINEAGE)
                    .then(|| tags.get(tag::ENVIRONMENT))?
            });
            if let Some(owner) = owner {
                let note = format!("the stack {stack} belongs to the environment {owner}, and was left out");
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
        if all.alias.is_none() && all.stacks.is_empty() {
            let regions = aws.regions();
            return Err(Failure::new(format!(
                "there is no instance of Amazon Connect in {}, and no stack with one fleet in {} that belongs to no environment",
                regions.connect, regions.appstream
            ))
            .help("`--region` names another region; `--stack NAME@REGION` names one for the desktops"));
        }
        for stack in &all.stacks {
            match streams(&aws, &stack.name).await {
                Ok(found) => self.notes.extend(found.into_iter().map(|one| {
                    format!(
                        "the role {} streams the stack {} to people whom the provider {} vouches for: `sign_in.appstream` \
                         would make a role and a provider of its own",
                        one.role, stack.name, one.provider
                    )
                })),
                Err(error) => {
                    let note = format!("who signs people in to {} could not be read: {error}", stack.name);
                    self.notes.insert(note);
                }
            }
        }
        Ok(all)
    }
}
