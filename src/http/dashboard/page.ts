/** The dashboard (S141-S143, S145): one static page without data, readable by keyboard and screen reader. */
import { createHash } from 'node:crypto';
import type { Answer } from '../endpoint.ts';
import { LABELS } from './labels.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

type Label = keyof (typeof LABELS)['en'];

/** The actions that are safe to repeat: path and label. */
const ACTIONS: readonly (readonly [path: string, label: Label])[] = [
  ['/sync/to-outlook', 'toOutlook'],
  ['/booking/process-imports', 'processImports'],
  ['/bridges/sync-deletions', 'detectCancellations'],
  ['/sync/populate-mapping', 'populate'],
];

export function dashboardPage(): Answer {
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [
        "default-src 'none'",
        "connect-src 'self'",
        `script-src '${hashOf(SCRIPT)}'`,
        `style-src '${hashOf(STYLE)}'`,
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body: html(),
  };
}

/** Only this script and this style run, whatever else found its way into the page. */
function hashOf(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`;
}

function html(): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${LABELS.en.title}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1 ${text('title')}</h1>
<p><label for="language" ${text('language')}</label>
<select id="language"><option value="en">English</option><option value="nb">Norsk</option></select></p>
</header>
<main>
<p id="problem" class="bad" role="alert"></p>
<form id="key-form" hidden>
<p ${text('keyHint')}</p>
<p><label for="key" ${text('key')}</label> <input id="key" type="password" autocomplete="off">
<button type="submit" ${text('useKey')}</button></p>
</form>
<section aria-labelledby="actions-title">
<h2 id="actions-title" ${text('actions')}</h2>
<div class="actions">
${ACTIONS.map(([path, label]) => `<button type="button" data-path="${path}" ${text(label)}</button>`).join('\n')}
<span><input id="preview" type="checkbox"> <label for="preview" ${text('preview')}</label></span>
</div>
<pre id="result" role="status" aria-live="polite" tabindex="0"></pre>
</section>
${table('status', 'status')}
${table('types', 'byType')}
${table('jobs', 'jobs')}
${table('waiting', 'waiting')}
<p><span id="refreshed"></span> <button type="button" id="refresh" ${text('refresh')}</button></p>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** Ends an opening tag; the script renews the words when the language changes. */
function text(label: Label): string {
  return `data-label="${label}">${LABELS.en[label]}`;
}

function table(id: string, label: Label): string {
  return `<section><table id="${id}"><caption><h2 ${text(label)}</h2></caption></table></section>`;
}
