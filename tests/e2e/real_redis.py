"""A real redis-server on a free port of the loopback, that can be killed, frozen, and started again where it was."""
import os
import signal
import subprocess
import tempfile

import redis
from harness import DEADLINE_S, free_port, until


class RealRedis:
    """`options` are redis.conf's, with `_` for `-`: RealRedis(maxmemory="2mb", requirepass="x"). Nothing is kept on disk."""

    def __init__(self, port=None, **options):
        self.dir = tempfile.TemporaryDirectory(prefix="banto-redis-")
        self.options = {"save": "", "appendonly": "no", "bind": "127.0.0.1", "loglevel": "warning", "repl-diskless-sync-delay": "0", **options}
        self.port = port
        self.process = None
        self._start()

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self, timeout=DEADLINE_S):
        return redis.Redis(port=self.port, password=self.options.get("requirepass"), socket_timeout=timeout, socket_connect_timeout=timeout, protocol=2)

    def _start(self):
        # Another process may take a free port before Redis binds it: then the next one. A restart keeps its port.
        for _ in range(10):
            port = self.port or free_port()
            words = [w for name, value in self.options.items() for w in (f"--{name.replace('_', '-')}", str(value))]
            log = os.path.join(self.dir.name, "redis.log")
            self.process = subprocess.Popen(["redis-server", "--port", str(port), "--dir", self.dir.name, "--logfile", log, *words],
                                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if until(lambda: self.process.poll() is not None or self._answers(port), "redis-server answers") and self.process.poll() is None:
                self.port = port
                return
        raise AssertionError("redis-server does not start")

    def _answers(self, port):
        try:
            info = redis.Redis(port=port, password=self.options.get("requirepass"), socket_timeout=1, protocol=2).info("server")
            return info["process_id"] == self.process.pid
        except redis.exceptions.RedisError:
            return False

    def kill(self):
        """SIGKILL, as the kernel does it: every connection resets, the port refuses."""
        self.resume()
        self.process.kill()
        self.process.wait()

    def pause(self):
        """Still connected, still accepted by the kernel, and silent."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self):
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGCONT)

    def restart(self):
        """The same port, an empty store."""
        if self.process.poll() is None:
            self.kill()
        self._start()

    def entries(self):
        """The keys of banto's entries (and nothing else that it keeps there)."""
        return sorted(k.decode() for k in self.client().keys("banto:*:*:*"))

    def writes(self):
        """How many commands that write an entry were taken so far."""
        stats = self.client().info("commandstats")
        return sum(stats.get(f"cmdstat_{c}", {}).get("calls", 0) for c in ("set", "setex", "psetex", "expire", "pexpire", "getex"))

    def stop(self):
        self.kill()
        self.dir.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
