import { SyncError } from '../domain/errors.ts';

export type GraphCloud = 'global' | 'usgov' | 'usgov-dod' | 'china';

/** How this app proves who it is. */
export type GraphCredential =
  /** `clientId` of a user-assigned identity; null = the system-assigned one. */
  | { readonly kind: 'managed-identity'; readonly clientId: string | null }
  | {
      readonly kind: 'client-secret';
      readonly tenantId: string;
      readonly clientId: string;
      readonly secret: ClientSecret;
    }
  /** The login of az, azd or an editor. */
  | { readonly kind: 'developer'; readonly tenantId: string | null }
  /** A Graph on this machine that asks for no credential. */
  | { readonly kind: 'none' }
  /** Not set up: every call answers `misconfigured` naming these settings (S23). */
  | { readonly kind: 'missing'; readonly settings: readonly string[] };

export type ClientSecret = { readonly value: string } | { readonly vaultUrl: string; readonly name: string };

export interface GraphSettings {
  readonly credential: GraphCredential;
  readonly cloud: GraphCloud;
  /** Another address of Graph than the cloud has; `http` only on loopback. */
  readonly baseUrl: string | null;
  readonly tuning?: Partial<GraphTuning>;
}

/** Durations in milliseconds. */
export interface GraphTuning {
  /** One HTTP request; a `$batch` counts as one. */
  readonly requestTimeoutMs: number;
  /** Longest `Retry-After` waited for inside a call; anything longer is the caller's to schedule. */
  readonly maxRetryWaitMs: number;
  /** Requests per mailbox and 10 minutes we allow ourselves. */
  readonly mailboxBudget: number;
  /** Mixed-room read batches in flight at once. A hundred rooms, as many as are leased together, take five. */
  readonly readConcurrency: number;
  /** Also recognise the two properties the former service left in events. */
  readonly readHistoricalMarkers: boolean;
  /** Longest life of an event subscription, in minutes. */
  readonly subscriptionMaxMinutes: number;
}

/** Limits of https://learn.microsoft.com/graph/throttling-limits and .../change-notifications-overview. */
export const DEFAULT_TUNING: GraphTuning = {
  requestTimeoutMs: 45_000,
  maxRetryWaitMs: 20_000,
  mailboxBudget: 10_000,
  readConcurrency: 8,
  readHistoricalMarkers: true,
  subscriptionMaxMinutes: 10_080,
};

/** Graph and sign-in endpoints per cloud: https://learn.microsoft.com/graph/deployments */
const CLOUDS: Readonly<Record<GraphCloud, { graph: string; authority: string }>> = {
  global: { graph: 'https://graph.microsoft.com', authority: 'https://login.microsoftonline.com' },
  usgov: { graph: 'https://graph.microsoft.us', authority: 'https://login.microsoftonline.us' },
  'usgov-dod': { graph: 'https://dod-graph.microsoft.us', authority: 'https://login.microsoftonline.us' },
  china: { graph: 'https://microsoftgraph.chinacloudapi.cn', authority: 'https://login.chinacloudapi.cn' },
};

export interface GraphEndpoint {
  /** Without version and trailing slash. */
  readonly origin: string;
  readonly scope: string;
  readonly authority: string;
}

/** Where requests go, which token they need and who issues it. */
export function resolveEndpoint(settings: GraphSettings): GraphEndpoint {
  const cloud = CLOUDS[settings.cloud];
  const origin = (settings.baseUrl ?? cloud.graph).replace(/\/+$/, '').replace(/\/v1\.0$/, '');
  return { origin, scope: `${cloud.graph}/.default`, authority: cloud.authority };
}

/** Whether a URL points at this machine. */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

export interface GraphSettingProblem {
  readonly setting: string;
  readonly problem: string;
}

/** Every setting that is missing or unusable, all at once, by the name a person sets it under (S23). */
export function findGraphProblems(settings: GraphSettings): readonly GraphSettingProblem[] {
  const { credential, baseUrl } = settings;
  const problems: GraphSettingProblem[] = [];
  const add = (setting: string, problem: string) => problems.push({ setting, problem });
  if (baseUrl !== null && !URL.canParse(baseUrl)) {
    add('GRAPH_BASE_URL', 'is not a URL');
  } else if (baseUrl !== null && !baseUrl.startsWith('https://') && !isLoopback(baseUrl)) {
    add('GRAPH_BASE_URL', 'must begin with https://; http:// works only on localhost');
  }
  if (credential.kind === 'missing') {
    for (const setting of credential.settings) add(setting, 'is not set');
  }
  if (credential.kind === 'none' && !isLoopback(resolveEndpoint(settings).origin)) {
    add('GRAPH_CREDENTIAL', 'is none, which works only with a GRAPH_BASE_URL on localhost');
  }
  if (credential.kind === 'client-secret' && isUnresolvedReference(credential.secret)) {
    const grant = 'let the app identity read the vault (role Key Vault Secrets User)';
    add('GRAPH_CLIENT_SECRET', `holds a Key Vault reference that was not resolved; ${grant}`);
  }
  return problems;
}

/** The problems as the one error every call answers with until they are gone. */
export function explainProblems(problems: readonly GraphSettingProblem[]): SyncError {
  const list = problems.map(({ setting, problem }) => `${setting} ${problem}`).join('; ');
  return new SyncError('misconfigured', `Microsoft Graph cannot be called: ${list}.`, {
    field: problems[0]?.setting ?? '',
  });
}

/** App Service hands over the reference itself when it could not read the vault. */
function isUnresolvedReference(secret: ClientSecret): boolean {
  return 'value' in secret && secret.value.startsWith('@Microsoft.KeyVault(');
}
