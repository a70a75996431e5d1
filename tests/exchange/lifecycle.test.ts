/** The life of a server in production, through the real program: started, refused, killed, renewed, stopped. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createAuthority } from '../../testkit/authority/authority.ts';
import { makePractice, type Practice, writeCertificate } from '../../testkit/practice.ts';
import { SmtpTestClient } from '../../testkit/smtp-client.ts';
import { Served } from './lifecycle/served.ts';

const hooks: (() => Promise<void>)[] = [];
const scope = { after: (hook: () => Promise<void>) => hooks.push(hook) };
let practice: Practice;

before(async () => {
  practice = await makePractice(scope);
});
after(async () => {
  for (const hook of hooks.reverse()) await hook();
});

function postmasterPid(): number | undefined {
  const file = path.join(practice.folder, 'data/postgres/cluster/postmaster.pid');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : undefined;
}

async function assertServes(served: Served): Promise<void> {
  const ready = await served.get('/health/ready');
  assert.equal(ready.status, 200);
  assert.deepEqual(JSON.parse(ready.text), { status: 'ready', checks: { database: 'ok', 'white-list': 'ok' } });
  for (const port of [practice.ports.smtp, practice.ports.submission]) {
    const client = await SmtpTestClient.connect(port);
    assert.equal((await client.reply()).code, 220);
    client.destroy();
  }
}

/** What a configuration that is refused prints, at once; nothing is left running. */
async function refusalOf(change: object): Promise<string> {
  const served = await Served.run(practice, change);
  assert.equal(await served.ended(), 1, served.output + served.errors);
  return served.errors;
}

describe('before it serves, the program refuses', () => {
  test('what belongs to the sandbox, and every other fault of its configuration, all at once', async () => {
    const test = createAuthority({ name: 'ESSAI', at: new Date() });
    const testCa = path.join(practice.folder, 'test-ca.pem');
    await writeFile(testCa, test.chainPem);
    const said = await refusalOf({
      sandbox: true,
      operator: {
        name: 'Bac à sable',
        domains: ['cabinet.mssante.example'],
        administrator: 'administration@cabinet.mssante.example',
      },
      trust: { ...Object(practice.config['trust']), anchorPaths: [testCa] },
      http: { ...Object(practice.config['http']), plainPort: 8_080 },
      smtp: { port: 70_000 },
      colour: 'blue',
    });
    for (const key of [
      'sandbox',
      'operator.domains[0]',
      'trust.anchorPaths[0]',
      'http.plainPort',
      'smtp.port',
      'colour',
    ]) {
      assert.ok(said.includes(key), `${key} is named in:\n${said}`);
    }
    assert.ok(!existsSync(path.join(practice.folder, 'data')), 'nothing was made');
  });

  test('a key that others can read', async () => {
    const exposed = path.join(practice.folder, 'exposed-key');
    await copyFile(path.join(practice.folder, 'key-encryption-key'), exposed);
    await chmod(exposed, 0o644);
    assert.match(await refusalOf({ keys: { kind: 'file', path: exposed } }), /key-file-exposed/);
  });

  test('a key that lies in the data folder', async () => {
    const inside = path.join(practice.folder, 'elsewhere', 'key');
    await mkdir(path.dirname(inside), { recursive: true });
    await copyFile(path.join(practice.folder, 'key-encryption-key'), inside);
    await chmod(inside, 0o600);
    const said = await refusalOf({ keys: { kind: 'file', path: inside }, dataFolder: path.dirname(inside) });
    assert.match(said, /key-file-in-data-folder/);
    assert.ok(!existsSync(path.join(practice.folder, 'elsewhere/postgres')), 'no database was made');
  });

  test('a key file that is missing, and says where it was looked for', async () => {
    const absent = path.join(practice.folder, 'absent-key');
    const said = await refusalOf({ keys: { kind: 'file', path: absent } });
    assert.match(said, /key-file-unreadable/);
    assert.ok(said.includes(absent));
  });
});

test('it starts in an empty folder, serves, and stops in order, however often it is told to', async (t) => {
  const served = await Served.start(t, practice);
  await assertServes(served);
  assert.match((await served.get('/metrics')).text, /^hygie_certificate_expires_seconds \d+/m);
  assert.equal((await served.get('/health/live')).status, 200);
  for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM'] as const) process.kill(served.serverPid, signal);
  assert.equal(await served.ended(), 0, served.errors);
  assert.equal(served.logged('postgres.stopped').length, 1);
  assert.equal(postmasterPid(), undefined);
  assert.equal(served.errors, '');
  assert.deepEqual(served.logged('jobs.queue-trouble'), []);
});

test('it says which port another program holds', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo; // it listens on TCP
  try {
    assert.match(await refusalOf({ smtp: { host: '127.0.0.1', port } }), new RegExp(`${port}.*port-taken`));
    assert.equal(postmasterPid(), undefined, 'nothing runs on');
  } finally {
    other.close();
  }
});

test('a second program on the same data folder refuses to start and names the first', async (t) => {
  const first = await Served.start(t, practice);
  const said = await refusalOf({ smtp: { host: '127.0.0.1', port: 0 } });
  assert.match(said, /data-folder-locked/);
  assert.ok(said.includes(String(first.serverPid)), said);
  await assertServes(first);
  await first.stop();
});

test('a server that was killed starts again over the database that it left', async (t) => {
  const killed = await Served.start(t, practice);
  const postmaster = postmasterPid();
  process.kill(killed.serverPid, 'SIGKILL');
  assert.equal(await killed.ended(), 128 + 9);
  assert.equal(postmasterPid(), postmaster);
  const next = await Served.start(t, practice);
  assert.equal(next.logged('postgres.ready')[0]?.['adopted'], true);
  assert.equal(postmasterPid(), postmaster);
  await assertServes(next);
  assert.equal(await next.stop(), 0);
});

test('a database that was killed comes back under a server that runs on', async (t) => {
  const served = await Served.start(t, practice);
  const postmaster = postmasterPid() ?? 0;
  process.kill(postmaster, 'SIGKILL');
  await served.until('the database is back', async () => served.logged('postgres.restarted').length > 0);
  await served.until('it is ready', async () => (await served.get('/health/ready')).status === 200);
  assert.notEqual(postmasterPid(), postmaster);
  await assertServes(served);
  assert.equal(await served.stop(), 0, served.errors);
});

test('a certificate renewed on the disk is taken up without a restart, and a wrong one is not', async (t) => {
  const served = await Served.start(t, practice);
  const { fingerprint } = await served.get('/health/live');
  assert.notEqual(fingerprint, '');
  const certificate = path.join(practice.folder, 'certificate.pem');
  const right = await readFile(certificate);
  const stranger = createAuthority({ name: 'AUTRE', unit: '0002 388888888', at: new Date() });
  await writeFile(certificate, stranger.issue({ dn: 'CN=autre' }).chainPem);
  served.signal('SIGHUP');
  await served.until('the wrong one is refused', () => served.logged('tls-renewal-refused').length > 0);
  assert.equal((await served.get('/health/live')).fingerprint, fingerprint);
  await writeFile(certificate, right);

  await writeCertificate(practice.folder, practice.authority);
  served.signal('SIGHUP');
  await served.until('the new one is in force', async () => {
    const now = (await served.get('/health/live')).fingerprint;
    return now !== '' && now !== fingerprint;
  });
  assert.ok(served.logged('tls-renewed').length > 0);
  await assertServes(served);
  assert.equal(await served.stop(), 0, served.errors);
});
