/**
 * What happens in a run, as data: who does what, with three numbers that mean whatever the verb makes of them, and how many steps
 * everybody else may take afterwards. Numbers are taken modulo what there is, so any part of a list is a list that can be run.
 */
import type { Random } from '../../../src/sandbox/graph-simulator/random.ts';

/** Those who are drawn. */
export type Actor = 'clerk' | 'person' | 'operator' | 'service' | 'fault' | 'plot';

export interface Command {
  /** `everybody.rest`: nothing goes wrong any more, all work ends, and both sides are compared; then the run goes on. */
  readonly actor: Actor | 'everybody';
  readonly verb: string;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Steps of the scheduler after the command. */
  readonly gap: number;
}

/** Weights of the verbs; a verb left out never happens. */
export type Mix = Readonly<Record<Actor, Readonly<Record<string, number>>>>;

export const MIX: Mix = {
  clerk: {
    create: 8,
    rename: 5,
    describe: 2,
    move: 6,
    cancel: 6,
    enable: 4,
    erase: 2,
    addRoom: 3,
    dropRoom: 3,
    publish: 1,
    hide: 2,
    twist: 2,
  },
  person: {
    invite: 6,
    inviteSeries: 2,
    write: 5,
    writeSeries: 2,
    editMeeting: 4,
    cancelMeeting: 3,
    cancelOccurrence: 2,
    changeRooms: 2,
    rename: 6,
    move: 6,
    delete: 5,
    decline: 2,
    restore: 3,
    bringBack: 1,
    editBack: 2,
    addGuest: 2,
    moveFar: 2,
  },
  operator: { approve: 3, dismiss: 1, deactivate: 1, activate: 3, remap: 1, reset: 0.4, cancelNow: 3, confirm: 1 },
  service: {
    tick: 10,
    pass: 12,
    passRoom: 4,
    push: 8,
    pushOne: 5,
    deletions: 6,
    reenabled: 2,
    imports: 8,
    cleanup: 3,
    poll: 5,
    verify: 1,
  },
  fault: {
    '401': 1,
    '403': 1,
    '429': 2,
    '500': 2,
    '503': 2,
    '504-after': 3,
    'drop-before': 1,
    'drop-after': 3,
    'reset-before': 1,
    reset: 3,
    hang: 2,
    cut: 2,
    late: 3,
    'sick-mailbox': 2,
    heal: 3,
    'delta-expired': 2,
    'sql-deadlock': 2,
    'sql-down': 1,
    'sql-lost-answer': 2,
    'sql-lost-commit': 3,
    crash: 5,
    pause: 4,
    wake: 4,
    'clock-jump': 1,
    'notification-lost': 1,
    'notification-twice': 1,
    'notification-late': 1,
    'notification-overtaken': 1,
    redelivery: 1,
    wait: 8,
  },
  plot: { edit: 3, cancel: 3, push: 3, sendAgain: 2, remap: 1, reset: 0.2, pause: 2 },
};

/** After a rest: mostly edits, each side's own, and nobody who repairs bookkeeping, so that it can be told whose edit has to survive. */
const EDITS: Mix = {
  ...MIX,
  clerk: { rename: 10, describe: 5, move: 2, create: 1, cancel: 1, addRoom: 1 },
  person: { rename: 10, editBack: 3, move: 2, editMeeting: 2, write: 1, delete: 1, decline: 1, bringBack: 3 },
  operator: { approve: 1 },
  plot: { edit: 3, push: 1, pause: 1 },
};

/** Share of each actor. */
const SHARES: Readonly<Record<Actor, number>> = { clerk: 30, person: 22, operator: 4, service: 26, fault: 18, plot: 6 };

/** Lists shorter than this tell one story. */
const TWO_ROUNDS = 50;

/** The commands of a run. The lists of a seed are the same for ever unless a mix changes. */
export function drawCommands(random: Random, count: number): readonly Command[] {
  const first = count < TWO_ROUNDS ? count : Math.floor(count * 0.6);
  const rest: Command = { actor: 'everybody', verb: 'rest', a: 0, b: 0, c: 0, gap: 0 };
  const round = (length: number, mix: Mix) => Array.from({ length }, () => drawCommand(random, mix));
  return count === first ? round(count, MIX) : [...round(first, MIX), rest, ...round(count - first - 1, EDITS)];
}

export function drawCommand(random: Random, mix: Mix): Command {
  const actor = pick(random, Object.entries(SHARES)) as Actor;
  const verb = pick(random, Object.entries(mix[actor]));
  const [a, b, c] = [random.below(1000), random.below(1000), random.below(1000)];
  return { actor, verb, a, b, c, gap: gapOf(random) };
}

/** Mostly short, sometimes long enough for whole runs to end. */
function gapOf(random: Random): number {
  const kind = random.below(10);
  if (kind < 3) return 0;
  return kind < 8 ? random.below(12) : random.below(120);
}

function pick(random: Random, weighted: readonly (readonly [string, number])[]): string {
  let left = random.next() * weighted.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [name, weight] of weighted) {
    left -= weight;
    if (left < 0) return name;
  }
  return (weighted.at(-1) as readonly [string, number])[0];
}

export function formatCommand({ actor, verb, a, b, c, gap }: Command): string {
  return `${actor}.${verb}(${a}, ${b}, ${c}) +${gap}`;
}

/** The way back from `formatCommand`, for regression tests. @throws Error for anything else */
export function parseCommand(line: string): Command {
  const match = /^(\w+)\.([\w-]+)\((\d+), (\d+), (\d+)\) \+(\d+)$/.exec(line.trim());
  if (match === null) throw new Error(`not a command: ${line}`);
  const [, actor, verb, a, b, c, gap] = match;
  return {
    actor: actor as Command['actor'],
    verb: verb ?? '',
    a: Number(a),
    b: Number(b),
    c: Number(c),
    gap: Number(gap),
  };
}
