import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const ROOT = resolve(__dirname, '../..');
/** The Node of the project, whatever runs the tests. */
export const NODE = join(ROOT, 'node_modules/.bin/node');
const START = join(ROOT, 'src/sandbox/start.ts');

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder to start the sandbox in, removed after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  folders.push(folder);
  return folder;
}

type Settings = Readonly<Record<string, string>>;

/** `npm start -- <args>` in `folder`, without npm. */
function start(folder: string, args: readonly string[], settings: Settings = {}): ChildProcess {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...settings };
  return spawn(NODE, ['--disable-warning=ExperimentalWarning', START, ...args], { cwd: folder, env });
}

/** Runs until it ends by itself. */
export function run(folder: string, ...args: string[]): Promise<Finished> {
  return runWith({}, folder, ...args);
}

/** The same with these in the environment. */
export async function runWith(settings: Settings, folder: string, ...args: string[]): Promise<Finished> {
  const child = start(folder, args, settings);
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, out, err };
}

export interface Served {
  readonly url: string;
  readonly port: number;
  /** `GET /path` or `POST /path`: status and body. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape.
  call(line: string, body?: object): Promise<{ status: number; text: string; json: any }>;
  /** As Ctrl-C does; the exit code. */
  stop(): Promise<number | null>;
}

/** Serves on a free port and waits until it is ready. */
export async function serve(folder: string, ...args: string[]): Promise<Served> {
  const child = start(folder, ['--port', '0', '--json', ...args]);
  const ended = once(child, 'close');
  let err = '';
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  const url = await Promise.race([readyUrl(child), ended.then(() => null)]);
  if (url === null) throw new Error(`The sandbox did not start: ${err}`);
  return {
    url,
    port: Number(new URL(url).port),
    async call(line, body) {
      const [method = 'GET', path = '/'] = line.split(' ');
      const response = await fetch(url + path, { method, body: body === undefined ? null : JSON.stringify(body) });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      return { status: response.status, text, json: isJson ? JSON.parse(text) : null };
    },
    async stop() {
      child.kill('SIGINT');
      const [code] = await ended;
      return code;
    },
  };
}

async function readyUrl(child: ChildProcess): Promise<string | null> {
  if (child.stdout === null) return null;
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, url } = JSON.parse(line);
    if (event === 'ready') {
      child.stdout.resume();
      return url;
    }
  }
  return null;
}
