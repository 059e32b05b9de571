"""What an operator sees: a real Prometheus scrapes the program under load, and what is shipped for it (rules, dashboard) finds its series there.

The texts of rules and dashboard are held to the metric table by test_packaging.py; here the program itself is asked.
"""
import contextlib
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request

import pytest
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk
from harness import DEADLINE_S, Banto, free_port, until, worker_toml
from traffic import NO_CACHE, Client, Engine, chat_bytes, in_parallel, rule, start_parallel, text_of

PACKAGING = pathlib.Path(__file__).resolve().parents[2] / "packaging"
needs_prometheus = pytest.mark.skipif(not shutil.which("prometheus") or not shutil.which("redis-server"), reason="prometheus or redis-server is not installed")
needs_promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")

VLLM_METRICS = b"""# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{model_name="m"} 1.0
# TYPE vllm:num_requests_waiting gauge
vllm:num_requests_waiting{model_name="m"} 2.0
# TYPE vllm:kv_cache_usage_perc gauge
vllm:kv_cache_usage_perc{model_name="m"} 0.25
"""


def answer(connection, seen):
    """An engine that takes its time and counts its tokens; sick at times."""
    if seen.path == "/v1/embeddings":
        return connection.reply(200, {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": [0.5]}], "model": "m", "usage": {"prompt_tokens": 1, "total_tokens": 1}})
    body = seen.json()
    if "sick" in text_of(seen):
        return connection.reply(500, {"error": {"message": "sick", "code": 500}})
    if not body.get("stream"):
        time.sleep(0.005)  # a worker that takes its time
        return answer_chat(connection, seen)
    connection.start_stream()
    connection.chunk(chat_chunk(role="assistant", content=""))
    for _ in range(4):
        time.sleep(0.002)  # between two tokens
        connection.chunk(chat_chunk(content="word "))
    connection.chunk(chat_chunk(finish="stop"))
    if body.get("stream_options", {}).get("include_usage"):
        usage = {"prompt_tokens": 5, "completion_tokens": 4, "total_tokens": 9}
        connection.chunk("data: " + json.dumps({"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], "usage": usage}) + "\n\n")
    connection.chunk("data: [DONE]\n\n")
    connection.end_stream()


SECRET = "observed-secret-of-2026"
KEYS = f'[[keys]]\nname = "k"\nhash = "sha256:{hashlib.sha256(SECRET.encode()).hexdigest()}"\n'


class KeyedClient(Client):
    def request(self, method, path, body=None, headers=None):
        return super().request(method, path, body, {"X-Api-Key": SECRET, **(headers or {})})


def some_of_everything(banto, stop):
    """Requests of every fate, until told to stop: misses, hits, bypasses, queueing, retries, errors, refusals, leavers."""

    def client(k):
        n = 0
        with KeyedClient(banto) as c:
            while not stop.is_set():
                n += 1
                c.chat(f"{k} {n}")
                c.chat(f"{k} {n}")
                c.chat(f"{k} {n}", stream=True)
                c.chat(f"counted {k} {n}", stream=True, stream_options={"include_usage": True})
                c.chat(f"{k} {n}", stream=True, headers={"Cache-Control": "no-store"})
                c.request("POST", "/v1/embeddings", {"model": "m", "input": f"{k} {n}"})
                c.chat(f"sick {k} {n}")
                c.chat(model="nobody")
                c.chat(f"copied {k} {n}", model="mirrored")
                c.chat(f"sick {k} {n}", model="falls-back")
                c.request("GET", "/v1/models")
                leaver = banto.raw(chat_bytes(f"leaver {k} {n}", stream=True, fields=f"X-Api-Key: {SECRET}\r\n"))
                leaver.recv(10)
                leaver.close()

    return start_parallel(client, 4)


class Prometheus:
    """Debian's own, scraping one banto every second with the shipped rules."""

    def __init__(self, admin_port):
        self.dir = tempfile.TemporaryDirectory(prefix="banto-prometheus-")
        self.port = free_port()
        config = os.path.join(self.dir.name, "prometheus.yml")
        with open(config, "w") as f:
            f.write(f"""global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files: ["{PACKAGING}/prometheus/rules.yaml"]
scrape_configs:
  - job_name: banto
    static_configs:
      - targets: ["127.0.0.1:{admin_port}"]
""")
        self.log = open(os.path.join(self.dir.name, "log"), "wb")
        self.process = subprocess.Popen(["prometheus", f"--config.file={config}", f"--storage.tsdb.path={self.dir.name}/data", f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"],
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def get(self, path, **fields):
        url = f"http://127.0.0.1:{self.port}{path}?{urllib.parse.urlencode(fields)}"
        with urllib.request.urlopen(url, timeout=DEADLINE_S) as reply:
            return json.loads(reply.read())["data"]

    def query(self, expr):
        return self.get("/api/v1/query", query=expr)["result"]

    def scrapes(self):
        with contextlib.suppress(OSError):
            found = self.query("count_over_time(up[10m])")
            return int(found[0]["value"][1]) if found else 0
        return 0

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.log.close()
        self.dir.cleanup()


@pytest.fixture(scope="module")
def watched():
    """(banto, Prometheus) after some scrapes under load, which goes on."""
    from real_redis import RealRedis

    with contextlib.ExitStack() as stack:
        redis = stack.enter_context(RealRedis())
        pages = {"/metrics": lambda c, s: c.reply(200, VLLM_METRICS, "text/plain; version=0.0.4")}
        a = stack.enter_context(Engine(answer, pages=pages))
        b = stack.enter_context(Engine(answer, pages=pages))
        sick = stack.enter_context(FakeWorker(lambda c, s: c.reply(500, {"error": {"message": "always", "code": 500}})))
        config = "threads = 2\n"
        config += worker_toml(a.url, name="a", kind="vllm", max_in_flight=1) + worker_toml(b.url, name="b", kind="vllm", max_in_flight=1)
        config += worker_toml(sick.url, name="sick", kind="vllm", models=["m"]) + worker_toml(f"http://127.0.0.1:{free_port()}", name="dead", kind="vllm", models=["m"])
        config += rule("m", price="{ input = 1, output = 5 }", reference_price="{ input = 2, output = 9 }") + rule("mirrored", target='"m"', mirror='{ model = "m" }') + rule("falls-back", target='"m"', fallback='[{ worker = "a", model = "m" }]')
        config += f'[cache]\nredis = "{redis.url}"\nttl = "2s"\n[health]\ninterval = "500ms"\n[balance]\nqueue_length_max = 1\n' + KEYS
        banto = stack.enter_context(Banto(config))
        prometheus = Prometheus(banto.admin_port)
        stack.callback(prometheus.stop)
        stop = threading.Event()
        threads, errors = some_of_everything(banto, stop)
        try:
            until(lambda: prometheus.scrapes() >= 6, "six scrapes", deadline_s=DEADLINE_S + 30)
            yield banto, prometheus
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert not errors


# Empty is what these should show here: nothing is drained, for there is no operator.
EMPTY = [r'banto_worker_state\{[^}]*state!="ready"\}']


@needs_prometheus
def test_prometheus_takes_every_scrape(watched):
    banto, prometheus = watched
    target = prometheus.get("/api/v1/targets")["activeTargets"][0]
    assert target["health"] == "up" and target["lastError"] == ""
    assert prometheus.query("min_over_time(up[1m])")[0]["value"][1] == "1"
    # No sample was refused as a duplicate or out of order: what one scrape gave is what was stored.
    assert prometheus.query("min_over_time(scrape_samples_post_metric_relabeling[1m]) == min_over_time(scrape_samples_scraped[1m])")


@needs_prometheus
def test_every_panel_of_the_dashboard_shows_data(watched):
    banto, prometheus = watched
    board = json.loads((PACKAGING / "grafana" / "banto.json").read_text())
    queries = [(p["title"], t["expr"]) for p in board["panels"] for t in p.get("targets", [])]
    assert len(queries) > 40
    for name, value in {"$__rate_interval": "1m", "$__range": "1m", "$job": "banto", "$instance": ".+", "$model": ".*", "$worker": ".*", "$fixed_cost": "200"}.items():
        queries = [(title, expr.replace(name, value)) for title, expr in queries]
    missing = lambda: [(title, expr) for title, expr in queries if not any(re.search(e, expr) for e in EMPTY) and not prometheus.query(expr)]
    until(lambda: not missing(), f"data for every panel; none for {missing()}")


@needs_prometheus
def test_every_rule_is_evaluated_without_an_error(watched):
    banto, prometheus = watched
    rules = [r for g in prometheus.get("/api/v1/rules")["groups"] for r in g["rules"]]
    assert len(rules) > 5
    until(lambda: all(r["health"] == "ok" for g in prometheus.get("/api/v1/rules")["groups"] for r in g["rules"]), "all rules are ok")


@needs_prometheus
def test_every_series_that_rules_and_dashboard_name_is_in_the_scrape(watched):
    banto, _ = watched
    scraped = lambda: set(re.findall(r"^(\w+)(?:\{| )", banto.admin("/metrics").body.decode(), re.M))
    texts = (PACKAGING / "prometheus" / "rules.yaml").read_text() + (PACKAGING / "grafana" / "banto.json").read_text()
    named = set(re.findall(r"(?<![:\w])((?:banto|process)_\w+)(?=\{|\[|\\?\")", re.sub(r"label_values\((\w+)", r"\1{", texts)))
    named = {n for n in named if f"{n}{{" in texts or f"{n}[" in texts}
    assert len(named) > 40
    until(lambda: named <= scraped(), f"in the scrape: {named - scraped()}")


@needs_prometheus
@needs_promtool
def test_a_scrape_under_load_is_clean_by_promtool(watched):
    banto, _ = watched
    done = subprocess.run(["promtool", "check", "metrics"], input=banto.admin("/metrics").body, capture_output=True, timeout=DEADLINE_S)
    assert done.returncode == 0 and done.stdout == b"" and done.stderr == b"", (done.stdout + done.stderr).decode()


@needs_prometheus
def test_counters_agree_with_the_access_log(watched):
    """Two witnesses of the same requests."""
    banto, _ = watched
    # Lines are written after the counters moved, never before: count the lines first.
    lines = len(banto.access())
    assert lines > 100
    counted = banto.metric("banto_requests_total")
    assert counted >= lines
    until(lambda: len(banto.access()) >= counted, "each counted request has its line")
    assert banto.metric("banto_log_lines_dropped_total") == 0


PROMPT, KEY, QUERY = "canary-of-a-prompt", "canary-of-a-key", "canary-of-a-query"


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_log_metric_or_status_holds_a_prompt_or_a_key(form):
    """On every way through: miss, hit, error, retry, refusal, rubbish, leaving."""
    replies = {"bad": lambda c, s: c.reply(400, {"error": {"message": "bad", "code": 400}}), "die": lambda c, s: c.reset(), "sick": lambda c, s: c.reply(500, {"error": {"message": "no", "code": 500}})}

    def scripted(connection, seen):
        deed = next((d for d in replies if d in seen.path or d in seen.body.decode("latin-1")), None)
        (replies[deed] if deed else (lambda c, s: answer_chat(c, s) if s.path.startswith("/v1/chat") else c.reply(200, {"ok": 1})))(connection, seen)

    with FakeWorker(scripted) as a, FakeWorker(scripted) as d, tempfile.TemporaryDirectory() as folder:
        access = os.path.join(folder, "access.log")
        config = worker_toml(a.url, name="a", kind="vllm", api_key=KEY + "-of-ours", headers=f'{{ "x-secret" = "{KEY}-header" }}') + worker_toml(d.url, name="d", kind="http")
        config += f'[[routes]]\npath = "/app*"\nworkers = ["d"]\n[log]\nlevel = "debug"\nformat = "{form}"\naccess = "{access}"\n'
        with Banto(config) as banto:
            headers = {"Authorization": f"Bearer {KEY}", "X-Api-Key": KEY, "Api-Key": KEY, "Cookie": f"session={KEY}", "User-Agent": KEY, "Referer": f"http://x/?q={QUERY}"}
            for text in ("", "", "bad", "die", "sick"):
                for stream in (False, True):
                    banto.chat(f"{PROMPT} {text}", stream=stream, headers=headers)
            banto.chat(PROMPT, model="nobody", headers=headers)
            banto.post("/v1/chat/completions", ('{"model":"m","messages":"' + PROMPT).encode(), headers=headers)
            banto.post("/v1/completions", {"model": "m", "prompt": PROMPT}, headers=headers)
            for path in (f"/app?input_text={QUERY}&key={KEY}", f"/app/die?q={QUERY}", f"/nowhere?q={QUERY}"):
                banto.get(path, headers=headers)
            with contextlib.closing(banto.raw(chat_bytes(PROMPT + " die", fields=f"Authorization: Bearer {KEY}\r\n"))):
                pass
            with contextlib.closing(banto.raw(f"GET /{PROMPT} HTTP/9\r\nAuthorization: {KEY}\r\n\r\n".encode())) as s:
                s.recv(100)

            def lines():
                with open(access) as f:
                    return f.read()

            until(lambda: lines().count("\n") >= 17, "the access lines")
            seen = {"access log": lines(), "event log": banto.events(), "metrics": banto.admin("/metrics").body.decode(), "status": json.dumps(banto.status()), "page": banto.admin("/").body.decode()}
        for where, text in seen.items():
            assert KEY not in text and QUERY not in text, (where, next(l for l in text.splitlines() if KEY in l or QUERY in l))
            if where != "access log":
                assert PROMPT not in text, where
        # A path is what the log is for; only the request that was no HTTP had the canary there.
        assert all(PROMPT not in line or f"/{PROMPT}" in line for line in seen["access log"].splitlines())


def test_model_names_that_clients_make_up_do_not_become_labels():
    """M5: the number of series is bounded, whatever clients ask for."""
    with FakeWorker(models=("m",)) as a, FakeWorker() as b:
        config = "threads = 2\n" + worker_toml(a.url, name="a", kind="vllm") + worker_toml(b.url, name="b", kind="vllm", models=["*"]) + NO_CACHE
        with Banto(config) as banto:

            def client(k):
                with Client(banto) as c:
                    for i in range(150):
                        c.chat("x", model=f"made-up-{k}-{i}")

            in_parallel(client, 4)
            with Client(banto) as c:
                for i in range(50):
                    c.request("GET", f"/path-{i}")
                    c.request(f"METHOD{i}", "/")
            text = banto.admin("/metrics").body.decode()
            labels = {name: set(re.findall(rf'[{{,]{name}="([^"]*)"', text)) for name in ("model", "endpoint", "worker", "reason", "code")}
            assert len(labels["model"]) <= 300 and "other" in labels["model"], len(labels["model"])
            assert labels["worker"] <= {"a", "b", ""} and all(len(v) < 40 for k, v in labels.items() if k != "model")
            assert "path-" not in text and "METHOD" not in text
            before = len(text.splitlines())
            in_parallel(lambda k: [banto.chat("x", model=f"later-{k}-{i}") for i in range(20)], 4)
            assert len(banto.admin("/metrics").body.splitlines()) <= before + 20


def test_model_names_are_escaped_where_they_become_labels():
    evil = 'a"b\\c\nd} 1'
    with FakeWorker(models=(evil,)) as a, Banto(worker_toml(a.url, name="a", kind="vllm")) as banto:
        assert banto.chat(model=evil).status == 200
        text = banto.admin("/metrics").body.decode()
        for line in text.splitlines():
            assert line.startswith("#") or re.fullmatch(r'\w+(\{(\w+="(\\[\\"n]|[^"\\])*",?)*\})? [-+0-9.eInfNa]+', line), line
        assert r'model="a\"b\\c\nd} 1"' in text


def test_a_scrape_without_the_token_is_refused_and_probes_need_none():
    with FakeWorker() as a, Banto("listen = \"127.0.0.1:0\"\n" + worker_toml(a.url, name="a", kind="vllm") + '[admin]\nlisten = "127.0.0.1:0"\ntoken = "s3cret"\n') as banto:
        assert banto.admin("/metrics").status == 401 and banto.admin("/api/v1/status").status == 401
        assert banto.admin("/metrics", headers={"Authorization": "Bearer wrong!"}).status == 401
        assert banto.admin("/metrics", headers={"Authorization": "Bearer s3cret"}).status == 200
        assert banto.admin("/livez").status == 200 and banto.admin("/readyz").status == 200
        page = banto.admin("/")
        assert page.status == 401 and b"s3cret" not in page.body and str(a.port).encode() not in page.body, "an empty page that asks for the token"


def test_scrapes_do_not_disturb_each_other_or_the_traffic():
    with FakeWorker() as a, Banto("threads = 2\n" + worker_toml(a.url, name="a", kind="vllm") + NO_CACHE) as banto:
        last = {}

        def work(k):
            if k < 2:
                with Client(banto) as c:
                    assert all(c.chat(f"{k} {i}").status == 200 for i in range(60))
            else:
                seen = 0.0
                for _ in range(30):
                    now = banto.metric("banto_requests_total")
                    assert now >= seen, "a counter never goes back"
                    seen = now
                last[k] = seen

        in_parallel(work, 5)
        until(lambda: banto.metric("banto_requests_total") == 120, "all are counted")
