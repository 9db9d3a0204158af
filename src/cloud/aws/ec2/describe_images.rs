//! `DescribeImages`: lists images, page by page.

use std::{collections::HashSet, fmt, marker::PhantomData, sync::Arc, time::Duration};

use futures_util::future::OptionFuture;
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, SeqAccess, Visitor},
};
use tokio::time::{Instant, timeout_at};

use super::{
    super::{
        Aws,
        call::Effect,
        endpoints::Service,
        query::{Action, Form},
    },
    image::ImageElement,
};
use crate::{
    cloud::{Error, Kind, Listing, words::Words},
    image::Image,
};

/// The most that AWS gives at once. Calls without a page size are throttled sooner.
const PAGE_SIZE: &str = "1000";
/// How many images of one page are read: twice as many as were asked for.
const MOST_OF_PAGE: usize = 2000;
/// How many images of one listing are kept: more than any region has.
const MOST_IMAGES: usize = 200_000;
/// Pages may be empty; past so many the tokens lead nowhere.
const MOST_PAGES: usize = 1000;
/// How many requests may take their time before a listing takes too long.
const PATIENCE: u32 = 10;

static ACTION: Action<UnreadPage> = Action {
    service: Service::Ec2,
    name: "DescribeImages",
    label: "ec2:DescribeImages",
    effect: Effect::Reads,
    root: "DescribeImagesResponse",
    holds_keys: false,
    read: UnreadPage::read,
};

/// How many ids one question may have: a call takes so many values of filters (EC2's page
/// "List and filter your resources").
pub const MOST_IDS: usize = 200;

/// Which images to list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DescribeImages {
    /// The region to look in.
    pub region: String,
    /// Whose images.
    pub source: ImagesOf,
    /// Only images with one of these ids, at most [two hundred](MOST_IDS); all where there is
    /// none. Sent as a filter, because `ImageId.N` fails on an id that is not there.
    pub ids: Vec<String>,
    /// Only images that machines can be started from.
    pub available_only: bool,
    /// Tags that an image must have: with exactly this value, or with any.
    pub tags: Vec<(String, Option<String>)>,
    /// Also deprecated images of others; owners always see their own.
    pub include_deprecated: bool,
    /// Also images that their owner has disabled.
    pub include_disabled: bool,
    /// How many images are enough.
    pub limit: Option<usize>,
}

/// Whose images to list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ImagesOf {
    /// The account that asks.
    Caller,
    /// Amazon and verified providers.
    Amazon,
    /// Sellers on the AWS Marketplace.
    Marketplace,
    /// One account, by its id.
    Account(String),
    /// Everybody who lets the asking account, by its id, use them.
    SharedWithCaller,
    /// Everybody whose images the asking account can see; name ids, or there is no end.
    Anybody,
}

impl Aws {
    /// Lists images in the vendor's order, each once. Equal questions share one answer.
    ///
    /// Takes at most ten times the request timeout.
    ///
    /// # Errors
    ///
    /// Credentials, transport, what EC2 says; `Kind::Unreadable` where pages have no end, or
    /// more images than any region.
    pub async fn describe_images(
        &self,
        question: DescribeImages,
    ) -> Result<Arc<Listing<Image>>, Error> {
        let (aws, asked) = (self.clone(), question.clone());
        let patience = PATIENCE * self.inner.settings.request_timeout;
        let ask = async move { aws.list_images(&asked, patience).await.map(Arc::new) };
        self.actor.images.get(question, ask).await
    }

    /// As [`describe_images`](Self::describe_images), but asks now: for who waits for a change.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn describe_images_anew(
        &self,
        question: DescribeImages,
    ) -> Result<Arc<Listing<Image>>, Error> {
        let patience = PATIENCE * self.inner.settings.request_timeout;
        self.list_images(&question, patience).await.map(Arc::new)
    }

    /// Reads page after page for as long as patience lasts.
    pub(in crate::cloud::aws) async fn list_images(
        &self,
        question: &DescribeImages,
        patience: Duration,
    ) -> Result<Listing<Image>, Error> {
        let limit = question.limit.unwrap_or(usize::MAX);
        let deadline = Instant::now() + patience;
        let mut images = Images::with_room(MOST_IMAGES);
        let mut tokens = HashSet::new();
        let ask = async |token: Option<&str>, pages: usize| {
            let call = self.call(&ACTION, &question.region, form(question, token));
            timeout_at(deadline, call).await.map_err(|_| too_slow(patience, pages))?
        };
        let mut page = ask(None, 0).await?;
        loop {
            // Reading a thousand images takes time, and asking for the next ones only the token.
            let token = page.token.take();
            let token = token.filter(|it| question.limit.is_none() && !tokens.contains(it));
            let asking = OptionFuture::from(
                token.as_deref().map(|token| ask(Some(token), tokens.len() + 1)),
            );
            let (read, asked) = tokio::join!(page.read_whole(), asking);
            let read = read?;
            images.add(read.images, question.source == ImagesOf::Caller)?;
            let Some(next) = read.next_token.filter(|token| !token.is_empty()) else {
                return Ok(images.into_listing(limit, true));
            };
            if images.items.len() >= limit {
                return Ok(images.into_listing(limit, false));
            }
            if tokens.contains(&next) || tokens.len() + 1 >= MOST_PAGES {
                return Err(unreadable(
                    "the pages have no end: a token comes again, or there is always one",
                ));
            }
            page = match asked {
                Some(asked) if token.as_deref() == Some(&*next) => asked?,
                _ => ask(Some(&next), tokens.len() + 1).await?,
            };
            tokens.insert(next);
        }
    }
}

fn unreadable(message: &str) -> Error {
    Error::new(Kind::Unreadable, ACTION.label, message)
}

/// An answer of which only the token has been read, and that only at a glance.
#[derive(Debug)]
struct UnreadPage {
    text: Box<str>,
    token: Option<String>,
}

impl UnreadPage {
    /// Looks for the token; half an answer is refused here, where it can be asked for again.
    fn read(text: &str) -> Result<Self, quick_xml::DeError> {
        if !text.trim_end().ends_with("</DescribeImagesResponse>") {
            return Err(quick_xml::DeError::custom("it has no end"));
        }
        let token = text.rsplit_once("<nextToken>").and_then(|(_, rest)| rest.split_once('<'));
        let token = token.and_then(|(token, _)| quick_xml::escape::unescape(token).ok());
        let token = token.map(String::from).filter(|token| !token.is_empty());
        Ok(Self { text: text.into(), token })
    }

    /// Reads all of it, beside whatever else goes on.
    async fn read_whole(self) -> Result<Page, Error> {
        let reading = tokio::task::spawn_blocking(move || Page::read(&self.text)).await;
        reading
            .map_err(|_| unreadable("the provider itself failed; this is a bug"))?
            .map_err(|error| unreadable(&format!("the answer is broken: {error}")))
    }
}

fn too_slow(patience: Duration, pages: usize) -> Error {
    let pages = if pages == 1 { "1 page".to_owned() } else { format!("{pages} pages") };
    let seconds = patience.as_secs_f64();
    let message = format!("the list of images is not complete after {pages} and {seconds} s");
    Error::new(Kind::Timeout, ACTION.label, message)
}

/// The images of the pages so far, each once: a page may repeat what another had.
#[derive(Debug)]
pub(super) struct Images {
    items: Vec<Image>,
    ids: HashSet<Box<str>>,
    room: usize,
}

impl Images {
    /// Starts empty, with room for so many images.
    pub(super) fn with_room(room: usize) -> Self {
        Self { items: Vec::new(), ids: HashSet::new(), room }
    }

    /// Adds a page; fails where there is no room for it.
    pub(super) fn add(&mut self, images: Vec<Image>, are_of_caller: bool) -> Result<(), Error> {
        for mut image in images {
            if self.ids.insert(image.id.clone()) {
                image.owner.is_caller = are_of_caller;
                self.items.push(image);
            }
        }
        if self.items.len() > self.room {
            let message = format!("the list has more than {} images", self.room);
            return Err(Error::new(Kind::Unreadable, ACTION.label, message));
        }
        Ok(())
    }

    fn into_listing(mut self, limit: usize, was_last_page: bool) -> Listing<Image> {
        let is_complete = was_last_page && self.items.len() <= limit;
        self.items.truncate(limit);
        Listing { items: self.items, is_complete }
    }
}

/// Puts a question and the place in the listing into parameters.
pub(super) fn form(question: &DescribeImages, token: Option<&str>) -> Form {
    let mut form = Form::new();
    match &question.source {
        ImagesOf::Caller => form.set("Owner.1", "self"),
        ImagesOf::Amazon => form.set("Owner.1", "amazon"),
        ImagesOf::Marketplace => form.set("Owner.1", "aws-marketplace"),
        ImagesOf::Account(id) => form.set("Owner.1", id),
        ImagesOf::SharedWithCaller => form.set("ExecutableBy.1", "self"),
        ImagesOf::Anybody => {}
    }
    for (index, (name, values)) in (1..).zip(filters(question)) {
        form.set(&format!("Filter.{index}.Name"), &name);
        for (position, value) in (1..).zip(&values) {
            form.set(&format!("Filter.{index}.Value.{position}"), value);
        }
    }
    if question.include_deprecated {
        form.set("IncludeDeprecated", "true");
    }
    if question.include_disabled {
        form.set("IncludeDisabled", "true");
    }
    form.set("MaxResults", PAGE_SIZE);
    if let Some(token) = token {
        form.set("NextToken", token);
    }
    form
}

/// Returns names and values; a value of each name must fit.
fn filters(question: &DescribeImages) -> impl Iterator<Item = (String, Vec<String>)> {
    let state = question.available_only.then(|| ("state".to_owned(), vec!["available".to_owned()]));
    let ids: Vec<_> = question.ids.iter().map(|id| literal(id)).collect();
    let ids = (!ids.is_empty()).then(|| ("image-id".to_owned(), ids));
    let tags = question.tags.iter().map(|(key, value)| match value {
        Some(value) => (format!("tag:{key}"), vec![literal(value)]),
        None => ("tag-key".to_owned(), vec![literal(key)]),
    });
    state.into_iter().chain(ids).chain(tags)
}

/// Escapes what a filter would take for a wildcard.
fn literal(text: &str) -> String {
    let escape = |c| matches!(c, '*' | '?' | '\\').then_some('\\').into_iter().chain([c]);
    text.chars().flat_map(escape).collect()
}

/// One answer.
#[derive(Debug)]
pub(super) struct Page {
    /// Its images; it may have none and still not be the last.
    pub(super) images: Vec<Image>,
    /// Where the next page is, unless this is the last.
    pub(super) next_token: Option<String>,
}

impl Page {
    /// Reads an answer.
    pub(super) fn read(text: &str) -> Result<Self, quick_xml::DeError> {
        #[derive(Deserialize)]
        struct Reply<'a> {
            #[serde(rename = "imagesSet", borrow)]
            images: ImageElements<'a>,
            #[serde(rename = "nextToken")]
            next_token: Option<String>,
        }

        #[derive(Deserialize)]
        struct ImageElements<'a> {
            #[serde(default, borrow, deserialize_with = "rows")]
            item: Vec<ImageElement<'a>>,
        }

        let reply: Reply<'_> = quick_xml::de::from_str(text)?;
        let mut words = Words::default();
        let elements = reply.images.item.into_iter();
        let images = elements.map(|element| element.into_image(&mut words)).collect();
        Ok(Self { images, next_token: reply.next_token })
    }
}

/// Reads the rows of a page, and stops where it has far more than were asked for: it
/// would take a multiple of the room that its text takes.
fn rows<'de, D, Row>(deserializer: D) -> Result<Vec<Row>, D::Error>
where
    D: Deserializer<'de>,
    Row: Deserialize<'de>,
{
    struct Rows<Row>(PhantomData<Row>);

    impl<'de, Row: Deserialize<'de>> Visitor<'de> for Rows<Row> {
        type Value = Vec<Row>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("images")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Vec<Row>, A::Error> {
            let mut rows = Vec::new();
            while let Some(row) = sequence.next_element()? {
                if rows.len() == MOST_OF_PAGE {
                    let message = format!(
                        "it has more than {MOST_OF_PAGE} images; {PAGE_SIZE} were asked for"
                    );
                    return Err(A::Error::custom(message));
                }
                rows.push(row);
            }
            Ok(rows)
        }
    }

    deserializer.deserialize_seq(Rows(PhantomData))
}
