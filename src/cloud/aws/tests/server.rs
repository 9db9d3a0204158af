//! A server on loopback that follows a script.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// An answer with status 200.
pub(in super::super) fn ok(body: impl Into<String>) -> Answer {
    Answer::Http(200, body.into())
}

/// What to do with a request.
#[derive(Clone, Debug)]
pub(in super::super) enum Answer {
    /// Answer with a status and a body.
    Http(u16, String),
    /// Never answer.
    Silence,
    /// Close the connection.
    HangUp,
}

/// A server. Gives the answers of its script in order, the last one for ever.
pub(in super::super) struct Server {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server.
    pub(in super::super) async fn start(script: Vec<Answer>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&requests);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, script.clone(), Arc::clone(&log)));
            }
        });
        Self { address, requests }
    }

    /// Returns where it is.
    pub(in super::super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the requests so far: head and body.
    pub(in super::super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Returns the bodies of the requests so far.
    pub(in super::super) fn bodies(&self) -> Vec<String> {
        let body = |text: String| text.split_once("\r\n\r\n").unwrap().1.to_owned();
        self.requests().into_iter().map(body).collect()
    }
}

async fn serve(mut stream: TcpStream, script: Vec<Answer>, log: Arc<Mutex<Vec<String>>>) {
    let Some(request) = read(&mut stream).await else { return };
    let index = {
        let mut log = log.lock().unwrap();
        log.push(request);
        log.len() - 1
    };
    match script.get(index).or(script.last()).unwrap() {
        Answer::Http(status, body) => {
            let head = format!(
                "HTTP/1.1 {status} x\r\ncontent-type: text/xml\r\nconnection: close\r\n\
                 content-length: {}\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all((head + body).as_bytes()).await;
        }
        Answer::Silence => std::future::pending().await,
        Answer::HangUp => {}
    }
}

async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let length = stream.read(&mut buffer).await.ok().filter(|length| *length > 0)?;
        text.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_ascii_lowercase();
        let expected = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= expected.map_or(0, |length| length.parse().unwrap()) {
            return Some(text);
        }
    }
}
