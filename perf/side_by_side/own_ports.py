"""The published configs on other ports, so that several runs can coexist."""
import os
import re

CONF = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "conf")
WORKER_URL = r'url = "http://127\.0\.0\.1:(\d+)"'


def published(name):
    with open(os.path.join(CONF, f"banto-{name}.toml")) as f:
        return f.read()


def engine_count(config):
    return len(re.findall(WORKER_URL, config))


def moved(config, engine_ports, redis_port=None):
    """The config with these engines and this Redis, listening on ports chosen by the kernel (see its log)."""
    ports = iter(engine_ports)
    config = re.sub(WORKER_URL, lambda _: f'url = "http://127.0.0.1:{next(ports)}"', config)
    config = re.sub(r'listen = "127\.0\.0\.1:\d+"', 'listen = "127.0.0.1:0"', config)
    return re.sub(r"redis://127\.0\.0\.1:\d+", f"redis://127.0.0.1:{redis_port}", config) if redis_port else config
