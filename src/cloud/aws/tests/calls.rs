//! Whole calls: signed, sent, repeated, paged, shared.

use super::*;

const IDENTITY: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
    <Arn>arn:aws:iam::111122223333:user/ann</Arn><UserId>AIDA</UserId>\
    <Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

fn answer(body: impl Into<String>) -> Answer {
    Answer::Http(200, body.into())
}

fn refusal(status: u16, code: &str) -> Answer {
    let error = format!("<Error><Code>{code}</Code><Message>Because.</Message></Error>");
    Answer::Http(
        status,
        format!("<Response><Errors>{error}</Errors><RequestID>r-1</RequestID></Response>"),
    )
}

fn page(ids: &[&str], token: Option<&str>) -> Answer {
    let item = |id: &&str| format!("<item><imageId>{id}</imageId></item>");
    let items: String = ids.iter().map(item).collect();
    let token = token.map(|token| format!("<nextToken>{token}</nextToken>")).unwrap_or_default();
    answer(format!(
        "<DescribeImagesResponse><imagesSet>{items}</imagesSet>{token}</DescribeImagesResponse>"
    ))
}

fn question(limit: Option<usize>) -> DescribeImages {
    DescribeImages {
        region: "eu-central-1".to_owned(),
        source: ImagesOf::Caller,
        ids: Vec::new(),
        available_only: false,
        tags: Vec::new(),
        include_deprecated: false,
        include_disabled: false,
        limit,
    }
}

async fn failure_of(script: Vec<Answer>) -> (Error, usize) {
    let server = Server::start(script).await;
    let error = client_of(&server).get_caller_identity("eu-central-1").await.unwrap_err();
    (error, server.requests().len())
}

#[tokio::test]
async fn a_call_is_a_signed_form() {
    let server = Server::start(vec![answer(IDENTITY)]).await;
    let identity = client_of(&server).get_caller_identity("eu-central-1").await.unwrap();
    assert_eq!(identity.account_id, "111122223333");
    assert_eq!(identity.arn, "arn:aws:iam::111122223333:user/ann");
    assert_eq!(server.bodies(), ["Action=GetCallerIdentity&Version=2011-06-15"]);
    let request = server.requests().remove(0);
    assert!(request.starts_with("POST / HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("content-type: application/x-www-form-urlencoded\r\n"), "{request}");
    let scope = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260501/eu-central-1/sts/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date, Signature=";
    assert!(request.contains(scope), "{request}");
}

#[tokio::test]
async fn what_passes_is_repeated() {
    let script = vec![
        refusal(503, "RequestLimitExceeded"),
        refusal(400, "Throttling"),
        Answer::Http(502, "<html>bad gateway</html>".to_owned()),
        Answer::HangUp,
        answer(IDENTITY),
    ];
    let server = Server::start(script).await;
    client_of(&server).get_caller_identity("eu-central-1").await.unwrap();
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn what_lasts_is_reported_after_the_last_attempt() {
    let (error, requests) = failure_of(vec![refusal(503, "RequestLimitExceeded")]).await;
    assert_eq!((error.kind, error.attempts, requests), (Kind::Throttled, 5, 5));
    assert_eq!(error.code.as_deref(), Some("RequestLimitExceeded"));
    assert_eq!(error.request_id.as_deref(), Some("r-1"));
    assert_eq!(error.message, "Because");
    assert!(error.endpoint.starts_with("127.0.0.1:"), "{}", error.endpoint);
}

#[tokio::test]
async fn a_refusal_is_not_repeated() {
    let (error, requests) = failure_of(vec![refusal(403, "UnauthorizedOperation")]).await;
    assert_eq!((error.kind, error.attempts, requests), (Kind::Denied, 1, 1));
}

#[tokio::test]
async fn a_server_that_never_answers_is_left_within_the_budget() {
    let server = Server::start(vec![Answer::Silence]).await;
    let settings = Settings { request_timeout: SHORT, ..settings_of(&server) };
    let aws = Aws::new(settings, environment(&[]), clock);
    let error = aws.get_caller_identity("eu-central-1").await.unwrap_err();
    assert_eq!(error.kind, Kind::Timeout);
    assert!((1..=2).contains(&error.attempts), "{error}");
    assert_eq!(error.message, "no answer within 0.6 s");
}

#[tokio::test]
async fn the_end_of_the_budget_does_not_hide_why_a_call_was_repeated() {
    let server = Server::start(vec![refusal(503, "RequestLimitExceeded")]).await;
    let settings = Settings { max_retries: 1_000, request_timeout: SHORT, ..settings_of(&server) };
    let aws = Aws::new(settings, environment(&[]), clock);
    let error = aws.get_caller_identity("eu-central-1").await.unwrap_err();
    assert_eq!(error.kind, Kind::Throttled, "{error:?}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again_to_the_end() {
    let (error, requests) = failure_of(vec![Answer::HangUp]).await;
    assert_eq!((error.kind, error.attempts, requests), (Kind::Broken, 5, 5));
}

#[tokio::test]
async fn nobody_there_is_soon_given_up() {
    let server = Server::start(Vec::new()).await;
    // The port of a listener that is gone refuses connections.
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let endpoints = Endpoints { sts: Endpoint::parse(&url).ok(), ..Endpoints::default() };
    let settings = Settings { endpoints, max_retries: 9, ..settings_of(&server) };
    let aws = Aws::new(settings, environment(&[]), clock);
    let error = aws.get_caller_identity("eu-central-1").await.unwrap_err();
    assert_eq!((error.kind, error.attempts), (Kind::Unreachable, 3), "{error}");
}

#[tokio::test]
async fn all_pages_are_read_and_each_image_counts_once() {
    let script = vec![
        page(&["ami-1", "ami-2"], Some("a")),
        page(&[], Some("b")),
        page(&["ami-2", "ami-3"], None),
    ];
    let server = Server::start(script).await;
    let listing = client_of(&server).describe_images(question(None)).await.unwrap();
    let ids: Vec<_> = listing.items.iter().map(|image| &*image.id).collect();
    assert_eq!(ids, ["ami-1", "ami-2", "ami-3"]);
    assert!(listing.is_complete && listing.items[0].owner.is_caller);
    let tokens = server.bodies().into_iter().map(|body| body.split("&NextToken=").count() - 1);
    assert_eq!(tokens.collect::<Vec<_>>(), [0, 1, 1]);
    assert!(server.bodies()[2].ends_with("&NextToken=b"));
}

#[tokio::test]
async fn a_limit_ends_the_reading() {
    let script = vec![page(&["ami-1", "ami-2"], Some("a")), page(&["ami-3", "ami-4"], Some("b"))];
    let server = Server::start(script).await;
    let listing = client_of(&server).describe_images(question(Some(3))).await.unwrap();
    assert_eq!((listing.items.len(), listing.is_complete), (3, false));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_limit_that_is_just_enough_cuts_nothing() {
    let server = Server::start(vec![page(&["ami-1", "ami-2"], None)]).await;
    let listing = client_of(&server).describe_images(question(Some(2))).await.unwrap();
    assert_eq!((listing.items.len(), listing.is_complete), (2, true));
}

#[tokio::test]
async fn a_token_that_comes_twice_ends_the_reading() {
    let server = Server::start(vec![page(&["ami-1"], Some("a"))]).await;
    let error = client_of(&server).describe_images(question(None)).await.unwrap_err();
    assert_eq!((error.kind, server.requests().len()), (Kind::Unreadable, 2));
}

#[tokio::test]
async fn a_listing_that_takes_too_long_ends() {
    let script = vec![page(&["ami-1"], Some("a")), Answer::Silence];
    let server = Server::start(script).await;
    let settings = Settings { request_timeout: Duration::from_secs(60), ..settings_of(&server) };
    let aws = Aws::new(settings, environment(&[]), clock);
    let error = aws.list_images(&question(None), Duration::from_secs(2)).await.unwrap_err();
    assert_eq!((error.kind, error.operation), (Kind::Timeout, "ec2:DescribeImages"));
    assert_eq!(error.message, "the list of images is not complete after 1 page and 2 s");
}

#[tokio::test]
async fn equal_questions_share_one_answer() {
    let server = Server::start(vec![page(&["ami-1"], None)]).await;
    let aws = client_of(&server);
    let asks = (0..200).map(|_| aws.describe_images(question(None)));
    let answers = futures_util::future::join_all(asks).await;
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap().items.len() == 1));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn regions_are_those_that_are_enabled() {
    let body = "<DescribeRegionsResponse><regionInfo><item><regionName>us-east-1</regionName>\
        </item><item><regionName>eu-central-1</regionName><optInStatus>opted-in</optInStatus>\
        </item></regionInfo></DescribeRegionsResponse>";
    let server = Server::start(vec![answer(body)]).await;
    let regions = client_of(&server).describe_regions("eu-central-1").await.unwrap();
    assert_eq!(regions, ["eu-central-1", "us-east-1"]);
    assert_eq!(server.bodies(), ["Action=DescribeRegions&Version=2016-11-15"]);
}

fn acknowledged(action: &str, content: &str) -> Answer {
    answer(format!("<{action}Response><requestId>r</requestId>{content}</{action}Response>"))
}

#[tokio::test]
async fn tags_are_set_and_removed_with_their_values() {
    let server = Server::start(vec![
        acknowledged("CreateTags", "<return>true</return>"),
        // The model gives it no output.
        acknowledged("DeleteTags", ""),
        acknowledged("DeleteTags", "<return>false</return>"),
    ])
    .await;
    let aws = client_of(&server);
    let tags = [("a b", ""), ("status", "approved")].map(|(key, value)| (key.into(), value.into()));
    let tags = tags.into();
    aws.create_tags("eu-central-1", "ami-1", &tags).await.unwrap();
    aws.delete_tags("eu-central-1", "ami-1", &tags).await.unwrap();
    let error = aws.delete_tags("eu-central-1", "ami-1", &tags).await.unwrap_err();
    assert_eq!((error.kind, error.leaves_in_doubt()), (Kind::Unreadable, true));
    // Without tags EC2 would remove all that there are.
    aws.delete_tags("eu-central-1", "ami-1", &[].into()).await.unwrap();
    let parameters = "ResourceId.1=ami-1&Tag.1.Key=a%20b&Tag.1.Value=&Tag.2.Key=status\
                      &Tag.2.Value=approved";
    let body = |action| format!("Action={action}&Version=2016-11-15&{parameters}");
    assert_eq!(server.bodies(), [body("CreateTags"), body("DeleteTags"), body("DeleteTags")]);
}

/// Whoever writes: the same image may be seen by several accounts.
#[tokio::test]
async fn images_are_listed_anew_after_a_write_of_anybody() {
    let server = Server::start(vec![
        page(&["ami-1"], None),
        acknowledged("CreateTags", "<return>true</return>"),
        page(&["ami-1"], None),
    ])
    .await;
    let aws = client_of(&server);
    aws.describe_images(question(None)).await.unwrap();
    aws.describe_images(question(None)).await.unwrap();
    assert_eq!(server.requests().len(), 1);
    aws.create_tags("eu-central-1", "ami-1", &[("a".into(), "b".into())].into()).await.unwrap();
    aws.describe_images(question(None)).await.unwrap();
    aws.describe_images_anew(question(None)).await.unwrap();
    assert_eq!(server.requests().len(), 4);
}
