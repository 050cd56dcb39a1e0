"""Events of three streams that belong together: logins, clicks and payments of the same users."""
import json
import random
import time
from datetime import datetime, timezone

STREAMS = ("logins", "clicks", "payments")


def stamp(micros):
    moment = datetime.fromtimestamp(micros // 1_000_000, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{micros % 1_000_000:06d}Z"


class Traffic:
    """Lines of events by the wall clock. No two events have one time, so their order is that of time alone, whatever the
    source. Some are out of order within a second, some are late, some are no events; how many there were is counted."""

    LATE = 5_000_000
    DISORDER = 400_000

    def __init__(self, rate, seed):
        self.random = random.Random(seed)
        self.rate = rate
        self.users = max(50, rate // 3)
        self.written = dict.fromkeys(STREAMS, 0)
        self.late = dict.fromkeys(STREAMS, 0)
        self.malformed = dict.fromkeys(STREAMS, 0)
        self.last = int(time.time() * 1e6) // 6 * 6
        self.taken = set()
        self.count = 0
        self.serial = 0
        self.sessions = [self._session() for _ in range(max(20, rate // 10))]

    def _session(self):
        self.serial += 1
        return {
            "id": f"s{self.serial}", "user": self.random.randrange(self.users), "steps": 0,
            "length": self.random.randint(3, 9), "abandoned": self.random.random() < 0.03, "premium": self.random.random() < 0.03,
        }

    def until_now(self):
        """The lines since the last call, in order of writing: (stream, line, whether its time is that of writing)."""
        now = int(time.time() * 1e6) // 6 * 6
        number = int((now - self.last) * self.rate / 1e6)
        if number == 0:
            return []
        first, self.last = self.last, now
        return [self._line(first + (now - first) * (i + 1) // number // 6 * 6) for i in range(number)]

    def end(self, seconds):
        """Two events in each stream, the first of them so far ahead that everything before it is decided. Both stand alone."""
        result = []
        for ahead in (seconds, seconds + 30):
            for index, stream in enumerate(STREAMS):
                line = json.dumps({"ts": stamp(self.last + ahead * 1_000_000 + index), "user": "nobody", "session": "none"})
                self.written[stream] += 1
                result.append((stream, line, True))
        return result

    def _line(self, micros):
        self.count += 1
        chance = self.random.random()
        stream = "logins" if chance < 0.6 else "clicks" if chance < 0.8 else "payments"
        self.written[stream] += 1
        if self.count % 997 == 0:
            self.malformed[stream] += 1
            return stream, f"this is no event {self.count}", False
        time_of_event = micros
        if self.count % 499 == 0:
            self.late[stream] += 1
            time_of_event = micros + 3 - self.LATE
        elif self.count % 20 == 0:
            time_of_event = self._disordered(micros)
        return stream, getattr(self, "_" + stream)(stamp(time_of_event)), time_of_event == micros

    def _disordered(self, micros):
        earlier = micros + 3 - self.random.randrange(self.DISORDER) // 6 * 6
        if earlier in self.taken:
            return micros
        if len(self.taken) > 100_000:
            self.taken.clear()
        self.taken.add(earlier)
        return earlier

    def _logins(self, ts):
        outcome = "failure" if self.random.random() < 0.02 else "success"
        user = self.random.randrange(self.users)
        return f'{{"ts":"{ts}","user":"u{user}","outcome":"{outcome}","n":{self.count}}}'

    def _clicks(self, ts):
        index = self.random.randrange(len(self.sessions))
        session = self.sessions[index]
        session["steps"] += 1
        steps, length = session["steps"], session["length"]
        step = "begin" if steps == 1 else "done" if steps == length else self.random.choice(("view", "cart", "coupon"))
        if steps == length or (session["abandoned"] and steps == length - 1):
            self.sessions[index] = self._session()
        premium = "true" if session["premium"] else "false"
        return f'{{"ts":"{ts}","session":"{session["id"]}","user":"u{session["user"]}","step":"{step}","premium":{premium},"n":{self.count}}}'

    def _payments(self, ts):
        amount = self.random.randint(900, 999) if self.random.random() < 0.02 else self.random.randint(1, 500)
        return f'{{"ts":"{ts}","user":"u{self.random.randrange(self.users)}","amount":{amount},"n":{self.count}}}'
