"""The proxies and routers in front of the same engines, each as its own documentation would start it."""
import dataclasses
import os
import shutil
import socket

from side_by_side import rivals


@dataclasses.dataclass
class Target:
    name: str
    command: object  # (port, [engine port], folder) -> [word]
    about: str
    lacks: str = ""  # what must be installed first


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def written(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as f:
        f.write(text)
    return path


def banto(binary, policy):
    def command(port, engines, folder):
        workers = "".join(f'[[workers]]\nname = "engine{i}"\nurl = "http://127.0.0.1:{engine}"\nkind = "vllm"\n' for i, engine in enumerate(engines))
        config = (f'listen = "127.0.0.1:{port}"\nthreads = 1\n{workers}[balance]\npolicy = "{policy}"\n[cache]\nenabled = false\n'
                  f'[admin]\nlisten = "127.0.0.1:0"\n[log]\naccess = "off"\n')
        return [binary, "run", "-c", written(folder, f"banto-{policy}.toml", config)]
    return command


def nginx(port, engines, folder):
    servers = " ".join(f"server 127.0.0.1:{engine};" for engine in engines)
    user = "user root; " if os.geteuid() == 0 else ""  # whose folder it is
    return ["nginx", "-p", folder, "-c", written(folder, f"nginx-{port}.conf", f"""{user}daemon off; worker_processes 1; error_log {folder}/nginx-error.log crit; pid {folder}/nginx-{port}.pid;
events {{ worker_connections 16384; }}
http {{ access_log off; client_body_buffer_size 2m; client_max_body_size 32m; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; proxy_read_timeout 600s;
upstream engines {{ {servers} keepalive 512; }}
server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://engines; }} }} }}
""")]


def haproxy(port, engines, folder):
    servers = "".join(f"  server engine{i} 127.0.0.1:{engine} check\n" for i, engine in enumerate(engines))
    return ["haproxy", "-db", "-f", written(folder, f"haproxy-{port}.cfg", f"""global
  nbthread 1
  maxconn 8000
defaults
  mode http
  timeout connect 5s
  timeout client 600s
  timeout server 600s
  option http-no-delay
  http-reuse always
  option httpchk GET /health
  retry-on conn-failure empty-response
  option redispatch
frontend front
  bind 127.0.0.1:{port}
  default_backend engines
backend engines
  balance leastconn
{servers}""")]


def router(name, *words):
    def command(port, engines, folder):
        return [rivals.program(name, "bin", name), *words, "--host", "127.0.0.1", "--port", str(port), "--policy", "cache_aware", "--log-level", "error",
                "--prometheus-port", str(free_port()), "--worker-urls", *(f"http://127.0.0.1:{engine}" for engine in engines)]
    return command


def installed(program):
    return "" if shutil.which(program) else f"not installed (Debian: apt install {program})"


def installed_rival(name):
    return "" if rivals.installed(name) else f"not installed (perf/install-rivals {name})"


def all_targets(binary):
    """By name; banto's own first."""
    return {t.name: t for t in [
        Target("banto", banto(binary, "least_loaded"), "least_loaded"),
        Target("banto-rr", banto(binary, "round_robin"), "round_robin"),
        Target("nginx", nginx, "in turn", installed("nginx")),
        Target("haproxy", haproxy, "leastconn", installed("haproxy")),
        Target("smg", router("smg", "launch"), "cache_aware", installed_rival("smg")),
        Target("vllm-router", router("vllm-router"), "cache_aware", installed_rival("vllm-router")),
        Target("sglang-router", router("sglang-router", "launch"), "cache_aware", installed_rival("sglang-router")),
    ]}


OURS = ("banto", "banto-rr")
