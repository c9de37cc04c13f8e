/**
 * Three-way merge, field by field, against what both sides last agreed on (design 6). A field only one side changed goes to the
 * other side; a field both changed alike is settled (E11); a field both changed differently goes to the side that decides, and
 * the loser is named so that the journal keeps it (E10). What one side cannot hold or nobody may write is turned back or parked.
 */
import { isMadeOfTitle } from './canonical.ts';
import type { FieldHashes, Origin } from './mapping.ts';
import type { ReservationType } from './reservation.ts';
import type { RoomAuthority } from './room.ts';
import type { RoomEvent } from './room-event.ts';

export type SyncedField = keyof FieldHashes;
export type FieldDecision = 'none' | 'to-outlook' | 'to-booking' | 'conflict';
export type EditPolicy = 'merge' | 'revert' | 'manual';

export interface MergeInput {
  /** Null: the two sides never agreed; every difference then counts as changed on both. */
  readonly baseline: FieldHashes | null;
  readonly booking: FieldHashes;
  readonly outlook: FieldHashes;
  readonly origin: Origin;
  readonly reservationType: ReservationType;
  /** Decides fields changed on both sides; `shared`: the origin does. One-sided changes flow whoever decides. */
  readonly authority: RoomAuthority;
  readonly policy: EditPolicy;
  /** The event is not ours to patch: see `mayPatch`. */
  readonly isRoomCopy: boolean;
}

/** Why a version lost: `no-column` the booking system cannot hold it, `room-copy` a person's meeting is never patched. */
export type OverruleReason = 'origin' | 'authority' | 'policy' | 'no-column' | 'room-copy';

/** A version that was not taken over although it was new. */
export interface Overruled {
  readonly field: SyncedField;
  readonly side: Origin;
  readonly reason: OverruleReason;
}

export interface MergeResult {
  readonly fields: Readonly<Record<SyncedField, FieldDecision>>;
  /** `both`: some fields go one way, some the other. `conflict`: at least one field waits for a person. */
  readonly verdict: 'equal' | 'to-outlook' | 'to-booking' | 'both' | 'conflict';
  readonly overruled: readonly Overruled[];
  /** The new time is acceptable only where it meets no other active reservation; ask, then `withOverlap`. */
  readonly needsOverlapCheck: boolean;
}

/** Decides every field of one mapping. Pure and without order: the same three versions always give the same result. */
export function mergeFields(input: MergeInput): MergeResult {
  const fields: Record<SyncedField, FieldDecision> = {
    subject: 'none',
    body: 'none',
    time: 'none',
    location: 'none',
    sensitivity: 'none',
  };
  const overruled: Overruled[] = [];
  for (const field of Object.keys(fields) as SyncedField[]) {
    const { decision, loser } = decideField(field, input);
    fields[field] = decision;
    if (loser !== undefined) overruled.push({ field, ...loser });
  }
  const needsOverlapCheck = fields.time === 'to-booking' && input.origin === 'booking';
  return { fields, verdict: verdictOf(fields), overruled, needsOverlapCheck };
}

/** The second step for an edit that moves a booking-origin event: on an overlap both versions are kept and a person decides. */
export function withOverlap(result: MergeResult, isOverlapping: boolean): MergeResult {
  if (!result.needsOverlapCheck) return result;
  if (!isOverlapping) return { ...result, needsOverlapCheck: false };
  return { ...result, fields: { ...result.fields, time: 'conflict' }, verdict: 'conflict', needsOverlapCheck: false };
}

/** Whether we may patch an event: the room itself organises it and nobody would be mailed (R9). */
export function mayPatch(event: Pick<RoomEvent, 'isOrganizer' | 'hasAttendees'>): boolean {
  return event.isOrganizer && !event.hasAttendees;
}

interface FieldOutcome {
  readonly decision: FieldDecision;
  readonly loser?: Omit<Overruled, 'field'>;
}

function decideField(field: SyncedField, input: MergeInput): FieldOutcome {
  const [booking, outlook, agreed] = [input.booking[field], input.outlook[field], input.baseline?.[field]];
  if (booking === outlook) return { decision: 'none' };
  if (outlook === agreed) return writable(field, input, { decision: 'to-outlook' });
  const contested = booking !== agreed;
  const follower = contested && field === 'body' ? onlyFollower(input) : null;
  if (follower === 'outlook') return writable(field, input, { decision: 'to-outlook' });
  return writable(field, input, judgeOutlookEdit(field, input, contested && follower === null));
}

/** The one side whose body merely followed its title, while the other wrote one. */
function onlyFollower({ booking, outlook, baseline }: MergeInput): Origin | null {
  const [here, there] = [followsTitle(booking, baseline), followsTitle(outlook, baseline)];
  return here === there ? null : here ? 'booking' : 'outlook';
}

/** A body made of the title changes with every new title: no word of its own, so it never stands against a text somebody wrote (E10). */
export function followsTitle(side: FieldHashes, baseline: FieldHashes | null): boolean {
  return baseline !== null && isMadeOfTitle(baseline) && isMadeOfTitle(side);
}

/** Outlook has a version of its own; `contested`: so has the booking system. */
function judgeOutlookEdit(field: SyncedField, input: MergeInput, contested: boolean): FieldOutcome {
  const { origin, policy, authority } = input;
  if (!canHold(field, input.reservationType)) return overrule('outlook', 'no-column');
  if (policy === 'revert' && origin === 'booking') return overrule('outlook', 'policy');
  if (!contested) return { decision: 'to-booking' };
  if (policy === 'manual') return { decision: 'conflict' };
  const winner = authority === 'shared' ? origin : authority;
  return overrule(winner === 'booking' ? 'outlook' : 'booking', authority === 'shared' ? 'origin' : 'authority');
}

function overrule(loser: Origin, reason: OverruleReason): FieldOutcome {
  return { decision: loser === 'outlook' ? 'to-outlook' : 'to-booking', loser: { side: loser, reason } };
}

/**
 * A clerk may have changed a meeting a person organises elsewhere: title and time cannot be pushed, so a person must choose, or
 * policy `revert` restores the organiser's version (E47). The other fields are the booking system's own notes and stay.
 */
function writable(field: SyncedField, input: MergeInput, outcome: FieldOutcome): FieldOutcome {
  if (outcome.decision !== 'to-outlook' || !input.isRoomCopy) return outcome;
  if (field !== 'subject' && field !== 'time') return { decision: 'none' };
  const restores = input.policy === 'revert' && input.origin === 'outlook' && canHold(field, input.reservationType);
  return restores ? overrule('booking', 'room-copy') : { decision: 'conflict' };
}

/** Bookings and allocations have no title or text and are bound to their season's slots; nothing holds a location. */
function canHold(field: SyncedField, type: ReservationType): boolean {
  return type === 'event' && field !== 'location';
}

function verdictOf(fields: Readonly<Record<SyncedField, FieldDecision>>): MergeResult['verdict'] {
  const decisions = new Set(Object.values(fields));
  if (decisions.has('conflict')) return 'conflict';
  if (decisions.has('to-outlook')) return decisions.has('to-booking') ? 'both' : 'to-outlook';
  return decisions.has('to-booking') ? 'to-booking' : 'equal';
}
