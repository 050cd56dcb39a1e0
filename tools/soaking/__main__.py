"""The soak: see tools/soak."""
import argparse
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time

from checks import Checks
from endpoint import Endpoint
from redis import Redis
from rules import Rules
from senders import FileSender, PushSender, StreamSender
from service import Service
from traffic import Traffic


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Soak:
    """Everything that runs: the service, what it speaks to, and what troubles them."""

    def __init__(self, arguments, folder):
        self.seconds = arguments.minutes * 60
        self.folder = folder
        self.random = random.Random(arguments.seed)
        self.over = threading.Event()
        self.troubles = []
        self.samples = []
        self.redis = Redis(folder, free_port())
        self.endpoint = Endpoint()
        self.rules = Rules(os.path.join(folder, "rules"))
        state = f"redis://127.0.0.1:{self.redis.port}/1?name=soak" if arguments.state == "redis" else "rocksdb:state"
        self.service = Service(
            os.path.abspath(arguments.fluxcore), folder, free_port(), redis=self.redis.port, endpoint=self.endpoint.port, state=state)
        self.traffic = Traffic(arguments.rate, arguments.seed)
        self.senders = {
            "logins": FileSender(os.path.join(folder, "logs"), "logins"),
            "clicks": StreamSender(folder, "clicks", self.redis),
            "payments": PushSender(folder, "payments", self.service),
        }

    # What troubles the service.

    def every(self, seconds, action):
        def run():
            while not self.over.wait(seconds):
                action()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        self.troubles.append(thread)

    def change_rules(self):
        with self.rules.lock:
            self.rules.change()

    def hang_up(self):
        if self.service.is_meant_to_run:
            self.service.reload()

    def rotate(self):
        # A file that comes and goes while nobody looks is lost, as it is with any service that follows files.
        if self.service.is_meant_to_run:
            self.senders["logins"].rotate()

    def fail_endpoint(self):
        for mode in self.endpoint.FAILURES:
            self.endpoint.mode = mode
            self.over.wait(3)
            self.endpoint.mode = "ok"
            self.over.wait(1)

    def kill_redis(self):
        self.redis.kill()
        time.sleep(self.random.uniform(1, 5))
        self.redis.start()

    def restart(self, how):
        how()
        time.sleep(self.random.uniform(0.5, 3))
        # With rules that do not compile it would rightly refuse to start.
        with self.rules.lock:
            self.rules.mend()
            self.service.start()

    # The run.

    def run(self):
        self.service.start()
        self.every(5, self.change_rules)
        self.every(40, self.hang_up)
        self.every(30, self.rotate)
        self.every(45, self.fail_endpoint)
        self.every(max(20, min(150, self.seconds / 9)), self.kill_redis)
        # The process that is measured runs from then on.
        restarts = [(self.seconds * part / 6, how) for part, how in (
            (0.2, self.service.stop), (0.4, self.service.kill), (0.6, self.service.kill), (0.8, self.service.stop))]
        begin = time.monotonic()
        restarter = threading.Thread(target=self._restart_at, args=(begin, restarts), daemon=True)
        restarter.start()
        interval = min(10, self.seconds / 60)
        next_sample, next_line = interval, 60
        while (now := time.monotonic() - begin) < self.seconds and not self.service.has_died():
            self._produce(self.traffic.until_now())
            if now >= next_sample:
                next_sample += interval
                if usage := self.service.usage():
                    self.samples.append((now, *usage))
            if now >= next_line:
                print(f"{next_line // 60:3} min  {self.traffic.count:11,} events  {self.endpoint.count():8,} alerts  "
                      f"{self.samples[-1][1] // 1024:5} MiB", file=sys.stderr, flush=True)
                next_line += 60
            time.sleep(0.05)
        self.over.set()
        for thread in self.troubles + [restarter]:
            thread.join()

    def _restart_at(self, begin, restarts):
        for second, how in restarts:
            if self.over.wait(max(0, begin + second - time.monotonic())):
                return
            self.restart(how)

    def _produce(self, lines):
        of_stream = {stream: [] for stream in self.senders}
        for stream, line, is_in_order in lines:
            of_stream[stream].append((line, is_in_order))
        for stream, sender in self.senders.items():
            sender.write(of_stream[stream])

    def drain(self):
        """The last events, a kill and a stop while they are read, and then until nothing is left to do."""
        self._produce(self.traffic.end(seconds=120))
        self.restart(self.service.kill)
        self.restart(self.service.stop)
        deadline = time.monotonic() + 180
        while not self._is_drained():
            if time.monotonic() > deadline or self.service.has_died():
                self.service.problems.append(f"it does not come to an end: {self.service.status()}")
                break
            time.sleep(0.5)
        self.service.stop()

    def _is_drained(self):
        status = self.service.status()
        if not status or not all(sender.is_done() for sender in self.senders.values()):
            return False
        written = self.traffic.written
        return all(source["read"] >= written[source["name"]] - 1 for source in status["sources"]) \
            and all(action["pending"] == 0 for action in status["actions"])

    def close(self):
        self.over.set()
        if self.service.process and self.service.process.poll() is None:
            self.service.process.kill()
        if self.redis.process.poll() is None:
            self.redis.process.kill()


def main():
    parser = argparse.ArgumentParser(prog="tools/soak")
    parser.add_argument("fluxcore")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=int, default=3000, help="events in a second")
    parser.add_argument("--state", choices=("redis", "rocksdb"), default="redis")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", action="store_true", help="keep the folder also when all holds")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="soak-")
    print(f"seed {arguments.seed}, folder {folder}", file=sys.stderr)
    # Whatever ends it, ends what it has started.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(1))
    soak = Soak(arguments, folder)
    checks = Checks()
    try:
        soak.run()
        soak.drain()
        with open(soak.service.log, errors="replace") as file:
            log = file.readlines()
        checks.row("run", f"{arguments.minutes:g} min, {soak.traffic.count:,} events ({soak.traffic.count / soak.seconds:,.0f}/s), "
                   f"state in {arguments.state}")
        checks.row("troubles", f"{soak.rules.changes} changes of rules, {soak.redis.kills} kills of Redis, "
                   f"{soak.senders['logins'].rotations} rotations, {soak.service.stops} stops and {soak.service.kills} kills of the service, "
                   f"{soak.senders['payments'].busy} pushes refused")
        for problem in soak.service.problems:
            checks.hold(False, problem)
        checks.accounts(log, soak.traffic)
        checks.alerts(
            folder, soak.service.fluxcore, soak.rules.stable, [path for sender in soak.senders.values() for path in sender.files],
            soak.endpoint)
        checks.usage(soak.samples, soak.seconds)
        checks.log(log, soak.rules.changes)
    finally:
        soak.close()
    for name, text in checks.rows:
        print(f"{name:12} {text}")
    for failure in checks.failures:
        print(f"FAILED       {failure}")
    if checks.failures or arguments.keep:
        print(f"everything is in {folder}")
    else:
        shutil.rmtree(folder)
    sys.exit(1 if checks.failures else 0)


main()
