/**
 * Intents (R6): every Graph write is noted in SQL, with the exact body and transaction id, before it is sent. The insert is also
 * the atomic claim of the mapping, so two workers can never send for the same one.
 */

import { canonicalOfContent, fingerprintOf, hashFields } from '../domain/content.ts';
import type { ContentRules } from '../domain/content-settings.ts';
import type { Mapping } from '../domain/mapping.ts';
import { transactionIdOf } from '../domain/marker.ts';
import type { EventContent, Marker } from '../domain/room-event.ts';
import type { EventWrite, NewIntent } from './ports.ts';
import type { PushDetail } from './results.ts';

/** What a write is for: it decides what the mapping becomes when the write succeeded. */
export type WriteGoal =
  /** Both sides agree on `content`. */
  | { readonly to: 'synced' }
  /** The reservation is cancelled: T8. */
  | { readonly to: 'cancelled'; readonly by: 'booking' | 'operator' }
  /** Better-priority reservations cover it: T6. */
  | { readonly to: 'suppressed' }
  /** The room was pointed to another calendar: start over there (E14). */
  | { readonly to: 'moved'; readonly calendar: string };

/** A write as planned: data only. `mapping` is the row it was planned from. */
export interface PlannedWrite {
  readonly kind: 'create' | 'update' | 'delete' | 'decline';
  readonly mapping: Mapping;
  readonly goal: WriteGoal;
  /** Complete content both sides will agree on; null for delete and decline. */
  readonly content: EventContent | null;
  /** Updates: only the fields to send, so that edits of other fields in Outlook survive. */
  readonly patch: Partial<EventContent> | null;
  readonly bookingHash: string | null;
  readonly reason: string;
  readonly cause: string;
}

/** What became of one planned write. */
export interface AppliedWrite {
  readonly planned: PlannedWrite;
  /** `waiting`: undecided until the next run; `skipped`: another worker took it; `resolve`: only inside `apply`. */
  readonly action: PushDetail['action'] | 'waiting' | 'resolve' | 'skipped';
  readonly eventId: string | null;
  readonly error: string | null;
}

/** The marker of a mapping's Outlook event. Throws when the mapping has no reservation. */
export function markerOf(mapping: Mapping): Marker {
  if (mapping.type === null || mapping.reservationId === null) {
    throw new Error(`mapping ${mapping.id} has no reservation and cannot be marked`);
  }
  return {
    type: mapping.type,
    id: mapping.reservationId,
    resourceId: mapping.resourceId,
    generation: mapping.generation,
  };
}

/** The row to note before a planned write is sent. */
export function intentOf(planned: PlannedWrite, runId: string, rules: ContentRules): NewIntent {
  const { mapping, content } = planned;
  return {
    mappingId: mapping.id,
    mappingVersion: mapping.version,
    calendar: mapping.calendar,
    kind: planned.kind,
    cause: planned.cause,
    eventId: mapping.eventId,
    createToken: planned.kind === 'create' ? transactionIdOf(markerOf(mapping)) : null,
    generation: mapping.generation,
    content,
    contentHash:
      content === null ? null : fingerprintOf(hashFields(canonicalOfContent(content, rules, mapping.origin))),
    bookingHash: planned.bookingHash,
    runId,
  };
}

/** The Graph write of a planned write. */
export function eventWriteOf(planned: PlannedWrite): EventWrite {
  const { mapping } = planned;
  switch (planned.kind) {
    case 'create': {
      const marker = markerOf(mapping);
      return { kind: 'create', token: transactionIdOf(marker), marker, content: required(planned.content) };
    }
    case 'update':
      return {
        kind: 'update',
        eventId: required(mapping.eventId),
        changeKey: mapping.changeKey,
        content: required(planned.patch),
      };
    case 'delete':
      return { kind: 'delete', eventId: required(mapping.eventId), changeKey: mapping.changeKey };
    case 'decline':
      return {
        kind: 'decline',
        eventId: required(mapping.eventId),
        comment: 'The booking of this room was cancelled.',
      };
  }
}

function required<T>(value: T | null): T {
  if (value === null) throw new Error('a planned write lacks what its kind needs');
  return value;
}
