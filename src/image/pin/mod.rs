//! Holding on to an image: when a pin moves, and to what. Pure.
//!
//! A pin keeps its image while new ones are published. It takes its candidate when its triggers
//! change, when the candidate has soaked long enough, and when its image is golden no more.
//!
//! Terraform asks twice, while planning and while applying, when what was unknown is known. The
//! second answer may add to the first but never contradict it: so whatever could still tip the
//! decision leaves it [`Open`](Decision::Open), or has it [`Wait`](Decision::Wait) for another
//! run. The clock is no input for the same reason: that a soak is over is noted beforehand, as
//! [`Soaked`]. Start with [`decide`].

use std::collections::{BTreeMap, BTreeSet};

use time::OffsetDateTime;

use crate::span::Span;

/// A value of a configuration, as far as it is known while planning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input<T> {
    /// This value.
    Known(T),
    /// Known only after apply.
    Unknown,
}

/// What triggers a move when it changes, by name; values may be null.
pub type Triggers = BTreeMap<String, Option<String>>;

/// A pin as it is.
#[derive(Clone, Debug)]
pub struct Held {
    /// The pinned image.
    pub image: String,
    /// Whether it came by import, and no run has changed it since.
    pub is_imported: bool,
    /// The candidate of the latest run.
    pub candidate: Option<String>,
    /// Since when it has been the candidate.
    pub candidate_since: Option<OffsetDateTime>,
    /// How long candidates soak.
    pub soak: Option<Span>,
    /// The images that were golden in the latest run.
    pub golden_ids: Option<BTreeSet<String>>,
    /// The triggers of the latest run; none and an empty map trigger the same: nothing.
    pub triggers: Option<Triggers>,
    /// The latest note that a soak is over.
    pub soaked: Option<Soaked>,
}

/// The note that the soak of a candidate is over; it holds for exactly this candidate and date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Soaked {
    /// The candidate.
    pub candidate: String,
    /// When its soak ended.
    pub until: OffsetDateTime,
}

/// What a run wants of a pin.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The image to take when the pin moves.
    pub candidate: Input<Option<String>>,
    /// How long a candidate soaks before it is taken; without it, none is taken for its age.
    pub soak: Input<Option<Span>>,
    /// The images that are golden; without them nothing is known about that.
    pub golden_ids: Input<Option<BTreeSet<String>>>,
    /// What triggers a move.
    pub triggers: Input<Option<BTreeMap<String, Input<Option<String>>>>>,
}

/// What becomes of a pin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It keeps its image.
    Stay,
    /// It takes the candidate.
    Move(Input<String>),
    /// Whether it moves is known only after apply.
    Open,
    /// It stays as it is as a whole until a run in which more is known.
    Wait,
}

/// Why a pin moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It is being created.
    Created,
    /// Its image is not among the golden ones any more.
    Revoked,
    /// Its triggers are others.
    Triggered,
    /// The soak of its candidate is over.
    Soaked,
}

/// Why a pin that should move cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// There is no candidate.
    NoCandidate(Cause),
    /// The candidate is not among the golden images.
    NotGolden(Cause, String),
}

/// Decides what becomes of a pin; `held` is none for one that is being created.
///
/// # Errors
///
/// The pin should move, and there is nothing to move to.
pub fn decide(held: Option<&Held>, wanted: &Wanted) -> Result<Decision, Obstacle> {
    let Some(held) = held else { return wanted.taken(Cause::Created) };
    // What runs already is taken over as it is, whatever speaks against it.
    if held.is_imported {
        return Ok(Decision::Stay);
    }
    let causes = [
        (Cause::Revoked, held.is_revoked(wanted)),
        (Cause::Triggered, held.is_triggered(wanted)),
        (Cause::Soaked, held.has_soaked(wanted)),
    ];
    if let Some((cause, _)) = causes.iter().find(|(_, holds)| *holds == Input::Known(true)) {
        let to_itself = Decision::Move(Input::Known(held.image.clone()));
        let taken = wanted.taken(*cause)?;
        return Ok(if taken == to_itself { Decision::Stay } else { taken });
    }
    let may_move = held.could_take(&wanted.candidate)
        && causes.iter().any(|(_, holds)| *holds == Input::Unknown);
    let is_untriggered = held.is_triggered(wanted) == Input::Known(false);
    Ok(match held.change(wanted) {
        Change::Pending if is_untriggered => Decision::Wait,
        change if may_move && is_untriggered && change <= Change::Deferrable => Decision::Wait,
        _ if may_move => Decision::Open,
        _ => Decision::Stay,
    })
}

/// Tells when the soak of a candidate ends; never, beyond the year 9999.
pub fn soak_end(since: OffsetDateTime, soak: &Span) -> Option<OffsetDateTime> {
    since.checked_add(soak.duration())
}

impl Wanted {
    /// Takes the candidate.
    fn taken(&self, cause: Cause) -> Result<Decision, Obstacle> {
        let candidate = match &self.candidate {
            Input::Unknown => return Ok(Decision::Move(Input::Unknown)),
            Input::Known(candidate) => candidate.as_ref().ok_or(Obstacle::NoCandidate(cause))?,
        };
        match &self.golden_ids {
            Input::Known(Some(ids)) if !ids.contains(candidate) => {
                Err(Obstacle::NotGolden(cause, candidate.clone()))
            }
            _ => Ok(Decision::Move(Input::Known(candidate.clone()))),
        }
    }
}

impl Held {
    /// Tells whether the image is golden no more. No list says nothing; one that is not known
    /// yet may say anything.
    pub fn is_revoked(&self, wanted: &Wanted) -> Input<bool> {
        match &wanted.golden_ids {
            Input::Unknown => Input::Unknown,
            Input::Known(ids) => {
                Input::Known(ids.as_ref().is_some_and(|ids| !ids.contains(&self.image)))
            }
        }
    }

    fn is_triggered(&self, wanted: &Wanted) -> Input<bool> {
        let Input::Known(triggers) = &wanted.triggers else { return Input::Unknown };
        let is_other = |(name, value): (&String, &Input<Option<String>>)| match value {
            Input::Unknown => false,
            Input::Known(value) => self.trigger(name) != Some(value),
        };
        let triggers = || triggers.iter().flatten();
        let names = triggers().map(|(name, _)| name);
        let held = self.triggers.iter().flat_map(BTreeMap::keys);
        if !names.eq(held) || triggers().any(is_other) {
            return Input::Known(true);
        }
        let is_open = triggers().any(|(_, value)| *value == Input::Unknown);
        if is_open { Input::Unknown } else { Input::Known(false) }
    }

    fn trigger(&self, name: &str) -> Option<&Option<String>> {
        self.triggers.as_ref()?.get(name)
    }

    /// Tells whether there is a note for the wanted candidate and the end of its soak.
    fn has_soaked(&self, wanted: &Wanted) -> Input<bool> {
        let Some(note) = self.note() else { return Input::Known(false) };
        let is_candidate = match &wanted.candidate {
            Input::Unknown => Input::Unknown,
            Input::Known(wanted) => Input::Known(wanted.as_ref() == Some(&note.candidate)),
        };
        let is_end = match &wanted.soak {
            Input::Unknown => Input::Unknown,
            Input::Known(soak) => Input::Known(self.end_of(soak.as_ref()) == Some(note.until)),
        };
        match (is_candidate, is_end) {
            (Input::Known(false), _) | (_, Input::Known(false)) => Input::Known(false),
            (Input::Known(true), Input::Known(true)) => Input::Known(true),
            _ => Input::Unknown,
        }
    }

    /// Returns the note, if it is about the candidate that there is and leads anywhere.
    fn note(&self) -> Option<&Soaked> {
        self.soaked.as_ref().filter(|note| {
            self.candidate.as_ref() == Some(&note.candidate) && note.candidate != self.image
        })
    }

    fn end_of(&self, soak: Option<&Span>) -> Option<OffsetDateTime> {
        soak_end(self.candidate_since?, soak?)
    }

    /// Tells whether a move could lead to another image.
    fn could_take(&self, candidate: &Input<Option<String>>) -> bool {
        match candidate {
            Input::Unknown => true,
            Input::Known(candidate) => candidate.as_ref().is_some_and(|it| *it != self.image),
        }
    }

    /// Tells how much of what was recorded would have to change; of triggers, only whether there
    /// are any: [`is_triggered`](Self::is_triggered) tells the rest.
    fn change(&self, wanted: &Wanted) -> Change {
        let triggers = match &wanted.triggers {
            Input::Known(triggers) if triggers.is_some() != self.triggers.is_some() => Change::Due,
            _ => Change::None,
        };
        Change::of(self.candidate.as_ref(), &wanted.candidate)
            .max(Change::of(self.soak.as_ref(), &wanted.soak))
            .max(Change::of(self.golden_ids.as_ref(), &wanted.golden_ids))
            .max(triggers)
    }
}

/// How far a wanted value is from the recorded one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    /// They are the same.
    None,
    /// It is not known yet.
    Pending,
    /// It is another, and Terraform lets a plan keep the recorded one.
    Deferrable,
    /// One of them is null, and then Terraform insists on the wanted one.
    Due,
}

impl Change {
    fn of<T: PartialEq>(held: Option<&T>, wanted: &Input<Option<T>>) -> Self {
        match (held, wanted) {
            (Some(_), Input::Unknown) => Self::Pending,
            (Some(held), Input::Known(Some(wanted))) if held != wanted => Self::Deferrable,
            (None, Input::Unknown | Input::Known(Some(_))) | (Some(_), Input::Known(None)) => {
                Self::Due
            }
            _ => Self::None,
        }
    }
}

#[cfg(test)]
mod tests;
