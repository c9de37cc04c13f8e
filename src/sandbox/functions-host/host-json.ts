/** The parts of `host.json` the sandbox host acts on, with the defaults of the Functions host (docs: host.json reference). */
import { z } from 'zod';

export interface QueueOptions {
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxDequeueCount: number;
  /** Wait before a failed message is tried again, milliseconds. */
  readonly visibilityTimeoutMs: number;
}

export interface HostOptions {
  /** Without slashes at its ends; empty = none. */
  readonly routePrefix: string;
  readonly queues: QueueOptions;
}

/** `d.hh:mm:ss` or `hh:mm:ss` to milliseconds. */
const timeSpan = z
  .string()
  .regex(/^(\d+\.)?\d{1,2}:\d{2}:\d{2}$/, 'expected hh:mm:ss')
  .transform((text) => {
    const [clock = '', days = '0'] = text.split('.').reverse();
    const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
    return (((Number(days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  });

const hostJson = z.object({
  version: z.literal('2.0'),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      queues: z
        .object({
          batchSize: z.int().min(1).max(32).default(16),
          newBatchThreshold: z.int().min(0).optional(),
          maxDequeueCount: z.int().min(1).default(5),
          visibilityTimeout: timeSpan.default(0),
        })
        .prefault({}),
    })
    .prefault({}),
});

/** Reads the parsed content of `host.json`; throws an Error naming the first wrong entry. */
export function readHostJson(content: unknown): HostOptions {
  const parsed = hostJson.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`host.json: ${issue?.path.join('.') || 'content'}: ${issue?.message ?? 'invalid'}`);
  }
  const { http, queues } = parsed.data.extensions;
  return {
    routePrefix: http.routePrefix.replace(/^\/+|\/+$/g, ''),
    queues: {
      batchSize: queues.batchSize,
      newBatchThreshold: queues.newBatchThreshold ?? Math.floor(queues.batchSize / 2),
      maxDequeueCount: queues.maxDequeueCount,
      visibilityTimeoutMs: queues.visibilityTimeout,
    },
  };
}
