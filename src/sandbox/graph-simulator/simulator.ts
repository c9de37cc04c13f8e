import { type Actors, createActors } from './actors.ts';
import { workOffJobs } from './attendant.ts';
import { createBatchRunner } from './batch.ts';
import type { Deliver } from './delivery.ts';
import { createDeltaRounds } from './delta-rounds.ts';
import { createFaultScript, type FaultScript } from './faults.ts';
import { createFrontDoor } from './front-door.ts';
import { createGatekeeper } from './gatekeeper.ts';
import type { Mailbox, MailboxHealth } from './mailbox.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createNotifier, type LifecycleEvent } from './notifications.ts';
import { createPlacesRouter, type PlaceDirectory } from './places.ts';
import { createPreferenceReader } from './preferences.ts';
import { createRandom } from './random.ts';
import { type Keepsakes, loadState, type SavedState, saveState } from './saved-state.ts';
import { type SettingsOverride, type SimulatorSettings, settingsWith } from './settings.ts';
import { createSubscriptionStore, type Subscription } from './subscription-store.ts';
import { createSubscriptionRouter } from './subscriptions.ts';
import { createLimiter } from './throttling.ts';
import { usersRouter } from './users.ts';
import type { GraphRequest, GraphResponse } from './wire.ts';
import {
  addMailbox,
  createWorld,
  findMailbox,
  type Mail,
  type MailCause,
  type NewMailbox,
  type SimulatorClock,
  type World,
} from './world.ts';
import { createZones } from './zones.ts';

export interface SimulatorOptions {
  readonly clock: SimulatorClock;
  /** The same seed gives the same ids, orders, delays and chances. */
  readonly seed?: string;
  readonly settings?: SettingsOverride;
  /** Carries handshakes and notifications; without it every endpoint is out of reach. */
  readonly deliver?: Deliver;
}

/** Microsoft Graph in memory, as strict as documents and field reports allow (docs/simulated-graph.md). */
export interface GraphSimulator {
  /** Never rejects but for injected transport failures (`TypeError: fetch failed`). */
  handle(request: GraphRequest): Promise<GraphResponse>;
  /** May be changed at any time, but for `limits`, `anyIanaZone` and `logEntries`. */
  readonly settings: SimulatorSettings;
  readonly faults: FaultScript;
  readonly metrics: Metrics;
  /** Mails Exchange sent, oldest first: the proof of R9. */
  readonly mails: readonly Mail[];
  /** Mails ever sent by cause; `graph` must stay 0 but for declines that were switched on. */
  readonly mailCounts: Readonly<Record<MailCause, number>>;
  readonly actors: Actors;
  readonly places: PlaceDirectory;
  readonly subscriptions: SubscriptionControl;
  readonly world: World;
  addMailbox(mailbox: NewMailbox): Mailbox;
  /** By address or object id. @throws Error when it is unknown */
  mailbox(reference: string): Mailbox;
  /** Makes every call on a mailbox fail, or heals it with `ok`. */
  setHealth(reference: string, health: MailboxHealth): void;
  /** Kills all delta tokens and open rounds, of one mailbox or of all. */
  expireDeltaTokens(reference?: string): void;
  /** Moment of the next thing due: attendant, notification, reminder; null = nothing. */
  nextDue(): number | null;
  /** Does what is due by now; resolves when the notifications due are answered or timed out. */
  work(): Promise<void>;
  /** Keeps working on the clock until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  saveState(): SavedState;
  /** @throws Error when the state was saved under another seed */
  loadState(state: SavedState): void;
}

/** Subscriptions as seen from the service's side. */
export interface SubscriptionControl {
  list(): readonly Subscription[];
  sendLifecycle(id: string, event: LifecycleEvent): void;
  /** Ends one; `announced` sends `subscriptionRemoved`, which does not always come. */
  drop(id: string, announced: boolean): void;
}

const LONGEST_SLEEP = 200;
const unreachable: Deliver = () => Promise.reject(new Error('No endpoint can be reached.'));

export function createGraphSimulator(options: SimulatorOptions): GraphSimulator {
  const { clock, seed = 'fjordvik', deliver = unreachable } = options;
  const settings = settingsWith(options.settings);
  const zones = createZones(settings.anyIanaZone);
  const world = createWorld({ seed, clock, settings, random: createRandom(seed), zones });
  const rounds = createDeltaRounds();
  const faults = createFaultScript(world.random);
  const metrics = createMetrics(settings.logEntries);
  const store = createSubscriptionStore();
  const notifier = createNotifier({ world, store, deliver });
  const places: PlaceDirectory = { rooms: new Map(), roomLists: new Map() };
  const keepsakes: Keepsakes = { world, places, rounds, subscriptions: store, notifier };
  const others = {
    places: createPlacesRouter(seed, places),
    subscriptions: createSubscriptionRouter({ world, store, deliver, watch: notifier.watch }),
  };
  const areas = { rounds, users: usersRouter, others };
  const limiter = createLimiter(settings.limits);
  const forward = createGatekeeper({
    world,
    areas,
    limiter,
    faults,
    metrics,
    readPreferences: createPreferenceReader(zones),
  });
  const runBatch = createBatchRunner({ world, forward, metrics });
  world.onChange = notifier.onChange;

  function requireMailbox(reference: string): Mailbox {
    const mailbox = findMailbox(world, reference);
    if (!mailbox) throw new Error(`The simulator has no mailbox '${reference}'.`);
    return mailbox;
  }

  function nextDue(): number | null {
    const moments = [world.jobs.nextDue(), notifier.queue.nextDue()].filter((each) => each !== null);
    return moments.length === 0 ? null : Math.min(...moments);
  }

  async function work(): Promise<void> {
    workOffJobs(world);
    await notifier.deliverDue();
  }

  return {
    handle: createFrontDoor({ world, forward, runBatch, faults, metrics }),
    settings,
    faults,
    metrics,
    mails: world.mails,
    mailCounts: world.mailCounts,
    actors: createActors(world),
    places,
    subscriptions: {
      list: () => store.all(clock.now()),
      sendLifecycle: notifier.sendLifecycle,
      drop: notifier.dropSubscription,
    },
    world,
    addMailbox: (mailbox) => addMailbox(world, mailbox),
    mailbox: requireMailbox,
    setHealth(reference, health) {
      requireMailbox(reference).health = health;
    },
    expireDeltaTokens(reference) {
      const mailboxes = reference === undefined ? world.mailboxes.values() : [requireMailbox(reference)];
      for (const mailbox of mailboxes) mailbox.syncGeneration += 8;
    },
    nextDue,
    work,
    async run(signal) {
      while (!signal.aborted) {
        workOffJobs(world);
        // Not awaited: an endpoint that takes its time holds up nobody else.
        void notifier.deliverDue();
        const wait = Math.max(1, (nextDue() ?? Number.POSITIVE_INFINITY) - clock.now());
        await clock.sleep(Math.min(LONGEST_SLEEP, wait), signal).catch(() => undefined);
      }
    },
    saveState: () => saveState(keepsakes),
    loadState: (state) => loadState(keepsakes, state),
  };
}
