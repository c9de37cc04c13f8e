/** Just enough of a browser to run the dashboard's script: elements by id, events, tables of text, a scripted `fetch`. */
import { runInNewContext } from 'node:vm';

export interface FakeElement {
  readonly tag: string;
  textContent: string;
  hidden: boolean;
  disabled: boolean;
  checked: boolean;
  value: string;
  readonly dataset: Record<string, string>;
  children: FakeElement[];
  fire(event: string): Promise<void>;
}

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type FakeServer = (request: FakeRequest) => Promise<{ readonly status: number; readonly body: unknown }>;

export interface FakePage {
  byId(id: string): FakeElement;
  /** The button that calls this path. */
  button(path: string): FakeElement;
  /** All text below an element, cell by cell. */
  cells(id: string): readonly string[];
  readonly requests: readonly FakeRequest[];
  /** Lets everything that was started come to its end. */
  settle(): Promise<void>;
  /** What `setInterval` was given: the function and the milliseconds. */
  readonly interval: { readonly run: () => Promise<void>; readonly ms: number };
}

export async function openFakePage(html: string, serve: FakeServer, language = 'en-GB'): Promise<FakePage> {
  const elements = [...html.matchAll(/<(\w+)((?:\s[\w-]+(?:="[^"]*")?)*)\s*>/g)].map(([, tag = '', attributes = '']) =>
    element(
      tag,
      Object.fromEntries([...attributes.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, k, v]) => [k, v ?? ''])),
    ),
  );
  const byId = (id: string) => {
    const found = elements.find((one) => one.attributes['id'] === id);
    if (found === undefined) throw new Error(`the page has no #${id}`);
    return found;
  };
  const withAttribute = (name: string) => elements.filter((one) => one.attributes[name] !== undefined);
  const requests: FakeRequest[] = [];
  const timers: { run: () => Promise<void>; ms: number }[] = [];
  const script = /<script>([\s\S]*)<\/script>/.exec(html)?.[1] ?? '';
  runInNewContext(script, {
    document: {
      getElementById: byId,
      createElement: (tag: string) => element(tag, {}),
      querySelectorAll: (selector: string) => withAttribute(selector.slice(1, -1)),
      documentElement: {},
      title: '',
    },
    navigator: { language },
    setInterval: (run: () => Promise<void>, ms: number) => timers.push({ run, ms }),
    fetch: async (path: string, init: { method: string; headers: Record<string, string> }) => {
      const request = { method: init.method, path, headers: { ...init.headers } };
      requests.push(request);
      const { status, body } = await serve(request);
      return { ok: status < 300, status, statusText: '', text: async () => JSON.stringify(body) };
    },
  });
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  await settle();
  const [interval] = timers;
  if (interval === undefined) throw new Error('the page does not refresh itself');
  const texts = (one: FakeElement): string[] =>
    one.children.length > 0 ? one.children.flatMap(texts) : [one.textContent];
  return {
    byId,
    button: (path) => {
      const found = withAttribute('data-path').find((one) => one.dataset['path'] === path);
      if (found === undefined) throw new Error(`no button calls ${path}`);
      return found;
    },
    cells: (id) => texts(byId(id)),
    requests,
    settle,
    interval,
  };
}

function element(tag: string, attributes: Readonly<Record<string, string | undefined>>) {
  const listeners = new Map<string, (event: unknown) => unknown>();
  const dataset = Object.entries(attributes).flatMap(([name, value]) =>
    name.startsWith('data-') ? [[name.slice(5), value ?? '']] : [],
  );
  const one = {
    tag,
    attributes,
    textContent: '',
    className: '',
    scope: '',
    hidden: attributes['hidden'] !== undefined,
    disabled: false,
    checked: false,
    value: '',
    caption: null as unknown,
    dataset: Object.fromEntries(dataset) as Record<string, string>,
    children: [] as FakeElement[],
    append: (...added: FakeElement[]) => void one.children.push(...added),
    replaceChildren: (...next: (FakeElement | null)[]) => {
      one.children = next.filter((child) => child !== null);
    },
    focus: () => {},
    addEventListener: (event: string, listener: (event: unknown) => unknown) => void listeners.set(event, listener),
    fire: async (event: string) => void (await listeners.get(event)?.({ target: one, preventDefault: () => {} })),
  };
  return one;
}
