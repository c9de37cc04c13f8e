/**
 * The brake (R4): a wave of cancellations is more often a mistake than a wish, so it waits for a person while everything else goes
 * on. It counts causes, human acts: a deleted series or a reservation in three rooms is one.
 */

/** One planned cancellation, on either side. */
export interface Cancellation {
  readonly calendar: string;
  readonly cause: string;
  /** A suppression (T6) hides one reservation behind another; nothing is lost, so it is exempt. */
  readonly isSuppression: boolean;
}

/** What the percentage of one room refers to. */
export interface RoomLoad {
  readonly calendar: string;
  /** Mappings now alive. */
  readonly liveMappings: number;
  /** Causes carried out in the last 24 h. */
  readonly recentCauses: number;
}

export interface BrakeInput<T extends Cancellation> {
  /** Every room, also those with nothing planned: the brake over all rooms refers to them. */
  readonly rooms: readonly RoomLoad[];
  readonly operations: readonly T[];
  /** Both must be exceeded. */
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
  if (input.confirm) return { allowed: input.operations, parked: [] };
  const counted = input.operations.filter(({ isSuppression }) => !isSuppression);
  const reasons = new Map<string, string>();
  for (const room of input.rooms) {
    const causes = causesOf(counted.filter(({ calendar }) => calendar === room.calendar));
    const reason = exceeds(input, room, causes.size, 'of this room');
    if (reason !== null) for (const cause of causes) reasons.set(cause, reason);
  }
  const rest = causesOf(counted.filter(({ cause }) => !reasons.has(cause)));
  const reason = exceeds(input, totalOf(input.rooms), rest.size, 'of all rooms together');
  if (reason !== null) for (const cause of rest) reasons.set(cause, reason);
  return split(input.operations, reasons);
}

function exceeds<T extends Cancellation>(
  { brakeCount, brakePercent }: BrakeInput<T>,
  { liveMappings, recentCauses }: Omit<RoomLoad, 'calendar'>,
  planned: number,
  where: string,
): string | null {
  const causes = recentCauses + planned;
  const atStart = liveMappings + recentCauses;
  if (planned === 0 || causes <= brakeCount || causes * 100 <= brakePercent * atStart) return null;
  return `${causes} cancellations within 24 hours are more than ${brakeCount} and more than ${brakePercent} % of the ${atStart} reservations ${where}. Approve or dismiss them.`;
}

function totalOf(rooms: readonly RoomLoad[]): Omit<RoomLoad, 'calendar'> {
  return {
    liveMappings: rooms.reduce((sum, room) => sum + room.liveMappings, 0),
    recentCauses: rooms.reduce((sum, room) => sum + room.recentCauses, 0),
  };
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
