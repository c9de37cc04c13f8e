import { isSyncError, type SyncError } from '../domain/errors.ts';
import { type GraphCall, type GraphClient, JSON_CONTENT, NOT_SENT } from './client.ts';
import { type GraphReply, isSuccess, lostReply } from './transport.ts';

/** Most parts Graph takes in one `$batch`: https://learn.microsoft.com/graph/json-batching */
export const BATCH_LIMIT = 20;

/** What became of one call: Graph's answer, or why it never left. */
export type CallResult =
  /** `own`: the answer is this call's, not one to a whole batch. */
  | { readonly sent: true; readonly reply: GraphReply; readonly own: boolean }
  | { readonly sent: false; readonly expired: boolean; readonly error: SyncError };

/** Ids of the parts, by their place. */
const PART_IDS = Array.from({ length: BATCH_LIMIT }, (_, index) => String(index));

/**
 * Sends up to 20 calls in one HTTP request, unordered, and answers a result per call in the order given. Graph answers parts in
 * any order: they are matched by id, and a part without an answer is lost, not refused. One call alone goes out plain. A batch that
 * is refused as malformed (400, 413) is taken apart, so that only the bad call fails. Throws `misconfigured` and `bug` only.
 */
export async function sendTogether(
  client: GraphClient,
  calls: readonly GraphCall[],
  deadline: number,
): Promise<readonly CallResult[]> {
  const [first] = calls;
  if (first === undefined) return [];
  if (calls.length === 1) return [await sendOne(client, first, deadline, true)];
  const whole = await sendOne(client, pack(calls), deadline, false);
  if (!whole.sent) return calls.map(() => whole);
  const { reply } = whole;
  if (reply.lost !== null) return calls.map(() => whole);
  if (reply.status === 400 || reply.status === 413) return sendHalves(client, calls, deadline);
  if (!isSuccess(reply.status)) return calls.map(() => whole);
  return unpack(reply, calls.length);
}

async function sendOne(client: GraphClient, call: GraphCall, deadline: number, own: boolean): Promise<CallResult> {
  try {
    return { sent: true, reply: await client.send(call, { deadline }), own };
  } catch (error) {
    if (!isSyncError(error, 'access-denied', 'transient')) throw error;
    return { sent: false, expired: error.code === NOT_SENT, error };
  }
}

/** Nothing of a malformed batch was carried out, so writes may be sent again too. */
async function sendHalves(client: GraphClient, calls: readonly GraphCall[], deadline: number) {
  const middle = Math.ceil(calls.length / 2);
  const front = await sendTogether(client, calls.slice(0, middle), deadline);
  return [...front, ...(await sendTogether(client, calls.slice(middle), deadline))];
}

function pack(calls: readonly GraphCall[]): GraphCall {
  const requests = calls.map((call, index) => ({
    id: PART_IDS[index],
    method: call.method,
    url: call.path,
    headers: call.body === undefined ? call.headers : { ...call.headers, ...JSON_CONTENT },
    ...(call.body === undefined ? {} : { body: call.body }),
  }));
  return { method: 'POST', path: '/$batch', body: { requests } };
}

function unpack(reply: GraphReply, count: number): CallResult[] {
  const results: CallResult[] = Array.from({ length: count }, () => ({
    sent: true,
    reply: lostReply('unreadable'),
    own: true,
  }));
  for (const part of readParts(reply.body)) {
    const index = PART_IDS.indexOf(part.id);
    if (index >= 0 && index < count) {
      const { status, headers, body } = part;
      results[index] = { sent: true, reply: { status, headers, body, lost: null }, own: true };
    }
  }
  return results;
}

interface BatchPart {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The usable parts of a batch answer; checked by hand because 20 schemas deep would cost more than the rest of the request. */
function readParts(body: unknown): BatchPart[] {
  const responses = isObject(body) ? body['responses'] : null;
  if (!Array.isArray(responses)) return [];
  return responses.flatMap((part: unknown) => {
    if (!isObject(part) || typeof part['status'] !== 'number') return [];
    const headers = isObject(part['headers']) ? (part['headers'] as Record<string, string>) : {};
    return [{ id: String(part['id']), status: part['status'], headers, body: part['body'] ?? undefined }];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
