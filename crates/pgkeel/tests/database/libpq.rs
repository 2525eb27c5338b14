//! Addresses that psql and pgkeel must understand alike: who connects where, under which settings.

use super::open;
use pgkeel_testkit::Server;
use pgkeel_testkit::install::client;

const WHO: &str = "SELECT concat_ws('|', current_user, current_database(), current_setting('application_name'), \
                   current_setting('search_path'), inet_server_addr())";

fn libpq(address: &str) -> Option<String> {
    let output = client("psql")
        .args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", WHO, "-d", address])
        .env("HOME", "/nonexistent")
        .output()
        .expect("psql runs");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

async fn ours(address: &str) -> Option<String> {
    let session = open(address).await.ok()?;
    Some(super::value(&session, WHO).await)
}

#[tokio::test]
async fn addresses_mean_what_libpq_makes_of_them() {
    let server = Server::get(15);
    let (user, name) = (server.unique_name("u#s@r e/"), server.unique_name("d b?&%"));
    let in_sql = |name: &str| format!("\"{name}\"");
    server.execute(&format!("CREATE ROLE {} SUPERUSER LOGIN", in_sql(&user)));
    server.execute(&format!("CREATE DATABASE {}", in_sql(&name)));
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    let (port, socket) = (server.port(), server.socket_folder().display().to_string());
    let (u, d, s) = (encode(&user), encode(&name), encode(&socket));
    let plain = format!("127.0.0.1:{port}");
    let mut connected = 0;
    for address in [
        format!("postgresql://{u}@{plain}/{d}"),
        format!("postgres://{u}:ignored@{plain}/{d}?application_name=a%20b%26c"),
        format!("postgres://{plain}/{d}?user={u}&application_name=x"),
        format!("postgres://?host={s}&port={port}&user={u}&dbname={d}&application_name=x"),
        format!("postgres://{u}@{s}:{port}/{d}?application_name=x"),
        format!("postgres://{u}@/{d}?host={socket}&port={port}&application_name=x"),
        format!("postgres://{u}@[::1]:{port}/{d}?application_name=x"),
        format!(
            "postgres://{u}@nowhere.invalid,localhost:{port}/{d}?application_name=x&hostaddr=127.0.0.1,::1&port={port}"
        ),
        format!("postgres://{u}@{plain}/{d}?fallback_application_name=f&application_name="),
        format!("postgres://{u}@{plain}/{d}?application_name=o&options=-c%20search_path%3Da%5C%20b%2Cc"),
        format!("postgres://{u}@{plain}/{d}?application_name=first&application_name=second"),
        format!("postgres://postgres@{plain}?application_name=the+database+is+the+user"),
        format!("postgres://postgres@{plain}/?application_name=x"),
        format!("host=127.0.0.1 port={port} user='{user}' dbname='{name}' application_name='it''s'"),
        format!("host=127.0.0.1 port={port} user='{user}' dbname = '{name}' application_name=it\\'s"),
        format!("  host = {socket}\tport={port}\nuser=postgres dbname='' application_name=x"),
        format!("host=127.0.0.1,::1 port={port} user=postgres application_name=x"),
        format!("host=127.0.0.1,::1 port=1,{port} user=postgres application_name=x"),
        format!("host=127.0.0.1,::1 port={port},{port},{port} user=postgres"),
        format!("host=127.0.0.1 port=x{port} user=postgres"),
        format!("host=127.0.0.1 port={port} user=postgres connect_timeout=x"),
        format!("host=127.0.0.1 port={port} user=postgres sslmode=maybe"),
        format!("host=127.0.0.1 port={port} user=postgres target_session_attrs=maybe"),
        format!("host=127.0.0.1 port={port} user=postgres unknown=1"),
        format!("host=127.0.0.1 port={port} user"),
        format!("host=127.0.0.1 port={port} user='postgres"),
        format!("postgres://postgres@{plain}/%zz"),
        format!("postgres://postgres@{plain}/%00"),
        format!("postgres://postgres@[::1:{port}/"),
        format!("postgres://postgres@[::1]x:{port}/"),
        format!("postgres://postgres@{plain}/postgres?sslmode"),
        format!(
            "postgres://postgres@{plain}/postgres?keepalives_idle=30&keepalives_interval=5&keepalives_count=3&tcp_user_timeout=9000&application_name=x"
        ),
        format!("postgres://postgres@{plain}/postgres?ssl=true"),
    ] {
        let (ours, theirs) = (ours(&address).await, libpq(&address));
        // psql names itself where nobody else does, as pgkeel does.
        let theirs = theirs.map(|who| who.replace("|psql|", "|pgkeel|"));
        assert_eq!(ours, theirs, "{address}");
        connected += usize::from(ours.is_some());
    }
    assert!((15..20).contains(&connected), "both outcomes are represented: {connected}");
    server.execute(&format!("DROP DATABASE {} WITH (FORCE)", in_sql(&name)));
    server.execute(&format!("DROP ROLE {}", in_sql(&user)));
}
