//! Clients that act as a role of their own.

use super::*;

#[tokio::test]
async fn a_client_can_act_as_a_role() {
    let server = Server::start(vec![session("AKDEPLOY"), regions()]).await;
    let aws = client_of(&server);
    let deploy = aws.assuming(DEPLOY);
    assert_eq!(server.requests().len(), 0);
    deploy.describe_regions("eu-central-1").await.unwrap();
    aws.assuming(DEPLOY).describe_regions("eu-central-1").await.unwrap();
    aws.describe_regions("eu-central-1").await.unwrap();
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKDEPLOY: DescribeRegions",
            "AKDEPLOY: DescribeRegions",
            "AKIDEXAMPLE: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn the_lists_of_accounts_hold_for_the_account_of_the_role() {
    let script = vec![session("AKDEPLOY"), identity("111122223333"), regions()];
    let server = Server::start(script).await;
    let aws = client(&server, |it| it.accounts.allowed = ["111122223333".to_owned()].into());
    aws.assuming(DEPLOY).describe_regions("eu-central-1").await.unwrap();
    let server = Server::start(vec![session("AKAUDIT"), identity("444455556666")]).await;
    let aws = client(&server, |it| it.accounts.allowed = ["111122223333".to_owned()].into());
    assert!(failure(&aws.assuming(AUDIT), &server).await.starts_with("Account: "));
}

#[tokio::test]
async fn answers_to_a_role_are_given_to_nobody_else() {
    let images = "<DescribeImagesResponse><imagesSet/></DescribeImagesResponse>".to_owned();
    let images = Answer::Http(200, images);
    let script = vec![images.clone(), session("AKDEPLOY"), images];
    let server = Server::start(script).await;
    let question = DescribeImages {
        region: "eu-central-1".to_owned(),
        source: ImagesOf::Caller,
        ids: Vec::new(),
        available_only: false,
        tags: Vec::new(),
        include_deprecated: false,
        include_disabled: false,
        limit: None,
    };
    let aws = client_of(&server);
    for client in [aws.clone(), aws.assuming(DEPLOY), aws.assuming(DEPLOY), aws] {
        client.describe_images(question.clone()).await.unwrap();
    }
    expect![[r#"
        [
            "AKIDEXAMPLE: DescribeImages",
            "AKIDEXAMPLE: AssumeRole",
            "AKDEPLOY: DescribeImages",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn the_role_of_a_type_takes_the_place_of_the_whole_list_and_has_only_its_sessions_name() {
    let script = vec![session("AKTYPE"), regions(), session("AKNEXT"), regions()];
    let server = Server::start(script).await;
    let last = Role {
        session_name: Some("ci-42".to_owned()),
        external_id: Some("x/1".to_owned()),
        policy: Some("{}".to_owned()),
        ..role(DEPLOY)
    };
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY), last]).assuming(AUDIT);
    aws.describe_regions("eu-central-1").await.unwrap();
    aws.assuming(DEPLOY).describe_regions("eu-central-1").await.unwrap();
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKTYPE: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKNEXT: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
    expect![[r#"
        Action=AssumeRole
        Version=2011-06-15
        RoleArn=arn%3Aaws%3Aiam%3A%3A444455556666%3Arole%2Faudit
        RoleSessionName=ci-42"#]]
    .assert_eq(&server.bodies()[0].replace('&', "\n"));
}

#[tokio::test]
async fn the_role_of_a_type_is_assumed_by_whoever_the_source_gives_be_it_a_role() {
    let script = vec![web_session("AKTOKEN"), session("AKTYPE"), regions()];
    let server = Server::start(script).await;
    let aws = client(&server, |it| {
        let token = WebIdentityToken::Text(Secret::new("eyJ0oken"));
        it.keys = None;
        it.web_identity = Some(WebIdentity { role: role(DEPLOY), token });
        it.roles = vec![role(DEPLOY)];
    });
    aws.assuming(AUDIT).describe_regions("eu-central-1").await.unwrap();
    expect![[r#"
        [
            "nobody: AssumeRoleWithWebIdentity",
            "AKTOKEN: AssumeRole",
            "AKTYPE: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn a_client_that_is_dropped_takes_its_sessions_along() {
    let server = Server::start(vec![session("AKDEPLOY"), regions()]).await;
    let aws = client_of(&server);
    aws.assuming(DEPLOY).describe_regions("eu-central-1").await.unwrap();
    let watch = Arc::downgrade(&aws.inner);
    drop(aws);
    assert!(watch.upgrade().is_none());
}
