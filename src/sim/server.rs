//! The simulator on loopback.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{Request, State};
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::simulator::Simulator;

/// The largest request body, in bytes: S3 takes 5 GiB, memory does not.
const LARGEST_BODY: usize = 256 << 20;

impl Simulator {
    /// Serves on the listener until `shutdown` completes and open requests are answered. Bind it to loopback: the
    /// simulator knows no secrets and lets everybody in.
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
        axum::serve(Cuttable(listener), service).with_graceful_shutdown(shutdown).await
    }
}

async fn answer(State(simulator): State<Arc<Simulator>>, ConnectInfo(line): ConnectInfo<Line>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        // A body that ended early: on AWS too nobody is left to read an answer.
        line.cut();
        return Response::new(Body::empty());
    };
    let base_url = parts
        .headers
        .get(http::header::HOST)
        .and_then(|host| host.to_str().ok())
        .map_or_else(|| format!("http://{}", line.address), |host| format!("http://{host}"));
    match simulator.exchange(http::Request::from_parts(parts, body), Some(base_url)).await {
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
        Line { cut: Arc::clone(&stream.io().cut), address: stream.io().address }
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
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
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
