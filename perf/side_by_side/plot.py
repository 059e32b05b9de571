"""Draws the table: a group of bars per scenario, CPU relative to the first target, shorter is better."""
from html import escape

from side_by_side.report import first_of, median, ratios

WIDTH, LEFT, RIGHT, TOP = 860, 130, 150, 78
BAR, GAP, BETWEEN = 15, 5, 40
MOST = 2.0  # longer bars are cut, their number is not
INK, FAINT, GRID, AIM = "#1f2328", "#656d76", "#d8dee4", "#1a7f37"
OURS, FIRST, OTHERS = "#c2410c", "#57606a", "#afb8c1"
FONT = "-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"


def text(x, y, words, anchor="start", size=12, color=INK, weight="normal"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{color}" font-weight="{weight}">{escape(words)}</text>'


def line(x1, y1, x2, y2, color, width=1.0, more=""):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" stroke-width="{width}" {more}/>'


def rect(x, y, width, height, color, more=""):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height}" fill="{color}" {more}/>'


def at(value):
    """The x position of a multiple."""
    return LEFT + min(value, MOST) * (WIDTH - LEFT - RIGHT) / MOST


def bar(y, name, found, first, aim, cpu_us):
    middle, low, high = found
    ours = name.startswith("banto")
    weight = "bold" if ours else "normal"
    parts = [text(LEFT - 8, y + 12, name, "end", 12, OURS if ours else INK, weight), rect(LEFT, y, at(middle) - LEFT, BAR, OURS if ours else FIRST if name == first else OTHERS, 'rx="2"')]
    if middle > MOST:  # cut
        parts.append(f'<path d="M{at(MOST) - 14:.1f} {y - 1} l5 {BAR + 2} M{at(MOST) - 9:.1f} {y - 1} l5 {BAR + 2}" stroke="white" stroke-width="2"/>')
    elif high - low > 0.005:
        mid = y + BAR / 2
        whisker = (line(at(low), mid, at(high), mid, INK, 1, 'opacity="0.75"'), *(line(at(x), mid - 3, at(x), mid + 3, INK, 1, 'opacity="0.75"') for x in (low, min(high, MOST))))
        parts += whisker
    if aim:
        parts.append(line(at(aim), y - 4, at(aim), y + BAR + 4, "white", 4) + line(at(aim), y - 4, at(aim), y + BAR + 4, AIM, 2))
    parts.append(text(WIDTH - RIGHT + 46, y + 12, f"{middle:.2f}", "end", 12, OURS if ours else INK, weight))
    parts.append(text(WIDTH - 24, y + 12, f"{cpu_us:.1f} µs", "end", 11, FAINT))
    return "".join(parts)


def group(y, scenario, rows):
    """The scenario's bars starting at `y`, and where they end."""
    parts = [text(LEFT, y, scenario.name, "start", 13, INK, "bold"), text(LEFT + 8 * len(scenario.name) + 12, y, f"{scenario.about}; CPU per {scenario.per}", "start", 11, FAINT)]
    y += 10
    begin = y
    first = first_of(scenario, rows)
    for name, found in ratios(scenario, rows).items():
        parts.append(bar(y, name, found, first, scenario.aims.get(name), median(rows[name], "cpu_us")))
        y += BAR + GAP
    return "".join(parts), begin, y


def legend(y):
    x, parts = LEFT, []
    for color, words in ((OURS, "banto"), (FIRST, "what it is held against (= 1)"), (OTHERS, "others")):
        parts += [rect(x, y - 9, 12, 10, color, 'rx="2"'), text(x + 17, y, words, "start", 11, FAINT)]
        x += 34 + 6.1 * len(words)
    parts += [line(x + 2, y - 11, x + 2, y + 3, AIM, 2), text(x + 9, y, "aim", "start", 11, FAINT)]
    x += 48
    parts += [line(x, y - 4, x + 16, y - 4, INK), line(x, y - 7, x, y - 1, INK), line(x + 16, y - 7, x + 16, y - 1, INK), text(x + 22, y, "lowest to highest round", "start", 11, FAINT)]
    return "".join(parts)


def svg(results, machine):
    groups, y = [], TOP + 20
    for scenario, rows in results:
        if not ratios(scenario, rows):
            continue
        drawn, begin, y = group(y, scenario, rows)
        grid = "".join(line(at(x), begin - 4, at(x), y - 1, FAINT if x == 1 else GRID, 1, 'stroke-dasharray="3 3"' if x == 1 else "") for x in (0, 0.5, 1, 1.5, 2))
        ticks = "".join(text(at(x), y + 11, f"{x:g}", "middle", 10, FAINT) for x in (0, 0.5, 1, 1.5, 2))
        groups.append(grid + drawn + ticks)
        y += BETWEEN
    height = y - 6
    head = text(24, 30, "CPU of the proxy, as a multiple of nginx doing the same (shorter is better)", "start", 16, INK, "bold") + text(24, 49, machine, "start", 11, FAINT) + legend(72)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" font-family="{FONT}">'
            f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="8" fill="white" stroke="{GRID}"/>{head}{"".join(groups)}</svg>\n')
