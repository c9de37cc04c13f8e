import { z } from 'zod';
import type { App } from '../app.ts';
import type { RunResult } from '../sync/results.ts';
import type { RunContext, SyncDeps } from '../sync/settings.ts';
import { dryRun } from './parameters.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

export const AREAS = ['Setup and sync', 'Imports', 'Cancellations', 'Polling', 'Conflicts', 'Monitoring'] as const;
export type Area = (typeof AREAS)[number];

/** What an endpoint is: for its handler, its registration and the API document. Made by `reading`, `running` and `page`. */
export interface Endpoint {
  /** Name of the Azure function, in logs and in `AzureWebJobs.<name>.Disabled`. */
  readonly name: string;
  readonly method: Method;
  /** Without a leading slash; parameters in braces. */
  readonly route: string;
  /** Further paths to the same handler, each a function of its own. */
  readonly aliases: readonly Alias[];
  readonly area: Area;
  readonly summary: string;
  readonly description: string;
  /** `open`: neither API key nor function key (design 6, Auth). */
  readonly access: 'key' | 'open';
  readonly path: z.ZodObject;
  readonly query: z.ZodObject;
  /** Null: takes none. */
  readonly body: z.ZodType | null;
  /** Null: not JSON. */
  readonly response: z.ZodType | null;
  /** Statuses an answer may have beside 200 and those every endpoint has. */
  readonly statuses: readonly number[];
  /** The call writes: unknown parameters are refused, a run is recorded, `dry_run` is known. */
  readonly writes: boolean;
  answer(app: App, call: Call<unknown, unknown, unknown>): Promise<Answer>;
}

export interface Alias {
  readonly name: string;
  readonly method: Method;
  readonly route: string;
}

/** A request whose parts were checked by the endpoint's schemas; `deps` log into the invocation. */
export interface Call<P, Q, B> {
  readonly path: P;
  readonly query: Q;
  readonly body: B;
  readonly deps: SyncDeps;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes out as JSON, a string as it is. */
  readonly body: unknown;
}

type Shape = Readonly<Record<string, z.ZodType>>;
type Values<S extends Shape> = z.output<z.ZodObject<S>>;

interface Spec<P extends Shape, Q extends Shape, B extends z.ZodType, R extends z.ZodType> {
  readonly name: string;
  readonly method: Method;
  readonly route: string;
  readonly aliases?: readonly Alias[];
  readonly area: Area;
  readonly summary: string;
  readonly description?: string;
  readonly access?: 'key' | 'open';
  readonly path?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response: R;
  readonly statuses?: readonly number[];
}

/** A call that only reads. `status` lets an answer be other than 200. */
export function reading<P extends Shape, Q extends Shape, B extends z.ZodType, R extends z.ZodType>(
  spec: Spec<P, Q, B, R> & {
    read(app: App, call: Call<Values<P>, Values<Q>, z.output<B>>): Promise<z.output<R>>;
    status?(body: z.output<R>): number;
  },
): Endpoint {
  return {
    ...describe(spec, spec.query ?? {}),
    writes: false,
    async answer(app, call) {
      const body = await spec.read(app, call as Call<Values<P>, Values<Q>, z.output<B>>);
      return { status: spec.status?.(body) ?? 200, body };
    },
  };
}

/**
 * A call that writes: its work goes through a run record, stops gracefully at the time limit, and only plans with `dry_run=true`. 202
 * when a room was in other hands and its part was queued.
 */
export function running<
  P extends Shape,
  Q extends Shape,
  B extends z.ZodType,
  R extends z.ZodType,
  T extends RunResult,
>(
  spec: Spec<P, Q, B, R> & {
    readonly job: string;
    /** Journal actor; default: the call itself. */
    readonly actor?: string;
    /** Refuse at once while Graph is not set up, before anything is written (S23). */
    readonly needsGraph: boolean;
    work(deps: SyncDeps, run: RunContext, call: Call<Values<P>, Values<Q>, z.output<B>>): Promise<T>;
    present(result: T, run: RunContext): z.output<R>;
  },
): Endpoint {
  return {
    ...describe(spec, { ...spec.query, dry_run: dryRun }),
    statuses: [202, ...(spec.statuses ?? []), ...(spec.needsGraph ? [502] : [])],
    writes: true,
    async answer(app, call) {
      if (spec.needsGraph) app.requireGraph();
      const known = call as Call<Values<P>, Values<Q> & { readonly dry_run: boolean }, z.output<B>>;
      const run = app.startRun(spec.job, 'http', {
        dryRun: known.query.dry_run,
        ...(spec.actor !== undefined && { actor: spec.actor }),
      });
      const result = await app.recordRun(run, (deps) => spec.work(deps, run, known), known.deps.log);
      return { status: result.queuedCalendars.length > 0 ? 202 : 200, body: spec.present(result, run) };
    },
  };
}

/** A page for people; holds no data, so it needs no key. */
export function page(
  spec: Pick<Endpoint, 'name' | 'route' | 'area' | 'summary' | 'description'> & { answer(): Promise<Answer> },
): Endpoint {
  return {
    ...describe({ ...spec, method: 'GET', access: 'open', response: z.string() }, {}),
    response: null,
    writes: false,
    answer: spec.answer,
  };
}

function describe(spec: Spec<Shape, Shape, z.ZodType, z.ZodType>, query: Shape): Omit<Endpoint, 'writes' | 'answer'> {
  return {
    name: spec.name,
    method: spec.method,
    route: spec.route,
    aliases: spec.aliases ?? [],
    area: spec.area,
    summary: spec.summary,
    description: spec.description ?? '',
    access: spec.access ?? 'key',
    path: z.object(spec.path ?? {}),
    query: z.object(query),
    body: spec.body ?? null,
    response: spec.response,
    statuses: spec.statuses ?? [],
  };
}
