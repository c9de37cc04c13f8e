import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { LABELS } from '../../src/http/dashboard/labels.ts';
import { dashboardPage } from '../../src/http/dashboard/page.ts';
import { SCRIPT } from '../../src/http/dashboard/script.ts';
import { ROUTES } from './support/function-world.ts';

const { headers = {}, body } = dashboardPage();
const html = String(body);

test('S141: the page reads the statistics every 30 s', () => {
  expect(SCRIPT).toContain('const REFRESH_MS = 30000;');
  expect(SCRIPT).toContain('setInterval(refresh, REFRESH_MS)');
  expect(SCRIPT).toContain("'/sync/stats'");
});

test('S142: the quick actions of the guide are there, under their names', () => {
  const buttons = [...html.matchAll(/<button[^>]*data-path="([^"]+)"[^>]*>([^<]+)</g)].map(([, path, label]) => [
    path,
    label,
  ]);
  expect(buttons.slice(0, 3)).toEqual([
    ['/sync/to-outlook', 'Sync to Outlook'],
    ['/booking/process-imports', 'Process Imports'],
    ['/bridges/sync-deletions', 'Detect Cancellations'],
  ]);
});

test('the page calls no path that is not served', () => {
  const paths = [...`${html}`.matchAll(/'(\/[a-z/-]+)|data-path="([^"]+)"/g)].map(
    ([, one, other]) => one ?? other ?? '',
  );
  const served = new Set(ROUTES.map(({ route }) => `/${route}`));
  expect(paths.filter((path) => !served.has(path))).toEqual([]);
});

test('S143: nothing is ever put into the page as markup', () => {
  expect(SCRIPT).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function/);
  expect(SCRIPT).not.toMatch(/localStorage|sessionStorage|document\.cookie/);
});

test('S143: only this script and this style may run, and only calls to this service', () => {
  const policy = headers['content-security-policy'] ?? '';
  for (const [tag, directive] of [
    ['script', 'script-src'],
    ['style', 'style-src'],
  ]) {
    const source = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(html)?.[1] ?? '';
    const hash = createHash('sha256').update(source).digest('base64');
    expect(policy).toContain(`${directive} 'sha256-${hash}'`);
  }
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'self'");
});

test('S145: every field and button has a label, in both languages', () => {
  for (const [, id] of html.matchAll(/<(?:input|select)[^>]*id="([^"]+)"/g)) {
    expect(html).toContain(`<label for="${id}"`);
  }
  for (const [, label = ''] of html.matchAll(/data-label="(\w+)"/g)) {
    expect(LABELS.en).toHaveProperty(label);
    expect(LABELS.nb).toHaveProperty(label);
  }
  expect(Object.keys(LABELS.nb)).toEqual(Object.keys(LABELS.en));
  expect(html).toContain('role="alert"');
  expect(html).toContain('aria-live="polite"');
  expect(html).toMatch(/<html lang="en">/);
});

test('the script is valid JavaScript', () => {
  expect(() => runInNewContext(`(function () { ${SCRIPT} })`)).not.toThrow();
});
