"""Figures of the cache: how many requests reach the workers, and what many readers of one answer cost."""
import json
import os
import re
import socket
import time
import urllib.request

from alone.figures import Figure, Row, cpu_us
from alone.rig import until
from side_by_side.processes import OTHER_CORE

# Answers of 16 tokens that take a worker 16 ms: a burst meets a question under way.
ZIPF = {"connections": 400, "distinct": 20_000, "zipf": 1.0, "burst": 25, "stream": 2, "spellings": 2, "prompt_bytes": 512, "tokens": 16, "seconds": 1200}
MANY_READERS = 1_000
LONG_TOKENS = 2_000


def config(engines, threads, more=""):
    workers = "".join(f'[[workers]]\nname = "engine{i}"\nurl = "http://127.0.0.1:{port}"\nkind = "vllm"\n' for i, port in enumerate(engines))
    return (f'listen = "127.0.0.1:0"\nthreads = {threads}\n{workers}[cache]\nmemory = "1GiB"\nttl = "1h"\nscope = "shared"\n'
            f'[admin]\nlisten = "127.0.0.1:0"\n[log]\naccess = "off"\n{more}')


def admin_port(banto):
    return int(re.search(r"admin port (\d+)", banto.said())[1])


def metrics(banto):
    """name -> the sum of its series, and {labels} by whole line."""
    text = urllib.request.urlopen(f"http://127.0.0.1:{admin_port(banto)}/metrics", timeout=10).read().decode()
    sums = {}
    for line in text.splitlines():
        if line.startswith("#") or " " not in line:
            continue
        series, value = line.rsplit(" ", 1)
        sums[series] = float(value)
        name = series.split("{")[0]
        if "{" in series:
            sums[name] = sums.get(name, 0) + float(value)
    return sums


def nginx(rig, engine, locked):
    """nginx's own cache, keyed by the raw body: what people wire by hand."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    path = os.path.join(rig.folder, f"nginx-{port}.conf")
    with open(path, "w") as f:
        user = "user root; " if os.geteuid() == 0 else ""  # whose folder it is
        f.write(f"""{user}daemon off; worker_processes 1; error_log {rig.folder}/nginx-error.log crit; pid {rig.folder}/nginx-{port}.pid;
events {{ worker_connections 16384; }}
http {{ access_log off; client_body_buffer_size 512k; keepalive_requests 1000000000; client_body_temp_path {rig.folder}/body; proxy_temp_path {rig.folder}/proxy;
proxy_http_version 1.1; proxy_set_header Connection ""; proxy_cache_path {rig.folder}/nginx-cache levels=1:2 keys_zone=answers:64m max_size=4g inactive=1h use_temp_path=off;
upstream engines {{ server 127.0.0.1:{engine}; keepalive 512; keepalive_requests 1000000000; }}
server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://engines; proxy_cache answers; proxy_cache_methods POST; proxy_cache_lock {"on" if locked else "off"};
proxy_cache_key "$request_uri $request_body"; proxy_cache_valid 200 1h; add_header X-Cache $upstream_cache_status; }} }} }}
""")
    rig._start(["nginx", "-c", path, "-p", rig.folder], OTHER_CORE)

    def listens():
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", port)) == 0

    until(listens, "nginx listens")
    return port


def zipf(make_rig, options):
    """Every answer is checked against its prompt by the load."""
    with make_rig() as rig:
        banto = rig.banto(config(rig.engines(4, step_ms=1), threads=2))
        told = rig.load(banto.port, requests=options.requests, **ZIPF)
        sums = metrics(banto)
    upstream, drawn = sums["banto_worker_requests_total"], told["drawn"]
    saved = sums.get("banto_cache_saved_worker_seconds_total", 0)
    shared = told["cache"].get("SHARED", 0)
    note = f"{told['requests']:,} requests in {told['elapsed_s']:.0f} s, {drawn:,} keys, {shared:,} joined"
    rows = [Row("zipf, wrong or truncated answers", told["wrong"] + told["truncated"], "", 0, note),
            Row("the same, requests to workers for each distinct question", upstream / drawn, "x", 1.0),
            Row("the same, answered without a worker", 100 * (1 - upstream / told["requests"]), "%", None, f"worker seconds saved: {saved:,.0f}")]
    small = min(options.requests, 100_000)
    for locked in (False, True):
        with make_rig() as rig:
            port = nginx(rig, rig.engines(1, step_ms=1)[0], locked)
            told = rig.load(port, requests=small, **ZIPF)
        upstream = told["requests"] - told["cache"].get("HIT", 0)
        what = "keyed by the raw body (nginx)" + (", one at a time" if locked else ", no coalescing")
        rows.append(Row(what, upstream / told["drawn"], "x", None, f"{told['requests']:,} requests; without a worker {100 * (1 - upstream / told['requests']):.1f} %"))
    return rows


class Stream:
    """A raw client of one long stream."""

    def __init__(self, port, text, tokens=LONG_TOKENS):
        body = json.dumps({"model": "sim-model", "stream": True, "temperature": 0, "max_tokens": tokens, "messages": [{"role": "user", "content": text}]}).encode()
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.sock.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        self.tokens = 0

    def read_to(self, tokens):
        while self.tokens < tokens:
            part = self.sock.recv(1 << 20)
            if not part:
                raise RuntimeError(f"the stream ended after {self.tokens} tokens")
            self.tokens += part.count(b'"content":"') - part.count(b'"content":""')
        return self

    def close(self):
        self.sock.close()


def late_readers(make_rig, options):
    took = []
    with make_rig() as rig:
        banto = rig.banto(config(rig.engines(step_ms=5), threads=2))
        for i in range(9):
            first = Stream(banto.port, f"late {i}").read_to(900)
            begun = time.perf_counter()
            late = Stream(banto.port, f"late {i}").read_to(900)
            took.append((time.perf_counter() - begun) * 1e3)
            late.close()
            first.close()
    took.sort()
    return [Row("joins at the 900th token, has all of it, median of 9", took[len(took) // 2], "ms", 5, f"{took[0]:.1f}–{took[-1]:.1f}, with its connection")]


def many_readers(make_rig, options):
    with make_rig() as rig:
        banto = rig.banto(config(rig.engines(step_ms=30), threads=2))
        for _ in range(2):  # what the first of everything costs
            first = Stream(banto.port, "warm up").read_to(10)
            others = [Stream(banto.port, "warm up").read_to(10) for _ in range(50)]
            for each in (first, *others):
                each.close()
        time.sleep(1)
        first = Stream(banto.port, "long").read_to(300)
        before = banto.memory_mib()
        readers = [Stream(banto.port, "long").read_to(300) for _ in range(MANY_READERS)]
        each = (banto.memory_mib() - before) * 1024 / MANY_READERS
        for reader in (first, *readers):
            reader.close()
    return [Row(f"{MANY_READERS:,} readers of one stream, memory for each", each, "KiB", 64, "with its connection")]


def shared_token(make_rig, options):
    """CPU for a token to a reader: of one stream that all share, and of a stream of its own for each."""
    ratios, costs = [], []
    words = {"connections": 200, "prompt_bytes": 1024, "tokens": 200, "stream": 1, "requests": 200, "seconds": 60}
    for _ in range(options.rounds):
        each = []
        for distinct in (0, 1):
            with make_rig() as rig:
                banto = rig.banto(config(rig.engines(step_ms=28), threads=1))
                used, told = cpu_us(banto, lambda: rig.load(banto.port, distinct=distinct, **words))
                if distinct and told["cache"].get("SHARED", 0) < 190:
                    raise RuntimeError(f"not shared: {told['cache']}")
            each.append(used / words["tokens"])
        costs.append(each)
        ratios.append(each[1] / each[0])
    ratios.sort()
    middle = sorted(costs)[len(costs) // 2]
    return [Row("a shared token to a reader, CPU against a private one", ratios[len(ratios) // 2], "x", 1.5,
                f"{ratios[0]:.2f}–{ratios[-1]:.2f}; private {middle[0]:.1f} us, shared {middle[1]:.1f} us")]


FIGURES = {f.name: f for f in [
    Figure("zipf", zipf, 3000, programs=("nginx",)),
    Figure("late-readers", late_readers),
    Figure("many-readers", many_readers, 2 * MANY_READERS + 500),
    Figure("shared-token", shared_token, 2000),
]}
