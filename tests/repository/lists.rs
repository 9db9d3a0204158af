//! Nothing is forgotten: every type has its example, page and acceptance tests, and the texts are true.

use imageguard::plugin::{Model as _, Provider};

use crate::{data_sources, files, functions, names, provider, read, resources, stem};

#[test]
fn every_schema_is_one_that_terraform_accepts_and_describes_everything() {
    assert_eq!(provider().schema().faults(), Vec::<String>::new(), "provider");
    let mut names = provider().schema().attributes.into_iter().map(|attribute| attribute.name);
    assert!(names.all(|name| !["alias", "version"].contains(&name)), "Terraform reserves these");
    for source in data_sources() {
        assert_eq!(source.faults(), Vec::<String>::new(), "{}", source.type_name());
    }
    for resource in resources() {
        assert_eq!(resource.faults(), Vec::<String>::new(), "{}", resource.type_name());
    }
}

#[test]
fn the_provider_blocks_model_has_exactly_the_attributes_of_its_schema() {
    fn config_type<P: Provider>(_: &P) -> imageguard::plugin::Type {
        P::Config::ty()
    }
    assert_eq!(config_type(&provider()), provider().schema().ty());
}

#[test]
fn every_data_source_has_an_example_a_page_and_acceptance_tests() {
    let type_names: Vec<_> = data_sources().iter().map(|source| source.type_name()).collect();
    assert_nothing_is_forgotten("data-sources", &type_names, &["data-source.tf"]);
}

#[test]
fn every_resource_has_examples_a_page_and_acceptance_tests() {
    let type_names: Vec<_> = resources().iter().map(|resource| resource.type_name()).collect();
    let examples = ["resource.tf", "import.sh", "import-by-identity.tf"];
    assert_nothing_is_forgotten("resources", &type_names, &examples);
}

/// Looks for what types of one kind must have: the kind is a folder below `examples/` and `docs/`.
fn assert_nothing_is_forgotten(kind: &str, type_names: &[&str], examples: &[&str]) {
    assert!(type_names.is_sorted(), "the list is in alphabetical order");
    assert_eq!(names(format!("examples/{kind}")), type_names);
    let stems: Vec<_> = type_names.iter().map(|name| stem(name)).collect();
    let pages: Vec<_> = stems.iter().map(|stem| format!("{stem}.md")).collect();
    assert_eq!(names(format!("docs/{kind}")), pages);

    let module = kind.replace('-', "_");
    let sources = names(format!("src/provider/{module}"));
    let tests = format!("tests/acceptance/{module}");
    let listed = read(format!("{tests}/mod.rs"));
    for stem in stems {
        assert!(sources.contains(&format!("{stem}.rs")), "src/provider/{module}/{stem}.rs");
        assert!(listed.contains(&format!("mod {stem};")), "{stem} is not in {tests}/mod.rs");
        let acceptance = read(format!("{tests}/{stem}.rs"));
        for example in examples {
            let example = format!("{kind}/imageguard_{stem}/{example}");
            assert!(acceptance.contains(&example), "{tests}/{stem}.rs does not run {example}");
        }
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
    let mut printed = files("examples/data-sources", "tf");
    printed.extend(files("examples/resources", "tf"));
    printed.extend(files("examples/resources", "sh"));
    for file in printed {
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
