import type { Query } from './call.ts';
import { normalisePropertyId } from './extended-properties.ts';
import { badRequest } from './wire.ts';

/** What `$expand` asks for. */
export interface Expansion {
  /** Extended properties named by the inner filter; without one nothing comes back. */
  readonly properties: readonly string[] | null;
  readonly exceptionOccurrences: boolean;
}

const NOTHING: Expansion = { properties: null, exceptionOccurrences: false };

/** Cuts at commas that stand outside parentheses and quotes. */
function topLevelParts(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "'") quoted = !quoted;
    else if (quoted) continue;
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map((part) => part.trim());
}

function readPropertyFilter(filter: string): string[] {
  return filter.split(/ or /i).map((condition) => {
    const match = /^\s*\(?\s*id eq '((?:[^']|'')*)'\s*\)?\s*$/i.exec(condition);
    if (!match)
      throw badRequest(`The $filter inside $expand is not understood: ${condition}`, 'ErrorInvalidUrlQueryFilter');
    return normalisePropertyId(match[1]);
  });
}

export function readExpand(query: Query): Expansion {
  const text = query['$expand'];
  if (text === undefined) return NOTHING;
  let properties: string[] | null = null;
  let exceptionOccurrences = false;
  for (const part of topLevelParts(text)) {
    const extended = /^singleValueExtendedProperties(?:\(\$filter=(.*)\))?$/i.exec(part);
    if (extended) properties = extended[1] === undefined ? [] : readPropertyFilter(extended[1]);
    else if (part === 'exceptionOccurrences') exceptionOccurrences = true;
    else
      throw badRequest(
        `Could not find a property named '${part}' on type 'microsoft.graph.event'.`,
        'RequestBroker--ParseUri',
      );
  }
  return { properties, exceptionOccurrences };
}

/** `$select` as a list, each name checked; null = everything. */
export function readSelect(query: Query, known: (name: string) => boolean): readonly string[] | null {
  const text = query['$select'];
  if (text === undefined || text === '') return null;
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!known(name)) {
      throw badRequest(
        `Could not find a property named '${name}' on type 'microsoft.graph.event'.`,
        'RequestBroker--ParseUri',
      );
    }
  }
  return names;
}

/** Whether `$orderby` asks for the start time, and in which direction; other orders are refused. */
export function readOrder(query: Query): 'ascending' | 'descending' | null {
  const text = query['$orderby'];
  if (text === undefined) return null;
  const match = /^start\/dateTime(?: (asc|desc))?$/i.exec(text.trim());
  if (!match) throw badRequest(`$orderby='${text}' is not supported here.`, 'ErrorInvalidUrlQuery');
  return match[1]?.toLowerCase() === 'desc' ? 'descending' : 'ascending';
}
