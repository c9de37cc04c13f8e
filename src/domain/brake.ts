/**
 * The brake (R4): a wave of cancellations is more often a mistake than a wish, so it waits for a person while everything else goes
 * on. It counts causes, human acts: a deleted series or a reservation in three rooms is one.
 */

/** One planned cancellation, on either side. */
export interface Cancellation {
  readonly calendar: string;
  readonly cause: string;
  /** A suppression (T6) hides one reservation behind another; nothing is lost, so it is exempt. */
  readonly isSuppression?: boolean;
}

export interface BrakeInput<T extends Cancellation> {
  readonly proposed: readonly T[];
  /** Mappings now alive per calendar; all calendars, since the brake over all rooms refers to them. */
  readonly live: readonly { readonly calendar: string; readonly live: number }[];
  /** Causes carried out per calendar in the last 24 h; all calendars. */
  readonly recent: readonly { readonly calendar: string; readonly causes: number }[];
  /** A limit is passed only when both are exceeded. */
  readonly brakeCount: number;
  readonly brakePercent: number;
  /** A person said so: everything goes. */
  readonly confirm: boolean;
}

export interface BrakeResult<T extends Cancellation> {
  readonly allowed: readonly T[];
  readonly parked: readonly { readonly operation: T; readonly reason: string }[];
}

/**
 * Splits planned cancellations. A room over the limit parks all of its own and leaves the others alone (R8); what is left is
 * measured once more over all rooms. A cause is parked as a whole, so that no reservation loses one room and keeps the other.
 */
export function guardCancellations<T extends Cancellation>(input: BrakeInput<T>): BrakeResult<T> {
  if (input.confirm) return { allowed: input.proposed, parked: [] };
  const counted = input.proposed.filter(({ isSuppression }) => isSuppression !== true);
  const reasons = new Map<string, string>();
  for (const [calendar, operations] of Map.groupBy(counted, (operation) => operation.calendar)) {
    const causes = causesOf(operations);
    const reason = judge(input, causes.size, loadOf(input, calendar), 'of this room');
    if (reason !== null) for (const cause of causes) reasons.set(cause, reason);
  }
  const rest = causesOf(counted.filter(({ cause }) => !reasons.has(cause)));
  const reason = judge(input, rest.size, loadOf(input, null), 'of all rooms together');
  if (reason !== null) for (const cause of rest) reasons.set(cause, reason);
  return split(input.proposed, reasons);
}

interface Load {
  readonly live: number;
  readonly recent: number;
}

/** Of one calendar, or of all. */
function loadOf<T extends Cancellation>(input: BrakeInput<T>, calendar: string | null): Load {
  const isMeant = (row: { readonly calendar: string }) => calendar === null || row.calendar === calendar;
  return {
    live: input.live.filter(isMeant).reduce((sum, row) => sum + row.live, 0),
    recent: input.recent.filter(isMeant).reduce((sum, row) => sum + row.causes, 0),
  };
}

/** Why `planned` more causes are too many, or null. The percentage refers to what was alive before the recent ones. */
function judge<T extends Cancellation>(
  { brakeCount, brakePercent }: BrakeInput<T>,
  planned: number,
  { live, recent }: Load,
  where: string,
): string | null {
  const causes = recent + planned;
  const before = live + recent;
  if (planned === 0 || causes <= brakeCount || causes * 100 <= brakePercent * before) return null;
  return `${causes} cancellations within 24 hours are more than ${brakeCount} and more than ${brakePercent} % of the ${before} reservations ${where}. Approve or dismiss them.`;
}

function causesOf(operations: readonly Cancellation[]): ReadonlySet<string> {
  return new Set(operations.map(({ cause }) => cause));
}

function split<T extends Cancellation>(operations: readonly T[], reasons: ReadonlyMap<string, string>): BrakeResult<T> {
  const allowed: T[] = [];
  const parked: { operation: T; reason: string }[] = [];
  for (const operation of operations) {
    const reason = operation.isSuppression ? undefined : reasons.get(operation.cause);
    if (reason === undefined) allowed.push(operation);
    else parked.push({ operation, reason });
  }
  return { allowed, parked };
}
