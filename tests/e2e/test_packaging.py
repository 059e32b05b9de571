"""What is shipped beside the program: dashboard, rules, unit. They must name what the program really exports.

The dashboard's rules are those of Grafana's dashboard-linter, which is not packaged for the systems we test on.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest
from harness import binary

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
DASHBOARD = PACKAGING / "grafana" / "banto.json"
RULES = PACKAGING / "prometheus" / "rules.yaml"
RULES_TEST = PACKAGING / "prometheus" / "rules_test.yaml"
RUNBOOK = PACKAGING / "prometheus" / "runbook.md"
UNIT = PACKAGING / "banto.service"

# What Prometheus itself adds to every series.
TARGET_LABELS = {"job", "instance"}
SUFFIXES = {"kHistogram": ("_bucket", "_sum", "_count"), "kCounter": ("",), "kGauge": ("",)}

needs_promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")


def metric_table():
    """Series name -> (type, labels), from the program's own table."""
    text = (ROOT / "proxy" / "ops" / "metric_table.cc").read_text()
    entry = re.compile(r'\{k\w+,\s*"(\w+)",\s*(k\w+),\s*((?:"[^"]*"\s*)+),\s*\{([^}]*)\}')
    series = {}
    for name, kind, _, labels in entry.findall(text):
        names = set(re.findall(r'"(\w+)"', labels))
        for suffix in SUFFIXES[kind]:
            series[name + suffix] = (kind, names | ({"le"} if suffix == "_bucket" else set()))
    return series


def rule_blocks(kind):
    """Name -> text of each rule of one kind ("alert" or "record")."""
    blocks = re.split(r"(?m)^ +- (?=alert:|record:)", RULES.read_text())[1:]
    return {re.match(r"\w+: (\S+)", block)[1]: block for block in blocks if block.startswith(kind + ":")}


def expression(block):
    """The PromQL of one rule: the rest of the line, or the deeper lines after '|'."""
    match = re.search(r"(?m)^( +)expr: (\|\n((?:\1 +.*\n)+)|.*)", block)
    return match[3] or match[2]


def dashboard():
    return json.loads(DASHBOARD.read_text())


def panels():
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def targets():
    return [(panel["title"], target["expr"]) for panel in panels() for target in panel["targets"]]


def expressions():
    rules = {**rule_blocks("alert"), **rule_blocks("record")}
    return targets() + [(name, expression(block)) for name, block in rules.items()]


def exported_names(expr):
    return re.findall(r"(?<![:\w])(?:banto|process)_\w+", re.sub(r'"[^"]*"', '""', expr))


def promtool(*words, **more):
    return subprocess.run(["promtool", *map(str, words)], capture_output=True, text=True, check=False, **more)


# --- names ---------------------------------------------------------------------------------------------------------

def test_table_was_read_whole():
    entries = re.findall(r'(?m)^    \{k\w+, "', (ROOT / "proxy" / "ops" / "metric_table.cc").read_text())
    families = {re.sub("_(bucket|sum|count)$", "", name) if kind == "kHistogram" else name
                for name, (kind, _) in metric_table().items()}
    assert len(families) == len(entries) > 50


@pytest.mark.parametrize("where,expr", expressions())
def test_every_metric_that_is_used_is_exported(where, expr):
    series = metric_table()
    for name in exported_names(expr):
        assert name in series, f"{where}: {name}"


@pytest.mark.parametrize("where,expr", expressions())
def test_every_label_that_is_matched_is_exported(where, expr):
    series = metric_table()
    for name, matchers in re.findall(r"\b((?:banto|process)_\w+)\{([^}]*)\}", expr):
        for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", re.sub(r'"[^"]*"', '""', matchers)):
            assert label in series[name][1] | TARGET_LABELS, f"{where}: {name} has no label {label}"


@pytest.mark.parametrize("where,expr", expressions())
def test_every_label_that_is_kept_is_exported(where, expr):
    series = metric_table()
    labels = TARGET_LABELS.union(*(series[name][1] for name in exported_names(expr)))
    if not exported_names(expr):  # a rule over recorded series
        return
    for kept in re.findall(r"\bby \(([^)]*)\)", expr):
        for label in re.split(r",\s*", kept):
            assert label in labels, f"{where}: by ({label})"


def test_worth_showing_is_shown():
    """Each metric is on the dashboard or in a rule: what nobody looks at need not be counted."""
    used = {name for _, expr in expressions() for name in exported_names(expr)}
    unused = set()
    for name, (kind, _) in metric_table().items():
        family = re.sub("_(bucket|sum|count)$", "", name) if kind == "kHistogram" else name
        if not any(re.sub("_(bucket|sum|count)$", "", other) == family or other == family for other in used):
            unused.add(family)
    assert unused == {"banto_responses_without_usage_total", "banto_worker_weight",
                      "process_virtual_memory_bytes", "process_start_time_seconds"}


# --- rules ---------------------------------------------------------------------------------------------------------

@needs_promtool
def test_rules_and_example_config_are_good():
    for words in (("check", "rules", RULES), ("check", "config", RULES.with_name("prometheus.yml"))):
        result = promtool(*words)
        assert result.returncode == 0, result.stdout + result.stderr


@needs_promtool
def test_rules_fire_and_keep_still():
    result = promtool("test", "rules", RULES_TEST.name, cwd=RULES_TEST.parent)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_alert_is_tested_both_ways():
    text = RULES_TEST.read_text()
    for name in rule_blocks("alert"):
        fires = re.search(rf"alertname: {name}\n +exp_alerts:\n +- exp_labels", text)
        quiet = re.search(rf"alertname: {name},? *(?:\n +)?exp_alerts: \[\]", text)
        assert fires and quiet, name


@pytest.mark.parametrize("name,block", rule_blocks("alert").items())
def test_every_alert_waits_and_tells_what_to_do(name, block):
    assert re.match(r"Banto[A-Z]\w+$", name)
    assert re.search(r"(?m)^ +for: \d+[mh]$", block), "an alert without `for` wakes people for one bad scrape"
    assert re.search(r"severity: (critical|warning|info)\}", block)
    assert re.search(r'summary: ".+"', block)
    anchor = re.search(r'runbook_url: "packaging/prometheus/runbook.md#(\w+)"', block)
    assert anchor and anchor[1] == name.lower()
    assert f"\n## {name}\n" in RUNBOOK.read_text()


def test_runbook_names_what_is_exported():
    names = set(re.findall(r"`((?:banto|process)_\w+)`", RUNBOOK.read_text()))
    families = {re.sub("_(bucket|sum|count)$", "", name) for name in metric_table()} | set(metric_table())
    assert names and names <= families


# --- dashboard -----------------------------------------------------------------------------------------------------

def variable(name):
    return next(v for v in dashboard()["templating"]["list"] if v["name"] == name)


def test_dashboard_is_classic_schema_and_not_editable():
    board = dashboard()
    assert 39 <= board["schemaVersion"] <= 41
    assert board["id"] is None and board["uid"] == "banto"
    assert board["editable"] is False
    assert board["graphTooltip"] == 1
    # Provisioned from a file, "__inputs" stays unresolved and every panel is empty (grafana/grafana#10786).
    assert "__inputs" not in board and "DS_PROMETHEUS" not in DASHBOARD.read_text()


def test_data_source_is_a_variable():
    source = variable("datasource")
    assert (source["type"], source["query"], source["label"]) == ("datasource", "prometheus", "Data source")


@pytest.mark.parametrize("name,label", [("job", "Job"), ("instance", "Instance")])
def test_targets_are_chosen_by_variables(name, label):
    chosen = variable(name)
    assert chosen["label"] == label
    assert chosen["type"] == "query" and chosen["multi"] is True and chosen["allValue"] == ".+"


def test_variables_follow_the_time_shown():
    for chosen in dashboard()["templating"]["list"]:
        if chosen["type"] == "query":
            assert chosen["refresh"] == 2, chosen["name"]
            assert chosen["datasource"]["uid"] == "${datasource}", chosen["name"]
            name, label = re.search(r"label_values\((\w+)(?:\{.*\})?, (\w+)\)$", chosen["query"]["query"]).groups()
            assert label in metric_table()[name][1] | TARGET_LABELS, chosen["name"]


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_panel_says_what_it_shows(panel):
    assert panel["title"] and panel["description"]
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["datasource"]["uid"] == "${datasource}"
    assert panel["targets"]
    for target in panel["targets"]:
        assert target["datasource"]["uid"] == "${datasource}"


@pytest.mark.parametrize("title,expr", targets())
def test_query_holds_to_the_chosen_targets(title, expr):
    selectors = re.findall(r"\b(?:banto|process)_\w+(\{[^}]*\})?", re.sub(r"by \([^)]*\)", "", expr))
    assert selectors
    for selector in selectors:
        assert 'job=~"$job"' in selector and 'instance=~"$instance"' in selector, title


@pytest.mark.parametrize("title,expr", targets())
def test_counters_are_rates_that_are_summed(title, expr):
    series = metric_table()
    for match in re.finditer(r"\b((?:banto|process)_\w+)\{", expr):
        kind = series[match[1]][0]
        before = expr[:match.start()]
        if kind == "kGauge":
            assert not re.search(r"\b(rate|increase)\($", before), title
        else:
            assert re.search(r"\bsum(?: by \([^)]*\) )?\((?:rate|increase)\($", before), title


@pytest.mark.parametrize("title,expr", targets())
def test_rates_use_the_rate_interval(title, expr):
    for function, window in re.findall(r"\b(rate|increase)\([^[]*\[([^]]*)\]", expr):
        assert window == {"rate": "$__rate_interval", "increase": "$__range"}[function], title


def test_panels_do_not_overlap():
    taken = {}
    for panel in dashboard()["panels"]:
        grid = panel["gridPos"]
        for x in range(grid["x"], grid["x"] + grid["w"]):
            for y in range(grid["y"], grid["y"] + grid["h"]):
                assert 0 <= x < 24 and (x, y) not in taken, (panel["title"], taken.get((x, y)))
                taken[x, y] = panel["title"]
    ids = [panel["id"] for panel in dashboard()["panels"]]
    assert len(ids) == len(set(ids))


@needs_promtool
def test_every_query_is_promql(tmp_path):
    rules = ["groups:", "  - name: panels", "    rules:"]
    for number, (_, expr) in enumerate(targets()):
        for name, value in {"$fixed_cost": "200", "$__rate_interval": "5m", "$__range": "1h", "$job": ".+", "$instance": ".+", "$model": ".*",
                            "$worker": ".*"}.items():
            expr = expr.replace(name, value)
        assert "$" not in expr
        rules += [f"      - record: panel:query{number}", f"        expr: {json.dumps(expr)}"]
    file = tmp_path / "panels.yaml"
    file.write_text("\n".join(rules) + "\n")
    result = promtool("check", "rules", file)
    assert result.returncode == 0, result.stdout + result.stderr


# --- the unit ------------------------------------------------------------------------------------------------------

def unit_values(key):
    return re.findall(rf"(?m)^{key}=(.*)$", UNIT.read_text())


def test_reload_checks_before_it_signals():
    check, signal = unit_values("ExecReload")
    config = unit_values("ExecStart")[0].split(" run ")[1]
    assert check == f"/usr/bin/banto check {config}"
    assert signal == "/bin/kill -HUP $MAINPID"


def test_stop_waits_longer_than_the_program_drains():
    drain_ms = int(re.search(r"shutdown_ms = ([\d']+);", (ROOT / "conf" / "timeouts.h").read_text())[1].replace("'", ""))
    assert int(unit_values("TimeoutStopSec")[0].rstrip("s")) * 1000 > drain_ms


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_unit_is_hardened():
    result = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=15", str(UNIT)],
                            capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-500:] + result.stderr


# --- what is installed ---------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Everything that `cmake --install` puts below a DESTDIR, from the build that is tested."""
    build = pathlib.Path(binary()).resolve().parent
    destination = tmp_path_factory.mktemp("destdir")
    prefix = re.search(r"(?m)^CMAKE_INSTALL_PREFIX:PATH=(.*)$", (build / "CMakeCache.txt").read_text())[1]
    done = subprocess.run(["cmake", "--install", str(build)], env={**os.environ, "DESTDIR": str(destination)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return destination / prefix.lstrip("/"), prefix


def test_an_installation_has_all_of_it_where_debian_looks(installed):
    root, _ = installed
    for path in ("bin/banto", "lib/systemd/system/banto.service", "share/doc/banto/README.md", "share/doc/banto/config.md", "share/doc/banto/examples/banto.toml",
                 "share/doc/banto/examples/prometheus/rules.yaml", "share/doc/banto/examples/grafana/banto.json", "share/bash-completion/completions/banto",
                 "share/zsh/site-functions/_banto", "share/fish/vendor_completions.d/banto.fish"):
        assert (root / path).is_file() and (root / path).stat().st_size > 0, path
    assert not list(root.parent.rglob("etc")), "the configuration of a running one is not touched"


def test_the_installed_program_unit_and_example_belong_together(installed):
    root, prefix = installed
    version = subprocess.run([root / "bin/banto", "version"], capture_output=True, text=True, check=True).stdout
    assert version.startswith("banto ")
    unit = (root / "lib/systemd/system/banto.service").read_text()
    assert f"ExecStart={prefix}/bin/banto run -c /etc/banto/banto.toml\n" in unit and unit.replace(f"{prefix}/bin/banto", "/usr/bin/banto") == UNIT.read_text()
    done = subprocess.run([root / "bin/banto", "check", root / "share/doc/banto/examples/banto.toml"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (root / "share/bash-completion/completions/banto").read_text() == subprocess.run(
        [root / "bin/banto", "completions", "bash"], capture_output=True, text=True, check=True).stdout


def test_a_build_needs_nothing_that_only_tests_need(tmp_path):
    """Without gtest, simdjson, ccache and lld the configuration is whole, and says that there are no tests."""
    hidden = ["-DCMAKE_DISABLE_FIND_PACKAGE_GTest=ON", "-DCCACHE=OFF", "-DLLD=OFF", "-G", "Unix Makefiles"]
    done = subprocess.run(["cmake", "-S", str(ROOT), "-B", str(tmp_path / "build"), *hidden], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Unit tests are not built" in done.stdout
    rules = (tmp_path / "build" / "CMakeFiles" / "banto.dir" / "link.txt").read_text()
    assert "lld" not in rules and "ccache" not in rules
