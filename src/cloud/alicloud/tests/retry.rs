//! Attempts, played on a clock that does not wait.

use std::{cell::RefCell, time::Duration};

use expect_test::{Expect, expect};
use tokio::time::{Instant, sleep};

use crate::cloud::{
    Error, Kind,
    alicloud::retry::{Again, Failure, InDoubt, Patience, random_part},
};

const NOW: Again = Again::After(None);

/// Plays attempts that take a second each, and tells when each started, how long it was
/// allowed to take, and how it all ended. Waits are as long as they may be.
async fn play(patience: Patience, attempts: &[Result<(), Again>]) -> String {
    play_slowly(patience, Duration::from_secs(1), attempts).await
}

async fn play_slowly(
    patience: Patience,
    takes: Duration,
    attempts: &[Result<(), Again>],
) -> String {
    let log = RefCell::new(String::new());
    let started = Instant::now();
    let mut script = attempts.iter().chain(std::iter::repeat(attempts.last().unwrap()));
    let outcome = patience.try_repeatedly(|allowed| {
        let at = started.elapsed().as_secs_f64();
        log.borrow_mut().push_str(&format!("at {at:.1} for {:.1}\n", allowed.as_secs_f64()));
        let result = *script.next().unwrap();
        async move {
            sleep(takes.min(allowed)).await;
            let error = Error::new(Kind::Throttled, "ecs:DescribeImages", "slow down");
            result.map_err(|again| Failure::new(error, again))
        }
    });
    let outcome = match outcome.await {
        Ok(()) => "success".to_owned(),
        Err(error) => format!("gave up after {} attempts", error.attempts),
    };
    format!("{}{outcome} at {:.1}", log.into_inner(), started.elapsed().as_secs_f64())
}

fn patience(attempt: u64, max_retries: u32) -> Patience {
    Patience {
        attempt: Duration::from_secs(attempt),
        max_retries,
        in_doubt: InDoubt::Repeat,
        jitter: |whole| whole,
    }
}

async fn check(patience: Patience, attempts: &[Result<(), Again>], expected: Expect) {
    expected.assert_eq(&play(patience, attempts).await);
}

#[tokio::test(start_paused = true)]
async fn waits_double_up_to_a_cap() {
    check(
        patience(60, 9),
        &[Err(NOW)],
        expect![[r#"
        at 0.0 for 60.0
        at 1.5 for 60.0
        at 3.5 for 60.0
        at 6.5 for 60.0
        at 11.5 for 60.0
        at 20.5 for 60.0
        at 37.5 for 60.0
        at 58.5 for 60.0
        at 79.5 for 40.5
        at 100.5 for 19.5
        gave up after 10 attempts at 101.5"#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn success_ends_it() {
    check(
        patience(60, 9),
        &[Err(NOW), Err(NOW), Ok(())],
        expect![[r#"
        at 0.0 for 60.0
        at 1.5 for 60.0
        at 3.5 for 60.0
        success at 4.5"#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_would_fail_again_is_not_repeated() {
    check(
        patience(60, 9),
        &[Err(Again::Never)],
        expect![[r#"
        at 0.0 for 60.0
        gave up after 1 attempts at 1.0"#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn without_retries_there_is_one_attempt() {
    check(
        patience(60, 0),
        &[Err(NOW)],
        expect![[r#"
        at 0.0 for 60.0
        gave up after 1 attempts at 1.0"#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn nobody_there_is_repeated_twice_at_most() {
    check(
        patience(60, 9),
        &[Err(Again::Unreachable)],
        expect![[r#"
        at 0.0 for 60.0
        at 1.5 for 60.0
        at 3.5 for 60.0
        gave up after 3 attempts at 4.5"#]],
    )
    .await;
    check(
        patience(60, 1),
        &[Err(Again::Unreachable)],
        expect![[r#"
        at 0.0 for 60.0
        at 1.5 for 60.0
        gave up after 2 attempts at 2.5"#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_the_cloud_asks_for_is_waited_for() {
    let asked = Again::After(Some(Duration::from_secs(30)));
    check(
        patience(60, 9),
        &[Err(asked), Ok(())],
        expect![[r#"
        at 0.0 for 60.0
        at 31.5 for 60.0
        success at 32.5"#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_the_budget_does_not_cover_is_not_begun() {
    let asked = Again::After(Some(Duration::MAX));
    check(
        patience(60, 9),
        &[Err(asked)],
        expect![[r#"
        at 0.0 for 60.0
        gave up after 1 attempts at 1.0"#]],
    )
    .await;
    check(
        patience(2, 9),
        &[Err(NOW)],
        expect![[r#"
        at 0.0 for 2.0
        at 1.5 for 2.0
        at 3.5 for 0.5
        gave up after 3 attempts at 4.0"#]],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_last_attempt_gets_what_is_left() {
    let hour = Duration::from_secs(3600);
    let played = play_slowly(patience(60, 9), hour, &[Err(NOW)]).await;
    expect![[r#"
        at 0.0 for 60.0
        at 60.5 for 59.5
        gave up after 2 attempts at 120.0"#]]
    .assert_eq(&played);
}

#[test]
fn random_parts_are_parts() {
    assert!((0..1000).all(|_| random_part(Duration::from_secs(1)) <= Duration::from_secs(1)));
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_may_have_done_something_is_repeated_only_where_that_is_harmless() {
    let lost = [Err(NOW), Err(Again::InDoubt(None)), Ok(())];
    let told = play(patience(60, 9), &lost).await;
    assert!(told.ends_with("success at 4.5"), "{told}");
    let told = play(Patience { in_doubt: InDoubt::Fail, ..patience(60, 9) }, &lost).await;
    assert!(told.ends_with("gave up after 2 attempts at 2.5"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_attempt_may_have_done_is_remembered() {
    let leaves_in_doubt = async |attempts: &'static [Again]| {
        let mut script = attempts.iter();
        let outcome: Result<(), _> = patience(60, 9)
            .try_repeatedly(|_| {
                let error = Error::new(Kind::Conflict, "ram:AttachPolicyToUser", "there already");
                let failure = Failure::new(error, *script.next().unwrap());
                async { Err(failure) }
            })
            .await;
        outcome.unwrap_err().leaves_in_doubt()
    };
    assert!(leaves_in_doubt(&[Again::InDoubt(None), Again::Never]).await);
    assert!(leaves_in_doubt(&[Again::InDoubt(None), NOW, Again::Never]).await);
    assert!(!leaves_in_doubt(&[NOW, Again::Never]).await);
    assert!(!leaves_in_doubt(&[Again::Never]).await);
}
