//! The HTTP server: connections in, exchanges done, connections cut where a fault says so.

mod control;
mod exchange;

use std::convert::Infallible;
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};

pub(crate) use exchange::State;

use crate::fault::{Delivery, Outcome};
use crate::journal::Entry;
use crate::message::{Body, Reply, Request};

/// Most bytes a request body may have; worlds of many thousand images fit.
const MAX_BODY_BYTES: usize = 256 << 20;

/// Is told of every request to a cloud, after it was answered.
pub(crate) type Observer = Box<dyn Fn(&Entry) + Send + Sync>;

/// What all connections have in common.
pub(crate) struct Server {
    state: Mutex<State>,
    observer: Observer,
}

impl Server {
    pub(crate) fn new(state: State, observer: Observer) -> Self {
        Self { state: Mutex::new(state), observer }
    }

    /// Locks the state. A panic of another holder, such as a failed assertion in a test's closure,
    /// changes nothing.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Accepts connections until told to stop.
pub(crate) async fn serve(
    listener: TcpListener,
    server: Arc<Server>,
    mut stop: oneshot::Receiver<()>,
) {
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                match accepted {
                    Ok((stream, _)) => drop(tokio::spawn(attend(stream, Arc::clone(&server)))),
                    // Out of file descriptors, most likely: connections that end give some back.
                    Err(_) => pause(Duration::from_millis(10)).await,
                }
            }
            _ = &mut stop => return,
        }
    }
}

/// Serves one connection to its end, which may be violent.
async fn attend(stream: TcpStream, server: Arc<Server>) {
    // Without this, small answers wait for the client's acknowledgement. A failure costs only
    // speed.
    let _ = stream.set_nodelay(true);
    let (sender, mut endings) = mpsc::channel(1);
    let service = service_fn(move |request| answer(request, Arc::clone(&server), sender.clone()));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let ending = tokio::select! {
        _ = &mut connection => return,
        ending = endings.recv() => ending,
    };
    let mut stream = connection.into_parts().io.into_inner();
    // The client may be gone already, which is as good an ending as any.
    match ending {
        Some(Ending::Bytes(bytes)) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Some(Ending::Reset) | None => {
            let _ = stream.set_zero_linger();
        }
    }
}

/// How a connection ends that does not end well.
enum Ending {
    Bytes(Vec<u8>),
    Reset,
}

async fn answer(
    request: hyper::Request<Incoming>,
    server: Arc<Server>,
    endings: mpsc::Sender<Ending>,
) -> Result<hyper::Response<Body>, Infallible> {
    let reply = match receive(request).await {
        Err(reply) => reply,
        Ok(request) if control::concerns(&request) => control::answer(&request, &server),
        Ok(request) => {
            let latency = server.state().latency;
            pause(latency).await;
            let (Outcome { delay, delivery, .. }, entry) = server.state().exchange(&request);
            if let Some(entry) = entry {
                (server.observer)(&entry);
            }
            pause(delay).await;
            match delivery {
                Delivery::Reply(reply) => reply,
                Delivery::Bytes(bytes) => end(&endings, Ending::Bytes(bytes)).await,
                Delivery::Reset => end(&endings, Ending::Reset).await,
                Delivery::Silence => pending().await,
            }
        }
    };
    Ok(to_response(reply))
}

/// Waits, if there is anything to wait for: the timer would round up to a millisecond.
async fn pause(duration: Duration) {
    if !duration.is_zero() {
        tokio::time::sleep(duration).await;
    }
}

/// Hands the connection over to its ending; the request that asked for it is never answered.
async fn end(endings: &mpsc::Sender<Ending>, ending: Ending) -> Reply {
    // The receiver lives as long as the connection, and this future no longer.
    let _ = endings.send(ending).await;
    pending().await
}

async fn receive(request: hyper::Request<Incoming>) -> Result<Request, Reply> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY_BYTES).collect().await;
    let body = body.map_err(|error| Reply::new(413, "text/plain", error.to_string()))?;
    Ok(Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body: body.to_bytes(),
    })
}

fn to_response(reply: Reply) -> hyper::Response<Body> {
    let mut builder = hyper::Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        builder = builder.header(name, value);
    }
    builder.body(reply.body).unwrap_or_else(|error| {
        // Only a verbatim fault can ask for a status or header that HTTP does not have.
        let mut response = hyper::Response::new(Body::from(bytes::Bytes::from(error.to_string())));
        *response.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
