//! Where connections come in, and which of them are let through.

use super::*;

#[tokio::test]
async fn the_socket_is_in_a_folder_that_only_we_may_enter() {
    let parent = TempDir::new().unwrap();
    let listener = bind_in(parent.path()).await;
    let socket = socket_of(&listener);
    let folder = socket.parent().unwrap();
    assert_eq!(folder.parent(), Some(parent.path()));
    assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o7777, 0o700);
    assert!(socket.is_absolute());
}

#[tokio::test]
async fn dropping_the_listener_removes_the_socket() {
    let parent = TempDir::new().unwrap();
    let listener = bind_in(parent.path()).await;
    assert!(socket_of(&listener).exists());
    drop(listener);
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
}

/// At once, because the process does not wait for the task that accepts.
#[tokio::test]
async fn dropping_the_connections_removes_the_socket() {
    let parent = TempDir::new().unwrap();
    let connections = bind_in(parent.path()).await.accept(None, Lifetime::new());
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 1);
    drop(connections);
    assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_folder_too_long_for_a_socket_is_left_for_a_short_one() {
    let parent = TempDir::new().unwrap();
    let deep = parent.path().join("d".repeat(60)).join("e".repeat(60));
    fs::create_dir_all(&deep).unwrap();
    let listener = bind_in(&deep).await;
    let socket = socket_of(&listener);
    assert!(socket.starts_with("/tmp"), "{}", socket.display());
    assert!(socket.as_os_str().len() <= 103, "{}", socket.display());
    assert_eq!(fs::read_dir(&deep).unwrap().count(), 0);
    UnixStream::connect(&socket).await.unwrap();
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_left_for_another() {
    let parent = TempDir::new().unwrap();
    let listener = bind_in(&parent.path().join("absent")).await;
    UnixStream::connect(&socket_of(&listener)).await.unwrap();
}

#[tokio::test]
async fn tcp_takes_the_first_free_port_of_the_range() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let first = taken.local_addr().unwrap().port();
    let last = first.saturating_add(50);
    let listener = Listener::bind_tcp((first, last)).await.unwrap();
    let Address::Tcp(address) = listener.address() else { panic!("no TCP address") };
    assert!(address.ip().is_loopback());
    assert!((first + 1..=last).contains(&address.port()), "{address} from {first}");

    let error = Listener::bind_tcp((first, first)).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[tokio::test]
async fn tcp_takes_any_port_where_no_range_is_given() {
    let listener = Listener::bind_tcp((0, 0)).await.unwrap();
    let Address::Tcp(address) = listener.address() else { panic!("no TCP address") };
    assert_ne!(address.port(), 0);
}

/// What a host does that probes first.
#[tokio::test]
async fn a_connection_that_closes_at_once_harms_nothing() {
    let parent = TempDir::new().unwrap();
    let identity = ServerIdentity::generate(CLIENT.certificate()).unwrap();
    let listener = bind_in(parent.path()).await;
    let socket = socket_of(&listener);
    let mut connections = listener.accept(Some(Arc::clone(&identity.config)), Lifetime::new());
    drop(UnixStream::connect(&socket).await.unwrap());
    let stream = UnixStream::connect(&socket).await.unwrap();
    let connected = connect(&identity, Some(CLIENT.owner()), b"h2", stream);
    let (accepted, connected) = soon(future::join(connections.next(), connected)).await;
    assert!(accepted.unwrap().is_ok());
    connected.unwrap();
}

#[tokio::test]
async fn neither_a_stalled_nor_a_strange_connection_holds_up_the_right_one() {
    let parent = TempDir::new().unwrap();
    let identity = ServerIdentity::generate(CLIENT.certificate()).unwrap();
    let listener = bind_in(parent.path()).await;
    let socket = socket_of(&listener);
    let lifetime = Lifetime::new();
    let mut connections = listener.accept(Some(Arc::clone(&identity.config)), lifetime.clone());

    let stalled = UnixStream::connect(&socket).await.unwrap();
    let mut noisy = UnixStream::connect(&socket).await.unwrap();
    noisy.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    for stranger in [None, Some(STRANGER.owner())] {
        let stream = UnixStream::connect(&socket).await.unwrap();
        // In TLS 1.3 a client learns of the refusal from its first read.
        let refused = soon(connect(&identity, stranger, b"h2", stream)).await;
        assert!(refused.is_err() || soon(first_read(refused.unwrap())).await.is_err());
    }

    let stream = UnixStream::connect(&socket).await.unwrap();
    let connected = connect(&identity, Some(CLIENT.owner()), b"h2", stream);
    let (accepted, connected) = soon(future::join(connections.next(), connected)).await;
    let mut right = accepted.unwrap().unwrap();
    right.write_all(b"welcome").await.unwrap();
    right.flush().await.unwrap();
    assert_eq!(soon(first_read(connected.unwrap())).await.unwrap(), b"welcome");
    drop(stalled);
}
