//! Principals, dates and tags in every form; windows of exemptions; contradictions.

use time::macros::datetime;

use super::*;
use crate::guardrail::{
    ALICLOUD, AWS, Target,
    atlas::{ALICLOUD_ATLAS, AWS_ATLAS},
};

mod contradictions;
mod forms;
mod reading;
mod windows;

fn scp() -> Target {
    Target::find(&AWS, "scp", None).unwrap()
}

fn role(name: &str) -> Principal {
    Principal::parse(&AWS_ATLAS, "aws", &format!("arn:aws:iam::111122223333:role/{name}")).unwrap()
}

fn texts(list: &[&str]) -> BTreeSet<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}
