"""The service under test: its process, what it says of itself, and what it takes."""
import json
import os
import signal
import subprocess
import threading
import time
import urllib.request

CONFIGURATION = """
sources:
  logins: {{ path: logs/logins.ndjson, time: ts, lateness: 1s, idle: 30s }}
  clicks: {{ type: redis, url: "redis://127.0.0.1:{redis}/0", keys: [clicks], field: body, time: ts, lateness: 1s, idle: 30s }}
  payments: {{ type: http, time: ts, lateness: 1s, idle: 30s }}
rules: [rules]
workers: 2
state: {{ url: "{state}", checkpoint: 100ms }}
actions:
  file: {{ type: file, path: alerts.ndjson, rotate: {{ size: 8MiB, keep: 1000 }} }}
  hook:
    type: webhook
    url: "http://127.0.0.1:{endpoint}/alerts"
    timeout: 2s
    connect_timeout: 1s
    batch: {{ count: 50, wait: 200ms }}
    retry: {{ first: 100ms, longest: 2s }}
    circuit: {{ failures: 5, pause: 2s }}
dead_letter: dead.txt
server: "127.0.0.1:{port}"
"""


class Service:
    """`gate` is held by whoever speaks to the running process and must not meet the next one; `starts` counts them."""

    def __init__(self, fluxcore, folder, port, **places):
        self.fluxcore = fluxcore
        self.folder = folder
        self.port = port
        self.gate = threading.Lock()
        self.starts = 0
        self.kills = 0
        self.stops = 0
        self.process = None
        self.problems = []
        self.is_meant_to_run = False
        self.log = os.path.join(folder, "service.log")
        with open(os.path.join(folder, "fluxcore.yaml"), "w") as file:
            file.write(CONFIGURATION.format(port=port, **places))

    def start(self):
        with self.gate:
            with open(self.log, "ab") as log:
                self.process = subprocess.Popen(
                    [self.fluxcore, "run", "--config", os.path.join(self.folder, "fluxcore.yaml")], stderr=log, cwd=self.folder)
            self.starts += 1
            self.is_meant_to_run = True
        deadline = time.monotonic() + 120
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.problems.append(f"start {self.starts} does not become ready, exit code {self.process.poll()}")
                return
            time.sleep(0.1)

    def kill(self):
        self.is_meant_to_run = False
        self.kills += 1
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.is_meant_to_run = False
        self.stops += 1
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(120)
        except subprocess.TimeoutExpired:
            self.problems.append("SIGTERM does not end it within two minutes")
            self.process.kill()
            self.process.wait()
            return
        if status != 0:
            self.problems.append(f"after SIGTERM it ends with {status}")

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def has_died(self):
        return self.is_meant_to_run and self.process.poll() is not None

    def is_ready(self):
        return self._get("/readyz") is not None

    def status(self):
        answer = self._get("/api/v1/status")
        return json.loads(answer) if answer else None

    def source(self, name):
        status = self.status()
        if not status or status["phase"] != "running":
            return None
        return next((source for source in status["sources"] if source["name"] == name), None)

    def usage(self):
        """Resident memory in KiB and open descriptors; None while it is not running."""
        try:
            with open(f"/proc/{self.process.pid}/status") as file:
                memory = next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
            return memory, len(os.listdir(f"/proc/{self.process.pid}/fd"))
        except (OSError, StopIteration):
            return None

    def _get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.read()
        except OSError:
            return None
