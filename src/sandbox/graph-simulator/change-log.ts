/**
 * What delta reads: for every event of a mailbox only its latest change, linked in the order of versions, so that a round costs
 * as many steps as there were changes.
 */
export interface ChangeRecord {
  readonly core: string;
  /** Latest change of any kind. */
  version: number;
  /** Latest change of the event or master itself. */
  ownVersion: number;
  /** Versions of changed occurrences by original date. */
  exceptions: Map<string, number> | null;
  /** Version of a deletion that a restore undid; 0 = none. */
  undoneDeletion: number;
  previous: ChangeRecord | null;
  next: ChangeRecord | null;
}

export interface ChangeLog {
  /** Moves the event's record to the end and returns it. */
  note(core: string, version: number): ChangeRecord;
  get(core: string): ChangeRecord | undefined;
  /** Records with a version above `version`, oldest first. */
  since(version: number): ChangeRecord[];
  /** Records from the newest back, as long as `wanted` holds. */
  newest(wanted: (record: ChangeRecord) => boolean): ChangeRecord[];
  /** All records, oldest first. */
  all(): ChangeRecord[];
}

export function createChangeLog(): ChangeLog {
  const records = new Map<string, ChangeRecord>();
  let oldest: ChangeRecord | null = null;
  let newest: ChangeRecord | null = null;

  function unlink(record: ChangeRecord): void {
    if (record.previous) record.previous.next = record.next;
    else if (oldest === record) oldest = record.next;
    if (record.next) record.next.previous = record.previous;
    else if (newest === record) newest = record.previous;
    record.previous = null;
    record.next = null;
  }

  function append(record: ChangeRecord): void {
    record.previous = newest;
    if (newest) newest.next = record;
    else oldest = record;
    newest = record;
  }

  return {
    note(core, version) {
      let record = records.get(core);
      if (record) unlink(record);
      else {
        record = { core, version, ownVersion: 0, exceptions: null, undoneDeletion: 0, previous: null, next: null };
        records.set(core, record);
      }
      record.version = version;
      append(record);
      return record;
    },
    get: (core) => records.get(core),
    since(version) {
      const found: ChangeRecord[] = [];
      for (let at = newest; at && at.version > version; at = at.previous) found.push(at);
      return found.reverse();
    },
    newest(wanted) {
      const found: ChangeRecord[] = [];
      for (let at = newest; at && wanted(at); at = at.previous) found.push(at);
      return found;
    },
    all() {
      const found: ChangeRecord[] = [];
      for (let at = oldest; at; at = at.next) found.push(at);
      return found;
    },
  };
}
