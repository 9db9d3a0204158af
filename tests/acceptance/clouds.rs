//! Clouds for a run: simulated ones, and moto.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant, SystemTime},
};

use imageguard_simulator::{Simulator, Timestamp, World, alicloud, aws};
use serde_json::{Value, json};

use crate::{harness::Workspace, python};

/// The region of the examples on AWS.
pub(crate) const AWS_REGION: &str = "eu-central-1";

impl Workspace {
    /// Points both clouds at a simulator, with credentials that may do everything.
    pub(crate) fn on(self, simulator: &Simulator) -> Self {
        let url = simulator.url();
        self.variable("ALIBABA_CLOUD_ENDPOINT_ECS", &url)
            .variable("ALIBABA_CLOUD_ENDPOINT_RAM", &url)
            .variable("ALIBABA_CLOUD_ENDPOINT_RESOURCEMANAGER", &url)
            .variable("ALIBABA_CLOUD_ENDPOINT_RESOURCEDIRECTORY", &url)
            .variable("ALIBABA_CLOUD_ENDPOINT_STS", &url)
            .variable("ALIBABA_CLOUD_ACCESS_KEY_ID", alicloud::ACCESS_KEY_ID)
            .variable("ALIBABA_CLOUD_ACCESS_KEY_SECRET", alicloud::ACCESS_KEY_SECRET)
            .variable("AWS_ENDPOINT_URL", &url)
            .variable("AWS_ACCESS_KEY_ID", aws::ACCESS_KEY_ID)
            .variable("AWS_SECRET_ACCESS_KEY", aws::ACCESS_KEY_SECRET)
    }
}

/// The instant so many days ago.
pub(crate) fn days_ago(days: i64) -> Timestamp {
    #[allow(clippy::disallowed_methods, reason = "ages are judged against the real clock")]
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Timestamp::from_unix(i64::try_from(now.as_secs()).unwrap() - days * 86_400)
}

/// A golden image of the examples' rule on AWS, with the given age.
pub(crate) fn golden_ami(id: &str, days: i64) -> aws::Image {
    aws::Image::new(id)
        .region(AWS_REGION)
        .name(format!("web-{id}"))
        .created_at(days_ago(days))
        .tag("status", "approved")
        .tag("role", "web")
}

/// A golden image of the examples' rule on Alibaba Cloud, with the given age.
pub(crate) fn golden_image(id: &str, days: i64) -> alicloud::Image {
    alicloud::Image::new(id)
        .name(format!("web-{id}"))
        .created_at(days_ago(days))
        .tag("status", "approved")
        .tag("role", "web")
}

/// A world with these images.
pub(crate) fn world(
    alicloud: impl IntoIterator<Item = alicloud::Image>,
    aws: impl IntoIterator<Item = aws::Image>,
) -> World {
    let mut world = World::default();
    alicloud.into_iter().for_each(|image| world.alicloud.images.push(image));
    aws.into_iter().for_each(|image| world.aws.images.push(image));
    world
}

/// What moto's image file holds: the fields it insists on, and ours.
pub(crate) fn moto_image(id: &str, date: &str, tags: Value) -> Value {
    json!({
        "ami_id": id, "name": format!("web-{id}"), "owner_id": "123456789012", "public": false,
        "architecture": "x86_64", "virtualization_type": "hvm", "state": "available",
        "creation_date": date, "root_device_type": "ebs", "root_device_name": "/dev/sda1",
        "image_location": id, "hypervisor": "xen", "description": "", "image_type": "machine",
        "platform": null, "sriov": "simple", "tags": tags
    })
}

/// A running moto: somebody else's idea of AWS.
pub(crate) struct Moto {
    server: Child,
    url: String,
}

impl Moto {
    /// Starts moto with these images only; `images` is a file in moto's format.
    pub(crate) fn start(images: &Path) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Command::new(python::script("moto_server"))
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .env("MOTO_AMIS_PATH", images)
            .env("MOTO_EC2_LOAD_DEFAULT_AMIS", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let moto = Self { server, url: format!("http://127.0.0.1:{port}") };
        moto.wait(port);
        moto
    }

    /// Returns host and port.
    pub(crate) fn endpoint(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Points AWS at moto.
    pub(crate) fn serve(&self, workspace: Workspace) -> Workspace {
        workspace
            .variable("AWS_ENDPOINT_URL", &self.url)
            .variable("AWS_ACCESS_KEY_ID", "testing")
            .variable("AWS_SECRET_ACCESS_KEY", "testing")
    }

    fn wait(&self, port: u16) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "moto does not listen after a minute");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
