"""Programs that a benchmark starts: each is stopped by its own id, and says what it used."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """A program that runs until it is stopped. A context manager."""

    def __init__(self, name, command, *, log, environment=None, user=None, stop=signal.SIGTERM):
        self.name, self.log, self._stop = name, Path(log), stop
        # `user`: Postgres refuses to run as root.
        account = {"user": user, "group": "nogroup", "extra_groups": []} if user else {}
        with open(self.log, "wb") as output:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})}, start_new_session=True, **account,
            )

    @property
    def pid(self):
        return self._process.pid

    def output(self):
        return self.log.read_text(errors="replace")

    def check(self):
        """Raises when the program has ended."""
        if self._process.poll() is not None:
            raise RuntimeError(f"{self.name} ended with {self._process.returncode}:\n{self.output()[-2000:]}")

    def wait_for(self, condition, what, seconds=60):
        """The first true result of `condition`, asked for at most `seconds`."""
        def alive():
            self.check()
            return condition()
        return wait_for(alive, f"{self.name}: {what}", seconds)

    def peak_memory(self):
        """The most that was ever resident, in MiB."""
        return self._memory("VmHWM")

    def memory(self):
        """What is resident now, in MiB."""
        return self._memory("VmRSS")

    def cpu(self):
        """Seconds of processor time so far, those of its running children included."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return sum(_cpu(pid) for pid in [self.pid, *children])

    def stop(self):
        if self._process.poll() is None:
            self._process.send_signal(self._stop)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _memory(self, field):
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
        raise RuntimeError(f"{self.name} has no {field}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def _cpu(pid):
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def wait_for(condition, what, seconds=60, pause=0.05):
    until = time.monotonic() + seconds
    while True:
        if result := condition():
            return result
        if time.monotonic() > until:
            raise RuntimeError(f"waited {seconds} s in vain for {what}")
        time.sleep(pause)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
