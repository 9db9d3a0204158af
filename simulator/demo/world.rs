//! What the clouds hold: the same images on both, one of which is the right one.

use std::time::SystemTime;

use imageguard_simulator::{
    AccessKey, Account, Cloud, Timestamp, World,
    alicloud::{self, Owner, Status},
    aws::{self, State},
};

use crate::organisation;

/// The region of the demo on AWS.
pub(crate) const AWS_REGION: &str = "eu-central-1";
/// The only permissions that the demo's keys have.
pub(crate) const PERMISSIONS: (&str, &str) = ("ecs:DescribeImages", "ec2:DescribeImages");

/// Accounts of somebody else.
pub(crate) const STRANGER_ON_ALICLOUD: &str = "1987654321098765";
pub(crate) const STRANGER_ON_AWS: &str = "998877665544";

/// An image that exists on both clouds.
pub(crate) struct Exhibit {
    pub(crate) name: &'static str,
    pub(crate) alicloud_id: &'static str,
    pub(crate) aws_id: &'static str,
    pub(crate) age_in_hours: i64,
    /// The value of its tag `status`.
    pub(crate) status: Option<&'static str>,
    pub(crate) twist: Twist,
    /// Why it must not be chosen; the one without is the right one.
    pub(crate) why_not: Option<&'static str>,
}

/// What is special about an image.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Twist {
    Nothing,
    Deprecated,
    Disabled,
    Arm,
    /// Somebody else made it, and lets everybody use it.
    Stranger,
}

/// All images, the newest first.
#[rustfmt::skip]
pub(crate) const EXHIBITS: &[Exhibit] = &[
    exhibit("web-server-1.45", "m-bp1h8zq0e5x7k3c9v2t4", "ami-0c4f7a2be9d815360", 5,
        Some("approved"), Twist::Nothing, Some("less than a day old; `min_age` lets it soak first")),
    exhibit("web-server-1.41", "m-bp1s6w3n8r1y5u0d7g2f", "ami-0e93d5b7146fa28c0", 20,
        Some("approved"), Twist::Stranger, Some("same name and tag, but a stranger's")),
    exhibit("database-2.3", "m-bp1k2m9b4v7x0z6c8n3l", "ami-0457be1c9fd23a860", 30,
        Some("approved"), Twist::Nothing, Some("approved, but not called `web-server-*`")),
    exhibit("web-server-1.44-test", "m-bp1a7d3f9h5j1k0l6q8w", "ami-0b16f0ea43c97d852", 48,
        None, Twist::Nothing, Some("nobody has tagged it")),
    exhibit("web-server-1.44", "m-bp1e4r6t8y2u0i5o9p7a", "ami-06d8c2f95be0a1743", 72,
        Some("draft"), Twist::Nothing, Some("newer, but a draft: not approved (yet)")),
    exhibit("web-server-1.43-arm", "m-bp1z3x7c5v9b1n4m6q0w", "ami-0f7e61a8d02b5c394", 96,
        Some("approved"), Twist::Arm, Some("built for arm64 processors")),
    exhibit("web-server-1.43", "m-bp1y8u2i6o0p4a9s3d5f", "ami-02ca98fb3d6e15740", 120,
        Some("approved"), Twist::Disabled, Some("taken out of use")),
    exhibit("web-server-1.42", "m-bp1q5w1e9r3t7y6u8i2o", "ami-0a3b79d6c15f0e284", 144,
        Some("approved"), Twist::Deprecated, Some("deprecated by its makers")),
    exhibit("web-server-1.41", "m-bp1g0h4j8k2l6z5x9c3v", "ami-08e5d41f7c92ab360", 9 * 24,
        Some("approved"), Twist::Nothing, None),
    exhibit("web-server-1.40", "m-bp1b7n3m1q9w5e0r4t6y", "ami-0d10ce8a65b7f3924", 37 * 24,
        Some("approved"), Twist::Nothing, Some("golden too, but older")),
];

/// The image that is to be chosen.
pub(crate) fn chosen() -> &'static Exhibit {
    EXHIBITS.iter().find(|exhibit| exhibit.why_not.is_none()).expect("one exhibit has no fault")
}

/// The team's own image of a name.
///
/// Panics: when there is none.
pub(crate) fn own_image(name: &str) -> &'static Exhibit {
    let is_meant = |it: &&Exhibit| it.name == name && it.twist != Twist::Stranger;
    EXHIBITS.iter().find(is_meant).expect("the story knows its images")
}

/// Both clouds with all exhibits and organisations, and keys that may list images and nothing else.
pub(crate) fn world() -> World {
    let mut world = World::default();
    let (ecs, ec2) = PERMISSIONS;
    let caller = format!("acs:ram::{}:user/terraform", alicloud::ACCOUNT);
    world.alicloud.access_keys = vec![
        AccessKey::new(alicloud::ACCESS_KEY_ID, alicloud::ACCESS_KEY_SECRET, &caller)
            .permissions([ecs]),
    ];
    let caller = format!("arn:aws:iam::{}:user/terraform", aws::ACCOUNT);
    world.aws.access_keys = vec![
        AccessKey::new(aws::ACCESS_KEY_ID, aws::ACCESS_KEY_SECRET, &caller).permissions([ec2]),
    ];
    world.alicloud.accounts.push(Account::new(STRANGER_ON_ALICLOUD, "stranger"));
    world.aws.accounts.push(Account::new(STRANGER_ON_AWS, "stranger"));
    world.alicloud.images.extend(EXHIBITS.iter().map(Exhibit::on_alicloud));
    world.aws.images.extend(EXHIBITS.iter().map(Exhibit::on_aws));
    organisation::add(&mut world);
    world
}

impl Exhibit {
    pub(crate) fn id(&self, cloud: Cloud) -> &'static str {
        match cloud {
            Cloud::Alicloud => self.alicloud_id,
            Cloud::Aws => self.aws_id,
        }
    }

    fn on_alicloud(&self) -> alicloud::Image {
        let mut image = alicloud::Image::new(self.alicloud_id)
            .name(self.name)
            .created_at(hours_ago(self.age_in_hours));
        image.tags.extend(self.tag());
        match self.twist {
            Twist::Nothing => image,
            Twist::Deprecated => image.status(Status::Deprecated),
            Twist::Disabled => image.status(Status::UnAvailable),
            Twist::Arm => alicloud::Image { architecture: "arm64".to_owned(), ..image },
            Twist::Stranger => {
                let owner = Owner::try_from(STRANGER_ON_ALICLOUD.to_owned());
                image.owner(owner.expect("the id is a number")).shared_with(alicloud::ACCOUNT)
            }
        }
    }

    fn on_aws(&self) -> aws::Image {
        let mut image = aws::Image::new(self.aws_id)
            .name(self.name)
            .region(AWS_REGION)
            .created_at(hours_ago(self.age_in_hours));
        image.tags.extend(self.tag());
        match self.twist {
            Twist::Nothing => image,
            Twist::Deprecated => image.deprecated_at(hours_ago(1)),
            Twist::Disabled => image.state(State::Disabled),
            Twist::Arm => aws::Image { architecture: "arm64".to_owned(), ..image },
            Twist::Stranger => image.owner(STRANGER_ON_AWS).public(),
        }
    }

    fn tag(&self) -> Option<(String, String)> {
        self.status.map(|value| ("status".to_owned(), value.to_owned()))
    }
}

#[allow(clippy::too_many_arguments, reason = "columns of a table")]
const fn exhibit(
    name: &'static str,
    alicloud_id: &'static str,
    aws_id: &'static str,
    age_in_hours: i64,
    status: Option<&'static str>,
    twist: Twist,
    why_not: Option<&'static str>,
) -> Exhibit {
    Exhibit { name, alicloud_id, aws_id, age_in_hours, status, twist, why_not }
}

#[allow(clippy::disallowed_methods, reason = "the provider judges ages by the real clock")]
fn hours_ago(hours: i64) -> Timestamp {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix(i64::try_from(now.as_secs()).unwrap_or(0) - hours * 3600)
}
