//! The provider's executable.

use std::process::ExitCode;

use imageguard::{plugin, provider::ImageGuard};

/// What a `required_providers` block calls this provider, in full.
const ADDRESS: &str = "registry.terraform.io/imageguard/imageguard";

fn main() -> ExitCode {
    plugin::serve(ADDRESS, ImageGuard::of_this_process())
}
