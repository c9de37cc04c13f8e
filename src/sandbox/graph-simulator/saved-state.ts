/** Keeping a simulated tenant between runs: everything the service knows, as JSON. Faults, limits and figures start anew. */
import type { DeltaRound, DeltaRounds } from './delta-rounds.ts';
import type { Job } from './jobs.ts';
import type { CalendarProcessing, Mailbox, MailboxHealth } from './mailbox.ts';
import type { StoredEvent } from './model.ts';
import type { Notifier, Outgoing } from './notifications.ts';
import type { PlaceDirectory, RoomListPlace, RoomPlace } from './places.ts';
import { indexEvent } from './store.ts';
import type { Subscription, SubscriptionStore } from './subscription-store.ts';
import {
  addMailbox,
  type Counters,
  createFolder,
  type Mail,
  type MailboxJob,
  type MailCause,
  type World,
} from './world.ts';

interface SavedChange {
  core: string;
  version: number;
  ownVersion: number;
  exceptions: [string, number][];
  undoneDeletion: number;
}

interface SavedMailbox {
  id: string;
  tenant: string;
  address: string;
  name: string;
  kind: 'room' | 'user';
  health: MailboxHealth;
  processing: CalendarProcessing;
  version: number;
  nextNumber: number;
  syncGeneration: number;
  folders: { key: string; name: string }[];
  events: StoredEvent[];
  changes: SavedChange[];
  transactions: [string, { core: string; bodyHash: number }][];
}

/** What `saveState` returns; survives `JSON.stringify`. */
export interface SavedState {
  format: 1;
  seed: string;
  random: [number, number, number, number];
  counters: Counters;
  mailboxes: SavedMailbox[];
  rooms: RoomPlace[];
  roomLists: RoomListPlace[];
  mails: Mail[];
  mailCounts: Record<MailCause, number>;
  jobs: Job<MailboxJob>[];
  outgoing: Job<Outgoing>[];
  subscriptions: Subscription[];
  rounds: DeltaRound[];
}

/** The parts of a simulator that hold state. */
export interface Keepsakes {
  readonly world: World;
  readonly places: PlaceDirectory;
  readonly rounds: DeltaRounds;
  readonly subscriptions: SubscriptionStore;
  readonly notifier: Notifier;
}

function saveMailbox(mailbox: Mailbox): SavedMailbox {
  const { id, tenant, address, name, kind, health, processing, version, nextNumber, syncGeneration } = mailbox;
  return {
    ...{ id, tenant, address, name, kind, health, processing, version, nextNumber, syncGeneration },
    folders: [...mailbox.folders.values()].map((folder) => ({ key: folder.key, name: folder.name })),
    events: [...mailbox.events.values()],
    changes: mailbox.changes.all().map(({ core, version: at, ownVersion, exceptions, undoneDeletion }) => ({
      ...{ core, version: at, ownVersion, undoneDeletion },
      exceptions: [...(exceptions ?? [])],
    })),
    transactions: [...mailbox.transactions],
  };
}

/** A deep copy: later changes of the simulator do not reach it. */
export function saveState({ world, places, rounds, subscriptions, notifier }: Keepsakes): SavedState {
  return structuredClone({
    format: 1,
    seed: world.seed,
    random: world.random.state(),
    counters: world.counters,
    mailboxes: [...world.mailboxes.values()].map(saveMailbox),
    rooms: [...places.rooms.values()],
    roomLists: [...places.roomLists.values()],
    mails: [...world.mails],
    mailCounts: world.mailCounts,
    jobs: [...world.jobs.all()],
    outgoing: [...notifier.queue.all()],
    subscriptions: [...subscriptions.all(0)],
    rounds: [...rounds.all()],
  });
}

function loadMailbox(world: World, saved: SavedMailbox): void {
  const mailbox = addMailbox(world, saved);
  const { health, version, nextNumber, syncGeneration } = saved;
  Object.assign(mailbox, { health, version, nextNumber, syncGeneration, processing: { ...saved.processing } });
  for (const { key, name } of saved.folders) {
    if (!mailbox.folders.has(key)) mailbox.folders.set(key, createFolder(key, name));
  }
  for (const event of saved.events) {
    mailbox.events.set(event.core, event);
    indexEvent(mailbox, event);
  }
  for (const { core, version: at, ownVersion, exceptions, undoneDeletion } of saved.changes) {
    const record = mailbox.changes.note(core, at);
    Object.assign(record, {
      ownVersion,
      undoneDeletion,
      exceptions: exceptions.length > 0 ? new Map(exceptions) : null,
    });
  }
  for (const [id, known] of saved.transactions) mailbox.transactions.set(id, known);
}

/**
 * Takes over a saved state.
 * @throws Error when it was saved with another seed: ids would not fit
 */
export function loadState(keepsakes: Keepsakes, state: SavedState): void {
  const { world, places, rounds, subscriptions, notifier } = keepsakes;
  if (state.format !== 1 || state.seed !== world.seed) {
    throw new Error('The saved state belongs to another seed or format; start over without it.');
  }
  const saved = structuredClone(state);
  world.mailboxes.clear();
  world.addresses.clear();
  for (const mailbox of saved.mailboxes) loadMailbox(world, mailbox);
  places.rooms.clear();
  for (const room of saved.rooms) places.rooms.set(room.emailAddress.toLowerCase(), room);
  places.roomLists.clear();
  for (const list of saved.roomLists) places.roomLists.set(list.emailAddress.toLowerCase(), list);
  world.mails.splice(0, world.mails.length, ...saved.mails);
  world.jobs.load(saved.jobs);
  notifier.queue.load(saved.outgoing);
  subscriptions.load(saved.subscriptions);
  rounds.clear();
  for (const round of saved.rounds) rounds.add(round, world.settings.delta.roundsKept);
  Object.assign(world.counters, saved.counters);
  Object.assign(world.mailCounts, saved.mailCounts);
  world.random.restore(saved.random);
}
