//! The simulator as commands use it, and as it is served: one command at a time, kept as it goes, and closed to others.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::support::desk::Desk;

const ONE: &str = "version: 1\nname: acme-one\naws: { region: eu-west-2 }\nlifetime: 1d\nconnect: { alias: acme-one, identity: connect-managed }\n";

/// Each command reads the simulated cloud whole and writes it whole: of two at once, one would undo the other.
#[test]
fn commands_on_one_simulated_cloud_wait_for_each_other() {
    let desk = Desk::with(ONE);
    let names = ["one", "two"];
    for name in names {
        let text = ONE.replace("acme-one", &format!("acme-{name}"));
        std::fs::write(desk.path().join(format!("{name}.yaml")), text).unwrap();
    }
    std::thread::scope(|scope| {
        let runs = names.map(|name| {
            let desk = &desk;
            scope.spawn(move || desk.ok(&["apply", &format!("{name}.yaml"), "--sim", "--yes"]))
        });
        for run in runs {
            run.join().unwrap();
        }
    });
    for name in names {
        let said = desk.ok(&["plan", &format!("{name}.yaml"), "--sim"]);
        assert!(said.data.contains("nothing to do"), "{name}: {}", said.data);
    }
}

#[test]
fn a_command_that_waits_says_so_and_checkpoints_do_not_wait() {
    let desk = Desk::example("split-ccp.yaml");
    desk.run(&["apply", "center.yaml", "--sim", "--yes", "--operator", "off"]);
    let lock = std::fs::File::options()
        .write(true)
        .open(desk.path().join(".headset/sim/lock"))
        .unwrap();
    lock.lock().unwrap();
    let said = desk.run(&["plan", "center.yaml", "--sim", "--lock-timeout", "0s"]);
    assert_eq!(said.code, Some(4), "{}", said.talk);
    assert!(
        said.talk.contains("another command works on the simulated cloud"),
        "{}",
        said.talk
    );
    // `apply` may be the one that works, and wait for what these do.
    let before = std::fs::read(desk.world()).unwrap();
    let said = desk.run(&["checkpoint", "list", "center.yaml", "--sim"]);
    assert_eq!(said.code, Some(3), "{}", said.talk);
    assert_eq!(
        std::fs::read(desk.world()).unwrap(),
        before,
        "the other command's cloud stays as it is"
    );
    drop(lock);
    desk.ok(&["plan", "center.yaml", "--sim"]);
}

#[test]
fn numbers_have_ranges() {
    let desk = Desk::with(ONE);
    for value in ["nan", "inf", "-1", "0", "1e99", "-inf", "x"] {
        let speed = format!("--speed={value}");
        let said = desk.run(&["plan", "center.yaml", "--sim", &speed]);
        assert_eq!(said.code, Some(64), "{value}: {}", said.talk);
        let time = format!("--time={value}");
        let said = desk.run(&["sim", "serve", "--port", "0", &time]);
        assert_eq!(said.code, Some(64), "{value}: {}", said.talk);
    }
    for arguments in [
        &[
            "plan",
            "center.yaml",
            "--sim",
            "--lock-timeout",
            "99999999999999d",
        ][..],
        &["apply", "center.yaml", "--sim", "--yes", "--wait=99999999d"],
        &["apply", "center.yaml", "--sim", "--yes", "--parallelism", "0"],
        &["sim", "serve", "--port", "65536"],
    ] {
        let said = desk.run(arguments);
        assert_eq!(said.code, Some(64), "{arguments:?}: {}", said.talk);
    }
    desk.ok(&["plan", "center.yaml", "--sim", "--speed", "1000000"]);
}

/// A served simulator, which ends with the test.
struct Served {
    child: Child,
    address: String,
    token: String,
}

impl Served {
    fn start(desk: &Desk) -> Served {
        let mut child = Command::new(env!("CARGO_BIN_EXE_headset"))
            .args(["sim", "serve", "--port", "0", "--state", "cloud"])
            .current_dir(desk.path())
            .env_clear()
            .env("HOME", desk.path())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut address, mut token) = (String::new(), String::new());
        for line in BufReader::new(child.stderr.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some((_, rest)) = line.split_once("AWS_ENDPOINT_URL=http://") {
                address = rest.split(' ').next().unwrap().to_owned();
            }
            if let Some((_, rest)) = line.split_once("HEADSET_SIM_TOKEN=") {
                token = rest.to_owned();
                break;
            }
        }
        Served {
            child,
            address,
            token,
        }
    }

    /// One request: its status and its body.
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let own = ("host", self.address.as_str());
        let host = headers.iter().find(|(name, _)| *name == "host").unwrap_or(&own);
        let mut text = format!(
            "{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers.iter().filter(|(name, _)| *name != "host").chain([host]) {
            text = text + name + ": " + value + "\r\n";
        }
        stream.write_all((text + "\r\n" + body).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[test]
fn a_served_cloud_is_kept_as_it_goes_and_closed_to_others() {
    let desk = Desk::with(ONE);
    let served = Served::start(&desk);
    assert!(served.token.len() >= 32, "{}", served.token);
    // A page of another site, a name that was made to mean this machine, and another user.
    assert_eq!(served.ask("POST", "/_sim/reset", &[], "").0, 401);
    assert_eq!(
        served
            .ask("GET", "/_sim/snapshot", &[("host", "evil.example.com")], "")
            .0,
        403
    );
    let token = ("x-headset-sim-token", served.token.as_str());
    assert_eq!(
        served
            .ask(
                "POST",
                "/_sim/reset",
                &[token, ("origin", "https://evil.example.com")],
                ""
            )
            .0,
        403
    );
    assert_eq!(served.ask("GET", "/_sim/hello", &[], "").0, 200);
    // The token is kept for this user alone.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let port = served.address.rsplit(':').next().unwrap();
        let kept = desk.path().join(format!(".cache/headset/sim-{port}.token"));
        assert_eq!(std::fs::read_to_string(&kept).unwrap(), served.token);
        assert_eq!(
            std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    // With it, this user's commands reach the simulated operator, who captures the image.
    let created = r#"{"Name":"kept-as-it-goes"}"#;
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let scope = format!(
        "AKIAIOSFODNN7EXAMPLE/{}/eu-west-2/appstream/aws4_request",
        &now[..8]
    );
    let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    let headers = [
        ("x-amz-target", "PhotonAdminProxyService.CreateStack"),
        ("content-type", "application/x-amz-json-1.1"),
        ("x-amz-date", now.as_str()),
        ("authorization", signature.as_str()),
    ];
    let (status, answer) = served.ask("POST", "/", &headers, created);
    assert_eq!(status, 200, "{answer}");
    // Written while it goes on: then it is killed.
    let file = desk.path().join("cloud/world.json");
    let since = std::time::Instant::now();
    while !std::fs::read_to_string(&file)
        .unwrap_or_default()
        .contains("kept-as-it-goes")
    {
        assert!(since.elapsed().as_secs() < 30, "it is never saved");
        std::thread::yield_now();
    }
    drop(served);
    let again = Served::start(&desk);
    let token = ("x-headset-sim-token", again.token.as_str());
    let (status, cloud) = again.ask("GET", "/_sim/snapshot", &[token], "");
    assert_eq!(status, 200);
    assert!(cloud.contains("kept-as-it-goes"), "{cloud}");
    // A second server would undo what the first one keeps.
    let said = desk.run(&[
        "sim",
        "serve",
        "--port",
        "0",
        "--state",
        "cloud",
        "--lock-timeout",
        "0s",
    ]);
    assert_eq!(said.code, Some(4), "{}", said.talk);
}
