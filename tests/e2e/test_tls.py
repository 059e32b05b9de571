"""TLS towards workers: whom we trust, by which name, with which words we refuse, and what a tunnel in front of a notebook needs."""
import contextlib
import os
import socket
import ssl
import subprocess
import tempfile
import threading

import pytest
from fakes.fake_worker import Connection, FakeWorker, answer_chat, chat_whole
from harness import Banto, until, worker_toml
from traffic import NO_CACHE, Client

LEAF = """[req]
distinguished_name = dn
[dn]
[ext]
subjectAltName = {names}
basicConstraints = CA:FALSE
"""


class Authority:
    """A certificate authority in a folder, made with the openssl command."""

    def __init__(self, folder):
        self.folder = folder
        self.ca = self._path("ca.pem")
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=test authority", "-days", "2",
                      "-keyout", self._path("ca.key"), "-out", self.ca)

    def _path(self, name):
        return os.path.join(self.folder, name)

    def _openssl(self, *words):
        done = subprocess.run(["openssl", *words], capture_output=True, text=True, cwd=self.folder)
        assert done.returncode == 0, done.stderr

    def leaf(self, name, names, expired=False):
        """(certificate file, key file) for these subjectAltNames."""
        cert, key, request, ext = (self._path(f"{name}.{end}") for end in ("pem", "key", "csr", "cnf"))
        with open(ext, "w") as f:
            f.write(LEAF.format(names=names))
        self._openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        if not expired:
            self._openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self._path("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", ext, "-extensions", "ext", "-out", cert)
            return cert, key
        # Only `openssl ca` takes dates.
        with open(self._path("ca.cnf"), "w") as f:
            f.write(f"[ca]\ndefault_ca = d\n[d]\ndatabase = {self._path('index')}\nserial = {self._path('number')}\nnew_certs_dir = {self.folder}\ndefault_md = sha256\npolicy = p\nunique_subject = no\n[p]\ncommonName = supplied\n")
        open(self._path("index"), "w").close()
        with open(self._path("number"), "w") as f:
            f.write("01\n")
        self._openssl("ca", "-batch", "-notext", "-config", self._path("ca.cnf"), "-in", request, "-cert", self.ca, "-keyfile", self._path("ca.key"), "-extfile", ext, "-extensions", "ext",
                      "-startdate", "20200101000000Z", "-enddate", "20200201000000Z", "-out", cert)
        return cert, key


class TlsWorker(FakeWorker):
    """A FakeWorker behind TLS; knows the names it was called by (SNI) and which handshakes were resumed."""

    def __init__(self, cert, answer=answer_chat, **more):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*cert)
        self.context.set_alpn_protocols(["http/1.1"])
        self.names, self.resumed, self.alpn, self.failed = [], [], [], []
        self.context.sni_callback = lambda sock, name, context: self.names.append(name)
        super().__init__(answer=answer, **more)
        self.url = f"https://localhost:{self.port}"

    def _serve(self, connection):
        plain = connection.sock
        try:
            plain.settimeout(30)
            sealed = self.context.wrap_socket(plain, server_side=True)
            sealed.settimeout(None)
        except (OSError, ssl.SSLError) as error:
            self.failed.append(str(error))
            with self.lock:
                self.alive.discard(plain)
            return plain.close()
        with self.lock:
            self.resumed.append(sealed.session_reused)
            self.alpn.append(sealed.selected_alpn_protocol())
            self.alive.discard(plain)
            self.alive.add(sealed)
        connection.sock = sealed
        with contextlib.suppress(ssl.SSLError):
            super()._serve(connection)


@pytest.fixture(scope="module")
def authority():
    with tempfile.TemporaryDirectory(prefix="banto-tls-") as folder:
        yield Authority(folder)


@pytest.fixture(scope="module")
def good(authority):
    return authority.leaf("good", "DNS:localhost,IP:127.0.0.1")


def behind(worker, authority, more="", **settings):
    return Banto("threads = 1\n" + worker_toml(worker.url, name="gpu", kind="vllm", models=["m"], **{"tls_ca_file": authority.ca, **settings}) + NO_CACHE + more)


def test_a_worker_of_a_trusted_authority_serves_whole_and_streamed(authority, good):
    with TlsWorker(good) as worker, behind(worker, authority) as banto:
        banto.until_worker("gpu")
        assert banto.chat("one").json()["choices"][0]["message"]["content"] == "echo: one"
        assert banto.chat("two", stream=True).body.endswith(b"data: [DONE]\n\n")
        big = "x" * 200_000
        assert banto.chat(big).json()["choices"][0]["message"]["content"] == "echo: " + big
        assert set(worker.alpn) == {"http/1.1"}


def test_the_name_that_is_called_is_the_workers_and_so_is_the_host(authority, good):
    """SNI and Host are the url's, not the client's: a tunnel's front door finds the notebook by them."""
    with TlsWorker(good) as worker, behind(worker, authority) as banto:
        assert banto.chat(headers={"Host": "public.example"}).status == 200
        assert set(worker.names) == {"localhost"}
        assert worker.requests[0].headers["host"] == f"localhost:{worker.port}"
        assert worker.requests[0].headers["x-forwarded-host"] == "public.example"
        assert {r.headers["host"] for r in worker.all_requests} == {f"localhost:{worker.port}"}, "probes too"


def test_an_address_is_verified_as_an_address_and_never_sent_as_a_name(authority, good):
    with TlsWorker(good) as worker:
        worker.url = f"https://127.0.0.1:{worker.port}"
        with behind(worker, authority) as banto:
            assert banto.chat().status == 200
            assert set(worker.names) == {None}


def refused(banto, worker, *words):
    """The worker is unhealthy and a client is told why; it has not seen a byte of a request."""
    banto.until_worker("gpu", "unhealthy")
    reason = banto.worker("gpu")["reason"]
    answer = banto.chat()
    message = answer.json()["error"]["message"]
    assert answer.status in (502, 503)
    for word in words:
        assert word in reason and word in message, (word, reason, message)
    assert worker.all_requests == []


def test_a_worker_of_an_unknown_authority_is_refused_with_the_reason(authority, good):
    with TlsWorker(good) as worker, Banto(worker_toml(worker.url, name="gpu", kind="vllm", models=["m"])) as banto:
        refused(banto, worker, "certificate verify failed", "issuer", "localhost")


def test_a_certificate_for_another_name_is_refused_with_the_reason(authority):
    with TlsWorker(authority.leaf("other", "DNS:other.example")) as worker, behind(worker, authority) as banto:
        refused(banto, worker, "certificate verify failed", "mismatch", "localhost")


def test_an_expired_certificate_is_refused_with_the_reason(authority):
    with TlsWorker(authority.leaf("old", "DNS:localhost", expired=True)) as worker, behind(worker, authority) as banto:
        refused(banto, worker, "certificate verify failed", "expired", "localhost")


def test_another_server_on_the_workers_port_gets_no_request(authority, good):
    """The probe was good a minute ago; requests meet the stranger first, and its certificate is its fault."""
    with TlsWorker(good) as worker, FakeWorker() as other:
        config = worker_toml(worker.url, name="gpu", kind="vllm", models=["m"], tls_ca_file=authority.ca) + worker_toml(other.url, name="b", kind="vllm", models=["m"], backup=True) + NO_CACHE
        with Banto(config) as banto:
            banto.until_worker("gpu")
            worker.stop()
            with TlsWorker(authority.leaf("stranger", "DNS:other.example"), port=worker.port) as stranger:
                answer = banto.chat()
                assert answer.status == 200 and answer.header("x-banto-worker") == "b"
                assert [a["result"] for a in banto.access_line(status=200)["attempts"]] == ["tls", "ok"]
                assert stranger.all_requests == []


class PlainWorker(FakeWorker):
    """Answers 400 to what is no HTTP, as uvicorn does."""

    def _serve(self, connection):
        with contextlib.suppress(OSError):
            connection.sock.recv(65536)
            connection.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        connection.sock.close()


def test_plain_http_on_an_https_port_is_explained():
    with PlainWorker() as worker:
        url = worker.url.replace("http://127.0.0.1", "https://localhost")
        with Banto(worker_toml(url, name="gpu", kind="vllm", models=["m"])) as banto:
            banto.until_worker("gpu", "unhealthy")
            assert "TLS handshake failed" in banto.worker("gpu")["reason"]
            assert "TLS handshake failed" in banto.chat().json()["error"]["message"]


def test_tls_verify_false_takes_any_certificate(authority):
    with TlsWorker(authority.leaf("any", "DNS:other.example", expired=True)) as worker:
        with Banto(worker_toml(worker.url, name="gpu", kind="vllm", models=["m"], tls_verify=False)) as banto:
            banto.until_worker("gpu")
            assert banto.chat().status == 200


def test_a_ca_file_that_is_none_is_said_at_the_start(authority, good):
    rubbish = os.path.join(authority.folder, "rubbish.pem")
    with open(rubbish, "w") as f:
        f.write("this is no certificate\n")
    with TlsWorker(good) as worker:
        with pytest.raises(AssertionError, match="banto ended with 2"):
            behind(worker, authority, tls_ca_file=rubbish)


def test_a_second_connection_resumes_the_session(authority, good):
    """A notebook behind ngrok allows few new connections a minute, and each full handshake costs it."""

    def answer_and_close(connection, seen):
        connection.reply(200, chat_whole("x"), headers=["Connection: close"])

    with TlsWorker(good, answer_and_close) as worker, behind(worker, authority) as banto:
        for i in range(4):
            assert banto.chat(f"{i}").status == 200
        assert worker.resumed[-3:] == [True] * 3, worker.resumed


def test_sessions_are_shared_between_threads(authority, good):
    def answer_and_close(connection, seen):
        connection.reply(200, chat_whole("x"), headers=["Connection: close"])

    with TlsWorker(good, answer_and_close) as worker:
        config = worker_toml(worker.url, name="gpu", kind="vllm", models=["m"], tls_ca_file=authority.ca) + NO_CACHE
        with Banto("threads = 4\n" + config) as banto:
            banto.until_worker("gpu")
            probes = len(worker.resumed)
            for i in range(12):  # each from a new connection: on any of the threads
                assert banto.chat(f"{i}").status == 200
            assert all(worker.resumed[probes:]), worker.resumed


def test_a_kept_tls_connection_is_used_again(authority, good):
    with TlsWorker(good) as worker, behind(worker, authority) as banto, Client(banto) as client:
        banto.until_worker("gpu")
        before = worker.connections
        for i in range(10):
            assert client.chat(f"{i}").status == 200
        assert worker.connections <= before + 2  # an idle one may reach its 4 s on a slow machine


def test_a_cut_without_close_notify_is_no_clean_end(authority, good):
    """Anybody on the way can send a FIN: an answer that ends with the connection must end with TLS's own goodbye."""

    def cut(connection, seen):
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"half\":")
        connection.sock.shutdown(socket.SHUT_RDWR)

    with TlsWorker(good, cut) as worker, behind(worker, authority, more="[balance]\nretries = 0\n") as banto:
        import http.client
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            answer = banto.chat()
            assert answer.status >= 500
            raise ConnectionError  # an error status is as good


INTERSTITIAL = b"<!DOCTYPE html><html><body>You are about to visit abc123.ngrok-free.app ... ERR_NGROK_6024</body></html>"


class Tunnel:
    """What ngrok's free plan does in front of a notebook: a page for whom it takes for a browser, 404 for names it does not know."""

    def __init__(self):
        self.worker, self.pages, self.unknown = None, 0, 0

    def __call__(self, connection, seen):
        if seen.headers.get("host") != f"localhost:{self.worker.port}":
            self.unknown += 1
            return connection.reply(404, b"Tunnel not found", "text/plain", headers=["ngrok-error-code: ERR_NGROK_3200"])
        if "ngrok-skip-browser-warning" not in seen.headers:
            self.pages += 1
            return connection.reply(200, INTERSTITIAL, "text/html", headers=["ngrok-error-code: ERR_NGROK_6024"])
        answer_chat(connection, seen) if seen.path == "/v1/chat/completions" else connection.reply(404, {"detail": "Not Found"})


class TunnelWorker(TlsWorker):
    def __init__(self, cert):
        self.tunnel = Tunnel()
        super().__init__(cert, answer=self.tunnel)
        self.tunnel.worker = self

    def _housekeeping(self, connection, seen):
        allowed = seen.headers.get("host") == f"localhost:{self.port}" and "ngrok-skip-browser-warning" in seen.headers
        super()._housekeeping(connection, seen) if allowed else self.tunnel(connection, seen)


def test_a_notebook_behind_a_tunnel_works_with_the_header_that_it_wants(authority, good):
    with TunnelWorker(good) as worker:
        with behind(worker, authority, headers='{ "ngrok-skip-browser-warning" = "1" }', api_key="notebook-key") as banto:
            banto.until_worker("gpu")
            answer = banto.chat(headers={"Host": "my.proxy.example", "Authorization": "Bearer the-clients-own", "User-Agent": "Mozilla/5.0"})
            assert answer.json()["choices"][0]["message"]["content"] == "echo: hello"
            assert worker.tunnel.pages == 0 and worker.tunnel.unknown == 0
            assert {r.headers.get("authorization") for r in worker.all_requests} == {"Bearer notebook-key"}, "the client's key never reaches it; probes carry its own"
            assert len(worker.all_requests) < 10, "its plan counts requests"


def test_the_interstitial_page_is_never_an_answer(authority, good):
    with TunnelWorker(good) as worker, behind(worker, authority) as banto:
        banto.until_worker("gpu", "unhealthy")
        assert "tunnel" in banto.worker("gpu")["reason"] or "HTML" in banto.worker("gpu")["reason"]
        answer = banto.chat()
        assert answer.status in (502, 503) and b"<html" not in answer.body
        assert "gpu" in answer.json()["error"]["message"]


def test_host_header_client_passes_the_clients_host_on(authority, good):
    with TlsWorker(good) as worker, behind(worker, authority, host_header="client") as banto:
        banto.until_worker("gpu")
        assert banto.chat(headers={"Host": "public.example:8443"}).status == 200
        assert worker.requests[0].headers["host"] == "public.example:8443"
        assert set(worker.names) == {"localhost"}, "the certificate is the worker's all the same"


def test_a_fixed_host_header_is_sent_to_a_worker_that_checks_it(authority, good):
    """Ollama refuses every Host but its own (OLLAMA_HOST)."""
    with TlsWorker(good) as worker, behind(worker, authority, host_header="localhost:11434") as banto:
        assert banto.chat(headers={"Host": "public.example"}).status == 200
        assert {r.headers["host"] for r in worker.all_requests} == {"localhost:11434"}


def test_without_api_key_the_clients_authorization_passes(authority, good):
    with TlsWorker(good) as worker, behind(worker, authority) as banto:
        assert banto.chat(headers={"Authorization": "Bearer the-clients-own"}).status == 200
        assert worker.requests[0].headers["authorization"] == "Bearer the-clients-own"
