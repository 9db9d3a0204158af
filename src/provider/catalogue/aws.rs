//! AWS's images.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::future::try_join_all;

use super::{Catalogue, Rounds};
use crate::{
    cloud::{
        Error, Listing,
        aws::{Aws, DescribeImages, ImagesOf, MOST_IDS},
    },
    image::{Image, Owner, Rule},
    provider::{place::Place, rule_inputs::vendor_tags},
};

impl Catalogue for Place<Aws> {
    async fn candidates(&self, rule: &Rule) -> Result<Vec<Arc<Listing<Image>>>, Error> {
        let tags = vendor_tags(rule);
        let questions = rule.owners.iter().map(|owner| DescribeImages {
            region: self.region.clone(),
            source: images_of(owner),
            ids: Vec::new(),
            available_only: true,
            tags: tags.clone(),
            // An image that is deprecated today may not have been at `as_of`.
            include_deprecated: rule.include_deprecated || rule.as_of.is_some(),
            include_disabled: false,
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
        let questions =
            everybody.chain([ImagesOf::SharedWithCaller]).map(|source| DescribeImages {
                region: self.region.clone(),
                source,
                ids: Vec::new(),
                available_only: false,
                tags: Vec::new(),
                include_deprecated: true,
                include_disabled: true,
                limit: Some(limit),
            });
        self.ask(questions).await
    }

    async fn named(&self, ids: &BTreeSet<String>) -> Result<Vec<Image>, Error> {
        // Only who asks for their own images gets to know that they are their own.
        let sources = [ImagesOf::Caller, ImagesOf::Anybody];
        let question = |source: &ImagesOf, ids: &[String]| DescribeImages {
            region: self.region.clone(),
            source: source.clone(),
            ids: ids.to_vec(),
            available_only: false,
            tags: Vec::new(),
            include_deprecated: true,
            include_disabled: true,
            limit: None,
        };
        let mut rounds = Rounds::of(ids);
        for source in &sources {
            let questions = rounds.missing(MOST_IDS).map(|ids| question(source, ids));
            rounds.add(self.ask(questions).await?);
        }
        Ok(rounds.images)
    }
}

impl Place<Aws> {
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
        Owner::Group("amazon") => ImagesOf::Amazon,
        Owner::Group(_) => ImagesOf::Marketplace,
        Owner::Account(id) => ImagesOf::Account(id.clone()),
    }
}
