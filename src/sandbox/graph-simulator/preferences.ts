import { badRequest, headerOf } from './wire.ts';
import type { Zone, Zones } from './zones.ts';

/** The `Prefer` header, understood. */
export interface Preferences {
  readonly immutableIds: boolean;
  readonly zone: Zone;
  readonly bodyType: 'text' | 'html';
  readonly maxPageSize: number | null;
  /** What `Preference-Applied` answers. */
  readonly applied: string;
}

export type PreferenceReader = (headers: Readonly<Record<string, string>>) => Preferences;

/** Splits at commas outside quotes. */
function partsOf(header: string): string[] {
  return header.match(/(?:[^,"]|"[^"]*")+/g)?.map((part) => part.trim()) ?? [];
}

/**
 * Reads `Prefer` headers, remembering those seen before: there are few, and each comes with every request.
 * Unknown preferences are ignored, as HTTP demands; an unknown zone is 400.
 */
export function createPreferenceReader(zones: Zones): PreferenceReader {
  const seen = new Map<string, Preferences>();

  function read(header: string): Preferences {
    const applied: string[] = [];
    let immutableIds = false;
    let zone = zones.resolve('UTC');
    let bodyType: 'text' | 'html' = 'html';
    let maxPageSize: number | null = null;
    for (const part of partsOf(header)) {
      const [name = '', raw = ''] = part.split(/=(.*)/s);
      const value = raw.replace(/^"|"$/g, '');
      switch (name.trim().toLowerCase()) {
        case 'idtype':
          immutableIds = value === 'ImmutableId';
          break;
        case 'outlook.timezone':
          zone = zones.resolve(value);
          break;
        case 'outlook.body-content-type':
          bodyType = value.toLowerCase() === 'text' ? 'text' : 'html';
          break;
        case 'odata.maxpagesize':
          maxPageSize = Number(value);
          if (!(Number.isInteger(maxPageSize) && maxPageSize > 0)) {
            throw badRequest(`The preference odata.maxpagesize='${value}' is invalid.`);
          }
          break;
        default:
          continue;
      }
      applied.push(part);
    }
    return { immutableIds, zone, bodyType, maxPageSize, applied: applied.join(', ') };
  }

  return (headers) => {
    const header = headerOf(headers, 'prefer') ?? '';
    const known = seen.get(header);
    if (known) return known;
    const preferences = read(header);
    if (seen.size > 1_000) seen.clear();
    seen.set(header, preferences);
    return preferences;
  };
}
