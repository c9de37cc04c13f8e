import { randomUUID } from 'node:crypto';
import { CORE_MODULE_NAME, installFunctionsCore } from '../../../src/sandbox/functions-host/functions-core.ts';
import type { FunctionsHost } from '../../../src/sandbox/functions-host/host.ts';
import { createFunctionsHost, type FunctionsHostOptions } from '../../../src/sandbox/functions-host/host.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/sandbox/virtual-clock.ts';

/** Monday of the sample data, 08:00 in Oslo. */
export const MONDAY = Date.parse('2027-03-01T07:00:00Z');

export interface TestHost extends FunctionsHost {
  readonly clock: VirtualClock;
  /** `GET /path`, `POST /path` with a JSON body; the answer with its parsed body. */
  call(line: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape.
  readonly json: any;
}

/**
 * A host on a virtual clock for Jest, which keeps its own module registry: there the core module is a virtual mock. Function files
 * must be imported inside `entries`, and stay registered for the rest of the test file.
 */
export async function startTestHost(
  options: Partial<Omit<FunctionsHostOptions, 'clock'>> & {
    readonly entries: () => Promise<unknown>;
    readonly clock?: VirtualClock;
  },
): Promise<TestHost> {
  const core = installFunctionsCore();
  jest.doMock(CORE_MODULE_NAME, () => core.module, { virtual: true });
  const clock = options.clock ?? createVirtualClock(MONDAY);
  const host = await createFunctionsHost({
    hostJson: { version: '2.0', extensions: { http: { routePrefix: '' } } },
    settings: {},
    ids: { uuid: randomUUID },
    ...options,
    clock,
  });
  return {
    ...host,
    clock,
    async call(line, body, headers = {}) {
      const [method = 'GET', path = '/'] = line.split(' ');
      const sent = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
      const response = await host.fetch(new Request(`http://localhost${path}`, { method, headers, body: sent }));
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: parse(text) };
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
