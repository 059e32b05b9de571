"""How workers get unwell and well again, what clients are told meanwhile, and which of an engine's pages are nobody's business."""
import contextlib
import threading

import pytest
from fakes.fake_worker import FakeWorker, answer_chat
from harness import Banto, free_port, until, worker_toml
from traffic import FAST_HEALTH, NO_CACHE, Client, Engine, answer_ollama, chat_bytes, ollama_pages, read_answer, start_parallel

LOADING = (503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}})


def llama_pages(*models):
    listed = {"object": "list", "data": [{"id": m, "object": "model", "created": 1700000000, "owned_by": "llamacpp"} for m in models]}
    return {"/health": (200, {"status": "ok"}), "/v1/models": (200, listed), "/props": (200, {"model_path": "/m.gguf", "build_info": "b1"})}


def until_probed(banto, name, count):
    """That many further health checks have been made."""
    probes = lambda: banto.metric("banto_worker_health_checks_total", worker=name)
    begin = probes()
    until(lambda: probes() >= begin + count, f"{count} more probes of {name}")


def changes(banto, name):
    """What the log says of this worker, without its time stamps."""
    return [line.split('"msg":"worker ' + name + " ")[1] for line in banto.events().splitlines() if f'"msg":"worker {name} ' in line]


def test_a_killed_worker_is_unhealthy_with_a_reason_and_back_after_its_restart():
    """B3."""
    with FakeWorker() as a, FakeWorker() as b:
        config = "".join(worker_toml(w.url, name=n, kind="vllm", models=["m"]) for w, n in ((a, "a"), (b, "b")))
        with Banto(config + FAST_HEALTH + NO_CACHE) as banto:
            a.stop()
            for i in range(10):  # from the first request on, whatever the checks know
                assert banto.chat(f"{i}").header("x-banto-worker") == "b"
            banto.until_worker("a", "unhealthy")
            assert "refused" in banto.worker("a")["reason"]
            assert banto.metric("banto_worker_up", worker="a") == 0 and banto.metric("banto_worker_up", worker="b") == 1
            until_probed(banto, "a", 5)
            with FakeWorker(port=a.port) as again:
                banto.until_worker("a", "healthy")
                until(lambda: not banto.worker("a")["ejected"], "a restart heals what its requests did")
                until(lambda: banto.chat("x").header("x-banto-worker") and again.requests, "it serves again")
            said = changes(banto, "a")
            assert sum("unhealthy" in s for s in said) == 1 and sum(s.startswith("healthy") for s in said) == 2, said
            assert all("refused" in s for s in said if "unhealthy" in s)


def test_a_worker_that_accepts_and_says_nothing_is_unhealthy():
    """B3: SIGSTOP, a full accept queue, a hanging event loop."""
    with FakeWorker() as good, Engine() as hung:
        free = threading.Event()

        def silent(connection, seen):
            free.wait(30)

        hung.pages = {p: silent for p in ("/health", "/v1/models", "/version", "/metrics")}
        config = worker_toml(hung.url, name="a", kind="vllm", models=["m"]) + worker_toml(good.url, name="b", kind="vllm", models=["m"])
        with Banto(config + '[health]\ninterval = "100ms"\ntimeout = "200ms"\n' + NO_CACHE) as banto:
            banto.until_worker("a", "unhealthy")
            assert "time" in banto.worker("a")["reason"], banto.worker("a")
            for i in range(10):
                assert banto.chat(f"{i}").header("x-banto-worker") == "b"
            hung.pages = {}
            free.set()
            banto.until_worker("a", "healthy")


def test_a_health_page_that_says_503_takes_a_worker_out_and_its_own_word_is_the_reason():
    with FakeWorker() as a, FakeWorker() as b:
        config = "".join(worker_toml(w.url, name=n, kind="vllm", models=["m"]) for w, n in ((a, "a"), (b, "b")))
        with Banto(config + FAST_HEALTH + NO_CACHE) as banto:
            a.health = 503
            banto.until_worker("a", "unhealthy")
            assert "GET /health: 503" in banto.worker("a")["reason"]
            before = len(a.requests)
            for i in range(10):
                assert banto.chat(f"{i}").status == 200
            assert len(a.requests) == before
            a.health = 200
            banto.until_worker("a", "healthy")
            said = changes(banto, "a")
            assert sum("unhealthy" in s for s in said) == 1 and any("GET /health: 503" in s for s in said), said


def test_one_bad_probe_is_no_verdict():
    """fall = 3: a garbage collection in the engine does not take it out."""
    bad = iter([False, True, True, False, False] * 40)

    def health(connection, seen):
        connection.reply(500 if next(bad, False) else 200, "")

    with Engine(pages={"/health": health}) as a, Banto(worker_toml(a.url, name="a", kind="vllm", models=["m"]) + FAST_HEALTH) as banto:
        until_probed(banto, "a", 15)
        assert banto.metric("banto_worker_health_checks_total", worker="a", result="failed") >= 3
        assert not any("unhealthy" in s for s in changes(banto, "a"))


def test_loading_is_not_dead():
    """A model server that loads its model says so: no failure is counted, the client is told to wait, and it serves at once when it is ready."""
    pages = llama_pages("m")
    with Engine(lambda c, s: c.reply(*LOADING), owned_by="llamacpp") as worker:
        worker.pages = {p: LOADING for p in pages}
        with Banto(worker_toml(worker.url, name="a", kind="llamacpp", models=["m"]) + FAST_HEALTH) as banto:
            banto.until_worker("a", "loading")
            answer = banto.chat()
            assert answer.status == 503 and answer.json()["error"]["code"] == "model_loading", answer.body
            assert 0 < int(answer.header("retry-after")) <= 60 and "Loading model" in answer.json()["error"]["message"]
            until_probed(banto, "a", 5)
            assert banto.worker("a")["health"] == "loading" and banto.admin("/readyz").status == 503
            assert banto.metric("banto_worker_health_checks_total", worker="a", result="failed") == 0
            assert worker.asked == []
            worker.answer_rest = answer_chat
            worker.pages = pages
            banto.until_worker("a", "healthy")
            assert banto.chat().status == 200
            said = changes(banto, "a")
            assert sum(s.startswith("loading") for s in said) == 1 and not any("unhealthy" in s for s in said), said


def test_a_worker_of_unknown_make_that_loads_is_told_to_clients_as_loading():
    """kind = auto and no models given: nothing is known but that it loads; it is neither 404 nor a dead worker."""
    pages = llama_pages("m")
    with Engine(owned_by="llamacpp") as worker:
        worker.pages = {p: LOADING for p in [*pages, "/api/version", "/info", "/get_model_info", "/version", "/"]}
        with Banto(worker_toml(worker.url, name="a") + FAST_HEALTH) as banto:
            banto.until_worker("a", "loading")
            answer = banto.chat()
            assert answer.status == 503 and 0 < int(answer.header("retry-after")) <= 60
            assert answer.json()["error"]["code"] == "model_loading", answer.body
            assert "a" in answer.json()["error"]["message"]
            worker.pages = pages
            until(lambda: banto.chat().status == 200, "it serves")
            assert banto.worker("a")["kind"] == "llamacpp"


def test_all_down_is_a_fast_503_that_says_why():
    """B3."""
    with FakeWorker() as a:
        a.health = 503
        config = worker_toml(a.url, name="a", kind="vllm", models=["m"]) + worker_toml(f"http://127.0.0.1:{free_port()}", name="b", kind="vllm", models=["m"])
        with Banto(config + FAST_HEALTH) as banto:
            banto.until_worker("a", "unhealthy")
            banto.until_worker("b", "unhealthy")
            for stream in (False, True):
                answer = banto.post("/v1/chat/completions", {"model": "m", "stream": stream, "messages": [{"role": "user", "content": "x"}]}, timeout=10)
                error = answer.json()["error"]
                assert answer.status == 503 and error["code"] == "no_worker" and 0 < int(answer.header("retry-after")) <= 60
                assert "a: GET /health: 503" in error["message"] and "b: " in error["message"] and "refused" in error["message"], error
            assert banto.access_line(status=503)["duration_ms"] < 1000
            assert a.requests == []
            ready = banto.admin("/readyz")
            assert ready.status == 503 and b"a: " in ready.body and b"b: " in ready.body
            assert banto.admin("/livez").status == 200


def test_probes_are_never_completions_and_never_counted():
    """B9: for every kind of engine: only GETs of pages, no tokens, no slot, no request in the metrics."""
    kinds = {"vllm": {}, "sglang": {"/get_model_info": (200, {"model_path": "m"})}, "llamacpp": llama_pages("m"), "ollama": ollama_pages("m"),
             "tgi": {"/info": (200, {"model_id": "m", "version": "3"})}, "tei": {"/info": (200, {"model_id": "m"})}, "openai": {}, "http": {}}
    with contextlib.ExitStack() as stack:
        engines = {k: stack.enter_context(Engine(pages=p)) for k, p in kinds.items()}
        banto = stack.enter_context(Banto("".join(worker_toml(w.url, name=k, kind=k) for k, w in engines.items()) + FAST_HEALTH))
        for kind in kinds:
            if kind != "openai":  # a paid API is asked once a minute
                until_probed(banto, kind, 6)
        for kind, engine in engines.items():
            asked = {(r.method, r.path) for r in engine.all_requests}
            assert asked and all(method == "GET" and not r_path.startswith(("/v1/chat", "/generate", "/api/chat", "/slots")) for method, r_path in asked), (kind, asked)
            assert all(r.body == b"" for r in engine.all_requests)
        assert len(engines["openai"].all_requests) <= 4
        assert all(w["in_flight"] == 0 for w in banto.status()["workers"])
        for name in ("banto_requests_total", "banto_worker_requests_total", "banto_worker_request_duration_seconds_count", "banto_tokens_total", "banto_worker_errors_total"):
            assert banto.metric(name) == 0, name
        assert banto.access() == []


def test_ejected_by_its_requests_and_healed_by_them():
    """Its probes are fine all the time: only requests can tell, before and after."""
    sick = threading.Event()
    sick.set()

    def answer(connection, seen):
        if sick.is_set():
            return connection.reply(500, {"error": {"message": "no", "code": 500}})
        answer_chat(connection, seen)

    with FakeWorker(answer) as a, FakeWorker() as b:
        config = "".join(worker_toml(w.url, name=n, kind="vllm", models=["m"]) for w, n in ((a, "a"), (b, "b")))
        with Banto(config + FAST_HEALTH + NO_CACHE) as banto, Client(banto) as client:
            until(lambda: client.chat().status == 200 and banto.worker("a")["ejected"], "five faults eject it")
            assert banto.worker("a")["health"] == "healthy" and banto.worker("a")["in_flight"] == 0
            until_probed(banto, "a", 3)
            assert banto.worker("a")["ejected"], "a good probe is not a good answer"
            sick.clear()
            begin = len(a.requests)
            until(lambda: client.chat().status == 200 and len(a.requests) > begin, "it is asked again after its time")
            until(lambda: not banto.worker("a")["ejected"], "and is a worker like any other")


def test_an_ejected_worker_is_asked_when_nobody_else_is_left():
    """Never all at once: five faults of the only worker must not turn the sixth client away untried."""
    sick = threading.Event()
    sick.set()

    def answer(connection, seen):
        if sick.is_set():
            return connection.reply(500, {"error": {"message": "no", "code": 500}})
        answer_chat(connection, seen)

    with FakeWorker(answer) as a, Banto(worker_toml(a.url, name="a", kind="vllm") + NO_CACHE) as banto:
        for _ in range(6):
            assert banto.chat().status == 500
        assert banto.worker("a")["ejected"]
        sick.clear()
        assert banto.chat().status == 200
        assert not banto.worker("a")["ejected"]


def test_an_unknown_model_is_503_while_a_worker_has_not_been_asked_yet():
    """404 would be a guess; SDKs do not retry it."""
    with FakeWorker() as a:
        dead = f"http://127.0.0.1:{free_port()}"
        with Banto(worker_toml(a.url, name="a", kind="vllm") + worker_toml(dead, name="b", kind="vllm") + FAST_HEALTH) as banto:
            answer = banto.chat(model="other")
            assert answer.status == 503 and "b" in answer.json()["error"]["message"] and 0 < int(answer.header("retry-after")) <= 60
            assert banto.chat(model="m").status == 200
            with FakeWorker(port=int(dead.rsplit(":", 1)[1]), models=("other",)):
                until(lambda: banto.chat(model="other").status == 200, "the model is there")
                assert banto.chat(model="third").status == 404
            # It was asked once: that it is gone now does not make its models unknown.
            banto.until_worker("b", "unhealthy")
            gone = banto.chat(text="new", model="other")
            assert gone.status == 503 and gone.json()["error"]["code"] == "no_worker"
            assert banto.chat(model="third").status == 404


def test_models_appear_and_go_as_the_workers_list_changes():
    with FakeWorker(models=("old",)) as a, Banto(worker_toml(a.url, name="a", kind="vllm") + FAST_HEALTH) as banto:
        assert banto.chat(model="new").status == 404
        a.models = ["new"]
        until(lambda: banto.chat(model="new").status == 200, "the new model is served")
        assert banto.chat(model="old").status == 404
        assert [m["id"] for m in banto.get("/v1/models").json()["data"]] == ["new"]


ENGINES_OWN = [("GET", "/metrics"), ("GET", "/slots"), ("GET", "/props"), ("POST", "/props"), ("POST", "/slots/0?action=erase"), ("POST", "/flush_cache"), ("POST", "/abort_request"),
               ("POST", "/api/delete"), ("DELETE", "/api/delete"), ("POST", "/api/pull"), ("POST", "/api/create"), ("POST", "/api/push"), ("POST", "/api/copy"), ("POST", "/api/blobs/sha256:00"),
               ("POST", "/sleep"), ("POST", "/wake_up"), ("POST", "/reset_prefix_cache"), ("POST", "/v1/load_lora_adapter"), ("POST", "/v1/unload_lora_adapter"),
               ("POST", "/update_weights"), ("GET", "/server_info"), ("POST", "/shutdown"), ("GET", "/docs"), ("GET", "/openapi.json"), ("POST", "/collective_rpc"),
               ("POST", "/lora-adapters"), ("PUT", "/v1/chat/completions"), ("GET", "/v1/chat/completions"), ("POST", "/v1/chat/completions/../../slots"), ("POST", "//api/delete"),
               ("POST", "/api/delete/"), ("POST", "/api/Delete"), ("GET", "/%73lots"), ("GET", "/v1/models/../../slots")]


def test_only_inference_and_listing_paths_pass_to_known_engines():
    with Engine(lambda c, s: c.reply(200, {"reached": s.path})) as v, Engine(lambda c, s: c.reply(200, {"reached": s.path}), pages=ollama_pages("m")) as o:
        config = worker_toml(v.url, name="v", kind="vllm") + worker_toml(o.url, name="o", kind="ollama")
        with Banto(config) as banto, Client(banto) as client:
            for method, path in ENGINES_OWN:
                answer = client.request(method, path, b"{}" if method in ("POST", "PUT", "DELETE") else None)
                assert answer.status in (400, 404, 405), (method, path, answer.status, answer.body)
                assert b"reached" not in answer.body
            from_clients = [(r.method, r.path) for r in v.all_requests + o.all_requests if "x-request-id" in r.headers]
            assert from_clients == []


def test_an_http_worker_without_routes_gets_everything():
    """kind = "http" passes what its routes name, and all when there are none: all but a path that leads elsewhere than it says."""
    with Engine(lambda c, s: c.reply(200, {"reached": s.method + " " + s.path})) as app, Banto(worker_toml(app.url, name="app", kind="http")) as banto, Client(banto) as client:
        for method, path in [*ENGINES_OWN, ("PATCH", "/x"), ("DELETE", "/x?y=1"), ("POST", "/v1/chat/completions"), ("GET", "/any/thing%20else?q=%2F")]:
            answer = client.request(method, path, b'{"model":"m","messages":[]}' if method not in ("GET",) else None)
            if "/../" in path:
                assert answer.status == 400 and not any(r.path == path for r in app.all_requests)
            elif answer.status == 200 and b"reached" in answer.body:
                assert answer.json()["reached"] == f"{method} {path}"
            else:  # the fake answers these itself
                assert any(r.path == path and "x-request-id" in r.headers for r in app.all_requests), (method, path, answer.status, answer.body)


def test_an_http_worker_is_alive_when_it_answers_anything_below_500():
    codes = {"/": (404, {"detail": "Not Found"})}
    with Engine(pages=codes) as app, Banto(worker_toml(app.url, name="app", kind="http") + FAST_HEALTH) as banto:
        assert banto.worker("app")["health"] == "healthy"
        app.pages = {"/": (500, "")}
        banto.until_worker("app", "unhealthy")


def test_a_health_path_of_the_operators_is_the_one_that_is_asked():
    with Engine(pages={"/ready": (200, "")}) as app, Banto(worker_toml(app.url, name="app", kind="http") + '[health]\npath = "/ready"\ninterval = "100ms"\n') as banto:
        assert {r.path for r in app.all_requests} == {"/ready"}
        app.pages = {"/ready": (404, "")}
        banto.until_worker("app", "unhealthy")
        assert "GET /ready: 404" in banto.worker("app")["reason"]


def test_requests_that_run_are_not_cut_when_the_checks_take_their_worker_out():
    """A busy engine may miss its probes: what it is answering goes on."""
    gate = threading.Event()

    def slow(connection, seen):
        gate.wait(30)
        answer_chat(connection, seen)

    with FakeWorker(slow) as a, Banto(worker_toml(a.url, name="a", kind="vllm", models=["m"]) + FAST_HEALTH) as banto:
        s = banto.raw(chat_bytes("long"))
        until(lambda: a.requests, "it has arrived")
        a.health = 503
        banto.until_worker("a", "unhealthy")
        gate.set()
        status, body = read_answer(s)
        assert status == 200 and b"echo: long" in body
