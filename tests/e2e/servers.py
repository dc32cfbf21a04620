"""Streamlit servers as a user starts them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start_server(script: str | Path, port: int, env: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """The README's command, with a port; comes back when the server answers."""
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / script), "--server.headless", "true"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1", "--server.fileWatcherType", "none"]
    with log.open("ab") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | env, stdout=out, stderr=subprocess.STDOUT)
    try:
        _wait(f"http://127.0.0.1:{port}", process, log)
    except BaseException:
        end_server(process)
        raise
    return process


def _wait(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the server did not come up:\n{log.read_text(errors='replace')[-4000:]}")


def end_server(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)  # the app's pool of workers ends with it
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
