//! IAM (2010-05-08): managed policies, their versions, tags and attachments, and as many operations on
//! users, groups and roles as a test needs to have some.
//!
//! Sources: the pages of the operations, "IAM and AWS STS quotas", botocore's model (1.44.5). Messages
//! are those that users report where they are known (five versions: 99designs/iamy issue 21; deleting a
//! policy with versions: rebuy-de/aws-nuke issue 1). Guesses, because nothing is written: existence
//! before conflicts and quotas, that the policies of other accounts do not exist for a caller
//! (`NoSuchEntity`), the code for changing AWS's own (`InvalidInput`), and the code for reserved tags.
//! The documents that are returned are those that were sent.

pub(super) mod attachments;
pub(super) mod identities;
pub(super) mod policies;
pub(super) mod tags;
pub(super) mod versions;

use crate::cloud::aws::paging::Place;
use crate::cloud::aws::partition;
use crate::cloud::aws::role_session::{invalid, mandatory};
use crate::cloud::aws::xml::Xml;
use crate::cloud::{Call, Touched, VendorError};
use crate::parameters::encode;
use crate::policy::aws::{Document, Kind};
use crate::timestamp::Timestamp;
use crate::world::World;
use crate::world::aws::{AWS_POLICIES, Aws, Policy, aws_document};
use crate::world::catalog::shuffled_rank;

/// Most characters of a document that are not white space.
const LONGEST_DOCUMENT: usize = 6144;

/// What names may hold besides letters, digits and `_`.
const NAME_MARKS: &str = "_+=,.@-";

/// Says that something does not exist.
fn absent(message: impl Into<String>) -> VendorError {
    VendorError::new(404, "NoSuchEntity", message)
}

/// Says that something has that name already.
fn taken(message: impl Into<String>) -> VendorError {
    VendorError::new(409, "EntityAlreadyExists", message)
}

/// Says that something is too many or too long.
fn over_limit(message: impl Into<String>) -> VendorError {
    VendorError::new(409, "LimitExceeded", message)
}

/// Says that something is in the way of a deletion.
fn conflict(message: impl Into<String>) -> VendorError {
    VendorError::new(409, "DeleteConflict", message)
}

/// Refuses an argument that has the right form.
fn wrong_input(message: impl Into<String>) -> VendorError {
    VendorError::new(400, "InvalidInput", message)
}

/// Reads a name of at most this many characters.
fn read_name<'a>(call: &'a Call, parameter: &str, longest: usize) -> Result<&'a str, VendorError> {
    let name = mandatory(call, parameter)?;
    let is_fine =
        |character: char| character.is_ascii_alphanumeric() || NAME_MARKS.contains(character);
    if name.is_empty() || name.len() > longest {
        return Err(invalid(format!(
            "1 validation error detected: Value '{name}' at '{parameter}' failed to satisfy \
             constraint: Member must have length between 1 and {longest}"
        )));
    }
    match name.chars().all(is_fine) {
        true => Ok(name),
        false => Err(invalid(format!(
            "The specified value for {parameter} is invalid. It must contain only alphanumeric \
             characters and/or the following: +=,.@_-"
        ))),
    }
}

/// Reads a path such as `/images/`; an absent one is `/`.
fn read_path<'a>(call: &'a Call, parameter: &str) -> Result<&'a str, VendorError> {
    let path = call.parameters.get(parameter).unwrap_or("/");
    let parts = path.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let is_fine = |part: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".,+@=_-".contains(&byte);
        !part.is_empty() && part.bytes().all(fits)
    };
    let is_path = path == "/" || parts.is_some_and(|parts| parts.split('/').all(is_fine));
    match is_path && path.len() <= 512 {
        true => Ok(path),
        false => Err(invalid(format!(
            "The specified value for {parameter} is invalid. It must begin and end with / and \
             contain only alphanumeric characters and/or / characters."
        ))),
    }
}

/// Reads `PolicyDocument`, as it is.
fn read_document(call: &Call) -> Result<&str, VendorError> {
    let document = mandatory(call, "PolicyDocument")?;
    let is_fine = |character| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{ff}');
    if !document.chars().all(is_fine) {
        return Err(invalid(
            "The specified value for policyDocument is invalid. It must contain only printable \
             ASCII characters.",
        ));
    }
    Document::parse(document, Kind::Identity)
        .map_err(|reason| VendorError::new(400, "MalformedPolicyDocument", reason))?;
    if document.chars().filter(|character| !character.is_whitespace()).count() > LONGEST_DOCUMENT {
        return Err(over_limit(format!("Cannot exceed quota for PolicySize: {LONGEST_DOCUMENT}")));
    }
    Ok(document)
}

/// Reads `true` or `false`; an absent parameter is `false`.
fn read_boolean(call: &Call, name: &str) -> Result<bool, VendorError> {
    match call.parameters.get(name) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => Err(invalid(format!("{other} is no value for {name}"))),
    }
}

/// Reads one of the words a parameter can have.
fn read_word<'a>(
    call: &'a Call,
    name: &str,
    words: &[&str],
) -> Result<Option<&'a str>, VendorError> {
    let word = call.parameters.get(name);
    match word.filter(|word| !words.contains(word)) {
        None => Ok(word),
        Some(other) => Err(invalid(format!(
            "1 validation error detected: Value '{other}' at '{name}' failed to satisfy \
             constraint: Member must satisfy enum value set: [{}]",
            words.join(", ")
        ))),
    }
}

/// Reads `PolicyArn`.
fn read_arn(call: &Call) -> Result<&str, VendorError> {
    let arn = mandatory(call, "PolicyArn")?;
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let names_policy = matches!(*parts.as_slice(), ["arn", _, "iam", "", _, resource]
        if resource.starts_with("policy/"));
    match names_policy && (20..=2048).contains(&arn.len()) {
        true => Ok(arn),
        false => Err(wrong_input(format!("ARN {arn} is not valid."))),
    }
}

/// Makes the ARN of something of the caller's account; `resource` such as `policy/images/guard`.
fn own_arn(call: &Call, resource: &str) -> String {
    format!("arn:{}:iam::{}:{resource}", partition(call.key()), call.account())
}

/// Finds a policy of the caller's account to change it.
fn find<'w>(call: &Call, arn: &str, cloud: &'w mut Aws) -> Result<&'w mut Policy, VendorError> {
    if aws_document(arn).is_some() {
        return Err(wrong_input(format!("Policy {arn} is outside your own account.")));
    }
    let own = cloud.iam.policies.iter_mut().filter(|policy| policy.account() == call.account());
    own.into_iter().find(|policy| policy.arn == arn).ok_or_else(|| unknown(arn))
}

/// Finds a policy that the caller's account can use, for a reading that may not know it yet.
fn find_any(call: &Call, arn: &str, cloud: &mut Aws) -> Result<Policy, VendorError> {
    if let Some(policy) = aws_policy(arn) {
        return Ok(policy);
    }
    let known: Vec<String> = cloud.iam.policies.iter().map(|policy| policy.arn.clone()).collect();
    let seen = cloud.iam.unseen_policies.read(&known, |candidate| candidate == arn);
    match seen.is_empty() {
        true => Err(unknown(arn)),
        false => find(call, arn, cloud).cloned(),
    }
}

fn unknown(arn: &str) -> VendorError {
    absent(format!("Policy {arn} was not found."))
}

/// Returns a policy of AWS's own.
fn aws_policy(arn: &str) -> Option<Policy> {
    let document = aws_document(arn)?;
    let time = Timestamp::from_unix(1_423_240_766);
    Some(Policy::with_arn(arn.to_owned(), document.to_owned(), time))
}

/// Lists AWS's own policies, as they are named for the caller.
fn aws_policies(call: &Call) -> impl Iterator<Item = Policy> {
    let partition = partition(call.key()).to_owned();
    let arn = move |(name, _): (&str, &str)| format!("arn:{partition}:iam::aws:policy/{name}");
    AWS_POLICIES.into_iter().map(arn).filter_map(|arn| aws_policy(&arn))
}

/// Counts the users, groups and roles of the caller's account that have a policy.
fn count_attachments(call: &Call, arn: &str, cloud: &Aws) -> usize {
    let attached = cloud.iam.attachments.iter();
    attached
        .filter(|attachment| attachment.account == call.account() && attachment.policy == arn)
        .count()
}

/// Returns an id as IAM gives one: four letters that say what it is, then letters and digits.
fn id_of(prefix: &str, arn: &str) -> String {
    format!("{prefix}{:016X}", shuffled_rank(arn))
}

/// Says that a call touches a policy.
fn touched_policy(call: &Call, _: &World) -> Vec<Touched> {
    let arn = match (call.parameters.get("PolicyArn"), call.parameters.get("PolicyName")) {
        (Some(arn), _) => arn.to_owned(),
        (None, name) => {
            let path = call.parameters.get("Path").unwrap_or("/");
            own_arn(call, &format!("policy{path}{}", name.unwrap_or("*")))
        }
    };
    vec![Touched { arn, keys: Vec::new() }]
}

/// Writes the document of a policy as IAM returns it, in RFC 3986.
fn document_leaf(xml: &mut Xml, name: &str, document: &str) {
    xml.leaf(name, &encode(document));
}

/// Writes `<name><member>…</member>…</name>`, IAM's form of a list.
fn members<T>(
    xml: &mut Xml,
    name: &str,
    items: impl IntoIterator<Item = T>,
    mut content: impl FnMut(&mut Xml, T),
) {
    xml.within(name, |xml| {
        for item in items {
            xml.within("member", |xml| content(xml, item));
        }
    });
}

/// Cuts the page a call asks for out of a listing, and writes what says whether there are more.
fn page<'a, T>(
    call: &Call,
    cloud: &Aws,
    all: &'a [T],
    xml: &mut Xml,
) -> Result<&'a [T], VendorError> {
    let size = call.parameters.get("MaxItems").unwrap_or("100");
    let size = size.parse().ok().filter(|size| (1..=1000).contains(size)).ok_or_else(|| {
        invalid(format!(
            "1 validation error detected: Value '{size}' at 'maxItems' failed to satisfy \
             constraint: Member must have value between 1 and 1000"
        ))
    })?;
    let place = Place::read(call).map_err(|_| invalid("Invalid Marker."))?;
    let page = place.page(call, all.len(), Some(size), cloud.pages);
    xml.value("IsTruncated", page.next_token.is_some());
    xml.option("Marker", page.next_token.as_deref());
    Ok(all.get(page.items).unwrap_or_default())
}
