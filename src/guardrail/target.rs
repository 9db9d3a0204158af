//! What a document is written for: cloud, level and partition.

use thiserror::Error;

use super::{
    atlas::{Atlas, Setting},
    dialect::{Dialect, Level},
};

/// The place a guardrail's document is for.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The cloud.
    pub(super) atlas: &'static Atlas,
    /// Where the document is attached.
    pub(super) level: &'static Level,
    /// As names of resources have it; empty on clouds without partitions.
    pub(super) partition: &'static str,
}

/// Why a place does not exist.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TargetError {
    /// The cloud has no such level.
    #[error("the level must be {}", list(.known))]
    Level {
        /// Those it has.
        known: Vec<&'static str>,
    },
    /// The cloud has no such partition.
    #[error("the partition must be {}", list(.known))]
    Partition {
        /// Those it has; never empty.
        known: &'static [&'static str],
    },
    /// The cloud has no partitions.
    #[error("the cloud has no partitions; leave it out")]
    NoPartitions,
}

impl Target {
    /// Finds the place; without a partition it is the cloud's usual one.
    ///
    /// # Errors
    ///
    /// The cloud has no such level or partition.
    pub fn find(
        dialect: &'static Dialect,
        level: &str,
        partition: Option<&str>,
    ) -> Result<Self, TargetError> {
        let atlas = Atlas::of(dialect);
        let level = dialect.levels.iter().find(|known| known.name == level);
        let level =
            level.ok_or_else(|| TargetError::Level { known: dialect.level_names().collect() })?;
        let known = atlas.partitions;
        let partition = match (partition, known.first()) {
            (None, usual) => usual.copied().unwrap_or_default(),
            (Some(_), None) => return Err(TargetError::NoPartitions),
            (Some(wanted), Some(_)) => known
                .iter()
                .find(|partition| **partition == wanted)
                .ok_or(TargetError::Partition { known })?,
        };
        Ok(Self { atlas, level, partition })
    }

    /// The cloud.
    pub fn atlas(&self) -> &'static Atlas {
        self.atlas
    }

    /// The name of the level.
    pub fn level_name(&self) -> &'static str {
        self.level.name
    }

    /// The partition; empty on clouds without partitions.
    pub fn partition(&self) -> &'static str {
        self.partition
    }

    /// The longest document the vendor takes there, in characters.
    pub fn longest(&self) -> usize {
        self.level.longest
    }

    /// What is usual there.
    pub(super) fn setting(&self) -> Setting {
        Setting { partition: self.partition.to_owned(), ..Setting::usual(self.atlas) }
    }

    /// Puts the partition into a template of the atlas.
    pub(super) fn fill(&self, template: &str) -> String {
        template.replace("{partition}", self.partition)
    }
}

fn list(names: &[&'static str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(" or ")
}
