import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
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

const hygie = (...line: readonly string[]): Promise<Run> => run(line, false);

async function run(line: readonly string[], errIsScreen: boolean): Promise<Run> {
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
        errIsScreen,
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

  test('writes its progress over itself on a screen, and leaves none of it there, whatever the end', async () => {
    const seen = await run(['directory', 'check', generated.mailboxesFile], true);
    assert.equal(seen.code, exitCode.done);
    assert.match(seen.err, /^(?:\r\u001b\[K[^\r\n]*)+\r\u001b\[K$/);
    assert.match(seen.err, /lecture, adresses MSSanté/);
    const wrong = path.join(folder, 'entete.txt');
    await writeFile(wrong, 'Nom|Adresse\n');
    const refused = await run(['directory', 'check', wrong], true);
    assert.equal(refused.code, exitCode.refused);
    assert.match(refused.err, /^\r\u001b\[KL’en-tête/);
    const piped = await hygie('directory', 'check', generated.mailboxesFile);
    assert.doesNotMatch(piped.err, /\r|\u001b/);
  });

  test('groups the odd rows of a file by their reason', async () => {
    const { out } = await hygie('directory', 'check', generated.mailboxesFile);
    assert.match(out, /^ {2}structure absente \(adresse gardée\) : \d+\u202flignes, n° \d+(?:, \d+){9}…$/m);
    assert.ok(out.split('\n').length < 8, 'a line for each reason, not for each row');
  });

  test('tells what was not imported as long as nothing newer came into force, and not a day more', async () => {
    const isOpen = async (): Promise<boolean> => {
      const { code, out } = await hygie('directory', 'status', '--json');
      const { alarms } = JSON.parse(out);
      assert.equal(code, alarms.length > 0 ? exitCode.refused : exitCode.done);
      return alarms.some(({ kind }: { kind: string }) => kind === 'not-imported');
    };
    assert.equal(await isOpen(), false);
    const whole = await readFile(generated.mailboxesFile, 'utf8');
    const fewer = path.join(folder, path.basename(generated.mailboxesFile).replace(/\d{12}/, '203001010300'));
    await writeFile(fewer, whole.split('\n').slice(0, 20).join('\n').concat('\n'));
    const refused = await hygie('directory', 'import', fewer);
    assert.equal(refused.code, exitCode.refused);
    assert.match(refused.err, /\(would-remove-too-much\)/);
    assert.equal(await isOpen(), true);
    assert.match((await hygie('directory', 'status')).out, /^ALARME : .*retirerait trop d’entrées/m);
    await hygie('directory', 'import', generated.mailboxesFile, '--force');
    assert.equal(await isOpen(), false);
  });

  test('takes the files that are right beside one that is not, and fails by it', async () => {
    const wrong = path.join(folder, 'sans-lignes.txt');
    await writeFile(wrong, 'Nom|Adresse\n');
    const { code, out, err } = await hygie('directory', 'import', wrong, generated.mailboxesFile, '--force', '--json');
    assert.equal(code, exitCode.refused);
    assert.deepEqual(
      JSON.parse(out).map(({ kind, fault }: { kind: string; fault?: string }) => [kind, fault]),
      [
        ['rejected', 'wrong-header'],
        ['imported', undefined],
      ],
    );
    assert.match(err, /sans-lignes\.txt : .*\(wrong-header\)/);
  });

  test('finds a correspondent, and says by its code that there is none', async () => {
    const { code, out } = await hygie('directory', 'search', 'vasseur', 'cardio');
    assert.equal(code, exitCode.done);
    assert.match(out, /Claire VASSEUR[\s\S]*PER {2}claire\.vasseur@cabinet\.test-mss\.fr/);
    const nobody = await hygie('directory', 'search', 'zzyzxq');
    assert.equal(nobody.code, exitCode.refused);
    assert.match(nobody.out, /^Aucun correspondant.*--all/);
    assert.doesNotMatch((await hygie('directory', 'search', 'zzyzxq', '--all')).out, /--all/);
    assert.equal((await hygie('directory', 'search')).code, exitCode.usage);
    for (const limit of ['51', '0', '1e1', ' 5', '-1']) {
      assert.equal((await hygie('directory', 'search', 'a', `--limit=${limit}`)).code, exitCode.usage, limit);
    }
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
    const unasked = await hygie('directory', 'publish', address, '--visible');
    assert.equal(unasked.code, exitCode.refused, 'what was never published is not, by the way, published');
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
    await hygie('directory', 'publish', address, '--remove');
    const again = JSON.parse((await hygie('directory', 'publish', address, '--json')).out);
    assert.deepEqual([again.isWanted, again.isRedListed], [true, true], 'hidden before, it stays hidden');
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
