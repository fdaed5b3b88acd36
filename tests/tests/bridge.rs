//! The bridge serves the page and its commands, to that page alone.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

struct Bridge {
    process: Child,
    address: String,
    _data_dir: TempDir,
}

impl Bridge {
    fn start() -> Self {
        let data_dir = tempfile::tempdir().unwrap();
        let ui_dir = data_dir.path().join("ui");
        std::fs::create_dir(&ui_dir).unwrap();
        std::fs::write(ui_dir.join("index.html"), "<html><head></head><body>the page</body></html>").unwrap();
        std::fs::write(ui_dir.join("app.js"), "the script").unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_halyard-bridge"))
            .args(["--port", "0", "--data-dir"])
            .arg(data_dir.path())
            .arg("--ui-dir")
            .arg(&ui_dir)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut ready).unwrap();
        let ready: Value = serde_json::from_str(&ready).unwrap();
        let address = ready["url"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
        Bridge { process, address, _data_dir: data_dir }
    }

    /// Status and body of a request with these headers.
    fn ask(&self, request_line: &str, headers: &[&str], body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        let length = body.len();
        write!(
            stream,
            "{request_line} HTTP/1.1\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn token(&self) -> String {
        let (status, page) = self.ask("GET /flags/some-flag", &["Host: localhost"], "");
        assert_eq!(status, 200);
        assert!(page.contains("the page"));
        let (_, rest) = page.split_once("halyard-token\" content=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        let pid = self.process.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.process.wait();
    }
}

const STATUS: &str = "POST /command/workspace_status";
const JSON: &str = "Content-Type: application/json";

#[test]
fn the_served_page_may_run_commands_and_nobody_else() {
    let bridge = Bridge::start();
    assert_eq!(bridge.ask("GET /app.js", &["Host: localhost"], ""), (200, "the script".to_owned()));
    let token = format!("X-Halyard-Token: {}", bridge.token());
    let own = "Host: 127.0.0.1";

    let (status, body) = bridge.ask(STATUS, &[own, JSON, &token], "{}");
    assert_eq!(status, 200, "{body}");
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["state"], "none");
    let (status, body) = bridge.ask("POST /command/flag_get", &[own, JSON, &token], "{\"flag\":\"x\"}");
    assert_eq!(
        (status, serde_json::from_str::<Value>(&body).unwrap()["code"].as_str()),
        (409, Some("no_workspace"))
    );

    for headers in [
        &[own, JSON][..],
        &[own, JSON, "X-Halyard-Token: guessed"],
        &[own, "Content-Type: text/plain", &token],
        &["Host: evil.example", JSON, &token],
    ] {
        assert_eq!(bridge.ask(STATUS, headers, "{}").0, 403, "{headers:?}");
    }
    assert_eq!(bridge.ask(STATUS, &[own, JSON, &token], "{ half").0, 400);
    assert_eq!(bridge.ask("GET /command/workspace_status", &[own, JSON, &token], "").0, 405);
    let (_, escaped) = bridge.ask("GET /../workspaces.json", &["Host: localhost"], "");
    assert!(!escaped.contains("workspaces\""), "{escaped}");
}
