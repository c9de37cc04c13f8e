import type { z } from 'zod';
import type { LocalDate } from '../../domain/time.ts';

/** One endpoint. `run` answers a JSON body; what it throws becomes the status the service itself would answer. */
export interface DeskAction {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/sandbox`, parameters in braces. */
  readonly route: string;
  readonly does: string;
  /** The route filled in, to try it with; absent: as it stands. */
  readonly path?: string;
  /** A body to try it with, on a given day. */
  readonly example?: (day: LocalDate) => Readonly<Record<string, unknown>>;
  run(call: DeskCall): Promise<unknown>;
}

export interface DeskCall {
  /** Throws `bug` when the route has no such parameter. */
  param(name: string): string;
  readonly query: URLSearchParams;
  /** The JSON body by `schema`; throws `invalid-request` naming the field. */
  body<S extends z.ZodType>(schema: S): Promise<z.output<S>>;
}
