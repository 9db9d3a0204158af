//! Lists of all sizes, and counts that are wrong.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    time::Duration,
};

use expect_test::{Expect, expect};
use tokio::time::{Instant, sleep};

use crate::cloud::{
    Error, Kind, Listing,
    alicloud::{
        endpoints::Service,
        paging::{PAGE_SIZE, Page, Pages},
        rpc::Operation,
    },
};

/// Reads a list and tells what that took. Every page takes about a second; earlier ones
/// take longer.
async fn read(
    limit: Option<usize>,
    page: impl Fn(usize) -> Page<String>,
) -> (Result<Listing<String>, Error>, String) {
    let (asked, waiting, most_waiting) = (Cell::new(1), Cell::new(0), Cell::new(0));
    let started = Instant::now();
    let fetch = async |number| {
        asked.update(|asked| asked + 1);
        waiting.update(|waiting| waiting + 1);
        most_waiting.update(|most: usize| most.max(waiting.get()));
        sleep(Duration::from_millis(1000_u64.saturating_sub(number as u64))).await;
        waiting.update(|waiting| waiting - 1);
        Ok(page(number))
    };
    let pages = Pages {
        operation: Operation { service: Service::Ecs, name: "ecs:DescribeImages" },
        limit,
        id: String::as_str,
        started,
        patience: Duration::from_secs(600),
    };
    let outcome = pages.read(page(1), fetch).await;
    let text = format!(
        "{} pages, {} at a time, {:.1} s",
        asked.get(),
        most_waiting.get(),
        started.elapsed().as_secs_f64(),
    );
    (outcome, text)
}

async fn check(
    limit: Option<usize>,
    page: impl Fn(usize) -> Page<String>,
    expected: Expect,
) -> Listing<String> {
    let (outcome, text) = read(limit, page).await;
    let listing = outcome.unwrap();
    let (items, is_complete) = (listing.items.len(), listing.is_complete);
    expected.assert_eq(&format!("{items} items, complete: {is_complete}; {text}"));
    listing
}

async fn check_error(
    limit: Option<usize>,
    page: impl Fn(usize) -> Page<String>,
    kind: Kind,
    expected: Expect,
) {
    let (outcome, text) = read(limit, page).await;
    let error = outcome.unwrap_err();
    assert_eq!((error.kind, error.operation), (kind, "ecs:DescribeImages"));
    expected.assert_eq(&format!("{}; {text}", error.message));
}

/// Tells a page how often it has been asked for before.
fn again(page: impl Fn(usize, usize) -> Page<String>) -> impl Fn(usize) -> Page<String> {
    let asked = RefCell::new(HashMap::new());
    move |number| {
        let mut asked = asked.borrow_mut();
        let before: &mut usize = asked.entry(number).or_default();
        *before += 1;
        page(number, *before - 1)
    }
}

/// A list of so many rows, named by their numbers.
fn list(rows: usize) -> impl Fn(usize) -> Page<String> {
    move |page| page_of(rows, rows, page)
}

fn page_of(rows: usize, total: usize, page: usize) -> Page<String> {
    let numbers = (page - 1) * PAGE_SIZE..rows.min(page * PAGE_SIZE);
    Page { total, rows: numbers.map(|number| number.to_string()).collect() }
}

#[tokio::test(start_paused = true)]
async fn one_page_is_enough_for_a_short_list() {
    check(None, list(0), expect!["0 items, complete: true; 1 pages, 0 at a time, 0.0 s"]).await;
    check(None, list(100), expect!["100 items, complete: true; 1 pages, 0 at a time, 0.0 s"]).await;
    check(Some(100), list(100), expect!["100 items, complete: true; 1 pages, 0 at a time, 0.0 s"])
        .await;
}

#[tokio::test(start_paused = true)]
async fn eight_pages_are_read_at_a_time_and_kept_in_order() {
    let listing = check(
        None,
        list(2450),
        expect!["2450 items, complete: true; 25 pages, 8 at a time, 3.0 s"],
    )
    .await;
    assert!(listing.items.iter().map(|item| item.parse::<usize>().unwrap()).eq(0..2450));
}

#[tokio::test(start_paused = true)]
async fn no_more_pages_are_read_than_the_limit_needs() {
    check(Some(50), list(2450), expect!["50 items, complete: false; 1 pages, 0 at a time, 0.0 s"])
        .await;
    check(
        Some(250),
        list(2450),
        expect!["250 items, complete: false; 3 pages, 2 at a time, 1.0 s"],
    )
    .await;
    check(
        Some(2450),
        list(2450),
        expect!["2450 items, complete: true; 25 pages, 8 at a time, 3.0 s"],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn rows_that_move_to_the_next_page_come_once() {
    let moving = |page| {
        let mut page = page_of(300, 300, page);
        page.rows.push("99".to_owned());
        page
    };
    check(None, moving, expect!["300 items, complete: true; 3 pages, 2 at a time, 1.0 s"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_list_that_grows_is_read_to_its_new_end_and_then_again() {
    let growing =
        again(|page, before| page_of(350, if page == 1 && before == 0 { 150 } else { 350 }, page));
    check(None, growing, expect!["350 items, complete: true; 8 pages, 3 at a time, 4.0 s"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_list_that_shrinks_is_read_again() {
    // The first row goes while the first page is read: the others move up.
    let shrinking = again(|page, before| {
        if (page, before) == (1, 0) {
            return page_of(201, 201, 1);
        }
        let rows = (page - 1) * PAGE_SIZE + 1..=200.min(page * PAGE_SIZE);
        Page { total: 200, rows: rows.map(|number| number.to_string()).collect() }
    });
    let listing =
        check(None, shrinking, expect!["200 items, complete: true; 5 pages, 2 at a time, 3.0 s"])
            .await;
    assert!(listing.items.iter().map(|item| item.parse::<usize>().unwrap()).eq(1..=200));
}

#[tokio::test(start_paused = true)]
async fn an_empty_page_in_the_middle_hides_none_that_follow() {
    let gap = |page: usize| match page {
        2 => Page { total: 201, rows: Vec::new() },
        _ => page_of(201, 201, page),
    };
    let listing =
        check(None, gap, expect!["101 items, complete: false; 6 pages, 2 at a time, 3.0 s"]).await;
    assert_eq!(listing.items.last().unwrap(), "200");
    let gap_once = again(|page, before| match (page, before) {
        (2, 0) => Page { total: 201, rows: Vec::new() },
        _ => page_of(201, 201, page),
    });
    check(None, gap_once, expect!["201 items, complete: true; 6 pages, 2 at a time, 3.0 s"]).await;
    // Such a page may miscount, too.
    let miscounting = |page: usize| match page {
        2 => Page { total: 0, rows: Vec::new() },
        _ => page_of(201, 201, page),
    };
    let listing = check(
        None,
        miscounting,
        expect!["101 items, complete: false; 6 pages, 2 at a time, 3.0 s"],
    )
    .await;
    assert_eq!(listing.items.last().unwrap(), "200");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_always_changes_is_incomplete() {
    let restless = again(|page, before| page_of(250, 250 + page + before, page));
    check(None, restless, expect!["250 items, complete: false; 6 pages, 2 at a time, 3.0 s"]).await;
    // The same row on all pages, instead of others.
    let repeating = |page| {
        let mut page = page_of(250, 250, page);
        page.rows[0] = "0".to_owned();
        page
    };
    check(None, repeating, expect!["248 items, complete: false; 6 pages, 2 at a time, 3.0 s"])
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_list_with_a_limit_is_not_read_again() {
    let gap = |page: usize| match page {
        2 => Page { total: 301, rows: Vec::new() },
        _ => page_of(301, 301, page),
    };
    check(Some(250), gap, expect!["200 items, complete: false; 3 pages, 2 at a time, 1.0 s"]).await;
    check(Some(1000), gap, expect!["201 items, complete: false; 4 pages, 3 at a time, 1.0 s"])
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_count_that_is_too_large_leaves_the_list_incomplete() {
    check(
        None,
        |page| page_of(150, 5000, page),
        expect!["150 items, complete: false; 100 pages, 8 at a time, 14.6 s"],
    )
    .await;
    check(
        None,
        |page| page_of(0, 1, page),
        expect!["0 items, complete: false; 2 pages, 1 at a time, 1.0 s"],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_count_that_is_too_small_is_not_believed() {
    check(
        None,
        |page| page_of(250, 0, page),
        expect!["250 items, complete: true; 3 pages, 1 at a time, 2.0 s"],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_list_without_end_is_refused() {
    let longest = |page| Page { total: 200_000, ..page_of(1, 1, page) };
    check(
        Some(200_000),
        longest,
        expect!["1 items, complete: false; 2000 pages, 8 at a time, 62.8 s"],
    )
    .await;
    check_error(None, list(200_001), Kind::Unreadable, expect!["the list has more than 200000 items: the cloud counts 200001, and 100 were read; 1 pages, 0 at a time, 0.0 s"]).await;
    check_error(None, list(usize::MAX), Kind::Unreadable, expect!["the list has more than 200000 items: the cloud counts 18446744073709551615, and 100 were read; 1 pages, 0 at a time, 0.0 s"]).await;
    check(
        Some(2000),
        list(usize::MAX),
        expect!["2000 items, complete: false; 20 pages, 8 at a time, 3.0 s"],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_page_that_comes_again_and_again_ends() {
    check(
        None,
        |_| page_of(500, 500, 1),
        expect!["100 items, complete: false; 10 pages, 4 at a time, 3.0 s"],
    )
    .await;
    check(
        Some(2000),
        |_| page_of(usize::MAX, usize::MAX, 1),
        expect!["100 items, complete: false; 20 pages, 8 at a time, 3.0 s"],
    )
    .await;
    check_error(None, |_| page_of(100, 0, 1), Kind::Unreadable, expect!["the list has more than 200000 items: the cloud counts 0, and 200100 were read; 2001 pages, 1 at a time, 498.5 s"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_page_may_have_twice_as_many_rows_as_asked_for() {
    let rows = |rows: usize| {
        move |_| Page { total: rows, rows: (0..rows).map(|number| number.to_string()).collect() }
    };
    check(Some(200), rows(200), expect!["200 items, complete: true; 2 pages, 1 at a time, 1.0 s"])
        .await;
    check_error(
        None,
        rows(201),
        Kind::Unreadable,
        expect!["a page has 201 items, but 100 were asked for; 1 pages, 0 at a time, 0.0 s"],
    )
    .await;
    let later = |page: usize| match page {
        1 => page_of(300, 300, 1),
        page => rows(201)(page),
    };
    check_error(
        None,
        later,
        Kind::Unreadable,
        expect!["a page has 201 items, but 100 were asked for; 3 pages, 2 at a time, 1.0 s"],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_list_that_takes_too_long_tells_how_much_was_read() {
    let slow = async |total: usize| {
        let fetch = async |page| {
            sleep(Duration::from_secs(100)).await;
            Ok(page_of(total, total, page))
        };
        let pages = Pages {
            operation: Operation { service: Service::Ecs, name: "ecs:DescribeImages" },
            limit: None,
            id: String::as_str,
            started: Instant::now(),
            patience: Duration::from_secs(600),
        };
        pages.read(page_of(total, total, 1), fetch).await
    };
    assert_eq!(slow(4000).await.unwrap().items.len(), 4000);
    let error = slow(6000).await.unwrap_err();
    assert_eq!((error.kind, error.operation), (Kind::Timeout, "ecs:DescribeImages"));
    expect!["the list has not ended within 600 s; read 4900 of 6000"].assert_eq(&error.message);
}
