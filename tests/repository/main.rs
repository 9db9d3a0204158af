//! Holds the repository together: documentation, lists and layers.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that meets the unexpected fails, and this is how"
)]

mod docs;
mod guides;
mod layers;
mod lists;
mod pasted;

use std::{
    fs,
    path::{Path, PathBuf},
};

use imageguard::{
    plugin::{AnyDataSource, AnyFunction, AnyResource, Provider as _},
    provider::{Clouds, ImageGuard},
};

/// The repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The provider as Terraform gets it.
fn provider() -> ImageGuard {
    ImageGuard::of_this_process()
}

/// Its data sources.
fn data_sources() -> &'static [&'static dyn AnyDataSource<Clouds>] {
    provider().data_sources()
}

/// Its resources.
fn resources() -> &'static [&'static dyn AnyResource<Clouds>] {
    provider().resources()
}

/// Its functions.
fn functions() -> &'static [&'static dyn AnyFunction] {
    provider().functions()
}

/// The type's name without the provider's: `aws_image`.
fn stem(type_name: &str) -> &str {
    type_name.strip_prefix("imageguard_").unwrap()
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names in a folder, sorted.
fn names(folder: impl AsRef<Path>) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// All files with an ending below a folder.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
