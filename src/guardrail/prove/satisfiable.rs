//! Whether what the rules permit can be done, by whoever they bind.

use super::{
    super::{
        assumption::Assumptions,
        atlas::{Rule, Way},
        request::Call,
    },
    formula::Formula,
    proof::{Proof, proved, refuted},
    properties::{Calls, Prover, Tally},
    shapes::Shape,
};

impl Prover<'_> {
    /// Somebody whom the rules bind can do what each door permits, and where marks are
    /// locked somebody who is exempt can set them.
    pub(super) fn satisfiable(&self, rule: Rule, calls: &[Calls<'_>]) -> Proof {
        let mut rests_on = Assumptions::NONE;
        for call in calls {
            let Some(region) = call.regions.get(&rule) else { continue };
            if let Some(permitted) = &region.permitted {
                let within = permitted.clone().and(self.bound_by_all());
                match self.can_whole(call, calls, within) {
                    Can::Yes(because) => rests_on = rests_on.or(because),
                    Can::Never => {}
                    Can::No => {
                        return refuted(&format!(
                            "nobody whom the rules bind can use `{}` even as the rule permits",
                            call.shape.call.action
                        ));
                    }
                    Can::Untold(why) => return Proof::Unknown(why),
                }
            }
            if rule == Rule::ProtectTags && self.has_exempt(rule) {
                let exempt = self.exempt.get(&rule).cloned().unwrap_or(Formula::FALSE);
                let within = region.refused.clone().and(exempt);
                match self.can(call, calls, within) {
                    Can::Yes(because) => rests_on = rests_on.or(because),
                    Can::Never => {}
                    Can::No => return refuted("nobody can approve an image"),
                    Can::Untold(why) => return Proof::Unknown(why),
                }
            }
        }
        proved(rests_on)
    }

    /// Tells whether a request of the region passes, together with the tagging that the
    /// cloud authorises beside it.
    fn can(&self, call: &Calls<'_>, calls: &[Calls<'_>], within: Formula) -> Can {
        let beside: Vec<&Calls<'_>> =
            calls.iter().filter(|other| is_beside(call.shape, other.shape)).collect();
        let parts = std::iter::once(call).chain(beside.iter().copied());
        let within = Formula::all(parts.clone().map(|it| it.well_formed.clone()).chain([within]));
        let passes = Formula::all(parts.clone().map(|it| it.denied.clone().not()));
        let choices = widest(parts);
        if self.oracle.search(&within, &Formula::TRUE, &choices).found.is_none() {
            return Can::Never;
        }
        let answer = self.oracle.search(&within, &passes, &choices);
        match answer.found {
            Some(found) => Can::Yes(found.because),
            None if answer.untold || answer.given_up => {
                let mut tally = Tally::default();
                self.note(&answer, &mut tally);
                Can::Untold(tally.unknown.unwrap_or_default())
            }
            None => Can::No,
        }
    }

    /// The same, and the other resources that every such call needs can be had as well.
    fn can_whole(&self, call: &Calls<'_>, calls: &[Calls<'_>], within: Formula) -> Can {
        let mut all = self.can(call, calls, within);
        for needed in needed(call.shape) {
            let others = calls.iter().filter(|other| is_on(other.shape, &call.shape.call, needed));
            for other in others {
                let Can::Yes(because) = all else { return all };
                all = match self.can(other, calls, self.bound_by_all()) {
                    Can::Yes(more) => Can::Yes(because.or(more)),
                    other => other,
                };
            }
        }
        all
    }

    fn bound_by_all(&self) -> Formula {
        Formula::all(self.exempt.values().map(|exempt| exempt.clone().not()))
    }

    fn has_exempt(&self, rule: Rule) -> bool {
        let intent = self.wish.intent;
        let own = intent.rules.exempt_principals(rule).is_some_and(|some| !some.is_empty());
        own || intent.exemptions.iter().any(|exemption| exemption.rules.contains(&rule))
    }
}

/// Whether something can be done.
enum Can {
    Yes(Assumptions),
    No,
    /// There is no such request.
    Never,
    Untold(String),
}

/// The other resources that every call through the doors of the shape is on.
fn needed(shape: &Shape) -> Vec<&'static str> {
    let touches = shape.doors.iter().take(1).flat_map(|door| door.touches);
    let others = touches.filter(|touch| {
        touch.required && touch.action.is_none() && !shape.touched.contains(touch.resource)
    });
    others.map(|touch| touch.resource).collect()
}

/// Tells whether the calls are of the same action on such a resource.
fn is_on(shape: &Shape, call: &Call, resource: &str) -> bool {
    shape.call.action == call.action && shape.touched.contains(resource)
}

/// Tells whether the other call is authorised together with the first: the tagging of
/// what it makes.
fn is_beside(shape: &Shape, other: &Shape) -> bool {
    let makes = shape.touched.contains("new image") && !shape.touched.contains("new image, tagged");
    let doors = shape.doors.iter().filter(|door| door.way == Way::MarkAtCreation);
    let mut codes = doors.map(|door| door.code);
    let has = |code: &str| other.doors.iter().any(|door| door.code == code);
    makes && other.touched.contains("new image, tagged") && codes.any(has)
}

/// For each attribute the widest choice that one of the calls leaves.
fn widest<'c>(calls: impl Iterator<Item = &'c Calls<'c>>) -> Vec<Vec<usize>> {
    let mut widest: Vec<Vec<usize>> = Vec::new();
    for call in calls {
        widest.resize(call.choices.len(), Vec::new());
        for (slot, choice) in widest.iter_mut().zip(&call.choices) {
            if choice.len() > slot.len() {
                slot.clone_from(choice);
            }
        }
    }
    widest
}
