"""The image in containers: our Dockerfile's worker and web beside RabbitMQ and PostgreSQL, by pytest-celery."""

from __future__ import annotations

import base64
import os
import secrets
import subprocess
from pathlib import Path

import pytest
from pytest_celery import (
    CeleryBackendCluster,
    CeleryBrokerCluster,
    CeleryWorkerContainer,
    RabbitMQContainer,
    RabbitMQTestBroker,
)
from pytest_docker_tools import build, container, fxtr
from pytest_docker_tools.wrappers import Container

from finproc.settings import load

ROOT = Path(__file__).parents[2]
IMAGES = {
    "FINPROC_TEST_PYTHON_IMAGE": "python:3.13-slim",
    "FINPROC_TEST_RABBITMQ_IMAGE": "rabbitmq:4-management",
    "FINPROC_TEST_POSTGRES_IMAGE": "postgres:17",
}
"""Base images by the variable that can name another."""
DATABASE_PASSWORD = secrets.token_hex(12)
MASTER_KEY = base64.b64encode(secrets.token_bytes(32)).decode()


def _image(variable: str) -> str:
    return os.environ.get(variable) or IMAGES[variable]


def _missing() -> str | None:
    """Why no container can be started here; None where one can."""
    try:
        engine = subprocess.run(["docker", "info"], capture_output=True, timeout=20, check=False)
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return "no docker on the PATH"
    if engine.returncode:
        return "no Docker engine answers"
    for variable in IMAGES:
        found = subprocess.run(["docker", "image", "inspect", _image(variable)], capture_output=True, check=False)
        if found.returncode:
            return f"the image {_image(variable)} is not on this machine ({variable} names another)"
    return None


@pytest.fixture(scope="session", autouse=True)
def docker_engine() -> None:
    """Skip, or fail where FINPROC_TEST_REQUIRE names docker, unless an engine has the base images."""
    missing = _missing()
    if missing is None:
        return
    if "docker" in os.environ.get("FINPROC_TEST_REQUIRE", "").split(","):
        pytest.fail(f"FINPROC_TEST_REQUIRE asks for docker: {missing}")
    pytest.skip(missing)


class WorkerContainer(CeleryWorkerContainer):
    """A worker on all queues, as `celery -A finproc worker` starts it."""

    @classmethod
    def command(cls, *args: str, debugpy: bool = False, wait_for_client: bool = True, **kwargs: object) -> list[str]:
        del debugpy, wait_for_client, kwargs
        return ["celery", "-A", "finproc", "worker", "-B", "--autoscale=4,2", *args]

    def ready(self) -> bool:
        return Container.ready(self) and self.ready_prompt in self.logs()


class BrokerContainer(RabbitMQContainer):
    """RabbitMQ, ready once it serves: what its log says of that depends on how the image logs."""

    def ready(self) -> bool:
        if not Container.ready(self):
            return False
        code, _ = self.exec_run(["rabbitmq-diagnostics", "-q", "check_port_connectivity"])
        return bool(code == 0)


class PostgresContainer(Container):
    """PostgreSQL, ready once it listens for good (its first start restarts it)."""

    def ready(self) -> bool:
        if not super().ready():
            return False
        code, _ = self.exec_run(["pg_isready", "-h", "127.0.0.1", "-U", "finproc", "-d", "finproc"])
        return code == 0


image = build(path=str(ROOT), tag="finproc:test", buildargs={"PYTHON_IMAGE": _image("FINPROC_TEST_PYTHON_IMAGE")})

postgres_container = container(
    image=_image("FINPROC_TEST_POSTGRES_IMAGE"),
    environment={
        "POSTGRES_USER": "finproc",
        "POSTGRES_DB": "finproc",
        "POSTGRES_PASSWORD": DATABASE_PASSWORD,
        "POSTGRES_PASSWORD_FILE": "",
    },
    network="{default_pytest_celery_network.name}",
    wrapper_class=PostgresContainer,
    timeout=60,
)


@pytest.fixture
def default_rabbitmq_broker_image() -> str:
    return _image("FINPROC_TEST_RABBITMQ_IMAGE")


default_rabbitmq_broker = container(
    image="{default_rabbitmq_broker_image}",
    ports=fxtr("default_rabbitmq_broker_ports"),
    environment=fxtr("default_rabbitmq_broker_env"),
    network="{default_pytest_celery_network.name}",
    wrapper_class=BrokerContainer,
    timeout=120,
)


@pytest.fixture
def celery_broker_cluster(celery_rabbitmq_broker: RabbitMQTestBroker) -> CeleryBrokerCluster:
    return CeleryBrokerCluster(celery_rabbitmq_broker)


@pytest.fixture
def celery_backend_cluster() -> CeleryBackendCluster | None:
    """Results are ignored: there is no backend."""
    return None


@pytest.fixture
def stack_env(celery_broker_cluster_config: dict[str, list[str]], postgres_container: Container) -> dict[str, str]:
    host = postgres_container.attrs["Config"]["Hostname"]
    env = {
        "BROKER_URL": celery_broker_cluster_config["urls"][0],
        "DATABASE_URL": f"postgresql://finproc:{DATABASE_PASSWORD}@{host}:5432/finproc",
        "FINPROC_MASTER_KEY": MASTER_KEY,
        "FINPROC_AUTH": "token",
        "FINPROC_HOST": "0.0.0.0",
        "SWEEP_BASE_SECONDS": "5",
    }
    load(env)  # a setting that finproc would refuse fails here, not in a container's log
    return env


@pytest.fixture
def default_worker_container_cls() -> type[CeleryWorkerContainer]:
    return WorkerContainer


@pytest.fixture
def default_worker_env(stack_env: dict[str, str]) -> dict[str, str]:
    return stack_env


default_worker_container = container(
    image="{image.id}",
    environment=fxtr("default_worker_env"),
    network="{default_pytest_celery_network.name}",
    wrapper_class=WorkerContainer,
    timeout=120,
    command=fxtr("default_worker_command"),
)

web_container = container(
    image="{image.id}",
    environment=fxtr("stack_env"),
    ports={"8000/tcp": None},
    network="{default_pytest_celery_network.name}",
    timeout=120,
)
