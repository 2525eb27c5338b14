//! Headless Chromium (Debian's package), driven through its debugging pipe: JSON messages that end with a zero byte.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// A browser with one page.
pub struct Chromium {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    session: String,
    next: u64,
    /// What pages complained of: errors, refused resources, broken policies.
    pub complaints: Vec<String>,
    /// Addresses that pages asked for.
    pub requests: Vec<String>,
    _profile: tempfile::TempDir,
}

impl Chromium {
    /// Starts it.
    pub fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        // Descriptors 3 and 4 are the pipe; a shell makes them of what Rust can hand over.
        let command = format!(
            "exec chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
             --disable-background-networking --disable-component-update --disable-sync --remote-debugging-pipe \
             --user-data-dir={} about:blank 3<&0 4>&1 </dev/null >/dev/null 2>&1",
            profile.path().display()
        );
        let mut child = Command::new("sh")
            .args(["-c", &command])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut browser = Self {
            child,
            input,
            output,
            session: String::new(),
            next: 0,
            complaints: Vec::new(),
            requests: Vec::new(),
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", &json!({"url": "about:blank"}))["targetId"].clone();
        let attached = browser.call("Target.attachToTarget", &json!({"targetId": target, "flatten": true}));
        attached["sessionId"].as_str().unwrap().clone_into(&mut browser.session);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        browser
    }

    /// Sends a command and waits for its answer.
    pub fn call(&mut self, method: &str, parameters: &Value) -> Value {
        self.try_call(method, parameters).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    fn try_call(&mut self, method: &str, parameters: &Value) -> Result<Value, Value> {
        self.next += 1;
        let id = self.next;
        let mut message = json!({"id": id, "method": method, "params": parameters});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.input.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let message = self.read();
            if message["id"] == id {
                return match message.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(message["result"].clone()),
                };
            }
        }
    }

    fn read(&mut self) -> Value {
        let mut bytes = Vec::new();
        let read = self.output.read_until(0, &mut bytes).unwrap();
        assert!(
            read > 0,
            "chromium went away; is Debian's package chromium installed? tests/servers/install does it"
        );
        bytes.pop();
        let message: Value = serde_json::from_slice(&bytes).unwrap();
        let about = &message["params"];
        match message["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" => self.complaints.push(about["exceptionDetails"].to_string()),
            "Log.entryAdded" if about["entry"]["level"] == "error" => {
                self.complaints.push(about["entry"].to_string());
            }
            "Network.requestWillBeSent" => {
                self.requests.push(about["request"]["url"].as_str().unwrap_or_default().to_owned());
            }
            _ => {}
        }
        message
    }

    /// Opens an address and waits until it is drawn.
    pub fn open(&mut self, url: &str) {
        self.call("Page.navigate", &json!({"url": url}));
        self.until("document.readyState === 'complete'");
    }

    /// Waits until an expression of the page is true.
    pub fn until(&mut self, expression: &str) {
        let wait = format!(
            "new Promise(done => {{ const began = Date.now(); const look = () => {{ \
             const well = (() => {{ try {{ return {expression}; }} catch {{ return false; }} }})(); \
             if (well || Date.now() - began > 15000) done(!!well); else setTimeout(look, 50); }}; look(); }})"
        );
        let well = self.evaluate(&wait);
        assert_eq!(well, true, "never true: {expression}\n{}", self.evaluate("document.body.innerText"));
    }

    /// The value of an expression of the page.
    pub fn evaluate(&mut self, expression: &str) -> Value {
        let parameters = json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        for _ in 0..20 {
            match self.try_call("Runtime.evaluate", &parameters) {
                Ok(answer) => return answer["result"]["value"].clone(),
                // The page that was asked has just been left: the next one is asked.
                Err(error)
                    if error.to_string().contains("navigated") || error.to_string().contains("context") =>
                {
                    std::thread::sleep(Duration::from_millis(100));
                }
                Err(error) => panic!("{expression}: {error}"),
            }
        }
        panic!("no page stays long enough to answer {expression}");
    }

    /// Clicks a link or button by its selector, and waits until the page that follows is there.
    pub fn click(&mut self, selector: &str) {
        let quoted = json!(selector);
        let place = self.evaluate(&format!(
            "(() => {{ const e = document.querySelector({quoted}); if (!e) return null; e.scrollIntoView({{block: 'center'}}); \
             const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }})()"
        ));
        assert!(
            place.is_array(),
            "{selector} is not on the page:\n{}",
            self.evaluate("document.body.innerText")
        );
        for kind in ["mousePressed", "mouseReleased"] {
            let event =
                json!({"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", &event);
        }
        std::thread::sleep(Duration::from_millis(150));
        self.until("document.readyState === 'complete'");
    }

    /// The size of the screen, and whether the system is dark.
    pub fn look_like(&mut self, width: u32, dark: bool) {
        let metrics = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600});
        self.call("Emulation.setDeviceMetricsOverride", &metrics);
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.call("Emulation.setEmulatedMedia", &media);
    }

    /// A picture of the page as PNG in base64.
    pub fn picture(&mut self) -> String {
        let shot = self.call("Page.captureScreenshot", &json!({"captureBeyondViewport": true}));
        shot["data"].as_str().unwrap().to_owned()
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // It ends with its pipe; a test that failed does not wait for it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
