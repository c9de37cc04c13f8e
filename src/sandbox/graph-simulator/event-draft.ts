import { eventCore, iCalUIdOf } from './ids.ts';
import type { Mailbox } from './mailbox.ts';
import type { Person, StoredEvent } from './model.ts';
import type { World } from './world.ts';

const NO_TIME = '0001-01-01T00:00:00Z';

/** An event with Exchange's defaults, not yet in its mailbox. */
export function draftEvent(world: World, mailbox: Mailbox, folder: string, organizer: Person): StoredEvent {
  const number = mailbox.nextNumber++;
  const now = world.clock.now();
  return {
    core: eventCore(world.seed, mailbox.tag, number),
    number,
    folder,
    moves: 0,
    version: 0,
    createdAt: now,
    modifiedAt: now,
    iCalUId: iCalUIdOf(world.seed, ++world.counters.meetings),
    transactionId: null,
    isCancelled: false,
    isOrganizer: true,
    organizer,
    response: { response: 'organizer', time: NO_TIME },
    series: null,
    deletedAt: null,
    purged: false,
    subject: null,
    body: { kind: 'html', content: '' },
    start: 0,
    end: 0,
    isAllDay: false,
    startZone: 'UTC',
    endZone: 'UTC',
    locations: [],
    categories: [],
    showAs: 'busy',
    sensitivity: 'normal',
    importance: 'normal',
    isReminderOn: true,
    reminderMinutes: 15,
    responseRequested: true,
    hideAttendees: false,
    allowNewTimeProposals: true,
    isOnlineMeeting: false,
    onlineMeetingProvider: 'unknown',
    attendees: [],
    properties: {},
  };
}
