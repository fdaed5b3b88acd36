"""wrk in a process of its own: one case, one round."""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("requests.lua")
THREADS = 2


@dataclass(frozen=True)
class Request:
    """What is sent; `%s` in path or body stands for an entity id, another one each time."""

    url: str
    method: str
    path: str
    body: str = ""
    authorization: str = ""


@dataclass(frozen=True)
class Round:
    requests: int
    seconds: float
    # Milliseconds.
    p50: float
    p99: float
    # Of body and head together.
    bytes_per_answer: float

    @property
    def rate(self):
        return self.requests / self.seconds


def run(request, *, seconds, connections, entities):
    """Sends requests as fast as answers come back. Any answer but 2xx is an error."""
    done = subprocess.run(
        ["wrk", "--threads", str(THREADS), "--connections", str(connections), "--duration", f"{seconds}s",
         "--timeout", "10s", "--script", SCRIPT, request.url],
        env={**os.environ, "METHOD": request.method, "REQUEST_PATH": request.path, "BODY": request.body,
             "AUTHORIZATION": request.authorization, "ENTITIES": str(entities)},
        check=True, capture_output=True, text=True, timeout=seconds + 60,
    )
    figures = json.loads(re.search(r"^figures (.*)$", done.stdout, re.MULTILINE).group(1))
    if figures["failed"]:
        raise RuntimeError(f"{request.method} {request.path}: {figures['failed']} failed\n{done.stdout}")
    return Round(
        requests=figures["requests"], seconds=figures["microseconds"] / 1e6,
        p50=figures["p50"] / 1e3, p99=figures["p99"] / 1e3,
        bytes_per_answer=figures["bytes"] / max(figures["requests"], 1),
    )
