//! The provider's executable.

use std::process::ExitCode;

use imageguard::{plugin, provider::ImageGuard};

fn main() -> ExitCode {
    plugin::serve(ImageGuard::of_this_process())
}
