//! `headset ccp preview`: the pages on loopback, as they would look.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::Global;
use super::environment::{ReadBlueprint, read_blueprint};
use super::exit::{Exit, Failure};
use super::library;
use super::signal::Signals;
use super::terminal;
use super::validate::sample_setting;
use headset_design::{DesignContext, Library};
use headset_kinds::s3::ObjectSpec;
use headset_kinds::{Outputs, Text};

#[derive(Debug, Args)]
pub(super) struct PreviewArgs {
    /// The blueprint file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The port on this machine; 0 takes a free one.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// Print the addresses, and open no browser.
    #[arg(long)]
    no_open: bool,
}

/// The longest head of a request.
const LONGEST_HEAD: usize = 16 * 1024;
/// How long a browser may take for it.
const PATIENCE: Duration = Duration::from_secs(10);
/// What stands for an address that is not there yet.
const MADE_UP: &str = "https://preview.example.com";

/// One file as it is served.
struct Served {
    content_type: String,
    content: Vec<u8>,
}

pub(super) async fn preview(global: &Global, args: &PreviewArgs) -> Result<Exit, Failure> {
    let ReadBlueprint {
        blueprint, findings, ..
    } = read_blueprint(global, &args.file)?;
    terminal::diagnostics(&findings);
    // No account, and no library: what is shown is the page around the panel.
    let context = DesignContext {
        library: Library::StandIn,
        ..sample_setting(&blueprint)
    };
    let (design, findings) = headset_design::design(&blueprint, &context);
    terminal::diagnostics(&findings);
    let mut files = BTreeMap::new();
    for desired in design
        .resources
        .values()
        .filter(|one| one.address.kind == ObjectSpec::KIND)
    {
        let spec: ObjectSpec = serde_json::from_value(desired.spec.clone())
            .map_err(|error| Failure::new(format!("{}: {error}", desired.address)))?;
        if spec.private {
            continue;
        }
        let served = Served {
            content: match (&spec.asset, library::picture(&blueprint)) {
                // The stand-in is a text: the only other file is the picture.
                (Some(_), Some(picture)) => picture.to_vec(),
                _ => shown(&spec.body).into_bytes(),
            },
            content_type: spec.content_type,
        };
        files.insert(format!("/{}", spec.key), served);
    }
    let pages: Vec<String> = files
        .keys()
        .filter(|path| path.ends_with(".html"))
        .cloned()
        .collect();
    let Some(first) = pages.first() else {
        return Err(Failure::new("the blueprint publishes no pages").help("add a `ccp` section"));
    };
    // Loopback alone: what is shown is of a blueprint that may not be meant for others.
    let listener = TcpListener::bind(("127.0.0.1", args.port))
        .await
        .map_err(|error| {
            Failure::new(format!("port {} cannot be used: {error}", args.port))
                .help("choose another one with --port")
        })?;
    let origin = format!("http://{}", listener.local_addr()?);
    let list: Vec<String> = pages.iter().map(|path| format!("  {origin}{path}")).collect();
    terminal::warn(&format!("the pages are at\n{}\nuntil Ctrl-C", list.join("\n")));
    if !args.no_open
        && let Err(error) = open::that_detached(format!("{origin}{first}"))
    {
        terminal::warn(&format!(
            "no browser could be opened ({error}): open an address above yourself"
        ));
    }
    let files = Arc::new(files);
    let mut signals = Signals::new();
    loop {
        tokio::select! {
            _ = signals.next() => return Ok(Exit::Done),
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                let files = Arc::clone(&files);
                // A browser that goes away in the middle is nothing to the others.
                tokio::spawn(async move { answer(stream, &files).await.ok() });
            }
        }
    }
}

/// A text with made-up addresses in the place of those that are not known.
fn shown(text: &Text) -> String {
    let mut outputs = Outputs::new();
    for (address, output) in text.references() {
        let made_up = outputs.entry(address.clone()).or_default();
        made_up.insert(output.to_owned(), MADE_UP.to_owned());
    }
    text.resolve(&outputs).known().unwrap_or_default()
}

async fn answer(mut stream: TcpStream, files: &BTreeMap<String, Served>) -> std::io::Result<()> {
    let mut head = Vec::new();
    let read = async {
        let mut part = [0; 1024];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < LONGEST_HEAD {
            match stream.read(&mut part).await? {
                0 => break,
                count => head.extend_from_slice(&part[..count]),
            }
        }
        std::io::Result::Ok(())
    };
    match tokio::time::timeout(PATIENCE, read).await {
        Ok(read) => read?,
        Err(_) => return Ok(()),
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let answer = answered(&head, files);
    stream.write_all(&answer).await?;
    stream.shutdown().await
}

/// The answer to a request: a file to who asks for it by the name of this machine, since any page that a browser shows can make
/// it ask for something here under another name.
fn answered(head: &str, files: &BTreeMap<String, Served>) -> Vec<u8> {
    let mut words = head.split_whitespace();
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let host = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then(|| value.trim().to_owned())
    });
    let host = host.unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name);
    if !matches!(name, "127.0.0.1" | "localhost") {
        return said("403 Forbidden", "text/plain", b"this is another machine");
    }
    if !matches!(method, "GET" | "HEAD") {
        return said("405 Method Not Allowed", "text/plain", b"");
    }
    let path = path.split('?').next().unwrap_or_default();
    match files.get(path) {
        Some(served) if method == "HEAD" => said("200 OK", &served.content_type, b""),
        Some(served) => said("200 OK", &served.content_type, &served.content),
        None => said("404 Not Found", "text/plain", b"no such file"),
    }
}

fn said(status: &str, content_type: &str, content: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\ncache-control: no-store\r\n\
         x-content-type-options: nosniff\r\nconnection: close\r\n\r\n",
        content.len()
    );
    [head.as_bytes(), content].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_go_to_this_machine_alone() {
        let page = Served {
            content_type: "text/html".to_owned(),
            content: b"page".to_vec(),
        };
        let files = BTreeMap::from([("/a.html".to_owned(), page)]);
        let ask = |method: &str, path: &str, host: &str| {
            let answer = answered(
                &format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"),
                &files,
            );
            String::from_utf8(answer).unwrap()
        };
        assert!(ask("GET", "/a.html?x", "127.0.0.1:80").ends_with("\r\n\r\npage"));
        assert!(ask("HEAD", "/a.html", "localhost:80").starts_with("HTTP/1.1 200"));
        assert!(ask("GET", "/../a.html", "127.0.0.1:80").starts_with("HTTP/1.1 404"));
        assert!(ask("POST", "/a.html", "127.0.0.1:80").starts_with("HTTP/1.1 405"));
        // A page elsewhere whose name leads here.
        assert!(ask("GET", "/a.html", "evil.example.com:80").starts_with("HTTP/1.1 403"));
        assert!(answered("", &files).starts_with(b"HTTP/1.1 403"));
    }
}
