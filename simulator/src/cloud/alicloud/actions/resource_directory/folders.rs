//! Folders and member accounts.

use serde_json::{Value, json};

use super::{absent, conflict, manage, page, write};
use crate::cloud::alicloud::role_session::mandatory;
use crate::cloud::alicloud::{RESOURCE_MANAGER, joined, to_json};
use crate::cloud::{Action, Call, VendorError};
use crate::world::World;
use crate::world::access::Account;
use crate::world::alicloud::{Folder, MAX_LEVELS, Member, ResourceDirectory, TargetType};

pub(in super::super) const CREATE_FOLDER: Action = Action {
    parameters: &["FolderName", "ParentFolderId"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "CreateFolder",
        |_| vec!["resourcemanager:CreateFolder"],
        create_folder,
    )
};

pub(in super::super) const GET_FOLDER: Action = Action {
    parameters: &["FolderId"],
    ..Action::new(&RESOURCE_MANAGER, "GetFolder", |_| vec!["resourcemanager:GetFolder"], get_folder)
};

pub(in super::super) const LIST_FOLDERS: Action = Action {
    parameters: &["PageNumber", "PageSize", "ParentFolderId"],
    unsimulated: &["QueryKeyword"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "ListFoldersForParent",
        |_| vec!["resourcemanager:ListFoldersForParent"],
        list_folders,
    )
};

pub(in super::super) const LIST_ANCESTORS: Action = Action {
    parameters: &["ChildId"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "ListAncestors",
        |_| vec!["resourcemanager:ListAncestors"],
        list_ancestors,
    )
};

pub(in super::super) const GET_ACCOUNT: Action = Action {
    parameters: &["AccountId"],
    unsimulated: &["IncludeTags"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "GetAccount",
        |_| vec!["resourcemanager:GetAccount"],
        get_account,
    )
};

pub(in super::super) const LIST_ACCOUNTS: Action = Action {
    parameters: &["PageNumber", "PageSize"],
    unsimulated: &["IncludeTags", "Tag.N.Key", "Tag.N.Value"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "ListAccounts",
        |_| vec!["resourcemanager:ListAccounts"],
        |call, world| list_accounts(call, world, None),
    )
};

pub(in super::super) const LIST_ACCOUNTS_FOR_PARENT: Action = Action {
    parameters: &["PageNumber", "PageSize", "ParentFolderId"],
    unsimulated: &["IncludeTags", "QueryKeyword", "Tag.N.Key", "Tag.N.Value"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "ListAccountsForParent",
        |_| vec!["resourcemanager:ListAccountsForParent"],
        |call, world| list_accounts(call, world, Some(mandatory(call, "ParentFolderId")?)),
    )
};

pub(in super::super) const MOVE_ACCOUNT: Action = Action {
    parameters: &["AccountId", "DestinationFolderId"],
    ..Action::new(
        &RESOURCE_MANAGER,
        "MoveAccount",
        |_| vec!["resourcemanager:MoveAccount"],
        move_account,
    )
};

fn check_folder(id: &str, directory: &ResourceDirectory) -> Result<(), VendorError> {
    match directory.target_type(id) {
        Some(TargetType::Root | TargetType::Folder) => Ok(()),
        _ => Err(absent("Folder", "The specified folder does not exist.")),
    }
}

fn folder_view(id: &str, directory: &ResourceDirectory) -> Value {
    let folder = directory.folders.iter().find(|folder| folder.id == id);
    json!({
        "FolderId": id,
        "FolderName": folder.map_or("root", |folder| &folder.name),
        "CreateTime": folder.map_or_else(
            || "2024-01-01T00:00:00.000Z".to_owned(),
            |folder| folder.created_at.with_milliseconds(),
        ),
    })
}

/// Writes where something is: `rd-…/r-…/fd-…/…`.
fn path(id: &str, directory: &ResourceDirectory) -> String {
    let mut parts = vec![directory.id.as_str()];
    parts.extend(directory.ancestors(id));
    parts.push(id);
    parts.join("/")
}

fn member_view(member: &Member, accounts: &[Account], directory: &ResourceDirectory) -> Value {
    let account = accounts.iter().find(|account| account.id == member.account);
    let time = member.joined_at.with_milliseconds();
    json!({
        "AccountId": member.account,
        "DisplayName": account.map_or("", |account| &account.name),
        "FolderId": directory.parent(&member.account),
        "JoinMethod": "created",
        "JoinTime": time,
        "ModifyTime": time,
        "Status": "CreateSuccess",
        "Type": "ResourceAccount",
        "ResourceDirectoryId": directory.id,
        "ResourceDirectoryPath": path(&member.account, directory),
    })
}

fn create_folder(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let name = mandatory(call, "FolderName")?;
    let directory = write(call, world)?;
    let parent = call.parameters.get("ParentFolderId").unwrap_or(&directory.root).to_owned();
    check_folder(&parent, directory)?;
    if directory.ancestors(&parent).len() >= MAX_LEVELS {
        let message = "The number of folder levels exceeds the limit.";
        return Err(conflict("LimitExceeded.FolderDepth", message));
    }
    let is_taken = |folder: &Folder| {
        folder.name == name && directory.parent(&folder.id) == Some(parent.as_str())
    };
    if directory.folders.iter().any(is_taken) {
        let message = "The specified folder name already exists.";
        return Err(conflict("EntityAlreadyExists.Folder", message));
    }
    let random: String = std::iter::repeat_with(fastrand::alphanumeric).take(10).collect();
    let id = format!("fd-{random}");
    let folder = Folder {
        id: id.clone(),
        name: name.to_owned(),
        parent: parent.clone(),
        created_at: call.now,
    };
    directory.folders.push(folder);
    directory.begin_write(&call.request_id, call.now);
    let view = joined(folder_view(&id, directory), json!({"ParentFolderId": parent}));
    Ok(to_json(call, json!({"Folder": view})))
}

fn get_folder(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let id = mandatory(call, "FolderId")?;
    let directory = manage(call, world)?;
    check_folder(id, directory)?;
    let more = json!({
        "ParentFolderId": directory.parent(id).unwrap_or_default(),
        "ResourceDirectoryPath": path(id, directory),
    });
    let view = joined(folder_view(id, directory), more);
    Ok(to_json(call, json!({"Folder": view})))
}

fn list_folders(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let directory = manage(call, world)?;
    let parent = call.parameters.get("ParentFolderId").unwrap_or(&directory.root);
    check_folder(parent, directory)?;
    let children =
        directory.folders.iter().filter(|folder| directory.parent(&folder.id) == Some(parent));
    let views: Vec<Value> = children.map(|folder| folder_view(&folder.id, directory)).collect();
    Ok(to_json(call, page(call, "Folders", "Folder", &views)?))
}

fn list_ancestors(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let child = mandatory(call, "ChildId")?;
    let directory = manage(call, world)?;
    if directory.target_type(child).is_none() {
        return Err(absent("Child", "The specified child does not exist."));
    }
    let above = directory.ancestors(child);
    let views: Vec<Value> = above.into_iter().map(|id| folder_view(id, directory)).collect();
    Ok(to_json(call, json!({"Folders": {"Folder": views}})))
}

fn get_account(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let id = mandatory(call, "AccountId")?;
    let accounts = world.alicloud.accounts.clone();
    let directory = manage(call, world)?;
    let found = directory.members.iter().find(|member| member.account == id);
    let member = found.ok_or_else(unknown_account)?;
    Ok(to_json(call, json!({"Account": member_view(member, &accounts, directory)})))
}

fn unknown_account() -> VendorError {
    absent("Account", "The specified account does not exist.")
}

/// Lists the members of a folder, or of all.
fn list_accounts(
    call: &Call,
    world: &mut World,
    parent: Option<&str>,
) -> Result<String, VendorError> {
    let accounts = world.alicloud.accounts.clone();
    let directory = manage(call, world)?;
    if let Some(parent) = parent {
        check_folder(parent, directory)?;
    }
    let is_meant =
        |member: &&Member| parent.is_none() || directory.parent(&member.account) == parent;
    let members = directory.members.iter().filter(is_meant);
    let views: Vec<Value> =
        members.map(|member| member_view(member, &accounts, directory)).collect();
    Ok(to_json(call, page(call, "Accounts", "Account", &views)?))
}

/// Moves a member, which from then on is bound by the control policies of other folders.
fn move_account(call: &Call, world: &mut World) -> Result<String, VendorError> {
    let (id, folder) = (mandatory(call, "AccountId")?, mandatory(call, "DestinationFolderId")?);
    let directory = write(call, world)?;
    check_folder(folder, directory)?;
    let found = directory.members.iter_mut().find(|member| member.account == id);
    folder.clone_into(&mut found.ok_or_else(unknown_account)?.folder);
    directory.begin_write(&call.request_id, call.now);
    Ok(to_json(call, json!({})))
}
