#!/usr/bin/env python3
"""What durable state costs: called by tools/bench. usage: state.py FLUXCORE DATA durability|recovery|workers

durability  q1 with each store (checkpoints every 100 ms): whole processes in turn, marginal rate between 500,000 and
            2,000,000 events, and its ratio to the memory store's.
recovery    1,000,000 live keys: size of a checkpoint when 1,000 of them change, and how fast all of them are read back.
workers     rules whose matching costs more than reading, with one worker and with two.
redis-server is started on a free port of loopback with its append-only file synced every second.
"""
import json, os, re, shutil, socket, statistics, subprocess, sys, tempfile, time

fluxcore, data, what = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3]
here = os.path.dirname(os.path.abspath(__file__))
runs = int(os.environ.get("BENCH_RUNS", "5"))
folder = tempfile.mkdtemp(prefix="fluxcore-bench-")


class Redis:
    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.dir = tempfile.mkdtemp(dir=folder)
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.dir, "--appendonly", "yes",
             "--appendfsync", "everysec", "--save", ""], stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise SystemExit("redis-server does not start")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def clear(self):
        subprocess.run(["redis-cli", "-p", str(self.port), "flushall"], stdout=subprocess.DEVNULL, check=True)


def configure(state, source, rules, workers=1, follow="false"):
    path = os.path.join(folder, "bench.yaml")
    with open(path, "w") as f:
        f.write(f"""sources:
  {source[0]}: {{ path: "{source[1]}", format: ndjson, time: ts, follow: {follow} }}
rules: ["{rules}"]
workers: {workers}
state: {{ url: "{state}", checkpoint: 100ms }}
actions: {{ out: {{ type: file, path: "{folder}/alerts.ndjson" }} }}
log: {{ level: debug }}
""")
    return path


def run(config):
    """Seconds of a run to its end, and its log."""
    for name in ("alerts.ndjson",):
        if os.path.exists(os.path.join(folder, name)): os.remove(os.path.join(folder, name))
    start = time.perf_counter()
    done = subprocess.run([fluxcore, "run", "--config", config], stderr=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - start
    if done.returncode != 0: raise SystemExit(done.stderr)
    return seconds, done.stderr


def alerts(): return sum(1 for _ in open(os.path.join(folder, "alerts.ndjson")))


def durability():
    rules = os.path.join(here, "q1.yaml")
    with Redis() as redis:
        stores = {"memory": "memory:", "rocksdb": f"rocksdb:{folder}/state", "redis": f"redis://127.0.0.1:{redis.port}/0"}
        times = {(s, n): [] for s in stores for n in (500000, 2000000)}
        written = {}
        for _ in range(runs):
            for n in (500000, 2000000):
                for name, url in stores.items():
                    shutil.rmtree(f"{folder}/state", ignore_errors=True)
                    redis.clear()
                    seconds, log = run(configure(url, ("auth", f"{data}/auth-{n}.jsonl"), rules))
                    times[name, n].append(seconds)
                    checkpoints = [int(b) for b in re.findall(r"checkpoint bytes=(\d+)", log)]
                    written[name] = (len(checkpoints), sum(checkpoints), alerts())
        base = None
        for name in stores:
            small, large = min(times[name, 500000]), min(times[name, 2000000])
            rate = 1500000 / (large - small)
            base = base or rate
            count, size, matches = written[name]
            print(f"q1 {name:8} {2000000 / large:9.0f} events/s whole process, {rate:9.0f} marginal, {rate / base:5.2f} of memory; "
                  f"{count} checkpoints of {size // max(1, count)} bytes, {matches} matches")


def recovery():
    rules = os.path.join(here, "livekeys.yaml")
    keys = 1000000
    first, again = os.path.join(folder, "first.ndjson"), os.path.join(folder, "again.ndjson")
    with open(first, "w") as f:
        for i in range(keys): f.write('{"ts":%d,"user":"user%07d","step":1}\n' % (1700000000000 + i, i))
    with Redis() as redis:
        for name, url in {"rocksdb": f"rocksdb:{folder}/state", "redis": f"redis://127.0.0.1:{redis.port}/0"}.items():
            redis.clear()
            shutil.rmtree(f"{folder}/state", ignore_errors=True)
            feed = os.path.join(folder, f"feed-{name}.ndjson")
            shutil.copy(first, feed)
            config = configure(url, ("keys", feed), rules, workers=2, follow="true")
            log = serve(config, until=lambda: done_reading(keys))
            with open(feed, "a") as f:
                for i in range(1000): f.write('{"ts":%d,"user":"user%07d","step":1}\n' % (1700000000000 + keys + i, i * 997))
            log = serve(config, until=lambda: "running" in open(log_path).read() and (time.sleep(1.5) or True))
            found = re.search(r"recovered clock=\S+ epoch=\d+ keys=(\d+) took_ms=(\d+)", log)
            restored, took = int(found[1]), int(found[2])
            sizes = sorted((int(b), int(r)) for b, r in re.findall(r"checkpoint bytes=(\d+) epoch=\d+ records=(\d+)", log))
            print(f"recovery {name:8} {restored} keys in {took} ms: {restored * 1000 // max(1, took)} keys/s; "
                  f"1,000 of them changed: the largest checkpoint has {sizes[-1][1]} records, {sizes[-1][0]} bytes")


log_path = os.path.join(folder, "log")


def serve(config, until):
    """Runs the service until the condition holds, ends it with SIGTERM, gives its log."""
    with open(log_path, "w") as log:
        process = subprocess.Popen([fluxcore, "run", "--config", config], stderr=log)
    while not until(): time.sleep(0.2)
    process.terminate()
    if process.wait() != 0: raise SystemExit(open(log_path).read())
    return open(log_path).read()


def done_reading(keys):
    """True when checkpoints have written that many records."""
    return sum(int(r) for r in re.findall(r"checkpoint bytes=\d+ epoch=\d+ records=(\d+)", open(log_path).read())) >= keys


def workers():
    rules = os.path.join(here, "heavy.yaml")
    times = {1: [], 2: []}
    for _ in range(runs):
        for count in times:
            start = time.perf_counter()
            subprocess.run([fluxcore, "replay", "--quiet", "--workers", str(count), "--rules", rules, "--input", f"{data}/auth-500000.jsonl",
                            "--stream", "auth", "--time-field", "ts", "--output", os.path.join(folder, f"matches-{count}")], check=True)
            times[count].append(time.perf_counter() - start)
    same = open(os.path.join(folder, "matches-1"), "rb").read() == open(os.path.join(folder, "matches-2"), "rb").read()
    ratios = sorted(a / b for a, b in zip(times[1], times[2]))
    print(f"workers  1: {min(times[1]):.2f} s, 2: {min(times[2]):.2f} s; two have {statistics.median(ratios):.2f} times the rate of one "
          f"(pairs {ratios[0]:.2f} to {ratios[-1]:.2f}); matches are {'the same' if same else 'DIFFERENT'}")


try:
    {"durability": durability, "recovery": recovery, "workers": workers}[what]()
finally:
    shutil.rmtree(folder, ignore_errors=True)
