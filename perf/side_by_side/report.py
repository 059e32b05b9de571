"""The table."""
import statistics

BAD = ("wrong", "truncated", "failed")


def median(rounds, key):
    values = [r[key] for r in rounds if r.get(key) is not None]
    return statistics.median(values) if values else None


def first_of(scenario, rows):
    """The target the others are compared with: the scenario's own choice, if it was measured."""
    return scenario.first if rows.get(scenario.first) else next((n for n in rows if rows[n] and n != "direct"), "")


def ratios(scenario, rows):
    """CPU of each target relative to the first one in the same round: {name: (median, lowest, highest)}."""
    first = first_of(scenario, rows)
    found = {}
    for name, rounds in rows.items():
        by_round = {r["round"]: r["cpu_us"] for r in rows.get(first, [])}
        values = [r["cpu_us"] / by_round[r["round"]] for r in rounds if by_round.get(r["round"])]
        if values and any(r["cpu_us"] for r in rounds):
            found[name] = (statistics.median(values), min(values), max(values))
    return found


def number(value, digits=2):
    return "–" if value is None else f"{value:.{digits}f}"


def table(scenario, rows):
    first = first_of(scenario, rows)
    lines = [f"{scenario.name}: {scenario.about}",
             f"  CPU of the proxy per {scenario.per}; ratio to {first} in the same round, median (lowest–highest)", "",
             f"  {'':12} {'ratio':>20} {'CPU us':>8} {scenario.per + 's/s':>11} {'p50 ms':>8} {'p99 ms':>8} {'MiB':>6}  trouble"]
    ratio = ratios(scenario, rows)
    for name, rounds in rows.items():
        if not rounds:
            continue
        shown = "–"
        if name in ratio:
            shown = f"{ratio[name][0]:.2f} ({ratio[name][1]:.2f}–{ratio[name][2]:.2f})"
        trouble = {k: sum(r[k] for r in rounds) for k in BAD}
        trouble = ", ".join(f"{count} {k}" for k, count in trouble.items() if count)
        for r in rounds:
            if r["errors"]:
                trouble += f" {r['errors']}"
                break
        lines.append(f"  {name:12} {shown:>20} {number(median(rounds, 'cpu_us')):>8} {number(median(rounds, 'rate'), 0):>11} "
                     f"{number(median(rounds, 'p50_ms')):>8} {number(median(rounds, 'p99_ms')):>8} {number(median(rounds, 'memory_mib'), 1):>6}  {trouble or 'none'}")
    return "\n".join(lines)
