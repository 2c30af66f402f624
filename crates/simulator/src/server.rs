//! The simulator on loopback.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{Request, State};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::door;
use super::service::cloud_front;
use super::simulator::Simulator;

/// The largest request body, in bytes: S3 takes 5 GiB, memory does not.
const LARGEST_BODY: usize = 256 << 20;
/// The most bytes of all bodies together that are held at a time.
const LARGEST_SUM: usize = 512 << 20;

/// The bytes of bodies that are held now.
static HELD: AtomicUsize = AtomicUsize::new(0);

/// So many bytes of a body, which count as long as this is there.
#[derive(Debug, Default)]
struct Share(usize);

impl Share {
    /// Adds bytes; whether there is room for them.
    fn grow(&mut self, bytes: usize) -> bool {
        self.0 += bytes;
        HELD.fetch_add(bytes, Ordering::Relaxed) + bytes <= LARGEST_SUM
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        HELD.fetch_sub(self.0, Ordering::Relaxed);
    }
}

/// A body to its end; `None` if it ends early, or is larger than there is room for.
async fn whole(mut body: Body, share: &mut Share) -> Option<Bytes> {
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        // What is no data is a trailer.
        let Ok(part) = frame.ok()?.into_data() else {
            continue;
        };
        if bytes.len() + part.len() > LARGEST_BODY || !share.grow(part.len()) {
            return None;
        }
        bytes.extend_from_slice(&part);
    }
    Some(bytes.freeze())
}

impl Simulator {
    /// Serves on the listener until `shutdown` completes and open requests are answered. Bind it to loopback: no signature is
    /// checked. Web pages of others do not get in, and the control plane asks for [`SimOptions::token`].
    ///
    /// [`SimOptions::token`]: crate::SimOptions::token
    ///
    /// # Errors
    /// If the listener fails.
    pub async fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<()> {
        let router = Router::new().fallback(answer).with_state(self);
        let service = router.into_make_service_with_connect_info::<Line>();
        axum::serve(Cuttable(listener), service)
            .with_graceful_shutdown(shutdown)
            .await
    }
}

async fn answer(
    State(simulator): State<Arc<Simulator>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let is_given = |name: &str| simulator.with_world(|world, _| cloud_front::is_host(world, name));
    if let Some(refused) = door::refusal(&parts, simulator.options.token.as_deref(), is_given) {
        return refused.map(Body::from);
    }
    let mut share = Share::default();
    let Some(body) = whole(body, &mut share).await else {
        // A body that ended early: on AWS too the client is gone and reads no answer.
        line.cut();
        return Response::new(Body::empty());
    };
    let base_url = parts
        .headers
        .get(http::header::HOST)
        .and_then(|host| host.to_str().ok())
        .map_or_else(
            || format!("http://{}", line.address),
            |host| format!("http://{host}"),
        );
    match simulator
        .exchange(http::Request::from_parts(parts, body), Some(base_url))
        .await
    {
        Ok(response) => response.map(Body::from),
        Err(_) => {
            line.cut();
            Response::new(Body::empty())
        }
    }
}

/// One connection, as the handler sees it.
#[derive(Clone, Debug)]
struct Line {
    cut: Arc<AtomicBool>,
    address: SocketAddr,
}

impl Line {
    /// Loses the connection: nothing that is written from now on leaves.
    fn cut(&self) {
        self.cut.store(true, Ordering::Release);
    }
}

impl Connected<IncomingStream<'_, Cuttable>> for Line {
    fn connect_info(stream: IncomingStream<'_, Cuttable>) -> Line {
        Line {
            cut: Arc::clone(&stream.io().cut),
            address: stream.io().address,
        }
    }
}

/// A listener whose connections can be cut.
#[derive(Debug)]
struct Cuttable(TcpListener);

impl Listener for Cuttable {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.0).await;
        let address = stream.local_addr().unwrap_or(peer);
        let cut = Arc::new(AtomicBool::new(false));
        (CuttableStream { stream, cut, address }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that fails to write once it is cut, so that it closes without an answer.
#[derive(Debug)]
struct CuttableStream {
    stream: TcpStream,
    cut: Arc<AtomicBool>,
    address: SocketAddr,
}

impl CuttableStream {
    fn whole(&self) -> io::Result<()> {
        if self.cut.load(Ordering::Acquire) {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        Ok(())
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.whole()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.whole()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::simulator::SimOptions;

    /// Time stands still, so that both worlds log the same times.
    fn still() -> Arc<Simulator> {
        Simulator::new(SimOptions {
            speed: 0.0,
            ..SimOptions::default()
        })
    }

    struct Script {
        service: &'static str,
        method: &'static str,
        path: &'static str,
        headers: Vec<(&'static str, &'static str)>,
        body: &'static str,
    }

    fn script() -> Vec<Script> {
        let target = |name| {
            vec![
                ("x-amz-target", name),
                ("content-type", "application/x-amz-json-1.1"),
            ]
        };
        let call = |service, method, path, headers, body| Script {
            service,
            method,
            path,
            headers,
            body,
        };
        let form = || vec![("content-type", "application/x-www-form-urlencoded")];
        vec![
            call(
                "appstream",
                "POST",
                "/",
                target("PhotonAdminProxyService.CreateStack"),
                r#"{"Name":"agents"}"#,
            ),
            call(
                "appstream",
                "POST",
                "/",
                target("PhotonAdminProxyService.DescribeStacks"),
                "{}",
            ),
            call(
                "appstream",
                "POST",
                "/",
                target("PhotonAdminProxyService.Nothing"),
                "{}",
            ),
            call(
                "appstream",
                "POST",
                "/",
                target("PhotonAdminProxyService.CreateStack"),
                r#"{"Name":7}"#,
            ),
            call("connect", "GET", "/instance?maxResults=5", vec![], ""),
            call("connect", "GET", "/instance/absent", vec![], ""),
            call("iam", "POST", "/", form(), "Action=ListRoles&Version=2010-05-08"),
            call(
                "sts",
                "POST",
                "/",
                form(),
                "Action=GetCallerIdentity&Version=2011-06-15",
            ),
            call(
                "s3",
                "PUT",
                "/pages",
                vec![],
                "<CreateBucketConfiguration><LocationConstraint>eu-west-2</LocationConstraint></CreateBucketConfiguration>",
            ),
            call("s3", "PUT", "/pages/k", vec![("x-amz-meta-a", "b")], "hello"),
            call("s3", "GET", "/pages/k", vec![], ""),
            call("s3", "HEAD", "/pages/absent", vec![], ""),
            call("s3", "GET", "/pages/absent", vec![], ""),
            call("", "GET", "/pages/k", vec![], ""),
        ]
    }

    fn headers(step: &Script, host: &str) -> Vec<(String, String)> {
        let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let mut out = vec![
            ("host".to_owned(), host.to_owned()),
            ("content-length".to_owned(), step.body.len().to_string()),
        ];
        if !step.service.is_empty() {
            let scope = format!("AKID/{}/eu-west-2/{}/aws4_request", &now[..8], step.service);
            let text = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
            out.push(("authorization".to_owned(), text));
            out.push(("x-amz-date".to_owned(), now));
        }
        out.extend(
            step.headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        out
    }

    /// One request on its own connection. Returns the status line's code, the headers that the simulator sets, and
    /// the body; `None` if the connection closed without an answer.
    async fn over_loopback(address: SocketAddr, step: &Script) -> Option<(u16, Vec<String>, Vec<u8>)> {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let mut text = format!("{} {} HTTP/1.1\r\nconnection: close\r\n", step.method, step.path);
        for (name, value) in headers(step, &address.to_string()) {
            text = text + &name + ": " + &value + "\r\n";
        }
        stream
            .write_all((text + "\r\n" + step.body).as_bytes())
            .await
            .expect("sent");
        let mut answer = Vec::new();
        let _partial = stream.read_to_end(&mut answer).await;
        let end = answer.windows(4).position(|part| part == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let transport = ["connection:", "date:", "content-length:"];
        let mut kept: Vec<String> = lines
            .filter(|line| !transport.iter().any(|name| line.starts_with(name)))
            .map(str::to_owned)
            .collect();
        kept.sort();
        Some((status, kept, answer[end + 4..].to_vec()))
    }

    async fn in_process(simulator: &Simulator, step: &Script) -> (u16, Vec<String>, Vec<u8>) {
        let mut request = http::Request::builder().method(step.method).uri(step.path);
        for (name, value) in headers(step, "127.0.0.1") {
            request = request.header(name, value);
        }
        let response = simulator
            .handle(request.body(Bytes::from(step.body)).expect("a request"))
            .await;
        let mut kept: Vec<String> = response
            .headers()
            .iter()
            .filter(|(name, _)| !["content-length", "date"].contains(&name.as_str()))
            .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())))
            .collect();
        kept.sort();
        (response.status().as_u16(), kept, response.into_body().to_vec())
    }

    #[tokio::test]
    async fn in_process_and_over_loopback_are_the_same() {
        let (here, there) = (still(), still());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let server = tokio::spawn(Arc::clone(&there).serve(listener, async move {
            drop(stopped.await);
        }));
        for step in script() {
            let direct = in_process(&here, &step).await;
            let remote = over_loopback(address, &step).await.expect("an answer");
            assert_eq!(direct, remote, "{} {} {:?}", step.method, step.path, step.headers);
        }
        assert_eq!(here.call_log(), there.call_log());
        assert_eq!(here.call_log().len(), script().len());
        for kind in ["drop-before", "drop-after"] {
            there.inject(serde_json::from_value(json!({ "kind": kind })).expect("a rule"));
            assert_eq!(over_loopback(address, &script()[4]).await, None, "{kind}");
            there.reset();
        }
        stop.send(()).expect("the server still listens");
        server.await.expect("no panic").expect("served");
    }

    /// The bytes that clients hold open count together, and are given back.
    #[tokio::test]
    async fn bodies_are_bounded_in_sum() {
        let body = |bytes: usize| Body::from(vec![0; bytes]);
        assert_eq!(
            whole(body(LARGEST_BODY + 1), &mut Share::default()).await,
            None,
            "one alone is too large"
        );
        let mut others = Share::default();
        assert!(others.grow(LARGEST_SUM - (1 << 20)));
        assert_eq!(
            whole(body(2 << 20), &mut Share::default()).await,
            None,
            "others hold what there is"
        );
        drop(others);
        let read = whole(body(2 << 20), &mut Share::default()).await;
        assert_eq!(read.map(|body| body.len()), Some(2 << 20));
    }

    #[tokio::test]
    async fn over_loopback_the_door_is_kept() {
        let simulator = Simulator::new(SimOptions {
            token: Some("the-token".to_owned()),
            ..SimOptions::default()
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = tokio::spawn(Arc::clone(&simulator).serve(listener, std::future::pending()));
        let ask = async |path: &'static str, headers: Vec<(&'static str, &'static str)>| {
            let script = Script {
                service: "",
                method: "POST",
                path,
                headers,
                body: "",
            };
            over_loopback(address, &script).await.expect("an answer").0
        };
        assert_eq!(ask("/_sim/reset", vec![]).await, 401);
        assert_eq!(
            ask("/_sim/reset", vec![("x-headset-sim-token", "the-token")]).await,
            200
        );
        assert_eq!(
            ask(
                "/_sim/reset",
                vec![
                    ("x-headset-sim-token", "the-token"),
                    ("origin", "https://a.example.com")
                ]
            )
            .await,
            403
        );
        server.abort();
    }

    #[tokio::test]
    async fn the_control_plane_tells_and_takes() {
        let simulator = still();
        let ask = async |method: &str, path: &str, body: &'static str| {
            let request = http::Request::builder()
                .method(method)
                .uri(path)
                .body(Bytes::from_static(body.as_bytes()));
            let answer = simulator.handle(request.expect("a request")).await;
            let value: serde_json::Value = serde_json::from_slice(answer.body()).expect("JSON");
            (answer.status().as_u16(), value)
        };
        let (_, hello) = ask("GET", "/_sim/hello", "").await;
        assert_eq!(hello["name"], "headset-sim");
        let (_, later) = ask("POST", "/_sim/clock", r#"{"skip_seconds": 90}"#).await;
        assert_eq!(
            later["clock"].as_f64().expect("a number"),
            hello["clock"].as_f64().expect("a number") + 90.0
        );
        assert_eq!(ask("POST", "/_sim/clock", r#"{"skip_seconds": -1}"#).await.0, 400);
        assert_eq!(
            ask(
                "POST",
                "/_sim/faults",
                r#"{"operation":"GetRole","kind":"delay","seconds":1}"#
            )
            .await
            .1["added"],
            1
        );
        assert_eq!(
            ask("GET", "/_sim/faults", "").await.1["rules"][0]["operation"],
            "GetRole"
        );
        let (_, snapshot) = ask("GET", "/_sim/snapshot", "").await;
        simulator.restore(&snapshot).expect("a snapshot");
        assert_eq!(simulator.snapshot(), snapshot);
        assert_eq!(ask("PUT", "/_sim/snapshot", "{}").await.0, 400);
        assert_eq!(ask("POST", "/_sim/console/nowhere", "{}").await.0, 501);
        assert_eq!(ask("GET", "/_sim/nothing", "").await.0, 404);
    }
}
