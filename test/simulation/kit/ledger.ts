/** What people asked for, kept apart from everything the engine writes: the only thing that may explain a cancellation (R3). */
export interface Ledger {
  /** Step at which each `type:id:room` was last not wanted in Outlook. */
  readonly unwantedAt: Map<string, number>;
  /** Reservations a clerk ended, by `type:id`, and rooms they took away, `room:type:id:101`; until that was seen. */
  readonly ended: Set<string>;
  /** Reservations an operator asked the service to cancel; when it obeys is its own affair. */
  readonly asked: Set<string>;
  /** Outlook ids that people deleted, cancelled or declined; `uid:` and the meeting's UID for whole meetings. */
  readonly removed: Set<string>;
  /** Calendars whose delta link died in this run: what vanished then left no tombstone. */
  readonly deadLinks: Set<string>;
  /** Cores that people brought back from Deleted Items. */
  readonly restored: Set<string>;
  /** Cores of events that requests carried out late made beside, or after, another one of their reservation. */
  readonly belated: Set<string>;
  /** Reservations that people edited on either side since the last rest, by `type:id`. */
  readonly edited: Map<string, Edit>;
  /** Events people edited while no reservation stood for them yet: whose edit came first cannot be told any more. */
  readonly loose: Set<string>;
  /** Highest id ever seen of each type: ids are never used again (E20). */
  readonly highest: Map<string, number>;
  /** Reservations that clerks made. */
  readonly made: Set<string>;
  /** Set once an operator ran the reset script: bookkeeping that it destroys cannot be asked for any more. */
  wasReset: boolean;
  /** The same, since the last rest. */
  wasResetSinceRest: boolean;
  /** Rooms whose mapping operators touched since the last rest. */
  readonly touchedRooms: Set<number>;
  /** Mappings whose cancellation an operator refused. */
  readonly dismissed: Set<number>;
  /** Mappings whose cancellation an operator approved. */
  readonly approved: Set<number>;
  /** Until when a run could still cancel whatever it found, as an operator let it; epoch ms by its begin. */
  readonly confirmed: Map<number, number>;
}

/** The last word of each side on a title and on a text since the last rest. */
export interface Edit {
  clerk?: string;
  person?: string;
  /** Who gave the title last. */
  titleBy?: 'clerk' | 'person';
  clerkText?: string;
  personText?: string;
  /** Somebody changed something that takes part in overlap or identity: only equality is asked for then. */
  blurred?: boolean;
}

export function createLedger(): Ledger {
  return {
    unwantedAt: new Map(),
    ended: new Set(),
    asked: new Set(),
    removed: new Set(),
    deadLinks: new Set(),
    restored: new Set(),
    belated: new Set(),
    edited: new Map(),
    loose: new Set(),
    highest: new Map(),
    made: new Set(),
    wasReset: false,
    wasResetSinceRest: false,
    touchedRooms: new Set(),
    dismissed: new Set(),
    approved: new Set(),
    confirmed: new Map(),
  };
}

/** Both sides agree: whose word counts from here on begins anew. */
export function beginAnew(ledger: Ledger): void {
  ledger.edited.clear();
  ledger.loose.clear();
  ledger.touchedRooms.clear();
  ledger.wasResetSinceRest = false;
}

export function editOf(ledger: Ledger, key: string): Edit {
  let edit = ledger.edited.get(key);
  if (edit === undefined) {
    edit = {};
    ledger.edited.set(key, edit);
  }
  return edit;
}
