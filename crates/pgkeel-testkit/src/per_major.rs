//! One test per PostgreSQL major, each counted and named: `name::pg14` to `name::pg18`.

/// Runs a function on the shared server of every major of [`crate::MAJORS`].
///
/// ```
/// pgkeel_testkit::per_major! {
///     async fn knows_its_major(server) {
///         let database = server.database();
///         let row = database.client().await.query_one("SHOW server_version_num", &[]).await;
///         let number: String = row.expect("the server answers").get(0);
///         assert!(number.starts_with(&server.major().to_string()));
///     }
/// }
/// ```
/// Without `async` the function is an ordinary one.
#[macro_export]
macro_rules! per_major {
    ($($(#[$attribute:meta])* async fn $name:ident($server:ident) $body:block)+) => { $(
        mod $name {
            #[allow(unused_imports, reason = "a test body may use nothing from around it")]
            use super::*;
            async fn test($server: &'static $crate::Server) $body
            $crate::per_major!(@tests |server| $crate::blocking::block_on(test(server)), $(#[$attribute])*);
        }
    )+ };
    ($($(#[$attribute:meta])* fn $name:ident($server:ident) $body:block)+) => { $(
        mod $name {
            #[allow(unused_imports, reason = "a test body may use nothing from around it")]
            use super::*;
            fn test($server: &'static $crate::Server) $body
            $crate::per_major!(@tests |server| test(server), $(#[$attribute])*);
        }
    )+ };
    (@tests |$server:ident| $call:expr, $(#[$attribute:meta])*) => {
        $crate::per_major!(@test pg14, 14, |$server| $call, $(#[$attribute])*);
        $crate::per_major!(@test pg15, 15, |$server| $call, $(#[$attribute])*);
        $crate::per_major!(@test pg16, 16, |$server| $call, $(#[$attribute])*);
        $crate::per_major!(@test pg17, 17, |$server| $call, $(#[$attribute])*);
        $crate::per_major!(@test pg18, 18, |$server| $call, $(#[$attribute])*);
    };
    (@test $test:ident, $major:literal, |$server:ident| $call:expr, $(#[$attribute:meta])*) => {
        #[test]
        $(#[$attribute])*
        fn $test() {
            let $server = $crate::Server::get($major);
            $call;
        }
    };
}
