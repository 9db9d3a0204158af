//! Paths to attributes, so that Terraform can point at the line to blame.

use std::fmt;

/// A path from the root of a configuration block to one value in it.
///
/// Elements of sets have no address: a path ends at the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    steps: Vec<Step>,
}

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// An attribute or a member of an object.
    Attribute(String),
    /// An element of a map.
    Key(String),
    /// An element of a list, counted from zero.
    Index(usize),
}

impl Path {
    /// Starts a path at an attribute of the block.
    pub fn root(attribute: impl Into<String>) -> Self {
        Self { steps: vec![Step::Attribute(attribute.into())] }
    }

    /// Goes on to a member of an object.
    pub fn attribute(self, name: impl Into<String>) -> Self {
        self.step(Step::Attribute(name.into()))
    }

    /// Goes on to an element of a map.
    pub fn key(self, key: impl Into<String>) -> Self {
        self.step(Step::Key(key.into()))
    }

    /// Goes on to an element of a list.
    pub fn index(self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    /// Returns the steps from the root on; there is at least one.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Builds a path from steps; `None` where there are none, because a path
    /// that is present but empty makes Terraform lose the source lines.
    pub fn from_steps(steps: Vec<Step>) -> Option<Self> {
        (!steps.is_empty()).then_some(Self { steps })
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

/// Writes the path as one would in configuration: `aws.endpoints["ec2"][0]`.
impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.steps.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => write!(formatter, "{name}")?,
                Step::Attribute(name) => write!(formatter, ".{name}")?,
                Step::Key(key) => write!(formatter, "[{key:?}]")?,
                Step::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}
