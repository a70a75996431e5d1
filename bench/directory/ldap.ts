/**
 * The peer of `bench/directory.ts`: OpenLDAP's slapd over its mdb store, with the people of the same extractions, loaded by slapadd.
 * It has no tables of abbreviations, no ranking and no tolerance: it is asked for prefixes only. From Debian's package `slapd`.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client, escapeFilter } from 'ldapts';
import type { GeneratedDirectory } from '../../testkit/directory/generate-directory.ts';
import { plain } from '../../testkit/directory/writing.ts';
import type { Query } from './queries.ts';

const execute = promisify(execFile);
const base = 'dc=annuaire,dc=example';

export interface LdapPeer {
  readonly people: number;
  readonly loadSeconds: number;
  /** How many of `most` it found. */
  search(prefixes: NonNullable<Query['prefixes']>, most: number): Promise<number>;
  stop(): Promise<void>;
}

function configuration(folder: string): string {
  return `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile ${folder}/slapd.pid
sizelimit 1000
threads 4
database mdb
maxsize 34359738368
suffix "${base}"
rootdn "cn=admin,${base}"
directory ${folder}/data
index objectClass eq
index uid eq
index cn,sn,givenName,l sub,eq,approx
`;
}

/** One entry for each person, as both files know them: names without accents, for slapd tells them apart. */
class Entries {
  readonly #out;
  people = 0;
  #person: { id: string; family: string; given: string; profession: string; towns: Set<string> } | undefined;
  readonly #mails: Map<string, { family: string; given: string; addresses: string[] }>;

  constructor(file: string, mails: Map<string, { family: string; given: string; addresses: string[] }>) {
    this.#out = createWriteStream(file);
    this.#mails = mails;
    this.#out.write(`dn: ${base}\nobjectClass: organization\nobjectClass: dcObject\no: annuaire\ndc: annuaire\n\n`);
  }

  /** A row of the activities: those of one person follow each other. */
  async add(columns: readonly string[]): Promise<void> {
    const id = columns[2] ?? '';
    if (this.#person?.id !== id) {
      await this.#flush();
      this.#person = {
        id,
        family: columns[7] ?? '',
        given: columns[8] ?? '',
        profession: columns[10] ?? '',
        towns: new Set(),
      };
    }
    const town = plain(columns[37] ?? '').replace(/ \d+er? Arrondissement$/u, '');
    if (town !== '') this.#person.towns.add(town);
  }

  async #flush(): Promise<void> {
    if (this.#person === undefined) return;
    const { id, family, given, profession, towns } = this.#person;
    const addresses = this.#mails.get(id)?.addresses ?? [];
    this.#mails.delete(id);
    await this.#write({
      id,
      family,
      given,
      more: [`title: ${plain(profession)}`, ...[...towns].map((town) => `l: ${town}`)],
      addresses,
    });
  }

  async #write(entry: {
    id: string;
    family: string;
    given: string;
    more: readonly string[];
    addresses: readonly string[];
  }): Promise<void> {
    this.people += 1;
    const [family, given] = [plain(entry.family), plain(entry.given)];
    const lines = [
      `dn: uid=${entry.id},${base}`,
      'objectClass: inetOrgPerson',
      `uid: ${entry.id}`,
      `cn: ${given} ${family}`,
      `sn: ${family}`,
      ...(given === '' ? [] : [`givenName: ${given}`]),
      ...entry.more,
      ...new Set(entry.addresses.map((address) => `mail: ${address}`)),
      '\n',
    ];
    if (!this.#out.write(lines.join('\n'))) await once(this.#out, 'drain');
  }

  /** Ends with those who have a mailbox and no activity. */
  async end(): Promise<void> {
    await this.#flush();
    for (const [id, { family, given, addresses }] of this.#mails)
      await this.#write({ id, family, given, more: [], addresses });
    this.#out.end();
    await once(this.#out, 'finish');
  }
}

async function writeEntries(directory: GeneratedDirectory, file: string): Promise<number> {
  const mails = new Map<string, { family: string; given: string; addresses: string[] }>();
  for await (const line of createInterface({ input: createReadStream(directory.mailboxesFile) })) {
    const columns = line.split('|', 11);
    if (columns[0] !== 'PER') continue;
    const [, address = '', , , id = ''] = columns;
    const known = mails.get(id);
    if (known === undefined)
      mails.set(id, { family: columns[9] ?? '', given: columns[10] ?? '', addresses: [address] });
    else known.addresses.push(address);
  }
  const entries = new Entries(file, mails);
  const [activities = ''] = directory.professionalsFiles;
  let isHeader = true;
  for await (const line of createInterface({ input: createReadStream(activities) })) {
    if (!isHeader) await entries.add(line.split('|', 38));
    isHeader = false;
  }
  await entries.end();
  return entries.people;
}

async function connect(port: number): Promise<Client> {
  for (let attempt = 1; ; attempt += 1) {
    const client = new Client({ url: `ldap://127.0.0.1:${port}` });
    try {
      await client.bind('', '');
      return client;
    } catch (fault) {
      if (attempt === 100) throw fault;
      await sleep(100);
    }
  }
}

export async function startLdap(options: {
  readonly folder: string;
  readonly port: number;
  readonly directory: GeneratedDirectory;
}): Promise<LdapPeer> {
  const { folder, port } = options;
  await mkdir(path.join(folder, 'data'), { recursive: true });
  const config = path.join(folder, 'slapd.conf');
  const ldif = path.join(folder, 'people.ldif');
  await writeFile(config, configuration(folder));
  const people = await writeEntries(options.directory, ldif);
  const start = performance.now();
  await execute('/usr/sbin/slapadd', ['-q', '-f', config, '-l', ldif]);
  const loadSeconds = (performance.now() - start) / 1000;
  const slapd = spawn('/usr/sbin/slapd', ['-h', `ldap://127.0.0.1:${port}`, '-f', config, '-d', '0'], {
    stdio: 'ignore',
  });
  const client = await connect(port);
  return {
    people,
    loadSeconds,
    async search(prefixes, most) {
      const parts = Object.entries(prefixes).map(([name, value]) => `(${name}=${escapeFilter`${value}`}*)`);
      const filter = parts.length === 1 ? (parts[0] ?? '') : `(&${parts.join('')})`;
      const attributes = ['cn', 'sn', 'givenName', 'l', 'title', 'mail'];
      const { searchEntries } = await client.search(base, { scope: 'sub', filter, attributes, sizeLimit: most });
      return searchEntries.length;
    },
    async stop() {
      await client.unbind();
      slapd.kill('SIGTERM');
      await once(slapd, 'exit');
    },
  };
}
