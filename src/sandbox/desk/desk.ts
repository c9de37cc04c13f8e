/**
 * The two people a newcomer plays: somebody with Outlook, and a clerk at the booking system. Small HTTP endpoints below
 * `/sandbox`, which exist here and nowhere else.
 */
import { SyncError } from '../../domain/errors.ts';
import type { LocalDate } from '../../domain/time.ts';
import { addDays, wallNow } from '../../domain/wall-clock.ts';
import { failureOf } from '../../http/errors.ts';
import { createRouteTable } from '../functions-host/http-routes.ts';
import { Refusal } from '../graph-simulator/wire.ts';
import type { Sandbox } from '../sandbox.ts';
import type { DeskAction, DeskCall } from './action.ts';
import { clerkActions } from './clerk.ts';
import { deskGuide } from './guide.ts';
import { outlookActions } from './outlook.ts';

const PREFIX = 'sandbox';

/** Answers requests below `/sandbox`; null for any other. */
export function createDesk(sandbox: Sandbox): (request: Request) => Promise<Response | null> {
  const actions = [...outlookActions(sandbox), ...clerkActions(sandbox)];
  const keyOf = ({ method, route }: DeskAction) => `${method} ${route}`;
  const byKey = new Map(actions.map((action) => [keyOf(action), action]));
  const routes = createRouteTable(
    actions.map((action) => ({
      functionName: keyOf(action),
      template: `${PREFIX}/${action.route}`,
      methods: [action.method],
    })),
  );

  return async (request) => {
    const { pathname, origin } = new URL(request.url);
    if (pathname !== `/${PREFIX}` && !pathname.startsWith(`/${PREFIX}/`)) return null;
    if (pathname === `/${PREFIX}`) return text(deskGuide(actions, origin, tomorrow(sandbox)));
    const match = routes.find(request.method, pathname);
    const action = match === null ? undefined : byKey.get(match.functionName);
    if (match === null || action === undefined) return Response.json(unknownPath(), { status: 404 });
    try {
      return Response.json({ success: true, ...asObject(await action.run(callOf(request, match.params))) });
    } catch (error) {
      return refusal(error);
    }
  };
}

/** The day after today, on the wall of the municipality. */
function tomorrow({ app }: Sandbox): LocalDate {
  return addDays(wallNow(app.deps.clock.now(), app.config.sync.zone), 1).slice(0, 10);
}

function callOf(request: Request, params: Readonly<Record<string, string>>): DeskCall {
  return {
    param(name) {
      const value = params[name];
      if (value === undefined) throw new SyncError('bug', `The route has no parameter ${name}.`);
      return decodeURIComponent(value);
    },
    query: new URL(request.url).searchParams,
    async body(schema) {
      const json: unknown = await request.json().catch(() => {
        throw new SyncError('invalid-request', 'body is not valid JSON.', { field: 'body' });
      });
      const parsed = schema.safeParse(json);
      if (parsed.success) return parsed.data;
      const [issue] = parsed.error.issues;
      const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
      const field = unknown ?? (issue?.path.join('.') || 'body');
      throw new SyncError('invalid-request', `${field}: ${issue?.message ?? 'is not valid'}`, { field });
    },
  };
}

function refusal(error: unknown): Response {
  if (error instanceof Refusal) {
    return Response.json({ success: false, error: error.message, code: error.code }, { status: error.status });
  }
  const { status, body } = failureOf(error);
  return Response.json(body, { status });
}

function unknownPath() {
  return { success: false, error: 'There is no such path; GET /sandbox lists what can be done.', code: 'unknown' };
}

function text(content: string): Response {
  return new Response(content, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
