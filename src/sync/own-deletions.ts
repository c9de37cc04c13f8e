/**
 * R6: what we sent lately is never taken for a person's doing, however late it is carried out or told. Of a deletion of ours only the
 * reservation decides what comes next.
 */
import type { Mapping, MappingChange } from '../domain/mapping.ts';
import { withoutEvent } from '../domain/mapping-states.ts';
import { instantOf } from '../domain/time.ts';
import type { Intent } from './ports.ts';
import type { SyncDeps } from './settings.ts';

/** Intents this old can still echo back (late delta rows, late carried-out requests). */
const ECHO_MS = 24 * 3_600_000;

/** Intents of a calendar that can still echo back, whatever became of them. One statement. */
export function listEchoing(deps: SyncDeps, calendar: string): Promise<readonly Intent[]> {
  return deps.store.intents.listRecent(calendar, instantOf(deps.clock.now() - ECHO_MS));
}

/** Whether we asked for the event to go. */
export function isOwnDeletion(intents: readonly Intent[], { eventId }: Pick<Mapping, 'eventId'>): boolean {
  return intents.some((one) => one.eventId === eventId && (one.kind === 'delete' || one.kind === 'decline'));
}

/** A suppressed row (T6) wanted its event gone and stays suppressed; any other one starts a new life in Outlook. */
export function afterOwnDeletion(mapping: Mapping): MappingChange {
  const change = withoutEvent(mapping);
  return mapping.status === 'conflict' ? change : { ...change, status: 'pending' };
}
