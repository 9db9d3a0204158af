//! Accounts: `CreateAccount`, `DescribeCreateAccountStatus`, `ListAccounts`, `ListAccountsForParent`.
//!
//! A new account is there at once, in the root, without access keys. Its creation is asked for by the
//! id that follows from the account's.

use serde_json::{Value, json};

use super::units::{check_parent, path};
use super::{administer, arn, check_alone, exception, invalid, manage, mandatory, page, text};
use crate::cloud::aws::ORGANIZATIONS;
use crate::cloud::{Action, Call, VendorError};
use crate::timestamp::Timestamp;
use crate::world::World;
use crate::world::access::Account;
use crate::world::aws::{MemberAccount, Organization};

pub(in super::super) const CREATE: Action = Action {
    parameters: &["AccountName", "Email"],
    unsimulated: &["IamUserAccessToBilling", "RoleName", "Tags.N.Key", "Tags.N.Value"],
    ..Action::new(&ORGANIZATIONS, "CreateAccount", |_| vec!["organizations:CreateAccount"], create)
};

pub(in super::super) const CREATION_STATUS: Action = Action {
    parameters: &["CreateAccountRequestId"],
    ..Action::new(
        &ORGANIZATIONS,
        "DescribeCreateAccountStatus",
        |_| vec!["organizations:DescribeCreateAccountStatus"],
        creation_status,
    )
};

pub(in super::super) const LIST: Action = Action {
    parameters: &["MaxResults", "NextToken"],
    ..Action::new(
        &ORGANIZATIONS,
        "ListAccounts",
        |_| vec!["organizations:ListAccounts"],
        |call, world| list(call, world, None),
    )
};

pub(in super::super) const LIST_FOR_PARENT: Action = Action {
    parameters: &["MaxResults", "NextToken", "ParentId"],
    ..Action::new(
        &ORGANIZATIONS,
        "ListAccountsForParent",
        |_| vec!["organizations:ListAccountsForParent"],
        |call, world| list(call, world, Some(mandatory(call, "ParentId")?)),
    )
};

const CREATION_PREFIX: &str = "car-";

/// Writes how far the creation of an account is.
fn creation_view(account: &Account, state: &str, time: Timestamp) -> Value {
    let mut view = json!({
        "Id": format!("{CREATION_PREFIX}{}", account.id),
        "AccountName": account.name,
        "State": state,
        "RequestedTimestamp": time.unix(),
    });
    if let Some(fields) = view.as_object_mut().filter(|_| state == "SUCCEEDED") {
        fields.insert("AccountId".to_owned(), json!(account.id));
        fields.insert("CompletedTimestamp".to_owned(), json!(time.unix()));
    }
    json!({"CreateAccountStatus": view})
}

fn create(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (email, name) = (text(call, "Email", 6..=64)?, text(call, "AccountName", 1..=50)?);
    if !email.split_once('@').is_some_and(|(_, host)| host.contains('.')) {
        return Err(invalid("INVALID_EMAIL_ADDRESS_TARGET", "The email address is not valid."));
    }
    let organization = manage(call, world)?;
    check_alone(call, organization)?;
    let id = fastrand::u64(100_000_000_000..=999_999_999_999).to_string();
    let (account, joined_at) = (Account::new(id.clone(), name), call.now);
    organization.members.push(MemberAccount { account: id, parent: String::new(), joined_at });
    organization.begin_write(&call.request_id, call.now);
    let view = creation_view(&account, "IN_PROGRESS", call.now);
    world.aws.accounts.push(account);
    Ok(view.to_string())
}

fn creation_status(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let request = mandatory(call, "CreateAccountRequestId")?;
    let accounts = world.aws.accounts.clone();
    let organization = administer(call, world)?;
    let id = request.strip_prefix(CREATION_PREFIX).unwrap_or_default();
    let member = organization.members.iter().find(|member| member.account == id);
    let account = accounts.iter().find(|account| account.id == id);
    let (member, account) = member.zip(account).ok_or_else(|| {
        let message = "You specified a create account request that doesn't exist.";
        exception("CreateAccountStatusNotFoundException", message)
    })?;
    Ok(creation_view(account, "SUCCEEDED", member.joined_at).to_string())
}

/// Lists the accounts of a root or unit, or all.
fn list(call: &Call, world: &mut World, parent: Option<&str>) -> Result<String, VendorError> {
    let (pages, accounts) = (world.aws.pages, world.aws.accounts.clone());
    let organization = administer(call, world)?;
    if let Some(parent) = parent {
        check_parent(parent, organization)?;
    }
    let members = organization.members.iter();
    let members = members.map(|member| (member.account.as_str(), member.joined_at, "CREATED"));
    let management =
        (organization.management_account.as_str(), Timestamp::from_unix(1_704_067_200), "INVITED");
    let all = members.chain([management]);
    let meant = all.filter(|(id, ..)| parent.is_none() || organization.parent(id) == parent);
    let views = meant.map(|(id, joined_at, method)| {
        let account = accounts.iter().find(|account| account.id == id);
        view(call, organization, account, id, (joined_at, method))
    });
    page(call, "Accounts", &views.collect::<Vec<_>>(), pages)
}

fn view(
    call: &Call,
    organization: &Organization,
    account: Option<&Account>,
    id: &str,
    (joined_at, method): (Timestamp, &str),
) -> Value {
    json!({
        "Id": id,
        "Arn": arn(call, organization, "account", id),
        "Email": format!("{id}@simulator.invalid"),
        "Name": account.map_or("", |account| &account.name),
        "Status": "ACTIVE",
        "State": "ACTIVE",
        "Paths": [path(id, organization)],
        "JoinedMethod": method,
        "JoinedTimestamp": joined_at.unix(),
    })
}
