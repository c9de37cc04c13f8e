import { LABELS } from './labels.ts';

/** Everything shown goes through `textContent`: a title with tags in it is text (S143). The key lives in a variable only. */
export const SCRIPT = `
'use strict';
const LABELS = ${JSON.stringify(LABELS)};
const REFRESH_MS = 30000;
const STATUSES = ['pending', 'synced', 'error', 'conflict', 'cancelled', 'imported'];
const byId = (id) => document.getElementById(id);
let key = '';
let language = /^(nb|nn|no)/i.test(navigator.language) ? 'nb' : 'en';
let stats = null;
let waiting = [];

const label = (name) => LABELS[language][name] || name;
const when = (iso) => (iso ? new Date(iso).toLocaleString(language) : label('none'));

async function call(method, path) {
  const headers = key === '' ? {} : { 'X-API-Key': key, 'x-functions-key': key };
  const response = await fetch(path, { method, headers });
  if (response.status === 401) byId('key-form').hidden = false;
  const text = await response.text();
  let body = null;
  try { body = JSON.parse(text); } catch { body = { success: false, error: response.status + ' ' + response.statusText }; }
  return { ok: response.ok, body };
}

function row(cells, tag) {
  const line = document.createElement('tr');
  for (const cell of cells) {
    const element = document.createElement(tag);
    element.textContent = String(cell);
    if (tag === 'th') element.scope = 'col';
    if (typeof cell === 'number') element.className = 'number';
    line.append(element);
  }
  return line;
}

function fill(id, head, lines) {
  const table = byId(id);
  const thead = document.createElement('thead');
  const tbody = document.createElement('tbody');
  thead.append(row(head, 'th'));
  tbody.append(...(lines.length > 0 ? lines.map((cells) => row(cells, 'td')) : [row([label('none')], 'td')]));
  table.replaceChildren(table.caption, thead, tbody);
}

function show() {
  document.documentElement.lang = language;
  document.title = label('title');
  for (const element of document.querySelectorAll('[data-label]')) element.textContent = label(element.dataset.label);
  if (stats === null) return;
  const figures = stats.statistics;
  fill('status', [label('status'), ''], [
    [label('total'), figures.total_mappings],
    ...STATUSES.map((status) => [label(status), figures.summary[status]]),
    [label('orphaned'), figures.orphaned_mappings],
    [label('oldestPending'), when(figures.oldest_pending_at)],
    [label('lastSync'), when(figures.last_sync_at)],
  ]);
  fill('types', [label('type'), ...STATUSES.map(label)],
    Object.entries(figures.by_type).map(([type, counts]) => [label(type), ...STATUSES.map((status) => counts[status])]));
  fill('jobs', [label('job'), label('lastRun'), label('result'), label('message')],
    Object.entries(figures.jobs).map(([job, run]) => [job, when(run.last_run_at), run.last_result, run.last_error || '']));
  fill('waiting', [label('reservation'), label('room'), label('status'), label('message')],
    waiting.map((one) => [one.reservation_type + ' ' + one.reservation_id, one.outlook_item_name || one.resource_id,
      label(one.sync_status), one.error_message || '']));
  byId('refreshed').textContent = label('refreshed') + ' ' + when(stats.generated_at);
}

function complain(text) {
  byId('problem').textContent = text;
}

async function refresh() {
  try {
    const answer = await call('GET', '/sync/stats');
    if (!answer.ok) return complain(answer.body.error || label('failed'));
    stats = answer.body;
    const list = await call('GET', '/sync/pending-items?limit=20');
    waiting = list.ok ? list.body.items : [];
    byId('key-form').hidden = true;
    complain('');
    show();
  } catch {
    complain(label('unreachable'));
  }
}

async function act(button) {
  const result = byId('result');
  const buttons = document.querySelectorAll('[data-path]');
  for (const one of buttons) one.disabled = true;
  result.textContent = label('running');
  try {
    const preview = byId('preview').checked ? '?dry_run=true' : '';
    const answer = await call('POST', button.dataset.path + preview);
    result.textContent = JSON.stringify(answer.body, null, 2);
  } catch {
    result.textContent = label('unreachable');
  } finally {
    for (const one of buttons) one.disabled = false;
    button.focus();
  }
  await refresh();
}

byId('language').value = language;
byId('language').addEventListener('change', (event) => { language = event.target.value; show(); });
byId('refresh').addEventListener('click', refresh);
byId('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  key = byId('key').value;
  refresh();
});
for (const button of document.querySelectorAll('[data-path]')) button.addEventListener('click', () => act(button));
show();
refresh();
setInterval(refresh, REFRESH_MS);
`;
