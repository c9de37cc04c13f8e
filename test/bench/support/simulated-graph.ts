/** The Graph simulator as the bench uses it: in this process on the virtual clock, or behind a socket in a process of its own. */
import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import { fetchTransport, type Transport } from '../../../src/graph/transport.ts';
import type { SettingsOverride, SimulatorSettings } from '../../../src/sandbox/graph-simulator/settings.ts';
import { createGraphSimulator, type GraphSimulator } from '../../../src/sandbox/graph-simulator/simulator.ts';
import type { VirtualClock } from '../../../src/sandbox/virtual-clock.ts';
import { NO_GRAPH } from './config.ts';

/** What the simulator counted itself since the last reset. */
export interface GraphFigures {
  /** HTTP requests; a `$batch` is one. */
  readonly requests: number;
  /** Operations by kind, alone or in batches: `create-event`, `delta`, ... */
  readonly operations: Readonly<Record<string, number>>;
  readonly throttled: number;
  /** Most operations of one mailbox under way at once. */
  readonly peakConcurrency: number;
}

export interface BenchGraph {
  readonly baseUrl: string;
  readonly transport: Transport;
  /** Limits are on, as by default: ideals are computed from these. */
  readonly settings: SimulatorSettings;
  addMailboxes(addresses: readonly string[]): Promise<void>;
  figures(): Promise<GraphFigures>;
  resetFigures(): Promise<void>;
  close(): Promise<void>;
}

/** Requests are handed over in memory. */
export function openGraphInProcess(clock: VirtualClock, settings: SettingsOverride): BenchGraph {
  const graph = createGraphSimulator({ clock, settings });
  return {
    baseUrl: NO_GRAPH,
    transport: graph.handle,
    settings: graph.settings,
    addMailboxes: async (addresses) => addMailboxes(graph, addresses),
    figures: async () => figuresOf(graph),
    resetFigures: async () => graph.metrics.reset(),
    close: async () => {},
  };
}

/** A question to the simulator's process, and its answer. */
export type Question =
  | { readonly ask: 'open'; readonly settings: SettingsOverride }
  | { readonly ask: 'addMailboxes'; readonly addresses: readonly string[] }
  | { readonly ask: 'figures' }
  | { readonly ask: 'resetFigures' };

const SIMULATOR_PROCESS = resolve('test/bench/simulator-process.ts');

/** Starts the simulator behind its HTTP shell in a process of its own, on the machine's clock. */
export async function openGraphProcess(settings: SettingsOverride): Promise<BenchGraph> {
  const child = fork(SIMULATOR_PROCESS, { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // One question at a time: answers need no number.
  let turn: Promise<unknown> = Promise.resolve();
  const ask = <T>(question: Question): Promise<T> => {
    const answer = turn.then(
      () =>
        new Promise<T>((resolve, reject) => {
          child.once('message', (message) => resolve(message as T));
          exited.then(() => reject(new Error('The simulator process ended.')));
          child.send(question);
        }),
    );
    turn = answer.catch(() => undefined);
    return answer;
  };
  const opened = await ask<{ url: string; settings: SimulatorSettings }>({ ask: 'open', settings });
  return {
    baseUrl: opened.url.replace(/\/v1\.0$/, ''),
    transport: fetchTransport,
    settings: opened.settings,
    addMailboxes: (addresses) => ask({ ask: 'addMailboxes', addresses }),
    figures: () => ask({ ask: 'figures' }),
    resetFigures: () => ask({ ask: 'resetFigures' }),
    close: async () => {
      child.kill();
      await exited;
    },
  };
}

export function addMailboxes(graph: GraphSimulator, addresses: readonly string[]): void {
  for (const address of addresses) graph.addMailbox({ address, name: address, kind: 'room' });
}

export function figuresOf({ metrics }: GraphSimulator): GraphFigures {
  const { requests, operations, throttled, peakConcurrency } = metrics;
  return { requests, operations, throttled, peakConcurrency };
}
