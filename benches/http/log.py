"""What the evaluation log stores per second, against a bare COPY of the same rows into a table of the same
shape, indexes included."""

import re
import subprocess
import time
from contextlib import contextmanager
from statistics import median

import load
from cases import CUSTOMERS
from support.processes import wait_for

COPIED = "halyard_bench.calls"


def measure(postgres, server, prepared, chosen):
    """Medians: calls stored per second, rows copied per second, and bytes per row, indexes included."""
    question = prepared.all
    request = load.Request(server.url, "POST", question.path, question.body, f"Bearer {question.key}")
    postgres.sql("halyard", f"create schema halyard_bench; create table {COPIED} (like halyard.evaluations including all)")
    stored, copied, calls = [], [], []
    for _ in range(chosen.rounds):
        postgres.sql("halyard", "truncate halyard.evaluations")
        with _locked(postgres):
            load.run(request, seconds=1, connections=chosen.connections, entities=CUSTOMERS)
        start, before = time.monotonic(), server.log_counts()
        after = wait_for(lambda: _drained(server), "the log to be stored", seconds=120, pause=0.01)
        took = time.monotonic() - start
        if after["dropped"]:
            raise RuntimeError(f"calls were lost to the log: {after}")
        calls.append(after["stored"] - before["stored"])
        stored.append(calls[-1] / took)
        copied.append(_copy(postgres))
    size, rows = postgres.sql("halyard", f"select pg_total_relation_size('{COPIED}'), count(*) from {COPIED}").split("|")
    return {
        "calls": median(calls), "stored": median(stored), "copied": median(copied),
        "bytes": int(size) / int(rows), "flags": 100,
    }


def _drained(server):
    counts = server.log_counts()
    return counts if counts["queued"] == counts["spooled"] == 0 else None


@contextmanager
def _locked(postgres):
    """Keeps writers of the log waiting, so that calls pile up."""
    with subprocess.Popen(["psql", "-X", "-q", "-A", "-t", "-d", postgres.url("halyard")],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as session:
        print("begin; lock table halyard.evaluations in exclusive mode; select 'locked';", file=session.stdin, flush=True)
        session.stdout.readline()
        yield
        print("commit;", file=session.stdin, flush=True)
        session.stdin.close()


def _copy(postgres):
    """Copies what the log holds; rows per second."""
    cluster = postgres.sql("halyard", "show data_directory")
    file = f"{cluster}/calls"
    postgres.sql("halyard", f"truncate {COPIED}; copy (select * from halyard.evaluations order by evaluated_at) to '{file}' (format binary)")
    rows = int(postgres.sql("halyard", "select count(*) from halyard.evaluations"))
    timed = postgres.sql("halyard", f"\\timing on\ncopy {COPIED} from '{file}' (format binary)")
    milliseconds = float(re.search(r"Time: ([\d.]+) ms", timed).group(1))
    return rows / milliseconds * 1e3
