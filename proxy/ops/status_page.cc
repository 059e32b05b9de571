#include "proxy/ops/status_page.h"

namespace banto::ops {
namespace {

// All values enter the page as text nodes: text from workers is never markup.
constexpr std::string_view kPage = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>banto</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; --line: #8886; --soft: #8882; --good: #2a8a3e; --bad: #c9302c;
  --warn: #b07503; font: 15px/1.45 system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { :root { --good: #5fc777; --bad: #ff7b72; --warn: #e3b341; } }
body { max-width: 76rem; margin: 1.5rem auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; align-items: baseline; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 1.8rem 0 .5rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.state { font-weight: 650; }
.note { opacity: .75; }
#alert { border-left: 4px solid var(--bad); background: var(--soft); padding: .5rem .8rem;
  margin: 1rem 0; white-space: pre-wrap; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { font-weight: 600; white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
meter { width: 5rem; margin-left: .5rem; }
dl { display: flex; flex-wrap: wrap; gap: .6rem 2.2rem; margin: 0; }
dt { opacity: .75; } dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
footer { margin-top: 2rem; opacity: .75; }
</style>
</head>
<body>
<header>
<h1>banto</h1>
<span id="state" class="state" role="status">asking…</span>
<span id="about" class="note"></span>
</header>
<p id="alert" role="alert" hidden></p>
<form id="login" hidden>
<label>Admin token <input id="token" type="password" autocomplete="off"></label>
<button>Show the status</button>
</form>
<main id="main" hidden>
<h2>Workers</h2>
<div class="wide"><table>
<thead><tr><th>Name<th>Kind<th>Health<th>State<th class="number">In flight<th class="number">Weight
<th>Reason<th>Models</thead>
<tbody id="workers"></tbody>
</table></div>
<h2>Waiting for a slot</h2>
<dl id="queue"></dl>
<h2>Cache</h2>
<dl id="cache"></dl>
</main>
<footer><a href="/metrics">metrics</a> · <a href="/api/v1/status">status as JSON</a> ·
asked every 5 s, <span id="asked">not yet</span></footer>
<script>
'use strict';
const at = id => document.getElementById(id);
const make = (tag, text, kind) => {
  const node = document.createElement(tag);
  node.textContent = text;
  if (kind) node.className = kind;
  return node;
};
const bytes = n => {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let i = 0;
  for (; n >= 1024 && i < 4; ++i) n /= 1024;
  return n.toFixed(i && n < 100 ? 1 : 0) + ' ' + units[i];
};
const age = s => s < 120 ? `${s} s` : s < 7200 ? `${Math.round(s / 60)} min`
  : s < 172800 ? `${Math.round(s / 3600)} h` : `${Math.round(s / 86400)} days`;
const pair = (list, name, value) => {
  const group = document.createElement('div');
  group.append(make('dt', name), make('dd', value));
  list.append(group);
};
const fill = (id, build) => { const node = at(id); node.replaceChildren(); build(node); };

function worker(w) {
  const row = document.createElement('tr');
  const health = w.health + (w.ejected ? ', ejected' : w.cooling_down ? ', cooling down' : '');
  const well = w.health === 'healthy' && !w.ejected && !w.cooling_down;
  const flight = make('td', w.max_in_flight ? `${w.in_flight} / ${w.max_in_flight}` : w.in_flight,
                      'number');
  if (w.max_in_flight) {
    const meter = document.createElement('meter');
    meter.max = w.max_in_flight;
    meter.value = w.in_flight;
    flight.append(meter);
  }
  const name = make('td', w.name);
  name.title = w.url || '';
  row.append(name, make('td', w.kind), make('td', health, well ? 'good' : 'bad'),
             make('td', w.state, w.state === 'ready' ? '' : 'warn'), flight,
             make('td', w.weight, 'number'), make('td', w.reason || ''),
             make('td', (w.models || []).join(', ') || '–'));
  return row;
}

function show(s) {
  at('state').textContent = s.ready ? 'ready' : 'not ready';
  at('state').className = 'state ' + (s.ready ? 'good' : 'bad');
  const config = s.config || {};
  const loaded = Math.max(0, Math.round(Date.now() / 1000 - (config.loaded_unix_s || 0)));
  at('about').textContent = `version ${s.version} · configuration ` +
    `${config.file || 'from the command line'}, loaded ${age(loaded)} ago · ` +
    (s.keys ? `keys for clients: ${s.keys}` : 'no keys: everybody may ask');
  const alerts = [];
  if (!s.ready && s.why) alerts.push(s.why);
  if (config.ok === false) alerts.push('The last reload failed: the file is not what runs.');
  complain(alerts.join('\n'));
  fill('workers', node => {
    for (const w of s.workers) node.append(worker(w));
    if (!s.workers.length) node.append(make('td', 'none'));
  });
  fill('queue', node => {
    const waiting = Object.entries(s.queue || {}).filter(([, depth]) => depth > 0);
    for (const [model, depth] of waiting) pair(node, model, depth);
    if (!waiting.length) node.append(make('div', 'nobody'));
  });
  fill('cache', node => {
    const c = s.cache || {};
    pair(node, 'memory tier', c.memory ? 'on' : 'off');
    pair(node, 'Redis tier', c.redis ? 'on' : 'off');
    if (!c.memory) return;
    pair(node, 'answers', c.entries.toLocaleString());
    pair(node, 'size', bytes(c.bytes));
    pair(node, 'evicted', c.evictions.toLocaleString());
    pair(node, 'expired', c.expirations.toLocaleString());
  });
  at('main').hidden = false;
  at('login').hidden = true;
  at('asked').textContent = 'last at ' + new Date().toLocaleTimeString();
}

function complain(text) {
  if (at('alert').textContent !== text) at('alert').textContent = text;
  at('alert').hidden = !text;
}

async function ask() {
  if (document.hidden) return;
  const token = sessionStorage.getItem('token');
  try {
    const answer = await fetch('/api/v1/status', {
      cache: 'no-store', headers: token ? {Authorization: 'Bearer ' + token} : {}});
    if (answer.status === 401) {
      at('main').hidden = true;
      at('state').textContent = 'the admin token is needed';
      if (at('login').hidden) { at('login').hidden = false; at('token').focus(); }
      return complain(token ? 'This token is not the right one.' : '');
    }
    if (!answer.ok) throw new Error('status ' + answer.status);
    show(await answer.json());
  } catch (error) {
    at('state').textContent = 'no answer';
    at('state').className = 'state bad';
    complain('What is shown is old: ' + error.message);
  }
}
at('login').addEventListener('submit', event => {
  event.preventDefault();
  sessionStorage.setItem('token', at('token').value);
  ask();
});
document.addEventListener('visibilitychange', ask);
setInterval(ask, 5000);
ask();
</script>
</body>
</html>
)html";

}  // namespace

std::string_view StatusPage() { return kPage; }

}  // namespace banto::ops
