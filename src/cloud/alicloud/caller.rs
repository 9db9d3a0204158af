//! Who a client acts as: found out once, when it is first needed.

use std::{
    io,
    path::Path,
    sync::{Arc, OnceLock},
};

use super::{
    Base,
    credentials::{self, Identity, Recipe, Sight},
};
use crate::cloud::Error;

/// Somebody whom a client acts as.
pub(super) struct Caller {
    pub(super) base: Arc<Base>,
    /// The role that a type names, in place of the one that the block may name.
    role_arn: Option<String>,
    recipe: OnceLock<Result<Arc<Recipe>, Error>>,
}

impl Caller {
    /// The caller whom settings, environment and files describe, or a role that is assumed with
    /// what their source of credentials gives.
    pub(super) fn new(base: Arc<Base>, role_arn: Option<String>) -> Self {
        Self { base, role_arn, recipe: OnceLock::new() }
    }

    /// Returns how to come by the keys; finds out on the first call, and keeps the answer.
    ///
    /// # Errors
    ///
    /// [`Kind::Credentials`](crate::cloud::Kind::Credentials) where there are none or they are
    /// incomplete, [`Kind::Setting`](crate::cloud::Kind::Setting) where something makes no
    /// sense.
    pub(super) fn recipe(&self) -> Result<&Arc<Recipe>, Error> {
        let find_out = || {
            let source = Arc::clone(&self.base.source()?.recipe);
            credentials::with_role(self.base.sight(), source, self.role_arn.as_deref())
        };
        self.recipe.get_or_init(find_out).as_ref().map_err(Clone::clone)
    }
}

impl Base {
    /// Returns the source of credentials, which all callers have in common; looks for it on the
    /// first call, and keeps the answer.
    ///
    /// # Errors
    ///
    /// As [`Caller::recipe`], but for what is wrong with a role.
    pub(super) fn source(&self) -> Result<&Identity, Error> {
        let find_out = || {
            let source = credentials::before_roles(self.sight())?;
            source.recipe.secrets().into_iter().for_each(self.settings.remember_secret);
            Ok(source)
        };
        self.source.get_or_init(find_out).as_ref().map_err(Clone::clone)
    }

    fn sight(&self) -> Sight<'_> {
        Sight {
            settings: &self.settings.credentials,
            environment: &self.environment,
            // Blocks the thread, but only once and for files of a few KiB.
            read_file: &read_file,
            now: (self.clock)(),
        }
    }
}

fn read_file(path: &Path) -> io::Result<String> {
    std::fs::read_to_string(path)
}
