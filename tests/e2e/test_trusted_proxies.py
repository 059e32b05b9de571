"""Who the client is: a trusted peer's X-Forwarded-* are continued, everybody else's are replaced, and the access log and X-Real-IP name the same address."""
import contextlib
import http.client
import json
import os
import signal
import socket
import tempfile

import pytest
from fakes.fake_worker import FakeWorker
from harness import DEADLINE_S, Banto, until, worker_toml

ROUTES = '[[routes]]\npath = "/*"\nworkers = ["app"]\n'


def tell(connection, seen):
    connection.reply(200, {"headers": seen.headers, "path": seen.path})


@contextlib.contextmanager
def proxy(trusted=None, top=""):
    """An app that tells which fields it was sent."""
    if trusted is not None:
        top += f"trusted_proxies = {trusted}\n"
    with FakeWorker(tell) as worker, Banto(top + worker_toml(worker.url, name="app", kind="http") + ROUTES) as banto:
        yield banto


def told(banto, fields, path="/x"):
    """What the app was sent for a request with these lines, and what the access log calls the client."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    with banto.raw(f"GET {path} HTTP/1.1\r\nHost: public.example\r\n{lines}Connection: close\r\n\r\n".encode()) as s:
        reply = http.client.HTTPResponse(s)
        reply.begin()
        assert reply.status == 200, reply.read()
        headers = json.loads(reply.read())["headers"]
    line = banto.access_line(request_id=headers["x-request-id"])
    assert line.get("client") == headers.get("x-real-ip"), (line, headers)
    return headers


@pytest.fixture(scope="module")
def trusting():
    with proxy('["127.0.0.0/8", "10.0.0.0/8", "2001:db8::/32"]') as banto:
        yield banto


@pytest.fixture(scope="module")
def trusting_nobody():
    with proxy("[]") as banto:
        yield banto


def test_what_a_trusted_terminator_says_is_continued(trusting):
    seen = told(trusting, [("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "app.example"), ("X-Forwarded-Port", "443"),
                           ("X-Forwarded-Prefix", "/app"), ("X-Forwarded-User", "alice")])
    assert seen["x-forwarded-for"] == "203.0.113.7, 127.0.0.1"
    assert (seen["x-forwarded-proto"], seen["x-forwarded-host"], seen["x-forwarded-port"]) == ("https", "app.example", "443")
    assert (seen["x-forwarded-prefix"], seen["x-forwarded-user"]) == ("/app", "alice")
    assert seen["x-real-ip"] == "203.0.113.7"


def test_what_anybody_else_says_is_replaced(trusting_nobody):
    seen = told(trusting_nobody, [("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Port", "443"),
                                  ("X-Forwarded-User", "admin"), ("X-Real-IP", "203.0.113.7"), ("Forwarded", "for=203.0.113.7")])
    assert seen["x-forwarded-for"] == "127.0.0.1" and seen["x-real-ip"] == "127.0.0.1"
    assert (seen["x-forwarded-proto"], seen["x-forwarded-host"]) == ("http", "public.example")
    assert not {"x-forwarded-port", "x-forwarded-user", "forwarded"} & set(seen)


def test_loopback_is_trusted_by_default():
    with proxy() as banto:
        assert told(banto, [("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https")])["x-forwarded-proto"] == "https"


def test_a_trusted_peer_that_says_nothing_gets_the_fields_of_a_client(trusting):
    seen = told(trusting, [])
    assert (seen["x-forwarded-for"], seen["x-forwarded-proto"], seen["x-forwarded-host"]) == ("127.0.0.1", "http", "public.example")


@pytest.mark.parametrize("values, client", [
    (["198.51.100.1, 203.0.113.7"], "203.0.113.7"),  # what stands left of it may be the client's invention
    (["203.0.113.7, 10.1.2.3, 10.9.9.9"], "203.0.113.7"),
    (["203.0.113.7", "10.1.2.3"], "203.0.113.7"),  # several lines are one list
    (["198.51.100.1", "203.0.113.7, 10.1.2.3"], "203.0.113.7"),
    (["10.1.2.3, 10.9.9.9"], "10.1.2.3"),  # all are trusted: the first of them asks
    (["203.0.113.7:5432"], "203.0.113.7"),
    (["[2001:db9::1]:5432, 10.1.2.3"], "2001:db9::1"),
    (["2001:db9::1, 2001:db8::5"], "2001:db9::1"),
    (["::ffff:10.1.2.3"], "::ffff:10.1.2.3"),
    ([" , 203.0.113.7 ,, "], "203.0.113.7"),
    (["unknown"], "127.0.0.1"),  # rubbish: nearer than that nobody is known
    (["203.0.113.7, unknown, 10.1.2.3"], "10.1.2.3"),
    (["203.0.113.7, 10.1.2.3x"], "127.0.0.1"),
    (["203.0.113.07"], "127.0.0.1"),
    (["[::1"], "127.0.0.1"),
    ([""], "127.0.0.1"),
    (["<script>"], "127.0.0.1"),
])
def test_the_client_is_the_nearest_address_that_is_not_trusted(trusting, values, client):
    assert told(trusting, [("X-Forwarded-For", value) for value in values])["x-real-ip"] == client


def test_a_client_cannot_name_itself_behind_a_trusted_peer(trusting):
    """The proxy appends the address that it saw; whatever the client put before it does not count."""
    seen = told(trusting, [("X-Forwarded-For", "127.0.0.1, 10.0.0.1, 203.0.113.7")])
    assert seen["x-real-ip"] == "203.0.113.7"


def test_the_log_names_the_client_of_a_refused_request_too(trusting):
    with trusting.raw(b"GET /x HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.99\r\nContent-Length: 99999999999\r\n\r\n") as s:
        assert s.recv(65536).startswith(b"HTTP/1.1 413 ")
    assert trusting.access_line(client="203.0.113.99")["status"] == 413


def test_a_unix_sockets_client_is_trusted():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "banto.sock")
        with FakeWorker(tell) as worker, Banto(f'listen = "unix:{path}"\ntrusted_proxies = []\n' + worker_toml(worker.url, name="app", kind="http") + ROUTES) as banto:

            class Local:
                def raw(self, data):
                    s = socket.socket(socket.AF_UNIX)
                    s.settimeout(DEADLINE_S)
                    s.connect(path)
                    s.sendall(data)
                    return s

                access_line = banto.access_line

            seen = told(Local(), [("X-Forwarded-For", "203.0.113.7, 10.1.2.3"), ("X-Forwarded-Proto", "https")])
            assert seen["x-forwarded-for"] == "203.0.113.7, 10.1.2.3" and seen["x-forwarded-proto"] == "https"
            assert seen["x-real-ip"] == "10.1.2.3"
            assert "x-forwarded-for" not in told(Local(), [])


def test_a_reload_changes_whom_a_kept_connection_trusts():
    with proxy("[]") as banto:
        connection = http.client.HTTPConnection("127.0.0.1", banto.port, timeout=DEADLINE_S)

        def scheme():
            connection.request("GET", "/x", headers={"X-Forwarded-Proto": "https"})
            return json.loads(connection.getresponse().read())["headers"]["x-forwarded-proto"]

        assert scheme() == "http"
        with open(banto.config_path) as f:
            config = f.read()
        banto.write_config(config.replace("trusted_proxies = []", 'trusted_proxies = ["127.0.0.1"]'))
        banto.signal(signal.SIGHUP)
        until(lambda: scheme() == "https", "the new list counts")
        connection.close()
