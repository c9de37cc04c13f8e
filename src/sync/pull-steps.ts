/** What one observed event of a room calendar can mean, and what it is compared with. */
import type { FieldHashes, Mapping, MappingChange, NewMapping } from '../domain/mapping.ts';
import type { MergeResult } from '../domain/merge.ts';
import type { ReservationState, RoomReservation } from '../domain/reservation.ts';
import type { Room } from '../domain/room.ts';
import type { RoomEvent } from '../domain/room-event.ts';
import type { WallSpan } from '../domain/time.ts';
import type { ImportSkip } from './import-plan.ts';
import type { Intent } from './ports.ts';
import type { SyncSettings } from './settings.ts';

export type PullStep =
  /** Nothing to do, or our own write coming back with a version we know. */
  | { readonly kind: 'none' }
  /** Same content under a new version, or our own content seen before its answer: only the row's bookkeeping changes. */
  | { readonly kind: 'touch'; readonly mapping: Mapping; readonly change: MappingChange }
  /** A foreign event becomes a pending import (T11). */
  | { readonly kind: 'import'; readonly event: RoomEvent; readonly row: NewMapping }
  /** An import that is still waiting follows its event. */
  | { readonly kind: 'refresh'; readonly mapping: Mapping; readonly change: MappingChange }
  /** One of our events, found without its mapping: the mapping gets it (E36, E37). */
  | {
      readonly kind: 'adopt';
      readonly mapping: Mapping;
      readonly event: RoomEvent;
      readonly change: MappingChange;
      readonly replaces: Mapping | null;
    }
  | {
      readonly kind: 'adopt-new';
      readonly event: RoomEvent;
      readonly row: NewMapping;
      /** The hollow row an operator's reset left of it (E36); it goes. */
      readonly replaces: Mapping | null;
    }
  /** A known meeting under a new event id (E7, E36, E42). */
  | { readonly kind: 'relink'; readonly mapping: Mapping; readonly event: RoomEvent; readonly change: MappingChange }
  /** The calendar lacks it, but nothing proves a deletion (R3): listed for a person, nothing is cancelled. */
  | { readonly kind: 'unproven'; readonly mapping: Mapping }
  /** Marked as ours, but there is nothing it can stand for: listed, never touched. */
  | { readonly kind: 'ghost'; readonly event: RoomEvent; readonly reason: string }
  /** A person edited it: fields flow as `merge` says. */
  | {
      readonly kind: 'edit';
      readonly mapping: Mapping;
      readonly event: RoomEvent;
      readonly reservation: RoomReservation;
      readonly merge: MergeResult;
      readonly held: FieldHashes;
    }
  /** Cancelled by its organiser or declined by the room: proof in itself (R3). */
  | { readonly kind: 'gone'; readonly mapping: Mapping; readonly reason: string }
  /** A cancelled mapping's event is back; its presence has to be proven first (E66). */
  | { readonly kind: 'restored'; readonly mapping: Mapping; readonly event: RoomEvent }
  | { readonly kind: 'skip'; readonly event: RoomEvent; readonly reason: ImportSkip };

export interface PullFacts {
  readonly room: Room;
  readonly window: WallSpan;
  /** By event id in this calendar. */
  readonly known: ReadonlyMap<string, Mapping>;
  /** Mappings of this room named by markers, by `type:id`. */
  readonly marked: ReadonlyMap<string, Mapping>;
  /** Mappings of this calendar by meeting key (`meetingKeyOf`). */
  readonly meetings: ReadonlyMap<string, Mapping>;
  /** Current reservations by `type:id`. */
  readonly states: ReadonlyMap<string, ReservationState>;
  /** Open and recent intents of this calendar. */
  readonly intents: readonly Intent[];
  /** Ids of all events seen in this round: a known id among them is not an id that was replaced. */
  readonly seen: ReadonlySet<string>;
  readonly settings: SyncSettings;
}

/** Over before the window began: edits and deletions of it in Outlook are nobody's business any more (E6, E28). */
export function isOver(mapping: Pick<Mapping, 'reservationId' | 'endsAt'>, window: WallSpan): boolean {
  return mapping.reservationId !== null && mapping.endsAt !== null && mapping.endsAt <= window.from;
}

/** Identity of a meeting over rooms and ids. */
export function meetingKeyOf(iCalUId: string, originalStart: string | null): string {
  return `${iCalUId} ${originalStart ?? ''}`;
}
