use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use tokio::time::{Duration, advance, sleep};

use super::*;
use crate::cloud::Kind;

async fn slow_answer(asked: Arc<AtomicU32>) -> Result<u32, Error> {
    sleep(Duration::from_secs(5)).await;
    Ok(asked.fetch_add(1, Ordering::Relaxed) + 1)
}

#[tokio::test(start_paused = true)]
async fn overlapping_reads_are_sent_once() {
    let (shared, asked) = (Shared::new(), Arc::new(AtomicU32::new(0)));
    let (one, two) = tokio::join!(
        shared.get("question", slow_answer(Arc::clone(&asked))),
        shared.get("question", slow_answer(Arc::clone(&asked))),
    );
    assert_eq!((one.unwrap(), two.unwrap()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn another_question_is_asked_by_itself() {
    let (shared, asked) = (Shared::new(), Arc::new(AtomicU32::new(0)));
    shared.get("one", slow_answer(Arc::clone(&asked))).await.unwrap();
    assert_eq!(shared.get("two", slow_answer(asked)).await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_serves_for_two_seconds_and_no_longer() {
    let (shared, asked) = (Shared::new(), Arc::new(AtomicU32::new(0)));
    let mut answers = Vec::new();
    for pause in [0, 2000, 1] {
        advance(Duration::from_millis(pause)).await;
        answers.push(shared.get((), slow_answer(Arc::clone(&asked))).await.unwrap());
    }
    assert_eq!(answers, [1, 1, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_shared_by_those_who_wait_and_then_forgotten() {
    let (shared, asked) = (Shared::new(), Arc::new(AtomicU32::new(0)));
    let failing = |asked: Arc<AtomicU32>| async move {
        asked.fetch_add(1, Ordering::Relaxed);
        sleep(Duration::from_secs(1)).await;
        Err::<u32, _>(Error::new(Kind::Timeout, "ecs:DescribeImages", "too slow"))
    };
    let (one, two) = tokio::join!(
        shared.get((), failing(Arc::clone(&asked))),
        shared.get((), failing(Arc::clone(&asked)))
    );
    assert!(one.is_err() && two.is_err());
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert_eq!(shared.get((), slow_answer(asked)).await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_panic_fails_all_who_wait_instead_of_hanging_them() {
    let shared = Shared::<_, u32>::new();
    let panicking = || async {
        sleep(Duration::from_secs(1)).await;
        panic!("told to panic")
    };
    let (one, two) = tokio::join!(shared.get((), panicking()), shared.get((), panicking()));
    assert!(one.is_err() && two.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_question_whose_askers_are_gone_is_asked_anew() {
    let (shared, asked) = (Shared::new(), Arc::new(AtomicU32::new(0)));
    let asking = shared.get((), slow_answer(Arc::clone(&asked)));
    assert!(tokio::time::timeout(Duration::from_secs(1), asking).await.is_err());
    let started = Instant::now();
    assert_eq!(shared.get((), slow_answer(asked)).await.unwrap(), 1);
    assert_eq!(started.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn no_answer_serves_after_a_write() {
    let (writes, asked) = (Writes::default(), Arc::new(AtomicU32::new(0)));
    let shared = Shared::until(&writes);
    let mut answers = vec![shared.get((), slow_answer(Arc::clone(&asked))).await.unwrap()];
    let write = writes.begin();
    answers.push(shared.get((), slow_answer(Arc::clone(&asked))).await.unwrap());
    drop(write);
    answers.push(shared.get((), slow_answer(Arc::clone(&asked))).await.unwrap());
    assert_eq!(answers, [1, 1, 2]);
}

/// The cloud may have put the answer together before the write took effect.
#[tokio::test(start_paused = true)]
async fn an_answer_that_is_under_way_when_a_write_ends_serves_only_who_waits_already() {
    let (writes, asked) = (Writes::default(), Arc::new(AtomicU32::new(0)));
    let shared = Shared::until(&writes);
    let early = shared.get((), slow_answer(Arc::clone(&asked)));
    let late = async {
        sleep(Duration::from_secs(1)).await;
        drop(writes.begin());
        shared.get((), slow_answer(Arc::clone(&asked))).await
    };
    let (early, late) = tokio::join!(early, late);
    assert_eq!((early.unwrap(), late.unwrap()), (1, 2));
}
