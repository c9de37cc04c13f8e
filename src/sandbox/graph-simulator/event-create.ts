import { bodyOf, type CalendarCall } from './call.ts';
import { draftEvent } from './event-draft.ts';
import { type EventInput, momentsOf, readEventInput, type WallTime } from './event-input.ts';
import { etagOfInstance, renderEvent } from './event-output.ts';
import { immutableId, regularId } from './ids.ts';
import { DEFAULT_FOLDER } from './mailbox.ts';
import { sendRequests } from './meetings.ts';
import type { StoredEvent } from './model.ts';
import { hashNumber } from './random.ts';
import { readSeries } from './recurrence-input.ts';
import { singleInstance } from './series.ts';
import { insertEvent } from './store.ts';
import { type Answer, badRequest, Refusal } from './wire.ts';
import type { World } from './world.ts';
import { wallOf } from './zones.ts';

/** JSON with sorted keys: two bodies are the same when this text is. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) sorted[key] = canonical((value as Record<string, unknown>)[key]);
  return sorted;
}

function applyTimes(world: World, event: StoredEvent, input: EventInput, start: WallTime, end: WallTime): void {
  Object.assign(event, momentsOf(start, end, event.isAllDay, world.zones), {
    startZone: start.zone,
    endZone: end.zone,
  });
  if (input.recurrence === undefined || input.recurrence === null) return;
  const zone = world.zones.resolve(start.zone);
  const walls = event.isAllDay
    ? { start: start.wall, end: end.wall }
    : { start: start.wall, end: wallOf(event.end, zone) };
  event.series = readSeries(input.recurrence, { ...walls, zone: start.zone }, world.zones, 0);
}

/** The answer to a transaction id that was used before; undefined = it is free. */
function answerToKnown(call: CalendarCall, transactionId: string, bodyHash: number): Answer | undefined {
  const { mailbox, world } = call;
  const known = mailbox.transactions.get(transactionId);
  const existing = known && mailbox.events.get(known.core);
  if (!known || !existing) return undefined;
  const live = existing.deletedAt === null;
  if (live && known.bodyHash === bodyHash) return created(call, existing);
  if (!live && !world.settings.transactionIdsOutliveDeletion) return undefined;
  const id = call.prefer.immutableIds
    ? immutableId(mailbox.tag, existing.core)
    : regularId(mailbox.tag, existing.core, existing.moves);
  throw new Refusal(
    world.settings.duplicateTransactionStatus,
    'ErrorDuplicateTransactionId',
    'Your request cannot be completed. The transactionId supplied in the request body has already been used to create a different event.',
    { members: { '@event.existingEventId': id } },
  );
}

/** 201 without the extended properties: they are never echoed. */
function created(call: CalendarCall, event: StoredEvent): Answer {
  const { mailbox, world, prefer } = call;
  const instance = singleInstance(event);
  const json = renderEvent({ world, mailbox, prefer }, instance);
  const path = `${world.settings.linkBase}/users/${mailbox.id}`;
  return {
    status: 201,
    headers: {
      Location: `${path}/events/${encodeURIComponent(String(json['id']))}`,
      ETag: etagOfInstance(mailbox, instance),
    },
    json: { '@odata.context': `${world.settings.linkBase}/$metadata#users('${mailbox.id}')/events/$entity`, ...json },
  };
}

/** `POST …/events`. */
export function createEvent(call: CalendarCall): Answer {
  const { mailbox, world } = call;
  const body = bodyOf(call);
  const input = readEventInput(body, 'create', world.zones);
  const bodyHash = input.transactionId === null ? 0 : hashNumber(JSON.stringify(canonical(body)));
  if (input.transactionId !== null) {
    const answer = answerToKnown(call, input.transactionId, bodyHash);
    if (answer) return answer;
  }
  if (!input.start || !input.end) {
    throw badRequest(
      "At least one property failed validation: 'start' and 'end' are required.",
      'ErrorPropertyValidationFailure',
    );
  }
  const event = draftEvent(world, mailbox, call.folder?.key ?? DEFAULT_FOLDER, {
    name: mailbox.name,
    address: mailbox.address,
  });
  Object.assign(event, input.fields, { transactionId: input.transactionId });
  applyTimes(world, event, input, input.start, input.end);
  insertEvent(world, mailbox, event);
  if (input.transactionId !== null) mailbox.transactions.set(input.transactionId, { core: event.core, bodyHash });
  sendRequests(world, mailbox, event, 'invitation', { cause: call.cause });
  return created(call, event);
}
