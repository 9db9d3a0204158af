//! Sessions kept and renewed.

use super::*;

#[tokio::test]
async fn a_session_is_renewed_before_it_ends() {
    static MINUTES: AtomicI64 = AtomicI64::new(0);
    let later = || NOW + time::Duration::minutes(MINUTES.load(Ordering::Relaxed));
    let script = vec![
        session_until("AKFIRST", "2026-05-01T13:00:00Z"),
        regions(),
        regions(),
        session_until("AKSECOND", "2026-05-01T14:00:00Z"),
        regions(),
    ];
    let server = Server::start(script).await;
    let settings = Settings {
        roles: vec![role(DEPLOY)],
        request_timeout: Duration::from_secs(60),
        ..settings_of(&server)
    };
    let aws = Aws::new(settings, environment(&[]), later);
    for minute in [0, 57, 59] {
        MINUTES.store(minute, Ordering::Relaxed);
        aws.describe_regions("eu-central-1").await.unwrap();
    }
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKSECOND: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn the_role_of_a_profile_is_renewed_before_it_ends() {
    static MINUTES: AtomicI64 = AtomicI64::new(0);
    let later = || NOW + time::Duration::minutes(MINUTES.load(Ordering::Relaxed));
    let script = vec![
        session("AKHOP"),
        session("AKFIRST"),
        regions(),
        // One that is too short to be kept is still good for what it was made for.
        session("AKHOP2"),
        session_until("AKSECOND", "2026-05-01T14:00:00Z"),
        regions(),
    ];
    let server = Server::start(script).await;
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("config");
    let text = format!(
        "[profile ci]\naws_access_key_id = AKCI\naws_secret_access_key = s\n[profile hop]\n\
         role_arn = {AUDIT}\nsource_profile = ci\n[profile deploy]\nrole_arn = {DEPLOY}\n\
         source_profile = hop\n"
    );
    std::fs::write(&file, text).unwrap();
    let settings = Settings {
        keys: None,
        profile: Some("deploy".to_owned()),
        region: Some("eu-central-1".to_owned()),
        shared_config_files: vec![file],
        request_timeout: Duration::from_secs(60),
        ..settings_of(&server)
    };
    let aws = Aws::new(settings, environment(&[]), later);
    for minute in [0, 59] {
        MINUTES.store(minute, Ordering::Relaxed);
        aws.describe_regions("eu-central-1").await.unwrap();
    }
    expect![[r#"
        [
            "AKCI: AssumeRole",
            "AKHOP: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKCI: AssumeRole",
            "AKHOP2: AssumeRole",
            "AKSECOND: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn calls_at_the_same_time_share_one_session_and_its_failure() {
    let server = Server::start(vec![session("AKDEPLOY"), regions()]).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY)]);
    let answers = join_all((0..50).map(|_| aws.describe_regions("eu-central-1"))).await;
    assert!(answers.iter().all(Result::is_ok));
    let roles = calls(&server).iter().filter(|call| call.ends_with("AssumeRole")).count();
    assert_eq!((roles, server.requests().len()), (1, 51));
    let server = Server::start(vec![refusal(400, "ValidationError")]).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY)]);
    let answers = join_all((0..50).map(|_| aws.describe_regions("eu-central-1"))).await;
    assert!(answers.iter().all(Result::is_err));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn patient_calls_do_not_mean_a_session_for_each_of_them() {
    static MINUTES: AtomicI64 = AtomicI64::new(0);
    let later = || NOW + time::Duration::minutes(MINUTES.load(Ordering::Relaxed));
    let script =
        vec![session("AKFIRST"), regions(), regions(), session("AKSECOND"), regions(), regions()];
    let server = Server::start(script).await;
    let settings = Settings {
        roles: vec![role(DEPLOY)],
        request_timeout: Duration::from_secs(3600),
        ..settings_of(&server)
    };
    let aws = Aws::new(settings, environment(&[]), later);
    for minute in [0, 29, 30, 44] {
        MINUTES.store(minute, Ordering::Relaxed);
        aws.describe_regions("eu-central-1").await.unwrap();
    }
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKSECOND: DescribeRegions",
            "AKSECOND: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn a_session_that_cannot_be_renewed_serves_until_its_end() {
    static MINUTES: AtomicI64 = AtomicI64::new(0);
    let later = || NOW + time::Duration::minutes(MINUTES.load(Ordering::Relaxed));
    let no = || refusal(400, "ValidationError");
    let script = vec![session("AKFIRST"), regions(), no(), regions(), no()];
    let server = Server::start(script).await;
    let settings = Settings {
        roles: vec![role(DEPLOY)],
        request_timeout: Duration::from_secs(60),
        ..settings_of(&server)
    };
    let aws = Aws::new(settings, environment(&[]), later);
    for minute in [0, 59] {
        MINUTES.store(minute, Ordering::Relaxed);
        aws.describe_regions("eu-central-1").await.unwrap();
    }
    MINUTES.store(60, Ordering::Relaxed);
    assert!(failure(&aws, &server).await.starts_with("Role: "));
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn while_a_session_cannot_be_renewed_calls_do_not_wait_for_that_but_every_ten_seconds() {
    static SECONDS: AtomicI64 = AtomicI64::new(0);
    let later = || NOW + time::Duration::seconds(SECONDS.load(Ordering::Relaxed));
    let script = vec![
        session("AKFIRST"),
        regions(),
        refusal(400, "ValidationError"),
        regions(),
        regions(),
        session_until("AKSECOND", "2026-05-01T14:00:00Z"),
        regions(),
    ];
    let server = Server::start(script).await;
    let settings = Settings {
        roles: vec![role(DEPLOY)],
        request_timeout: Duration::from_secs(60),
        ..settings_of(&server)
    };
    let aws = Aws::new(settings, environment(&[]), later);
    for second in [0, 3500, 3509, 3510] {
        SECONDS.store(second, Ordering::Relaxed);
        aws.describe_regions("eu-central-1").await.unwrap();
    }
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKSECOND: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn a_session_that_ends_before_its_time_is_renewed_once() {
    let script = vec![
        session("AKFIRST"),
        refusal(400, "ExpiredToken"),
        session("AKSECOND"),
        regions(),
        refusal(403, "ExpiredToken"),
        session("AKTHIRD"),
        refusal(403, "ExpiredToken"),
    ];
    let server = Server::start(script).await;
    let aws = client(&server, |it| it.roles = vec![role(DEPLOY)]);
    aws.describe_regions("eu-central-1").await.unwrap();
    expect!["Credentials: ec2:DescribeRegions at HOST failed: Because (code ExpiredToken, request id r-1)"].assert_eq(&failure(&aws, &server).await);
    expect![[r#"
        [
            "AKIDEXAMPLE: AssumeRole",
            "AKFIRST: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKSECOND: DescribeRegions",
            "AKSECOND: DescribeRegions",
            "AKIDEXAMPLE: AssumeRole",
            "AKTHIRD: DescribeRegions",
        ]
    "#]]
    .assert_debug_eq(&calls(&server));
}

#[tokio::test]
async fn keys_that_stay_the_same_are_not_tried_again() {
    let server = Server::start(vec![refusal(400, "ExpiredToken")]).await;
    let aws = client_of(&server);
    expect!["Credentials: ec2:DescribeRegions at HOST failed: Because (code ExpiredToken, request id r-1)"].assert_eq(&failure(&aws, &server).await);
    assert_eq!(server.requests().len(), 1);
}
