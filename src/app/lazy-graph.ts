import type { Graph, GraphDeps } from '../graph/graph.ts';
import type { GraphSettings } from '../graph/settings.ts';
import type { RoomCalendars } from '../sync/ports.ts';

/** The gateway to Graph, loaded with its first use: SDK and credentials cost the start of a worker nothing (D9). */
export type LazyGraph = () => Promise<Graph>;

export function lazyGraph(settings: GraphSettings, deps: GraphDeps): LazyGraph {
  let loaded: Promise<Graph> | null = null;
  const load = async (): Promise<Graph> => (await import('../graph/graph.ts')).createGraph(settings, deps);
  return () => {
    loaded ??= load().catch((error) => {
      loaded = null;
      throw error;
    });
    return loaded;
  };
}

export function lazyCalendars(graph: LazyGraph): RoomCalendars {
  const calendars = async (): Promise<RoomCalendars> => (await graph()).calendars;
  return {
    write: async (...args) => (await calendars()).write(...args),
    getEvents: async (...args) => (await calendars()).getEvents(...args),
    findByMarker: async (...args) => (await calendars()).findByMarker(...args),
    readWindow: async (...args) => (await calendars()).readWindow(...args),
    readWindows: async (...args) => (await calendars()).readWindows(...args),
    readDelta: async (...args) => (await calendars()).readDelta(...args),
    readInstances: async (...args) => (await calendars()).readInstances(...args),
  };
}
