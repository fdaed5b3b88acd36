"""halyard-server, built for release, and what it says about itself."""

import json
import os
import re
import subprocess
from pathlib import Path

from .processes import Process
from .rest import Rest

ROOT = Path(__file__).resolve().parents[2]
BINARIES = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").resolve() / "release"
ENVIRONMENT = "production"
# Each limit stays in force; only who asks more often than any visitor would is not turned away.
RATE_LIMIT = 10_000_000


def build(*packages):
    """Builds release binaries."""
    names = [part for package in ("halyard-server", *packages) for part in ("--package", package)]
    subprocess.run(["cargo", "build", "--release", "--quiet", *names], cwd=ROOT, check=True)


def prepare(database_url):
    """Makes the schema, and a key of each kind."""
    program = BINARIES / "halyard-server"
    subprocess.run([program, "migrate", "--database", database_url], check=True, capture_output=True)
    kinds = {
        "server": ["--environment", ENVIRONMENT], "client": ["--environment", ENVIRONMENT], "admin": ["--role", "admin"],
    }
    keys = {}
    for kind, opens in kinds.items():
        made = subprocess.run(
            [program, "keys", "create", "--database", database_url, "--kind", kind, *opens],
            check=True, capture_output=True, text=True)
        keys[kind] = re.search(r"\bhal_[a-z]{3}_\w{49}\b", made.stdout).group()
    return keys


class Halyard(Process):
    """A running server. `home`: for its files alone."""

    def __init__(self, name, home, database_url, *arguments):
        home.mkdir()
        ready = home / "ready.json"
        super().__init__(
            name,
            [BINARIES / "halyard-server", "serve", "--database", database_url, "--listen", "127.0.0.1:0",
             "--ready-file", ready, "--data-dir", home / "data", "--rate-limit", RATE_LIMIT, *arguments],
            log=home / "log",
        )
        self.wait_for(ready.exists, "its ready file")
        self.url = json.loads(ready.read_text())["url"]

    def metrics(self):
        """The sum over all labels of each number."""
        sums = {}
        for name, value in re.findall(r"^(\w+)(?:\{.*\})? (\S+)$", Rest(self.url).text("GET", "/metrics"), re.MULTILINE):
            sums[name] = sums.get(name, 0.0) + float(value)
        return sums

    def log_counts(self):
        """Where the calls that it answered are; raises when they do not add up."""
        metrics = self.metrics()
        names = {"evaluated": "_total", "recovered": "_total", "stored": "_total", "queued": "", "spooled": "", "dropped": "_total"}
        counts = {name: int(metrics[f"halyard_log_{name}{suffix}"]) for name, suffix in names.items()}
        if counts["evaluated"] + counts["recovered"] != sum(counts[name] for name in ("stored", "queued", "spooled", "dropped")):
            raise RuntimeError(f"{self.name}: the log's numbers do not add up: {counts}")
        return counts


def add_percentage_flags(administration, percentages):
    """One boolean flag with one percentage rule for each, on, and visible to client keys."""
    for key, percentage in percentages.items():
        administration.text("POST", "/feature-flags", {
            "key": key, "name": key, "type": "boolean", "defaultValue": False, "clientVisible": True,
            "rules": [{"percentage": percentage, "value": True}],
        })
        administration.text("POST", f"/feature-flags/{key}/environments/{ENVIRONMENT}", {"enabled": True})
