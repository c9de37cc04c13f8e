import type { ReservationType } from './reservation.ts';

/** How reservations are worded in Outlook and meetings in the booking system. */
export interface ContentSettings {
  /**
   * Title per type. Placeholders: `{name}` `{description}` `{group}` `{organization}` `{resource}` `{building}`. A title none
   * of whose placeholders has a value falls back to name, description, then `Unnamed Event`.
   */
  readonly subject: Readonly<Record<ReservationType, string>>;
  /** Body per type, same placeholders; one without values falls back to the title. */
  readonly body: Readonly<Record<ReservationType, string>>;
  /** Whether name and address of the contact person end the body. */
  readonly includeContact: boolean;
  /** Title and body of reservations that are not public (E9); null shows their own. */
  readonly privateTitle: string | null;
  /** Longest body in either direction, in characters (E26). */
  readonly bodyLimit: number;
  /** Whether `room, building` is written as the location. */
  readonly location: boolean;
  /** How the end of an imported all-day event is stored: 23:59 of its last day, or 00:00 of the day after (E4). */
  readonly allDayEnd: 'same-day' | 'next-day';
  /** Whether the body of a private Outlook event is imported (E8). */
  readonly importPrivateBody: boolean;
}

export const DEFAULT_CONTENT_SETTINGS: ContentSettings = {
  subject: { event: '{name}', booking: 'Booking - {group}', allocation: 'Allocation - {organization}' },
  body: { event: '{description}', booking: 'Booking for {group}', allocation: 'Allocation for {organization}' },
  includeContact: false,
  privateTitle: null,
  bodyLimit: 10_000,
  location: true,
  allDayEnd: 'same-day',
  importPrivateBody: false,
};

/** What the content rules need to know; the sync settings have all of it. */
export interface ContentRules {
  readonly content: ContentSettings;
  /** IANA zone of every wall clock in the booking system. */
  readonly zone: string;
  /** Replaces the title of private imports; null keeps it (E8). */
  readonly privateImportTitle: string | null;
}
