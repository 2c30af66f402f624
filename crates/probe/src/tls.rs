//! The TLS handshake, and who answers in it.

use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::cause::Cause;
use crate::certificate::{Certificate, is_by_other};
use crate::evidence::Tls;
use crate::settings::{Clock, Roots};

/// Those who are trusted; none if the system has none.
pub(crate) fn roots(roots: &Roots) -> Option<Arc<RootCertStore>> {
    let store = match roots {
        Roots::These(store) => store.clone(),
        Roots::System => {
            let mut store = RootCertStore::empty();
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            store
        }
    };
    (!store.is_empty()).then(|| Arc::new(store))
}

/// What the host showed, and whether it is trusted.
#[derive(Debug)]
struct Seen {
    chain: Vec<CertificateDer<'static>>,
    distrust: Option<Error>,
}

/// Judges a chain as a browser would, writes the judgement down, and lets the handshake go on either way: the Date header
/// of what answers says whether it is the clock that is wrong. Nothing but requests without content is sent.
#[derive(Debug)]
struct Witness {
    judge: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
    clock: Clock,
    seen: Mutex<Option<Seen>>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let now = UnixTime::since_unix_epoch(Duration::from_secs(self.clock.now()));
        let judged = self.judge.as_ref().map(|judge| {
            judge.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        });
        let chain = std::iter::once(end_entity).chain(intermediates);
        let seen = Seen {
            chain: chain.map(|der| der.clone().into_owned()).collect(),
            distrust: judged.and_then(Result::err),
        };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// A handshake that came to an end.
#[derive(Debug)]
pub(crate) struct Shaken {
    pub(crate) stream: TlsStream<TcpStream>,
    pub(crate) tls: Tls,
    /// What the chain says against the host.
    pub(crate) cause: Option<Cause>,
}

/// Why a handshake did not come to an end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Broken {
    /// The connection was cut.
    Cut,
    /// Nothing came back.
    Silent,
    /// For this reason, which needs no second look.
    Because(Cause),
}

/// Shakes hands over a connection.
pub(crate) async fn shake(
    stream: TcpStream,
    host: &str,
    roots: Option<&Arc<RootCertStore>>,
    clock: Clock,
    deadline: Duration,
) -> Result<Shaken, Broken> {
    let provider = Arc::new(ring::default_provider());
    let judge = roots.and_then(|roots| {
        let builder = WebPkiServerVerifier::builder_with_provider(Arc::clone(roots), Arc::clone(&provider));
        builder.build().ok()
    });
    let witness = Arc::new(Witness {
        judge,
        provider: Arc::clone(&provider),
        clock,
        seen: Mutex::new(None),
    });
    let bad = |fault: String| Broken::Because(Cause::BadCertificate { fault });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| bad(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::clone(&witness) as Arc<dyn ServerCertVerifier>)
        .with_no_client_auth();
    let name = ServerName::try_from(host.trim_end_matches('.').to_owned())
        .map_err(|error| bad(error.to_string()))?;
    let begun = Instant::now();
    let stream = match timeout(
        deadline,
        TlsConnector::from(Arc::new(config)).connect(name, stream),
    )
    .await
    {
        Err(_) => return Err(Broken::Silent),
        Ok(Err(error)) => return Err(broken(&error)),
        Ok(Ok(stream)) => stream,
    };
    let millis = begun.elapsed().as_secs_f64() * 1000.0;
    let seen = witness.seen.lock().unwrap_or_else(PoisonError::into_inner).take();
    let (chain, distrust) = seen.map_or_else(|| (Vec::new(), None), |seen| (seen.chain, seen.distrust));
    let chain: Vec<Certificate> = chain.iter().filter_map(Certificate::read).collect();
    let cause = match (&distrust, chain.first()) {
        (_, None) => Some(Cause::BadCertificate {
            fault: "it cannot be read".into(),
        }),
        _ if witness.judge.is_none() => Some(Cause::NoAuthorities),
        (Some(error), Some(own)) => Some(distrusted(error, own)),
        (None, Some(own)) if is_by_other(host, own) => Some(Cause::OtherIssuer {
            issuer: own.issuer.clone(),
        }),
        (None, Some(_)) => None,
    };
    let version = stream.get_ref().1.protocol_version();
    let tls = Tls {
        chain,
        distrusted: distrust.map(|error| error.to_string()),
        version: version.and_then(|version| version.as_str()).map(str::to_owned),
        millis,
    };
    Ok(Shaken { stream, tls, cause })
}

/// What an error of the chain means.
fn distrusted(error: &Error, own: &Certificate) -> Cause {
    let Error::InvalidCertificate(fault) = error else {
        return Cause::BadCertificate {
            fault: error.to_string(),
        };
    };
    match fault {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => Cause::ForeignAuthority {
            issuer: own.issuer.clone(),
        },
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Cause::Expired {
            until: own.until.to_string(),
        },
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Cause::NotYetValid {
            from: own.from.to_string(),
        },
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Cause::OtherName
        }
        other => Cause::BadCertificate {
            fault: format!("{other:?}"),
        },
    }
}

fn broken(error: &io::Error) -> Broken {
    let by_tls = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match by_tls {
        Some(Error::AlertReceived(alert)) => Broken::Because(Cause::Alert {
            alert: format!("{alert:?}"),
        }),
        Some(Error::InvalidMessage(_)) => Broken::Because(Cause::NotTls),
        Some(other) => Broken::Because(Cause::BadCertificate {
            fault: other.to_string(),
        }),
        None if error.kind() == ErrorKind::TimedOut => Broken::Silent,
        None => Broken::Cut,
    }
}
