import type { Mailbox } from './mailbox.ts';
import type { Attendee, StoredEvent } from './model.ts';
import type { Mail, MailboxJob, MailCause, World } from './world.ts';
import { findMailbox } from './world.ts';

/** Notes a mail; the oldest entries are dropped, but never one that a request caused: it would be the proof against R9. */
function logMail(world: World, mail: Omit<Mail, 'at'>): void {
  world.mails.push({ at: world.clock.now(), ...mail });
  world.mailCounts[mail.cause]++;
  if (world.mails.length <= world.settings.logEntries) return;
  const oldest = world.mails.findIndex((each) => each.cause !== 'graph');
  if (oldest >= 0) world.mails.splice(oldest, 1);
}

/** Whether a change of this event is mailed: the organiser's copy of something with attendees. */
export function isOwnMeeting(event: StoredEvent): boolean {
  return event.isOrganizer && event.attendees.length > 0;
}

/** Who is told, why, and about which occurrence. */
export interface Telling {
  readonly cause: MailCause;
  /** Default: all attendees. */
  readonly to?: readonly Attendee[];
  /** Default: the whole event or series. */
  readonly date?: string | null;
}

/** Mails the attendees and hands a job to the mailboxes among them that we know. */
function tell(
  world: World,
  mailbox: Mailbox,
  event: StoredEvent,
  kind: Mail['kind'],
  telling: Telling,
  jobFor: (receiver: Mailbox, date: string | null) => MailboxJob,
): void {
  const to = (telling.to ?? event.attendees).map((attendee) => attendee.emailAddress.address);
  if (!event.isOrganizer || to.length === 0) return;
  logMail(world, { kind, from: mailbox.address, to, iCalUId: event.iCalUId, cause: telling.cause });
  for (const address of to) {
    const receiver = findMailbox(world, address);
    if (!receiver || receiver === mailbox) continue;
    world.jobs.add(world.clock.now() + world.settings.attendant.arrival, jobFor(receiver, telling.date ?? null));
  }
}

/**
 * The organiser's mailbox tells attendees about a new or changed meeting. Cannot be switched off. Mailboxes we
 * know get the request after the transport's delay.
 */
export function sendRequests(
  world: World,
  mailbox: Mailbox,
  event: StoredEvent,
  kind: 'invitation' | 'update',
  telling: Telling,
): void {
  tell(world, mailbox, event, kind, telling, (receiver, date) => ({
    kind: 'request',
    mailbox: receiver.id,
    from: mailbox.id,
    core: event.core,
    date,
  }));
}

/** The organiser's mailbox tells attendees that a meeting is off, or that they are no longer invited. */
export function sendCancellations(world: World, mailbox: Mailbox, event: StoredEvent, telling: Telling): void {
  if (event.isCancelled) return;
  tell(world, mailbox, event, 'cancellation', telling, (receiver, date) => ({
    kind: 'cancellation',
    mailbox: receiver.id,
    iCalUId: event.iCalUId,
    date,
  }));
}

/** The live copy of a meeting in a mailbox. */
export function copyOf(mailbox: Mailbox, iCalUId: string): StoredEvent | undefined {
  return mailbox.byICalUId.get(iCalUId);
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
