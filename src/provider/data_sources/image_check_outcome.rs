//! What the checks of both clouds have in common besides the rule.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    image::{Finding, Reason, Rule, Verdict, check},
    model,
    plugin::{
        Attr, Context, Diagnostic, Diagnostics, Path,
        schema::{
            Attribute, BOOL, Nesting, Presence, STRING, computed, list, map, nested, optional,
            required, set,
        },
    },
    provider::{
        catalogue::Catalogue,
        configure::Clouds,
        place::Place,
        rule_inputs::{CloudRule, CloudTerms},
        wording::{created, indented},
    },
};

/// How many images a message lists.
const MOST_LISTED: usize = 10;

model! {
    /// What to check, what to do then, and the results.
    #[derive(Default)]
    pub(super) struct CheckModel {
        image_ids: Attr<BTreeSet<String>>,
        on_violation: Attr<String>,
        on_unknown: Attr<String>,
        all_golden: Attr<bool>,
        results: Attr<BTreeMap<String, ResultModel>>,
        checked: Attr<BTreeMap<String, String>>,
    }
}

model! {
    /// What was found out about one image.
    pub(super) struct ResultModel {
        verdict: Attr<String>,
        reasons: Attr<Vec<String>>,
        name: Attr<String>,
    }
}

/// What to do about images that are not golden.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reaction {
    Error,
    Warning,
    None,
}

/// What the pages of both checks say besides the schema.
pub(super) const NOTES: &str = concat!(
    include_str!("image_check_notes.md"),
    "\n",
    include_str!("reason_codes.md"),
    "\n",
    include_str!("destroying.md")
);

/// Describes what to check and what to do then.
pub(super) fn inputs() -> Vec<Attribute> {
    vec![
        required(
            "image_ids",
            set(STRING),
            "The ids of the images to check. An empty set passes. With an id that is known only \
             after apply, the check is made during apply.",
        ),
        optional(
            "on_violation",
            STRING,
            "What to do about an image that is not golden: `\"error\"` (the default) stops the \
             run, `\"warning\"` goes on and says so, `\"none\"` just goes on.",
        ),
        optional(
            "on_unknown",
            STRING,
            "What to do about an image that cannot be judged, likewise. Default: as \
             `on_violation`.",
        ),
    ]
}

/// Describes the results.
pub(super) fn results() -> Vec<Attribute> {
    vec![
        computed(
            "checked",
            map(STRING),
            "Each id by itself, filled only when the check has passed: read the id of a machine's \
             image from here, as in `checked[var.image_id]`, and the machine waits for the check. \
             Holds all `image_ids`: those that are golden, and those that `on_violation` and \
             `on_unknown` let through.",
        ),
        computed(
            "all_golden",
            BOOL,
            "Whether every image is golden, whatever `on_violation` and `on_unknown` let through.",
        ),
        nested(
            "results",
            Nesting::Map,
            Presence::Computed,
            "What was found out, by image id.",
            vec![
                computed("verdict", STRING, "`golden`, `not_golden` or `unknown`; see below."),
                computed(
                    "reasons",
                    list(STRING),
                    "Codes of what speaks against the image; empty for a golden one. See below.",
                ),
                computed("name", STRING, "The image's name; null if the cloud does not show it."),
            ],
        ),
    ]
}

impl CheckModel {
    /// Finds fault with what to check and what to do then, as far as it is known.
    pub(super) fn validate(&self, terms: &CloudTerms) -> Diagnostics {
        let mut problems = Diagnostics::new();
        let reactions = [("on_violation", &self.on_violation), ("on_unknown", &self.on_unknown)];
        for (name, text) in reactions {
            if let Some(text) = text.known().filter(|text| Reaction::parse(text).is_none()) {
                let detail = format!(
                    "`{text}` is no way to go on. Write `\"error\"`, `\"warning\"` or `\"none\"`."
                );
                problems.push(Diagnostic::error("Invalid Value", detail).at(Path::root(name)));
            }
        }
        let ids = self.image_ids.known().into_iter().flatten();
        let malformed: Vec<&str> =
            ids.map(String::as_str).filter(|id| !(terms.is_image_id)(id)).collect();
        if !malformed.is_empty() {
            problems.push(malformed_ids(&malformed, terms));
        }
        problems
    }

    /// Checks the images and fills in the results.
    ///
    /// # Errors
    ///
    /// No rule, no place, a call that failed, or what [`settle`](Self::settle) finds.
    pub(super) async fn run<Inputs: CloudRule>(
        &mut self,
        inputs: &Inputs,
        clouds: &Clouds,
        context: &Context,
    ) -> Result<(), Diagnostics>
    where
        Place<Inputs::Client>: Catalogue,
    {
        let rule = inputs.rule(clouds)?;
        let ids = self.image_ids.known().cloned().unwrap_or_default();
        if ids.is_empty() {
            self.tell(&[]);
            return Ok(());
        }
        let place = inputs.place(clouds).await?;
        let images = match place.named(&ids).await {
            Ok(images) => images,
            Err(error) => return Err(place.explain(&error).await),
        };
        let findings = check(&ids, &images, &rule, clouds.now());
        self.settle(&findings, &rule, &place.to_string(), context)
    }

    /// Turns findings into results.
    ///
    /// # Errors
    ///
    /// Images that are not golden, or that cannot be judged; depends on what to do about them.
    fn settle(
        &mut self,
        findings: &[Finding<'_>],
        rule: &Rule,
        place: &str,
        context: &Context,
    ) -> Result<(), Diagnostics> {
        let on_violation = reaction(&self.on_violation).unwrap_or(Reaction::Error);
        let on_unknown = reaction(&self.on_unknown).unwrap_or(on_violation);
        let mut problems = Diagnostics::new();
        for (verdict, reaction) in
            [(Verdict::NotGolden, on_violation), (Verdict::Unknown, on_unknown)]
        {
            let Some(report) = Report::about(verdict, findings, rule, place) else { continue };
            match reaction {
                Reaction::Error => problems.push(report.error()),
                Reaction::Warning => context.warn(report.warning()),
                Reaction::None => {}
            }
        }
        self.tell(findings);
        problems.or_value(())
    }

    fn tell(&mut self, findings: &[Finding<'_>]) {
        let by_id = |finding: &Finding<'_>| (finding.id.to_owned(), ResultModel::of(finding));
        let itself = |finding: &Finding<'_>| (finding.id.to_owned(), finding.id.to_owned());
        self.all_golden = findings.iter().all(|finding| finding.verdict == Verdict::Golden).into();
        self.results = findings.iter().map(by_id).collect::<BTreeMap<_, _>>().into();
        self.checked = findings.iter().map(itself).collect::<BTreeMap<_, _>>().into();
    }
}

impl ResultModel {
    fn of(finding: &Finding<'_>) -> Self {
        let codes = finding.reasons.iter().map(|reason| reason.code().to_owned());
        Self {
            verdict: finding.verdict.code().to_owned().into(),
            reasons: codes.collect::<Vec<_>>().into(),
            name: finding.image.map(|image| image.name.to_string()).into(),
        }
    }
}

impl Reaction {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "error" => Some(Self::Error),
            "warning" => Some(Self::Warning),
            "none" => Some(Self::None),
            _ => None,
        }
    }
}

fn reaction(text: &Attr<String>) -> Option<Reaction> {
    text.known().and_then(|text| Reaction::parse(text))
}

/// What there is to say about the images with one verdict.
struct Report {
    summary: String,
    detail: String,
    /// The attribute that says what to do about them.
    switch: &'static str,
}

impl Report {
    /// Writes the report; none where no image has the verdict.
    fn about(verdict: Verdict, findings: &[Finding<'_>], rule: &Rule, place: &str) -> Option<Self> {
        let those: Vec<_> = findings.iter().filter(|it| it.verdict == verdict).collect();
        let first = those.first()?.id;
        let (one, many, heading, switch) = match verdict {
            Verdict::Unknown => {
                ("Cannot Be Judged", "Cannot Be Judged", "Not known whether golden", "on_unknown")
            }
            Verdict::Golden | Verdict::NotGolden => {
                ("Is Not Golden", "Are Not Golden", "Not golden", "on_violation")
            }
        };
        let summary = match those.len() - 1 {
            0 => format!("Image {first} {one}"),
            more => format!("Images {first} And {more} More {many}"),
        };
        let detail = format!(
            "{heading} in {place}, {} of {} checked:\n{}\n\nThe rule:\n{}\n\n{}",
            those.len(),
            findings.len(),
            listed(&those),
            indented(&rule.to_string()),
            next_steps(verdict, &those)
        );
        Some(Self { summary, detail, switch })
    }

    fn error(self) -> Diagnostic {
        Diagnostic::error(self.summary, self.detail).at(Path::root("image_ids"))
    }

    fn warning(self) -> Diagnostic {
        let detail = format!("{} The run goes on, as `{}` says.", self.detail, self.switch);
        Diagnostic::warning(self.summary, detail).at(Path::root("image_ids"))
    }
}

/// Says what to do, for whatever hides facts of images that cannot be judged.
fn next_steps(verdict: Verdict, findings: &[&Finding<'_>]) -> String {
    if verdict != Verdict::Unknown {
        return "Use an image that is golden, have this one approved, or correct the rule."
            .to_owned();
    }
    const STEPS: [(&str, &str); 3] = [
        (
            "deleted",
            "Check ids and region, and that whoever owns an image shares it with the caller; \
             replace an image that was deleted.",
        ),
        (
            "tags_not_visible",
            "Set tags that are hidden again in this account (AWS), or leave them out of the rule; \
             the page of this type says how.",
        ),
        ("unreadable", "Replace an image whose creation time cannot be read."),
    ];
    let codes: BTreeSet<_> =
        findings.iter().flat_map(|finding| &finding.reasons).map(Reason::code).collect();
    let steps = STEPS.iter().filter(|(code, _)| codes.contains(code)).map(|(_, step)| *step);
    steps.collect::<Vec<_>>().join(" ")
}

fn listed(findings: &[&Finding<'_>]) -> String {
    let mut lines: Vec<_> = findings.iter().take(MOST_LISTED).map(|it| line(it)).collect();
    let more = findings.len().saturating_sub(MOST_LISTED);
    lines.extend((more > 0).then(|| format!("  and {more} more")));
    lines.join("\n")
}

fn line(finding: &Finding<'_>) -> String {
    let reasons: Vec<_> = finding.reasons.iter().map(Reason::to_string).collect();
    let reasons = reasons.join("; ");
    match finding.image {
        Some(image) => {
            let created = created(image.created_at);
            format!("  {} ({}, created {created}): {reasons}", finding.id, image.name)
        }
        None => format!("  {}: {reasons}", finding.id),
    }
}

fn malformed_ids(ids: &[&str], terms: &CloudTerms) -> Diagnostic {
    let quoted: Vec<_> =
        ids.iter().take(MOST_LISTED).map(|id| format!("`{}`", id.escape_debug())).collect();
    let more = ids.len().saturating_sub(MOST_LISTED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let detail = format!(
        "Not the id of an image: {}{more}. Write ids such as `{}`, and leave out what has none.",
        quoted.join(", "),
        terms.example_image
    );
    Diagnostic::error("Invalid Image Id", detail).at(Path::root("image_ids"))
}
