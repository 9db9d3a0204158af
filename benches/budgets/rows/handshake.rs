//! From the start of the process to the line that Terraform waits for.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    time::Instant,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::Measurement;
use crate::{
    Obstacle,
    figure::{Row, Samples, ms},
    terraform::PROVIDER,
};

const LAUNCHES: usize = 60;
const BUDGET_MS: f64 = 10.0;

pub(super) const HANDSHAKE: Measurement = Measurement {
    name: "handshake",
    what: "process start → handshake line",
    only_if_named: false,
    measure,
};

fn measure() -> Result<Vec<Row>, Obstacle> {
    let certificate = rcgen::generate_simple_self_signed(["localhost".to_owned()])?.cert;
    let certificate = STANDARD.encode(certificate.der());
    let certificate =
        format!("-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n");
    let folder = tempfile::tempdir()?;
    let launch = |_| {
        let mut command = Command::new(PROVIDER);
        command
            .env_clear()
            .env(
                "TF_PLUGIN_MAGIC_COOKIE",
                "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
            )
            .env("PLUGIN_PROTOCOL_VERSIONS", "6")
            .env("PLUGIN_CLIENT_CERT", &certificate)
            .env("PLUGIN_UNIX_SOCKET_DIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let start = Instant::now();
        let mut process = command.spawn()?;
        let mut line = String::new();
        if let Some(stdout) = process.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        let duration = start.elapsed();
        process.kill()?;
        process.wait()?;
        if !line.starts_with("1|6|") {
            return Err(format!("the provider says `{line}` instead of a handshake").into());
        }
        Ok(ms(duration))
    };
    let samples: Samples = (0..LAUNCHES).map(launch).collect::<Result<_, Obstacle>>()?;
    Ok(vec![Row::at_most(HANDSHAKE.what, &samples, BUDGET_MS, "ms")])
}
