"""Further targets, available once perf/install-rivals has installed them."""
import os

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".cache", "rivals")
ONE, FOUR = [9900], [9100, 9101, 9102, 9103]  # engines by scenario
ROUTES = {"pass": ONE, "big": ONE, "stream": FOUR}


def program(*words):
    return os.path.abspath(os.path.join(FOLDER, *words))


def router(name, port, *words):
    """The routers of the engines' own projects: one command line, ending in the engines."""
    return [program(name, "bin", name), *words, "--host", "127.0.0.1", "--port", str(port), "--policy", "round_robin", "--log-level", "error",
            "--prometheus-port", str(port + 20000), "--worker-urls", "@WORKERS@"]


# name: (command, ports by scenario, headers that its clients send)
RIVALS = {
    "envoy": ([program("envoy", "bin", "envoy"), "-c", "@CONF@/envoy.yaml", "--concurrency", "1", "-l", "error", "--disable-hot-restart"], {"pass": 8331, "big": 8331, "stream": 8333}, []),
    "caddy": ([program("caddy", "bin", "caddy"), "run", "--config", "@CONF@/Caddyfile", "--adapter", "caddyfile"], {"pass": 8341, "big": 8341, "stream": 8343}, []),
    "traefik": ([program("traefik", "bin", "traefik"), "--configFile=@CONF@/traefik.yml"], {"pass": 8351, "big": 8351, "stream": 8353}, []),
    "smg": (router("smg", 8361, "launch"), dict.fromkeys(ROUTES, 8361), []),
    "vllm-router": (router("vllm-router", 8371), dict.fromkeys(ROUTES, 8371), []),
    "sglang-router": (router("sglang-router", 8381, "launch"), dict.fromkeys(ROUTES, 8381), []),
    "litellm": ([program("litellm", "bin", "litellm"), "--config", "@CONF@/litellm-@KIND@.yaml", "--host", "127.0.0.1", "--port", "8391"],
                dict.fromkeys(("pass", "big", "hit", "redis", "stream"), 8391), []),
    "portkey": (["node", program("portkey", "node_modules", "@portkey-ai", "gateway", "build", "start-server.js"), "--port=8395", "--headless"],
                {"pass": 8395, "big": 8395}, ["x-portkey-provider: openai", "x-portkey-custom-host: http://127.0.0.1:9900/v1"]),
}


def installed(name):
    return any(os.path.isabs(word) and os.path.exists(word) for word in RIVALS[name][0][:2])


def command(name, scenario_name, conf):
    """Its command line, with the config's folder, the scenario's kind and the engines filled in."""
    words = []
    for word in RIVALS[name][0]:
        if word == "@WORKERS@":
            words += [f"http://127.0.0.1:{port}" for port in ROUTES[scenario_name]]
        else:
            words.append(word.replace("@CONF@", conf).replace("@KIND@", "pass" if scenario_name == "big" else scenario_name))
    return words
