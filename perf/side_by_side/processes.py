"""Starts, pins, measures and terminates processes."""
import os
import re
import shutil
import signal
import socket
import subprocess
import time

PROXY_CORE, OTHER_CORE = "0", "1"
TICKS = os.sysconf("SC_CLK_TCK")


def is_listening(port):
    try:
        socket.create_connection(("127.0.0.1", port), 0.2).close()
        return True
    except OSError:
        return False


def until_listening(port, process, seconds=30):
    end = time.monotonic() + seconds
    while not is_listening(port):
        if process.poll() is not None or time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


class Process:
    """A program with its children, pinned to a core (or to several: "0,1"), its output in a file."""

    def __init__(self, command, core, log):
        self.log = log
        pinned = ["taskset", "-c", core, *command] if shutil.which("taskset") else list(command)
        with open(log, "ab") as out:
            self.popen = subprocess.Popen(pinned, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)

    def poll(self):
        return self.popen.poll()

    def ids(self):
        """Its own id and those of its descendants."""
        parents = {}
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{entry}/stat") as f:
                    parents[int(entry)] = int(f.read().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
        found = [self.popen.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def cpu_seconds(self):
        """CPU used so far, of all threads and children."""
        return sum(cpu_of(pid) for pid in self.ids())

    def memory_mib(self):
        total = 0
        for pid in self.ids():
            try:
                with open(f"/proc/{pid}/smaps_rollup") as f:
                    total += int(re.search(r"Pss:\s+(\d+)", f.read())[1])
            except (OSError, TypeError):
                continue
        return total / 1024

    def stop(self):
        if self.popen.poll() is None:
            os.killpg(self.popen.pid, signal.SIGTERM)
            try:
                self.popen.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self.popen.pid, signal.SIGKILL)
                self.popen.wait()

    def said(self):
        with open(self.log, errors="replace") as f:
            return f.read()

    def last_words(self):
        return self.said()[-600:].strip()


def cpu_of(pid):
    """In nanoseconds if the scheduler provides them, otherwise in ticks."""
    try:
        total = 0
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat") as f:
                total += int(f.read().split()[0])
        return total / 1e9
    except (OSError, ValueError, IndexError):
        pass
    try:
        with open(f"/proc/{pid}/stat") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
    except OSError:
        return 0.0
