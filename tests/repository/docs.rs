//! The pages of the Registry, made from schemas and examples.
//!
//! `UPDATE_EXPECT=1 cargo test --test repository` writes them.

use expect_test::expect_file;
use imageguard::plugin::{
    AnyFunction, AnyResource, IdentityAttribute, Limits, Parameter, Provider as _, Type,
    schema::{Attribute, Kind, Nesting, Presence, Schema},
};

use crate::{data_sources, functions, provider, read, resources, stem};

/// What the index page says after the schema.
const PROVIDER_NOTES: [&str; 2] =
    ["src/provider/block/alicloud_credentials.md", "src/provider/block/aws_credentials.md"];

#[test]
fn the_index_page_tells_the_provider_block() {
    let notes = PROVIDER_NOTES.map(read).join("\n");
    let page = page(
        "imageguard Provider",
        "imageguard Provider",
        "",
        &provider().schema(),
        &fenced(&read("examples/provider/provider.tf")),
        &notes,
    );
    expect_file!["../../docs/index.md"].assert_eq(&page);
}

#[test]
fn every_data_source_has_its_page() {
    for source in data_sources() {
        let name = source.type_name();
        let example = read(format!("examples/data-sources/{name}/data-source.tf"));
        let further = further_examples(&format!("examples/data-sources/{name}"), &BESIDE_A_CHECK);
        let example = format!("{}{further}", fenced(&example));
        let after = format!("{}\n{}", source.notes(), permissions(name, source.permissions()));
        let page = page(
            &format!("{name} Data Source - imageguard"),
            &format!("{name} (Data Source)"),
            subcategory(name),
            &source.schema(),
            &example,
            &after,
        );
        let file = format!("{}/docs/data-sources/{}.md", env!("CARGO_MANIFEST_DIR"), stem(name));
        expect_file![file].assert_eq(&page);
    }
}

#[test]
fn every_resource_has_its_page() {
    for resource in resources() {
        let name = resource.type_name();
        let folder = format!("examples/resources/{name}");
        let further = further_examples(&folder, &BESIDE_A_RESOURCE);
        let example = format!("{}{further}", fenced(&read(format!("{folder}/resource.tf"))));
        let after = [
            resource.notes().to_owned(),
            resource.limits().map(timeouts).unwrap_or_default(),
            permissions(name, resource.permissions()),
            import(*resource, &folder),
        ];
        let page = page(
            &format!("{name} Resource - imageguard"),
            &format!("{name} (Resource)"),
            subcategory(name),
            &resource.schema(),
            &example,
            &after.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("\n"),
        );
        let file = format!("{}/docs/resources/{}.md", env!("CARGO_MANIFEST_DIR"), stem(name));
        expect_file![file].assert_eq(&page);
    }
}

/// How objects that exist come under Terraform: the command, and both kinds of block.
fn import<Client>(resource: &dyn AnyResource<Client>, folder: &str) -> String {
    let command = read(format!("{folder}/import.sh"));
    let words: Vec<_> = command.split_whitespace().collect();
    let [.., "import", address, id] = words[..] else {
        panic!("{folder}/import.sh does not end with `terraform import ADDRESS ID`")
    };
    let block = format!("import {{\n  to = {address}\n  id = \"{}\"\n}}", id.trim_matches('\''));
    let part = |part: &IdentityAttribute| {
        let need = if part.required { "required" } else { "optional" };
        let ty = type_name(&part.ty);
        format!("- `{}` ({ty}, {need}) {}\n", part.name, part.description)
    };
    format!(
        "## Import\n\nWith the command, or with a block that names the same id:\n\n\
         ```shell\n{}\n```\n\n{}\nFrom Terraform 1.12 on also by identity:\n\n{}\n\
         The identity has these parts:\n\n{}",
        command.trim_end(),
        fenced(&block),
        fenced(&read(format!("{folder}/import-by-identity.tf"))),
        resource.identity_schema().iter().map(part).collect::<String>(),
    )
}

/// How long operations may take by default.
fn timeouts(limits: Limits) -> String {
    let Limits { create, read, update, delete } = limits;
    let lines = [("create", create), ("read", read), ("update", update), ("delete", delete)]
        .map(|(operation, length)| format!("| `{operation}` | {} s |\n", length.as_secs()));
    format!(
        "## Timeouts\n\nUnless `timeouts` says otherwise:\n\n| operation | default \
         |\n|---|---|\n{}",
        lines.concat()
    )
}

#[test]
fn every_function_has_its_page() {
    for function in functions() {
        let example = read(format!("examples/functions/{}/function.tf", function.name()));
        let file = format!("{}/docs/functions/{}.md", env!("CARGO_MANIFEST_DIR"), function.name());
        expect_file![file].assert_eq(&function_page(*function, &example));
    }
}

fn function_page(function: &dyn AnyFunction, example: &str) -> String {
    let (name, signature) = (function.name(), function.signature());
    let parameter = |it: &Parameter| format!("{} {}", it.name, type_name(&it.ty));
    let variadic = signature.variadic.iter().map(|it| format!("{}...", parameter(it)));
    let parameters: Vec<_> = signature.parameters.iter().map(parameter).chain(variadic).collect();
    let described: String = signature
        .parameters
        .iter()
        .chain(&signature.variadic)
        .map(|it| format!("- `{}` ({}) {}\n", it.name, type_name(&it.ty), it.description))
        .collect();
    format!(
        "---\npage_title: \"{name} Function - imageguard\"\nsubcategory: \"\"\ndescription: \
         |-\n  {}.\n---\n\n<!-- Made from signature and example; see CONTRIBUTING.md. -->\n\n# \
         {name} (Function)\n\n{}\n## Example Usage\n\n```terraform\n{}\n```\n\n## \
         Signature\n\n```text\n{name}({}) {}\n```\n\n## Arguments\n\n{described}",
        signature.summary,
        signature.description,
        example.trim_end(),
        parameters.join(", "),
        type_name(&function.output_type()),
    )
}

/// Examples beside the first one: files below the example's folder, and what they show.
type Further = [(&'static str, &'static str)];

const BESIDE_A_CHECK: [(&str, &str); 3] = [
    ("instance-module/main.tf", "With an id that is known only after apply"),
    ("instance-module/instance/main.tf", "The module `./instance` of that example"),
    ("check-block/main.tf", "In a check block, which warns and stops nothing"),
];

const BESIDE_A_RESOURCE: [(&str, &str); 7] = [
    ("with-its-guardrail/main.tf", "With its guardrail"),
    ("account-level/main.tf", "For one account"),
    ("both-clouds/main.tf", "On both clouds, side by side"),
    ("users-groups-roles/main.tf", "On users, groups and roles"),
    ("accounts-and-regions/main.tf", "In several accounts and regions"),
    ("instance-module/main.tf", "Machines that stay on their image"),
    ("instance-module/instance/main.tf", "The module `./instance` of that example"),
];

/// Those that a type has, each with its heading.
fn further_examples(folder: &str, further: &Further) -> String {
    let there = further.iter().map(|(file, title)| (format!("{folder}/{file}"), title));
    let there = there.filter(|(file, _)| crate::root().join(file).exists());
    there.map(|(file, title)| format!("\n### {title}\n\n{}", fenced(&read(file)))).collect()
}

fn fenced(example: &str) -> String {
    format!("```terraform\n{}\n```\n", example.trim_end())
}

fn subcategory(type_name: &str) -> &'static str {
    match stem(type_name).split('_').next() {
        Some("alicloud") => "Alibaba Cloud",
        Some("aws") => "AWS",
        _ => "",
    }
}

fn page(
    page_title: &str,
    title: &str,
    subcategory: &str,
    schema: &Schema,
    example: &str,
    after: &str,
) -> String {
    let description = schema.description;
    format!(
        "---\npage_title: \"{page_title}\"\nsubcategory: \"{subcategory}\"\ndescription: |-\n  \
         {description}\n---\n\n<!-- Made from schema and example; see CONTRIBUTING.md. -->\n\n# \
         {title}\n\n{description}\n\n## Example Usage\n\n{example}\n## Schema\n{}\n{after}",
        attributes(&schema.attributes)
    )
    .trim_end()
    .to_owned()
        + "\n"
}

/// Lists attributes by who sets them, then the nested ones.
fn attributes(attributes: &[Attribute]) -> String {
    let mut text = listed(attributes, "###", "");
    for (path, inner) in nested(attributes, "") {
        text += &format!("\n<a id=\"nested--{}\"></a>\n### `{path}`\n", anchor(&path));
        text += &listed(&inner, "####", &path);
    }
    text
}

fn listed(attributes: &[Attribute], heading: &str, parent: &str) -> String {
    let groups = [
        ("Required", &[Presence::Required][..]),
        ("Optional", &[Presence::Optional, Presence::OptionalComputed]),
        ("Read-Only", &[Presence::Computed]),
    ];
    let mut text = String::new();
    for (title, presences) in groups {
        let mut members =
            attributes.iter().filter(|it| presences.contains(&it.presence)).peekable();
        if members.peek().is_some() {
            text += &format!("\n{heading} {title}\n\n");
        }
        members.for_each(|attribute| text += &line(attribute, parent));
    }
    text
}

fn line(attribute: &Attribute, parent: &str) -> String {
    let sensitive = if attribute.sensitive { ", sensitive" } else { "" };
    let more = match attribute.kind {
        Kind::Plain(_) => String::new(),
        Kind::Nested(..) => {
            format!(" See [below](#nested--{}).", anchor(&below(parent, attribute)))
        }
    };
    let replaces = if attribute.planning.replaces { " A change makes a new object." } else { "" };
    format!(
        "- `{}` ({}{sensitive}) {}{replaces}{more}\n",
        attribute.name,
        kind(&attribute.kind),
        attribute.description
    )
}

fn below(parent: &str, attribute: &Attribute) -> String {
    if parent.is_empty() {
        attribute.name.to_owned()
    } else {
        format!("{parent}.{}", attribute.name)
    }
}

fn anchor(path: &str) -> String {
    path.replace('.', "--")
}

/// All nested attributes with their paths, parents first.
fn nested(attributes: &[Attribute], parent: &str) -> Vec<(String, Vec<Attribute>)> {
    let mut found = Vec::new();
    for attribute in attributes {
        if let Kind::Nested(_, inner) = &attribute.kind {
            let path = below(parent, attribute);
            found.push((path.clone(), inner.clone()));
            found.extend(nested(inner, &path));
        }
    }
    found
}

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Plain(ty) => type_name(ty),
        Kind::Nested(Nesting::Single, _) => "object".to_owned(),
        Kind::Nested(Nesting::List, _) => "list of objects".to_owned(),
        Kind::Nested(Nesting::Set, _) => "set of objects".to_owned(),
        Kind::Nested(Nesting::Map, _) => "map of objects".to_owned(),
    }
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::Bool => "boolean".to_owned(),
        Type::Number => "number".to_owned(),
        Type::String => "string".to_owned(),
        Type::Dynamic => "any type".to_owned(),
        Type::List(element) => format!("list of {}", plural(element)),
        Type::Set(element) => format!("set of {}", plural(element)),
        Type::Map(element) => format!("map of {}", plural(element)),
        Type::Object(_) => "object".to_owned(),
        Type::Tuple(_) => "tuple".to_owned(),
    }
}

fn plural(ty: &Type) -> String {
    match ty {
        Type::List(element) => format!("lists of {}", plural(element)),
        Type::Set(element) => format!("sets of {}", plural(element)),
        Type::Map(element) => format!("maps of {}", plural(element)),
        simple => format!("{}s", type_name(simple)),
    }
}

/// The least policy that the credentials need.
fn permissions(type_name: &str, actions: &[&str]) -> String {
    let actions: Vec<_> = actions.iter().map(|it| format!("\"{it}\"")).collect();
    if actions.is_empty() {
        return String::new();
    }
    let version = if type_name.contains("_aws_") { "2012-10-17" } else { "1" };
    format!(
        "## Permissions\n\nThe credentials need no more than this:\n\n```json\n{{\n  \"Version\": \
         \"{version}\",\n  \"Statement\": [\n    {{\n      \"Effect\": \"Allow\",\n      \
         \"Action\": [{}],\n      \"Resource\": \"*\"\n    }}\n  ]\n}}\n```\n",
        actions.join(", ")
    )
}
