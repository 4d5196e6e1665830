"""Flower's settings, read by `celery -A finproc flower`: a password, and the address of this machine alone."""

from __future__ import annotations

from tornado.options import options

from finproc.identity.flower import credentials
from finproc.logs import configure
from finproc.settings import settings

_settings = settings()
port = _settings.finproc_flower_port
if not options.address:
    address = "127.0.0.1"
if not options.basic_auth and not options.auth:
    basic_auth = [credentials(_settings)]
if _settings.flower_broker_api:
    broker_api = _settings.flower_broker_api
configure(_settings.log_level)
