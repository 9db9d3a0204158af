//! A server that repeats what it is told, as proxies and debugging pages do.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

/// What comes back.
#[derive(Clone, Debug)]
pub(super) enum Manner {
    /// A page with the request as it was sent.
    Page,
    /// A page with the request as HTML escapes it, down to the slashes.
    HtmlPage,
    /// A page with the request in JSON, its slashes escaped.
    JsonPage,
    /// Alibaba Cloud's error with this code, and the decoded request for a message.
    Alicloud(&'static str),
    /// AWS's error with this code, and the decoded request for a message.
    Aws(&'static str),
    /// The error of an agent that hands out keys: a success, by its status.
    Agent,
    /// Success, and this text.
    Success(String),
    /// An instance's metadata service: hands out the token, names the role, and answers for its
    /// keys with the document. Without one it fails, and repeats the token.
    Instance { token: String, role: &'static str, document: Option<String> },
}

/// A running server, which stops when dropped.
#[derive(Debug)]
pub(super) struct Echo {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Echo {
    /// Starts on a free port of this machine.
    pub(super) fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                // Who hangs up early has been told nothing.
                let _ = answer(&mut stream.unwrap(), &manner);
            }
        });
        Self { address, is_over, thread: Some(thread) }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread, which then sees that it is over.
        drop(TcpStream::connect(self.address));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn answer(stream: &mut TcpStream, manner: &Manner) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let request = read(stream)?;
    let (status, kind, body) = manner.answer(&telling_parts(&request), &request);
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nx-aws-ec2-metadata-token-ttl-seconds: 21600\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

impl Manner {
    fn answer(&self, sent: &str, request: &str) -> (u16, &'static str, String) {
        match self {
            Self::Page => (502, "text/html", sent.to_owned()),
            Self::HtmlPage => {
                let text = decoded(sent).replace('&', "&amp;").replace('/', "&#x2F;");
                (502, "text/html", text.replace('+', "&#43;").replace('=', "&#61;"))
            }
            Self::JsonPage => {
                let text = serde_json::to_string(&decoded(sent)).unwrap();
                (502, "application/json", text.replace('/', "\\/"))
            }
            Self::Alicloud(code) => {
                let body = serde_json::json!({
                    "Code": code, "Message": decoded(sent), "RequestId": "R-1",
                });
                (403, "application/json", body.to_string())
            }
            Self::Aws(code) => {
                let text = decoded(sent).replace('&', "&amp;").replace('<', "&lt;");
                let error = format!("<Error><Code>{code}</Code><Message>{text}</Message></Error>");
                (403, "text/xml", format!("<Response><Errors>{error}</Errors></Response>"))
            }
            Self::Agent => {
                let body = serde_json::json!({ "Code": "Denied", "Message": decoded(sent) });
                (200, "application/json", body.to_string())
            }
            Self::Success(text) => (200, "text/xml", text.clone()),
            Self::Instance { token, .. } if request.starts_with("PUT") => {
                (200, "text/plain", token.clone())
            }
            Self::Instance { role, .. } if request.contains("/security-credentials/ HTTP") => {
                (200, "text/plain", (*role).to_owned())
            }
            Self::Instance { document: Some(document), .. } => {
                (200, "application/json", document.clone())
            }
            Self::Instance { document: None, .. } => (403, "text/html", sent.to_owned()),
        }
    }
}

/// Reads a request: its head, and as much of a body as that announces.
fn read(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
            if body.len() >= length {
                return Ok(text);
            }
        }
        match stream.read(&mut piece)? {
            0 => return Ok(text),
            count => bytes.extend_from_slice(&piece[..count]),
        }
    }
}

/// Takes the values of headers and parameters, those first whose names promise most: an excerpt
/// of the answer has room for a few of them only.
fn telling_parts(request: &str) -> String {
    let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
    let query = head.split_whitespace().nth(1).and_then(|path| path.split_once('?'));
    let parameters = [query.map_or("", |(_, query)| query), body].join("&");
    let parameters = parameters.split('&').filter_map(|pair| pair.split_once('='));
    let headers = head.lines().filter_map(|line| line.split_once(": "));
    let mut parts: Vec<_> = parameters.chain(headers).collect();
    parts.sort_by_key(|(name, _)| {
        let name = name.to_lowercase();
        let is_fixed = name.contains("hash") || name.contains("ttl");
        (is_fixed, !name.contains("token"), !name.contains("auth"))
    });
    let mut values: Vec<_> = parts.into_iter().map(|(_, value)| value).collect();
    values.push(head);
    values.join(" ")
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}
