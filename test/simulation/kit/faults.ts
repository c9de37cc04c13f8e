/** Everything that goes wrong, switched on by commands and counted when it strikes. */
import type { Fault } from '../../../src/sandbox/graph-simulator/faults.ts';
import type { MailboxHealth } from '../../../src/sandbox/graph-simulator/mailbox.ts';
import type { GraphSimulator } from '../../../src/sandbox/graph-simulator/simulator.ts';
import type { StatementInfo } from '../../../src/sql/database.ts';
import type { Command } from './commands.ts';
import { CALENDARS, ROOMS } from './stage.ts';
import type { SqlFault } from './worker.ts';

const GRAPH_FAULTS: Readonly<Record<string, Fault>> = {
  '401': { status: 401, code: 'InvalidAuthenticationToken' },
  '403': { status: 403, code: 'ErrorAccessDenied' },
  '429': { status: 429, code: 'TooManyRequests', retryAfter: 3 },
  '500': { status: 500, code: 'ErrorInternalServerError' },
  '503': { status: 503, code: 'ErrorServerBusy' },
  '504-after': '504-after',
  'drop-before': 'drop-before',
  'drop-after': 'drop-after',
  'reset-before': 'reset-before',
  reset: 'reset',
  hang: 'hang',
  cut: 'cut',
};

const SICKNESSES: readonly MailboxHealth[] = [
  'access-denied',
  'MailboxNotEnabledForRESTAPI',
  'ErrorNonExistentMailbox',
  'ErrorInvalidUser',
  'Request_ResourceNotFound',
];

/** What happens to a notification on its way, and to a message of the queue. */
export type DeliveryFault =
  | 'notification-lost'
  | 'notification-twice'
  | 'notification-late'
  | 'notification-overtaken'
  | 'redelivery';

/** Why a mailbox answers nothing, for any number. */
export function sicknessOf(n: number): MailboxHealth {
  return SICKNESSES[n % SICKNESSES.length] ?? 'access-denied';
}

export interface FaultBox {
  /** True when the verb was a fault of this kind. */
  arm(command: Command): boolean;
  sqlFault(info: StatementInfo): SqlFault | null;
  /** Whether the request leaving now is carried out late, after its sender gave up. */
  takeLate(): boolean;
  /** The fault that strikes the notification about to leave, or the message about to be worked off. */
  takeDelivery(kinds: readonly DeliveryFault[]): DeliveryFault | null;
  clear(): void;
}

/** `onDeadLink` is told which calendars' delta tokens died. */
export function createFaultBox(
  graph: GraphSimulator,
  count: (kind: string) => void,
  onDeadLink: (calendar: string) => void,
): FaultBox {
  let waiting: { kind: SqlFault; skip: number }[] = [];
  let late = 0;
  let delivery: DeliveryFault[] = [];

  function matches(kind: SqlFault, info: StatementInfo): boolean {
    if (kind === 'sql-lost-commit') return info.kind === 'commit';
    if (kind === 'sql-lost-answer') return info.kind === 'query';
    // A commit is a deadlock's victim never; a server that is down answers nothing at all.
    return info.kind === 'query' || info.kind === 'begin';
  }

  return {
    arm({ verb, a, b, c }) {
      const fault = GRAPH_FAULTS[verb];
      const calendar = ROOMS[a % ROOMS.length]?.calendar ?? '';
      if (fault !== undefined) {
        const match = [{ kind: 'batch' }, { mailbox: calendar }, { kind: 'read-event' }, undefined][b % 4];
        // A few times more than reads are repeated, so that a fault also reaches those who asked.
        graph.faults.add({ fault, times: [1, 2, 3, 8, 20][c % 5] ?? 1, after: (b >> 2) % 6, ...(match && { match }) });
        return true;
      }
      if (verb === 'late') {
        late += 1;
        return true;
      }
      if (isDeliveryFault(verb)) {
        delivery.push(verb);
        return true;
      }
      if (verb.startsWith('sql-')) {
        waiting.push({ kind: verb as SqlFault, skip: b % 40 });
        return true;
      }
      if (verb === 'sick-mailbox') {
        graph.setHealth(calendar, sicknessOf(b));
        count('sick-mailbox');
        return true;
      }
      if (verb === 'heal') {
        for (const one of CALENDARS) graph.setHealth(one, 'ok');
        return true;
      }
      if (verb === 'delta-expired') {
        graph.expireDeltaTokens(b % 3 === 0 ? undefined : calendar);
        for (const one of b % 3 === 0 ? CALENDARS : [calendar]) onDeadLink(one);
        count('delta-expired');
        return true;
      }
      return false;
    },
    sqlFault(info) {
      if (waiting.length === 0) return null;
      for (const one of waiting) {
        if (!matches(one.kind, info)) continue;
        if (one.skip > 0) {
          one.skip -= 1;
          continue;
        }
        waiting = waiting.filter((other) => other !== one);
        count(one.kind);
        return one.kind;
      }
      return null;
    },
    takeLate() {
      if (late === 0) return false;
      late -= 1;
      count('late');
      return true;
    },
    takeDelivery(kinds) {
      const found = delivery.find((kind) => kinds.includes(kind));
      if (found === undefined) return null;
      delivery.splice(delivery.indexOf(found), 1);
      count(found);
      return found;
    },
    clear() {
      waiting = [];
      late = 0;
      delivery = [];
      graph.faults.clear();
      for (const one of CALENDARS) graph.setHealth(one, 'ok');
    },
  };
}

function isDeliveryFault(verb: string): verb is DeliveryFault {
  return verb.startsWith('notification-') || verb === 'redelivery';
}
