"""The proxies that can be compared, and those missing on this machine."""
import dataclasses
import glob
import os
import shutil

from side_by_side import rivals

CONF = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "conf")
MODULES = ("/usr/lib/nginx/modules", "/usr/share/nginx/modules", "/usr/lib64/nginx/modules")
BODYACCESS = ("/usr/lib/*/varnish/vmods/libvmod_bodyaccess.so", "/usr/lib*/varnish/vmods/libvmod_bodyaccess.so")
LUA_REDIS = "/usr/share/lua/5.1/nginx/redis.lua"
BANTO_CONFIGS = {  # scenario: config, port
    "pass": ("pass", 8151), "big": ("pass", 8151), "hit": ("hit", 8152), "hitbig": ("hit", 8152), "hitorder": ("hit", 8152),
    "redis": ("redis", 8153), "stream": ("stream", 8154), "miss": ("miss", 8155),
    "passlog": ("passlog", 8157),
}


@dataclasses.dataclass
class Target:
    name: str
    command: list  # None: the load talks to the engines directly
    port: int
    headers: list = dataclasses.field(default_factory=list)  # that its clients must send


@dataclasses.dataclass
class Peer:
    program: str
    config: str
    arguments: list
    ports: dict
    package: str

    def lacks(self):
        """What must be installed first; empty if nothing is missing."""
        if not shutil.which(self.program):
            return self.package
        if "nginx-redis" in self.config and not (modules() and os.path.exists(LUA_REDIS)):
            return self.package
        if self.program == "varnishd" and not any(map(glob.glob, BODYACCESS)):
            return self.package
        return ""


PEERS = {
    "nginx": Peer("nginx", "nginx.conf", ["-c", "@CONF@", "-g", "daemon off;"], {"pass": 8301, "big": 8301, "passlog": 8305, "miss": 8301, "hit": 8302, "hitbig": 8302, "hitorder": 8302, "stream": 8303}, "nginx"),
    "haproxy": Peer("haproxy", "haproxy.cfg", ["-f", "@CONF@", "-db"], {"pass": 8311, "big": 8311, "passlog": 8315, "stream": 8313}, "haproxy"),
    "varnish": Peer("varnishd", "varnish.vcl", ["-F", "-f", "@CONF@", "-a", "127.0.0.1:8321", "-s", "malloc,256m", "-n", "@TMP@/varnish", "-p", "thread_pools=1"], {"hit": 8321, "hitbig": 8321}, "varnish varnish-modules"),
    "nginx+redis": Peer("nginx", "nginx-redis.conf", ["-c", "@CONF@", "-g", "daemon off;"], {"redis": 8304}, "nginx libnginx-mod-http-lua lua-nginx-redis"),
}


def modules():
    return next((d for d in MODULES if os.path.exists(os.path.join(d, "ngx_http_lua_module.so"))), None)


def names_for(scenario):
    names = [name for name, peer in PEERS.items() if scenario.name in peer.ports]
    others = [name for name, (_, ports, _) in rivals.RIVALS.items() if scenario.name in ports and rivals.installed(name)]
    return [*names, "banto", *(["banto-kept"] if scenario.streams else []), *others, "direct"]


def filled_in(source, work_dir):
    """Writes a copy of a config with this run's folder filled in, and returns its path."""
    path = os.path.join(work_dir, os.path.basename(source))
    with open(source) as f:
        text = f.read()
    with open(path, "w") as f:
        f.write(text.replace("@TMP@", work_dir).replace("@MODULES@", modules() or ""))
    return path


def find_rival(name, scenario, work_dir):
    _, ports, headers = rivals.RIVALS[name]
    if scenario.name not in ports:
        return f"has no scenario {scenario.name}"
    if not rivals.installed(name):
        return f"not installed (perf/install-rivals {name})"
    for config in glob.glob(os.path.join(CONF, "rivals", "*")):
        filled_in(config, work_dir)
    return Target(name, rivals.command(name, scenario.name, work_dir), ports[scenario.name], headers)


def find(name, scenario, banto, work_dir):
    """The target, or a text that says why there is none."""
    if name == "direct":
        return Target(name, None, 9100 if scenario.streams else 9900)
    if name == "banto-kept" and not scenario.streams:
        return f"has no scenario {scenario.name}"
    if name.startswith("banto"):
        config, port = ("stream-kept", 8156) if name == "banto-kept" else BANTO_CONFIGS[scenario.name]
        if not os.path.exists(banto):
            return f"{banto} does not exist (build first, or --banto)"
        return Target(name, [banto, "run", "-c", os.path.abspath(os.path.join(CONF, f"banto-{config}.toml"))], port)
    if name in rivals.RIVALS:
        return find_rival(name, scenario, work_dir)
    peer = PEERS.get(name)
    if peer is None or scenario.name not in peer.ports:
        return f"has no scenario {scenario.name}"
    if peer.lacks():
        return f"not installed (Debian: apt install {peer.lacks()})"
    path = filled_in(os.path.join(CONF, peer.config), work_dir)
    arguments = [a.replace("@CONF@", path).replace("@TMP@", work_dir) for a in peer.arguments]
    return Target(name, [peer.program, *arguments], peer.ports[scenario.name])
