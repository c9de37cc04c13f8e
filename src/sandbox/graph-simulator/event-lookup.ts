import type { CalendarCall } from './call.ts';
import { parseEventId } from './ids.ts';
import type { Instance, StoredEvent } from './model.ts';
import { occurrenceOn, singleInstance } from './series.ts';
import { badRequest, itemNotFound, Refusal } from './wire.ts';

export interface Found {
  readonly event: StoredEvent;
  readonly instance: Instance;
}

/**
 * The event, master or occurrence an id names.
 * @throws Refusal 400 `ErrorInvalidIdMalformed` for an id that is none or is another mailbox's; 404 for one that is gone
 */
export function findEvent(call: CalendarCall, id: string): Found {
  const { mailbox, world } = call;
  const ref = parseEventId(id);
  const unreadable = ref?.form === 'immutable' && world.settings.immutableIdsNeedHeader && !call.prefer.immutableIds;
  if (!ref || ref.tag !== mailbox.tag || unreadable) throw badRequest('Id is malformed.', 'ErrorInvalidIdMalformed');
  const event = mailbox.events.get(ref.core);
  if (!event || event.purged || (ref.form === 'regular' && ref.moves !== event.moves)) throw itemNotFound();
  if (event.deletedAt !== null && world.settings.deletedEvents === 'not-found') throw itemNotFound();
  if (ref.date === null) return { event, instance: singleInstance(event) };
  const instance = event.series?.schedule === ref.schedule ? occurrenceOn(event, world.zones, ref.date) : null;
  if (!instance) throw itemNotFound();
  return { event, instance };
}

/** @throws Refusal 412 */
export function versionMismatch(): Refusal {
  return new Refusal(
    412,
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  );
}
