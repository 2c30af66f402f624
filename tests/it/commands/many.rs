//! Many environments in one command: what they share, what is broken, and which part of them is meant.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::support::desk::{Desk, Said};
use crate::support::example;
use crate::support::program::Program as _;
use crate::support::served::{cloud, headset};

/// A desktop of its own: what most environments of a team are.
fn desktop(name: &str) -> String {
    format!(
        "version: 1
name: {name}
aws: {{ region: eu-west-1 }}
lifetime: 1d
appstream:
  network: {{ subnets: [subnet-0a1b2c3d4e5f60718, subnet-1a1b2c3d4e5f60718] }}
  images: {{ plain: {{ newest: AppStream-WinServer2022 }} }}
  fleets:
    agents: {{ image: plain, instance: stream.standard.medium, capacity: {{ min: 1, max: 4, target: 75 }} }}
  stacks: {{ agents: {{ fleet: agents }} }}
"
    )
}

/// A directory `envs` with so many of them.
fn several(count: usize) -> Desk {
    let desk = Desk::with(&desktop("acme-alone"));
    std::fs::create_dir(desk.path().join("envs")).unwrap();
    for number in 0..count {
        add(
            &desk,
            &format!("acme-{number:02}"),
            &desktop(&format!("acme-{number:02}")),
        );
    }
    desk
}

fn add(desk: &Desk, file: &str, text: &str) {
    std::fs::write(desk.path().join("envs").join(format!("{file}.yaml")), text).unwrap();
}

/// How often each operation is called by a command.
fn calls(desk: &Desk, arguments: &[&str]) -> (Said, BTreeMap<String, usize>) {
    let recorded = desk.path().join("calls.jsonl");
    let said = desk.run(&[arguments, &["--sim", "--record", "calls.jsonl"]].concat());
    let text = std::fs::read_to_string(&recorded).unwrap();
    std::fs::remove_file(&recorded).unwrap();
    let is_refused = ["Throttling", "TooManyRequests", "SlowDown"]
        .into_iter()
        .any(|code| text.contains(code));
    assert!(!is_refused, "{arguments:?} is too fast: {text}");
    let mut calls = BTreeMap::new();
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if let Some(operation) = line["operation"].as_str() {
            *calls.entry(operation.to_owned()).or_default() += 1;
        }
    }
    (said, calls)
}

/// What reads one thing at a time: AWS has no batch for it, so that it may grow with the things.
const ONE_BY_ONE: [&str; 6] = [
    "DescribeEntitlements",
    "DescribeThemeForStack",
    "DescribeUserStackAssociations",
    "ListAssociatedFleets",
    "ListAssociatedStacks",
    "ListTagsForResource",
];

/// Fails if an operation is called more often than its pages, for so many environments, make it.
fn grows_with_pages(
    command: &str,
    alone: &BTreeMap<String, usize>,
    all: &BTreeMap<String, usize>,
    count: usize,
) {
    for (operation, times) in all {
        let once = alone.get(operation).copied().unwrap_or_default();
        let most = match ONE_BY_ONE.contains(&operation.as_str()) {
            true => once * count,
            // AppStream is asked for 25 things by their names, and for all that it has where some of these are missing.
            false => (once + 2) * count.div_ceil(25),
        };
        assert!(
            *times <= most,
            "{command} of {count}: {operation} {times} times, of one {once} times: {all:?}"
        );
    }
}

#[test]
fn calls_grow_with_pages_and_not_with_environments() {
    let mut alone = BTreeMap::new();
    for count in [1, 10, 50] {
        let desk = several(count);
        let mut look = |command: &'static str| {
            // All of them together stay below AWS's rates: nothing is refused.
            let (said, calls) = calls(&desk, &[command, "envs", "--throttle"]);
            assert_eq!(
                said.code,
                Some(0),
                "{command} of {count}: {}{}",
                said.data,
                said.talk
            );
            if count == 1 {
                alone.insert((command, desk.world().exists()), calls);
            } else {
                grows_with_pages(command, &alone[&(command, desk.world().exists())], &calls, count);
            }
        };
        // Of nothing that is there yet.
        look("plan");
        desk.has_high_quotas();
        desk.ok(&["apply", "envs", "--sim", "--yes"]);
        for command in ["plan", "drift", "status"] {
            look(command);
        }
    }
}

#[test]
fn a_shared_store_is_searched_once_for_all_new_environments() {
    let lists = |count: usize| {
        let desk = several(count);
        desk.write(&example("bootstrap.yaml").1);
        desk.ok(&["bootstrap", "center.yaml", "--sim", "--yes"]);
        let (said, calls) = calls(&desk, &["plan", "envs", "--state", STORE]);
        assert_eq!(said.code, Some(0), "{}", said.talk);
        calls["ListObjectsV2"]
    };
    // Each lists its own, and one lists all.
    assert_eq!(lists(1), 2);
    assert_eq!(lists(4), 5);
}

fn document(said: &Said) -> Value {
    serde_json::from_str(&said.data).unwrap_or_else(|_| panic!("{}\n{}", said.data, said.talk))
}

#[test]
fn one_that_is_broken_does_not_stop_the_others() {
    let desk = several(2);
    add(&desk, "acme-broken", "version: 1\nname: [acme\n");
    let said = desk.run(&["apply", "envs", "--sim", "--yes", "--json"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(said.talk.contains("envs/acme-broken.yaml:2:"), "{}", said.talk);
    // Each event says whose it is.
    let events: Vec<Value> = said
        .data
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |event: &str| -> BTreeSet<String> {
        let meant = events.iter().filter(|one| one["event"] == event);
        meant
            .map(|one| one["environment"].as_str().unwrap().to_owned())
            .collect()
    };
    let both: BTreeSet<String> = ["acme-00".to_owned(), "acme-01".to_owned()].into();
    for event in ["begun", "started", "finished", "outputs"] {
        assert_eq!(of(event), both, "{event}");
    }
    // They run at the same time: the second one begins before the first one ends.
    let place = |event: &str, name: &str| {
        let meant = |one: &Value| one["event"] == event && one["environment"] == name;
        events.iter().position(meant).unwrap()
    };
    assert!(
        place("begun", "acme-01") < place("outputs", "acme-00"),
        "{events:?}"
    );
    for (command, list) in [("plan", "plans"), ("status", "environments")] {
        let said = desk.run(&[command, "envs", "--sim", "--json"]);
        assert_eq!(said.code, Some(1), "{command}: {}", said.talk);
        let document = document(&said);
        assert_eq!(document[list].as_array().unwrap().len(), 2, "{command}");
        assert_eq!(
            document["unopened"][0]["file"], "envs/acme-broken.yaml",
            "{command}"
        );
    }
    // For people each plan stands below the name of its environment.
    let said = desk.run(&["plan", "envs", "--sim"]);
    let heads = ["acme-00\n", "acme-01\n"].map(|head| said.data.find(head).expect(head));
    assert!(heads[0] < heads[1], "{}", said.data);
    let said = desk.run(&["verify", "envs", "--sim", "--format", "junit"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    for suite in ["acme-00", "acme-01", "envs/acme-broken.yaml"] {
        assert!(
            said.data.contains(&format!("<testsuite name=\"{suite}\"")),
            "{}",
            said.data
        );
    }
    let said = desk.run(&["destroy", "envs", "--sim", "--yes"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    for name in ["acme-00", "acme-01"] {
        assert!(
            said.talk.contains(&format!("{name}: taken down")),
            "{}",
            said.talk
        );
        // Lines of several runs say which one they are of.
        assert!(
            said.talk.contains(&format!("{name}: - appstream.fleet/agents")),
            "{}",
            said.talk
        );
    }
}

#[test]
fn a_refused_one_and_one_for_another_account_leave_the_others_alone() {
    let desk = several(2);
    add(
        &desk,
        "acme-elsewhere",
        &desktop("acme-elsewhere").replace(
            "region: eu-west-1",
            "region: eu-west-1, account: \"111122223333\"",
        ),
    );
    let said = desk.run(&["plan", "envs", "--sim", "--json"]);
    // No error: a guard refuses.
    assert_eq!(said.code, Some(5), "{}", said.talk);
    let document = document(&said);
    assert_eq!(document["plans"].as_array().unwrap().len(), 2);
    assert_eq!(document["unopened"][0]["findings"][0]["code"], "wrong-account");
}

#[test]
fn each_environment_is_in_one_shard_and_what_shares_a_rate_is_in_the_same() {
    let desk = several(3);
    for region in ["us-east-1", "ap-southeast-2"] {
        for number in 0..2 {
            let name = format!("acme-{region}-{number}");
            add(&desk, &name, &desktop(&name).replace("eu-west-1", region));
        }
    }
    let mut seen: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let said = desk.ok(&["plan", "envs", "--sim", "--json", "--shard", shard]);
        for plan in document(&said)["plans"].as_array().unwrap() {
            let name = plan["environment"].as_str().unwrap().to_owned();
            seen.entry(shard.to_owned()).or_default().push(name);
        }
    }
    let sizes: Vec<usize> = seen.values().map(Vec::len).collect();
    assert_eq!(sizes, [3, 2, 2], "{seen:?}");
    for names in seen.values() {
        let regions: BTreeSet<&str> = names
            .iter()
            .map(|name| name.rsplit_once('-').unwrap().0)
            .collect();
        assert_eq!(regions.len(), 1, "{seen:?}");
    }
    // A part without environments is no mistake, and nothing is searched for by name.
    let said = desk.ok(&["destroy", "envs", "--sim", "--yes", "--shard", "4/4"]);
    assert!(
        said.talk.contains("shard 4/4: 0 of 7 blueprints"),
        "{}",
        said.talk
    );
    assert!(!said.talk.contains("looked for tags"), "{}", said.talk);
    let said = desk.run(&["plan", "envs", "--sim", "--shard", "4/3"]);
    assert_eq!(said.code, Some(64), "{}", said.talk);
}

#[test]
fn a_pattern_and_a_file_name_the_same_environment_once() {
    let desk = several(2);
    let said = desk.ok(&["plan", "envs/*.yaml", "envs/acme-00.yaml", "--sim", "--json"]);
    assert_eq!(document(&said)["plans"].as_array().unwrap().len(), 2);
    for (argument, why) in [("envs/*.yml", "no file fits"), (".headset", "holds no blueprint")] {
        let said = desk.run(&["plan", argument, "--sim"]);
        assert_eq!(said.code, Some(64), "{}", said.talk);
        assert!(said.talk.contains(why), "{}", said.talk);
    }
}

/// The report of one command on all, and that of parts which are joined.
#[test]
fn reports_of_shards_are_joined_to_that_of_one_command() {
    let desk = several(2);
    for region in ["us-east-1", "ap-southeast-2"] {
        let name = format!("acme-{region}");
        add(&desk, &name, &desktop(&name).replace("eu-west-1", region));
    }
    desk.ok(&["apply", "envs", "--sim", "--yes"]);
    add(&desk, "acme-broken", "version: 1\nname: [acme\n");
    desk.edit(|world| {
        super::drift::output::fleet(world, "acme-00-agents")["DisconnectTimeoutInSeconds"] = 60.into();
    });
    let look = |more: &[&str]| desk.run(&[&["drift", "envs", "--sim", "--format", "json"], more].concat());
    let all = look(&[]);
    assert_eq!(all.code, Some(1), "a broken one is an error: {}", all.talk);
    let mut codes = Vec::new();
    let mut files: Vec<String> = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let said = look(&["--shard", shard]);
        let file = format!("report-{}.json", &shard[..1]);
        std::fs::write(desk.path().join(&file), &said.data).unwrap();
        files.push(file);
        codes.push(said.code.unwrap());
    }
    codes.sort_unstable();
    assert_eq!(codes, [0, 1, 2]);
    let merge = |form: &str| {
        let mut words = vec!["report", "merge"];
        words.extend(files.iter().map(String::as_str));
        words.extend(["--format", form]);
        let said = desk.run(&words);
        assert_eq!(said.code, Some(1), "{form}: {}", said.talk);
        said.data
    };
    // The same but for the order of the environments.
    let sorted = |mut document: Value| {
        let chapters = document["report"]["chapters"].as_array_mut().unwrap();
        chapters.sort_by_key(|chapter| chapter["environment"].as_str().unwrap().to_owned());
        let environments = document["summary"]["environments"].as_array_mut().unwrap();
        environments.sort_by_key(|one| one["environment"].as_str().unwrap().to_owned());
        // The next commands have the option of the part.
        environments.iter_mut().for_each(|one| drop(one["next"].take()));
        document["summary"]["milliseconds"].take();
        document
    };
    let joined: Value = serde_json::from_str(&merge("json")).unwrap();
    assert_eq!(
        (&joined["drift"], &joined["summary"]["exit_code"]),
        (&1.into(), &1.into())
    );
    assert_eq!(sorted(joined), sorted(document(&all)));
    let text = merge("human");
    for line in [
        "acme-00: 1 drift",
        "acme-01: 0 drifts",
        "envs/acme-broken.yaml: it could not be looked at",
    ] {
        assert!(text.contains(line), "{text}");
    }
    for (form, part) in [
        ("sarif", "acme-00"),
        ("junit", "<testsuite name=\"acme-00\""),
        ("markdown", "<!-- headset drift -->"),
        ("github", "::error file=envs/acme-00.yaml"),
        ("html", "acme-ap-southeast-2"),
    ] {
        let said = merge(form);
        assert!(said.contains(part), "{form}: {said}");
    }
    // Reports of different commands, and what is none.
    let plan = desk.ok(&["plan", "envs/acme-00.yaml", "--sim", "--json"]);
    std::fs::write(desk.path().join("plan.json"), plan.data).unwrap();
    let said = desk.run(&["report", "merge", &files[0], "plan.json"]);
    assert_eq!(said.code, Some(64), "{}", said.talk);
    let said = desk.run(&["report", "merge", "center.yaml"]);
    assert_eq!(said.code, Some(1), "{}", said.talk);
    assert!(
        said.talk.contains("is no report that can be joined"),
        "{}",
        said.talk
    );
}

/// The bucket for states that `bootstrap.yaml` makes.
const STORE: &str = "s3://acme-account-state-123456789012-eu-west-2/headset?region=eu-west-2";

/// Three machines before one cloud, with state in a bucket: first each on its part, then all of them on everything at once.
#[test]
fn machines_share_environments_by_leases_and_by_shards() {
    let desk = several(2);
    for region in ["us-east-1", "ap-southeast-2"] {
        for number in 0..2 {
            let name = format!("acme-{region}-{number}");
            add(&desk, &name, &desktop(&name).replace("eu-west-1", region));
        }
    }
    std::fs::write(desk.path().join("bootstrap.yaml"), example("bootstrap.yaml").1).unwrap();
    let (_running, endpoint) = cloud();
    let run = |machine: &str, arguments: &[&str]| {
        let output = headset(desk.path(), &endpoint)
            .args(arguments)
            .args(["--state-dir", machine])
            .said();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said {
            code: output.status.code(),
            data: text(output.stdout),
            talk: text(output.stderr),
        }
    };
    let said = run("administrator", &["bootstrap", "bootstrap.yaml", "--yes"]);
    assert_eq!(said.code, Some(0), "{}", said.talk);
    // At the same time.
    let together = |words: &(dyn Fn(usize) -> Vec<String> + Sync)| -> Vec<Said> {
        std::thread::scope(|scope| {
            let run = &run;
            let machines = (1..=3).map(|machine| {
                scope.spawn(move || {
                    let words = words(machine);
                    let words: Vec<&str> = words.iter().map(String::as_str).collect();
                    run(&format!("machine-{machine}"), &words)
                })
            });
            let machines: Vec<_> = machines.collect();
            machines
                .into_iter()
                .map(|machine| machine.join().unwrap())
                .collect()
        })
    };
    let words = |line: &str| -> Vec<String> { line.split(' ').map(str::to_owned).collect() };
    let all = together(&|machine| words(&format!("apply envs --yes --state {STORE} --shard {machine}/3")));
    for said in &all {
        assert_eq!(said.code, Some(0), "{}", said.talk);
    }
    // Each fleet was made by one machine.
    let made = all.iter().flat_map(|said| said.talk.lines());
    let mut made: Vec<&str> = made
        .filter(|line| line.contains("+ appstream.fleet/agents created"))
        .collect();
    made.sort_unstable();
    let of: BTreeSet<&str> = made.iter().filter_map(|line| line.split(':').next()).collect();
    assert_eq!((made.len(), of.len()), (6, 6), "{made:?}");
    // The later one waits for the lease of an environment, and finds it made.
    for said in together(&|_| words(&format!("apply envs --yes --state {STORE} --lock-timeout 5m"))) {
        assert_eq!(said.code, Some(0), "{}", said.talk);
        assert!(!said.talk.contains("+ appstream"), "{}", said.talk);
    }
    let parts = together(&|machine| {
        words(&format!(
            "drift envs --state {STORE} --shard {machine}/3 --format json"
        ))
    });
    let mut reports = vec!["report".to_owned(), "merge".to_owned()];
    for (machine, said) in parts.iter().enumerate() {
        assert_eq!(said.code, Some(0), "{}", said.talk);
        let name = format!("report-{machine}.json");
        std::fs::write(desk.path().join(&name), &said.data).unwrap();
        reports.push(name);
    }
    let reports: Vec<&str> = reports.iter().map(String::as_str).collect();
    let merged = desk.ok(&reports);
    let clean = merged.data.lines().filter(|line| line.contains(": 0 drifts"));
    assert_eq!(clean.count(), 6, "{}", merged.data);
}

#[test]
fn each_of_several_environments_has_its_own_critical_path() {
    let desk = several(2);
    let said = desk.ok(&["apply", "envs", "--sim", "--yes", "--json", "--timings"]);
    let events = said
        .data
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let events: Vec<Value> = events.collect();
    let paths = events.iter().filter(|event| event["event"] == "critical_path");
    let named: BTreeSet<&str> = paths
        .map(|event| {
            assert!(!event["critical_path"].as_array().unwrap().is_empty(), "{event}");
            event["environment"].as_str().unwrap()
        })
        .collect();
    assert_eq!(named, BTreeSet::from(["acme-00", "acme-01"]));
    // Their calls are named once.
    let calls = events.iter().filter(|event| event["event"] == "timings");
    assert_eq!(calls.count(), 1, "{}", said.data);
}
