//! Samples, and rows of the table they end up in.

use std::time::Duration;

use crate::rows::Measurement;

/// Several measurements of one quantity.
pub(crate) struct Samples(Vec<f64>);

/// A row of the table.
pub(crate) struct Row([String; 4]);

impl Samples {
    /// Returns the one in the middle.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.get(sorted.len() / 2).copied();
        let before = sorted.get((sorted.len() - 1) / 2).copied();
        middle.zip(before).map_or(f64::NAN, |(a, b)| f64::midpoint(a, b))
    }

    /// Returns the differences, sample by sample.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        self.0.iter().zip(&other.0).map(|(this, that)| this - that).collect()
    }

    /// Tells median, least and most.
    pub(crate) fn told(&self, unit: &str) -> String {
        let least = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.0.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let median = self.median();
        if self.0.len() < 2 {
            return format!("{median:.2} {unit}");
        }
        format!("{median:.1} {unit} ({least:.1}–{most:.1}, n = {})", self.0.len())
    }
}

impl FromIterator<f64> for Samples {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl Row {
    /// Names the columns.
    pub(crate) fn heads() -> Self {
        Self(["WHAT", "FIGURE", "BUDGET", ""].map(str::to_owned))
    }

    /// Holds a figure against the most it may be.
    pub(crate) fn at_most(
        what: impl Into<String>,
        samples: &Samples,
        budget: f64,
        unit: &str,
    ) -> Self {
        let verdict = if samples.median() <= budget { "PASS" } else { "MISS" };
        let budget = format!("≤ {budget} {unit}");
        Self([what.into(), samples.told(unit), budget, verdict.to_owned()])
    }

    /// Tells a figure that has no budget of its own.
    pub(crate) fn remark(what: impl Into<String>, figure: impl Into<String>) -> Self {
        Self([what.into(), figure.into(), "-".to_owned(), String::new()])
    }

    /// Tells how to get a figure that is not measured unasked.
    pub(crate) fn skipped(measurement: &Measurement) -> Self {
        let name = measurement.name;
        Self::remark(measurement.what, format!("not measured: `cargo bench -- {name}`"))
    }
}

/// Lays rows out in columns.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut widths = [0; 4];
    for Row(cells) in rows {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = cell.chars().count().max(*width);
        }
    }
    let lines = rows.iter().map(|Row(cells)| {
        let cells = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns milliseconds.
pub(crate) fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
