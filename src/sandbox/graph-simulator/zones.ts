import { IANAZone } from 'luxon';
import { WINDOWS_TO_IANA_MAP } from 'windows-iana';
import { Refusal } from './wire.ts';

/** The additional names of learn.microsoft.com/graph/api/resources/datetimetimezone; Europe/Oslo is not among them. */
const PUBLISHED_IANA_ZONES: readonly string[] = [
  ...'Etc/GMT+12 Etc/GMT+11 Pacific/Honolulu America/Anchorage America/Santa_Isabel America/Los_Angeles'.split(' '),
  ...'America/Phoenix America/Chihuahua America/Denver America/Guatemala America/Chicago America/Mexico_City'.split(
    ' ',
  ),
  ...'America/Regina America/Bogota America/New_York America/Indiana/Indianapolis America/Caracas'.split(' '),
  ...'America/Asuncion America/Halifax America/Cuiaba America/La_Paz America/Santiago America/St_Johns'.split(' '),
  ...'America/Sao_Paulo America/Argentina/Buenos_Aires America/Cayenne America/Godthab America/Montevideo'.split(' '),
  ...'America/Bahia Etc/GMT+2 Atlantic/Azores Atlantic/Cape_Verde Africa/Casablanca Etc/GMT Europe/London'.split(' '),
  ...'Atlantic/Reykjavik Europe/Berlin Europe/Budapest Europe/Paris Europe/Warsaw Africa/Lagos'.split(' '),
  ...'Africa/Windhoek Europe/Bucharest Asia/Beirut Africa/Cairo Asia/Damascus Africa/Johannesburg'.split(' '),
  ...'Europe/Kyiv Europe/Kiev Europe/Istanbul Asia/Jerusalem Asia/Amman Asia/Baghdad Europe/Kaliningrad'.split(' '),
  ...'Asia/Riyadh Africa/Nairobi Asia/Tehran Asia/Dubai Asia/Baku Europe/Moscow Indian/Mauritius'.split(' '),
  ...'Asia/Tbilisi Asia/Yerevan Asia/Kabul Asia/Karachi Asia/Toshkent Asia/Tashkent Asia/Kolkata'.split(' '),
  ...'Asia/Colombo Asia/Kathmandu Asia/Astana Asia/Almaty Asia/Dhaka Asia/Yekaterinburg Asia/Yangon'.split(' '),
  ...'Asia/Rangoon Asia/Bangkok Asia/Novosibirsk Asia/Shanghai Asia/Krasnoyarsk Asia/Singapore'.split(' '),
  ...'Australia/Perth Asia/Taipei Asia/Ulaanbaatar Asia/Irkutsk Asia/Tokyo Asia/Seoul Australia/Adelaide'.split(' '),
  ...'Australia/Darwin Australia/Brisbane Australia/Sydney Pacific/Port_Moresby Australia/Hobart'.split(' '),
  ...'Asia/Yakutsk Pacific/Guadalcanal Asia/Vladivostok Pacific/Auckland Etc/GMT-12 Pacific/Fiji'.split(' '),
  ...'Asia/Magadan Pacific/Tongatapu Pacific/Apia Pacific/Kiritimati'.split(' '),
];

/** Names of that list which no time-zone database knows. */
const RENAMED: Readonly<Record<string, string>> = { 'Asia/Toshkent': 'Asia/Tashkent', 'Asia/Astana': 'Asia/Almaty' };

const HALF_HOUR = 1_800_000;
const DAY = 86_400_000;

export interface Zone {
  readonly name: string;
  /** Milliseconds to add to UTC at that moment. */
  offsetAt(epochMs: number): number;
}

export interface Zones {
  /** The zone of a name as Graph accepts it; unknown: 400 `TimeZoneNotSupportedException`. */
  resolve(name: unknown): Zone;
  /** Windows names known, for `supportedTimeZones`. */
  windowsNames(): readonly string[];
}

/** Wall clock of a moment, both as "milliseconds since 1970" numbers. */
export function wallOf(epochMs: number, zone: Zone): number {
  return epochMs + zone.offsetAt(epochMs);
}

/**
 * The moment a wall clock shows `wallMs`. In a gap the clock is read as before the change (02:30 becomes 03:30); of two
 * candidates the later one, standard time, is taken, as .NET does. [unconfirmed]
 */
export function epochOfWall(wallMs: number, zone: Zone): number {
  const before = zone.offsetAt(wallMs - DAY);
  const after = zone.offsetAt(wallMs + DAY);
  if (before === after) return wallMs - before;
  const early = wallMs - before;
  const late = wallMs - after;
  const earlyFits = zone.offsetAt(early) === before;
  const lateFits = zone.offsetAt(late) === after;
  if (earlyFits && lateFits) return Math.max(early, late);
  return lateFits ? late : early;
}

function createZone(name: string, iana: string): Zone {
  const zone = IANAZone.create(iana);
  const offsets = new Map<number, number>();
  return {
    name,
    offsetAt(epochMs) {
      const slot = Math.floor(epochMs / HALF_HOUR);
      const known = offsets.get(slot);
      if (known !== undefined) return known;
      const offset = zone.offset(slot * HALF_HOUR) * 60_000;
      if (offsets.size > 50_000) offsets.clear();
      offsets.set(slot, offset);
      return offset;
    },
  };
}

/** @param anyIana accept every IANA name, not only the published ones. */
export function createZones(anyIana: boolean): Zones {
  const windows = new Map(
    WINDOWS_TO_IANA_MAP.filter((row) => row.territory === '001').map((row) => [row.windowsName as string, row.iana[0]]),
  );
  const published = new Set(PUBLISHED_IANA_ZONES);
  const resolved = new Map<string, Zone>([['UTC', { name: 'UTC', offsetAt: () => 0 }]]);

  function find(name: string): Zone | undefined {
    const iana = windows.get(name) ?? (published.has(name) || anyIana ? (RENAMED[name] ?? name) : undefined);
    return iana !== undefined && IANAZone.isValidZone(iana) ? createZone(name, iana) : undefined;
  }

  return {
    windowsNames: () => ['UTC', ...windows.keys()],
    resolve(name) {
      const known = typeof name === 'string' ? resolved.get(name) : undefined;
      if (known) return known;
      const zone = typeof name === 'string' ? find(name) : undefined;
      if (!zone) {
        throw new Refusal(
          400,
          'TimeZoneNotSupportedException',
          `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${String(name)}'.`,
        );
      }
      resolved.set(zone.name, zone);
      return zone;
    },
  };
}
