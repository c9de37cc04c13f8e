/** Behaviour that differs between tenants, times or reports; defaults are the strictest reading. Durations in milliseconds. */
export interface SimulatorSettings {
  /** Start of every link handed out; `https`, because the Graph SDK follows nothing else. */
  linkBase: string;
  /** `any` non-empty bearer token is app `app`; else app ids by token. */
  tokens: 'any' | Readonly<Record<string, string>>;
  /** Accept all IANA zone names, not only the published list. */
  anyIanaZone: boolean;
  /** What a deleted event's immutable id answers: 200 (and 403 to a second DELETE), or 404. */
  deletedEvents: 'resolve' | 'not-found';
  /** Whether a mailbox-wide `/events?$filter` also finds what lies in Deleted Items. Needs `deletedEvents: 'resolve'`. */
  searchFindsDeleted: boolean;
  /** Whether an immutable id in a path needs `Prefer: IdType="ImmutableId"` too. */
  immutableIdsNeedHeader: boolean;
  duplicateTransactionStatus: 400 | 409;
  /** Whether a transaction id stays taken after its event was deleted. */
  transactionIdsOutliveDeletion: boolean;
  occurrenceICalUId: 'shared' | 'distinct';
  /** Whether occurrences show extended properties of their master. */
  occurrencesShowMasterProperties: boolean;
  delta: DeltaSettings;
  batch: BatchSettings;
  limits: LimitSettings;
  /** Time an operation takes before its effect. */
  latency: number | { readonly min: number; readonly max: number };
  /** Time a `$batch` takes on top of its parts. */
  batchOverhead: number;
  /** How long the answer to a dropped request is awaited before the connection breaks. */
  lostReply: number;
  /** Calendar attendant of room mailboxes: when the request shows up, and when it has been worked on after that. */
  attendant: { arrival: number; processing: number };
  subscriptions: SubscriptionSettings;
  notifications: NotificationSettings;
  /** Entries kept in the request log and the mail log. */
  logEntries: number;
}

export interface DeltaSettings {
  /** Page size without `odata.maxpagesize`. */
  pageSize: number;
  /** Chance of an empty page with a nextLink before a page; only in rounds that have rows. */
  emptyPages: number;
  /** Chance of a row coming again on a later page of the round. */
  repeats: number;
  /** Rows in no particular order (a series stays together). */
  shuffle: boolean;
  /** Changes made while a round is read are shown on its last pages, and again in the next round. */
  lateChanges: boolean;
  /** How late changes surface in delta. */
  lag: number;
  /** Whether deleting one occurrence at least sends the master again. */
  masterAfterOccurrenceDelete: boolean;
  /** Tombstones for the occurrences of a deleted series, beside the master's. */
  tombstonePerOccurrence: boolean;
  /** An event deleted and restored between two rounds is reported as removed and not added again. */
  restoredStaysRemoved: boolean;
  /** Age at which a deltaLink dies; null = never by age. */
  tokenLife: number | null;
  /** Age at which a nextLink dies. */
  nextLinkLife: number | null;
  /** Unfinished or repeatable rounds kept; the oldest are evicted. */
  roundsKept: number;
  /** How a dead token is answered; `varied` goes through all by seed. */
  death: TokenDeath | 'varied';
}

export type TokenDeath = '410-generation' | '410-location' | '400-sync-state' | '404-sync-state' | '410-resync';

export interface BatchSettings {
  maxParts: number;
  /** Parts of one unordered batch under way at a time. */
  forwardedAtOnce: number;
  shuffleResponses: boolean;
  /** `mixed` varies the casing of header names inside batch responses by seed. */
  headerCasing: 'canonical' | 'mixed';
}

export interface LimitSettings {
  enabled: boolean;
  /** Per app and mailbox. */
  concurrency: number;
  requests: number;
  requestWindow: number;
  uploadBytes: number;
  uploadWindow: number;
  /** Per app. */
  globalRequests: number;
  globalWindow: number;
  /** Status of a MailboxConcurrency answer; 503 has been seen too. */
  concurrencyStatus: 429 | 503;
  /** `Retry-After` of a MailboxConcurrency answer, in seconds. */
  concurrencyRetryAfter: number;
}

export interface SubscriptionSettings {
  minLife: number;
  maxLife: number;
  perMailbox: number;
  handshakeTimeout: number;
  /** Accept `http:` notification URLs on loopback. */
  allowLoopbackHttp: boolean;
  /** A `reauthorizationRequired` is sent this long before the end; null = never. */
  reauthorizeBefore: number | null;
}

export interface NotificationSettings {
  minDelay: number;
  maxDelay: number;
  /** Chance of a second delivery of the same notification. */
  duplicates: number;
  /** Chance of a notification that never comes. */
  lost: number;
  /** Chance of an extra `updated` after a `created`. */
  extraUpdates: number;
  timeout: number;
  retryTimeout: number;
  retryFirst: number;
  retryFor: number;
}

const MINUTE = 60_000;

function defaultSettings(): SimulatorSettings {
  return {
    linkBase: 'https://graph.microsoft.com/v1.0',
    tokens: 'any',
    anyIanaZone: false,
    deletedEvents: 'resolve',
    searchFindsDeleted: false,
    immutableIdsNeedHeader: true,
    duplicateTransactionStatus: 400,
    transactionIdsOutliveDeletion: true,
    occurrenceICalUId: 'shared',
    occurrencesShowMasterProperties: false,
    delta: {
      pageSize: 10,
      emptyPages: 0.1,
      repeats: 0.1,
      shuffle: true,
      lateChanges: true,
      lag: 0,
      masterAfterOccurrenceDelete: false,
      tombstonePerOccurrence: false,
      restoredStaysRemoved: true,
      tokenLife: null,
      nextLinkLife: null,
      roundsKept: 2_000,
      death: 'varied',
    },
    batch: { maxParts: 20, forwardedAtOnce: 4, shuffleResponses: true, headerCasing: 'canonical' },
    limits: {
      enabled: true,
      concurrency: 4,
      requests: 10_000,
      requestWindow: 10 * MINUTE,
      uploadBytes: 150 * 1024 * 1024,
      uploadWindow: 5 * MINUTE,
      globalRequests: 130_000,
      globalWindow: 10_000,
      concurrencyStatus: 429,
      concurrencyRetryAfter: 7,
    },
    latency: 0,
    batchOverhead: 0,
    lostReply: 30_000,
    attendant: { arrival: 1_000, processing: 4_000 },
    subscriptions: {
      minLife: 45 * MINUTE,
      maxLife: 10_080 * MINUTE,
      perMailbox: 1_000,
      handshakeTimeout: 10_000,
      allowLoopbackHttp: true,
      reauthorizeBefore: 60 * MINUTE,
    },
    notifications: {
      minDelay: 500,
      maxDelay: 3_000,
      duplicates: 0.05,
      lost: 0,
      extraUpdates: 0.3,
      timeout: 3_000,
      retryTimeout: 10_000,
      retryFirst: 10_000,
      retryFor: 240 * MINUTE,
    },
    logEntries: 1_000,
  };
}

/** Settings to override, group by group. */
export type SettingsOverride = {
  readonly [K in keyof SimulatorSettings]?: SimulatorSettings[K] extends
    | DeltaSettings
    | BatchSettings
    | LimitSettings
    | SubscriptionSettings
    | NotificationSettings
    ? Partial<SimulatorSettings[K]>
    : SimulatorSettings[K];
};

/** The defaults with `override` laid over them; a group may be given in part. */
export function settingsWith(override: SettingsOverride = {}): SimulatorSettings {
  const base = defaultSettings();
  return {
    ...base,
    ...override,
    delta: { ...base.delta, ...override.delta },
    batch: { ...base.batch, ...override.batch },
    limits: { ...base.limits, ...override.limits },
    subscriptions: { ...base.subscriptions, ...override.subscriptions },
    notifications: { ...base.notifications, ...override.notifications },
    attendant: { ...base.attendant, ...override.attendant },
  };
}
