"""A running fluxcore with rules, events and an endpoint that refuses alerts or takes them, for tools/console-check."""

import http.server
import json
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

TOKEN = "a-token-of-the-console-check"
# What must never run, nor become an element, wherever a text comes from.
HOSTILE = '"><img src=x onerror="window.ran=1"><script>window.ran=1</script>'
LINK = "javascript:window.ran=1"

RULES = {
    "logins.yaml": r"""
rule: demo.guessed
title: Password guessed
level: high
from: logins
by: user
events:
  fail: outcome == "failure"
  ok: outcome == "success"
pattern: fail{3,} -> ok
within: 10m
select: { failures: count(fail), took: ok.@time - first(fail).@time }
tests: []
""",
    "sessions.yaml": r"""
rule: demo.stolen_session
title: The session goes on from another country
from: sessions
by: session
events:
  login: action == "login"
  moved: action == "request" and user == login.user and country != login.country and requests >= 5
pattern: login -> moved
within: 1h
""",
    '<img src=x onerror="window.ran=1">.yaml': r"""
rule: demo.hostile
title: '%s'
description: '%s'
tags: ['%s']
level: critical
from: logins
by: user
events: { odd: outcome == "hostile" }
pattern: odd{2}
within: 10m
select: { last: last(odd).text }
tests: []
""" % (HOSTILE, HOSTILE, HOSTILE),
}

SESSIONS = [
    {"session": "s1", "action": "login", "user": "bob", "country": "DE"},
    {"session": "s1", "action": "request", "user": "bob", "country": "DE", "requests": 9},
    {"session": "s1", "action": "request", "user": "bob", "country": "BR", "requests": 4},
]


class Endpoint(http.server.BaseHTTPRequestHandler):
    """Refuses alerts, with a text that tries to be markup, or takes them."""

    accepts = False
    taken = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if Endpoint.accepts:
            Endpoint.taken.append(json.loads(body)["match_id"])
        answer = b"" if Endpoint.accepts else HOSTILE.encode()
        self.send_response(200 if Endpoint.accepts else 422)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def stamp(seconds_ago=0.0):
    moment = time.time() - seconds_ago
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment % 1 * 1000):03d}Z"


class Service:
    """`fluxcore run` in a folder of its own."""

    def __init__(self, fluxcore, repository, folder):
        self.fluxcore, self.folder, self.port, self.process = fluxcore, folder, free_port(), None
        self.endpoint = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
        threading.Thread(target=self.endpoint.serve_forever, daemon=True).start()
        shutil.copytree(os.path.join(repository, "rules"), os.path.join(folder, "rules"))
        shutil.copytree(os.path.join(repository, "patterns"), os.path.join(folder, "patterns"))
        os.mkdir(os.path.join(folder, "own"))
        for name, text in RULES.items():
            self.write_rule(name, text)
        with open(os.path.join(folder, "sessions.ndjson"), "w") as file:
            for index, event in enumerate(SESSIONS):
                file.write(json.dumps({"ts": stamp(900 - 60 * index), **event}) + "\n")
        with open(os.path.join(folder, "fluxcore.yaml"), "w") as file:
            file.write(f"""
sources:
  logins: {{ type: http, time: ts, idle: 1s }}
  sessions: {{ path: sessions.ndjson, time: ts, idle: 1s }}
rules: [rules, own]
patterns: [patterns]
actions:
  alerts: {{ type: file, path: alerts.ndjson }}
  hook: {{ type: webhook, url: "http://127.0.0.1:{self.endpoint.server_port}/" }}
server:
  listen: "127.0.0.1:{self.port}"
  tokens: [{{ name: console, scopes: [read, operate, ingest], value: "${{env:CONSOLE_TOKEN}}" }}]
""")

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def write_rule(self, name, text):
        with open(os.path.join(self.folder, "own", name), "w") as file:
            file.write(text.lstrip())

    def start(self):
        log = open(os.path.join(self.folder, "log"), "a")
        self.process = subprocess.Popen(
            [self.fluxcore, "run", "--config", os.path.join(self.folder, "fluxcore.yaml")],
            env={**os.environ, "CONSOLE_TOKEN": TOKEN}, stdout=log, stderr=log)
        for _ in range(200):
            try:
                urllib.request.urlopen(self.address + "/readyz", timeout=5)
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise SystemExit("the service does not start:\n" + self.log())

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=20)

    def log(self):
        with open(os.path.join(self.folder, "log")) as file:
            return file.read()

    def push(self, events):
        """Events of `logins`, all at this moment, a millisecond apart."""
        lines = "".join(json.dumps({"ts": stamp(-0.001 * index), **event}) + "\n" for index, event in enumerate(events))
        request = urllib.request.Request(
            self.address + "/api/v1/events/logins", lines.encode(), {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/x-ndjson"})
        urllib.request.urlopen(request, timeout=10).read()

    def guess(self, user):
        """Makes `demo.guessed` fire."""
        self.push([{"user": user, "outcome": "failure", "src_ip": "198.51.100.23"}] * 3 + [{"user": user, "outcome": "success", "src_ip": "198.51.100.23"}])
