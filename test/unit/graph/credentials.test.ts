import type { TokenCredential } from '@azure/identity';
import { SyncError } from '../../../src/domain/errors.ts';
import { type CredentialSdks, createTokenSource } from '../../../src/graph/credentials.ts';
import { type GraphCredential, resolveEndpoint } from '../../../src/graph/settings.ts';
import { createVirtualClock } from '../../../src/sandbox/virtual-clock.ts';
import { NOON, recordLog, tokenOf } from './scripted-graph.ts';

const APP = { kind: 'client-secret', tenantId: 'tenant', clientId: 'client' } as const;
const VAULT = { vaultUrl: 'https://kv.vault.azure.net', name: 'graph-secret' };
const HOUR = 3_600_000;

interface Made {
  readonly kind: string;
  readonly options: unknown;
}

/** The two SDKs, as far as they are used: what is made with which arguments, and what it answers. */
function fakeSdks(answers: {
  token?: (made: Made, claims: string | undefined) => ReturnType<TokenCredential['getToken']>;
  secret?: () => string;
}) {
  const made: Made[] = [];
  const loaded: string[] = [];
  const make = (kind: string, ...options: unknown[]): TokenCredential => {
    const entry = { kind, options };
    made.push(entry);
    return {
      getToken: async (_scopes, { claims } = {}) => answers.token?.(entry, claims) ?? tokenOf('token', NOON + HOUR),
    };
  };
  const credentialClass = (kind: string) =>
    function credential(...options: unknown[]) {
      return make(kind, ...options);
    };
  class SecretClient {
    readonly url: string;
    constructor(url: string) {
      this.url = url;
    }
    async getSecret(name: string) {
      loaded.push(`${this.url}/${name}`);
      return { value: answers.secret?.() ?? 'from-vault' };
    }
  }
  const identity = {
    ClientSecretCredential: credentialClass('client-secret'),
    DefaultAzureCredential: credentialClass('default'),
    ManagedIdentityCredential: credentialClass('managed-identity'),
  };
  const sdks = { identity: async () => identity, vault: async () => ({ SecretClient }) } as unknown as CredentialSdks;
  return { sdks, made, loaded };
}

function setUp(credential: GraphCredential, answers: Parameters<typeof fakeSdks>[0] = {}) {
  const clock = createVirtualClock(NOON);
  const log = recordLog();
  const { sdks, made, loaded } = fakeSdks(answers);
  const endpoint = resolveEndpoint({ credential, cloud: 'usgov', baseUrl: null });
  return { tokens: createTokenSource(credential, endpoint, { clock, log, sdks }), clock, log, made, loaded };
}

describe('the credential that is used', () => {
  test('managed identity, with the client id of a user-assigned one', async () => {
    const named = setUp({ kind: 'managed-identity', clientId: 'abc' });
    await named.tokens.token();
    expect(named.made).toEqual([{ kind: 'managed-identity', options: [{ clientId: 'abc' }] }]);
    const unnamed = setUp({ kind: 'managed-identity', clientId: null });
    await unnamed.tokens.token();
    expect(unnamed.made).toEqual([{ kind: 'managed-identity', options: [{}] }]);
  });

  test('client secret, signing in at the authority of the cloud', async () => {
    const { tokens, made } = setUp({ ...APP, secret: { value: 'hush' } });
    await tokens.token();
    const options = ['tenant', 'client', 'hush', { authorityHost: 'https://login.microsoftonline.us' }];
    expect(made).toEqual([{ kind: 'client-secret', options }]);
  });

  test('the login of a developer', async () => {
    const { tokens, made } = setUp({ kind: 'developer', tenantId: 'tenant' });
    await tokens.token();
    expect(made[0]).toMatchObject({ kind: 'default', options: [{ tenantId: 'tenant' }] });
  });

  test('is neither loaded nor made before the first token', () => {
    const { made, loaded } = setUp({ ...APP, secret: VAULT });
    expect([made, loaded]).toEqual([[], []]);
  });
});

describe('tokens', () => {
  test('are kept until shortly before they expire', async () => {
    let count = 0;
    const credential = { kind: 'managed-identity', clientId: null } as const;
    const { tokens, clock } = setUp(credential, {
      token: async () => tokenOf(`token-${++count}`, clock.now() + HOUR),
    });
    expect(await tokens.token()).toBe('token-1');
    clock.advanceTo(NOON + HOUR - 2 * 60_000 - 1);
    expect(await tokens.token()).toBe('token-1');
    clock.advanceTo(NOON + HOUR - 2 * 60_000);
    expect(await tokens.token()).toBe('token-2');
  });

  test('are acquired once for all who wait', async () => {
    let count = 0;
    const credential = { kind: 'managed-identity', clientId: null } as const;
    const { tokens } = setUp(credential, { token: async () => tokenOf(`token-${++count}`) });
    expect(await Promise.all([tokens.token(), tokens.token(), tokens.token()])).toEqual(Array(3).fill('token-1'));
  });

  test('that were refused are replaced once, even when several requests were refused', async () => {
    let count = 0;
    const credential = { kind: 'managed-identity', clientId: null } as const;
    const { tokens } = setUp(credential, { token: async () => tokenOf(`token-${++count}`) });
    await tokens.token();
    const refused = { token: 'token-1', claims: null };
    await tokens.token(refused);
    expect(await tokens.token(refused)).toBe('token-2');
  });

  test('are asked for again after a failure', async () => {
    let count = 0;
    const credential = { kind: 'managed-identity', clientId: null } as const;
    const { tokens } = setUp(credential, {
      token: async () => {
        count += 1;
        if (count === 1) throw new Error('socket hang up');
        return tokenOf('token');
      },
    });
    await expect(tokens.token()).rejects.toMatchObject({ kind: 'transient' });
    expect(await tokens.token()).toBe('token');
  });
});

describe('a secret in Key Vault', () => {
  test('is read once in ten minutes', async () => {
    const { tokens, clock, loaded } = setUp(
      { ...APP, secret: VAULT },
      { token: async () => tokenOf('t', clock.now()) },
    );
    await tokens.token();
    clock.advanceTo(NOON + 9 * 60_000);
    await tokens.token();
    expect(loaded).toEqual(['https://kv.vault.azure.net/graph-secret']);
    clock.advanceTo(NOON + 10 * 60_000);
    await tokens.token();
    expect(loaded).toHaveLength(2);
  });

  test('stays in use while the vault does not answer, and a warning is left', async () => {
    let isDown = false;
    const { tokens, clock, made, log } = setUp(
      { ...APP, secret: VAULT },
      {
        token: async () => tokenOf('t', clock.now()),
        secret: () => {
          if (isDown) throw Object.assign(new Error('down'), { statusCode: 503 });
          return 'hush';
        },
      },
    );
    await tokens.token();
    isDown = true;
    clock.advanceTo(NOON + HOUR);
    await tokens.token();
    expect(made.filter(({ kind }) => kind === 'client-secret')).toHaveLength(1);
    expect(log.lines).toMatchObject([{ level: 'warn' }]);
    expect(JSON.stringify(log.lines)).not.toContain('hush');
  });

  test('is read again at once when the sign-in refuses it: it may have been rotated', async () => {
    const secrets = ['old', 'new'];
    const { tokens, made } = setUp(
      { ...APP, secret: VAULT },
      {
        token: async ({ options }) => {
          if ((options as string[])[2] === 'old')
            throw signInError('AADSTS7000222: The provided client secret has expired');
          return tokenOf('fresh');
        },
        secret: () => secrets.shift() ?? 'none',
      },
    );
    expect(await tokens.token()).toBe('fresh');
    expect(made.filter(({ kind }) => kind === 'client-secret')).toHaveLength(2);
  });

  test.each([
    [404, 'misconfigured', 'KEY_VAULT_URL'],
    [403, 'access-denied', 'Key Vault Secrets User'],
    [500, 'transient', 'Key Vault'],
  ])('that cannot be read the first time (%s) is %s', async (statusCode, kind, words) => {
    const { tokens } = setUp(
      { ...APP, secret: VAULT },
      {
        secret: () => {
          throw Object.assign(new Error('vault'), { statusCode });
        },
      },
    );
    await expect(tokens.token()).rejects.toMatchObject({ kind, message: expect.stringContaining(words) });
  });
});

describe('S115: a sign-in that fails', () => {
  test.each([
    ['AADSTS7000215: Invalid client secret provided.', 'access-denied', 'GRAPH_CLIENT_SECRET'],
    ['AADSTS7000222: The provided client secret keys are expired.', 'access-denied', 'GRAPH_CLIENT_SECRET'],
    ['AADSTS700016: Application with identifier was not found.', 'access-denied', 'GRAPH_CLIENT_ID'],
    ['AADSTS90002: Tenant not found.', 'access-denied', 'GRAPH_TENANT_ID'],
    ['AADSTS900023: Specified tenant identifier is not valid.', 'access-denied', 'GRAPH_TENANT_ID'],
    ['AADSTS50105: something else', 'access-denied', 'GRAPH_CREDENTIAL'],
  ])('with %s names %s', async (message, kind, field) => {
    const { tokens } = setUp(
      { ...APP, secret: { value: 'hush' } },
      { token: () => Promise.reject(signInError(message)) },
    );
    const error = await tokens.token().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SyncError);
    expect(error).toMatchObject({ kind, field, code: message.split(':')[0] });
    expect((error as SyncError).message).not.toContain('hush');
  });

  test('because no identity is there says what to set or do', async () => {
    const unavailable = () => Promise.reject(Object.assign(new Error('none'), { name: 'CredentialUnavailableError' }));
    const onAzure = setUp({ kind: 'managed-identity', clientId: null }, { token: unavailable });
    await expect(onAzure.tokens.token()).rejects.toMatchObject({
      kind: 'misconfigured',
      message: expect.stringContaining('GRAPH_CLIENT_ID'),
    });
    const atHome = setUp({ kind: 'developer', tenantId: null }, { token: unavailable });
    await expect(atHome.tokens.token()).rejects.toMatchObject({ message: expect.stringContaining('az login') });
  });

  test.each([500, 503])('with %s of the sign-in service is transient', async (statusCode) => {
    const down = Object.assign(new Error('down'), { name: 'AuthenticationError', statusCode });
    const { tokens } = setUp({ kind: 'managed-identity', clientId: null }, { token: () => Promise.reject(down) });
    await expect(tokens.token()).rejects.toMatchObject({ kind: 'transient' });
  });
});

function signInError(message: string): Error {
  return Object.assign(new Error(message), { name: 'AuthenticationError', statusCode: 401 });
}
