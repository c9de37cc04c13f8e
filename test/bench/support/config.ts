import { type Config, type Environment, loadConfig } from '../../../src/config.ts';

export const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The service's own defaults over SQLite and a Graph at `baseUrl`. */
export function benchConfig(baseUrl: string, settings: Environment = {}): Config {
  return loadConfig({ SQLITE_FILE: ':memory:', GRAPH_CREDENTIAL: 'none', GRAPH_BASE_URL: baseUrl, ...settings });
}

/** A Graph where nobody listens, for what never asks it. */
export const NO_GRAPH = 'http://localhost:1';
