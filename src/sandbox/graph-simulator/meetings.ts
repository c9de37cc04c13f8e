import type { Mailbox } from './mailbox.ts';
import type { Attendee, StoredEvent } from './model.ts';
import type { Mail, MailCause, World } from './world.ts';
import { findMailbox } from './world.ts';

/** Notes a mail; the oldest entries are dropped. */
export function logMail(world: World, mail: Omit<Mail, 'at'>): void {
  world.mails.push({ at: world.clock.now(), ...mail });
  if (world.mails.length > world.settings.logEntries) world.mails.shift();
}

/** Whether a change of this event is mailed: the organiser's copy of something with attendees. */
export function isOwnMeeting(event: StoredEvent): boolean {
  return event.isOrganizer && event.attendees.length > 0;
}

/**
 * The organiser's mailbox tells attendees about a new or changed meeting. Cannot be switched off (graph-facts 1.1). Mailboxes we
 * know get the request after the transport's delay.
 */
export function sendRequests(
  world: World,
  mailbox: Mailbox,
  event: StoredEvent,
  kind: 'invitation' | 'update',
  cause: MailCause,
  to: readonly Attendee[] = event.attendees,
): void {
  if (!event.isOrganizer || to.length === 0) return;
  const addresses = to.map((attendee) => attendee.emailAddress.address);
  logMail(world, { kind, from: mailbox.address, to: addresses, iCalUId: event.iCalUId, cause });
  for (const address of addresses) {
    const receiver = findMailbox(world, address);
    if (receiver && receiver !== mailbox) {
      world.jobs.add(world.clock.now() + world.settings.attendant.arrival, {
        kind: 'request',
        mailbox: receiver.id,
        from: mailbox.id,
        core: event.core,
      });
    }
  }
}

/** The organiser's mailbox tells attendees that a meeting is off, or that they are no longer invited. */
export function sendCancellations(
  world: World,
  mailbox: Mailbox,
  event: StoredEvent,
  cause: MailCause,
  to: readonly Attendee[] = event.attendees,
): void {
  if (!event.isOrganizer || event.isCancelled || to.length === 0) return;
  const addresses = to.map((attendee) => attendee.emailAddress.address);
  logMail(world, { kind: 'cancellation', from: mailbox.address, to: addresses, iCalUId: event.iCalUId, cause });
  for (const address of addresses) {
    const receiver = findMailbox(world, address);
    if (receiver && receiver !== mailbox) {
      world.jobs.add(world.clock.now() + world.settings.attendant.arrival, {
        kind: 'cancellation',
        mailbox: receiver.id,
        iCalUId: event.iCalUId,
      });
    }
  }
}

/** The live copy of a meeting in a mailbox. */
export function copyOf(mailbox: Mailbox, iCalUId: string): StoredEvent | undefined {
  for (const event of mailbox.events.values()) {
    if (event.iCalUId === iCalUId && event.deletedAt === null) return event;
  }
  return undefined;
}

export type MeetingResponse = 'accepted' | 'tentativelyAccepted' | 'declined';

/** An attendee's answer: noted on the organiser's copy, and mailed when wanted. */
export function respond(
  world: World,
  mailbox: Mailbox,
  event: StoredEvent,
  response: MeetingResponse,
  mail: { send: boolean; cause: MailCause },
): void {
  const time = new Date(world.clock.now()).toISOString();
  if (mail.send) {
    logMail(world, {
      kind: 'response',
      from: mailbox.address,
      to: [event.organizer.address],
      iCalUId: event.iCalUId,
      cause: mail.cause,
    });
    const organiser = findMailbox(world, event.organizer.address);
    const original = organiser && copyOf(organiser, event.iCalUId);
    const address = mailbox.address.toLowerCase();
    const entry = original?.attendees.find((each) => each.emailAddress.address.toLowerCase() === address);
    if (entry) entry.status = { response, time };
  }
  event.response = { response, time };
}
