//! Servers of DNS, TLS, proxies and STUN, on loopback.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio_rustls::TlsAcceptor;

/// What a DNS server answers to each question.
#[derive(Clone, Debug)]
pub(super) enum Says {
    /// These addresses, each to the question for its kind.
    Addresses(Vec<IpAddr>),
    /// A code without records.
    Code(u8),
    /// That the answer is too long; by TCP it is the addresses.
    TooLong(Vec<IpAddr>),
    /// Nothing.
    Nothing,
}

/// An answer to a question, as servers write one.
fn dns_answer(question: &[u8], says: &Says, by_tcp: bool) -> Option<Vec<u8>> {
    let wants_v6 = question[question.len() - 3] == 28;
    let (flags, code, addresses) = match says {
        Says::Nothing => return None,
        Says::Addresses(addresses) => (0x81, 0, addresses.as_slice()),
        Says::Code(code) => (0x81, *code, [].as_slice()),
        Says::TooLong(_) if !by_tcp => (0x83, 0, [].as_slice()),
        Says::TooLong(addresses) => (0x81, 0, addresses.as_slice()),
    };
    let mut answer = question.to_vec();
    answer[2] = flags;
    answer[3] = 0x80 | code;
    for address in addresses.iter().filter(|address| address.is_ipv6() == wants_v6) {
        answer[7] += 1;
        answer.extend([0xc0, 12, 0, question[question.len() - 3], 0, 1, 0, 0, 0, 60]);
        match address {
            IpAddr::V4(v4) => answer.extend([&[0, 4], &v4.octets()[..]].concat()),
            IpAddr::V6(v6) => answer.extend([&[0, 16], &v6.octets()[..]].concat()),
        }
    }
    Some(answer)
}

pub(super) async fn dns(says: Says) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    if matches!(says, Says::TooLong(_)) {
        let (says, listener) = (says.clone(), TcpListener::bind(address).await.unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let length = stream.read_u16().await.unwrap();
                let mut question = vec![0; usize::from(length)];
                stream.read_exact(&mut question).await.unwrap();
                let answer = dns_answer(&question, &says, true).unwrap();
                stream
                    .write_u16(u16::try_from(answer.len()).unwrap())
                    .await
                    .unwrap();
                stream.write_all(&answer).await.unwrap();
            }
        });
    }
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            if let Some(answer) = dns_answer(&buffer[..length], &says, false) {
                socket.send_to(&answer, from).await.unwrap();
            }
        }
    });
    address
}

/// An authority, of whom hosts have certificates.
pub(super) struct Authority {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(super) fn new(organisation: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::OrganizationName, organisation);
        params
            .distinguished_name
            .push(DnType::CommonName, "Test authority");
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self {
            certificate,
            issuer: Issuer::new(params, key),
        }
    }

    pub(super) fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        roots
    }

    /// What a host of this name serves with, from one year to another.
    pub(super) fn serves(&self, host: &str, from: i32, until: i32) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(until, 1, 1);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], secret)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// The head of a request.
async fn request<S: AsyncRead + Unpin>(stream: &mut S) -> String {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => read.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(read).unwrap()
}

/// A host with TLS that answers requests; it cuts a connection that names `cut`.
pub(super) async fn web(
    acceptor: TlsAcceptor,
    cut: Option<&'static str>,
    answer: impl Fn(&str) -> String + Send + Sync + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, answer) = (acceptor.clone(), Arc::clone(&answer));
            tokio::spawn(async move {
                let mut hello = [0; 1024];
                let length = stream.peek(&mut hello).await.unwrap_or_default();
                let names = |name: &str| {
                    hello[..length]
                        .windows(name.len())
                        .any(|part| part == name.as_bytes())
                };
                if cut.is_some_and(names) {
                    // What was sent is not read: the system cuts the connection.
                    return;
                }
                let Ok(mut stream) = acceptor.accept(stream).await else {
                    return;
                };
                let asked = request(&mut stream).await;
                // Who asks may be gone.
                drop(stream.write_all(answer(&asked).as_bytes()).await);
                drop(stream.shutdown().await);
            });
        }
    });
    address
}

/// What every page answers.
pub(super) fn fine(_: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nDate: {}\r\n\r\n", date(0))
}

/// The time of this machine and some seconds, as a Date header has it.
pub(super) fn date(seconds: i64) -> String {
    let time = jiff::Timestamp::from_second(jiff::Timestamp::now().as_second() + seconds).unwrap();
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// A host that sends something to each connection, without TLS, and closes it.
pub(super) async fn plain(sends: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut first = [0; 1024];
            let _length = stream.read(&mut first).await.unwrap();
            stream.write_all(sends.as_bytes()).await.unwrap();
        }
    });
    address
}

/// A proxy: a way to an address, or an answer.
pub(super) async fn proxy(to: Result<SocketAddr, &'static str>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let asked = request(&mut stream).await;
                assert!(asked.starts_with("CONNECT "), "{asked}");
                match to {
                    Err(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
                    Ok(address) => {
                        let mut there = TcpStream::connect(address).await.unwrap();
                        stream
                            .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                            .await
                            .unwrap();
                        drop(copy_bidirectional(&mut stream, &mut there).await);
                    }
                }
            });
        }
    });
    address
}

/// A media relay that answers Binding requests, and does not answer those of which `loses` says so. It counts what it
/// answered.
pub(super) async fn relay(mut loses: impl FnMut() -> bool + Send + 'static) -> (SocketAddr, Arc<AtomicU32>) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let answered = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&answered);
    tokio::spawn(async move {
        let mut buffer = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            if loses() {
                continue;
            }
            // A success with the sender's address (RFC 8489, 14.1).
            let SocketAddr::V4(v4) = from else { continue };
            assert_eq!(length, 28);
            let mut answer = vec![0x01, 0x01, 0, 12];
            answer.extend(&buffer[4..20]);
            answer.extend([0x00, 0x01, 0, 8, 0, 1]);
            answer.extend(v4.port().to_be_bytes());
            answer.extend(v4.ip().octets());
            count.fetch_add(1, Ordering::SeqCst);
            socket.send_to(&answer, from).await.unwrap();
        }
    });
    (address, answered)
}
