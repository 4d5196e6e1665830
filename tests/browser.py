"""A headless Chromium for tests, spoken to over a pipe in the DevTools protocol: no port, no driver, no library."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import Absent, program

_END = b"\0"
PATIENCE = 60.0
_HANDING_ON = """
import fcntl, os, sys
read, write = (fcntl.fcntl(place, fcntl.F_DUPFD, 10) for place in ({read}, {write}))
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""Chromium speaks through the file descriptors 3 and 4."""


class PageBroke(AssertionError):
    """The page's script raised."""


@dataclass
class Tab:
    """One page: its address, what its console said, and what it asked the network for."""

    _pipe: _Pipe
    _session: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _loaded: set[str] = field(default_factory=set)

    def send(self, method: str, **params: object) -> Any:
        return self._pipe.call(method, params, self._session, self._heard)

    def size(self, width: int, height: int, *, phone: bool = False) -> None:
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        self.send("Emulation.setTouchEmulationEnabled", enabled=phone)

    def open(self, address: str) -> None:
        """Go there and wait until it is loaded."""
        self.said.clear()
        self.asked.clear()
        for url in ("about:blank", address):  # from elsewhere, so that an address with a fragment loads anew
            loader = self.send("Page.navigate", url=url)["loaderId"]
            give_up = time.monotonic() + PATIENCE
            while loader not in self._loaded:
                self._pipe.hear(self._session, self._heard, give_up)

    def run(self, script: str) -> Any:
        """The value of an expression in the page; a promise is waited for."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise PageBroke(answer["exceptionDetails"].get("exception", {}).get("description"))
        return answer["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until an expression is true."""
        give_up = time.monotonic() + PATIENCE / 4
        while not self.run(script):
            if time.monotonic() > give_up:
                raise TimeoutError(script)
            self.run("new Promise((done) => requestAnimationFrame(done))")

    def middle(self, selector: str) -> tuple[float, float]:
        """The middle of an element's first box in the window."""
        box = self.run(
            f"(() => {{ const b = document.querySelector({json.dumps(selector)}).getClientRects()[0];"
            "return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        return float(box[0]), float(box[1])

    def point(self, selector: str) -> None:
        """Move the mouse onto an element."""
        x, y = self.middle(selector)
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(self, selector: str) -> None:
        x, y = self.middle(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def tap(self, selector: str) -> None:
        x, y = self.middle(selector)
        self.send("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self.send("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def press(self, key: str) -> None:
        text = {"text": key} if len(key) == 1 else {}
        code = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowRight": 39}.get(key, 0)
        for kind in ("keyDown", "keyUp"):
            more = text if kind == "keyDown" else {}
            self.send("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **more)

    def picture(self, place: Path) -> None:
        """Save what the window shows as PNG."""
        place.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))

    def _heard(self, event: dict[str, Any]) -> None:
        told = event["params"]
        match event["method"]:
            case "Page.lifecycleEvent" if told["name"] == "load":
                self._loaded.add(told["loaderId"])
            case "Runtime.exceptionThrown":
                self.said.append(str(told["exceptionDetails"].get("exception", {}).get("description")))
            case "Runtime.consoleAPICalled":
                self.said.append(f"{told['type']}: {told['args']}")
            case "Log.entryAdded":
                self.said.append(f"{told['entry']['level']}: {told['entry']['text']}")
            case "Network.requestWillBeSent":
                self.asked.append(told["request"]["url"])


class _Pipe:
    """Messages to and from the browser, each ended by a zero byte."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read = write, read
        self._kept = b""
        self._number = 0
        self._answers: dict[int, dict[str, Any]] = {}

    def call(self, method: str, params: object, session: str | None = None, heard: Any = None) -> Any:
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        body = json.dumps(message).encode() + _END
        while body:
            body = body[os.write(self._write, body) :]
        give_up = time.monotonic() + PATIENCE
        while number not in self._answers:
            self.hear(session, heard, give_up)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def hear(self, session: str | None, heard: Any, give_up: float) -> None:
        """Take in one message."""
        while _END not in self._kept:
            if not select.select([self._read], [], [], max(0.0, give_up - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            more = os.read(self._read, 1 << 20)
            if not more:
                raise ConnectionError("the browser ended")
            self._kept += more
        body, _, self._kept = self._kept.partition(_END)
        message = json.loads(body)
        if "id" in message:
            self._answers[message["id"]] = message
        elif heard is not None and message.get("sessionId") == session:
            heard(message)


@contextmanager
def chromium(*, script: bool = True) -> Iterator[Tab]:
    """A tab of a private browser with an empty profile. Raises Absent where there is no Chromium."""
    try:
        path = program("chromium")
    except Absent:
        path = program("google-chrome")
    with tempfile.TemporaryDirectory(prefix="finproc-browser-", ignore_cleanup_errors=True) as profile:
        down, up = os.pipe(), os.pipe()
        child = subprocess.Popen(
            [
                sys.executable,
                "-c",
                _HANDING_ON.format(read=down[0], write=up[1]),
                path,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--hide-scrollbars",
                "--remote-debugging-pipe",
                f"--user-data-dir={profile}",
            ],
            pass_fds=(down[0], up[1]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(down[0])
        os.close(up[1])
        pipe = _Pipe(down[1], up[0])
        try:
            target = pipe.call("Target.createTarget", {"url": "about:blank"})["targetId"]
            session = pipe.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
            tab = Tab(pipe, session)
            for domain in ("Page", "Runtime", "Log", "Network"):
                tab.send(f"{domain}.enable")
            tab.send("Page.setLifecycleEventsEnabled", enabled=True)
            tab.send("Emulation.setScriptExecutionDisabled", value=not script)
            yield tab
        finally:
            with suppress(OSError, RuntimeError, TimeoutError):
                pipe.call("Browser.close", {})
            with suppress(subprocess.TimeoutExpired):
                child.wait(10)
            if child.poll() is None:
                os.killpg(child.pid, 9)
                child.wait(10)
            os.close(down[1])
            os.close(up[0])
