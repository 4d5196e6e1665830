"""How gunicorn serves finproc: threads in a few processes, and never an open door on an address others reach."""

import sys

from gunicorn.arbiter import Arbiter

from finproc.clients.garbage import spare_what_is_loaded
from finproc.errors import SettingError, Unavailable
from finproc.identity.workspace import workspace
from finproc.logs import configure
from finproc.settings import settings
from finproc.stack import check_address

try:
    _chosen = settings()
    check_address(_chosen)
except SettingError as error:
    sys.exit(error.detail)

bind = f"{_chosen.finproc_host}:{_chosen.finproc_port}"
worker_class = "gthread"
workers = _chosen.web_processes
threads = _chosen.web_threads
timeout = 60
"""Seconds without a sign of life of a whole process; threads at work do not count."""
graceful_timeout = 20
"""Seconds for requests at work when the server stops; event streams are cut, and resume elsewhere."""
keepalive = 15
backlog = 512
limit_request_line = 8190
limit_request_fields = 64
accesslog = None
"""Requests are logged by no one: their addresses hold what people search for."""
control_socket_disable = True
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"class": "finproc.logs.JsonLines"}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
    "root": {"level": _chosen.log_level, "handlers": ["errors"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["errors"], "propagate": False}},
}


def post_fork(server, worker):  # noqa: ANN001, ANN201, ARG001, D103 - gunicorn's hook
    configure(_chosen.log_level)


def post_worker_init(worker):  # noqa: ANN001, ANN201
    """Connect before the first request; what stops the server is a setting that cannot be used, not a database away."""
    try:
        workspace()
    except SettingError as error:
        worker.log.error("%s", error.detail)  # noqa: TRY400 - one line for the person who set it
        sys.exit(Arbiter.WORKER_BOOT_ERROR)
    except Unavailable:
        worker.log.warning("the database does not answer yet")
    spare_what_is_loaded()
