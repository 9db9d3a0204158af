//! Who a client acts as: found out once, when it is first needed.

use std::{
    io,
    path::Path,
    sync::{Arc, OnceLock},
};

use super::{
    Base,
    credentials::{self, Recipe, Sight},
};
use crate::cloud::Error;

/// Somebody whom a client acts as.
pub(super) struct Caller {
    pub(super) base: Arc<Base>,
    origin: Origin,
    identity: OnceLock<Result<Identity, Error>>,
}

/// What makes a caller.
enum Origin {
    /// The settings, the environment and files.
    Settings,
    /// A role, assumed by another caller.
    Role { of: Arc<Caller>, arn: String },
}

/// How to come by a caller's keys, and what is known besides.
pub(super) struct Identity {
    recipe: Arc<Recipe>,
    region: Option<String>,
}

impl Identity {
    pub(super) fn recipe(&self) -> &Arc<Recipe> {
        &self.recipe
    }

    /// Returns the region of the profile that the keys come from.
    pub(super) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }
}

impl Caller {
    /// The caller whom settings, environment and files describe.
    pub(super) fn new(base: Arc<Base>) -> Self {
        Self { base, origin: Origin::Settings, identity: OnceLock::new() }
    }

    /// A role, to be assumed by another caller.
    pub(super) fn assuming(of: &Arc<Self>, arn: &str) -> Self {
        let origin = Origin::Role { of: Arc::clone(of), arn: arn.to_owned() };
        Self { base: Arc::clone(&of.base), origin, identity: OnceLock::new() }
    }

    /// Returns how to come by the keys; finds out on the first call, and keeps the answer.
    ///
    /// # Errors
    ///
    /// [`Kind::Credentials`](crate::cloud::Kind::Credentials) where there are none or they are
    /// incomplete, [`Kind::Setting`](crate::cloud::Kind::Setting) where something makes no
    /// sense.
    pub(super) fn identity(&self) -> Result<&Identity, Error> {
        self.identity.get_or_init(|| self.find_out()).as_ref().map_err(Clone::clone)
    }

    fn find_out(&self) -> Result<Identity, Error> {
        let Base { settings, environment, clock, .. } = &*self.base;
        let sight = Sight {
            settings: &settings.credentials,
            environment,
            // Blocks the thread, but only once and for files of a few KiB.
            read_file: &read_file,
            now: clock(),
        };
        match &self.origin {
            Origin::Settings => {
                let credentials::Identity { recipe, region } = credentials::resolve(sight)?;
                recipe.secrets().into_iter().for_each(settings.remember_secret);
                Ok(Identity { recipe: Arc::new(recipe), region })
            }
            Origin::Role { of, arn } => {
                let Identity { recipe, region } = of.identity()?;
                let role = credentials::of_type(sight, arn)?;
                let recipe = Recipe::Role { source: Arc::clone(recipe), role };
                Ok(Identity { recipe: Arc::new(recipe), region: region.clone() })
            }
        }
    }
}

fn read_file(path: &Path) -> io::Result<String> {
    std::fs::read_to_string(path)
}
