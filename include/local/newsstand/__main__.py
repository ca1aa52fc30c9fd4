"""`python -m include.local.newsstand --port 0`: serves the demo newsstand until it is interrupted."""

from __future__ import annotations

import argparse
import contextlib
import signal
from pathlib import Path

from include.local.newsstand.answers import write_answers
from include.local.newsstand.invented import with_invented_pages
from include.local.newsstand.server import NewsstandServer
from include.local.newsstand.stock import load_newsstand


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m include.local.newsstand", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="address of this machine to listen on")
    parser.add_argument("--pages", type=int, default=0, help="so many in all, the missing ones invented")
    parser.add_argument("--answers", type=Path, metavar="DIR", help="write documents and labels there, and end")
    args = parser.parse_args()
    newsstand = with_invented_pages(load_newsstand(), args.pages)
    if args.answers:
        write_answers(newsstand, args.answers)
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job starts with it ignored
    with NewsstandServer(args.port, newsstand, host=args.host) as server, contextlib.suppress(KeyboardInterrupt):
        print(server.base_url, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
