"""How events reach the service: a file that is rotated, a Redis stream, and requests over HTTP. Each keeps a copy of its stream as
a file, for the replay, and sends every event once, whatever happens to the other side."""
import collections
import http.client
import os
import threading
import time

from redis import Connection, Refused


class FileSender:
    """Writes the log file of a stream; a rotated one gets a number and keeps its place."""

    def __init__(self, folder, stream):
        os.makedirs(folder)
        self.path = os.path.join(folder, stream + ".ndjson")
        self.pattern = os.path.join(folder, stream + ".{:04d}.ndjson")
        self.file = open(self.path, "a")
        self.rotations = 0
        self.is_due = False

    def rotate(self):
        """A new file begins with the next event that is not out of order."""
        self.is_due = True

    def write(self, lines):
        for line, is_in_order in lines:
            if self.is_due and is_in_order:
                self.is_due = False
                self.rotations += 1
                self.file.close()
                os.rename(self.path, self.pattern.format(self.rotations))
                self.file = open(self.path, "a")
            self.file.write(line + "\n")
        self.file.flush()

    @property
    def files(self):
        return [self.pattern.format(number) for number in range(1, self.rotations + 1)] + [self.path]

    def is_done(self):
        return True


class StreamSender:
    """Adds entries to a Redis stream under ids of its own, so that one that is sent again is not added again."""

    def __init__(self, folder, stream, redis):
        self.stream = stream
        self.redis = redis
        self.files = [os.path.join(folder, stream + ".ndjson")]
        self.file = open(self.files[0], "a")
        self.lines = collections.deque()
        self.sent = 0
        threading.Thread(target=self._run, daemon=True).start()

    def write(self, lines):
        for line, _ in lines:
            self.file.write(line + "\n")
            self.lines.append(line)
        self.file.flush()

    def is_done(self):
        return not self.lines

    def _run(self):
        connection = None
        while True:
            batch = [self.lines[index] for index in range(min(len(self.lines), 500))]
            if not batch:
                time.sleep(0.02)
                continue
            try:
                connection = connection or Connection(self.redis.port)
                connection.send(*(
                    ("XADD", self.stream, f"{self.sent + 1 + number}-1", "body", line) for number, line in enumerate(batch)))
                answers = []
                for _ in batch:
                    try:
                        answers.append(connection.receive())
                    except Refused as error:
                        if "equal or smaller" not in str(error):
                            raise
            except (OSError, Refused):
                if connection:
                    connection.close()
                connection = None
                time.sleep(0.1)
                continue
            self.sent += len(batch)
            for _ in batch:
                self.lines.popleft()


class PushSender:
    """Pushes to a source of type `http`. After a restart the service tells how many bytes it has in its last checkpoint, and the
    sender goes on there."""

    CHUNK = 1 << 18

    def __init__(self, folder, stream, service):
        self.stream = stream
        self.service = service
        self.files = [os.path.join(folder, stream + ".ndjson")]
        self.file = open(self.files[0], "ab")
        self.size = 0
        self.offset = 0
        self.starts = None
        self.busy = 0
        threading.Thread(target=self._run, daemon=True).start()

    def write(self, lines):
        data = "".join(line + "\n" for line, _ in lines).encode()
        self.file.write(data)
        self.file.flush()
        self.size += len(data)

    def is_done(self):
        return self.starts == self.service.starts and self.offset == self.size

    def _run(self):
        with open(self.files[0], "rb") as file:
            while True:
                # A service that is gone is not started again meanwhile: what is sent goes to the one that was asked for its offset.
                with self.service.gate:
                    moved = self._step(file)
                if not moved:
                    time.sleep(0.05)

    def _step(self, file):
        if self.starts != self.service.starts:
            source = self.service.source(self.stream)
            if source is None or not source["partitions"]:
                return False
            self.offset = source["partitions"][0]["offset"]
            self.starts = self.service.starts
        if self.offset == self.size:
            return False
        file.seek(self.offset)
        chunk = file.read(self.CHUNK)
        chunk = chunk[:chunk.rfind(b"\n") + 1]
        connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=40)
        try:
            connection.request("POST", f"/api/v1/events/{self.stream}", chunk, {"Content-Type": "application/x-ndjson"})
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        if status == 202:
            self.offset += len(chunk)
            return True
        self.busy += 1
        time.sleep(0.2)
        return False
