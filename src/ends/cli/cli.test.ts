import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { openTestDatabase } from '../../../testkit/database.ts';
import { makePractice, type Practice } from '../../../testkit/practice.ts';
import { assert as assertThat } from '../../base/assert.ts';
import { systemClock } from '../../base/clock.ts';
import { Refusal, Temporary } from '../../base/errors.ts';
import { silentLog } from '../../base/log.ts';
import { type Command, exitCode, runCli } from './cli.ts';
import { commands } from './commands.ts';
import { openForCommand } from './open-product.ts';

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

type Environment = Readonly<Record<string, string>>;

/** One command line, as a person types it; `input` is what stands on standard input. */
async function hygie(environment: Environment, line: readonly string[], input = '', own?: Command): Promise<Run> {
  let out = '';
  let err = '';
  const code = await runCli(
    {
      commands: own === undefined ? commands({ environment, clock: systemClock }) : [own],
      io: {
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
        read: async () => input,
      },
      openProduct: (options) => openForCommand(environment, options, silentLog),
    },
    line,
  );
  return { code, out, err };
}

const nowhere: Environment = { HYGIE_DATA: '/nonexistent' };

test('the pauses between two attempts are printed as a table, up to the end of a message', async () => {
  const { code, out } = await hygie({}, ['queue', 'back-off']);
  assert.equal(code, exitCode.done);
  const rows = out.trimEnd().split('\n');
  assert.match(rows[1] ?? '', /^essai {2}2 {2}après {3}1 min de pause/);
  assert.match(rows.at(-1) ?? '', / 2880 min après le dépôt$/);
});

describe('a command line', () => {
  test('that asks for help gets it on standard output, all commands or those of one word', async () => {
    const all = await hygie(nowhere, ['--help']);
    assert.equal(all.code, exitCode.done);
    assert.equal(all.err, '');
    for (const { name } of commands({ environment: nowhere, clock: systemClock })) {
      assert.ok(all.out.includes(`  ${name} `), name);
      const one = await hygie(nowhere, [...name.split(' '), '--help']);
      assert.equal(one.code, exitCode.done, name);
      assert.ok(one.out.startsWith(`hygie ${name}`), name);
    }
    const group = await hygie(nowhere, ['queue', '--help']);
    assert.equal(group.code, exitCode.done);
    assert.match(group.out, /queue retry/);
    assert.doesNotMatch(group.out, /account/);
  });

  test('that is not understood is answered on standard error, with what to write', async () => {
    const table: readonly (readonly [line: string, says: RegExp])[] = [
      ['', /Utilisation/],
      ['frobnicate', /Commande inconnue : frobnicate\./],
      ['account frobnicate', /Commande inconnue : account frobnicate\.[\s\S]*account create/],
      ['account', /account create/],
      ['account list --colour', /Option inconnue : --colour\.[\s\S]*hygie account list/],
      ['account show --address', /L’option --address attend une valeur/],
      ['account list --json=1', /L’option --json ne prend pas de valeur/],
      ['account list cabinet', /Argument en trop : cabinet/],
      ['white-list lookup a.fr b.fr', /Argument en trop : b\.fr/],
      ['account show', /Il manque l’option --address/],
      ['account show --address personne', /Adresse incorrecte : personne/],
      ['account quota --address a@b.fr --quota 0', /nombre entier de mégaoctets/],
      ['account grant --address a@b.fr --login l --rights fly', /Droit inconnu : fly/],
      ['user create --login l --name n --title t --role chief', /Rôle inconnu : chief/],
      ['user list --tenant 7', /identifiant de la structure/],
      ['queue list --message 7', /UUID/],
      ['queue drop', /--all pour toute la file/],
      ['audit list --limit 0', /de 1 à 10000/],
      ['audit list --limit 10001', /de 1 à 10000/],
      ['serve --services smtp,fax', /Service inconnu : fax/],
    ];
    for (const [line, says] of table) {
      const run = await hygie(nowhere, line === '' ? [] : line.split(' '));
      assert.equal(run.code, exitCode.usage, line);
      assert.equal(run.out, '', line);
      assert.match(run.err, says, line);
      assert.doesNotMatch(run.err, /Unknown|argument '/, line);
    }
  });

  test('without a configuration says where it is looked for', async () => {
    for (const line of [['account', 'list'], ['serve']]) {
      const run = await hygie(nowhere, line);
      assert.equal(run.code, exitCode.refused);
      assert.match(run.err, /HYGIE_CONFIG[\s\S]*no-configuration/);
    }
  });

  test('ends with the code of what happened, and never shows the text of a bug', async () => {
    const table: readonly (readonly [fault: () => unknown, code: number, says: RegExp])[] = [
      [() => new Refusal('rule', 'La règle.'), exitCode.refused, /^La règle\. \(rule\)\n$/],
      [() => new Temporary('away', 'Plus tard.'), exitCode.temporary, /^Plus tard\. \(away\)\n$/],
      [() => new TypeError('Mme Martin'), exitCode.bug, /erreur de programme \(TypeError\)[\s\S]*cli\.test\.ts/],
    ];
    for (const [fault, code, says] of table) {
      const command: Command = {
        name: 'fail',
        summary: '',
        usage: '',
        options: {},
        run: async () => {
          throw fault();
        },
      };
      const run = await hygie(nowhere, ['fail'], '', command);
      assert.equal(run.code, code);
      assert.equal(run.out, '');
      assert.match(run.err, says);
      assert.doesNotMatch(run.err, /Martin/);
    }
  });
});

describe('the administration of a practice', async () => {
  const scope = { after };
  const practice: Practice = await makePractice(scope);
  const { url, ownerUrl } = await openTestDatabase(scope);
  const config = path.join(practice.folder, 'hygie.json');
  const database = { url: url.revealText(), ownerUrl: ownerUrl.revealText(), maxConnections: 4 };
  await writeFile(config, JSON.stringify({ ...practice.config, database }));
  const environment: Environment = { HYGIE_CONFIG: config };
  const run = (line: string, input = ''): Promise<Run> => hygie(environment, line.split(' '), input);

  /** The one JSON document that a command prints, and nothing else. */
  async function json(line: string, { code = 0, input = '' } = {}): Promise<unknown> {
    const done = await run(`${line} --json`, input);
    assert.equal(done.code, code, `${line}: ${done.err}`);
    return JSON.parse(done.out);
  }

  /** Of the JSON of `line`, what a test reads. */
  async function fields(line: string, options: { input?: string } = {}): Promise<Record<string, unknown>> {
    const value = await json(line, options);
    assertThat(typeof value === 'object' && value !== null && !Array.isArray(value), `${line} prints an object`);
    return { ...value };
  }

  async function rows(line: string): Promise<readonly Record<string, unknown>[]> {
    const value = await json(line);
    assertThat(Array.isArray(value), `${line} prints a list`);
    return value;
  }

  test('has a database at the level of the program', async () => {
    assert.deepEqual(await json('migrate'), { applied: [] });
  });

  test('makes a tenant with its first person, and lists them', async () => {
    assert.deepEqual(await json('tenant list'), []);
    const create = 'user create --login anne --name Anne --title Infirmière --role holder';
    const made = await fields(`${create} --new-tenant Cabinet`);
    assert.equal(made['login'], 'anne');
    const [tenant] = await rows('tenant list');
    assert.equal(tenant?.['tenantId'], made['tenantId']);
    const [person, ...others] = await rows(`user list --tenant ${tenant?.['tenantId']}`);
    assert.equal(person?.['name'], 'Anne');
    assert.deepEqual(others, []);
    const again = await run(`${create} --new-tenant Autre`);
    assert.equal(again.code, exitCode.refused);
    assert.match(again.err, /déjà utilisé/);
    assert.equal((await rows('tenant list')).length, 1);
  });

  test('sets a password from standard input, and refuses a weak one', async () => {
    assert.deepEqual(await json('user password --login anne', { input: 'un mot de passe\n' }), { changed: true });
    const weak = await run('user password --login anne', 'court\n');
    assert.equal(weak.code, exitCode.refused);
    assert.match(weak.err, /au moins 12 caractères/);
    assert.equal((await run('user password --login personne', 'un mot de passe')).code, exitCode.refused);
  });

  test('shows an app password once', async () => {
    const made = await fields('user app-password --login anne --label Téléphone --scopes submission,imap');
    assert.equal(typeof made['appPassword'], 'string');
    assert.equal((await run('user app-password --login anne --label T --scopes all')).code, exitCode.usage);
  });

  test('opens accounts on its own domains alone, once, and gives and takes rights', async () => {
    const address = 'anne.martin@cabinet.test-mss.fr';
    const create = `account create --address ${address} --type PER --display-name Anne`;
    const made = await fields(`${create} --holder anne --quota 100`);
    assert.equal(made['address'], address);
    assert.equal(made['quotaBytes'], 104_857_600);
    assert.match((await run(`${create} --holder anne`)).err, /address-taken/);
    const foreign = 'account create --address a@ailleurs.fr --type PER --display-name A --holder anne';
    assert.match((await run(foreign)).err, /foreign-domain/);
    assert.equal((await fields(`account quota --address ${address} --quota 200`))['quotaBytes'], 209_715_200);
    const shown = await fields(`account show --address ${address}`);
    assertThat(Array.isArray(shown['mailboxes']) && Array.isArray(shown['persons']), 'folders and persons');
    assert.equal(shown['mailboxes'].length, 6);
    assert.equal(shown['persons'].length, 1);
    await json(`account revoke --address ${address} --login anne`);
    assert.deepEqual((await fields(`account show --address ${address}`))['persons'], []);
    await json(`account grant --address ${address} --login anne --rights read,write,send`);
    assert.match((await run(`account show --address inconnue@cabinet.test-mss.fr`)).err, /Aucune boîte/);
    assert.match((await run('account list')).out, /^PER {2}anne\.martin@cabinet\.test-mss\.fr {2}0 message,/);
  });

  test('never shows the INS of a patient, whom the identifier of the account names', async () => {
    const ins = '279035121518989';
    const made = await run(
      `account create --address ${ins}@cabinet.test-mss.fr --type PER --display-name Dominique --holder anne`,
    );
    assert.equal(made.code, 0);
    for (const line of [
      'account list',
      'account list --json',
      `account show --address ${ins}@cabinet.test-mss.fr --json`,
      'account show --address 279035121518988@cabinet.test-mss.fr',
    ]) {
      const { out, err } = await run(line);
      assert.doesNotMatch(made.out + out + err, /2790351|Dominique/, line);
      assert.match(out + err, /\*\*\*@cabinet\.test-mss\.fr/, line);
    }
  });

  test('takes every access from a person who leaves, and gives it back', async () => {
    const tenant = (await rows('tenant list'))[0]?.['tenantId'];
    assert.equal((await fields('user disable --login anne'))['changed'], true);
    assert.equal((await fields('user disable --login anne'))['changed'], false);
    assert.match((await run(`user list --tenant ${tenant}`)).out, /Anne, Infirmière {2}\(sans accès\)/);
    const address = 'anne.martin@cabinet.test-mss.fr';
    assert.deepEqual((await fields(`account show --address ${address}`))['persons'], []);
    assert.equal((await fields('user enable --login anne'))['changed'], true);
    const kinds = (await rows(`audit list --tenant ${tenant}`)).map((event) => event['kind']);
    assert.deepEqual(kinds.slice(0, 2), ['person.enabled', 'person.disabled']);
  });

  test('closes an account, whose address is never given again', async () => {
    const address = 'ferme@cabinet.test-mss.fr';
    const create = `account create --address ${address} --type PER --display-name F --holder anne`;
    await json(create);
    assert.equal((await fields(`account close --address ${address}`))['closed'], true);
    assert.match((await run('account list')).out, /ferme@[^\n]*\(fermée\)/);
    assert.match((await run(create)).err, /address-taken/);
  });

  test('reads and verifies the white list, and says that of a domain', async () => {
    const none = await run('white-list show');
    assert.equal(none.code, exitCode.refused);
    assert.match(none.out, /Aucune liste blanche/);
    assert.equal((await run('white-list verify')).code, exitCode.refused);
    const list = path.join(practice.folder, 'liste-blanche.xml');
    assert.equal((await fields(`white-list verify ${list}`))['outcome'], 'sound');
    assert.equal((await fields('white-list refresh'))['list'] !== undefined, true);
    assert.equal((await fields('white-list show'))['held'] !== null, true);
    assert.equal((await rows('white-list lookup cabinet.test-mss.fr')).length, 1);
    assert.equal((await run('white-list lookup gmail.com')).code, exitCode.refused);
    const missing = await run('white-list verify /nonexistent');
    assert.equal(missing.code, exitCode.refused);
    assert.match(missing.err, /Fichier illisible/);
    assert.equal((await run(`white-list verify ${config}`)).code, exitCode.refused);
  });

  test('confirms an alarm by its code and subject, and leaves that in the operator’s trace', async () => {
    const shown = await fields('white-list show');
    assertThat(Array.isArray(shown['alarms']), 'alarms');
    // The revocation lists of this practice are out of reach.
    const alarm = shown['alarms'].find((one: { code: string }) => one.code === 'crl-absent');
    assert.equal((await run('white-list confirm --alarm crl-absent')).code, exitCode.refused);
    const subject = String(alarm.subject);
    const done = await hygie(environment, ['white-list', 'confirm', '--alarm', 'crl-absent', '--subject', subject]);
    assert.equal(done.code, 0, done.err);
    const [event] = await rows('audit list');
    assert.equal(event?.['kind'], 'alarm.confirmed');
    assert.equal(event['actorKind'], 'administrator');
  });

  test('shows a queue, and changes it', async () => {
    assert.deepEqual(await json('queue list'), []);
    assert.match((await run('queue list')).out, /La file est vide/);
    assert.deepEqual(await json('queue retry'), { recipients: 0 });
    assert.deepEqual(await json('queue drop --all'), { recipients: 0 });
    assert.deepEqual(await json('queue list --domain hopital.test-mss.fr'), []);
  });

  test('verifies what it holds', async () => {
    const report = await fields('verify');
    assert.equal(report['findings'], 0);
    assert.deepEqual(report['details'], []);
    assert.match((await run('verify --repair')).out, /Aucune anomalie/);
  });

  test('rotates its key-encryption key, then moves all keys to it', async () => {
    assert.deepEqual(await json('keys rewrap'), { rewrapped: 0, unopenable: 0 });
    assert.deepEqual(await json('keys rotate'), { rotated: true });
    const moved = await fields('keys rewrap');
    assert.ok(Number(moved['rewrapped']) > 0);
    assert.deepEqual(await json('keys rewrap'), { rewrapped: 0, unopenable: 0 });
    assert.equal((await fields('verify'))['findings'], 0);
    const kinds = (await rows('audit list --limit 4')).map((event) => event['kind']);
    assert.deepEqual(kinds, ['keys.rewrapped', 'keys.rewrapped', 'keys.rotated', 'keys.rewrapped']);
  });
});
