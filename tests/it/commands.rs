//! The program itself, as a user runs it: in an empty directory, with `--sim`, command after command.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use headset_simulator::{Moment, SimOptions, Simulator};

use crate::support::program::Program;
use crate::support::quirks_of;

/// An empty directory with a blueprint in it.
pub(crate) struct Desk {
    directory: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn with(blueprint: &str) -> Desk {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("center.yaml"), blueprint).unwrap();
        Desk { directory }
    }

    pub(crate) fn example(name: &str) -> Desk {
        Desk::with(&crate::support::example(name).1)
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn write(&self, blueprint: &str) {
        std::fs::write(self.path().join("center.yaml"), blueprint).unwrap();
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        let simulated = arguments.contains(&"--sim");
        let quirks = if simulated {
            quirks_of(arguments)
        } else {
            Vec::new()
        };
        let Output {
            status,
            stdout,
            stderr,
        } = Command::new(env!("CARGO_BIN_EXE_headset"))
            .args(arguments)
            .args(quirks)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .said();
        Said {
            code: status.code(),
            data: String::from_utf8(stdout).unwrap(),
            talk: String::from_utf8(stderr).unwrap(),
        }
    }

    /// The same at a terminal, where this is typed. What it says comes as talk.
    pub(crate) fn typing(&self, arguments: &[&str], typed: &str) -> Said {
        const AT_A_TERMINAL: &str = "\
import os, pty, sys
typed, program = sys.argv[1], sys.argv[2:]
process, terminal = pty.fork()
if process == 0:
    os.execv(program[0], program)
os.write(terminal, typed.encode())
while True:
    try:
        said = os.read(terminal, 4096)
    except OSError:
        break
    if not said:
        break
    os.write(1, said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
";
        let Output { status, stdout, .. } = Command::new("python3")
            .args(["-c", AT_A_TERMINAL, typed, env!("CARGO_BIN_EXE_headset")])
            .args(arguments)
            .args(quirks_of(arguments))
            .current_dir(self.path())
            .said();
        Said {
            code: status.code(),
            data: String::new(),
            talk: String::from_utf8_lossy(&stdout).replace('\r', ""),
        }
    }

    pub(crate) fn ok(&self, arguments: &[&str]) -> Said {
        let said = self.run(arguments);
        assert_eq!(said.code, Some(0), "{arguments:?}\n{}\n{}", said.data, said.talk);
        said
    }

    pub(crate) fn world(&self) -> std::path::PathBuf {
        self.path().join(".headset/sim/world.json")
    }

    /// Lets simulated time pass between two commands.
    pub(crate) fn days_pass(&self, days: u64) {
        self.edit(|world| {
            let now = world["now"].as_u64().unwrap();
            world["now"] = (now + days * 86_400_000).into();
        });
    }

    /// The simulated cloud that is kept between commands.
    pub(crate) fn saved(&self) -> serde_json::Value {
        serde_json::from_str(&std::fs::read_to_string(self.world()).unwrap()).unwrap()
    }

    /// Changes it.
    pub(crate) fn edit(&self, change: impl FnOnce(&mut serde_json::Value)) {
        let mut world = self.saved();
        change(&mut world);
        std::fs::write(self.world(), world.to_string()).unwrap();
    }

    /// Does something in the simulated cloud that is kept between commands.
    pub(crate) fn in_the_cloud(&self, act: impl FnOnce(&Arc<Simulator>)) {
        let world = self.saved();
        let simulator = Simulator::new(SimOptions {
            origin: Moment(world["now"].as_u64().unwrap()),
            ..SimOptions::default()
        });
        simulator.restore(&world).unwrap();
        act(&simulator);
        std::fs::write(self.world(), simulator.snapshot().to_string()).unwrap();
    }

    /// What a person does in a console of that cloud, so many seconds later.
    pub(crate) fn console(&self, seconds: u64, path: &str, input: &serde_json::Value) -> serde_json::Value {
        let mut done = serde_json::Value::Null;
        self.in_the_cloud(|simulator| {
            simulator.skip(std::time::Duration::from_secs(seconds));
            done = simulator
                .with_world(|world, now| headset_simulator::console::act(world, path, input, now))
                .unwrap();
        });
        done
    }

    /// The lineage that the state of an environment knows.
    pub(crate) fn lineage(&self, environment: &str) -> String {
        self.state(environment)["lineage"].as_str().unwrap().to_owned()
    }

    /// The state of an environment.
    pub(crate) fn state(&self, environment: &str) -> serde_json::Value {
        let state = std::fs::read_to_string(self.place(environment).join("state.json")).unwrap();
        serde_json::from_str(&state).unwrap()
    }

    /// Where what was answered at an address is kept.
    pub(crate) fn answers(&self, environment: &str, address: &str) -> std::path::PathBuf {
        let name = address.replace('/', "%2F").replace(' ', "%20");
        self.place(environment)
            .join("answers")
            .join(format!("{name}.json"))
    }

    /// The directory of an environment's state.
    pub(crate) fn place(&self, environment: &str) -> std::path::PathBuf {
        let places = std::fs::read_dir(self.path().join(".headset").join(environment)).unwrap();
        places.last().unwrap().unwrap().path()
    }

    /// State is lost; the cloud stays.
    pub(crate) fn lose_state(&self) {
        for entry in std::fs::read_dir(self.path().join(".headset")).unwrap() {
            let path = entry.unwrap().path();
            if !path.ends_with("sim") {
                std::fs::remove_dir_all(path).unwrap();
            }
        }
        assert!(self.world().exists());
    }
}

pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) data: String,
    pub(crate) talk: String,
}

const APPLY: [&str; 4] = ["apply", "center.yaml", "--sim", "--yes"];

#[test]
fn status_says_what_costs_money_what_runs_out_and_where_everything_is() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let status = desk.ok(&["status", "center.yaml", "--sim"]).data;
    for expected in [
        "costs money by the hour\n  appstream.fleet/agents\n    2 x stream.standard.medium",
        "images\n  appstream.image/agent-desktop\n    up to date with its recipe",
        "certificates\n  iam.saml_provider/idp\n    its certificate is good for",
        "power on",
        "connect_url",
    ] {
        assert!(status.contains(expected), "{expected}\n{status}");
    }
    // Columns fit a terminal of 80: only what has no blank to break at is longer.
    for line in status.lines().filter(|line| line.len() > 80) {
        let longest = line.split_whitespace().map(str::len).max().unwrap_or_default();
        assert!(longest > 60 || line.starts_with("    "), "{line}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&desk.ok(&["status", "center.yaml", "--sim", "--json"]).data).unwrap();
    let environment = &json["environments"][0];
    assert!(environment["certificates"][0]["days"].as_i64().unwrap() > 30);
    assert_eq!(environment["checkpoints"], serde_json::json!([]));

    // Another recipe: the old image is there, and no longer what is asked for.
    let (_, text) = crate::support::example("split-ccp.yaml");
    desk.write(&text.replace("browser: chrome", "browser: edge"));
    let status = desk.ok(&["status", "center.yaml", "--sim"]).data;
    assert!(status.contains("outdated: the recipe changed"), "{status}");
    assert!(
        status.contains("waits for a person\n  appstream.image/agent-desktop"),
        "{status}"
    );
}

#[test]
fn one_resource_is_explained_on_one_page() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let page = desk
        .ok(&["explain", "appstream.fleet/agents", "center.yaml", "--sim"])
        .data;
    for expected in [
        "asked for at  center.yaml:",
        "comes after   appstream.image/agent-desktop",
        "comes before  appstream.fleet_association/agents:agents",
        "in AWS        acme-support-agents (RUNNING)",
        "plan          keep: it is as wanted",
        "stream.standard.medium  (changes while it is stopped)",
        "appstream:CreateFleet",
    ] {
        assert!(page.contains(expected), "{expected}\n{page}");
    }
    let said = desk.run(&["explain", "appstream.fleet/agnets", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.talk.contains("it has appstream.fleet/agents"),
        "{}",
        said.talk
    );
    assert_eq!(desk.run(&["explain", "appstream.fleet/agents"]).code, Some(64));
}

#[test]
fn an_environment_goes_by_its_name_without_its_blueprint() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    std::fs::remove_file(desk.path().join("center.yaml")).unwrap();
    let said = desk.ok(&["destroy", "--name", "acme-support", "--sim", "--yes"]);
    assert!(said.talk.contains("acme-support: taken down"), "{}", said.talk);
    assert!(said.talk.contains("left as they are:"), "{}", said.talk);
    assert!(
        said.talk.contains("log group /aws/connect/acme-support"),
        "{}",
        said.talk
    );
    desk.write(&crate::support::example("split-ccp.yaml").1);
    let plan = desk.ok(&["plan", "center.yaml", "--sim"]).data;
    assert!(
        plan.contains("to create") && !plan.contains("to delete"),
        "{plan}"
    );
}

#[test]
fn without_state_and_without_an_expiry_nothing_says_that_a_thing_may_go() {
    let text = crate::support::example("split-ccp.yaml")
        .1
        .replace("lifetime: 3d", "protect: false");
    let desk = Desk::with(&text);
    desk.ok(&APPLY);
    let lineage = desk.lineage("acme-support");
    desk.lose_state();
    let said = desk.run(&[
        "destroy",
        "--name",
        "acme-support",
        "--lineage",
        &lineage,
        "--sim",
        "--yes",
    ]);
    assert_eq!(said.code, Some(5), "{}\n{}", said.data, said.talk);
    assert!(said.talk.contains("protected"), "{}", said.talk);
    assert!(said.talk.contains("its tags name no expiry"), "{}", said.talk);
    // Its blueprint says that it may go. All does but what hangs on the application, whose answers are lost.
    let said = desk.run(&["destroy", "center.yaml", "--lineage", &lineage, "--sim", "--yes"]);
    assert_eq!(said.code, Some(1), "{}\n{}", said.data, said.talk);
    assert!(
        said.talk.contains("acme-support: what was found is gone"),
        "{}",
        said.talk
    );
}

#[test]
fn what_has_expired_goes_and_nothing_else() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let destroy = ["destroy", "--expired", "--sim", "--yes", "--region", "eu-west-2"];
    assert!(desk.ok(&destroy).talk.contains("nothing has expired"));
    desk.days_pass(4);
    let said = desk.ok(&destroy);
    assert!(said.talk.contains("acme-support: taken down"), "{}", said.talk);
    assert!(desk.ok(&destroy).talk.contains("nothing has expired"));
    // Made anew, it has its whole lifetime again. Its alias and its bucket's name may take a while to be free.
    desk.days_pass(1);
    desk.ok(&APPLY);
    assert!(desk.ok(&destroy).talk.contains("nothing has expired"));
}

#[test]
fn timings_name_the_calls_the_waits_and_the_longest_chain() {
    let desk = Desk::example("split-ccp.yaml");
    let said = desk.ok(&["apply", "center.yaml", "--sim", "--yes", "--timings"]);
    for expected in [
        "connect.CreateInstance",
        "rate budget",
        "critical path",
        "appstream.image/agent-desktop",
    ] {
        assert!(said.talk.contains(expected), "{expected}\n{}", said.talk);
    }
    let said = desk.ok(&["destroy", "center.yaml", "--sim", "--yes", "--timings", "--json"]);
    let timings = said
        .data
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .find(|event| event["event"] == "timings")
        .unwrap();
    let path = timings["critical_path"].as_array().unwrap();
    assert!(
        path.iter()
            .any(|step| step["address"] == "appstream.fleet/agents"),
        "{timings}"
    );
}

#[test]
fn a_command_that_only_looks_tells_its_calls_too() {
    let desk = Desk::example("minimal.yaml");
    let said = desk.ok(&["plan", "center.yaml", "--sim", "--timings"]);
    assert!(said.talk.contains("sts.GetCallerIdentity"), "{}", said.talk);
    assert!(!said.talk.contains("critical path"), "{}", said.talk);
    assert!(!desk.ok(&["plan", "center.yaml", "--sim"]).talk.contains("sts."));
}

/// Opens a session on the fleet.
pub(crate) fn somebody_is_connected(desk: &Desk) {
    desk.in_the_cloud(|simulator| {
        // Instances arrive a while after the fleet is RUNNING.
        simulator.skip(std::time::Duration::from_secs(1800));
        let session = serde_json::json!({
            "stack": "acme-support-agents", "fleet": "acme-support-agents", "user": "agent1@example.com",
        });
        simulator
            .with_world(|world, now| {
                headset_simulator::console::act(world, "image-builder/sessions/open", &session, now)
            })
            .unwrap();
    });
}

#[test]
fn a_stop_that_would_cut_somebody_off_is_refused_with_their_number() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    somebody_is_connected(&desk);
    let set = "appstream.fleets.agents.instance=stream.standard.large";
    let change = ["apply", "center.yaml", "--sim", "--yes", "--set", set];
    let said = desk.run(&change);
    assert_eq!(said.code, Some(5), "{}\n{}", said.data, said.talk);
    assert!(
        said.talk.contains("would cut off 1 open session"),
        "{}",
        said.talk
    );
    assert_eq!(
        desk.run(&["destroy", "center.yaml", "--sim", "--yes"]).code,
        Some(5)
    );
    let allowed: Vec<&str> = change.iter().copied().chain(["--allow-disruption"]).collect();
    desk.ok(&allowed);
}

#[test]
fn shells_and_man_pages_know_every_command() {
    let desk = Desk::with("");
    let commands: Vec<String> = desk
        .ok(&["--help"])
        .data
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .filter(|command| command != "help")
        .collect();
    assert!(commands.len() > 8, "{commands:?}");
    for shell in ["bash", "zsh", "fish"] {
        let script = desk.ok(&["completions", shell]).data;
        for command in &commands {
            assert!(script.contains(command.as_str()), "{shell}: {command}");
        }
    }
    desk.ok(&["man", "--out", "man"]);
    for command in &commands {
        let page = desk.path().join(format!("man/headset-{command}.1"));
        assert!(
            std::fs::read_to_string(page).unwrap().contains(".TH"),
            "{command}"
        );
    }
}

#[test]
fn what_to_destroy_has_to_be_said_once() {
    let desk = Desk::with("");
    assert_eq!(desk.run(&["destroy"]).code, Some(64));
    assert_eq!(desk.run(&["destroy", "--name", "x", "--expired"]).code, Some(64));
}

#[test]
fn a_value_for_a_blueprint_is_refused_where_none_is_read() {
    let desk = Desk::example("minimal.yaml");
    for line in [
        "schema",
        "explain connect.alias",
        "destroy --expired --sim --yes",
        "init --list",
    ] {
        let arguments: Vec<&str> = line.split(' ').chain(["--set", "connect.alias=acme"]).collect();
        let said = desk.run(&arguments);
        assert_eq!(said.code, Some(64), "{line}\n{}{}", said.data, said.talk);
        assert!(
            said.data.is_empty() && said.talk.contains("--set changes a value of a blueprint"),
            "{}",
            said.talk
        );
        assert!(said.talk.contains("leave --set out"), "{}", said.talk);
    }
    desk.ok(&["validate", "center.yaml", "--set", "connect.alias=acme"]);
}

#[test]
fn a_worksheet_that_waits_is_shown_once_in_a_run() {
    let desk = Desk::example("split-ccp.yaml");
    let said = desk.run(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    assert_eq!(said.code, Some(3), "{}", said.talk);
    for checkpoint in ["identity_center.application/", "appstream.image/"] {
        let shown = said
            .talk
            .lines()
            .filter(|line| {
                line.starts_with(&format!("? {checkpoint}")) && line.contains("waits for a person")
            })
            .count();
        assert_eq!(shown, 1, "{checkpoint}\n{}", said.talk);
    }
}

#[test]
fn the_options_of_the_simulation_have_a_page_of_their_own() {
    let desk = Desk::example("minimal.yaml");
    let page = desk.ok(&["help", "simulation"]).data;
    let help = desk.ok(&["plan", "--help"]).data;
    for option in [
        "--speed",
        "--quirks",
        "--faults",
        "--throttle",
        "--latency",
        "--operator",
    ] {
        assert!(page.contains(&format!("\n  {option}")), "{option}\n{page}");
        assert!(!help.contains(option), "{option}\n{help}");
    }
    assert!(
        help.contains("--sim") && help.contains("help simulation"),
        "{help}"
    );
}

#[test]
fn a_damaged_file_is_named() {
    let desk = Desk::example("split-ccp.yaml");
    desk.ok(&APPLY);
    let mut files = Vec::new();
    let mut directories = vec![desk.path().join(".headset")];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => directories.push(path),
                false => files.push(path),
            }
        }
    }
    let mut damaged = 0;
    for file in files {
        let whole = std::fs::read(&file).unwrap();
        if whole.is_empty() || file.file_name().is_some_and(|name| name == "lock") {
            continue;
        }
        for garbage in [b"{\"half\": ".as_slice(), b"\xff\xfe\x00"] {
            std::fs::write(&file, garbage).unwrap();
            let said = desk.run(&["plan", "center.yaml", "--sim"]);
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if said.code != Some(0) {
                assert!(said.talk.contains(&name), "{name}: {}", said.talk);
                damaged += 1;
            }
        }
        std::fs::write(&file, whole).unwrap();
    }
    assert!(
        damaged >= 4,
        "state and the simulated cloud at least, twice each: {damaged}"
    );
}

#[test]
fn advice_repeats_the_options_of_the_command_that_gives_it() {
    let desk = Desk::example("split-ccp.yaml");
    let options = [
        "--sim",
        "--set",
        "connect.alias=other",
        "--state-dir",
        "our state",
    ];
    let apply = [
        &["apply", "center.yaml", "--yes", "--operator", "off"][..],
        &options,
    ]
    .concat();
    let said = desk.run(&apply);
    assert_eq!(said.code, Some(3), "{}", said.talk);
    let tail = "--set connect.alias=other --state-dir 'our state' --sim --operator off";
    let again = format!("headset apply center.yaml {tail}");
    assert!(said.talk.contains(&again), "{}", said.talk);
    let answer = said
        .talk
        .lines()
        .find(|line| line.starts_with("headset checkpoint answer "))
        .unwrap_or_default();
    assert!(
        answer.starts_with("headset checkpoint answer center.yaml ") && answer.ends_with(tail),
        "{answer}"
    );
    assert!(
        !said.talk.contains("BLUEPRINT") && !said.data.contains("BLUEPRINT"),
        "{}",
        said.talk
    );
}
