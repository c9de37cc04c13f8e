import type { HttpRequest } from '@azure/functions';
import type { z } from 'zod';
import { SyncError } from '../domain/errors.ts';

export interface RequestShape<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> {
  readonly path: P;
  readonly query: Q;
  /** Null: the endpoint takes no body; an empty object is let through, PHP clients send one. */
  readonly body: B | null;
  /** Refuse query parameters the endpoint does not know: a misspelt `dry_run` must not become a real run. */
  readonly strict: boolean;
}

export interface ParsedRequest<P, Q, B> {
  readonly path: P;
  readonly query: Q;
  readonly body: B;
}

/** Parameters of the platform and of caches, never ours. */
const FOREIGN_PARAMETERS = new Set(['code', 'clientid', '_']);

/** Reads and checks a request. Throws `invalid-request` naming the first field that is wrong, in the order path, query, body. */
export async function parseRequest<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  request: HttpRequest,
  shape: RequestShape<P, Q, B>,
): Promise<ParsedRequest<z.output<P>, z.output<Q>, z.output<B> | undefined>> {
  const path = check(shape.path, request.params);
  const given = Object.fromEntries([...request.query].reverse());
  if (shape.strict) refuseUnknown(given, Object.keys(shape.query.shape));
  const query = check(shape.query, given);
  const raw = await readJson(request);
  const body = shape.body === null ? refuseBody(raw) : check(shape.body, raw ?? {});
  return { path, query, body };
}

function check<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.');
  throw invalid(
    field || 'body',
    issue?.code === 'unrecognized_keys' ? 'is not known here' : (issue?.message ?? 'is wrong'),
  );
}

function refuseUnknown(given: Readonly<Record<string, string>>, known: readonly string[]): void {
  const unknown = Object.keys(given).find(
    (name) => !known.includes(name) && !FOREIGN_PARAMETERS.has(name.toLowerCase()),
  );
  if (unknown !== undefined) throw invalid(unknown, `is not known here; known are ${known.join(', ')}`);
}

/** The JSON body, or undefined when there is none, whatever the content type says (S130). */
async function readJson(request: HttpRequest): Promise<unknown> {
  const text = await request.text();
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('body', 'is not valid JSON');
  }
}

function refuseBody(raw: unknown): undefined {
  if (raw === undefined || raw === null) return undefined;
  // PHP writes an empty array for an empty object.
  const fields = typeof raw === 'object' ? Object.keys(raw) : ['body'];
  const [first] = Array.isArray(raw) && raw.length > 0 ? ['body'] : fields;
  if (first !== undefined) throw invalid(first, 'is not taken from the body; parameters go into the query');
  return undefined;
}

function invalid(field: string, message: string): SyncError {
  return new SyncError('invalid-request', `${field} ${message}.`, { field });
}
