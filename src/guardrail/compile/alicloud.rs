//! How Alibaba Cloud says it: without `Null`, set operators, variables and `Sid`.
//! Source: RAM, "Policy elements", "Conditional operators" (2025-12); Elastic Compute
//! Service and Resource Sharing, "RAM authorization" (2026-09).

use super::{
    Guarded, Wording,
    statement::{Condition, Core},
};
use crate::guardrail::{
    atlas::Way,
    intent::{ProtectTags, Share},
};

pub(in crate::guardrail) const RESOURCE_TYPE: &str = "resourcesharing:RequestedResourceType";
pub(in crate::guardrail) const SNAPSHOT: &str = "Snapshot";
const IMAGE: &str = "Image";

pub(super) static WORDING: Wording = Wording {
    image_tag: "acs:ResourceTag/",
    request_tag: "acs:RequestTag/",
    owner: "ecs:ImageOwnerId",
    // The key for principals is a string to the language, and compared as one.
    exempt: ("StringNotLike", "acs:PrincipalARN"),
    time: "acs:CurrentTime",
    others: &[RESOURCE_TYPE],
    absent: |key| Condition::one("StringNotLike", key, "*"),
    literal: str::to_owned,
    plain: str::to_owned,
    protect_tags,
    share,
};

/// Which keys a tagging call is about cannot be asked, so all tagging of images is
/// refused. Keys sent with a creation can, each in a statement of its own: tests of
/// one statement must all hold.
fn protect_tags(lock: &ProtectTags, guarded: &Guarded) -> Vec<Core> {
    let (creating, tagging) = guarded.split(|call| call.door.way == Way::MarkAtCreation);
    let mut cores = tagging.cores(&[]);
    for key in &lock.keys {
        let key = format!("{}{key}", WORDING.request_tag);
        cores.extend(creating.cores(&[Condition::one("StringLike", key, "*")]));
    }
    cores
}

/// What a resource share is of can be asked, except of a call that only adds a target.
fn share(share: &Share, guarded: &Guarded) -> Vec<Core> {
    let (direct, by_share) = guarded.split(|call| call.touch.is_none());
    let (typed, untyped) = by_share.split(|call| call.has_key(RESOURCE_TYPE));
    let kept = [(share.images, IMAGE), (share.snapshots, SNAPSHOT)].into_iter();
    let kept = kept.filter(|(is_kept, _)| *is_kept).map(|(_, kind)| kind.to_owned()).collect();
    let mut cores = direct.cores(&[]);
    cores.extend(typed.cores(&[Condition::new("StringEquals", RESOURCE_TYPE, kept)]));
    cores.extend(untyped.cores(&[(WORDING.absent)(RESOURCE_TYPE.to_owned())]));
    cores
}
