"""What must hold in the end."""
import collections
import glob
import json
import os
import re
import statistics
import subprocess

from rules import STABLE

# Levels error and critical are for these only: the rules that the soak breaks, and the store that it kills.
EXPECTED_ERRORS = (
    "rules have errors; the last good ones run on", "broken.yaml:", "the state store does not take a checkpoint",
)


class Checks:
    """Collects what does not hold, and rows of the summary."""

    def __init__(self):
        self.failures = []
        self.rows = []

    def row(self, name, text):
        self.rows.append((name, text))

    def hold(self, condition, text):
        if not condition:
            self.failures.append(text)

    def accounts(self, log, traffic):
        """The last accounts that the service has logged, against what was written; the last event of each stream waits."""
        accounts = {}
        for line in log:
            if " accounts " in line and " source=" in line:
                fields = dict(word.split("=") for word in line.split() if "=" in word)
                accounts[fields["source"]] = {name: int(fields[name]) for name in ("read", "processed", "late", "dead_lettered")}
        for stream, written in traffic.written.items():
            found = accounts.get(stream, {})
            late, malformed = traffic.late[stream], traffic.malformed[stream]
            wanted = {
                "read": written - 1, "processed": written - 1 - late - malformed, "late": late, "dead_lettered": malformed}
            self.row(stream, f"{written:,} written, {late:,} late, {malformed:,} no events")
            self.hold(found == wanted, f"accounts of {stream}: {found}, not {wanted}")

    def alerts(self, folder, fluxcore, rules, files, endpoint):
        """The alerts in the file against those of a replay, and those of the endpoint against those in the file."""
        expected = os.path.join(folder, "expected.ndjson")
        subprocess.run(
            [fluxcore, "replay", "--quiet", "--no-flush", "--rules", rules, "--time-field", "ts", "--lateness", "1s",
             "--output", expected, "--input", *files], check=True)
        # Ids of entries of Redis and offsets in a file are different numbers, so ids of matches with clicks differ.
        stable = re.findall(r"^rule: (\S+)", STABLE, re.M)
        of_clicks = {"soak.abandoned", "soak.bought", "soak.unfinished", "soak.chain", "soak.again"}
        wanted, found, ids = collections.Counter(), collections.Counter(), collections.Counter()
        wanted_ids, found_ids, by_rule = set(), set(), collections.Counter()
        with open(expected) as lines:
            for line in lines:
                identity, rule, content = parts(line)
                wanted[content] += 1
                if rule not in of_clicks:
                    wanted_ids.add(identity)
        for path in glob.glob(os.path.join(folder, "alerts.ndjson*")):
            with open(path) as lines:
                for line in lines:
                    identity, rule, content = parts(line)
                    ids[identity] += 1
                    by_rule[rule] += 1
                    if rule in stable:
                        found[content] += 1
                        if rule not in of_clicks:
                            found_ids.add(identity)
        self.row("alerts", f"{sum(ids.values()):,}; {sum(wanted.values()):,} of rules whose logic stays, as many as in a replay: "
                 f"{wanted == found}")
        for name, difference in (("missing", wanted - found), ("not expected", found - wanted)):
            examples = [content[:300] for content in list(difference)[:3]]
            self.hold(not difference, f"{sum(difference.values())} alerts are {name}, such as {examples}")
        self.hold(wanted_ids == found_ids, f"{len(wanted_ids ^ found_ids)} match ids are not those of the replay")
        twice = [identity for identity, count in ids.items() if count > 1]
        self.hold(not twice, f"{len(twice)} alerts stand in the file more than once")
        with endpoint.lock:
            received = set(endpoint.received)
            repeated = sum(endpoint.received.values()) - len(received)
        self.row("endpoint", f"{len(received):,} alerts, {repeated:,} of them more than once; requests "
                 + ", ".join(f"{mode} {count:,}" for mode, count in endpoint.requests.items()))
        self.hold(received == set(ids), f"the endpoint misses {len(set(ids) - received)} alerts and has {len(received - set(ids))} others")
        self.hold(endpoint.different == 0, f"{endpoint.different} alerts came again with other events")
        for rule in stable + ["soak.changing", "soak.extra"]:
            # In a short run nobody may be guessed twice.
            self.hold(by_rule[rule] > 0 or rule == "soak.again", f"{rule} never fired")
        self.row("by rule", ", ".join(f"{rule[5:]} {count:,}" for rule, count in sorted(by_rule.items())))

    def log(self, log, changes):
        """No line of level error that is not expected; and rules were taken over as they changed. Six changes in eight make other rules
        that compile, and some come while the service is down."""
        reloads = sum(" rules reloaded " in line for line in log)
        self.row("reloads", f"{reloads:,} of {changes:,} changes were taken over")
        self.hold(reloads >= changes / 3, f"only {reloads} of {changes} changes of rules were taken over")
        levels = collections.Counter()
        unexpected = []
        for line in log:
            level = line.split(" ", 2)[1] if line.count(" ") > 1 else ""
            levels[level] += 1
            # A process that dies by itself writes lines of another kind.
            is_record = re.match(r"\d{4}-\d\d-\d\dT[\d:.]+Z \w+ ", line)
            if not is_record or (level in ("error", "critical") and not any(text in line for text in EXPECTED_ERRORS)):
                unexpected.append(line.strip()[:300])
        self.row("log", ", ".join(f"{level} {count:,}" for level, count in sorted(levels.items())))
        self.hold(not unexpected, f"{len(unexpected)} lines of the log are not expected, such as {unexpected[:5]}")

    def usage(self, samples, seconds):
        """Memory and descriptors of the second sixth of the time against those of the last; samples: (second, KiB, descriptors). Of a
        run of less than ten minutes, in which state still grows, they are shown and not judged."""
        early = [sample for sample in samples if seconds / 6 <= sample[0] < seconds / 3]
        late = [sample for sample in samples if seconds * 5 / 6 <= sample[0] <= seconds]
        for index, name, unit, factor, slack in ((1, "memory", " MiB", 1024, 8), (2, "descriptors", "", 1, 4)):
            before = statistics.median(sample[index] for sample in early) / factor
            after = statistics.median(sample[index] for sample in late) / factor
            peak = max(sample[index] for sample in samples) / factor
            self.row(name, f"median {before:.1f}{unit} of minutes {seconds / 360:.3g} to {seconds / 180:.3g}, {after:.1f}{unit} of the last "
                     f"{seconds / 360:.3g} ({(after / before - 1) * 100:+.1f} %), peak {peak:.1f}{unit}")
            if seconds >= 600:
                self.hold(after <= max(before * 1.1, before + slack), f"{name} grows from {before:.1f}{unit} to {after:.1f}{unit}")


def parts(line):
    """The id of an alert, its rule, and all of it but the id."""
    head, _, content = line.rstrip("\n").partition(",")
    return head[13:-1], json.loads("{" + content)["rule"], content
