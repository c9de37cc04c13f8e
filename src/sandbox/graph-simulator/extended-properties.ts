import { badRequest } from './wire.ts';

const NAMED = /^([A-Za-z]+) \{([0-9a-fA-F-]{36})\} (Name|Id) (.+)$/;
const TAGGED = /^([A-Za-z]+) (0x[0-9a-fA-F]{1,8})$/;

/**
 * One form per property: type and name are case-sensitive, the GUID is not.
 * @throws Refusal 400 for anything that is no property id.
 */
export function normalisePropertyId(id: unknown): string {
  const text = typeof id === 'string' ? id : '';
  const named = NAMED.exec(text);
  if (named) return `${named[1]} {${(named[2] as string).toLowerCase()}} ${named[3]} ${named[4]}`;
  const tagged = TAGGED.exec(text);
  if (tagged) return `${tagged[1]} ${(tagged[2] as string).toLowerCase()}`;
  throw badRequest(`The extended property id '${text}' is malformed.`, 'ErrorInvalidExtendedProperty');
}

/** `singleValueExtendedProperties` of a request body. */
export function readProperties(value: unknown): Record<string, string> {
  if (!Array.isArray(value))
    throw badRequest("'singleValueExtendedProperties' must be a collection.", 'RequestBodyRead');
  const properties: Record<string, string> = {};
  for (const entry of value as { id?: unknown; value?: unknown }[]) {
    if (typeof entry?.value !== 'string')
      throw badRequest('An extended property needs a string value.', 'RequestBodyRead');
    properties[normalisePropertyId(entry.id)] = entry.value;
  }
  return properties;
}
