"""Shards of a run on the workers of a Dask cluster: a sliding window, retries, progress.

A worker has one thread and starts the program, which takes the cores. A shard that is done is not made again:
whatever was killed, the same call goes on where it was.
"""

import shutil
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence

from distributed import Client, LocalCluster, as_completed

# Exit codes of the program that no second try will change: usage, scenario or folder refused.
REFUSED = (2, 3)
# What the program says while a process that was left behind still holds the lock of a shard; how long to wait.
BUSY = "another process writes in it"
PATIENCE = 60
# Seconds between two lines of progress.
PAUSE = 10.0


class Refused(Exception):
    """The program refuses the scenario, the folder or the flags."""


class Failed(Exception):
    """A shard has failed as often as it may."""


def open_cluster(scheduler: str | None, jobqueue: str | None, workers: int, threads: int, memory: str) -> Client:
    """A client of the scheduler at an address, of Slurm's jobs, or of processes on this machine."""
    if scheduler:
        return Client(scheduler)
    if jobqueue == "slurm":
        from dask_jobqueue import SLURMCluster

        jobs = SLURMCluster(cores=1, processes=1, job_cpu=threads, memory=memory)
        jobs.scale(jobs=workers)
        return Client(jobs)
    return Client(LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None))


def make(command: Sequence[str], shard: int, shards: int) -> int:
    """Makes one shard, on a worker. The program ends with its worker, where the system can see to that."""
    words = [*command, "--shard", f"{shard}/{shards}", "--progress", "none"]
    if shutil.which("setpriv"):
        words = ["setpriv", "--pdeathsig", "TERM", *words]
    give_up = time.monotonic() + PATIENCE
    while True:
        done = subprocess.run(words, capture_output=True, text=True)
        if BUSY not in done.stderr or time.monotonic() > give_up:
            break
        time.sleep(1)
    if done.returncode in REFUSED:
        raise Refused(done.stderr.strip())
    if done.returncode != 0:
        raise Failed(f"shard {shard} of {shards} ended with {done.returncode}: {done.stderr.strip()}")
    return shard


def progress(done: int, shards: int, seconds: float) -> None:
    """One line to stderr."""
    left = f", {seconds / done * (shards - done):.0f} s left" if done else ""
    print(f"{done} of {shards} shards{left}", file=sys.stderr, flush=True)


def drive(
    client: Client,
    command: Sequence[str],
    shards: int,
    retries: int = 3,
    tell: Callable[[int, int, float], None] = progress,
) -> None:
    """Has every shard made; the scheduler has no more than two for each worker at a time, however many there are."""
    waiting, tries, of = deque(range(1, shards + 1)), Counter(), {}
    running = as_completed()
    began = told = time.monotonic()

    def submit() -> None:
        window = 2 * max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        while waiting and len(of) < window:
            shard = waiting.popleft()
            future = client.submit(make, command, shard, shards, pure=False)
            of[future.key] = shard
            running.add(future)

    submit()
    for future in running:
        shard = of.pop(future.key)
        error = future.exception()
        if isinstance(error, Refused):
            raise error
        if error is not None:
            tries[shard] += 1
            if tries[shard] > retries:
                raise Failed(f"shard {shard} failed {tries[shard]} times; the last: {error}") from error
            waiting.append(shard)
        submit()
        if time.monotonic() - told >= PAUSE or not of:
            told = time.monotonic()
            tell(shards - len(waiting) - len(of), shards, told - began)
