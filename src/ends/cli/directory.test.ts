import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { openTestDatabase } from '../../../testkit/database.ts';
import { generateDirectory } from '../../../testkit/directory/generate-directory.ts';
import { makePractice } from '../../../testkit/practice.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import { exitCode, runCli } from './cli.ts';
import { commands } from './commands.ts';
import { openForCommand } from './open-product.ts';

const scope = { after };
const practice = await makePractice(scope);
const { url, ownerUrl } = await openTestDatabase(scope);
const folder = path.join(practice.folder, 'extractions');
await mkdir(folder);
const ours = { rpps: '89970000011', family: 'Vasseur', given: 'Claire', isWoman: true, professionCode: '10' };
const address = 'claire.vasseur@cabinet.test-mss.fr';
const generated = await generateDirectory({
  seed: 5,
  activities: 300,
  mailboxes: 200,
  publishedAt: new Date(),
  folder,
  extra: { people: [{ ...ours, specialityCode: 'SM04', place: null, addresses: [address] }] },
});
const config = path.join(practice.folder, 'hygie.json');
await writeFile(
  config,
  JSON.stringify({
    ...practice.config,
    database: { url: url.revealText(), ownerUrl: ownerUrl.revealText(), maxConnections: 4 },
    directory: {
      mailboxes: { path: generated.mailboxesFile },
      professionals: { path: generated.professionalsFiles[0] },
    },
  }),
);
const environment = { HYGIE_CONFIG: config };

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function hygie(...line: readonly string[]): Promise<Run> {
  let out = '';
  let err = '';
  const code = await runCli(
    {
      commands: commands({ environment, clock: systemClock }),
      io: {
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
        read: async () => '',
      },
      openProduct: (options) => openForCommand(environment, options, silentLog),
    },
    line,
  );
  return { code, out, err };
}

describe('hygie directory', () => {
  test('says that nothing was imported yet, and fails by it', async () => {
    const { code, out } = await hygie('directory', 'status');
    assert.equal(code, exitCode.refused);
    assert.match(out, /hygie directory import/);
  });

  test('examines a file and writes nothing', async () => {
    const { code, out } = await hygie('directory', 'check', generated.mailboxesFile, '--json');
    assert.equal(code, exitCode.done);
    const [examined] = JSON.parse(out);
    assert.equal(examined.source, 'mailboxes');
    assert.equal(examined.rows, generated.rows.mailboxes);
    assert.equal(JSON.parse((await hygie('directory', 'status', '--json')).out).mailboxes, 0);
  });

  test('imports what the configuration names, tells its progress beside the answer, and does not do so twice', async () => {
    const { code, out, err } = await hygie('directory', 'import', '--json');
    assert.equal(code, exitCode.done, err);
    assert.deepEqual(
      JSON.parse(out).map(({ kind }: { kind: string }) => kind),
      ['imported', 'imported'],
    );
    assert.match(err, /lecture, adresses MSSanté/);
    const again = await hygie('directory', 'import', generated.mailboxesFile);
    assert.equal(again.code, exitCode.done);
    assert.match(again.out, /déjà en vigueur/);
    const status = await hygie('directory', 'status');
    assert.equal(status.code, exitCode.done);
    assert.match(status.out, /adresses MSSanté du .* : en vigueur/);
  });

  test('refuses what is no extraction, and a file that is not there', async () => {
    const wrong = path.join(folder, 'autre.txt');
    await writeFile(wrong, 'Nom|Adresse\nDupont|x\n');
    const { code, err } = await hygie('directory', 'import', wrong);
    assert.equal(code, exitCode.refused);
    assert.match(err, /\((wrong-header|unknown-file)\)/);
    assert.match((await hygie('directory', 'import', '/nonexistent')).err, /Fichier illisible/);
  });

  test('finds a correspondent, and says by its code that there is none', async () => {
    const { code, out } = await hygie('directory', 'search', 'vasseur', 'cardio');
    assert.equal(code, exitCode.done);
    assert.match(out, /Claire VASSEUR[\s\S]*PER {2}claire\.vasseur@cabinet\.test-mss\.fr/);
    assert.equal((await hygie('directory', 'search', 'zzyzxq')).code, exitCode.refused);
    assert.equal((await hygie('directory', 'search')).code, exitCode.usage);
    assert.equal((await hygie('directory', 'search', 'a', '--limit', '51')).code, exitCode.usage);
  });

  test('keeps a wish to be published, under the number of who holds the account, until there is somebody to tell', async () => {
    await hygie(
      ...['user', 'create', '--login', 'claire', '--name', 'Claire', '--title', 'Médecin', '--role', 'holder'],
      ...['--rpps', ours.rpps, '--new-tenant', 'Cabinet'],
    );
    await hygie(
      ...['account', 'create', '--address', address, '--type', 'PER', '--display-name', 'Claire', '--holder', 'claire'],
    );
    assert.equal((await hygie('directory', 'publish', address, '--state')).code, exitCode.refused);
    assert.equal((await hygie('directory', 'publish', address, '--state', '--remove')).code, exitCode.usage);
    assert.equal((await hygie('directory', 'publish', '--red-list')).code, exitCode.usage);
    const asked = await hygie('directory', 'publish', address, '--red-list', '--json');
    assert.equal(asked.code, exitCode.done, asked.err);
    const listing = JSON.parse(asked.out);
    assert.equal(listing.state, 'waiting');
    assert.equal(listing.isRedListed, true);
    assert.deepEqual(listing.holder, { resource: 'Practitioner', identifier: `8${ours.rpps}` });
    const hidden = await hygie('directory', 'search', 'vasseur', 'cardio');
    assert.ok(!hidden.out.includes(address), 'hidden at once');
    const all = await hygie('directory', 'publish');
    assert.match(all.out, /en attente {2}liste rouge[\s\S]*n’est pas activée/);
    const shown = await hygie('directory', 'publish', address, '--visible');
    assert.doesNotMatch(shown.out, /liste rouge/);
    assert.match((await hygie('directory', 'publish', address, '--remove')).out, /retirée/);
  });

  test('opens an account and asks for its listing in one go, or opens none', async () => {
    const domain = address.slice(address.indexOf('@'));
    const create = (name: string, ...more: readonly string[]) =>
      hygie('account', 'create', '--address', `${name}${domain}`, '--display-name', name, ...more);
    const personal = ['--type', 'PER', '--holder', 'claire'];
    assert.equal((await create('seconde', ...personal, '--red-list')).code, exitCode.usage);
    const structure = ['--structure', '1370000001'];
    const made = await create('seconde', ...personal, '--listed', '--red-list', ...structure);
    assert.equal(made.code, exitCode.done, made.err);
    const listing = JSON.parse((await hygie('directory', 'publish', `seconde${domain}`, '--state', '--json')).out);
    assert.deepEqual(
      [listing.state, listing.isRedListed, listing.holder],
      ['waiting', true, { resource: 'PractitionerRole', identifier: `8${ours.rpps}`, organization: '1370000001' }],
    );
    const { tenantId } = JSON.parse((await hygie('account', 'show', '--address', `seconde${domain}`, '--json')).out);
    const shared = ['--type', 'ORG', '--tenant', tenantId, '--listed'];
    assert.equal((await create('accueil', ...shared)).code, exitCode.usage);
    // A listing that cannot be: no account either.
    assert.equal((await create('accueil', ...shared, '--structure', '9')).code, exitCode.refused);
    assert.equal((await create('accueil', ...shared, ...structure)).code, exitCode.done);
    // Closed, it asks to be taken out.
    assert.equal((await hygie('account', 'close', '--address', `accueil${domain}`)).code, exitCode.done);
    assert.match((await hygie('directory', 'publish', `accueil${domain}`, '--state')).out, /retirée/);
  });
});
