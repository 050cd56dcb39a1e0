"""The endpoint that alerts are sent to. It fails as it is told."""
import http.server
import json
import socket
import struct
import threading
import time


class Endpoint:
    """Takes batches of alerts. `mode`: ok, error, hang, busy, reset or half."""

    FAILURES = ("error", "hang", "busy", "reset", "half")

    def __init__(self):
        self.mode = "ok"
        self.received = {}      # match id -> how often
        self.kept = {}          # match id -> what a repeated one must be like
        self.different = 0
        self.requests = dict.fromkeys(("ok",) + self.FAILURES, 0)
        self.lock = threading.Lock()
        endpoint = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                endpoint.answer(self)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass    # The service has gone, or was shown the door.

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        mode = self.mode
        with self.lock:
            self.requests[mode] += 1
        if mode == "ok":
            self._take(json.loads(body))
        elif mode == "hang":
            while self.mode == "hang":
                time.sleep(0.1)
            request.close_connection = True
            return
        elif mode == "reset":
            # Closing with nothing left to linger resets the connection.
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.connection.close()
            request.close_connection = True
            return
        elif mode == "half":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it")
            request.close_connection = True
            return
        status = {"ok": 200, "error": 500, "busy": 429}[mode]
        request.send_response(status)
        if mode == "busy":
            request.send_header("Retry-After", "1")
        request.send_header("Content-Length", "0")
        request.end_headers()

    def _take(self, alerts):
        with self.lock:
            for alert in alerts:
                identity = alert["match_id"]
                self.received[identity] = self.received.get(identity, 0) + 1
                content = hash(json.dumps(alert["events"]))
                if self.kept.setdefault(identity, content) != content:
                    self.different += 1

    def count(self):
        with self.lock:
            return len(self.received)
