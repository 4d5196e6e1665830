import os
import signal
import subprocess
import sys

import pytest
from celery.app.defaults import NAMESPACES, flatten

import celeryconfig
from finproc.celery import app
from tests.pipeline.running import ROOT, Stack, wait_for

FLOWER_INTERRUPTED = """
import os, signal, sys, threading
from celery.__main__ import main
start = threading.Thread.start
sent = []
def start_interrupted(thread):
    start(thread)
    if "ThreadPoolExecutor" in thread.name and not sent:
        sent.append(thread)
        os.kill(os.getpid(), signal.{signal})
threading.Thread.start = start_interrupted
sys.argv = ["celery", "-A", "finproc", "flower", "--address=127.0.0.1", "--port=0"]
main()
"""


@pytest.fixture
def stack(tmp_path):
    started = Stack(tmp_path)
    yield started
    started.close()


def test_every_name_of_celeryconfig_is_a_setting_of_celery():
    """A module imported by its own name would be shown as a setting."""
    known = {name for name, _ in flatten(NAMESPACES)}
    offered = {name for name in vars(celeryconfig) if not name.startswith("_")}
    assert offered <= known, offered - known


def test_tasks_are_safe_against_loss():
    conf = app.conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.task_ignore_result
    assert (conf.task_serializer, list(conf.accept_content)) == ("json", ["json"])
    assert conf.worker_prefetch_multiplier == 1
    assert conf.worker_send_task_events
    assert conf.task_send_sent_event
    assert conf.task_soft_time_limit < conf.task_time_limit <= 300
    assert 0 < conf.worker_soft_shutdown_timeout < 10
    assert conf.worker_max_tasks_per_child
    assert conf.worker_max_memory_per_child


def test_the_settings_for_rabbitmq_confirm_what_is_published(stack):
    shown = stack.python(
        "import celeryconfig as c; print(c.broker_transport_options, c.task_default_exchange_type,"
        " [q.queue_arguments['x-queue-type'] for q in c.task_queues])",
        BROKER_URL="amqp://127.0.0.1//",
    )
    assert "'confirm_publish': True" in shown
    assert "topic" in shown
    assert shown.count("quorum") == len(celeryconfig.task_queues)


def test_the_rate_limit_of_the_model_is_celery_s_too(stack):
    shown = stack.python(
        "import finproc.celery as f; f.app.finalize(); f.app.loader.import_default_modules();"
        " print(f.app.tasks['finproc.extract'].rate_limit, f.app.tasks['finproc.store'].rate_limit)",
        OPENAI_API_KEY="test",
        OPENAI_REQUESTS_PER_MINUTE="90",
    )
    assert shown.split() == ["90/m", "None"]


def test_a_web_process_publishes_by_our_app_and_not_by_celery_s_default_one(stack):
    shown = stack.python(
        "import finproc.web; from finproc.pipeline import extract; print(extract.app.main, extract.app.conf.broker_url)"
    )
    assert shown.split() == ["finproc", "folder://localhost/"]


@pytest.mark.parametrize(
    ("command", "sign"),
    [
        (("worker", "--autoscale=10,2", "-l", "INFO"), " ready."),
        (("beat", "-l", "INFO"), "Sending due task sweep"),
        (("flower", "-l", "INFO", "--address=127.0.0.1", "--port=0"), "Broker: folder://"),
    ],
)
def test_celery_s_programs_start_as_written(stack, command, sign):
    process = stack.start(command[0], *command)
    wait_for(lambda: sign in stack.log(command[0]) or process.poll() is not None, 60)
    assert process.poll() is None, stack.log(command[0])[-3000:]
    os.kill(process.pid, signal.SIGTERM)
    process.wait(20)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_flower_ends_though_the_signal_comes_while_its_first_thread_is_being_started(stack, name):
    """By Flower's own handlers it waits for ever for that thread."""
    stack.python(FLOWER_INTERRUPTED.format(signal=name))


def test_celery_reports_no_module_among_the_settings(stack):
    report = subprocess.run(
        [sys.executable, "-m", "celery", "-A", "finproc", "report"],
        cwd=ROOT,
        env=stack.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "<module" not in report.stdout
