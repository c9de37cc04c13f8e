import { createChangeLog } from './change-log.ts';
import { guidOf, mailboxTag } from './ids.ts';
import type { JobQueue } from './jobs.ts';
import { createJobQueue } from './jobs.ts';
import type { CalendarFolder, CalendarProcessing, Mailbox } from './mailbox.ts';
import { DEFAULT_FOLDER } from './mailbox.ts';
import type { StoredEvent } from './model.ts';
import type { Random } from './random.ts';
import type { SimulatorSettings } from './settings.ts';
import { createTimeline } from './timeline.ts';
import type { Zones } from './zones.ts';

/** The clock everything in the simulator runs on. */
export interface SimulatorClock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A mail Exchange sent; the log proves R9. Ids only. */
export interface Mail {
  readonly at: number;
  readonly kind: 'invitation' | 'update' | 'cancellation' | 'response';
  readonly from: string;
  readonly to: readonly string[];
  readonly iCalUId: string;
  /** `graph` = caused by a request, `person` = by an actor, `room` = by a room's attendant. */
  readonly cause: MailCause;
}

export type MailCause = 'graph' | 'person' | 'room';

/** Work of the mail transport and the calendar attendant that is still to come; `date` names one occurrence. */
export type MailboxJob =
  | {
      readonly kind: 'request';
      readonly mailbox: string;
      readonly from: string;
      readonly core: string;
      readonly date: string | null;
    }
  | { readonly kind: 'processing'; readonly mailbox: string; readonly core: string; readonly date: string | null }
  | { readonly kind: 'cancellation'; readonly mailbox: string; readonly iCalUId: string; readonly date: string | null };

export type EventChange = 'created' | 'updated' | 'deleted';

/** Sources of ids. */
export interface Counters {
  requests: number;
  meetings: number;
  rounds: number;
  subscriptions: number;
  notifications: number;
}

/** Everything the simulated service knows. */
export interface World {
  readonly seed: string;
  readonly clock: SimulatorClock;
  readonly random: Random;
  readonly settings: SimulatorSettings;
  readonly zones: Zones;
  readonly mailboxes: Map<string, Mailbox>;
  /** Object ids by lower-case address. */
  readonly addresses: Map<string, string>;
  readonly mails: Mail[];
  /** Mails ever sent, by cause. */
  readonly mailCounts: Record<MailCause, number>;
  readonly jobs: JobQueue<MailboxJob>;
  readonly counters: Counters;
  /** Told about every change of an event; `date` for a single occurrence. */
  onChange: (mailbox: Mailbox, event: StoredEvent, change: EventChange, date: string | null) => void;
}

export interface WorldParts {
  readonly seed: string;
  readonly clock: SimulatorClock;
  readonly random: Random;
  readonly settings: SimulatorSettings;
  readonly zones: Zones;
}

export function createWorld(parts: WorldParts): World {
  return {
    ...parts,
    mailboxes: new Map(),
    addresses: new Map(),
    mails: [],
    mailCounts: { graph: 0, person: 0, room: 0 },
    jobs: createJobQueue<MailboxJob>(),
    counters: { requests: 0, meetings: 0, rounds: 0, subscriptions: 0, notifications: 0 },
    onChange: () => undefined,
  };
}

const DEFAULT_PROCESSING: CalendarProcessing = {
  automateProcessing: 'AutoAccept',
  deleteSubject: true,
  addOrganizerToSubject: true,
  deleteComments: true,
  removePrivateProperty: true,
  removeCanceledMeetings: false,
  addNewRequestsTentatively: true,
  allowConflicts: false,
  bookingWindowInDays: 180,
  maximumDurationInMinutes: 1440,
  enforceSchedulingHorizon: true,
  processExternalMeetingMessages: false,
};

export interface NewMailbox {
  readonly address: string;
  readonly name: string;
  readonly kind?: 'room' | 'user';
  readonly tenant?: string;
  /** Object id; derived from the address when left out. */
  readonly id?: string;
  readonly processing?: Partial<CalendarProcessing>;
}

export function createFolder(key: string, name: string): CalendarFolder {
  return { key, name, isDefault: key === DEFAULT_FOLDER, timeline: createTimeline(), masters: new Set() };
}

/** Adds a mailbox with its default calendar; an address that is known already answers its mailbox. */
export function addMailbox(world: World, wanted: NewMailbox): Mailbox {
  const known = findMailbox(world, wanted.address);
  if (known) return known;
  const id = wanted.id ?? guidOf(`${world.seed}/mailbox/${wanted.address.toLowerCase()}`);
  const mailbox: Mailbox = {
    id,
    tenant: wanted.tenant ?? guidOf(`${world.seed}/tenant`),
    tag: mailboxTag(id),
    address: wanted.address,
    name: wanted.name,
    kind: wanted.kind ?? 'room',
    health: 'ok',
    processing: { ...DEFAULT_PROCESSING, ...wanted.processing },
    version: 0,
    nextNumber: 0,
    events: new Map(),
    folders: new Map([[DEFAULT_FOLDER, createFolder(DEFAULT_FOLDER, 'Calendar')]]),
    changes: createChangeLog(),
    transactions: new Map(),
    byProperty: new Map(),
    byICalUId: new Map(),
    syncGeneration: 149,
  };
  world.mailboxes.set(id, mailbox);
  world.addresses.set(wanted.address.toLowerCase(), id);
  return mailbox;
}

/** By object id or address, whatever its casing. */
export function findMailbox(world: World, reference: string): Mailbox | undefined {
  const direct = world.mailboxes.get(reference);
  if (direct) return direct;
  const lower = reference.toLowerCase();
  return world.mailboxes.get(world.addresses.get(lower) ?? lower);
}
