use expect_test::{Expect, expect};
use time::macros::datetime;

use super::describe_images::{DescribeImages, Images, ImagesOf, Page, form};
use crate::{cloud::Kind, image::Deprecation};

fn question(source: ImagesOf) -> DescribeImages {
    DescribeImages {
        region: "eu-central-1".to_owned(),
        source,
        ids: Vec::new(),
        available_only: false,
        tags: Vec::new(),
        include_deprecated: false,
        include_disabled: false,
        limit: None,
    }
}

fn check_form(question: &DescribeImages, expected: Expect) {
    let body = form(question, None).into_body();
    expected.assert_eq(&body.replace('&', "\n"));
}

fn reply(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DescribeImagesResponse \
         xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">\n<requestId>r</requestId>\n\
         <imagesSet>\n{items}\n</imagesSet>\n</DescribeImagesResponse>"
    )
}

fn page_of(items: &str) -> Page {
    Page::read(&reply(items)).unwrap()
}

fn check_image(item: &str, expected: Expect) {
    match Page::read(&reply(&format!("<item>{item}</item>"))) {
        Ok(page) => expected.assert_debug_eq(&page.images[0]),
        Err(error) => expected.assert_eq(&error.to_string()),
    }
}

#[test]
fn everything_that_can_be_asked() {
    let tag = |key: &str, value: Option<&str>| (key.to_owned(), value.map(str::to_owned));
    let question = DescribeImages {
        available_only: true,
        tags: vec![
            tag("status", Some("approved")),
            tag("a b&c", Some(r"100%*?\")),
            tag("empty", Some("")),
            tag("present?", None),
        ],
        ids: vec!["ami-1".to_owned(), "ami-2".to_owned()],
        include_deprecated: true,
        include_disabled: true,
        ..question(ImagesOf::Caller)
    };
    check_form(
        &question,
        expect![[r#"
        Owner.1=self
        Filter.1.Name=state
        Filter.1.Value.1=available
        Filter.2.Name=image-id
        Filter.2.Value.1=ami-1
        Filter.2.Value.2=ami-2
        Filter.3.Name=tag%3Astatus
        Filter.3.Value.1=approved
        Filter.4.Name=tag%3Aa%20b%26c
        Filter.4.Value.1=100%25%5C%2A%5C%3F%5C%5C
        Filter.5.Name=tag%3Aempty
        Filter.5.Value.1=
        Filter.6.Name=tag-key
        Filter.6.Value.1=present%5C%3F
        IncludeDeprecated=true
        IncludeDisabled=true
        MaxResults=1000"#]],
    );
}

#[test]
fn whose_images_they_are() {
    for (source, first) in [
        (ImagesOf::Caller, "Owner.1=self"),
        (ImagesOf::Amazon, "Owner.1=amazon"),
        (ImagesOf::Marketplace, "Owner.1=aws-marketplace"),
        (ImagesOf::Account("111122223333".to_owned()), "Owner.1=111122223333"),
        (ImagesOf::SharedWithCaller, "ExecutableBy.1=self"),
    ] {
        let body = form(&question(source), Some("next/page")).into_body();
        assert_eq!(body, format!("{first}&MaxResults=1000&NextToken=next%2Fpage"));
    }
}

#[test]
fn an_image_with_everything() {
    check_image(
        "<imageId>ami-1</imageId><imageLocation>x</imageLocation><imageState>available</imageState>\
         <imageOwnerId>111122223333</imageOwnerId><imageOwnerAlias>amazon</imageOwnerAlias>\
         <creationDate>2026-03-01T10:20:30.000Z</creationDate><isPublic>true</isPublic>\
         <deprecationTime>2028-03-01T00:00:00.000Z</deprecationTime><imageAllowed>false</imageAllowed>\
         <architecture>arm64</architecture><platform>windows</platform>\
         <name>a &amp; b</name><description> two  words </description>\
         <rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/sda1</rootDeviceName>\
         <blockDeviceMapping><item><deviceName>/dev/sdb</deviceName><virtualName>ephemeral0\
         </virtualName></item><item><deviceName>/dev/sda1</deviceName><ebs><snapshotId>snap-1\
         </snapshotId><volumeSize>30</volumeSize><encrypted>false</encrypted></ebs></item>\
         </blockDeviceMapping><tagSet><item><key>status</key><value>approved</value></item>\
         <item><key>empty</key><value/></item></tagSet><imageWatermarkSet><item><watermarkKey>\
         111122223333:golden</watermarkKey><sourceImageRegion>eu-central-1</sourceImageRegion>\
         <sourceImageId>ami-0</sourceImageId></item></imageWatermarkSet>",
        expect![[r#"
            Image {
                id: "ami-1",
                name: "a & b",
                description: " two  words ",
                family: None,
                owner: ImageOwner {
                    id: "111122223333",
                    alias: Some(
                        "amazon",
                    ),
                    is_caller: false,
                },
                created_at: Some(
                    2026-03-01 10:20:30.0 +00:00:00,
                ),
                deprecation: At(
                    2028-03-01 0:00:00.0 +00:00:00,
                ),
                state: Available,
                is_public: true,
                architecture: "arm64",
                platform: "windows",
                tags: {
                    "empty": "",
                    "status": "approved",
                },
                root_device_name: Some(
                    "/dev/sda1",
                ),
                root_device_size_gib: Some(
                    30,
                ),
                root_snapshot_id: Some(
                    "snap-1",
                ),
                watermarks: [
                    Watermark {
                        key: "111122223333:golden",
                        source_image_id: "ami-0",
                    },
                ],
                allowed: Some(
                    false,
                ),
            }
        "#]],
    );
}

#[test]
fn an_image_with_nothing_but_an_id() {
    check_image(
        "<imageId>ami-1</imageId><tagSet/><blockDeviceMapping/>",
        expect![[r#"
        Image {
            id: "ami-1",
            name: "",
            description: "",
            family: None,
            owner: ImageOwner {
                id: "",
                alias: None,
                is_caller: false,
            },
            created_at: None,
            deprecation: None,
            state: Other(
                "",
            ),
            is_public: false,
            architecture: "",
            platform: "linux",
            tags: {},
            root_device_name: None,
            root_device_size_gib: None,
            root_snapshot_id: None,
            watermarks: [],
            allowed: None,
        }
    "#]],
    );
}

#[test]
fn odd_values_are_facts_unknown_and_not_failures() {
    check_image(
        "<imageId>ami-1</imageId><imageState>transient</imageState><creationDate>soon</creationDate>\
         <deprecationTime>never</deprecationTime><imageAllowed/><isPublic>TRUE</isPublic>\
         <rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping><item><deviceName>/dev/xvda\
         </deviceName><ebs><volumeSize>big</volumeSize></ebs></item></blockDeviceMapping>",
        expect![[r#"
            Image {
                id: "ami-1",
                name: "",
                description: "",
                family: None,
                owner: ImageOwner {
                    id: "",
                    alias: None,
                    is_caller: false,
                },
                created_at: None,
                deprecation: Now,
                state: Other(
                    "transient",
                ),
                is_public: false,
                architecture: "",
                platform: "linux",
                tags: {},
                root_device_name: Some(
                    "/dev/xvda",
                ),
                root_device_size_gib: None,
                root_snapshot_id: None,
                watermarks: [],
                allowed: None,
            }
        "#]],
    );
}

#[test]
fn an_instant_past_the_last_year_is_none() {
    let page = page_of(
        "<item><imageId>ami-1</imageId><creationDate>9999-12-31T23:30:00-01:00</creationDate>\
         <deprecationTime>9999-12-31T23:30:00-01:00</deprecationTime></item><item>\
         <imageId>ami-2</imageId><creationDate>9999-12-31T23:30:00+01:00</creationDate></item>",
    );
    assert_eq!(page.images[0].created_at, None);
    assert_eq!(page.images[0].deprecation, Deprecation::Now);
    assert_eq!(page.images[1].created_at, Some(datetime!(9999-12-31 22:30 UTC)));
}

#[test]
fn a_page_with_far_more_than_was_asked_for_is_refused() {
    let text = |count: usize| reply("<item><imageId>i</imageId></item>".repeat(count).as_str());
    assert_eq!(Page::read(&text(2000)).unwrap().images.len(), 2000);
    expect!["it has more than 2000 images; 1000 were asked for"]
        .assert_eq(&Page::read(&text(2001)).unwrap_err().to_string());
}

#[test]
fn a_listing_with_more_than_there_is_room_for_is_refused() {
    let page = |id: &str| page_of(&format!("<item><imageId>{id}</imageId></item>")).images;
    let mut images = Images::with_room(2);
    for id in ["a", "b", "a"] {
        images.add(page(id), true).unwrap();
    }
    let error = images.add(page("c"), true).unwrap_err();
    assert_eq!(error.kind, Kind::Unreadable);
    expect!["the list has more than 2 images"].assert_eq(&error.message);
}

#[test]
fn an_image_without_an_id_is_no_image() {
    check_image("<name>n</name>", expect!["missing field `imageId`"]);
}

#[test]
fn depth_and_size_do_no_harm() {
    let depth = 200_000;
    let text = format!(
        "<DescribeImagesResponse><x>{}{}</x><imagesSet/></DescribeImagesResponse>",
        "<a>".repeat(depth),
        "</a>".repeat(depth)
    );
    assert!(Page::read(&text).unwrap().images.is_empty());
    for text in [
        "<DescribeImagesResponse/>",
        "<DescribeImagesResponse><imagesSet>",
        "<DescribeImagesResponse><imagesSet><item><imageId><a/></imageId></item></imagesSet>\
         </DescribeImagesResponse>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><DescribeImagesResponse><imagesSet><item><imageId>&a;\
         </imageId></item></imagesSet></DescribeImagesResponse>",
    ] {
        assert!(Page::read(text).is_err(), "{text}");
    }
}
