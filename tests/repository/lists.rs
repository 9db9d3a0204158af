//! Nothing is forgotten: every type has its example, page and acceptance tests, and the texts are true.

use imageguard::plugin::{Model as _, Provider};

use crate::{data_sources, files, functions, names, provider, read, stem};

#[test]
fn every_schema_is_one_that_terraform_accepts_and_describes_everything() {
    assert_eq!(provider().schema().faults(), Vec::<String>::new(), "provider");
    let mut names = provider().schema().attributes.into_iter().map(|attribute| attribute.name);
    assert!(names.all(|name| !["alias", "version"].contains(&name)), "Terraform reserves these");
    for source in data_sources() {
        assert_eq!(source.faults(), Vec::<String>::new(), "{}", source.type_name());
    }
}

#[test]
fn every_model_has_exactly_the_attributes_of_its_schema() {
    fn config_type<P: Provider>(_: &P) -> imageguard::plugin::Type {
        P::Config::ty()
    }
    assert_eq!(config_type(&provider()), provider().schema().ty(), "provider");
    for source in data_sources() {
        assert_eq!(source.model_type(), source.schema().ty(), "{}", source.type_name());
    }
}

#[test]
fn every_data_source_has_an_example_a_page_and_acceptance_tests() {
    let type_names: Vec<_> = data_sources().iter().map(|source| source.type_name()).collect();
    let mut sorted = type_names.clone();
    sorted.sort_unstable();
    assert_eq!(type_names, sorted, "the list is in alphabetical order");
    assert_eq!(names("examples/data-sources"), type_names);

    let stems: Vec<_> = type_names.iter().map(|name| stem(name)).collect();
    let pages: Vec<_> = stems.iter().map(|stem| format!("{stem}.md")).collect();
    assert_eq!(names("docs/data-sources"), pages);

    let sources = names("src/provider/data_sources");
    let tests = names("tests/acceptance/data_sources");
    let modules = read("tests/acceptance/data_sources/mod.rs");
    for stem in stems {
        let file = format!("{stem}.rs");
        assert!(sources.contains(&file), "src/provider/data_sources/{file} is missing");
        assert!(tests.contains(&file), "tests/acceptance/data_sources/{file} is missing");
        assert!(modules.contains(&format!("mod {stem};")), "{file} is not in its mod.rs");
        let acceptance = read(format!("tests/acceptance/data_sources/{file}"));
        let example = format!("data-sources/imageguard_{stem}/data-source.tf");
        assert!(acceptance.contains(&example), "{file} does not apply its example");
    }
}

#[test]
fn every_function_is_sound_and_has_an_example_a_page_and_acceptance_tests() {
    let function_names: Vec<_> = functions().iter().map(|function| function.name()).collect();
    assert!(function_names.is_sorted(), "the list is in alphabetical order");
    assert_eq!(names("examples/functions"), function_names);
    let pages: Vec<_> = function_names.iter().map(|name| format!("{name}.md")).collect();
    assert_eq!(names("docs/functions"), pages);
    let modules = read("tests/acceptance/functions/mod.rs");
    for function in functions() {
        let name = function.name();
        assert_eq!(function.faults(), Vec::<String>::new(), "{name}");
        assert!(modules.contains(&format!("mod {name};")), "{name} is not in its mod.rs");
        let acceptance = read(format!("tests/acceptance/functions/{name}.rs"));
        let example = format!("functions/{name}/function.tf");
        assert!(acceptance.contains(&example), "{name}.rs does not apply its example");
    }
}

#[test]
fn every_example_is_printed_and_run() {
    let pages: String = files("docs", "md").iter().map(read).collect();
    let tests: String = files("tests/acceptance", "rs").iter().map(read).collect();
    let examples = crate::root().join("examples");
    for file in files("examples/data-sources", "tf") {
        assert!(pages.contains(read(&file).trim_end()), "{} is on no page", file.display());
        // Tests name the file, or the folder of a module with others in it.
        let name = file.strip_prefix(&examples).unwrap();
        let is_run = name.ancestors().take_while(|path| path.iter().count() > 2);
        let mut names = is_run.map(|path| format!("\"{}\"", path.display()));
        assert!(names.any(|name| tests.contains(&name)), "no test runs {}", file.display());
    }
}

#[test]
fn every_test_file_is_part_of_a_test_binary() {
    for file in files("tests/acceptance", "rs").iter().chain(&files("tests/repository", "rs")) {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let folder = file.parent().unwrap();
        if name == "main" {
            continue;
        }
        let (listing_folder, module) = match name {
            "mod" => (folder.parent().unwrap(), folder.file_name().unwrap().to_str().unwrap()),
            _ => (folder, name),
        };
        let listed = ["main.rs", "mod.rs"].iter().any(|listing| {
            std::fs::read_to_string(listing_folder.join(listing))
                .is_ok_and(|text| text.contains(&format!("mod {module};")))
        });
        assert!(listed, "{} is in no test binary", file.display());
    }
}

#[test]
fn every_path_that_the_texts_name_exists() {
    for text in ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"] {
        for name in read(text).split('`').skip(1).step_by(2).filter(|name| is_path(name)) {
            let places = [
                "",
                "src/",
                "src/plugin/",
                "src/image/",
                "src/guardrail/",
                "src/cloud/",
                "src/provider/",
            ];
            let exists = places.iter().any(|place| crate::root().join(place).join(name).exists());
            assert!(exists, "{text} names `{name}`, which is not there");
        }
    }
}

/// Tells whether a quoted text is a path of this repository, and not an example of one.
fn is_path(name: &str) -> bool {
    let is_file = [".rs", ".md", ".toml", ".tf"].iter().any(|ending| name.ends_with(ending));
    let is_plain = !name.contains(['<', ' ', '*', '$', '(']) && !name.contains("_thing");
    is_plain && (is_file || name.ends_with('/'))
}

#[test]
fn no_text_has_a_place_left_to_fill_in() {
    for text in ["ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "README.md"] {
        let text = read(text);
        let left = ["FIGURES", "SAMPLE", "TODO", "TBD"].iter().find(|word| text.contains(**word));
        assert_eq!(left, None);
    }
}
