import { type CalendarCall, matchesVersion } from './call.ts';
import { findEvent, versionMismatch } from './event-lookup.ts';
import { changeKeyOf } from './ids.ts';
import { type MeetingResponse, respond, sendCancellations } from './meetings.ts';
import { cancelOccurrence, changeEvent, discardEvent } from './store.ts';
import { type Answer, badRequest, itemNotFound, Refusal } from './wire.ts';

/** `DELETE …/events/{id}`: to Deleted Items; the organiser's attendees are told. */
export function deleteEvent(call: CalendarCall, id: string): Answer {
  const { world, mailbox } = call;
  const { event, instance } = findEvent(call, id);
  if (event.deletedAt !== null) {
    throw new Refusal(403, 'ErrorCannotDeleteObject', 'The specified object cannot be deleted.');
  }
  if (!matchesVersion(call, changeKeyOf(mailbox.tag, event.version))) throw versionMismatch();
  if (instance.date !== null) {
    cancelOccurrence(world, mailbox, event, instance.date);
    sendCancellations(world, mailbox, event, { cause: call.cause, date: instance.date });
  } else {
    sendCancellations(world, mailbox, event, { cause: call.cause });
    discardEvent(world, mailbox, event);
  }
  return { status: 204 };
}

/** `POST …/permanentDelete`: gone for good, also for immutable ids. */
export function permanentlyDelete(call: CalendarCall, id: string): Answer {
  const { event } = findEvent(call, id);
  sendCancellations(call.world, call.mailbox, event, { cause: call.cause });
  discardEvent(call.world, call.mailbox, event, true);
  return { status: 204 };
}

/** `POST …/cancel`: organiser only. */
export function cancelEvent(call: CalendarCall, id: string): Answer {
  const { event, instance } = findEvent(call, id);
  if (event.deletedAt !== null) throw itemNotFound();
  if (!event.isOrganizer) {
    throw badRequest('You need to be an organizer to cancel a meeting.', 'ErrorAccessDenied');
  }
  if (instance.date !== null) {
    cancelOccurrence(call.world, call.mailbox, event, instance.date);
    sendCancellations(call.world, call.mailbox, event, { cause: call.cause, date: instance.date });
  } else {
    sendCancellations(call.world, call.mailbox, event, { cause: call.cause });
    discardEvent(call.world, call.mailbox, event);
  }
  return { status: 202 };
}

/** `POST …/accept|tentativelyAccept|decline`: attendees only; a declined event goes to Deleted Items. */
export function answerInvitation(call: CalendarCall, id: string, response: MeetingResponse): Answer {
  const { world, mailbox } = call;
  const { event, instance } = findEvent(call, id);
  if (event.deletedAt !== null) throw itemNotFound();
  if (event.isOrganizer) {
    throw badRequest(
      "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer.",
    );
  }
  const send = (call.body as { sendResponse?: boolean } | undefined)?.sendResponse ?? true;
  const mail = { send, cause: call.cause };
  if (response !== 'declined') {
    changeEvent(world, mailbox, event, () => respond(world, mailbox, event, response, mail));
  } else if (instance.date !== null) {
    respond(world, mailbox, { ...event }, response, mail);
    cancelOccurrence(world, mailbox, event, instance.date);
  } else {
    respond(world, mailbox, event, response, mail);
    discardEvent(world, mailbox, event);
  }
  return { status: 202 };
}
