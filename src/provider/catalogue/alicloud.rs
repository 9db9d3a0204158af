//! Alibaba Cloud's images.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::future::try_join_all;

use super::{Catalogue, Rounds};
use crate::{
    cloud::{
        Error, Listing,
        alicloud::{Alicloud, DescribeImages, ImagesOf, MOST_IDS},
    },
    image::{Image, Owner, Rule},
    provider::{place::Place, rule_inputs::vendor_tags},
};

/// All states that an image can be in; left out, only available ones come back.
pub(in crate::provider) const EVERY_STATUS: &[&str] =
    &["Creating", "Waiting", "Available", "UnAvailable", "CreateFailed", "Deprecated"];

impl Catalogue for Place<Alicloud> {
    async fn candidates(&self, rule: &Rule) -> Result<Vec<Arc<Listing<Image>>>, Error> {
        let statuses = if rule.include_deprecated {
            vec!["Available", "Deprecated"]
        } else {
            vec!["Available"]
        };
        let tags = vendor_tags(rule);
        // The caller's own images come only by that name, even if an account id means the caller.
        let may_be_caller = |owner: &Owner| matches!(owner, Owner::Caller | Owner::Account(_));
        let caller = rule.owners.iter().any(may_be_caller).then_some(ImagesOf::Caller);
        let others = rule.owners.iter().filter(|owner| **owner != Owner::Caller).map(images_of);
        let questions = caller.into_iter().chain(others).map(|owner| DescribeImages {
            region: self.region.clone(),
            owner,
            ids: Vec::new(),
            statuses: statuses.clone(),
            tags: tags.clone(),
            limit: None,
        });
        self.ask(questions).await
    }

    async fn everything(
        &self,
        rule: &Rule,
        limit: usize,
    ) -> Result<Vec<Arc<Listing<Image>>>, Error> {
        let owners = rule.owners.iter().filter(|owner| **owner != Owner::Caller).map(images_of);
        let everybody = [ImagesOf::Caller].into_iter().chain(owners);
        let questions = everybody.chain([ImagesOf::SharedWithCaller]).map(|owner| DescribeImages {
            region: self.region.clone(),
            owner,
            ids: Vec::new(),
            statuses: EVERY_STATUS.to_vec(),
            tags: Vec::new(),
            limit: Some(limit),
        });
        self.ask(questions).await
    }

    async fn named(&self, ids: &BTreeSet<String>) -> Result<Vec<Image>, Error> {
        let owners = [ImagesOf::Anybody, ImagesOf::Marketplace, ImagesOf::Community];
        let question = |owner: &ImagesOf, ids: &[String]| DescribeImages {
            region: self.region.clone(),
            owner: owner.clone(),
            ids: ids.to_vec(),
            statuses: EVERY_STATUS.to_vec(),
            tags: Vec::new(),
            limit: None,
        };
        let mut rounds = Rounds::of(ids);
        for owner in &owners {
            let questions = rounds.missing(MOST_IDS).map(|ids| question(owner, ids));
            rounds.add(self.ask(questions).await?);
        }
        Ok(rounds.images)
    }
}

impl Place<Alicloud> {
    async fn ask(
        &self,
        questions: impl Iterator<Item = DescribeImages>,
    ) -> Result<Vec<Arc<Listing<Image>>>, Error> {
        try_join_all(questions.map(|question| self.client.describe_images(question))).await
    }
}

fn images_of(owner: &Owner) -> ImagesOf {
    match owner {
        Owner::Caller => ImagesOf::Caller,
        Owner::Group("marketplace") => ImagesOf::Marketplace,
        Owner::Group(_) => ImagesOf::System,
        Owner::Account(id) => ImagesOf::Account(id.clone()),
    }
}
