//! The program itself, as a user runs it: in an empty directory, with `--sim`, command after command.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use headset_simulator::{Moment, SimOptions, Simulator};

use super::program::{Program, files_with_secrets};
use super::quirks_of;

/// Applies `center.yaml` on the simulator.
pub(crate) const APPLY: [&str; 4] = ["apply", "center.yaml", "--sim", "--yes"];

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
        self.run_with(arguments, &[])
    }

    /// The same with these variables.
    pub(crate) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
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
            .envs(variables.iter().copied())
            .said();
        Said {
            code: status.code(),
            data: String::from_utf8(stdout).unwrap(),
            talk: String::from_utf8(stderr).unwrap(),
        }
    }

    /// The same at a terminal, where this is typed. What it says comes as talk.
    pub(crate) fn typing(&self, arguments: &[&str], typed: &str) -> Said {
        self.typing_at(arguments, "", typed)
    }

    /// The same, typed once this is to be read.
    pub(crate) fn typing_at(&self, arguments: &[&str], at: &str, typed: &str) -> Said {
        self.typing_with(arguments, &[], at, typed)
    }

    /// The same with these variables.
    pub(crate) fn typing_with(
        &self,
        arguments: &[&str],
        variables: &[(&str, &str)],
        at: &str,
        typed: &str,
    ) -> Said {
        const AT_A_TERMINAL: &str = "\
import os, pty, sys
at, typed, program = sys.argv[1].encode(), sys.argv[2].encode(), sys.argv[3:]
process, terminal = pty.fork()
if process == 0:
    os.execv(program[0], program)
seen = bytes()
while True:
    if typed and at in seen:
        os.write(terminal, typed)
        typed = bytes()
    try:
        said = os.read(terminal, 4096)
    except OSError:
        break
    if not said:
        break
    os.write(1, said)
    seen += said
sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
";
        let Output { status, stdout, .. } = Command::new("python3")
            .args(["-c", AT_A_TERMINAL, at, typed, env!("CARGO_BIN_EXE_headset")])
            .args(arguments)
            .args(quirks_of(arguments))
            .current_dir(self.path())
            .envs(variables.iter().copied())
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

    /// Lets the account have as many things as a test needs: AWS raises these quotas on request.
    pub(crate) fn has_high_quotas(&self) {
        self.edit(|world| {
            for quota in [
                "connect.users",
                "connect.queues",
                "appstream.fleets",
                "appstream.stacks",
            ] {
                world["world"]["settings"]["quotas"][quota] = 10_000.into();
            }
        });
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

/// At the end of each test, no secret is left in what Headset keeps.
impl Drop for Desk {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let found = files_with_secrets(&self.path().join(".headset"));
            assert!(found.is_empty(), "these files hold a secret: {found:?}");
        }
    }
}

pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) data: String,
    pub(crate) talk: String,
}

/// Writes a script that can be run: what stands in for a program of others.
pub(crate) fn script(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Opens a session on the fleet.
pub(crate) fn open_session(desk: &Desk) {
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
