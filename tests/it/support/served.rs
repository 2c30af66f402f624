//! The program beside a simulated cloud of its own, over loopback: what it does while it runs.

use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

use super::program::faultless;
use super::quirks_of;

/// What the control plane of a simulated cloud asks for.
const TOKEN: &str = "token-of-the-tests";

/// A program that ends with the test.
pub(crate) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The program in a folder, with this address in AWS's place.
pub(crate) fn headset(folder: &Path, endpoint: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_headset"));
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "simulated")
        .env("HEADSET_SIM_TOKEN", TOKEN);
    command
}

/// A simulated cloud of its own, ten minutes a second, and its address.
pub(crate) fn cloud() -> (Running, String) {
    cloud_with(&[])
}

/// The same with more arguments.
pub(crate) fn cloud_with(arguments: &[&str]) -> (Running, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_headset"))
        .args(["sim", "serve", "--port", "0", "--time", "600"])
        .env("HEADSET_SIM_TOKEN", TOKEN)
        .args(arguments)
        .args(quirks_of::<&str>(&[]))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let address = loop {
        let line = lines.next().expect("it prints its address").unwrap();
        if let Some(start) = line.find("http://127.0.0.1:") {
            break line[start..].split([',', ' ']).next().unwrap().to_owned();
        }
    };
    std::thread::spawn(move || lines.for_each(drop));
    (Running(child), address)
}

/// Asks the simulated cloud's control plane.
pub(crate) fn control(endpoint: &str, path: &str, input: &Value) -> Value {
    let host = endpoint.strip_prefix("http://").unwrap();
    let body = input.to_string();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "POST /_sim/{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\nx-headset-sim-token: {TOKEN}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or(Value::Null)
}

/// A command that writes an event a line, and what it says to people.
pub(crate) struct Events {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    talk: std::thread::JoinHandle<String>,
}

impl Events {
    /// Starts it.
    pub(crate) fn of(command: &mut Command) -> Events {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut stderr = child.stderr.take().unwrap();
        let talk = std::thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        Events { child, lines, talk }
    }

    /// Waits for an event.
    pub(crate) fn until(&mut self, meant: impl Fn(&Value) -> bool) -> Value {
        for line in self.lines.by_ref() {
            let event: Value = serde_json::from_str(faultless(&line.unwrap())).unwrap();
            if meant(&event) {
                return event;
            }
        }
        panic!("the event never came: {:?}", self.child.wait());
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: &str) {
        send(&self.child, signal);
    }

    /// The exit code, and what it said to people.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        for line in self.lines.by_ref() {
            faultless(&line.unwrap());
        }
        let code = self.child.wait().unwrap().code();
        let talk = self.talk.join().unwrap();
        faultless(&talk);
        (code, talk)
    }
}

/// Sends a signal to a program.
pub(crate) fn send(child: &Child, signal: &str) {
    let told = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(told.success());
}
