"""What browsers are told (CORS): the application's own word on its routes, what the engines would say for model APIs, and [cors] origins over both."""
import pytest
from fakes.fake_worker import FakeWorker, answer_chat, chat_chunk, chat_whole
from harness import Banto, free_port, worker_toml
from one_worker import question
from traffic import Engine, Gate, answer_ollama, ollama_pages
from wire import Reader, request_bytes

UI, EVIL, LOCAL = "https://ui.example", "https://evil.example", "http://localhost:3000"
LIST = f'[cors]\norigins = ["{UI}"]\n'
ALLOW = "access-control-allow-origin"


def from_page(origin, **more):
    return {"Origin": origin, **more}


def preflight(banto, origin, path="/v1/chat/completions", method="POST"):
    return banto.request("OPTIONS", path, headers=from_page(origin, **{"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization,content-type"}))


def chat(banto, body, origin=None):
    return banto.post("/v1/chat/completions", body, headers=from_page(origin) if origin else {})


def an_engine(kind, config="", **more):
    worker = FakeWorker(**more)
    return worker, worker_toml(worker.url, name="a", kind=kind, models=["m"]) + config


def chat_reply(connection, headers=()):
    connection.reply(200, chat_whole("x"), headers=headers)


def an_ollama():
    """Refuses what gin-contrib/cors refuses."""

    def answer(connection, seen):
        origin = seen.headers.get("origin")
        if origin not in (None, LOCAL):
            return connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        if seen.path == "/v1/chat/completions":
            return chat_reply(connection, [f"Access-Control-Allow-Origin: {LOCAL}", "Vary: Origin"] if origin else [])
        answer_ollama(connection, seen)

    return Engine(answer, pages=ollama_pages("m"), models=("m",))


def early_head(config):
    """The fields that a page gets while the worker still thinks."""
    gate = Gate()
    worker, engine = an_engine("vllm", config + '[timeouts]\ncommit_after = "50ms"\n', answer=gate)
    with worker, Banto(engine) as banto, banto.raw(request_bytes(question(stream=True), headers=f"Origin: {UI}\r\n")) as sock:
        reader = Reader(sock)
        first = b""
        while b":\n\n" not in first:
            first += sock.recv(65536)
        gate.let()
        reader.buffer = first
        status, headers, body = reader.answer()
        assert status == 200 and body.endswith(b"data: [DONE]\n\n")
        return dict(headers)


# --- engines that let every page read ---


@pytest.mark.parametrize("kind", ["vllm", "sglang", "llamacpp", "llama-cpp-python", "tgi", "tei"])
def test_these_engines_let_every_page_read(kind):
    worker, config = an_engine(kind)
    with worker, Banto(config) as banto:
        asked = preflight(banto, UI)
        assert asked.status == 204 and asked.header(ALLOW) == "*" and "authorization" in asked.header("access-control-allow-headers")
        assert banto.get("/v1/models", headers=from_page(UI)).header(ALLOW) == "*"
        assert chat(banto, question(model="nobody"), UI).header(ALLOW) == "*"
        assert banto.get("/v1/models").header(ALLOW) is None, "who is no browser is told nothing"


@pytest.mark.parametrize("kind", ["openai"])
def test_of_an_engine_that_is_not_known_nothing_is_said(kind):
    worker, config = an_engine(kind)
    with worker, Banto(config) as banto:
        asked = preflight(banto, UI)
        assert asked.status == 403 and asked.header(ALLOW) is None
        assert banto.get("/v1/models", headers=from_page(UI)).header(ALLOW) is None
        assert chat(banto, question(), UI).header(ALLOW) is None


def test_an_early_head_may_be_read_by_the_page_that_asked():
    assert early_head("")[ALLOW] == "*"


def test_a_hit_of_an_engine_that_judges_origins_itself_says_no_more_than_the_miss():
    """The answer varies by Origin and does not name this one."""
    worker, config = an_engine("vllm", answer=lambda connection, seen: chat_reply(connection, ["Vary: Origin"]))
    with worker, Banto(config) as banto:
        body = question()
        first, second = chat(banto, body, EVIL), chat(banto, body, EVIL)
        assert second.header("x-cache") == "HIT"
        assert first.header(ALLOW) is None and second.header(ALLOW) is None


# --- vLLM's list, as starlette's CORSMiddleware judges ---


def a_judge(everybody=False, credentials=False):
    """Says nothing to who names no Origin, and to a page that is not listed nothing of it."""

    def answer(connection, seen):
        origin, said = seen.headers.get("origin"), []
        if origin is not None:
            if credentials:
                said.append("Access-Control-Allow-Credentials: true")
            if everybody:
                said.append("Access-Control-Allow-Origin: *")
            elif origin in (UI, LOCAL):
                said += [f"Access-Control-Allow-Origin: {origin}", "Vary: Origin"]
        if seen.json().get("stream"):
            connection.send("".join(f"{line}\r\n" for line in ["HTTP/1.1 200 OK", "Content-Type: text/event-stream", "Transfer-Encoding: chunked", *said, ""]))
            connection.chunk(chat_chunk(content="x", finish="stop") + "data: [DONE]\n\n")
            return connection.end_stream()
        chat_reply(connection, said)

    return answer


def said_of(answer):
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-") or name == "vary"}


@pytest.mark.parametrize("config", ["", '[cache]\nscope = "shared"\nharmless_headers = ["origin", "o*"]\n'], ids=["", "shared"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("kind", ["vllm", "openai"])
@pytest.mark.parametrize("credentials", [False, True], ids=["", "credentials"])
def test_a_hit_says_to_each_page_what_the_engine_said_to_it(kind, stream, credentials, config):
    worker, workers = an_engine(kind, answer=a_judge(credentials=credentials))
    with worker, Banto(workers + config) as banto:
        body = question(stream=stream)
        for origin in (None, UI, EVIL, LOCAL, "null"):
            first, second = chat(banto, body, origin), chat(banto, body, origin)
            assert (first.header("x-cache"), second.header("x-cache")) == ("MISS", "HIT"), "pages are kept apart"
            assert said_of(first) == said_of(second), origin
            assert second.header(ALLOW) == (origin if origin in (UI, LOCAL) else None)
            assert second.header("access-control-allow-credentials") == ("true" if credentials and origin else None)


def test_a_slow_stream_says_to_a_page_what_an_engine_with_a_list_says():
    """Such an engine has shown its list: no head of ours goes out before its own, but to callers that are no pages."""
    gate = Gate(a_judge())
    worker, config = an_engine("vllm", '[timeouts]\ncommit_after = "20ms"\n[cache]\nenabled = false\n', answer=gate)
    with worker, Banto(config) as banto:
        gate.let()
        assert chat(banto, question(), EVIL).header(ALLOW) is None
        for origin, told in ((EVIL, None), (UI, UI)):
            page = banto.raw(request_bytes(question(stream=True), headers=f"Origin: {origin}\r\n"))
            other = banto.raw(request_bytes(question(stream=True)))
            with page, other:
                assert other.recv(65536).startswith(b"HTTP/1.1 200 "), "before the engine has spoken"
                gate.let(2)
                status, headers, body = Reader(page).answer()
                assert status == 200 and body.endswith(b"data: [DONE]\n\n")
                assert dict(headers).get(ALLOW) == told, headers


def test_an_engine_that_lets_every_page_read_again_is_spoken_for_again():
    gate = Gate(a_judge(everybody=True))
    worker, config = an_engine("vllm", '[timeouts]\ncommit_after = "20ms"\n[cache]\nenabled = false\n', answer=gate)
    with worker, Banto(config) as banto:
        gate.answer = a_judge()
        gate.let()
        assert chat(banto, question(), EVIL).header(ALLOW) is None
        gate.answer = a_judge(everybody=True)
        gate.let()
        assert chat(banto, question(), EVIL).header(ALLOW) == "*"
        with banto.raw(request_bytes(question(stream=True), headers=f"Origin: {EVIL}\r\n")) as page:
            assert b"allow-origin: *\r\n" in page.recv(65536).lower(), "before the engine has spoken"
            gate.let()


def test_an_engine_that_lets_every_page_read_does_so_on_a_hit():
    worker, config = an_engine("vllm", answer=a_judge(everybody=True))
    with worker, Banto(config) as banto:
        body = question()
        assert [chat(banto, body, EVIL).header(ALLOW) for _ in range(2)] == ["*", "*"]


def test_the_list_of_ours_decides_over_the_engines_on_miss_and_hit():
    worker, config = an_engine("vllm", f'[cors]\norigins = ["{EVIL}"]\n', answer=a_judge(credentials=True))
    with worker, Banto(config) as banto:
        body = question()
        for origin in (UI, UI, EVIL, EVIL):
            told = chat(banto, body, origin)
            assert told.header(ALLOW) == (EVIL if origin == EVIL else None) and told.header("vary") == "Origin"
            assert told.header("access-control-allow-credentials") is None
        assert len([r for r in worker.requests if r.method == "POST"]) == 1


# --- Ollama's list ---


def test_a_page_that_ollama_refuses_is_refused_everywhere():
    with an_ollama() as worker, Banto(worker_toml(worker.url, name="a", kind="ollama")) as banto:
        body = question()
        assert chat(banto, body).header("x-cache") == "MISS" and chat(banto, body).header("x-cache") == "HIT"
        for refused in (chat(banto, body, EVIL), preflight(banto, EVIL), preflight(banto, EVIL, "/api/chat"), *(banto.get(p, headers=from_page(EVIL)) for p in ("/v1/models", "/api/tags", "/api/version"))):
            assert refused.status == 403 and refused.header(ALLOW) is None, refused.headers


def test_a_page_that_ollama_allows_is_allowed_everywhere():
    with an_ollama() as worker, Banto(worker_toml(worker.url, name="a", kind="ollama")) as banto:
        body = question()
        assert chat(banto, body, LOCAL).status == 200
        hit = chat(banto, body, LOCAL)
        assert hit.header("x-cache") == "HIT" and hit.header(ALLOW) == LOCAL and hit.header("vary") == "Origin"
        for answer in (preflight(banto, LOCAL), banto.get("/api/tags", headers=from_page(LOCAL)), chat(banto, question(model="nobody"), LOCAL)):
            assert answer.header(ALLOW) == LOCAL and answer.header("vary") == "Origin", answer.headers


def test_where_engines_share_a_model_the_strictest_decides():
    with an_ollama() as a, FakeWorker() as b:
        config = worker_toml(a.url, name="a", kind="ollama", models=["m"], backup=True) + worker_toml(b.url, name="b", kind="vllm", models=["m"])
        with Banto(config + '[balance]\nqueue_length_max = 0\n') as banto:
            body = question()
            assert chat(banto, body).header("x-cache") == "MISS"
            late = chat(banto, body, EVIL)
            assert late.header("x-cache") != "HIT" and late.header(ALLOW) is None


def test_what_only_an_ollama_serves_is_as_an_ollama_has_it_beside_engines_of_another_kind():
    with an_ollama() as a, FakeWorker() as b:
        config = worker_toml(a.url, name="a", kind="ollama") + worker_toml(b.url, name="b", kind="vllm", models=["n"])
        with Banto(config) as banto:
            for path in ("/api/tags", "/api/version", "/api/ps"):
                refused = banto.get(path, headers=from_page(EVIL))
                assert refused.status == 403 and refused.header(ALLOW) is None, (path, refused.headers)
                assert banto.get(path, headers=from_page(LOCAL)).header(ALLOW) == LOCAL, path
            for refused in (banto.post("/api/chat", {"model": "none"}, headers=from_page(EVIL)), banto.request("POST", "/api/chat", b"{}", headers=from_page(EVIL, **{"Content-Length": "99999999999"}))):
                assert refused.status >= 400 and refused.header(ALLOW) is None, refused.headers
            assert banto.get("/v1/models", headers=from_page(EVIL)).header(ALLOW) == "*", "the other engine's too"


# --- applications ---


def an_app(seen_by_app):
    def answer(connection, seen):
        seen_by_app.append(seen)
        cors = [f"Access-Control-Allow-Origin: {seen.headers.get('origin', UI)}", "Access-Control-Allow-Credentials: true", "Vary: Origin"]
        if seen.method == "OPTIONS":
            return connection.reply(200, b"OK", "text/plain", cors + ["Access-Control-Allow-Methods: DELETE"])
        connection.reply(200, {"it": 7}, headers=cors)

    return Engine(answer, pages={})


@pytest.mark.parametrize("methods", ["", 'methods = ["GET", "DELETE"]\n', 'methods = ["DELETE", "OPTIONS"]\n'])
def test_the_preflight_of_a_route_is_the_applications(methods):
    seen = []
    with an_app(seen) as worker, Banto(worker_toml(worker.url, name="app", kind="http") + f'[[routes]]\npath = "/items/*"\n{methods}') as banto:
        answer = preflight(banto, UI, "/items/7", "DELETE")
        assert answer.status == 200 and answer.header("access-control-allow-methods") == "DELETE"
        assert answer.header(ALLOW) == UI and answer.header("access-control-allow-credentials") == "true"
        assert seen[-1].method == "OPTIONS" and seen[-1].headers["origin"] == UI


def test_the_preflight_of_a_path_without_a_route_is_the_only_applications_too():
    seen = []
    with an_app(seen) as worker, Banto(worker_toml(worker.url, name="app", kind="http")) as banto:
        assert preflight(banto, UI, "/v1/chat/completions").header("access-control-allow-methods") == "DELETE"


def test_a_routes_hit_says_what_its_application_said_to_this_page():
    with an_app([]) as worker, Banto(worker_toml(worker.url, name="app", kind="http") + '[[routes]]\npath = "/items/*"\ncache = {}\n') as banto:
        for origin in (UI, "https://other.example"):
            for expected in ("MISS", "HIT"):
                answer = banto.get("/items/7", headers=from_page(origin))
                assert answer.header("x-cache") == expected, "the Origin separates answers that vary by it"
                assert answer.header(ALLOW) == origin and answer.header("access-control-allow-credentials") == "true" and answer.header("vary") == "Origin"


def test_we_add_nothing_on_a_route_whose_application_is_gone():
    with Banto(worker_toml(f"http://127.0.0.1:{free_port()}", name="app", kind="http") + '[[routes]]\npath = "/items/*"\n') as banto:
        answer = banto.get("/items/7", headers=from_page(UI))
        assert answer.status in (502, 503) and answer.header(ALLOW) is None


# --- [cors] origins ---


def all_ways(banto, origin):
    """(what it is, answer) of each way out, asked by a page."""
    body = question()
    yield "miss", chat(banto, body, origin)
    yield "hit", chat(banto, body, origin)
    yield "stream", chat(banto, question(stream=True), origin)
    yield "listing", banto.get("/v1/models", headers=from_page(origin))
    yield "error", chat(banto, question(model="nobody"), origin)
    yield "refusal", banto.request("POST", "/v1/chat/completions", b"{}", headers=from_page(origin, **{"Content-Length": "99999999999"}))
    yield "unknown path", banto.get("/nowhere", headers=from_page(origin))


@pytest.mark.parametrize("kind", ["vllm", "openai"])
@pytest.mark.parametrize("said", [[], ["Access-Control-Allow-Origin: *", "Access-Control-Expose-Headers: X-Own", "Vary: Accept-Encoding"]], ids=["silent", "speaks"])
def test_a_listed_page_may_read_every_answer_and_its_fields(kind, said):
    def answer(connection, seen):
        if seen.json().get("stream"):
            return answer_chat(connection, seen)
        chat_reply(connection, said)

    worker, config = an_engine(kind, LIST, answer=answer)
    with worker, Banto(config) as banto:
        for what, told in all_ways(banto, UI):
            assert told.header(ALLOW) == UI and "Origin" in told.header("vary"), (what, told.headers)
            exposed = told.header("access-control-expose-headers")
            assert all(name in exposed for name in ("X-Cache", "Cache-Status", "X-Request-Id", "Retry-After", "X-Banto-Reason")), (what, exposed)
        for what, told in all_ways(banto, EVIL):
            assert told.header(ALLOW) is None and "Origin" in told.header("vary"), (what, told.headers)
        assert preflight(banto, UI).header(ALLOW) == UI
        refused = preflight(banto, EVIL)
        assert refused.status == 403 and refused.header(ALLOW) is None and "Origin" in refused.header("vary")


def test_an_early_head_has_all_of_it():
    early = early_head(LIST)
    assert early[ALLOW] == UI and early["vary"] == "Origin" and "X-Request-Id" in early["access-control-expose-headers"]


def test_pages_share_answers_where_the_list_decides():
    worker, config = an_engine("vllm", f'[cors]\norigins = ["{UI}", "{LOCAL}"]\n')
    with worker, Banto(config) as banto:
        body = question()
        chat(banto, body)
        for origin in (UI, LOCAL):
            hit = chat(banto, body, origin)
            assert hit.header("x-cache") == "HIT" and hit.header(ALLOW) == origin


def test_a_listed_page_is_not_refused_by_an_ollama_and_another_is():
    with an_ollama() as worker, Banto(worker_toml(worker.url, name="a", kind="ollama") + LIST) as banto:
        body = question()
        assert chat(banto, body, UI).status == 200
        hit = chat(banto, body, UI)
        assert hit.header("x-cache") == "HIT" and hit.header(ALLOW) == UI
        assert chat(banto, body, EVIL).status == 403


def test_everybody_may_be_listed():
    worker, config = an_engine("openai", '[cors]\norigins = ["*"]\n')
    with worker, Banto(config) as banto:
        for what, told in all_ways(banto, EVIL):
            assert told.header(ALLOW) == "*", (what, told.headers)
        assert preflight(banto, EVIL).header(ALLOW) == "*"


def test_the_list_decides_on_routes_too_and_the_app_still_sees_the_origin():
    seen = []
    with an_app(seen) as worker, Banto(worker_toml(worker.url, name="app", kind="http") + '[[routes]]\npath = "/items/*"\ncache = {}\n' + LIST) as banto:
        assert preflight(banto, UI, "/items/7", "DELETE").header(ALLOW) == UI and not seen
        for expected in ("MISS", "HIT"):
            answer = banto.get("/items/7", headers=from_page(UI))
            assert answer.header("x-cache") == expected and answer.header(ALLOW) == UI and answer.header("access-control-allow-credentials") is None
        other = banto.get("/items/7", headers=from_page(EVIL))
        assert other.header(ALLOW) is None and other.header("x-cache") == "MISS", "what the app sees separates its answers"
        assert [s.headers["origin"] for s in seen] == [UI, EVIL]
