//! HTTP messages as the clouds see them: whole requests in, replies out.
//!
//! Nothing here touches a socket; `server` converts from and to hyper.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

/// A request whose body has been read to the end.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Upper case, as sent.
    pub method: String,
    pub path: String,
    /// Everything after `?`, still percent-encoded.
    pub query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Request {
    /// Returns a header's values joined by commas, each trimmed; `None` when the header is absent
    /// or not text.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let values: Option<Vec<&str>> = self
            .headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().ok().map(str::trim))
            .collect();
        values.filter(|values| !values.is_empty()).map(|values| values.join(","))
    }

    /// Lists the names of all headers, in lower case.
    pub(crate) fn header_names(&self) -> impl Iterator<Item = &str> {
        self.headers.keys().map(http::HeaderName::as_str)
    }
}

/// An answer that is ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Body,
}

impl Reply {
    /// Makes a reply of one content type.
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self { status, headers: Vec::new(), body: Body::from(body.into()) }
            .header("content-type", content_type)
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// A body given as chunks, each sent a number of times, so that a huge body needs no memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    segments: VecDeque<(Bytes, u64)>,
}

impl Body {
    /// Appends a chunk that is sent `times` times.
    pub(crate) fn then(mut self, chunk: impl Into<Bytes>, times: u64) -> Self {
        let chunk = chunk.into();
        if times > 0 && !chunk.is_empty() {
            self.segments.push_back((chunk, times));
        }
        self
    }

    /// Returns the length in bytes.
    pub(crate) fn len(&self) -> u64 {
        self.segments.iter().map(|(chunk, times)| chunk.len() as u64 * times).sum()
    }

    /// Returns the first chunk: all of an ordinary body.
    pub(crate) fn first_chunk(&self) -> Bytes {
        self.segments.front().map(|(chunk, _)| chunk.clone()).unwrap_or_default()
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self::default().then(bytes, 1)
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some((chunk, times)) = self.segments.pop_front() else { return Poll::Ready(None) };
        if times > 1 {
            self.segments.push_front((chunk.clone(), times - 1));
        }
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.segments.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.len())
    }
}
