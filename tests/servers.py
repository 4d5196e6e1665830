"""Private servers for tests.

Started once a run from programs on the PATH, on free loopback ports, in a temporary folder.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

START_SECONDS = 90
_LOOPBACK = "127.0.0.1"


class Absent(Exception):
    """The server cannot be had here; the message says what is missing."""


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])


def wait_until(ready: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> None:
    """Poll until `ready`, or fail."""
    give_up = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > give_up:
            raise TimeoutError(f"{what} within {seconds} s")
        time.sleep(0.05)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((_LOOPBACK, port)) == 0


def program(name: str, *places: str) -> str:
    """Where a program is: on the PATH, or the newest of some glob patterns."""
    found = shutil.which(name)
    if found is None:
        matches = sorted(path for pattern in places for path in Path("/").glob(pattern.lstrip("/")))
        found = str(matches[-1]) if matches else None
    if found is None:
        raise Absent(f"no program {name} on the PATH")
    return found


@contextmanager
def folder(user: pwd.struct_passwd | None = None) -> Iterator[Path]:
    """A temporary folder, owned by the user who runs the server."""
    made = Path(tempfile.mkdtemp(prefix="finproc-test-"))
    if user is not None:
        os.chown(made, user.pw_uid, user.pw_gid)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


class Process:
    """A child in a session of its own, so that the whole of it can be ended and nothing else."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        env: Mapping[str, str] | None = None,
        user: pwd.struct_passwd | None = None,
    ) -> None:
        self._log = log
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                command,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                cwd=log.parent,
                env={**os.environ, **(env or {})},
                start_new_session=True,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
            )

    def wait_for_port(self, port: int) -> None:
        def ready() -> bool:
            if self._child.poll() is not None:
                raise RuntimeError(f"the server ended at its start:\n{self._log.read_text(errors='replace')[-2000:]}")
            return listening(port)

        wait_until(ready, f"port {port} opens")

    def end(self, how: signal.Signals = signal.SIGTERM, seconds: float = 30) -> None:
        """Ask it to end; kill it where it does not."""
        for sign, patience in ((how, seconds), (signal.SIGKILL, 10.0)):
            if self._child.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(self._child.pid, sign)
                with suppress(subprocess.TimeoutExpired):
                    self._child.wait(patience)
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)


@contextmanager
def postgres() -> Iterator[str]:
    """An address of a private PostgreSQL; its programs refuse to run as root, so root runs them as another user."""
    places = "/usr/lib/postgresql/*/bin/"
    initdb, server = program("initdb", places + "initdb"), program("postgres", places + "postgres")
    user = _unprivileged("postgres", "nobody")
    with folder(user) as place:
        port, data = free_port(), place / "data"
        subprocess.run(
            [initdb, "-D", data, "-U", "finproc", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=place,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )
        with (data / "postgresql.conf").open("a") as settings:  # given on the command line they could not be changed
            settings.write(f"listen_addresses = '{_LOOPBACK}'\nport = {port}\nunix_socket_directories = ''\n")
            settings.write("fsync = off\nmax_connections = 300\n")
        process = Process([server, "-D", str(data)], place / "log", user=user)
        try:
            process.wait_for_port(port)
            url = f"postgresql://finproc@{_LOOPBACK}:{port}/postgres"
            wait_until(lambda: _answers(url), "PostgreSQL answers")
            yield url
        finally:
            process.end(signal.SIGINT)


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def _unprivileged(*names: str) -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    for name in names:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise Absent(f"root needs one of the users {', '.join(names)} to run it as")


@contextmanager
def redis() -> Iterator[str]:
    """An address of a private Redis that keeps nothing."""
    server = program("redis-server")
    with folder() as place:
        port = free_port()
        command = [server, "--bind", _LOOPBACK, "--port", str(port), "--save", "", "--dir", str(place)]
        process = Process(command, place / "log")
        try:
            process.wait_for_port(port)
            yield f"redis://{_LOOPBACK}:{port}/0"
        finally:
            process.end()


class RabbitMQ:
    """A RabbitMQ of one's own, with its management plugin; or one that was named, which cannot be stopped."""

    def __init__(self, url: str, *, management: str | None = None, server: RabbitNode | None = None) -> None:
        self.url = url
        self.management = management
        """Address of the management API, user and password included."""
        self._server = server

    @property
    def private(self) -> bool:
        return self._server is not None

    def stop(self) -> None:
        self._node().stop()

    def kill(self) -> None:
        """End it without a goodbye, as a power cut would."""
        self._node().stop(signal.SIGKILL)

    def start(self) -> None:
        self._node().start()

    def restart(self) -> None:
        self.stop()
        self.start()

    def lose_disk(self) -> None:
        """Stop it and delete all it has kept; `start` starts an empty one (with the virtual host of the address)."""
        self._node().stop(signal.SIGKILL)
        self._node().wipe()

    def _node(self) -> RabbitNode:
        if self._server is None:
            raise Absent("this RabbitMQ was named by a variable: tests do not stop it")
        return self._server


class RabbitNode:
    """The Erlang node and its own port mapper, both on loopback."""

    def __init__(self, place: Path) -> None:
        self._server = program("rabbitmq-server", "/usr/lib/rabbitmq/bin/rabbitmq-server")
        direct = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
        if direct.exists():  # the one on Debian's PATH changes user and folder
            self._server = str(direct)
        self._mapper = program("epmd")
        self._place = place
        self.port, self.management_port, self._mapper_port = free_port(), free_port(), free_port()
        self._vhosts: list[str] = []
        (place / "plugins").write_text("[rabbitmq_management].\n")
        (place / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = {_LOOPBACK}:{self.port}\n"
            f"management.tcp.ip = {_LOOPBACK}\nmanagement.tcp.port = {self.management_port}\n"
            "disk_free_limit.absolute = 1MB\nmanagement.rates_mode = none\n"
            f"load_definitions = {place / 'definitions.json'}\n"
        )
        self._env = {
            "HOME": str(place),
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": _LOOPBACK,
            "RABBITMQ_NODENAME": f"finproc{self.port}@localhost",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_NODE_IP_ADDRESS": _LOOPBACK,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_MNESIA_BASE": str(place / "mnesia"),
            "RABBITMQ_LOG_BASE": str(place / "logs"),
            "RABBITMQ_CONFIG_FILE": str(place / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(place / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        mapper = [self._mapper, "-port", str(self._mapper_port), "-address", _LOOPBACK]
        self._names = Process(mapper, place / "epmd.log")
        self._names.wait_for_port(self._mapper_port)
        self._process: Process | None = None

    @property
    def management(self) -> str:
        return f"http://guest:guest@{_LOOPBACK}:{self.management_port}/api/"

    def start(self) -> None:
        if self._process is None:
            self._define()
            self._process = Process([self._server], self._place / "log", env=self._env)
            self._process.wait_for_port(self.port)
            wait_until(self._alive, "RabbitMQ's management answers")

    def _define(self) -> None:
        """What a node has before it listens: a client that came sooner would be refused for good."""
        rights = {"user": "guest", "configure": ".*", "write": ".*", "read": ".*"}
        defined = {
            "users": [{"name": "guest", "password": "guest", "tags": "administrator"}],
            "vhosts": [{"name": name} for name in ("/", *self._vhosts)],
            "permissions": [{"vhost": name, **rights} for name in ("/", *self._vhosts)],
        }
        (self._place / "definitions.json").write_text(json.dumps(defined))

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.end(how)
            self._process = None

    def wipe(self) -> None:
        shutil.rmtree(self._place / "mnesia", ignore_errors=True)

    def close(self) -> None:
        self.stop()
        self._names.end()

    @contextmanager
    def vhost(self, name: str) -> Iterator[str]:
        """An empty virtual host, so that one test's queues are not another's."""
        self._vhosts.append(name)
        self.start()
        self.request("PUT", f"vhosts/{name}")
        try:
            yield f"amqp://guest:guest@{_LOOPBACK}:{self.port}/{name}"
        finally:
            self._vhosts.remove(name)
            self.start()
            self.request("DELETE", f"vhosts/{name}")

    def request(self, method: str, path: str, body: object = None) -> object:
        """Ask the management API; its JSON answer, None for an empty one."""
        request = urllib.request.Request(
            f"http://{_LOOPBACK}:{self.management_port}/api/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "Basic Z3Vlc3Q6Z3Vlc3Q=", "Content-Type": "application/json"},  # guest:guest
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def _alive(self) -> bool:
        try:
            return self.request("GET", "aliveness-test/%2F") == {"status": "ok"}
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@contextmanager
def rabbitmq() -> Iterator[RabbitNode]:
    """A private RabbitMQ."""
    with folder() as place:
        node = RabbitNode(place)
        try:
            node.start()
            yield node
        finally:
            node.close()


_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>finproc</groupId><artifactId>mongo-wire</artifactId><version>1</version><dependencies><dependency>
<groupId>de.bwaldvogel</groupId><artifactId>mongo-java-server-h2-backend</artifactId><version>1.47.0</version>
</dependency></dependencies></project>"""
# The server speaks what drivers need and says wire version 8; drivers of today want MongoDB 4.4 (9) or newer.
_LAUNCHER = """import java.util.List;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
class MongoWire {
    public static void main(String[] args) throws Exception {
        H2Backend backend = H2Backend.inMemory();
        backend.version(new MongoVersion() {
            public List<Integer> getVersionArray() { return List.of(5, 0, 0, 0); }
            public int getWireVersion() { return 13; }
        });
        new MongoServer(backend).bind("127.0.0.1", Integer.parseInt(args[0]));
        Thread.currentThread().join();
    }
}
"""


@contextmanager
def mongo() -> Iterator[str]:
    """An address of a private server that speaks MongoDB's wire protocol (no transactions)."""
    java, jars = program("java"), _jars()
    with folder() as place:
        port, launcher = free_port(), place / "MongoWire.java"
        launcher.write_text(_LAUNCHER)
        process = Process([java, "-cp", f"{jars}/*", str(launcher), str(port)], place / "log")
        try:
            process.wait_for_port(port)
            yield f"mongodb://{_LOOPBACK}:{port}"
        finally:
            process.end()


def _jars() -> Path:
    """The server's jars, fetched once by Maven into the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "finproc" / "mongo-java-server-1.47.0"
    if not cache.exists():
        maven = program("mvn")
        cache.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache.parent) as place:
            pom = Path(place) / "pom.xml"
            pom.write_text(_POM)
            command = [
                maven,
                "-q",
                "-B",
                "-f",
                str(pom),
                "dependency:copy-dependencies",
                f"-DoutputDirectory={place}/jars",
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Absent(f"mvn cannot fetch mongo-java-server: {done.stdout[-300:]}")
            with suppress(OSError):  # another run was first
                (Path(place) / "jars").rename(cache)
    return cache
