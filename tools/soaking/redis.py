"""A redis-server that is killed and started again, and what the soak says to it."""
import socket
import subprocess
import time


class Redis:
    """A server with an append-only file in a folder. A killed one loses nothing that it has acknowledged."""

    def __init__(self, folder, port):
        self.folder = folder
        self.port = port
        self.process = None
        self.kills = 0
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--dir", self.folder, "--save", "",
             "--appendonly", "yes", "--appendfsync", "always", "--logfile", self.folder + "/redis.log"])
        while True:
            try:
                with Connection(self.port) as connection:
                    if connection.command("PING") == b"PONG":
                        return
            except (OSError, Refused):
                pass
            time.sleep(0.05)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.kills += 1

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Refused(Exception):
    """An error that Redis answered."""


class Connection:
    """Commands and their answers, as far as they are needed here."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, *commands):
        """Several commands at once; `receive` has to be called as often."""
        parts = []
        for command in commands:
            parts.append(b"*%d\r\n" % len(command))
            for word in command:
                word = word if isinstance(word, bytes) else str(word).encode()
                parts.append(b"$%d\r\n%s\r\n" % (len(word), word))
        self.socket.sendall(b"".join(parts))

    def receive(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("Redis has gone")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise Refused(rest.decode())
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return [self.receive() for _ in range(int(rest))] if rest != b"-1" else None
        return int(rest) if kind == b":" else rest

    def command(self, *words):
        self.send(words)
        return self.receive()
