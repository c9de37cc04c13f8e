import { z } from 'zod';
import { DEFAULT_CONTENT_SETTINGS } from '../domain/content-settings.ts';
import { CONFLICT_POLICIES } from '../domain/occupancy.ts';
import type { ReservationType } from '../domain/reservation.ts';
import { flag, oneOf, optionalSetting, setting, text, whole } from './fields.ts';

const positiveId = whole(1, 2_147_483_647);

export const window = {
  WINDOW_PAST_DAYS: setting(whole(0, 60), {
    section: 'What is kept equal',
    description: 'Days before now that are kept equal.',
    default: '1',
  }),
  WINDOW_FUTURE_DAYS: setting(whole(1, 1825), {
    section: 'What is kept equal',
    description: 'Days from now that are kept equal; a room may have its own number.',
    default: '365',
  }),
  CONFLICT_POLICY: setting(oneOf(CONFLICT_POLICIES), {
    section: 'What is kept equal',
    description:
      'When a reservation gives way to better ones in the same room: `covered` = they fill all of its time, `exact` = same time, `overlap` = any overlap, `none` = never.',
    default: 'covered',
  }),
  OUTLOOK_EDIT_POLICY: setting(oneOf(['merge', 'revert', 'manual']), {
    section: 'What is kept equal',
    description:
      'What an edit in Outlook does: `merge` = taken over per field, `revert` = undone by the next push, `manual` = listed as a conflict.',
    default: 'merge',
  }),
  OUTLOOK_DELETE_POLICY: setting(oneOf(['cancel', 'recreate']), {
    section: 'What is kept equal',
    description: 'What a deletion in Outlook does: `cancel` the reservation or `recreate` the event.',
    default: 'cancel',
  }),
  DECLINE_ROOM_COPIES: setting(flag, {
    section: 'What is kept equal',
    description:
      "Decline the room's copy of a person's meeting when its reservation is cancelled. Exchange then mails the organiser: the one act that does.",
    default: 'false',
  }),
};

export const imports = {
  IMPORT_ON_OVERLAP: setting(oneOf(['conflict', 'create']), {
    section: 'Imports from Outlook',
    description:
      'An Outlook event that overlaps an existing event: list it as a `conflict` or `create` it all the same.',
    default: 'conflict',
  }),
  IMPORT_TENTATIVE: setting(flag, {
    section: 'Imports from Outlook',
    description: 'Import meetings the room has not accepted yet.',
    default: 'false',
  }),
  IMPORT_FREE: setting(flag, {
    section: 'Imports from Outlook',
    description: 'Import events shown as free or working elsewhere.',
    default: 'false',
  }),
  PRIVATE_IMPORT_TITLE: optionalSetting(text, {
    section: 'Imports from Outlook',
    description: 'Title given to private Outlook events; without it they keep their own.',
    example: 'Reserved',
  }),
  IMPORT_PRIVATE_BODY: setting(flag, {
    section: 'Imports from Outlook',
    description: 'Import the text of private Outlook events too.',
    default: 'false',
  }),
  DEFAULT_ACTIVITY_ID: optionalSetting(positiveId, {
    section: 'Imports from Outlook',
    description: 'Activity of imported events; without it "Outlook Import" is looked up and made when missing.',
    example: '47',
  }),
  DEFAULT_AGEGROUP_ID: optionalSetting(positiveId, {
    section: 'Imports from Outlook',
    description: 'Age group of imported events; without it the first active one of the activity.',
    example: '2',
  }),
  DEFAULT_AUDIENCE_ID: optionalSetting(positiveId, {
    section: 'Imports from Outlook',
    description: 'Target audience of imported events; without it the first active one of the activity.',
    example: '2',
  }),
};

const PLACEHOLDERS = ['name', 'description', 'group', 'organization', 'resource', 'building'];

const placeholders = z.string().superRefine((value, context) => {
  const unknown = [...value.matchAll(/\{([^{}]*)\}/g)]
    .map(([, name = '']) => name)
    .filter((name) => !PLACEHOLDERS.includes(name));
  if (unknown.length > 0) {
    context.addIssue({
      code: 'custom',
      message: `may only hold the placeholders ${PLACEHOLDERS.map((name) => `{${name}}`).join(' ')}`,
    });
  }
});

export const texts = {
  ...subjectsAndBodies(),
  PRIVATE_TITLE: optionalSetting(text, {
    section: 'Texts',
    description:
      'Title in Outlook of reservations that are not public; without it they keep their own and are marked private.',
    example: 'Reserved',
  }),
  INCLUDE_CONTACT: setting(flag, {
    section: 'Texts',
    description: "End the text in Outlook with the contact person's name and address.",
    default: 'false',
  }),
  INCLUDE_LOCATION: setting(flag, {
    section: 'Texts',
    description: 'Write "room, building" as the location in Outlook.',
    default: 'true',
  }),
  BODY_LIMIT: setting(whole(100, 100_000), {
    section: 'Texts',
    description: 'Longest text in either direction, in characters.',
    default: String(DEFAULT_CONTENT_SETTINGS.bodyLimit),
  }),
  ALL_DAY_END: setting(oneOf(['same-day', 'next-day']), {
    section: 'Texts',
    description:
      'How an imported all-day event ends: 23:59 of its last day (`same-day`) or 00:00 of the next (`next-day`).',
    default: DEFAULT_CONTENT_SETTINGS.allDayEnd,
  }),
};

/** `SUBJECT_EVENT`, `BODY_BOOKING`, ...: one title and one text template per kind of reservation. */
function subjectsAndBodies() {
  const template = (kind: 'subject' | 'body', type: ReservationType) =>
    setting(placeholders, {
      section: 'Texts',
      description: `${kind === 'subject' ? 'Title' : 'Text'} in Outlook of ${type}s. Placeholders: ${PLACEHOLDERS.map((name) => `\`{${name}}\``).join(' ')}.`,
      default: DEFAULT_CONTENT_SETTINGS[kind][type],
    });
  return {
    SUBJECT_EVENT: template('subject', 'event'),
    SUBJECT_BOOKING: template('subject', 'booking'),
    SUBJECT_ALLOCATION: template('subject', 'allocation'),
    BODY_EVENT: template('body', 'event'),
    BODY_BOOKING: template('body', 'booking'),
    BODY_ALLOCATION: template('body', 'allocation'),
  };
}

export const safety = {
  BRAKE_COUNT: setting(whole(0, 1_000_000), {
    section: 'Safety and pace',
    description:
      'Cancellations within 24 h, per room and over all rooms, from which the brake holds the rest for approval (together with `BRAKE_PERCENT`).',
    default: '10',
  }),
  BRAKE_PERCENT: setting(whole(0, 100), {
    section: 'Safety and pace',
    description: 'The same as a share of the live mappings, in percent; both must be passed.',
    default: '20',
  }),
  LEASE_SECONDS: setting(whole(15, 600), {
    section: 'Safety and pace',
    description: 'How long a worker holds a room before it must prolong its lease.',
    default: '60',
  }),
  ROOM_CONCURRENCY: setting(whole(1, 100), {
    section: 'Safety and pace',
    description:
      'Rooms one worker writes to side by side, one request under way in each. Exchange limits every mailbox by itself, so rooms do not slow each other down, and 100 is the number leased together: fewer only make the last ones wait. Lower it where outbound connections are scarce.',
    default: '100',
  }),
  RUN_SECONDS: setting(whole(10, 225), {
    section: 'Safety and pace',
    description: 'Longest time one call or timer works before it stops gracefully. Azure cuts HTTP answers at 230 s.',
    default: '200',
  }),
  JOURNAL_RETENTION_DAYS: setting(whole(1, 3650), {
    section: 'Safety and pace',
    description: 'Days the journal keeps the content of changes; without it undo is not possible.',
    default: '30',
  }),
};
