"""What is measured: who is asked what, and the figures of each round."""

import json
import time
from dataclasses import dataclass, field
from statistics import mean, median

import load
from support.halyard import ENVIRONMENT, add_percentage_flags
from support.processes import wait_for
from support.rest import Rest

AUDIENCE_FLAG = "flag-with-audience"
CUSTOMERS = 50_000
CUSTOMERS_TABLE = f"""
    create table public.customers (
        id text primary key, name text, email text, plan text, country text, mrr numeric, last_seen_at timestamptz);
    insert into public.customers
    select 'cus_' || lpad(n::text, 8, '0'), 'Customer ' || n, n || '@example.com',
           (array['free', 'starter', 'team', 'enterprise'])[1 + n % 4], (array['DE', 'FR', 'US'])[1 + n % 3],
           n % 1000, now() - n * interval '1 minute'
    from generate_series(0, {CUSTOMERS - 1}) as n;
    vacuum analyze public.customers;"""


@dataclass(frozen=True)
class Question:
    """One kind of request, named as in the tables."""

    name: str
    path: str
    body: str
    key: str


@dataclass(frozen=True)
class Prepared:
    """What the database holds, and what is asked about it."""

    url: str
    all: Question
    one: Question
    audience: Question

    @property
    def questions(self):
        return [self.all, self.one, self.audience]

    def body_sizes(self):
        """Bytes of a usual answer to each question."""
        sizes = {}
        for question in self.questions:
            rest = Rest(self.url, f"Bearer {question.key}")
            texts = [rest.text("POST", question.path, _filled(question, number * 977)) for number in range(50)]
            sizes[question.name] = round(mean(len(text) for text in texts))
        return sizes


def prepare(server, keys, percentages, postgres):
    """Fills the database with customers and flags."""
    postgres.sql("halyard", CUSTOMERS_TABLE)
    administration = Rest(server.url, f"Bearer {keys['admin']}")
    add_percentage_flags(administration, percentages)
    audience = administration.json("POST", "/audiences", {
        "name": "Measured", "condition": {"attribute": "plan", "operator": "in", "value": ["team", "enterprise"]},
    })
    administration.text("POST", "/feature-flags", {
        # Client keys do not see it, so that evaluate-all with one needs no audience.
        "key": AUDIENCE_FLAG, "name": AUDIENCE_FLAG, "type": "boolean", "defaultValue": False, "clientVisible": False,
        "rules": [{"audienceId": audience["id"], "value": True}],
    })
    administration.text("POST", f"/feature-flags/{AUDIENCE_FLAG}/environments/{ENVIRONMENT}", {"enabled": True})
    asking = Rest(server.url, f"Bearer {keys['server']}")

    def served():
        flags = asking.json("POST", "/feature-flags/evaluate-all", {"entityId": "cus_00000000"})
        return flags.get(AUDIENCE_FLAG, {"reason": {"kind": "OFF"}})["reason"]["kind"] != "OFF"
    wait_for(served, "the flags to be served")
    one = "/feature-flags/evaluate"
    return Prepared(
        url=server.url,
        all=Question(f"evaluate-all, {len(percentages)} flags", "/feature-flags/evaluate-all",
                     '{"entityId": "%s"}', keys["client"]),
        one=Question("evaluate, one flag", one,
                     '{"key": "%s", "entityId": "%%s"}' % next(iter(percentages)), keys["client"]),
        audience=Question("evaluate, one flag with an audience", one,
                          '{"key": "%s", "entityId": "%%s"}' % AUDIENCE_FLAG, keys["server"]),
    )


@dataclass
class Case:
    """One program asked one question."""

    question: str
    program: str
    process: object
    request: load.Request
    # Whether every call has to be in the database before the round counts as over.
    logged: bool = False
    rounds: list = field(default_factory=list)
    cpu: list = field(default_factory=list)
    database_cpu: list = field(default_factory=list)
    # Calls per second from the first request until the last call was stored.
    kept_up: list = field(default_factory=list)
    # Calls in memory and on disk when the last answer had come.
    waiting: list = field(default_factory=list)

    @property
    def title(self):
        return f"{self.question}: {self.program}"

    def measure(self, seconds, connections, postgres):
        before = self.process.log_counts() if self.logged else None
        cpu, database_cpu, start = self.process.cpu(), postgres.cpu(), time.monotonic()
        done = load.run(self.request, seconds=seconds, connections=connections, entities=CUSTOMERS)
        if self.logged:
            counts = self.process.log_counts()
            self.waiting.append((counts["queued"], counts["spooled"]))
            stored = self._wait_until_stored(before)
            self.kept_up.append(stored / (time.monotonic() - start))
        self.rounds.append(done)
        self.cpu.append((self.process.cpu() - cpu) / done.requests * 1e6)
        self.database_cpu.append((postgres.cpu() - database_cpu) / done.requests * 1e6)

    def median(self, figure):
        return median(getattr(done, figure) for done in self.rounds)

    def _wait_until_stored(self, before):
        def drained():
            counts = self.process.log_counts()
            return counts if counts["queued"] == counts["spooled"] == 0 else None
        after = wait_for(drained, "the log to be stored", seconds=120)
        if after["dropped"] != before["dropped"]:
            raise RuntimeError(f"{self.title}: calls were lost to the log: {before} {after}")
        return after["stored"] - before["stored"]


def all_cases(prepared, sizes, servers, bare, other):
    """Those of one question stand together: they are compared, so they take turns closely."""
    cases = []
    for question in prepared.questions:
        authorization = f"Bearer {question.key}"
        cases.append(Case(question.name, "bare handler", bare, load.Request(
            bare.url, "POST", f"/{sizes[question.name]}", question.body, authorization)))
        for logging, server in servers.items():
            cases.append(Case(question.name, f"halyard-server, log {logging}", server, load.Request(
                server.url, "POST", question.path, question.body, authorization), logged=logging == "on"))
        if other and question is prepared.all:
            cases.append(Case(question.name, "unleash-server", other, load.Request(
                other.url, "GET", "/api/frontend?userId=%s", authorization=other.frontend_token)))
    return cases


def _filled(question, number):
    return json.loads(question.body % f"cus_{number % CUSTOMERS:08}")
