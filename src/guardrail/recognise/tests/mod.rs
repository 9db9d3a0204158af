//! What is written is recognised, and what is not is refused.

use super::*;
use crate::guardrail::{ALICLOUD, AWS, Dialect};

mod edits;
mod random;
mod round_trip;

fn targets() -> Vec<Target> {
    let aws = AWS.level_names().flat_map(|level| {
        let partitions = crate::guardrail::atlas::AWS_ATLAS.partitions.iter();
        partitions.map(move |partition| Target::find(&AWS, level, Some(partition)).unwrap())
    });
    let alicloud =
        ALICLOUD.level_names().map(|level| Target::find(&ALICLOUD, level, None).unwrap());
    aws.chain(alicloud).collect()
}
