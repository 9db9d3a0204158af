//! Which images a `DescribeImages` request asks for.

use crate::cloud::alicloud::viewer::{Source, Viewer};
use crate::cloud::{Call, VendorError};
use crate::timestamp::Timestamp;
use crate::world::alicloud::{Alicloud, Image, Owner, Status};
use crate::world::catalog::shuffled_rank;

/// Most images a query by tags or resource group returns, over all pages.
const CAP: usize = 1000;

/// Most tags a query can name.
const MAX_TAGS: usize = 20;

/// A request's criteria, checked and ready to be held against images.
pub(super) struct Query<'a> {
    viewer: Viewer,
    region: &'a str,
    sources: Vec<Source>,
    owner_id: Option<u64>,
    /// `None` for all.
    statuses: Option<Vec<Status>>,
    usable: Option<bool>,
    cloud_init: Option<bool>,
    io_optimized: Option<bool>,
    tags: Vec<(&'a str, Option<&'a str>)>,
    /// One of these; empty for all.
    ids: Vec<&'a str>,
    equalities: Vec<Equality<'a>>,
    name_part: Option<&'a str>,
    snapshot_id: Option<&'a str>,
    created_from: Option<Timestamp>,
    created_until: Option<Timestamp>,
    capped: bool,
}

/// One property that must have one value.
struct Equality<'a> {
    property: fn(&Image) -> &str,
    value: &'a str,
}

impl<'a> Query<'a> {
    /// Reads and checks the parameters of a request.
    pub(super) fn read(call: &'a Call, cloud: &Alicloud) -> Result<Self, VendorError> {
        let text = |name| call.parameters.get(name).filter(|value| !value.is_empty());
        let tags = read_tags(call)?;
        let (created_from, created_until) = read_filters(call)?;
        if text("ActionType").is_some_and(|scenario| scenario != "CreateEcs") {
            return Err(VendorError::not_simulated("an `ActionType` other than `CreateEcs`"));
        }
        let capped = !tags.is_empty() || text("ResourceGroupId").is_some();
        Ok(Self {
            viewer: Viewer::of(call, cloud),
            region: &call.region,
            sources: read_sources(call)?,
            owner_id: read_owner_id(call)?,
            statuses: read_statuses(call)?,
            usable: optional_boolean(call, "Usable")?,
            cloud_init: optional_boolean(call, "IsSupportCloudinit")?,
            io_optimized: optional_boolean(call, "IsSupportIoOptimized")?,
            tags,
            ids: text("ImageId").map(|ids| ids.split(',').collect()).unwrap_or_default(),
            equalities: read_equalities(call)?,
            name_part: text("ImageName"),
            snapshot_id: text("SnapshotId"),
            created_from,
            created_until,
            capped,
        })
    }

    pub(super) fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// Counts the read, and from now on shows tags as the world's lag has it.
    pub(super) fn look_back(&mut self, call: &Call, cloud: &mut Alicloud) {
        self.viewer.look_back(call, &self.ids, cloud);
    }

    /// Returns a text that is the same for all pages of the query, and for nothing else.
    pub(super) fn cache_key(&self, call: &Call) -> String {
        let mut parameters = call.parameters.clone();
        for paging in ["PageNumber", "PageSize"] {
            parameters.take(paging);
        }
        let Viewer { account, sees_foreign_tags, past } = &self.viewer;
        format!("{account} {sees_foreign_tags} {past:?} {parameters:?}")
    }

    /// Returns the positions of matching images, in an order that means nothing.
    pub(super) fn select(&self, images: &[Image]) -> Vec<usize> {
        let matching = images.iter().enumerate().filter(|(_, image)| self.matches(image));
        let mut ranked: Vec<(u64, usize)> =
            matching.map(|(position, image)| (shuffled_rank(&image.id), position)).collect();
        ranked.sort_unstable();
        if self.capped {
            ranked.truncate(CAP);
        }
        ranked.into_iter().map(|(_, position)| position).collect()
    }

    fn matches(&self, image: &Image) -> bool {
        image.region == self.region
            && self.statuses.as_ref().is_none_or(|statuses| statuses.contains(&image.status))
            && self.viewer.source(image).is_some_and(|source| self.sources.contains(&source))
            && self.owner_id.is_none_or(|id| image.owner == Owner::Account(id))
            && self.usable.is_none_or(|usable| usable == is_usable(image))
            && self.cloud_init.is_none_or(|works| works == image.cloud_init)
            && self.io_optimized.is_none_or(|works| works == image.io_optimized)
            && self.has_tags(image)
            && (self.ids.is_empty() || self.ids.contains(&image.id.as_str()))
            && self.equalities.iter().all(|Equality { property, value }| property(image) == *value)
            && self.name_part.is_none_or(|part| image.name.contains(part))
            && self
                .snapshot_id
                .is_none_or(|id| image.disks.iter().any(|disk| disk.snapshot_id == id))
            && self.created_from.is_none_or(|from| image.created_at >= from)
            && self.created_until.is_none_or(|until| image.created_at <= until)
    }

    fn has_tags(&self, image: &Image) -> bool {
        let Some(tags) = self.viewer.tags(image) else { return self.tags.is_empty() };
        self.tags.iter().all(|(key, wanted)| {
            tags.get(*key).is_some_and(|value| wanted.is_none_or(|wanted| wanted == value))
        })
    }
}

/// Tells whether an instance can be made of the image at once; a deprecated one still can.
pub(super) fn is_usable(image: &Image) -> bool {
    matches!(image.status, Status::Available | Status::Deprecated)
}

fn read_sources(call: &Call) -> Result<Vec<Source>, VendorError> {
    let alias = call.parameters.get("ImageOwnerAlias").unwrap_or_default();
    if call.boolean("IsPublic")? {
        if alias == "others" {
            return Ok(vec![Source::Community]);
        }
        let message = "The specified ImageOwnerAlias must be others when IsPublic is true.";
        return Err(VendorError::new(
            400,
            "InvalidImageOwnerAlias.PublicImageUnsupported",
            message,
        ));
    }
    match alias {
        "" => Ok(vec![Source::System, Source::Own, Source::Shared]),
        "self" => Ok(vec![Source::Own]),
        "system" => Ok(vec![Source::System]),
        "others" => Ok(vec![Source::Shared]),
        "marketplace" => Ok(vec![Source::Marketplace]),
        _ => {
            let message = "The specified ImageOwnerAlias value is not supported.";
            Err(VendorError::new(400, "InvalidImageOwnerAlias.ValueNotSupported", message))
        }
    }
}

fn read_owner_id(call: &Call) -> Result<Option<u64>, VendorError> {
    let Some(text) = call.parameters.get("ImageOwnerId") else { return Ok(None) };
    if call.parameters.get("ImageOwnerAlias") != Some("others") {
        let message = "The parameter \"ImageOwnerId\" is not supported in this context, it is only \
                       valid when querying shared images or community images.";
        return Err(VendorError::new(400, "InvalidOperation.ImageOwnerIdUnsupported", message));
    }
    text.parse().map(Some).map_err(|_| call.invalid("ImageOwnerId", text))
}

fn read_statuses(call: &Call) -> Result<Option<Vec<Status>>, VendorError> {
    let Some(list) = call.parameters.get("Status") else {
        if call.parameters.get("Usable").is_some() {
            return Err(VendorError::new(
                400,
                "MissingParameter.Status",
                "Status is mandatory together with Usable.",
            ));
        }
        return Ok(Some(vec![Status::Available]));
    };
    if list == "ALL" {
        return Ok(None);
    }
    let parse = |word: &str| {
        Ok(match word {
            "Creating" => Status::Creating,
            "Waiting" => Status::Waiting,
            "Available" => Status::Available,
            "UnAvailable" => Status::UnAvailable,
            "CreateFailed" => Status::CreateFailed,
            "Deprecated" => Status::Deprecated,
            _ => return Err(call.invalid("Status", list)),
        })
    };
    list.split(',').map(parse).collect::<Result<_, _>>().map(Some)
}

fn read_tags(call: &Call) -> Result<Vec<(&str, Option<&str>)>, VendorError> {
    let indices = call.parameters.indices("Tag");
    if indices.len() > MAX_TAGS {
        return Err(VendorError::new(
            400,
            "InvalidTagCount",
            "The specified tags are beyond the permitted range.",
        ));
    }
    let read = |index| {
        let key = call.parameters.get(&format!("Tag.{index}.Key")).filter(|key| !key.is_empty());
        let message = "The specified Tag.n.Key and Tag.n.Value are not match.";
        let key = key.ok_or_else(|| VendorError::new(400, "InvalidTag.Mismatch", message))?;
        if key == "acs:rm:rgId" {
            return Err(VendorError::not_simulated("the tag `acs:rm:rgId`; use ResourceGroupId"));
        }
        Ok((key, call.parameters.get(&format!("Tag.{index}.Value"))))
    };
    indices.into_iter().map(read).collect()
}

fn read_filters(call: &Call) -> Result<(Option<Timestamp>, Option<Timestamp>), VendorError> {
    let (mut from, mut until) = (None, None);
    for index in call.parameters.indices("Filter") {
        let key = call.parameters.get(&format!("Filter.{index}.Key")).unwrap_or_default();
        let value = call.parameters.get(&format!("Filter.{index}.Value")).unwrap_or_default();
        match key {
            "CreationStartTime" => from = Some(read_minute(value)?),
            "CreationEndTime" => until = Some(read_minute(value)?),
            "NetworkType"
            | "CpuOnlineUpgrade"
            | "CpuOnlineDowngrade"
            | "MemoryOnlineUpgrade"
            | "MemoryOnlineDowngrade" => {
                return Err(VendorError::not_simulated(&format!(
                    "the filter `{key}` of DescribeImages"
                )));
            }
            _ => {
                return Err(VendorError::new(
                    404,
                    "InvalidFilterKey.NotFound",
                    "The specified filter key is not found.",
                ));
            }
        }
    }
    Ok((from, until))
}

/// Reads `2024-05-06T07:08Z`.
fn read_minute(text: &str) -> Result<Timestamp, VendorError> {
    let minute = text.strip_suffix('Z').filter(|rest| rest.len() == "2024-05-06T07:08".len());
    minute.and_then(|rest| format!("{rest}:00Z").parse().ok()).ok_or_else(|| {
        VendorError::new(404, "InvalidFilterValue", "The specified filter value is invalid.")
    })
}

fn read_equalities(call: &Call) -> Result<Vec<Equality<'_>>, VendorError> {
    type Property = fn(&Image) -> &str;
    /// Parameter, its values and the code for any other (none: all values), property to equal it.
    type Rule = (&'static str, Option<(&'static [&'static str], &'static str)>, Property);
    const RULES: &[Rule] = &[
        ("ImageFamily", None, |image| &image.family),
        ("ResourceGroupId", None, |image| &image.resource_group),
        ("OSType", Some((&["linux", "windows"], "InvalidOSType")), |image| &image.os_type),
        ("Architecture", Some((&["i386", "x86_64", "arm64"], "InvalidArchitecture")), |image| {
            &image.architecture
        }),
        ("Usage", Some((&["instance", "none"], "InvalidUsage")), |image| usage(image)),
    ];
    let mut equalities = Vec::new();
    for &(name, known, property) in RULES {
        let value = call.parameters.get(name).filter(|value| !value.is_empty());
        let Some(value) = value else { continue };
        if let Some((values, code)) = known
            && !values.contains(&value)
        {
            return Err(VendorError::new(404, code, format!("The specified {name} is invalid.")));
        }
        equalities.push(Equality { property, value });
    }
    Ok(equalities)
}

fn optional_boolean(call: &Call, name: &str) -> Result<Option<bool>, VendorError> {
    call.parameters.get(name).map(|_| call.boolean(name)).transpose()
}

pub(super) fn usage(image: &Image) -> &'static str {
    if image.in_use { "instance" } else { "none" }
}
