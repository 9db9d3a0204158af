//! How AWS says it.
//! Source: IAM User Guide, "Condition operators", "Policy variables"; Service
//! Authorization Reference, "Condition keys for Amazon EC2" (2026-08).

use super::{
    Guarded, Wording,
    statement::{Condition, Core},
};
use crate::guardrail::intent::{ProtectTags, Share};

const TAG_KEYS: &str = "aws:TagKeys";

pub(super) static WORDING: Wording = Wording {
    image_tag: "ec2:ResourceTag/",
    request_tag: "aws:RequestTag/",
    owner: "ec2:Owner",
    exempt: ("ArnNotLike", "aws:PrincipalArn"),
    time: "aws:CurrentTime",
    others: &[TAG_KEYS],
    absent: |key| Condition::one("Null", key, "true"),
    // `${…}` is a variable; this one is a dollar sign.
    literal: |text| text.replace('$', "${$}"),
    plain: |text| text.replace("${$}", "$"),
    protect_tags,
    share,
};

/// Launch guards read tag keys without regard to case, so the lock does. Untagging
/// without naming keys removes all tags, and names none.
fn protect_tags(lock: &ProtectTags, guarded: &Guarded) -> Vec<Core> {
    let keys = lock.keys.iter().map(|key| (WORDING.literal)(key)).collect();
    let named = Condition::new("ForAnyValue:StringEqualsIgnoreCase", TAG_KEYS, keys);
    let (naming, silent) = guarded.split(|call| call.has_key(TAG_KEYS));
    let mut cores = naming.cores(&[named]);
    cores.extend(silent.cores(&[(WORDING.absent)(TAG_KEYS.to_owned())]));
    cores
}

/// The calls that share also change other attributes. Telling those apart would rest on
/// the values of `ec2:Attribute`, which are not documented.
fn share(_: &Share, guarded: &Guarded) -> Vec<Core> {
    guarded.cores(&[])
}
