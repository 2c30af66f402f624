//! `headset checkpoint list | show | answer`

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::Global;
use super::environment::Environment;
use super::exit::{Exit, Failure};
use super::remarks;
use super::terminal;
use headset_core::shell::word;
use headset_core::{Address, text};
use headset_design::Desired;
use headset_engine::apply::before_making;
use headset_engine::plan::{Action, Plan, Step};
use headset_engine::state::{AnsweredAt, before_moves, named_elsewhere, together};
use headset_engine::survey;
use headset_kinds::idp::answers::{GONE, contradiction};
use headset_kinds::{Checkpoint, Cloud, Kind, Live, Lookup, Sight, registry};

/// What a person does: AWS has no API for it, or Headset does not use what there is.
#[derive(Debug, Subcommand)]
pub(super) enum CheckpointCommand {
    /// List the checkpoints of an environment and how far they are.
    List(ListArgs),
    /// Print the worksheet of a checkpoint: the exact values to type, in order, and where.
    Show(ShowArgs),
    /// Answer a checkpoint. Checks the answers, keeps them, and prints the lines to commit instead.
    Answer(AnswerArgs),
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// One JSON document on standard output instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The checkpoint's address, as `list` prints it.
    #[arg(value_name = "ADDRESS")]
    address: Address,
    /// One JSON document on standard output instead of Markdown.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct AnswerArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The checkpoint's address, as `list` prints it.
    #[arg(value_name = "ADDRESS")]
    address: Address,
    /// Answers. A value of the form @PATH is read from that file.
    #[arg(required = true, value_name = "KEY=VALUE")]
    answers: Vec<String>,
}

pub(super) async fn checkpoint(global: &Global, command: &CheckpointCommand) -> Result<Exit, Failure> {
    match command {
        CheckpointCommand::List(args) => list(global, args).await,
        CheckpointCommand::Show(args) => show(global, args).await,
        CheckpointCommand::Answer(args) => answer(global, args).await,
    }
}

async fn list(global: &Global, args: &ListArgs) -> Result<Exit, Failure> {
    let (environment, plan) = look(global, &args.file).await?;
    let mut rows = Vec::new();
    for desired in environment.design.resources.values() {
        let Some(kind) = registry::kind(&desired.address.kind) else {
            continue;
        };
        let want = text::resolve(&desired.spec, &plan.outputs);
        let Some(checkpoint) = kind.checkpoint(&desired.address, &want) else {
            continue;
        };
        if desired.mode == headset_design::Mode::Existing {
            continue;
        }
        let stored = stored(&environment, &plan, &desired.address)?;
        let answers = together(&stored, &desired.answers);
        let mut row = row(
            &plan,
            environment.state.resources.contains_key(&desired.address),
            checkpoint,
            &answers,
            kind.answered_name(&want, &stored).is_some(),
        );
        if !answers.is_empty() {
            row.reports = kind.reports().into_iter().map(|question| question.key).collect();
        }
        rows.push(row);
    }
    if args.json {
        let checkpoints: Vec<_> = rows
            .iter()
            .map(|row| {
                serde_json::json!({
                    "address": row.address, "state": row.state, "missing": row.missing, "title": row.title,
                    "notices": row.notices, "reports": row.reports,
                })
            })
            .collect();
        terminal::data(&format!(
            "{}\n",
            serde_json::json!({ "schema_version": 1, "checkpoints": checkpoints })
        ));
    } else {
        // As a shell takes it: `show` and `answer` want it back.
        let pasted: Vec<String> = rows.iter().map(|row| word(&row.address)).collect();
        let widest = pasted.iter().map(String::len).max().unwrap_or_default();
        for (address, row) in pasted.iter().zip(&rows) {
            let Row {
                state,
                missing,
                title,
                notices,
                ..
            } = row;
            let missing = match missing.is_empty() {
                true => String::new(),
                false => format!(" (missing: {})", missing.join(", ")),
            };
            terminal::data(&format!("{address:widest$}  {state:8}  {title}{missing}\n"));
            for notice in notices {
                terminal::data(&format!("  note: {notice}\n"));
            }
        }
        if rows.iter().any(|row| row.reports.iter().any(|key| key == GONE)) {
            let how = format!(
                "an application that a person has deleted since it was answered is asked for anew once you say so: \
                 `headset checkpoint answer FILE ADDRESS {GONE}=yes`"
            );
            terminal::talk(&environment.invocation.complete(&how));
        }
    }
    let open = rows.iter().any(|row| matches!(row.state, "open" | "partial"));
    Ok(if open { Exit::Checkpoints } else { Exit::Done })
}

/// A checkpoint in the list.
struct Row {
    address: String,
    state: &'static str,
    /// Required answers that are not there.
    missing: Vec<String>,
    title: String,
    /// What is there already and may be what is asked for.
    notices: Vec<String>,
    /// What may be reported of it at any time, as keys of answers.
    reports: Vec<String>,
}

/// How far a checkpoint is: `open` (nothing was done, or something changed since), `partial` (some answers are missing),
/// `answered` (the next apply goes on), `attested` (an apply has).
///
/// `is_named`: an answer says which thing it is.
fn row(
    plan: &Plan,
    applied: bool,
    checkpoint: Checkpoint,
    answers: &BTreeMap<String, String>,
    is_named: bool,
) -> Row {
    let step = plan.steps.get(&checkpoint.address);
    let waiting = match step.map(|step| &step.action) {
        Some(Action::Await { checkpoint, diff }) => Some((checkpoint.clone(), !diff.is_empty())),
        _ => None,
    };
    let asked: Vec<String> = checkpoint
        .missing(answers)
        .into_iter()
        .map(str::to_owned)
        .collect();
    let (state, missing) = match &waiting {
        Some((_, false)) if answers.keys().any(|key| asks(&checkpoint, key)) && !asked.is_empty() => {
            ("partial", asked)
        }
        Some((_, false)) if is_named => ("answered", Vec::new()),
        Some((_, false))
            if asked.is_empty() && waits_for_another(step) && !checkpoint.questions.is_empty() =>
        {
            ("answered", Vec::new())
        }
        Some(_) => ("open", Vec::new()),
        // The next apply takes what is there.
        None if applied && step.is_none_or(|step| !matches!(step.action, Action::Adopt { .. })) => {
            ("attested", Vec::new())
        }
        None => ("answered", Vec::new()),
    };
    // An edit is another thing to do than making it, and so may be what was found.
    let shown = waiting
        .filter(|(one, edits)| *edits || !one.notices.is_empty())
        .map(|(one, _)| one);
    let shown = shown.unwrap_or(checkpoint);
    Row {
        address: shown.address.to_string(),
        state,
        missing,
        title: shown.title,
        notices: shown.notices,
        reports: Vec::new(),
    }
}

/// What was answered at an address: it stands where the address was before moves that no apply has made yet.
fn stored(environment: &Environment, plan: &Plan, address: &Address) -> Result<Answered, Failure> {
    let answers = environment.store.answers();
    Ok(answers.get(before_moves(address, &plan.moved))?)
}

/// Whether what an answer is about is not there yet, so that nothing can be told of it.
fn waits_for_another(step: Option<&Step>) -> bool {
    step.and_then(|step| Some((step, registry::kind(&step.address.kind)?)))
        .is_some_and(|(step, kind)| {
            let identity = kind.identity().iter().filter_map(|field| step.want.get(field));
            identity.into_iter().any(text::is_unknown)
        })
}

fn asks(checkpoint: &Checkpoint, key: &str) -> bool {
    checkpoint.questions.iter().any(|question| question.key == key)
}

/// The whole worksheet of a checkpoint, as if nothing were there.
fn full(environment: &Environment, plan: &Plan, address: &Address) -> Option<Checkpoint> {
    let desired = environment.design.resources.get(address)?;
    let want = text::resolve(&desired.spec, &plan.outputs);
    registry::kind(&address.kind)?.checkpoint(address, &want)
}

async fn show(global: &Global, args: &ShowArgs) -> Result<Exit, Failure> {
    let (environment, plan) = look(global, &args.file).await?;
    let mut checkpoint = find(&environment, &plan, &args.address)?;
    if let Some(step) = plan.steps.get(&args.address)
        && let Some(kind) = registry::kind(&args.address.kind)
        && matches!(&step.action, Action::Await { checkpoint, .. } if !checkpoint.notices.is_empty())
    {
        let want = text::resolve(&step.want, &plan.outputs);
        checkpoint = environment.aws.notice(kind, &want, checkpoint).await;
    }
    checkpoint.worksheet = environment.invocation.complete(&checkpoint.worksheet);
    for notice in &mut checkpoint.notices {
        *notice = environment.invocation.complete(notice);
    }
    if args.json {
        terminal::data(&terminal::versioned(&checkpoint));
    } else {
        terminal::data(&format!("{}\n", checkpoint.worksheet.trim_end()));
    }
    Ok(Exit::Done)
}

async fn answer(global: &Global, args: &AnswerArgs) -> Result<Exit, Failure> {
    let mut given = BTreeMap::new();
    for pair in &args.answers {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(Failure::usage(format!("`{pair}` is no answer")).help("write KEY=VALUE"));
        };
        let value = match value.strip_prefix('@') {
            Some(path) => terminal::read_text(Path::new(path), terminal::NAMED_FILE).map_err(Failure::new)?,
            None => value.to_owned(),
        };
        if given.insert(key.to_owned(), value).is_some() {
            return Err(Failure::usage(format!("`{key}` is given twice")).help("give each answer once"));
        }
    }
    if let Some(reason) = contradiction(&given) {
        return Err(Failure::new(reason));
    }
    let (environment, mut plan) = look(global, &args.file).await?;
    let mut taken = Vec::new();
    for (address, given) in by_checkpoint(&environment, &args.address, given) {
        let one = take(&environment, &plan, address, given).await?;
        if let Some(live) = told_by(&one.checked, &one.address, &environment, &plan).await {
            plan.outputs.insert(one.address.clone(), live.outputs);
        }
        taken.push(one);
    }
    for one in &taken {
        let answers = environment.store.answers();
        answers.put(before_moves(&one.address, &plan.moved), &one.checked)?;
        if one.is_gone {
            forget_with(&environment, &plan, &one.address)?;
        }
    }
    let mut lines: BTreeMap<String, Answered> = BTreeMap::new();
    for one in taken {
        let now = match (one.is_taken_back, one.missing.is_empty()) {
            (true, _) => "is open again: its answer was taken back".to_owned(),
            (false, true) => "answered".to_owned(),
            (false, false) => format!("answered in part; still missing: {}", one.missing.join(", ")),
        };
        terminal::talk(&format!("{} {now}", one.address));
        if let Some((place, own)) = one.lines.filter(|(_, own)| !own.is_empty()) {
            lines.entry(place).or_default().extend(own);
        }
    }
    say_misfit(&environment, &plan, &args.address).await?;
    environment.close()?;
    for (place, lines) in lines {
        let lines = serde_yaml::to_string(&lines).map_err(|error| Failure::new(error.to_string()))?;
        terminal::talk(&format!(
            "to keep it with the blueprint, commit these lines at `{place}`:\n"
        ));
        terminal::data(&lines);
    }
    Ok(Exit::Done)
}

/// Takes back what was answered of a thing that is gone with it: its link.
fn forget_with(environment: &Environment, plan: &Plan, gone: &Address) -> Result<(), Failure> {
    for (address, desired) in &environment.design.resources {
        let with = registry::kind(&address.kind).and_then(|kind| kind.answered_with());
        if with.is_none_or(|(with, _)| with != gone.kind) || address.key != gone.key {
            continue;
        }
        let answers = environment.store.answers();
        answers.put(before_moves(address, &plan.moved), &Answered::new())?;
        if !desired.answers.is_empty() {
            terminal::talk(&format!(
                "note: the blueprint answers for {address} as well ({}): take that out{}, since it is about what is gone",
                keys(&desired.answers),
                at(desired)
            ));
        }
    }
    Ok(())
}

/// The keys of answers, as in a sentence.
fn keys(answers: &Answered) -> String {
    let keys: Vec<String> = answers.keys().map(|key| format!("`{key}`")).collect();
    keys.join(", ")
}

/// Where the blueprint asks for something, as in a sentence.
fn at(desired: &Desired) -> String {
    desired
        .place
        .as_ref()
        .map(|place| format!(" (at {place})"))
        .unwrap_or_default()
}

/// Says which earlier answers do not hold for what is there by now: a link that was given before its application.
async fn say_misfit(environment: &Environment, plan: &Plan, answered: &Address) -> Result<(), Failure> {
    for desired in environment.design.resources.values() {
        let address = &desired.address;
        let Some(kind) = registry::kind(&address.kind) else {
            continue;
        };
        let with = kind
            .answered_with()
            .map(|(with, _)| Address::new(with, &address.key));
        if with.as_ref() != Some(answered) {
            continue;
        }
        let earlier = environment.store.answers().get(address)?;
        let want = text::resolve(&desired.spec, &plan.outputs);
        if let Err(reason) = environment.aws.check_answers(kind, &want, &earlier).await
            && told_by(&earlier, address, environment, plan).await.is_none()
        {
            terminal::talk(&format!(
                "note: {address} was answered before, and the answer does not fit: {reason}. It is asked for again"
            ));
        }
    }
    Ok(())
}

type Answered = BTreeMap<String, String>;

/// Answers by the checkpoint that they are for: some may be given together with another's (a link with its
/// application), which comes first.
fn by_checkpoint(environment: &Environment, address: &Address, given: Answered) -> Vec<(Address, Answered)> {
    let mut own = Answered::new();
    let mut others: BTreeMap<Address, Answered> = BTreeMap::new();
    for (key, answer) in given {
        let other = registry::answered_by(&address.kind, &key)
            .map(|kind| Address::new(kind.name(), &address.key))
            .filter(|other| environment.design.resources.contains_key(other));
        match other {
            Some(other) => others.entry(other).or_default().insert(key, answer),
            None => own.insert(key, answer),
        };
    }
    let own = (!own.is_empty()).then(|| (address.clone(), own));
    own.into_iter().chain(others).collect()
}

/// Answers to one checkpoint that were checked.
struct Taken {
    address: Address,
    /// All that is answered to it by now.
    checked: Answered,
    /// Required answers that are not there yet.
    missing: Vec<String>,
    /// Whether nothing is answered any more.
    is_taken_back: bool,
    /// Whether it was reported that the thing is no longer there.
    is_gone: bool,
    /// What may be kept with the blueprint, and where in it.
    lines: Option<(String, Answered)>,
}

/// What answers tell of the thing that they are about, if they tell that it is there.
async fn told_by(
    answers: &Answered,
    address: &Address,
    environment: &Environment,
    plan: &Plan,
) -> Option<Live> {
    let desired = environment.design.resources.get(address)?;
    let lookup = Lookup {
        address: address.clone(),
        spec: text::resolve(&desired.spec, &plan.outputs),
        id: None,
        answers: together(answers, &desired.answers),
    };
    let sights = survey::look(&environment.aws, &address.kind, &[lookup]).await;
    sights.into_iter().find_map(|sight| match sight {
        Sight::Present(live) => Some(live),
        Sight::Absent | Sight::Unknown(_) => None,
    })
}

/// Checks answers to one checkpoint, together with what was answered to it before.
async fn take(
    environment: &Environment,
    plan: &Plan,
    address: Address,
    given: Answered,
) -> Result<Taken, Failure> {
    let checkpoint = find(environment, plan, &address)?;
    let edits = plan.steps.get(&address).is_some_and(|step| step.action.edits());
    // What was answered about a thing that is there can be corrected, whether or not it has to be changed.
    let full = full(environment, plan, &address).unwrap_or_else(|| checkpoint.clone());
    let known: BTreeSet<&str> = [&checkpoint, &full]
        .into_iter()
        .flat_map(|one| &one.questions)
        .map(|question| question.key.as_str())
        .collect();
    let is_gone = given.contains_key(GONE) && reports(&address).contains(GONE);
    if is_gone {
        check_gone(environment, plan, &address).await?;
    }
    for key in given.keys() {
        if !known.contains(key.as_str()) && !is_gone {
            let known: Vec<&str> = known.into_iter().collect();
            return Err(Failure::new(format!("{address} does not ask for `{key}`"))
                .help(format!("it asks for: {}", known.join(", "))));
        }
    }
    let (Some(kind), Some(desired)) = (
        registry::kind(&address.kind),
        environment.design.resources.get(&address),
    ) else {
        return Err(Failure::new(format!("{address} is not in the blueprint")));
    };
    // Answers may come one by one; what was answered before stays.
    let mut all = stored(environment, plan, &address)?;
    let waits = plan
        .steps
        .get(&address)
        .is_some_and(|step| matches!(step.action, Action::Await { .. }));
    let lasting = kind.lasting_answers(&all);
    if waits && !edits {
        all = before_making(kind, &checkpoint, all);
    }
    all.extend(lasting);
    for (key, answer) in &given {
        if let Some(other) = desired.answers.get(key)
            && other.trim() != answer.trim()
        {
            return Err(
                Failure::new(format!("the blueprint gives `{key}` of {address} itself"))
                    .help("change it there: what the blueprint says holds"),
            );
        }
    }
    all.extend(given.clone());
    let want = text::resolve(&desired.spec, &plan.outputs);
    let checked = environment
        .aws
        .check_answers(kind, &want, &all)
        .await
        .map_err(Failure::new)?;
    check_others(environment, plan, kind, desired, &want, &checked)?;
    if let Some(document) = checked.get("metadata") {
        let now = environment.aws.clock().now();
        terminal::diagnostics(&remarks::of_document(&address, document, now));
    }
    for remark in environment.aws.remarks(kind, &want, &checked).await {
        terminal::talk(&format!("note: {remark}"));
    }
    let missing = checkpoint.missing(&together(&together(&checked, &desired.answers), &given));
    let missing = missing.into_iter().map(str::to_owned).collect();
    // What tells about the state of an application has no place in a blueprint, nor has what is not asked for there.
    let mut lines = given;
    lines.retain(|key, _| full.questions.iter().any(|question| question.key == *key));
    let place = want.get("answers_at").and_then(serde_json::Value::as_str);
    Ok(Taken {
        address,
        is_taken_back: kind.lasting_answers(&checked) == checked,
        checked,
        missing,
        is_gone,
        lines: place.map(|place| (place.to_owned(), lines)),
    })
}

/// What may be reported at any time of what was answered at an address, as keys of answers.
fn reports(address: &Address) -> BTreeSet<String> {
    let reports = registry::kind(&address.kind)
        .map(Kind::reports)
        .unwrap_or_default();
    reports.into_iter().map(|question| question.key).collect()
}

/// Refuses the report that something is gone where that cannot be, and says if AWS still has it.
async fn check_gone(environment: &Environment, plan: &Plan, address: &Address) -> Result<(), Failure> {
    let before = stored(environment, plan, address)?;
    let Some(desired) = environment.design.resources.get(address) else {
        return Err(Failure::new(format!("{address} is not in the blueprint")));
    };
    if !desired.answers.is_empty() {
        let message = format!(
            "the blueprint answers for {address} itself: {}{}",
            keys(&desired.answers),
            at(desired)
        );
        return Err(Failure::new(message).help(format!(
            "take that out of it first, since it is about an application that is gone; then answer `{GONE}=yes` again"
        )));
    }
    if before.is_empty() {
        let message = format!("{address} was not answered, so that nothing can be gone");
        return Err(Failure::new(message).help("make the application as its worksheet says, and answer"));
    }
    let told = told_by(&before, address, environment, plan).await;
    // An answer is all that is known where AWS tells nothing.
    if let Some(live) = told.filter(|live| live.condition.state() != "ANSWERED") {
        terminal::talk(&format!(
            "note: AWS still has the application ({}): delete it, or there will be two of them",
            live.id
        ));
    }
    Ok(())
}

/// Refuses answers that name what another address was answered with.
fn check_others(
    environment: &Environment,
    plan: &Plan,
    kind: &dyn Kind,
    desired: &Desired,
    want: &serde_json::Value,
    checked: &Answered,
) -> Result<(), Failure> {
    let one = AnsweredAt {
        address: &desired.address,
        want,
        answers: together(checked, &desired.answers),
    };
    let mut others = Vec::new();
    for other in environment.design.resources.values() {
        if other.address.kind == one.address.kind && other.address != *one.address {
            others.push(AnsweredAt {
                address: &other.address,
                want: &other.spec,
                answers: together(&stored(environment, plan, &other.address)?, &other.answers),
            });
        }
    }
    named_elsewhere(kind, &one, others).map_or(Ok(()), |reason| Err(Failure::new(reason)))
}

async fn look(global: &Global, file: &std::path::Path) -> Result<(Environment, Plan), Failure> {
    let environment = Environment::open(global, file).await?;
    let assessed = environment
        .assess(&environment.design, &environment.state)
        .await?;
    environment.close()?;
    let mut plan = assessed.plan;
    // A worksheet shows what is known now, even of things that are being replaced.
    for (address, sight) in &assessed.survey.sights {
        if let Sight::Present(live) = sight {
            plan.outputs.insert(address.clone(), live.outputs.clone());
        }
    }
    Ok((environment, plan))
}

fn find(environment: &Environment, plan: &Plan, address: &Address) -> Result<Checkpoint, Failure> {
    let waiting = match plan.steps.get(address).map(|step| &step.action) {
        // The full worksheet shows what is known now; an edit has its own.
        Some(Action::Await { checkpoint, diff }) if !diff.is_empty() => Some(checkpoint.clone()),
        _ => full(environment, plan, address),
    };
    waiting.ok_or_else(|| {
        Failure::new(format!("{address} is no checkpoint of this blueprint")).help(format!(
            "`{}` lists them",
            environment.invocation.command("checkpoint list")
        ))
    })
}
