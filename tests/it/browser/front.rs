//! All of HTTPS as a browser of the tests sees it: every name leads here. The simulated cloud answers for Amazon Connect and
//! S3, the test for the identity provider, and there is nothing else. What a test changes on the way, browsers get changed.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};
use sha2::{Digest as _, Sha256};

use super::site::DOMAIN;

/// A request as it came.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) path: String,
    /// The origin that the browser says it comes from, as a whole header.
    pub(super) referrer: Option<String>,
}

/// What is put into an answer in the place of something else.
#[derive(Clone, Debug)]
struct Change {
    host_end: String,
    path_start: String,
    from: String,
    to: String,
}

/// A file that lies over the bucket's.
#[derive(Clone, Debug)]
struct Laid {
    path: String,
    content_type: &'static str,
    content: String,
}

/// The way of a browser to everything.
pub(super) struct Front {
    pub(super) port: u16,
    /// The digest of the certificate's key, as Chromium takes it.
    pub(super) key: String,
    inner: Arc<Inner>,
}

struct Inner {
    cloud: String,
    seen: Mutex<Vec<Request>>,
    changes: Mutex<Vec<Change>>,
    laid: Mutex<Vec<Laid>>,
    /// Documents of the test, by the end of the host name.
    documents: BTreeMap<&'static str, String>,
}

impl Front {
    /// Opens it before a simulated cloud (`127.0.0.1:PORT`).
    pub(super) fn open(cloud: &str, documents: BTreeMap<&'static str, String>) -> Front {
        let key = rcgen::KeyPair::generate().unwrap();
        let names = [
            "*.my.connect.aws",
            "*.s3.eu-west-2.amazonaws.com",
            "*.awsapps.com",
            DOMAIN,
        ];
        let certificate = rcgen::CertificateParams::new(names.map(str::to_owned))
            .unwrap()
            .self_signed(&key)
            .unwrap();
        let digest = STANDARD.encode(Sha256::digest(rcgen::PublicKeyData::subject_public_key_info(
            &key,
        )));
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], secret)
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let inner = Arc::new(Inner {
            cloud: cloud.to_owned(),
            seen: Mutex::default(),
            changes: Mutex::default(),
            laid: Mutex::default(),
            documents,
        });
        let served = Arc::clone(&inner);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (inner, config) = (Arc::clone(&served), Arc::clone(&config));
                // A browser that goes away in the middle is nothing to the others.
                std::thread::spawn(move || inner.serve(stream, config));
            }
        });
        Front {
            port,
            key: digest,
            inner,
        }
    }

    /// From now on, in answers of such a host below this path, `to` stands where `from` is.
    pub(super) fn change(&self, host_end: &str, path_start: &str, from: &str, to: &str) {
        self.inner.changes.lock().unwrap().push(Change {
            host_end: host_end.to_owned(),
            path_start: path_start.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
        });
    }

    /// From now on this lies at a path of the bucket's.
    pub(super) fn lay(&self, key: &str, content_type: &'static str, content: String) {
        self.inner.laid.lock().unwrap().insert(
            0,
            Laid {
                path: format!("/{key}"),
                content_type,
                content,
            },
        );
    }

    /// Everything that was asked for.
    pub(super) fn seen(&self) -> Vec<Request> {
        self.inner.seen.lock().unwrap().clone()
    }
}

impl Inner {
    fn serve(&self, mut stream: TcpStream, config: Arc<ServerConfig>) -> Option<()> {
        let mut connection = ServerConnection::new(config).ok()?;
        let mut tls = Stream::new(&mut connection, &mut stream);
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            tls.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let header = |name: &str| {
            head.lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value.trim().to_owned())
        };
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let host = header("host").unwrap_or_default();
        self.seen.lock().unwrap().push(Request {
            path: path.clone(),
            referrer: header("referer"),
        });
        let mut body = vec![0; header("content-length").map_or(0, |length| length.parse().unwrap())];
        tls.read_exact(&mut body).ok()?;
        let html = "text/html; charset=utf-8";
        let document = self.documents.iter().find(|(end, _)| host.ends_with(*end));
        let document = document.map(|(_, content)| (html, content.clone())).or_else(|| {
            let laid = self.laid.lock().unwrap();
            let at = |one: &&Laid| one.path == path && host.ends_with(".amazonaws.com");
            laid.iter()
                .find(at)
                .map(|one| (one.content_type, one.content.clone()))
        });
        let answer = match document {
            Some((content_type, content)) => format!(
                "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\naccess-control-allow-origin: *\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{content}",
                content.len()
            )
            .into_bytes(),
            None if [".amazonaws.com", ".my.connect.aws", DOMAIN].iter().any(|end| host.ends_with(end)) => {
                self.of_cloud(&head, &body, &host, &path)?
            }
            // What a browser asks of its makers.
            None => b"HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_vec(),
        };
        tls.write_all(&answer).ok()?;
        tls.conn.send_close_notify();
        tls.flush().ok()
    }

    /// The simulated cloud's answer, with its changes.
    fn of_cloud(&self, head: &str, body: &[u8], host: &str, path: &str) -> Option<Vec<u8>> {
        let mut cloud = TcpStream::connect(&self.cloud).ok()?;
        let kept = head
            .lines()
            .filter(|line| !line.is_empty() && !line.to_ascii_lowercase().starts_with("connection:"));
        let mut request: Vec<u8> = kept
            .flat_map(|line| [line, "\r\n"].concat().into_bytes())
            .collect();
        request.extend(b"connection: close\r\n\r\n");
        request.extend(body);
        cloud.write_all(&request).ok()?;
        let mut answer = Vec::new();
        cloud.read_to_end(&mut answer).ok()?;
        let changes = self.changes.lock().unwrap();
        let of_here =
            |change: &&Change| host.ends_with(&change.host_end) && path.starts_with(&change.path_start);
        for change in changes.iter().filter(of_here) {
            let text = String::from_utf8(answer).unwrap();
            let (head, body) = text.split_once("\r\n\r\n")?;
            assert!(body.contains(&change.from), "{host}{path} has no {}", change.from);
            let body = body.replacen(&change.from, &change.to, 1);
            let head: Vec<String> = head
                .lines()
                .map(
                    |line| match line.to_ascii_lowercase().starts_with("content-length:") {
                        true => format!("content-length: {}", body.len()),
                        false => line.to_owned(),
                    },
                )
                .collect();
            answer = format!("{}\r\n\r\n{body}", head.join("\r\n")).into_bytes();
        }
        Some(answer)
    }
}
