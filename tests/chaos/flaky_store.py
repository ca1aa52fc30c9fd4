"""The local object store, failing half of its calls while a file says so: refused, cut off, or done with no answer."""

from __future__ import annotations

import io
import random
import socket
import sys
from http import HTTPStatus
from http.server import ThreadingHTTPServer
from pathlib import Path

from localbucket import S3Error, S3Handler

from tests.chaos.proxy import AT_ONCE


class FlakyHandler(S3Handler):
    """Answers as the store does, or fails."""

    failing: Path
    dice: random.Random

    def _dispatch(self, action):
        if not self.failing.exists() or self.dice.random() < 0.5:
            super()._dispatch(action)
            return
        match self.dice.choice(("refused", "cut off", "done unheard")):
            case "refused":
                self._read_body()
                self._send_error(S3Error(HTTPStatus.SERVICE_UNAVAILABLE, "SlowDown", "Please reduce your rate."))
            case "cut off":
                self._cut()
            case _:
                answer, self.wfile = self.wfile, io.BytesIO()
                super()._dispatch(action)
                self.wfile = answer
                self._cut()

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


class FlakyServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address) -> None:
        """Silent about what was cut."""


def main(folder: Path, port: int, failing: Path, seed: int) -> None:
    FlakyHandler.data_root, FlakyHandler.failing, FlakyHandler.dice = folder, failing, random.Random(seed)
    with FlakyServer(("127.0.0.1", port), FlakyHandler) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
