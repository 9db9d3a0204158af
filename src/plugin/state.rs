//! State as other versions and other types wrote it.

use super::{
    data_source::misfit,
    diagnostics::{Diagnostic, Diagnostics},
    model::Model,
    protocol::state_json,
    value::{Type, Value},
};

/// The state of an object as some schema version wrote it.
#[derive(Debug)]
pub struct OldState<'a> {
    /// The schema version that wrote it.
    pub version: i64,
    /// JSON, as in Terraform's state file.
    json: &'a [u8],
}

impl<'a> OldState<'a> {
    pub(super) fn new(version: i64, json: &'a [u8]) -> Self {
        Self { version, json }
    }

    /// Reads the state as a model of that version; what the model lacks is left out, and
    /// what the state lacks is null.
    ///
    /// # Errors
    ///
    /// The state has values of other types.
    pub fn read<M: Model>(&self) -> Result<M, Diagnostics> {
        Ok(M::from_value(self.value(&M::ty())?).map_err(misfit)?)
    }

    /// Reads the state along a type.
    pub(super) fn value(&self, ty: &Type) -> Result<Value, Diagnostics> {
        state_json::from_json(self.json, ty).map_err(|error| {
            let detail = format!(
                "The stored state, written by schema version {}, does not fit that version: \
                 {error}. If it was edited by hand, undo that; otherwise report it as a bug of \
                 the provider.",
                self.version
            );
            Diagnostic::error("Unreadable State", detail).into()
        })
    }

    /// Says that there is no way from this version.
    pub(super) fn not_supported(&self) -> Diagnostic {
        let detail = format!(
            "The stored state was written by schema version {}, which no release of this \
             provider ever had. If the state was edited by hand, undo that.",
            self.version
        );
        Diagnostic::error("Unknown State Version", detail)
    }
}

/// The state of an object of another type, named by a `moved` block.
#[derive(Debug)]
pub struct MovedState<'a> {
    /// The provider that wrote it: `registry.terraform.io/hashicorp/aws`.
    pub provider_address: &'a str,
    /// The type that it was.
    pub type_name: &'a str,
    /// What it was.
    pub state: OldState<'a>,
}
