//! What a launch asks for, and the lines that answer it.

use super::*;

#[test]
fn without_the_cookie_nothing_is_served() {
    for cookie in [None, Some(""), Some("d602bf8f"), Some(&*COOKIE.1.to_uppercase())] {
        let variables: Vec<_> = cookie.into_iter().map(|value| (COOKIE.0, value)).collect();
        let outcome = read(&variables);
        assert!(matches!(outcome, Err(LaunchError::NotAPluginHost)), "{cookie:?}: {outcome:?}");
    }
}

#[test]
fn a_launch_by_hand_is_explained() {
    let error = read(&[]).unwrap_err().to_string();
    assert!(error.starts_with("This is a Terraform plugin."), "{error}");
    assert!(error.contains("required_providers"), "{error}");
}

#[test]
fn a_bare_launch_has_no_tls_and_any_port() {
    let launch = read(&[COOKIE]).unwrap();
    let terms = Terms { client_certificate: None, asks_for_multiplexing: false };
    assert_eq!(launch.host, Host::Terraform(terms));
    assert_eq!(launch.socket_directory, None);
    assert_eq!(launch.ports, (0, 0));
    assert_eq!(launch.log_level, LevelFilter::WARN);
}

#[test]
fn a_launch_is_read_from_the_environment() {
    let launch = read(&[
        COOKIE,
        ("PLUGIN_CLIENT_CERT", CLIENT.pem),
        ("PLUGIN_MIN_PORT", "10000"),
        ("PLUGIN_MAX_PORT", "25000"),
        ("PLUGIN_UNIX_SOCKET_DIR", "/run/sockets"),
        ("PLUGIN_MULTIPLEX_GRPC", ""),
    ])
    .unwrap();
    let client_certificate = Some(CLIENT.certificate());
    let terms = Terms { client_certificate, asks_for_multiplexing: true };
    assert_eq!(launch.host, Host::Terraform(terms));
    assert_eq!(launch.socket_directory, Some(PathBuf::from("/run/sockets")));
    assert_eq!(launch.ports, (10000, 25000));
}

#[test]
fn empty_variables_count_as_absent() {
    let launch = read(&[
        COOKIE,
        ("PLUGIN_CLIENT_CERT", ""),
        ("PLUGIN_UNIX_SOCKET_DIR", ""),
        ("TF_LOG_PROVIDER", ""),
        ("TF_LOG", "trace"),
    ])
    .unwrap();
    let terms = Terms { client_certificate: None, asks_for_multiplexing: false };
    assert_eq!(launch.host, Host::Terraform(terms));
    assert_eq!(launch.socket_directory, None);
    assert_eq!(launch.log_level, LevelFilter::TRACE);
}

/// Serving without TLS instead would let anybody in.
#[test]
fn a_certificate_that_cannot_be_read_ends_the_launch() {
    let cut = &CLIENT.pem[..CLIENT.pem.len() / 2];
    for pem in
        [" ", "certificate", cut, "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----"]
    {
        let error = read(&[COOKIE, ("PLUGIN_CLIENT_CERT", pem)]).unwrap_err();
        assert!(matches!(error, LaunchError::ClientCertificate(_)), "{error}");
        assert!(error.to_string().contains("PLUGIN_CLIENT_CERT"), "{error}");
    }
    let no_text = OsString::from_vec(vec![0xff, 0xfe]);
    let outcome = Launch::read([], |name| match name {
        "PLUGIN_CLIENT_CERT" => Some(no_text.clone()),
        name if name == COOKIE.0 => Some(COOKIE.1.into()),
        _ => None,
    });
    assert!(matches!(outcome, Err(LaunchError::ClientCertificate(_))), "{outcome:?}");
}

#[test]
fn the_log_level_of_providers_wins() {
    let level = |variables: &[(&'static str, &str)]| {
        read(&[&[COOKIE], variables].concat()).unwrap().log_level
    };
    assert_eq!(level(&[("TF_LOG", "debug")]), LevelFilter::DEBUG);
    assert_eq!(level(&[("TF_LOG", "JSON")]), LevelFilter::TRACE);
    assert_eq!(level(&[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "ERROR")]), LevelFilter::ERROR);
    assert_eq!(level(&[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "off")]), LevelFilter::OFF);
    assert_eq!(level(&[("TF_LOG_PROVIDER", "info")]), LevelFilter::INFO);
}

#[test]
fn debugging_needs_no_cookie() {
    let debugger = |env_file: Option<&str>| Host::Debugger { env_file: env_file.map(Into::into) };
    assert_eq!(started_with(&["-debug"]).unwrap(), debugger(None));
    assert_eq!(started_with(&["--debug"]).unwrap(), debugger(None));
    for arguments in [
        &["-debug-env-file", "a b"][..],
        &["-debug", "--debug-env-file", "a b"],
        &["-debug-env-file", "a b", "-debug"],
    ] {
        assert_eq!(started_with(arguments).unwrap(), debugger(Some("a b")), "{arguments:?}");
    }
}

/// Who debugs wants no TLS, even from a shell that Terraform has started.
#[test]
fn debugging_ignores_the_terms_of_terraform() {
    let variable = |name: &str| match name {
        "PLUGIN_CLIENT_CERT" => Some(OsString::from(CLIENT.pem)),
        name => (name == COOKIE.0).then(|| COOKIE.1.into()),
    };
    let launch = Launch::read(["-debug".into()], variable).unwrap();
    assert_eq!(launch.host, Host::Debugger { env_file: None });
}

#[test]
fn an_argument_that_is_not_known_is_named_with_those_that_are() {
    for arguments in [&["-x"][..], &["-debug", "-x"], &["-x", "-debug"]] {
        let error = started_with(arguments).unwrap_err().to_string();
        assert!(error.starts_with("Unknown argument `-x`."), "{error}");
        assert!(error.contains("`-debug`") && error.contains("`-debug-env-file PATH`"), "{error}");
    }
    let error = started_with(&["-debug-env-file"]).unwrap_err();
    assert!(matches!(error, LaunchError::NoEnvFile), "{error}");
}

#[test]
fn the_reattach_line_is_json_in_quotes_for_the_shell() {
    let line = |address: Address| {
        ReattachLine { provider: "example.com/a/b", address: &address, process: 123 }.to_string()
    };
    expect![[r#"TF_REATTACH_PROVIDERS='{"example.com/a/b":{"Addr":{"Network":"unix","String":"/it'\''s/plugin.sock"},"Pid":123,"Protocol":"grpc","ProtocolVersion":6,"Test":true}}'"#]]
        .assert_eq(&line(Address::Unix("/it's/plugin.sock".into())));
    expect![[r#"TF_REATTACH_PROVIDERS='{"example.com/a/b":{"Addr":{"Network":"tcp","String":"127.0.0.1:10001"},"Pid":123,"Protocol":"grpc","ProtocolVersion":6,"Test":true}}'"#]]
        .assert_eq(&line(Address::Tcp(([127, 0, 0, 1], 10001).into())));
}

#[test]
fn a_reattach_line_that_cannot_be_written_ends_the_launch() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("absent").join("env");
    let address = Address::Unix("/s".into());
    let line = ReattachLine { provider: "example.com/a/b", address: &address, process: 123 };
    let error = announce(&line, Some(&file)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(
        error.to_string().starts_with(&format!("cannot write `{}`", file.display())),
        "{error}"
    );
}

#[test]
fn the_handshake_line_has_six_fields() {
    let address = Address::Unix("/tmp/tf-plugin-x/plugin.sock".into());
    let certificate = CertificateDer::from(vec![0xfb, 0xff, 0x01]);
    let line = handshake_line(&address, Some(&certificate), false);
    assert_eq!(line, "1|6|unix|/tmp/tf-plugin-x/plugin.sock|grpc|+/8B");

    let address = Address::Tcp(([127, 0, 0, 1], 10001).into());
    assert_eq!(handshake_line(&address, None, false), "1|6|tcp|127.0.0.1:10001|grpc|");
}

#[test]
fn the_seventh_field_comes_only_when_asked_for() {
    let address = Address::Unix("/s".into());
    let certificate = CertificateDer::from(vec![0, 0, 0]);
    assert_eq!(handshake_line(&address, Some(&certificate), true), "1|6|unix|/s|grpc|AAAA|false");
    assert_eq!(handshake_line(&address, None, true), "1|6|unix|/s|grpc||false");
}

#[test]
fn the_certificate_has_no_padding() {
    let address = Address::Unix("/s".into());
    for (der, text) in [(vec![1], "AQ"), (vec![1, 2], "AQI"), (vec![1, 2, 3], "AQID")] {
        let line = handshake_line(&address, Some(&CertificateDer::from(der)), false);
        assert_eq!(line, format!("1|6|unix|/s|grpc|{text}"));
    }
}
