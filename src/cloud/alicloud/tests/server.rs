//! A server on a loopback socket that answers as it is told.

use std::sync::{Arc, Mutex};

use futures_util::{FutureExt as _, future::BoxFuture};
use percent_encoding::percent_decode_str;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::cloud::Endpoint;

/// A status and a body.
pub(in crate::cloud::alicloud) type Answer = (u16, String);

/// Runs until the test ends.
pub(in crate::cloud::alicloud) struct Server {
    pub(in crate::cloud::alicloud) endpoint: Endpoint,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(in crate::cloud::alicloud) struct Request {
    /// All that came before the empty line.
    pub(in crate::cloud::alicloud) head: String,
    pub(in crate::cloud::alicloud) body: String,
}

impl Server {
    /// Starts to listen; answers get the request and how many came before it.
    pub(in crate::cloud::alicloud) async fn start(
        answer: impl Fn(&Request, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let at_once =
            move |request: &Request, before| std::future::ready(answer(request, before)).boxed();
        Self::start_slow(at_once).await
    }

    /// As [`start`](Self::start); answers may take their time, while others are given.
    pub(in crate::cloud::alicloud) async fn start_slow(
        answer: impl Fn(&Request, usize) -> BoxFuture<'static, Answer> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (log, answer) = (Arc::clone(&requests), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                tokio::spawn(async move {
                    serve(stream, |request| {
                        let mut log = log.lock().unwrap();
                        log.push(request.clone());
                        let before = log.len() - 1;
                        drop(log);
                        answer(request, before)
                    })
                    .await
                });
            }
        });
        Self { endpoint: Endpoint::parse(&endpoint).unwrap(), requests }
    }

    /// Starts to listen; gives the same answer to everybody.
    pub(in crate::cloud::alicloud) async fn always(status: u16, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::start(move |_, _| (status, body.clone())).await
    }

    /// Returns what has come so far.
    pub(in crate::cloud::alicloud) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Request {
    /// Returns a parameter of the query as it was sent, or an empty text.
    pub(in crate::cloud::alicloud) fn parameter(&self, name: &str) -> &str {
        let target = self.head.split(' ').nth(1).unwrap();
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map_or("", |(_, value)| value)
    }

    /// Returns what was asked, in which version, and the parameters, decoded, one on each line.
    pub(in crate::cloud::alicloud) fn call(&self) -> String {
        let target = self.head.split(' ').nth(1).unwrap();
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let lines = query.split('&').filter(|pair| !pair.is_empty());
        let lines =
            lines.map(|pair| format!("\n  {}", percent_decode_str(pair).decode_utf8_lossy()));
        let lines: String = lines.collect();
        format!("{} {}{lines}\n", self.action(), self.header("x-acs-version"))
    }

    /// Returns the vendor's name of the call, signed or not, or an empty text.
    pub(in crate::cloud::alicloud) fn action(&self) -> &str {
        match self.header("x-acs-action") {
            "" => self.parameter("Action"),
            action => action,
        }
    }

    /// Returns the key that signed it, or an empty text.
    pub(in crate::cloud::alicloud) fn key(&self) -> &str {
        let (_, after) = self.header("authorization").split_once("Credential=").unwrap_or_default();
        after.split(',').next().unwrap()
    }

    /// Returns a header, or an empty text.
    pub(in crate::cloud::alicloud) fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }
}

async fn serve(mut stream: TcpStream, answer: impl FnOnce(&Request) -> BoxFuture<'static, Answer>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap().trim_end().replace("\r\n", "\n");
    let request = Request { head, body: String::new() };
    let length = request.header("content-length").parse().unwrap_or(0);
    let mut body = vec![0; length];
    if stream.read_exact(&mut body).await.is_err() {
        return;
    }
    let request = Request { body: String::from_utf8(body).unwrap(), ..request };
    let (status, body) = answer(&request).await;
    let length = body.len();
    let reply = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    );
    // The client may have gone; that is its business.
    let _ = stream.write_all(reply.as_bytes()).await;
}
