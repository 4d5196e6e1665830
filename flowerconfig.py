"""Flower's settings, read by `celery -A finproc flower`: a password, the address of this machine, a safe end."""

from __future__ import annotations

import signal

from flower import command
from tornado.ioloop import IOLoop
from tornado.options import options

from finproc.identity.flower import credentials
from finproc.logs import configure
from finproc.settings import settings

_settings = settings()
_loop = IOLoop.current().asyncio_loop  # type: ignore[attr-defined]
port = _settings.finproc_flower_port
if not options.address:
    address = "127.0.0.1"
if not options.basic_auth and not options.auth:
    basic_auth = [credentials(_settings)]
if _settings.flower_broker_api:
    broker_api = _settings.flower_broker_api
configure(_settings.log_level)


def _end(number: int, _frame: object) -> None:
    """Ask the loop to stop; a second signal ends the process at once.

    Flower's own handlers raise SystemExit or KeyboardInterrupt wherever the main thread is. In the first moments that
    is where a thread is being started, which then never ends, or where a log line is being written, which swallows it.
    """
    signal.signal(number, signal.SIG_DFL)
    _loop.call_soon_threadsafe(_loop.stop)


command.sigterm_handler = _end  # set for SIGTERM after this file is read
signal.signal(signal.SIGINT, _end)
