//! Where Terraform connects: a unix socket in a folder of its own, else loopback.

#[cfg(unix)]
use std::path::{Path, PathBuf};
use std::{
    fmt, io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use rustls::ServerConfig;
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpListener,
    sync::mpsc,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tonic::transport::server::Connected;

use super::{
    launch::Launch,
    lifetime::{Lifetime, OpenConnection},
};

/// What `sun_path` holds besides its final zero byte, on the strictest system we run on.
#[cfg(unix)]
const LONGEST_SOCKET_PATH: usize = 103;
const TLS_HANDSHAKE: Duration = Duration::from_secs(30);

/// An address as the handshake line writes it: network, bar, place.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::plugin) enum Address {
    /// A unix socket.
    #[cfg(unix)]
    Unix(PathBuf),
    /// A TCP port on loopback.
    Tcp(std::net::SocketAddr),
}

impl Address {
    /// Returns `unix` or `tcp`.
    pub(super) fn network(&self) -> &'static str {
        match self {
            #[cfg(unix)]
            Self::Unix(_) => "unix",
            Self::Tcp(_) => "tcp",
        }
    }

    /// Returns the path, or host and port.
    pub(super) fn place(&self) -> String {
        match self {
            #[cfg(unix)]
            Self::Unix(path) => path.display().to_string(),
            Self::Tcp(address) => address.to_string(),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}|{}", self.network(), self.place())
    }
}

/// A bound listener. Dropping it removes the socket and its folder.
pub(in crate::plugin) struct Listener {
    socket: Socket,
    address: Address,
    folder: Option<TempDir>,
}

/// The connections of a listener. Dropping it removes the socket and its folder.
///
/// The folder is here and not in the task that accepts, because the process
/// exits without waiting for tasks.
pub(in crate::plugin) struct Connections {
    accepted: mpsc::Receiver<io::Result<Connection>>,
    _folder: Option<TempDir>,
}

enum Socket {
    #[cfg(unix)]
    Unix(tokio::net::UnixListener),
    Tcp(TcpListener),
}

impl Listener {
    /// Binds as the launch asks. Must run inside the runtime.
    pub(in crate::plugin) async fn bind(launch: &Launch) -> io::Result<Self> {
        #[cfg(unix)]
        if let Some(listener) = Self::bind_unix(launch.socket_directory.as_deref()) {
            return Ok(listener);
        }
        Self::bind_tcp(launch.ports).await
    }

    /// Returns the address for the handshake line.
    pub(in crate::plugin) fn address(&self) -> &Address {
        &self.address
    }

    /// Accepts connections for as long as the stream is read.
    ///
    /// Each connection does its TLS handshake in a task of its own, so that one
    /// that stalls or fails holds up and ends nothing.
    pub(in crate::plugin) fn accept(
        self,
        tls: Option<Arc<ServerConfig>>,
        lifetime: Lifetime,
    ) -> Connections {
        let Self { socket, folder, .. } = self;
        let (sender, accepted) = mpsc::channel(1);
        let acceptor = tls.map(TlsAcceptor::from);
        tokio::spawn(async move {
            while let Some(stream) = socket.next(&sender).await {
                tokio::spawn(greet(stream, acceptor.clone(), lifetime.clone(), sender.clone()));
            }
        });
        Connections { accepted, _folder: folder }
    }

    #[cfg(unix)]
    fn bind_unix(directory: Option<&Path>) -> Option<Self> {
        let temporary = std::env::temp_dir();
        let candidates = [directory.unwrap_or(&temporary), Path::new("/tmp")];
        for parent in candidates {
            let folder = match private_folder(parent) {
                Ok(folder) => folder,
                Err(error) => {
                    tracing::warn!(%error, parent = %parent.display(), "no socket folder here");
                    continue;
                }
            };
            let path = folder.path().join("plugin.sock");
            if !fits_handshake(&path) {
                tracing::warn!(path = %path.display(), "no path for a socket, trying elsewhere");
                continue;
            }
            match tokio::net::UnixListener::bind(&path) {
                Ok(socket) => {
                    let (socket, address) = (Socket::Unix(socket), Address::Unix(path));
                    return Some(Self { socket, address, folder: Some(folder) });
                }
                Err(error) => tracing::warn!(%error, path = %path.display(), "no socket here"),
            }
        }
        None
    }

    /// Binds loopback to the first free port of a range; 0 is any.
    pub(super) async fn bind_tcp((first, last): (u16, u16)) -> io::Result<Self> {
        let mut outcome = Err(io::ErrorKind::AddrInUse.into());
        for port in first..=last.max(first) {
            outcome = TcpListener::bind(("127.0.0.1", port)).await;
            if outcome.is_ok() {
                break;
            }
        }
        let listener = outcome?;
        let address = Address::Tcp(listener.local_addr()?);
        Ok(Self { socket: Socket::Tcp(listener), address, folder: None })
    }
}

impl Socket {
    /// Waits for a connection; `None` once nobody takes any.
    async fn next(&self, gone: &mpsc::Sender<io::Result<Connection>>) -> Option<Box<dyn Stream>> {
        loop {
            let accepted = tokio::select! {
                () = gone.closed() => return None,
                accepted = self.accept() => accepted,
            };
            match accepted {
                Ok(stream) => return Some(stream),
                // Out of file descriptors, most likely: let others close some first.
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            #[cfg(unix)]
            Self::Unix(listener) => Ok(Box::new(listener.accept().await?.0)),
            Self::Tcp(listener) => Ok(Box::new(listener.accept().await?.0)),
        }
    }
}

/// Tells whether a path can be a socket's and a field of the handshake line.
#[cfg(unix)]
fn fits_handshake(path: &Path) -> bool {
    path.to_str().is_some_and(|text| {
        text.len() <= LONGEST_SOCKET_PATH && !text.contains(|c: char| c == '|' || c.is_control())
    })
}

/// Only we may enter it, so only we (and root) can reach the socket.
#[cfg(unix)]
fn private_folder(parent: &Path) -> io::Result<TempDir> {
    use std::os::unix::fs::PermissionsExt as _;
    tempfile::Builder::new()
        .prefix("tf-plugin-")
        .permissions(std::fs::Permissions::from_mode(0o700))
        .tempdir_in(parent)
}

/// Does the TLS handshake and hands the connection over.
async fn greet(
    stream: Box<dyn Stream>,
    acceptor: Option<TlsAcceptor>,
    lifetime: Lifetime,
    sender: mpsc::Sender<io::Result<Connection>>,
) {
    let io: Box<dyn Stream> = match acceptor {
        None => stream,
        Some(acceptor) => match timeout(TLS_HANDSHAKE, acceptor.accept(stream)).await {
            Ok(Ok(stream)) => Box::new(stream),
            Ok(Err(error)) => {
                tracing::warn!(%error, "refused a connection: TLS handshake failed");
                return;
            }
            Err(_) => {
                tracing::warn!("refused a connection: TLS handshake took too long");
                return;
            }
        },
    };
    let connection = Connection { io, _open: lifetime.connected() };
    // An error means that the server has stopped meanwhile.
    let _ = sender.send(Ok(connection)).await;
}

impl tokio_stream::Stream for Connections {
    type Item = io::Result<Connection>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.accepted.poll_recv(context)
    }
}

/// Any byte stream that a connection can be made of.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for T {}

/// One connection, ready for gRPC.
pub(in crate::plugin) struct Connection {
    io: Box<dyn Stream>,
    _open: OpenConnection,
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) -> Self::ConnectInfo {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}
