//! Lists of all sizes, and counts that are wrong.

use std::{cell::Cell, time::Duration};

use expect_test::{Expect, expect};
use tokio::time::{Instant, sleep};

use crate::cloud::{
    Listing,
    alicloud::paging::{PAGE_SIZE, Page, read_all},
};

/// Reads a list and tells what that took. Every page takes about a second; earlier ones
/// take longer.
async fn read(
    limit: Option<usize>,
    page: impl Fn(usize) -> Page<String>,
) -> (Listing<String>, String) {
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
    let listing = read_all(page(1), limit, String::as_str, fetch).await.unwrap();
    let text = format!(
        "{} items, complete: {}; {} pages, {} at a time, {:.1} s",
        listing.items.len(),
        listing.is_complete,
        asked.get(),
        most_waiting.get(),
        started.elapsed().as_secs_f64(),
    );
    (listing, text)
}

async fn check(
    limit: Option<usize>,
    page: impl Fn(usize) -> Page<String>,
    expected: Expect,
) -> Listing<String> {
    let (listing, text) = read(limit, page).await;
    expected.assert_eq(&text);
    listing
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
    check(None, moving, expect!["300 items, complete: true; 4 pages, 2 at a time, 2.0 s"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_list_that_grows_is_read_to_its_new_end() {
    let growing = |page| page_of(350, if page == 1 { 150 } else { 350 }, page);
    check(None, growing, expect!["350 items, complete: true; 4 pages, 2 at a time, 2.0 s"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_list_that_shrinks_ends_with_an_empty_page() {
    let shrinking = |page| page_of(150, if page == 1 { 5000 } else { 150 }, page);
    check(None, shrinking, expect!["150 items, complete: true; 9 pages, 8 at a time, 1.0 s"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_count_that_is_too_large_leaves_the_list_incomplete() {
    check(
        None,
        |page| page_of(150, 5000, page),
        expect!["150 items, complete: false; 9 pages, 8 at a time, 1.0 s"],
    )
    .await;
    check(
        None,
        |page| page_of(0, 1, page),
        expect!["0 items, complete: false; 1 pages, 0 at a time, 0.0 s"],
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
async fn a_list_without_end_is_cut() {
    let endless = |page| page_of(usize::MAX, usize::MAX, page);
    let (listing, _) = read(None, endless).await;
    assert_eq!((listing.items.len(), listing.is_complete), (200_000, false));
    let same_page = |_| page_of(usize::MAX, usize::MAX, 1);
    let (listing, _) = read(None, same_page).await;
    assert_eq!((listing.items.len(), listing.is_complete), (100, false));
}
