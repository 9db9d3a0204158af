//! No secret in anything that a run leaves behind, wherever credentials come from.
//!
//! `alicloud` and `aws` list the sources, each with secrets that are found nowhere else; `echo`
//! is a server that repeats what it is told; `search` looks through all that a run has printed
//! and written, Terraform's trace log and saved plans included. Sessions that the simulated clouds
//! hand out are searched for as well.
//!
//! What Terraform itself keeps is no leak of ours: a saved plan has the configuration and the
//! values of variables, so a secret belongs into the environment, a profile or, from Terraform
//! 1.10 on, an ephemeral variable. An external id is no secret: AWS says so, and shows it.

mod alicloud;
mod aws;
mod echo;
mod search;

use std::{collections::BTreeSet, fs, sync::Arc};

use imageguard_simulator::{AccessKey, Effect, Fault, IdentityToken, Simulator, World};

use self::{
    echo::{Echo, Manner},
    search::{Planted, Trace},
};
use crate::{
    harness::Workspace,
    plugin::toy,
    versions::{Version, on_versions},
};

on_versions!([terraform_1_8, on_the_path, terraform_1_15] keys_in_the_block_stay_secret);
on_versions!([terraform_1_8, on_the_path, terraform_1_15] a_token_in_the_block_stays_secret);
on_versions!([terraform_1_8, on_the_path, terraform_1_15] a_crash_tells_no_secret);
on_versions!([on_the_path, terraform_1_15] an_ephemeral_variable_leaves_nothing_at_all);

/// A source of credentials, with everything it is made of.
#[derive(Clone, Debug)]
pub(super) struct Source {
    name: &'static str,
    /// Lines of the cloud's object in the provider block.
    settings: String,
    /// Secrets that reach the block through variables, by name.
    variables: Vec<(&'static str, String)>,
    environment: Vec<(&'static str, String)>,
    files: Vec<(&'static str, String)>,
    /// Whether Terraform is told not to keep the variables.
    has_ephemeral_variables: bool,
    /// What the cloud has to know.
    keys: Vec<AccessKey>,
    tokens: Vec<IdentityToken>,
    authorization: Option<String>,
    /// What has to answer somewhere.
    server: Option<Arc<Echo>>,
    secrets: Vec<Planted>,
}

/// What differs between the clouds.
pub(super) struct Cloud {
    /// The object in the provider block, as in the types' names.
    block: &'static str,
    region: &'static str,
    /// The service that lists images, as in `endpoints`.
    images: &'static str,
    /// `assume_role` for a role that every source may assume, and for one that none may.
    role: &'static str,
    closed_role: &'static str,
    /// Sets up users, roles and tokens.
    populate: fn(&mut World, &[Source]),
    /// What the cloud calls a wrong signature, expired credentials, and a denial.
    complaints: [Manner; 3],
    /// The beginning of an answer of STS with these as key and token, in shapes nobody expects.
    strange_sessions: fn(&str, &str) -> [String; 2],
}

impl Source {
    fn new(name: &'static str, settings: impl Into<String>) -> Self {
        Self {
            name,
            settings: settings.into(),
            variables: Vec::new(),
            environment: Vec::new(),
            files: Vec::new(),
            has_ephemeral_variables: false,
            keys: Vec::new(),
            tokens: Vec::new(),
            authorization: None,
            server: None,
            secrets: Vec::new(),
        }
    }

    fn secret(mut self, what: &'static str, text: &str) -> Self {
        self.secrets.push(Planted::new(format!("{what} of {}", self.name), text));
        self
    }

    fn key(mut self, key: &AccessKey) -> Self {
        self.keys.push(key.clone());
        let token = key.token.clone();
        let source = self.secret("the key", &key.secret);
        token.into_iter().fold(source, |source, token| source.secret("the token", &token))
    }

    fn token(mut self, token: &IdentityToken) -> Self {
        self.tokens.push(token.clone());
        self.secret("the identity token", &token.token)
    }

    fn authorization(mut self, text: &str) -> Self {
        self.authorization = Some(text.to_owned());
        self.secret("the authorization", text)
    }

    /// Starts a server; `SERVER` in settings and environment stands for its address.
    fn server(mut self, manner: Manner) -> Self {
        self.server = Some(Arc::new(Echo::start(manner)));
        self
    }

    fn variable(mut self, name: &'static str, text: &str) -> Self {
        self.variables.push((name, text.to_owned()));
        self
    }

    fn environment(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// Adds a file; `HERE` in any text stands for the folder, `CLOUD` for the simulated cloud's
    /// host and port.
    fn file(mut self, name: &'static str, text: impl Into<String>) -> Self {
        self.files.push((name, text.into()));
        self
    }

    /// Makes a folder whose `main.tf` has these provider blocks and lookups.
    fn workspace(&self, simulator: &Simulator, configuration: &str, version: Version) -> Workspace {
        let mut text = "terraform {\n  required_providers {\n    imageguard = { source = \
                        \"imageguard/imageguard\" }\n  }\n}\n"
            .to_owned();
        for (name, _) in &self.variables {
            let ephemeral = self.has_ephemeral_variables;
            text += &format!(
                "variable \"{name}\" {{\n  type = string\n  sensitive = true\n{}}}\n",
                if ephemeral { "  ephemeral = true\n" } else { "" }
            );
        }
        let run = Workspace::new(&(text + configuration)).on_version(version);
        let temporary = run.path("tmp");
        fs::create_dir(&temporary).unwrap();
        let url = simulator.url();
        let mut run = run
            .variable("TMPDIR", temporary)
            .variable("TF_LOG", "trace")
            .variable("TF_LOG_PROVIDER", "trace")
            .variable("TF_LOG_PATH", "trace.log")
            .variable("ALIBABA_CLOUD_ENDPOINT_ECS", &url)
            .variable("ALIBABA_CLOUD_ENDPOINT_STS", &url)
            .variable("AWS_ENDPOINT_URL", &url);
        let here = run.path("").to_str().unwrap().trim_end_matches('/').to_owned();
        let server = self.server.as_ref().map(|server| server.url()).unwrap_or_default();
        let fill = |text: &str| {
            let text = text.replace("HERE", &here).replace("CLOUD", &simulator.endpoint());
            text.replace("SERVER", &server)
        };
        for (name, value) in &self.environment {
            run = run.variable(name, fill(value));
        }
        for (name, value) in self.values(simulator) {
            run = run.variable(&format!("TF_VAR_{name}"), value);
        }
        for (name, text) in &self.files {
            run.write(name, &fill(text));
        }
        run
    }
}

impl Source {
    /// Returns the values of the variables.
    fn values(&self, simulator: &Simulator) -> Vec<(&'static str, String)> {
        let fill = |text: &str| text.replace("CLOUD", &simulator.endpoint());
        self.variables.iter().map(|(name, value)| (*name, fill(value))).collect()
    }

    /// Returns the variables that Terraform keeps in a plan.
    fn kept_values(&self, simulator: &Simulator) -> Vec<(&'static str, String)> {
        let values = self.values(simulator);
        values.into_iter().filter(|_| !self.has_ephemeral_variables).collect()
    }
}

impl Cloud {
    fn start(&self, sources: &[Source]) -> Simulator {
        let simulator = crate::clouds::world(
            [crate::clouds::golden_image("m-golden", 9)],
            [crate::clouds::golden_ami("ami-00000000000000a1", 9)],
        );
        let simulator = Simulator::start(simulator);
        simulator.edit(|world| (self.populate)(world, sources));
        simulator
    }

    /// A provider block and a lookup with it, for each of these settings.
    fn lookups(&self, settings: &[String]) -> String {
        let lookups = settings.iter().enumerate();
        lookups.map(|(index, settings)| self.lookup(&format!("it{index}"), settings)).collect()
    }

    /// A provider block and a lookup with it, as `name`.
    fn lookup(&self, name: &str, settings: &str) -> String {
        let Self { block, region, .. } = self;
        format!(
            r#"
provider "imageguard" {{
  alias       = "{name}"
  golden_tags = {{ status = ["approved"] }}
  {block} = {{
    region          = "{region}"
    max_retries     = 0
    request_timeout = "20s"
    {settings}
  }}
}}
data "imageguard_{block}_image" "{name}" {{
  provider = imageguard.{name}
}}
"#
        )
    }
}

/// Everything that a run has left behind, looked through for everything it knew.
fn check(source: &Source, simulator: &Simulator, run: &Workspace, traces: Vec<Trace>) {
    let found = leaks(source, simulator, run, traces);
    assert!(found.is_empty(), "{}: {found:#?}", source.name);
}

fn leaks(
    source: &Source,
    simulator: &Simulator,
    run: &Workspace,
    mut traces: Vec<Trace>,
) -> BTreeSet<String> {
    let (planted, kept) = (planted_files(source, run), source.kept_values(simulator));
    traces.extend(search::files(&run.path(""), &planted, &kept));
    let log = traces.iter().find(|trace| trace.place.ends_with("trace.log")).unwrap();
    assert!(log.text.contains("provider.terraform-provider-"), "the plugin has logged nothing");
    search::found(&[source.secrets.clone(), sessions(simulator)].concat(), &traces)
}

/// The secrets of the sessions that the simulated clouds have handed out.
fn sessions(simulator: &Simulator) -> Vec<Planted> {
    let keys = simulator.edit(|world| {
        let both = world.alicloud.access_keys.iter().chain(&world.aws.access_keys);
        both.filter(|key| key.session.is_some()).cloned().collect::<Vec<_>>()
    });
    let planted = keys.iter().flat_map(|AccessKey { secret, token, principal, .. }| {
        let who = principal.arn();
        [
            Planted::new(format!("the session key of {who}"), secret),
            Planted::new(format!("the session token of {who}"), token.as_deref().unwrap()),
        ]
    });
    planted.collect()
}

/// The files that were put there, which do hold secrets.
fn planted_files(source: &Source, run: &Workspace) -> BTreeSet<String> {
    let names = source.files.iter().map(|(name, _)| *name).chain(["main.tf"]);
    names.map(|name| run.path(name).to_str().unwrap().to_owned()).collect()
}

/// Runs a command; what it prints is a trace.
fn traced(run: &Workspace, arguments: &[&str], succeeds: bool) -> Trace {
    let output = run.terraform(arguments);
    assert_eq!(output.success, succeeds, "{arguments:?}:\n{}", output.text);
    Trace::new(format!("the output of {arguments:?}"), output.text.as_bytes())
}

/// Plans and applies with a role on top, which works.
fn works(cloud: &Cloud, source: &Source, simulator: &Simulator, version: Version) {
    let run = applied(cloud, source, simulator, version);
    check(source, simulator, &run.0, run.1);
}

fn applied(
    cloud: &Cloud,
    source: &Source,
    simulator: &Simulator,
    version: Version,
) -> (Workspace, Vec<Trace>) {
    let settings = format!("{}\n{}", source.settings, cloud.role);
    let configuration = cloud.lookup("it", &settings)
        + &format!(
            "resource \"terraform_data\" \"it\" {{\n  input = data.imageguard_{}_image.it.id\n}}\n",
            cloud.block
        );
    let run = source.workspace(simulator, &configuration, version);
    let traces = vec![
        traced(&run, &["plan", "-no-color", "-out=saved"], true),
        traced(&run, &["apply", "-no-color", "saved"], true),
    ];
    (run, traces)
}

/// Plans with a source that works, against services that repeat what they are told, and with a
/// role that is refused.
fn is_repeated(cloud: &Cloud, source: &Source, simulator: &Simulator) {
    let at_images = Echo::start(Manner::HtmlPage);
    let [_, _, denial] = &cloud.complaints;
    let at_sts = Echo::start(denial.clone());
    let Source { settings, .. } = source;
    let (images, role, closed_role) = (cloud.images, cloud.role, cloud.closed_role);
    let lookups = [
        format!("{settings}\nendpoints = {{ {images} = \"{}\" }}", at_images.url()),
        format!("{settings}\nendpoints = {{ sts = \"{}\" }}\n{role}", at_sts.url()),
        format!("{settings}\n{closed_role}"),
    ];
    let run = source.workspace(simulator, &cloud.lookups(&lookups), Version::OnThePath);
    let plan = run.terraform(&["plan", "-no-color"]);
    assert_eq!(plan.text.matches("Error: ").count(), lookups.len(), "{}", plan.text);
    check(source, simulator, &run, vec![Trace::new("the plan's output", plan.text.as_bytes())]);
}

/// Plans against everything that can go wrong with the cloud's own services, at once.
fn fails(cloud: &Cloud, source: &Source, simulator: &Simulator, version: Version) {
    let [key, token] = ["a key nobody expects", "a token nobody expects"].map(|it| (it, secret()));
    let pages = [Manner::Page, Manner::HtmlPage, Manner::JsonPage];
    let places = pages.into_iter().chain(cloud.complaints.clone());
    let strange = (cloud.strange_sessions)(&key.1, &token.1).map(Manner::Success);
    let at_images: Vec<_> = places.clone().map(Echo::start).collect();
    let at_sts: Vec<_> = places.chain(strange).map(Echo::start).collect();

    let mut source = source.clone();
    source.secrets.extend([key, token].map(|(what, text)| Planted::new(what, text)));
    let Source { settings, .. } = &source;
    let faulty = [Effect::Truncated, Effect::WrongTypes].map(|effect| {
        let faulty = cloud.start(&[source.clone()]);
        for action in ["AssumeRole", "AssumeRoleWithOIDC", "AssumeRoleWithWebIdentity"] {
            faulty.inject(Fault::new(effect.clone()).action(action));
        }
        faulty
    });
    let mut lookups = Vec::new();
    for echo in &at_images {
        let endpoint = format!("endpoints = {{ {} = \"{}\" }}", cloud.images, echo.url());
        lookups.push(format!("{settings}\n{endpoint}"));
        lookups.push(format!("{settings}\n{endpoint}\n{}", cloud.role));
    }
    for url in at_sts.iter().map(Echo::url).chain(faulty.iter().map(Simulator::url)) {
        lookups.push(format!("{settings}\nendpoints = {{ sts = \"{url}\" }}\n{}", cloud.role));
    }
    lookups.push(format!("{settings}\n{}", cloud.closed_role));
    let run = source.workspace(simulator, &cloud.lookups(&lookups), version);
    let plan = run.terraform(&["plan", "-no-color", "-parallelism=4"]);
    assert_eq!(plan.text.matches("Error: ").count(), lookups.len(), "{}", plan.text);
    let traces = vec![
        Trace::new("the output of plan", plan.text.as_bytes()),
        traced(&run, &["plan", "-json", "-parallelism=4"], false),
    ];
    let mut found = leaks(&source, simulator, &run, traces);
    for faulty in &faulty {
        let sessions = Source { secrets: sessions(faulty), ..source.clone() };
        found.extend(leaks(&sessions, faulty, &run, Vec::new()));
    }
    assert!(found.is_empty(), "{}: {found:#?}", source.name);
}

/// Plans with a source that gives nothing itself.
fn gives_nothing(cloud: &Cloud, source: &Source, simulator: &Simulator) {
    let configuration = cloud.lookup("it", &source.settings);
    let run = source.workspace(simulator, &configuration, Version::OnThePath);
    let traces =
        vec![traced(&run, &["plan", "-no-color"], false), traced(&run, &["plan", "-json"], false)];
    check(source, simulator, &run, traces);
}

/// A text that looks like a key, and has characters that every encoding writes otherwise.
fn secret() -> String {
    let random = || std::iter::repeat_with(fastrand::alphanumeric).take(24).collect::<String>();
    format!("{}+/{}=", random(), random())
}

fn named(sources: &[Source], name: &str) -> Source {
    sources.iter().find(|source| source.name == name).unwrap().clone()
}

fn keys_in_the_block_stay_secret(version: Version) {
    for (cloud, sources) in [(alicloud::CLOUD, alicloud::sources()), (aws::CLOUD, aws::sources())] {
        let simulator = cloud.start(&sources);
        let source = named(&sources, "the block");
        let (run, mut traces) = applied(&cloud, &source, &simulator, version);
        let shown = run.terraform(&["show", "-json", "saved"]).text;
        let shown = search::without_variables(&shown);
        traces.push(Trace::new("the plan as JSON", shown.as_bytes()));
        let commands: [&[&str]; 4] = [
            &["show", "-no-color", "saved"],
            &["show", "-json"],
            &["plan", "-json"],
            // Leaves a backup of the state.
            &["apply", "-no-color", "-auto-approve", "-destroy"],
        ];
        traces.extend(commands.map(|arguments| traced(&run, arguments, true)));
        assert!(run.path("terraform.tfstate.backup").exists());
        check(&source, &simulator, &run, traces);
    }
}

fn a_token_in_the_block_stays_secret(version: Version) {
    for (cloud, sources) in [(alicloud::CLOUD, alicloud::sources()), (aws::CLOUD, aws::sources())] {
        let simulator = cloud.start(&sources);
        fails(&cloud, &named(&sources, "a token in the block"), &simulator, version);
    }
}

#[test]
fn no_source_of_alibaba_cloud_that_works_leaves_a_secret() {
    let (cloud, sources) = (alicloud::CLOUD, alicloud::sources());
    let simulator = cloud.start(&sources);
    sources.iter().for_each(|source| works(&cloud, source, &simulator, Version::OnThePath));
}

#[test]
fn no_source_of_aws_that_works_leaves_a_secret() {
    let (cloud, sources) = (aws::CLOUD, aws::sources());
    let simulator = cloud.start(&sources);
    sources.iter().for_each(|source| works(&cloud, source, &simulator, Version::OnThePath));
}

#[test]
fn no_call_to_alibaba_cloud_that_fails_tells_a_secret() {
    let (cloud, sources) = (alicloud::CLOUD, alicloud::sources());
    let simulator = cloud.start(&sources);
    sources.iter().for_each(|source| is_repeated(&cloud, source, &simulator));
}

#[test]
fn no_call_to_aws_that_fails_tells_a_secret() {
    let (cloud, sources) = (aws::CLOUD, aws::sources());
    let simulator = cloud.start(&sources);
    sources.iter().for_each(|source| is_repeated(&cloud, source, &simulator));
}

#[test]
fn no_broken_source_of_alibaba_cloud_tells_a_secret() {
    let (cloud, simulator) = (alicloud::CLOUD, alicloud::CLOUD.start(&[]));
    let sources = alicloud::broken_sources();
    sources.iter().for_each(|source| gives_nothing(&cloud, source, &simulator));
}

#[test]
fn no_broken_source_of_aws_tells_a_secret() {
    let (cloud, simulator) = (aws::CLOUD, aws::CLOUD.start(&[]));
    let sources = aws::broken_sources();
    sources.iter().for_each(|source| gives_nothing(&cloud, source, &simulator));
}

/// Terraform does not keep an ephemeral variable: nothing is left out of the search here.
fn an_ephemeral_variable_leaves_nothing_at_all(version: Version) {
    for (cloud, sources) in [(alicloud::CLOUD, alicloud::sources()), (aws::CLOUD, aws::sources())] {
        let simulator = cloud.start(&sources);
        let source = named(&sources, "a token in the block");
        let source = Source { has_ephemeral_variables: true, ..source };
        works(&cloud, &source, &simulator, version);
    }
}

/// The plugin layer's own test provider says its token, in a panic and in an error.
fn a_crash_tells_no_secret(version: Version) {
    let token = Planted::new("the toy's token", secret());
    let run = toy(r#"
        variable "token" {
          sensitive = true
        }
        provider "toy" {
          token = var.token
        }
        data "toy_echo" "panic" {
          behave = "panic"
        }
        data "toy_echo" "fail" {
          behave = "fail"
        }
        "#)
    .on_version(version)
    .variable("TF_VAR_token", &token.text)
    .variable("TF_LOG", "trace")
    .variable("TF_LOG_PATH", "trace.log");
    let said = run.terraform(&["plan", "-no-color"]).text;
    for part in ["told to panic, token (secret)", "Token (secret).", "plugin crashed!"] {
        assert!(said.contains(part), "no `{part}` in:\n{said}");
    }
    let mut traces = vec![
        Trace::new("the output of plan", said.as_bytes()),
        traced(&run, &["plan", "-json"], false),
    ];
    traces.extend(search::files(&run.path(""), &BTreeSet::new(), &[]));
    let found = search::found(&[token], &traces);
    assert!(found.is_empty(), "{found:#?}");
}

/// The search is worth something: it finds a secret in all the places where Terraform is made to
/// leave one, and in every form.
#[test]
fn the_search_finds_a_secret_that_is_there() {
    let planted = Planted::new("the secret", secret());
    let run = Workspace::new(
        "variable \"it\" {}\nresource \"terraform_data\" \"it\" {\n  input = var.it\n}\n",
    )
    .variable("TF_LOG", "trace")
    .variable("TF_LOG_PATH", "trace.log");
    let variable = format!("-var=it={}", planted.text);
    let plan = run.terraform(&["plan", "-out=saved", &variable]);
    assert!(plan.success, "{}", plan.text);
    traced(&run, &["apply", "saved"], true);
    traced(&run, &["apply", "-auto-approve", "-destroy", &variable], true);
    let folder = run.path("");
    let mut traces = search::files(&folder, &BTreeSet::new(), &[("it", planted.text.clone())]);
    traces.push(Trace::new("the output", plan.text.as_bytes()));
    let found = search::found(std::slice::from_ref(&planted), &traces);
    let places = ["tfplan of", "terraform.tfstate.backup", "trace.log", "the output"];
    for place in places {
        assert!(found.iter().any(|it| it.contains(place)), "nothing in {place}: {found:#?}");
    }
    for form in search::forms(&planted.text) {
        let traces = [Trace::new("a form", form.as_bytes())];
        let found = search::found(std::slice::from_ref(&planted), &traces);
        assert_eq!(found.len(), 1, "{form}");
    }
}
