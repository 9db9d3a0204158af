//! Which accounts calls may be made in.

use super::*;

#[tokio::test]
async fn nothing_is_called_in_an_account_that_is_not_allowed() {
    let allowed = |it: &mut Settings| it.accounts.allowed = ["444455556666".to_owned()].into();
    let forbidden = |it: &mut Settings| it.accounts.forbidden = ["111122223333".to_owned()].into();
    let mut lines = String::new();
    for change in [allowed as fn(&mut Settings), forbidden] {
        let server = Server::start(vec![identity("111122223333")]).await;
        let aws = client(&server, change);
        for _ in 0..2 {
            lines += &failure(&aws, &server).await;
            lines += "\n";
        }
        assert_eq!(calls(&server), ["AKIDEXAMPLE: GetCallerIdentity"]);
    }
    expect![[r#"
        Account: ec2:DescribeRegions failed: the call was not made, because arn:aws:iam::111122223333:user/ann is in account 111122223333, and `allowed_account_ids` lists 444455556666 only
        Account: ec2:DescribeRegions failed: the call was not made, because arn:aws:iam::111122223333:user/ann is in account 111122223333, and `allowed_account_ids` lists 444455556666 only
        Account: ec2:DescribeRegions failed: the call was not made, because arn:aws:iam::111122223333:user/ann is in account 111122223333, and `forbidden_account_ids` lists it
        Account: ec2:DescribeRegions failed: the call was not made, because arn:aws:iam::111122223333:user/ann is in account 111122223333, and `forbidden_account_ids` lists it
    "#]].assert_eq(&lines);
}

#[tokio::test]
async fn an_account_that_is_allowed_is_asked_for_once() {
    let server = Server::start(vec![identity("111122223333"), regions()]).await;
    let aws = client(&server, |it| it.accounts.allowed = ["111122223333".to_owned()].into());
    for _ in 0..2 {
        aws.describe_regions("eu-central-1").await.unwrap();
    }
    assert_eq!(aws.account_id("eu-central-1").await.unwrap(), "111122223333");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn keys_that_a_renewal_gives_are_asked_about_anew() {
    static MINUTES: AtomicI64 = AtomicI64::new(0);
    let later = || NOW + time::Duration::minutes(MINUTES.load(Ordering::Relaxed));
    let script = vec![
        session("AKFIRST"),
        identity("111122223333"),
        regions(),
        session_until("AKSECOND", "2026-05-01T14:00:00Z"),
        identity("444455556666"),
    ];
    let server = Server::start(script).await;
    let mut settings = Settings { roles: vec![role(DEPLOY)], ..settings_of(&server) };
    settings.accounts.allowed = ["111122223333".to_owned()].into();
    let aws = Aws::new(settings, environment(&[]), later);
    aws.describe_regions("eu-central-1").await.unwrap();
    MINUTES.store(60, Ordering::Relaxed);
    assert!(failure(&aws, &server).await.starts_with("Account: "));
    assert!(failure(&aws, &server).await.starts_with("Account: "));
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: GetCallerIdentity",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKSECOND: GetCallerIdentity",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn keys_that_replace_expired_ones_within_a_call_are_asked_about_too() {
    for (script, is_allowed) in [
        (vec![identity("111122223333"), refusal(400, "ExpiredToken")], false),
        (vec![refusal(400, "ExpiredToken")], true),
    ] {
        let account = if is_allowed { "111122223333" } else { "444455556666" };
        let new = vec![session("AKSECOND"), identity(account), regions()];
        let server = Server::start([vec![session("AKFIRST")], script, new].concat()).await;
        let aws = client(&server, |it| {
            it.roles = vec![role(DEPLOY)];
            it.accounts.allowed = ["111122223333".to_owned()].into();
        });
        let outcome = aws.describe_regions("eu-central-1").await.map_err(|error| error.kind);
        assert_eq!(outcome.err(), (!is_allowed).then_some(Kind::Account));
        let listings = calls(&server).into_iter().filter(|it| it == "AKSECOND: DescribeRegions");
        assert_eq!(listings.count(), usize::from(is_allowed), "{:?}", calls(&server));
    }
}

#[tokio::test]
async fn a_failure_to_tell_the_account_is_shared_by_those_who_wait() {
    let server = Server::start(vec![refusal(400, "ValidationError")]).await;
    let aws = client(&server, |it| it.accounts.allowed = ["111122223333".to_owned()].into());
    let answers = join_all((0..20).map(|_| aws.describe_regions("eu-central-1"))).await;
    assert!(answers.iter().all(Result::is_err));
    assert_eq!(calls(&server), ["AKIDEXAMPLE: GetCallerIdentity"]);
}

#[tokio::test]
async fn without_lists_the_account_is_asked_for_when_somebody_wants_to_know() {
    let server = Server::start(vec![regions(), identity("111122223333")]).await;
    let aws = client_of(&server);
    aws.describe_regions("eu-central-1").await.unwrap();
    for _ in 0..2 {
        assert_eq!(aws.account_id("eu-central-1").await.unwrap(), "111122223333");
    }
    assert_eq!(server.requests().len(), 2);
}
