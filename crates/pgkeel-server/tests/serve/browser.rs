//! The dashboard in a real browser: clicked through in both themes, on a desk and on a phone.
//!
//! `PGKEEL_PICTURES=DIR` keeps what it looked like.

use std::path::PathBuf;

use pgkeel::database::Target;
use pgkeel::startup::{Environment, Startup};
use pgkeel_core::config::{ExpectConfig, TableExpectation};
use pgkeel_testkit::Server;
use pgkeel_testkit::blocking::block_on;

use crate::chromium::Chromium;
use crate::running::{Wish, migrations, record, start_with};

const PAGES: [&str; 9] = [
    "/",
    "/migrations",
    "/drift",
    "/checks",
    "/schema",
    "/schema/map",
    "/performance",
    "/activity",
    "/environments",
];

fn keep(name: &str, picture: &str) {
    let Some(folder) = std::env::var_os("PGKEEL_PICTURES").map(PathBuf::from) else { return };
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.png.base64")), picture).unwrap();
}

#[test]
fn the_dashboard_is_clicked_through() {
    block_on(async {
        let database = Server::get(17).database();
        let first = "CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
            CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer bigint NOT NULL REFERENCES customers, at timestamptz);
            CREATE TABLE lines (id serial PRIMARY KEY, \"order\" bigint REFERENCES orders, sku text, amount numeric(10,2) NOT NULL DEFAULT 1);
            CREATE INDEX orders_customer ON orders (customer); CREATE INDEX orders_customer_again ON orders (customer);
            SELECT setval(pg_get_serial_sequence('lines', 'id'), 1900000000);";
        let (kept, folder) = migrations(&[("0001_shop.sql", first)]);
        let read = pgkeel::discover::migrations(&folder, &folder).unwrap();
        let target = Target::parse(&database.url()).unwrap();
        Startup::for_target(target, Environment::Development)
            .migration_list(read, &folder)
            .run()
            .await
            .unwrap();
        record(&database).await;
        database.execute("ALTER TABLE orders ADD by_hand int; DROP INDEX orders_customer_again");
        std::fs::write(
            kept.path().join("0002_sizes.sql"),
            "CREATE TABLE sizes (id int PRIMARY KEY);\nSELECT pg_sleep(1.5);",
        )
        .unwrap();
        let missing =
            [("suppliers".to_owned(), TableExpectation { required: false, ..TableExpectation::default() })];
        let expect = ExpectConfig { tables: missing.into(), ..ExpectConfig::default() };
        let server =
            start_with(&database.url(), Wish { folder: Some(folder), expect, ..Wish::default() }).await;
        server.until("/readyz", |status, body| status == 503 && body.contains("schema_behind")).await;
        let root = format!("http://{}", server.address);
        let clicked = tokio::task::spawn_blocking(move || click_through(&root));
        clicked.await.unwrap();
        assert_eq!(database.value("SELECT count(*) FROM pg_tables WHERE tablename = 'sizes'"), "1");
        server.end().await;
    });
}

fn click_through(root: &str) {
    let mut browser = Chromium::start();
    for (name, width, dark) in [
        ("desk-light", 1280, false),
        ("desk-dark", 1280, true),
        ("phone-light", 360, false),
        ("phone-dark", 360, true),
    ] {
        browser.look_like(width, dark);
        for page in PAGES {
            browser.open(&format!("{root}{page}"));
            assert_eq!(browser.evaluate("document.querySelectorAll('h1').length"), 1, "{page} has one title");
            let unlabelled = "[...document.querySelectorAll('input:not([type=hidden])')].filter(i => !document.querySelector(`label[for='${i.id}']`)).length";
            assert_eq!(browser.evaluate(unlabelled), 0, "{page} has fields without a label");
            let too_wide = browser
                .evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            assert_eq!(too_wide, 0, "{page} is too wide for {width} pixels");
            let dark_now = browser.evaluate("getComputedStyle(document.documentElement).backgroundColor");
            assert_eq!(dark_now == "rgb(255, 255, 255)", !dark, "{page} in {name}: {dark_now}");
            keep(&format!("{name}{}", page.replace('/', "-")), &browser.picture());
        }
    }
    browser.look_like(1280, false);
    browser.open(root);
    browser.click("[data-theme-button]");
    assert_eq!(browser.evaluate("document.documentElement.dataset.theme"), "dark");
    browser.click("nav a[href='/schema']");
    browser.evaluate("document.querySelector('#q').value = 'amount'");
    browser.click(".search button");
    assert_eq!(browser.evaluate("document.querySelectorAll('tbody tr').length"), 1, "found by its column");
    browser.click("tbody a");
    browser.until("document.querySelector('h1').innerText.includes('lines')");
    assert_eq!(browser.evaluate("document.documentElement.dataset.theme"), "dark", "the theme stays");
    browser.click("svg a:not(.here)");
    browser.until("document.querySelector('h1').innerText.includes('orders')");
    keep("table", &browser.picture());
    browser.click("nav a[href='/drift']");
    browser.until("document.querySelectorAll('ins').length > 0");
    browser.click("nav a[href='/migrations']");
    // What changes something asks for the token and a word.
    browser.click("details.run summary");
    browser.evaluate("document.querySelector('#token').value = 'wrong'; document.querySelector('#confirm').value = 'migrate'");
    browser.click("details.run button");
    browser.until("document.body.innerText.includes('token is not right')");
    browser.complaints.retain(|complaint| !complaint.contains("403"));
    browser.open(&format!("{root}/migrations"));
    browser.click("details.run summary");
    browser.evaluate("document.querySelector('#token').value = 'the-secret'; document.querySelector('#confirm').value = 'migrate'");
    browser.click("details.run button");
    // Without a reload: locks and progress while it runs, then the new state.
    browser.until("document.querySelector('[data-fragment=now]').innerText.includes('pgkeel')");
    keep("running", &browser.picture());
    browser.until("document.querySelector('[data-progress-text]').innerText.includes('1 migration')");
    browser.until(
        "document.querySelector('[data-fragment=summary]').innerText.includes('2 applied, 0 pending')",
    );
    assert_eq!(browser.complaints, Vec::<String>::new());
    let foreign: Vec<&String> = browser
        .requests
        .iter()
        .filter(|url| !url.starts_with(root) && !url.starts_with("data:") && !url.starts_with("about:"))
        .collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}
