"""The requests of each scenario, and the engines behind the proxy."""
import dataclasses

ORIGIN, ENGINES, REDIS = 9900, 9100, 6390


@dataclasses.dataclass
class Scenario:
    name: str
    about: str
    first: str  # the target that the others are compared with
    load: dict
    warm_seconds: float = 1.0
    needs_redis: bool = False
    streams: bool = False
    per: str = "request"
    load_of_banto: dict = dataclasses.field(default_factory=dict)  # different load options for it
    aims: dict = dataclasses.field(default_factory=dict)  # the ratio that a target should reach


def whole(connections, distinct, prompt_bytes):
    return {"connections": connections, "distinct": distinct, "prompt-bytes": prompt_bytes, "tokens": 64}


SCENARIOS = {s.name: s for s in [
    Scenario("pass", "no cache, 1 KB prompts", "nginx", whole(64, 100, 1024), aims={"banto": 0.85}),
    Scenario("big", "no cache, 64 KB prompts", "nginx", whole(32, 20, 65536), aims={"banto": 0.95}),
    Scenario("passlog", "pass with an access log in a file, for all of them", "nginx", whole(64, 100, 1024)),
    Scenario("miss", "memory and Redis on, 1 KB prompts, no two alike; nginx only passes on", "nginx", whole(64, 0, 1024), needs_redis=True, aims={"banto": 1.6}),
    Scenario("hit", "kept in memory, 1 KB prompts (nginx: proxy_cache)", "nginx", whole(64, 100, 1024), warm_seconds=1.5, aims={"banto": 0.45}),
    Scenario("hitbig", "kept in memory, 64 KB prompts", "nginx", whole(32, 20, 65536), warm_seconds=1.5, aims={"banto": 0.15}),
    Scenario("hitorder", "as hitbig, but banto gets JSON that is never spelt twice alike, nginx equal bytes", "nginx", whole(32, 20, 65536), warm_seconds=1.5,
             load_of_banto={"spellings": 0}, aims={"banto": 0.30}),
    Scenario("redis", "kept in Redis, 1 KB prompts (nginx: Lua)", "nginx+redis", whole(64, 100, 1024), warm_seconds=1.5, needs_redis=True, aims={"banto": 0.55}),
    Scenario("stream", "streams at 35 tokens/s each from four engines", "nginx", {"connections": 1000, "distinct": 0, "prompt-bytes": 512, "stream": 1, "tokens": 200}, streams=True, per="token",
             aims={"banto": 0.86, "banto-kept": 1.0}),
]}


def engine_commands(scenario, sim_worker):
    """The simulated engines behind the proxy: (command, port) each."""
    if scenario.streams:
        return [([sim_worker, "--port", str(ENGINES), "--count", "4", "--slots", "100000", "--step-ms", "28", "--idle-close-ms", "0"], ENGINES)]
    return [([sim_worker, "--port", str(ORIGIN), "--idle-close-ms", "0"], ORIGIN)]
