import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { createAuthority } from '../../../testkit/authority/authority.ts';
import { configLimits } from '../../base/limits.ts';
import { type Config, type ConfigMode, ConfigRefusal, loadConfig } from './config.ts';
import { renderConfigurationDoc } from './page.ts';

type Json = Readonly<Record<string, unknown>>;

interface World {
  readonly folder: string;
  readonly path: string;
  load(value: unknown, options?: { mode?: ConfigMode; environment?: Record<string, string> }): Promise<Config>;
  faultsOf(value: unknown, options?: { mode?: ConfigMode; environment?: Record<string, string> }): Promise<string[]>;
}

async function world(t: TestContext): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'hygie-config-'));
  t.after(() => rm(folder, { recursive: true }));
  // The names of a real authority, without the marker of the test authority.
  for (const name of ['anchor.pem', 'own.pem']) await writeFile(join(folder, name), realLookingAnchor);
  await writeFile(join(folder, 'test.pem'), createAuthority({ name: 'X', at: new Date() }).chainPem);
  const path = join(folder, 'config.json');
  const load: World['load'] = async (value, { mode = 'production', environment = {} } = {}) => {
    await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value));
    return loadConfig({ mode, environment: { HYGIE_CONFIG: path, ...environment } });
  };
  return {
    folder,
    path,
    load,
    async faultsOf(value, options) {
      const fault = await load(value, options).catch((caught: unknown) => caught);
      if (!(fault instanceof ConfigRefusal)) return [];
      return fault.faults.map((one) => one.path);
    },
  };
}

const minimal = {
  operator: { name: 'Cabinet', domains: ['cabinet.mssante.fr'], administrator: 'admin@cabinet.mssante.fr' },
  tls: { certificatePath: 'own.pem', keyPath: 'own-key.pem', authorityPath: 'anchor.pem' },
  http: { publicUrl: 'https://cabinet.fr' },
  trust: {
    anchorPaths: ['anchor.pem'],
    crlUrls: ['http://crl.esante.gouv.fr/ac.crl'],
    whiteList: { url: 'https://espacedeconfiance.mssante.fr/listeblanchemssante.xml' },
  },
  keys: { path: '/etc/hygie/keys' },
};

const sandbox = {
  ...minimal,
  sandbox: true,
  operator: { name: 'Cabinet', domains: ['cabinet.mssante.example'], administrator: 'admin@cabinet.mssante.example' },
  smtp: { host: '127.0.0.1', port: 42025 },
  submission: { host: 'localhost', port: 42587 },
  http: { host: '::1', httpsPort: 42443, plainPort: 42080, publicUrl: 'http://localhost:42080' },
  trust: { ...minimal.trust, anchorPaths: ['test.pem'], whiteList: { path: 'list.xml' } },
};

/** `value` with the key at `path` replaced, or removed when `next` is undefined. */
function edited(value: Json, path: string, next: unknown): Json {
  const [name = '', ...rest] = path.split('.');
  const inner = value[name];
  if (rest.length === 0) return { ...value, [name]: next };
  return {
    ...value,
    [name]: edited(typeof inner === 'object' && inner !== null ? { ...inner } : {}, rest.join('.'), next),
  };
}

describe('a configuration', () => {
  test('of the fewest keys gets its defaults, and absolute paths from its own folder', async (t) => {
    const here = await world(t);
    const config = await here.load(minimal);
    assert.equal(config.sandbox, false);
    assert.equal(config.smtp.port, 25);
    assert.equal(config.limits.undeleteDays, 30);
    assert.equal(config.trust.foreignFrom, 'refuse');
    assert.equal(config.tls.certificatePath, join(here.folder, 'own.pem'));
    assert.deepEqual(config.trust.anchorPaths, [join(here.folder, 'anchor.pem')]);
    assert.deepEqual(config.keys, { kind: 'file', path: '/etc/hygie/keys' });
    assert.deepEqual(config.blobs, { driver: 'files' });
    assert.equal(config.dataFolder, resolve('var'));
  });

  test('tells every fault at once, each with its place and its remedy', async (t) => {
    const here = await world(t);
    const value = {
      ...minimal,
      operator: { name: '', domains: ['Cabinet.fr', 'b.fr', 'b.fr'], administrator: 'nobody' },
      smtp: { prot: 26, port: 70_000, maxSessions: '5' },
      limits: { undeleteDays: 1.5, messageBytes: 1, accountQuotaBytes: -1 },
      trust: { ...minimal.trust, foreignFrom: 'never', crlUrls: 'x' },
      routes: { 'not a domain': { host: 'x' }, 'a.fr': { host: 'x y' } },
      blobs: { driver: 's3' },
      log: [],
    };
    assert.deepEqual((await here.faultsOf(value)).sort(), [
      'blobs.s3',
      'limits.accountQuotaBytes',
      'limits.messageBytes',
      'limits.undeleteDays',
      'log',
      'operator.administrator',
      'operator.domains',
      'operator.domains[0]',
      'operator.name',
      'routes.a.fr.host',
      'routes.not a domain',
      'smtp.maxSessions',
      'smtp.port',
      'smtp.prot',
      'trust.crlUrls',
      'trust.foreignFrom',
    ]);
    await assert.rejects(here.load(value), (fault: Error) => {
      assert.match(fault.message, /La configuration a 16 défauts\./);
      assert.match(fault.message, /smtp\.prot : clé inconnue ; vouliez-vous dire « port » \?/);
      assert.match(fault.message, /smtp\.port : valeur refusée ; il faut un nombre entier de 0 à 65535\./);
      return fault.name === 'Refusal';
    });
  });

  test('that is absent lists what it needs, with the variables that can give it', async () => {
    await assert.rejects(loadConfig({ mode: 'production', environment: {} }), (fault: unknown) => {
      assert(fault instanceof ConfigRefusal);
      const paths = fault.faults.map((one) => one.path);
      for (const path of ['operator.name', 'operator.domains', 'tls.keyPath', 'trust.anchorPaths', 'keys.path']) {
        assert(paths.includes(path), path);
      }
      return true;
    });
  });

  test('names the nearest known key, and lists them all when none is near', async (t) => {
    const here = await world(t);
    await assert.rejects(here.load({ ...minimal, submision: {} }), /submision.*« submission »/);
    await assert.rejects(here.load({ ...minimal, zzzzzzzz: 1 }), /les clés connues ici sont « sandbox », « operator »/);
  });

  test('holds no key of every object', async (t) => {
    const here = await world(t);
    assert.deepEqual(await here.faultsOf(`{"constructor": 1, ${JSON.stringify(minimal).slice(1)}`), ['constructor']);
    assert.deepEqual(await here.faultsOf(`{"__proto__": {}, ${JSON.stringify(minimal).slice(1)}`), ['__proto__']);
  });

  test('gives way to the environment, whose paths start from the current folder', async (t) => {
    const here = await world(t);
    const environment = {
      HYGIE_DATA: 'elsewhere',
      DATABASE_URL: 'postgres://app:hush@db/hygie',
      DATABASE_OWNER_URL: 'postgres://owner:hush@db/hygie',
      HYGIE_LOG_LEVEL: 'debug',
      HYGIE_METRICS_TOKEN: 'a-token-of-some-length',
    };
    const config = await here.load({ ...minimal, dataFolder: '/from/file', log: { level: 'warn' } }, { environment });
    assert.equal(config.dataFolder, resolve('elsewhere'));
    assert.equal(config.database.url?.revealText(), environment.DATABASE_URL);
    assert.equal(config.database.ownerUrl?.revealText(), environment.DATABASE_OWNER_URL);
    assert.equal(config.metrics.token?.revealText(), environment.HYGIE_METRICS_TOKEN);
    assert.equal(config.log.level, 'debug');
  });

  test('never prints a secret, neither when it is right nor when it is refused', async (t) => {
    const here = await world(t);
    const s3 = {
      endpoint: 'https://s3',
      region: 'fr',
      bucket: 'bucket',
      accessKeyId: 'id',
      secretAccessKey: 'do-not-tell-anyone',
    };
    const value = { ...minimal, blobs: { driver: 's3', s3 }, database: { url: 'postgres://a:do-not-tell-anyone@h/d' } };
    const config = await here.load(value);
    assert.equal(inspect(config, { depth: 10 }).includes('do-not-tell'), false);
    assert.equal(JSON.stringify(config).includes('do-not-tell'), false);
    assert(config.blobs.driver === 's3');
    assert.equal(config.blobs.s3.secretAccessKey.revealText(), 'do-not-tell-anyone');
    const wrong = edited(value, 'database.url', 'do-not-tell-anyone');
    await assert.rejects(here.load(wrong), (fault: Error) => !inspect(fault, { depth: 10 }).includes('do-not-tell'));
    await assert.rejects(here.load('{"database": {"url": do-not-tell-anyone'), (fault: Error) => {
      return !inspect(fault, { depth: 10 }).includes('do-not-tell');
    });
  });

  test('asks the directory for what its keys open, and publishes when told to', async (t) => {
    const here = await world(t);
    const without = (await here.load(minimal)).directory;
    assert.equal(without.live, undefined);
    assert.equal(without.publication, undefined);
    assert.match(without.mailboxes.url, /^https:.*Extraction_Correspondance_MSSante$/);
    assert.equal(without.professionals.url, undefined);
    const environment = { HYGIE_DIRECTORY_API_KEY: 'do-not-tell-live', HYGIE_PUBLICATION_API_KEY: 'do-not-tell-push' };
    const publication = { enabled: true, url: 'https://annuaire.fr/fhir' };
    const { directory } = await here.load({ ...minimal, directory: { publication } }, { environment });
    assert.equal(directory.live?.apiKey.revealText(), 'do-not-tell-live');
    assert.equal(directory.publication?.url, publication.url);
    assert.equal(directory.publication.apiKey.revealText(), 'do-not-tell-push');
    assert.equal(inspect(directory, { depth: 10 }).includes('do-not-tell'), false);
  });

  test('that cannot be read, is no JSON or no object is refused, with the place of the fault', async (t) => {
    const here = await world(t);
    await assert.rejects(
      loadConfig({ mode: 'production', environment: { HYGIE_CONFIG: join(here.folder, 'none') } }),
      /introuvable/,
    );
    await assert.rejects(here.load('{\n  "sandbox": true,,\n}'), /ligne 2, colonne 19/);
    for (const value of ['[]', '5', 'null', '"x"']) assert.deepEqual(await here.faultsOf(value), ['']);
  });

  test('is read up to its bound, and refused one byte beyond', async (t) => {
    const here = await world(t);
    const text = JSON.stringify(minimal);
    await here.load(text + ' '.repeat(configLimits.fileBytes - text.length));
    await assert.rejects(here.load(text + ' '.repeat(configLimits.fileBytes + 1 - text.length)), /trop long/);
  });

  test('is held to its bounds, at the limit and one past it', async (t) => {
    const here = await world(t);
    const table: readonly (readonly [path: string, right: unknown, wrong: unknown])[] = [
      ['smtp.port', 65_535, 65_536],
      ['smtp.maxSessions', 1, 0],
      ['smtp.maxSessionsPerPeer', 100_000, 100_001],
      ['limits.undeleteDays', 365, 366],
      ['limits.messageBytes', 52_428_800, 52_428_801],
      ['database.maxConnections', 500, 501],
      ['operator.name', 'x'.repeat(200), 'x'.repeat(201)],
      ['metrics.token', 'x'.repeat(16), 'x'.repeat(15)],
      ['directory.importHour', 23, 24],
      ['directory.maxRemovedPercent', 0, 101],
      ['directory.alertAfterDays', 365, 366],
      [
        'trust.crlUrls',
        Array.from({ length: 50 }, (_, i) => `http://h/${i}`),
        Array.from({ length: 51 }, (_, i) => `http://h/${i}`),
      ],
    ];
    for (const [path, right, wrong] of table) {
      assert.deepEqual(await here.faultsOf(edited(minimal, path, right)), [], path);
      assert.deepEqual(await here.faultsOf(edited(minimal, path, wrong)), [path]);
    }
  });

  test('agrees with itself', async (t) => {
    const here = await world(t);
    const table: readonly (readonly [path: string, value: unknown, fault: string])[] = [
      ['operator.administrator', 'admin@elsewhere.fr', 'operator.administrator'],
      ['submission.port', 25, 'submission.port'],
      ['keys', { kind: 'file' }, 'keys.path'],
      ['keys', { kind: 'environment', name: 'KEK', path: '/x' }, 'keys.path'],
      ['keys', { kind: 'command' }, 'keys.argv'],
      [
        'blobs',
        {
          driver: 'files',
          s3: { endpoint: 'http://s3', region: 'r', bucket: 'buc', accessKeyId: 'i', secretAccessKey: 's' },
        },
        'blobs.s3',
      ],
      ['directory', { warnAfterDays: 5, alertAfterDays: 5 }, 'directory.alertAfterDays'],
      ['directory.publication', { enabled: true, apiKey: 'k' }, 'directory.publication.url'],
      ['directory.publication', { enabled: true, url: 'https://h/fhir' }, 'directory.publication.apiKey'],
      ['trust.whiteList', {}, 'trust.whiteList'],
      ['trust.whiteList', { url: 'https://h/l', path: 'l' }, 'trust.whiteList'],
      ['trust.whiteList', { path: 'l', warnAfterHours: 9, alertAfterHours: 9 }, 'trust.whiteList.alertAfterHours'],
    ];
    for (const [path, value, fault] of table)
      assert.deepEqual(await here.faultsOf(edited(minimal, path, value)), [fault]);
    const command = await here.load(edited(minimal, 'keys', { kind: 'command', argv: ['/bin/get-key', 'x'] }));
    assert.deepEqual(command.keys, { kind: 'command', argv: ['/bin/get-key', 'x'] });
    assert.deepEqual(await here.faultsOf({ ...minimal, smtp: { port: 0 }, submission: { port: 0 } }), []);
  });
});

describe('production refuses what belongs to the sandbox', () => {
  test('its marker, its domains (RFC 2606 §2, RFC 6761 §6), its plain port, addresses that are not HTTPS', async (t) => {
    const here = await world(t);
    assert.deepEqual(await here.faultsOf({ ...minimal, sandbox: true }), ['sandbox']);
    for (const domain of [
      'cabinet.mssante.example',
      'a.test',
      'x.invalid',
      'example.com',
      'a.example.org',
      'a.localhost',
    ]) {
      const operator = { name: 'x', domains: [domain], administrator: `a@${domain}` };
      assert.deepEqual(await here.faultsOf({ ...minimal, operator }), ['operator.domains[0]'], domain);
    }
    assert.deepEqual(await here.faultsOf(edited(minimal, 'http.plainPort', 80)), ['http.plainPort']);
    assert.deepEqual(await here.faultsOf(edited(minimal, 'http.publicUrl', 'http://a.fr')), ['http.publicUrl']);
    for (const path of [
      'trust.whiteList.url',
      'directory.mailboxes.url',
      'directory.professionals.url',
      'directory.live.url',
      'directory.publication.url',
    ]) {
      assert.deepEqual(await here.faultsOf(edited(minimal, path, 'http://a.fr/l')), [path]);
    }
  });

  test('the test authority, wherever it is named, and authorities that cannot be read', async (t) => {
    const here = await world(t);
    const places = ['tls.authorityPath', 'tls.certificatePath'];
    for (const path of places) assert.deepEqual(await here.faultsOf(edited(minimal, path, 'test.pem')), [path]);
    assert.deepEqual(await here.faultsOf(edited(minimal, 'trust.anchorPaths', ['anchor.pem', 'test.pem'])), [
      'trust.anchorPaths[1]',
    ]);
    assert.deepEqual(await here.faultsOf(edited(minimal, 'trust.anchorPaths', ['absent.pem'])), [
      'trust.anchorPaths[0]',
    ]);
    assert.deepEqual(await here.faultsOf(edited(minimal, 'trust.anchorPaths', ['config.json'])), [
      'trust.anchorPaths[0]',
    ]);
    const signer = { url: 'https://h/l', anchorPaths: ['test.pem'] };
    assert.deepEqual(await here.faultsOf(edited(minimal, 'trust.whiteList', signer)), [
      'trust.whiteList.anchorPaths[0]',
    ]);
  });
});

describe('the sandbox', () => {
  test('takes test authorities, reserved domains and a plain port', async (t) => {
    const here = await world(t);
    const config = await here.load(sandbox, { mode: 'sandbox' });
    assert.equal(config.http.plainPort, 42080);
  });

  test('listens on the machine alone, under its marker and its own domains', async (t) => {
    const here = await world(t);
    const faultsOf = (path: string, value: unknown) => here.faultsOf(edited(sandbox, path, value), { mode: 'sandbox' });
    assert.deepEqual(await faultsOf('sandbox', false), ['sandbox']);
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'server.lan']) {
      assert.deepEqual(await faultsOf('smtp.host', host), ['smtp.host']);
      assert.deepEqual(await faultsOf('http.host', host), ['http.host']);
    }
    const operator = { name: 'x', domains: ['cabinet.mssante.fr'], administrator: 'a@cabinet.mssante.fr' };
    assert.deepEqual(await faultsOf('operator', operator), ['operator.domains[0]']);
  });
});

test('the page explains every key, with its default', () => {
  const page = renderConfigurationDoc();
  for (const line of ['| `smtp.port` | un nombre entier de 0 à 65535 | `25` |', '| `HYGIE_DATA` | `dataFolder` |']) {
    assert(page.includes(line), line);
  }
  assert.match(page, /`blobs\.s3\.secretAccessKey` \| un texte non vide \(secret\) \| \*\*obligatoire\*\*/);
  assert.equal(page.includes('undefined'), false);
});

/** A self-signed certificate that no test marker names, valid for a century. */
const realLookingAnchor = `-----BEGIN CERTIFICATE-----
MIIBuTCCAV+gAwIBAgIUFA/4jY90yDG1gzUYRGdc9boPCrIwCgYIKoZIzj0EAwIw
MTELMAkGA1UEBhMCRlIxDjAMBgNVBAoMBUhZR0lFMRIwEAYDVQQDDAlBQyBSQUNJ
TkUwIBcNMjYxMTIyMTYwMjA3WhgPMjEyNjEwMjkxNjAyMDdaMDExCzAJBgNVBAYT
AkZSMQ4wDAYDVQQKDAVIWUdJRTESMBAGA1UEAwwJQUMgUkFDSU5FMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEt6UsBnkHwsTBlpO4mke4ZN55b/Fq6AWD1EbqvwFc
rjhg+3LJPGM1LlnA2Z+VxjK9vXaXaf7tR3jWJQzu4yth06NTMFEwHQYDVR0OBBYE
FJjporDTnL9A1giRCNRh9h6ph1BzMB8GA1UdIwQYMBaAFJjporDTnL9A1giRCNRh
9h6ph1BzMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIga6+1T1zs
MSJyCnrGYxKmd79/rskBxuuOm9CxyQBqbn0CIQDbrs4SctOZ/r4R4UP/RWHYSbVg
dsaXRkvrX99j1j6ZFg==
-----END CERTIFICATE-----
`;
