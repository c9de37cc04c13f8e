/** Wording of titles and bodies: templates with placeholders, filled from a reservation and read back from an edit. */
import type { ContentSettings } from './content-settings.ts';
import type { RoomReservation } from './reservation.ts';
import { decodeEntities, tidyBody, tidyTitle, toPlain, withoutCancellationNote } from './text.ts';

export type Placeholder = 'name' | 'description' | 'group' | 'organization' | 'resource' | 'building';
export type PlaceholderValues = Readonly<Record<Placeholder, string>>;

/** The texts of a reservation: decoded, plain, tidy. Tags in titles are literal text (E23); the cancellation note is dropped (E65). */
export function placeholderValues(reservation: RoomReservation): PlaceholderValues {
  return {
    name: titleText(reservation.name),
    description: tidyBody(withoutCancellationNote(toPlain(reservation.description ?? ''))),
    group: titleText(reservation.groupName),
    organization: titleText(reservation.organizationName),
    resource: titleText(reservation.resourceName),
    building: titleText(reservation.buildingName),
  };
}

/** `template` with its values; blank when it asks for values and none is there. Unknown placeholders stay as they are. */
export function fillTemplate(template: string, values: PlaceholderValues): string {
  let asked = false;
  let found = false;
  const text = template.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    if (!Object.hasOwn(values, name)) return placeholder;
    const value = values[name as Placeholder];
    asked = true;
    found ||= value !== '';
    return value;
  });
  return asked && !found ? '' : text;
}

/**
 * What stands for `placeholder` in `text`, an edited filling of `template`: the wording around it is taken off where it is still
 * there, otherwise all of the text is meant.
 */
export function readTemplate(
  template: string,
  values: PlaceholderValues,
  placeholder: Placeholder,
  text: string,
): string {
  const at = template.indexOf(`{${placeholder}}`);
  if (at === -1) return text;
  const before = fillLiterally(template.slice(0, at), values).trimStart();
  const after = fillLiterally(template.slice(at + placeholder.length + 2), values).trimEnd();
  const rest = text.startsWith(before) ? text.slice(before.length) : text;
  return (after !== '' && rest.endsWith(after) ? rest.slice(0, -after.length) : rest).trim();
}

/** Name and address of the contact person on one line, or '' when they are not wanted or not known. */
export function contactLine(reservation: RoomReservation, settings: ContentSettings): string {
  if (!settings.includeContact) return '';
  return [reservation.contactName, reservation.contactEmail].map(titleText).filter(Boolean).join(', ');
}

function fillLiterally(template: string, values: PlaceholderValues): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? values[name as Placeholder] : placeholder,
  );
}

function titleText(raw: string | null): string {
  return tidyTitle(decodeEntities(raw ?? ''));
}
