"""How long a learner waits: imports above the bare interpreter, the first decision, JupyterLab's first answer."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

ROUNDS = 15

DECISION = """
from iamlab import Account
lab = Account.example()
print(lab.decide("alice", "s3:GetObject", "arn:aws:s3:::reports/q3.csv").outcome)
"""


def process_ms(code: str) -> float:
    """Milliseconds of processor time that a fresh interpreter takes to run `code`, compiled before: the best round."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    times = []
    for _ in range(ROUNDS + 1):  # in the first, modules may be compiled
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL, env=environment)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times[1:]) * 1000


def lab_seconds() -> float:
    """Seconds from `python -m iamlab` to JupyterLab's first page."""
    with tempfile.TemporaryDirectory() as home:
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "iamlab", "--no-browser", "--folder", f"{home}/work"],
            env=os.environ | {"HOME": home},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        try:
            address = next(line.strip() for line in process.stdout if "http://" in line)
            with urllib.request.urlopen(address) as page:
                page.read()
            return time.perf_counter() - start
        finally:
            process.send_signal(signal.SIGTERM)
            process.stdout.close()
            process.wait()


def main() -> None:
    """Print the table."""
    bare = process_ms("pass")
    print(f"{'the bare interpreter':40} {bare:8.1f} ms")
    for name, code in {
        "import iamlab": "import iamlab",
        "from iamlab import Account; Account()": "from iamlab import Account; Account()",
        "the first decision of a fresh process": DECISION,
    }.items():
        print(f"{name + ', above that':40} {process_ms(code) - bare:8.1f} ms")
    print(f"{'python -m iamlab to the first page':40} {lab_seconds():8.1f} s")


if __name__ == "__main__":
    main()
