"""The demonstration: a finproc of its own on free ports, a few documents through it, the facts as tables.

Everything goes the public way: HTTP and the command line. Exits 0 only where each step did what it promises.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

EXAMPLE = '{"raw_text": "Company XYZ reported a net income of $5.3 million for Q1 2024."}'
EXPECTED = {"company": "XYZ", "metric": "net income", "value": 5300000, "currency": "USD", "quarter": "Q1 2024"}
DOCUMENTS = sorted((Path(__file__).parent / "documents").iterdir())
EMBEDDED = (
    "BROKER_URL",
    "MONGO_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "EVENTS_URL",
    "OPENAI_API_KEY",
    "FINPROC_AUTH",
    "FINPROC_HOST",
)
"""Settings that the demonstration leaves unset, whatever `.env` says."""
START_SECONDS = 90
STORE_SECONDS = 60


def main() -> None:
    """Start, submit, show, stop."""
    folder = Path(tempfile.mkdtemp(prefix="finproc-demo-"))
    web, flower = free_ports(2)
    url = f"http://127.0.0.1:{web}"
    settings = dict.fromkeys(EMBEDDED, "")
    environment = {**os.environ, **settings, "FINPROC_VAR": str(folder), "FINPROC_PORT": str(web)}
    environment["FINPROC_FLOWER_PORT"] = str(flower)
    say(f"Starting web, three workers, beat and Flower on {url}")
    said = folder / "said"
    with said.open("wb") as file:
        stack = subprocess.Popen([sys.executable, "-m", "finproc", "up"], env=environment, stderr=file)
    try:
        wait_for(lambda: ready(url, stack), START_SECONDS, f"finproc does not start; see {folder / 'log'}")
        show(url, environment)
    finally:
        stack.send_signal(signal.SIGINT)
        try:
            status = stack.wait(timeout=30)
        except subprocess.TimeoutExpired:
            stack.kill()
            status = stack.wait()
    if status == 0:
        say("Stopped")
        shutil.rmtree(folder)
    else:
        say(f"finproc ended with status {status}; its logs are in {folder / 'log'}")
        print(said.read_text())
    sys.exit(status)


def show(url: str, environment: dict[str, str]) -> None:
    """What the demonstration shows, in order; raises SystemExit where something is not as promised."""
    say("The example, by HTTP:")
    print(f"$ curl -H 'Content-Type: application/json' {url}/submit -d '{EXAMPLE}'", flush=True)
    status, answer = call(f"{url}/submit", EXAMPLE)
    print(f"{status} {json.dumps(answer)}", flush=True)
    check(status == 202, "the example was not accepted")
    wait_for(lambda: state(url, answer["id"]) == "stored", STORE_SECONDS, "the example was not stored in time")
    facts = call(f"{url}/facts?submission={answer['id']}")[1]["items"]
    for fact in facts:
        print(json.dumps({name: fact[name] for name in EXPECTED}), flush=True)
    check([{name: fact[name] for name in EXPECTED} for fact in facts] == [EXPECTED], f"expected {EXPECTED}")

    for document in DOCUMENTS:
        say(f"A document, by the command line: finproc submit {document.name}")
        finproc(environment, "submit", str(document), "--url", url)

    say("The example again: nothing changes")
    status, again = call(f"{url}/submit", EXAMPLE)
    print(f"{status} {json.dumps(again)}", flush=True)
    check(status == 200 and again["duplicate"] and again["id"] == answer["id"], "it was not known as a duplicate")

    say("All facts of one company: finproc facts --metric revenue")
    finproc(environment, "facts", "--metric", "revenue")
    say("What is where: finproc queue")
    finproc(environment, "queue")


def finproc(environment: dict[str, str], *command: str) -> None:
    """Run the command line; ends the demonstration where it fails."""
    done = subprocess.run([sys.executable, "-m", "finproc", *command], env=environment, check=False)
    check(done.returncode == 0, f"finproc {command[0]} ended with status {done.returncode}")


def call(url: str, body: str | None = None) -> tuple[int, dict]:
    """Status and JSON of an answer."""
    request = urllib.request.Request(url, body.encode() if body else None, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def state(url: str, submission: str) -> str:
    """Where a submission stands; ends the demonstration where it failed."""
    found = call(f"{url}/submissions/{submission}")[1]
    check(found["state"] != "failed", f"the submission failed: {found.get('reason')}")
    return found["state"]


def ready(url: str, stack: subprocess.Popen) -> bool:
    """Whether the stack says that all it needs answers."""
    check(stack.poll() is None, "finproc ended while it started")
    try:
        return call(f"{url}/readyz")[0] == 200
    except (urllib.error.URLError, OSError, ValueError):
        return False


def wait_for(condition, seconds: float, failure: str) -> None:
    """Poll until the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < deadline, failure)
        time.sleep(0.1)


def free_ports(count: int) -> list[int]:
    """Ports that nothing uses now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def check(good: bool, failure: str) -> None:
    """End the demonstration with a message where a promise is not kept."""
    if not good:
        sys.exit(f"demo: {failure}")


def say(text: str) -> None:
    """A headline."""
    print(f"\n== {text}", flush=True)


if __name__ == "__main__":
    main()
