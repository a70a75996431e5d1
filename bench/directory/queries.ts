/** What people type in the box: names letter by letter, with errors, with a first name, a town, a speciality. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Dice } from '../../testkit/directory/dice.ts';
import { plain } from '../../testkit/directory/writing.ts';

export const queryClasses = ['prefix', 'first-name', 'town', 'error', 'speciality', 'words'] as const;
export type QueryClass = (typeof queryClasses)[number];

export interface Query {
  readonly of: QueryClass;
  readonly text: string;
  /** The same for a directory that knows prefixes only; null where it has nothing alike. */
  readonly prefixes: { readonly sn: string; readonly givenName?: string; readonly l?: string } | null;
}

interface Sampled {
  readonly family: string;
  readonly given: string;
  readonly speciality: string;
  readonly town: string;
}

/** How often each is typed, in hundredths. */
const shares: Readonly<Record<QueryClass, number>> = {
  prefix: 40,
  'first-name': 15,
  town: 15,
  error: 15,
  speciality: 10,
  words: 5,
};

/** As they are said. */
const spoken: Readonly<Record<string, string>> = {
  SM04: 'cardio',
  SM42: 'psychiatre',
  SM40: 'pediatre',
  SM38: 'ophtalmo',
  SM15: 'dermato',
  SM41: 'pneumologue',
  SM32: 'neurologue',
  SM24: 'gastro',
  SM20: 'gyneco',
  SM54: 'medecin',
  SM53: 'generaliste',
  SM26: 'medecin',
  '21': 'pharmacien',
  '40': 'dentiste',
  '50': 'sage femme',
  '60': 'infirmiere',
  '70': 'kine',
  '80': 'podologue',
  '91': 'orthophoniste',
};

const write = (text: string): string => plain(text).toLowerCase();

/** `count` people with a mailbox, spread evenly over the file. */
async function sample(file: string, rows: number, count: number): Promise<Sampled[]> {
  const people: Sampled[] = [];
  const every = Math.max(1, Math.floor(rows / count / 2));
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    line += 1;
    if (line % every !== 0) continue;
    const columns = text.split('|');
    const town = /^\d{5} (\D+?)(?: CEDEX.*)?$/u.exec(columns[27] ?? '')?.[1];
    const speciality = spoken[columns[15] ?? ''] ?? spoken[columns[13] ?? ''];
    if (columns[0] !== 'PER' || town === undefined || speciality === undefined) continue;
    people.push({ family: write(columns[9] ?? ''), given: write(columns[10] ?? ''), speciality, town: write(town) });
  }
  return people;
}

/** One letter less, one twice, two exchanged, or another one: what fingers do. */
function withError(name: string, dice: Dice): string {
  const at = 1 + dice.below(Math.max(1, name.length - 2));
  const kind = dice.below(4);
  if (kind === 0) return name.slice(0, at) + name.slice(at + 1);
  if (kind === 1) return name.slice(0, at) + name.charAt(at) + name.slice(at);
  if (kind === 2) return name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2);
  return name.slice(0, at) + dice.pick([...'aeilnorstu']) + name.slice(at + 1);
}

function queryOf(of: Exclude<QueryClass, 'prefix'>, { family, given, speciality, town }: Sampled, dice: Dice): Query {
  switch (of) {
    case 'first-name': {
      const typed = given.slice(0, 1 + dice.below(given.length));
      return { of, text: `${family} ${typed}`, prefixes: { sn: family, givenName: typed } };
    }
    case 'town':
      return { of, text: `${family} ${town}`, prefixes: { sn: family, l: town } };
    case 'error':
      return { of, text: `${withError(family, dice)} ${given}`, prefixes: null };
    case 'speciality':
      return { of, text: `${speciality} ${town}`, prefixes: null };
    case 'words':
      return { of, text: `dr ${withError(family, dice)} ${speciality} ${town}`, prefixes: null };
  }
}

/** From three letters to the whole name, as a box asks while somebody types. */
function* typing({ family }: Sampled): Generator<Query> {
  for (let end = 3; end <= family.length; end += 1) {
    const text = family.slice(0, end);
    if (!text.endsWith(' ')) yield { of: 'prefix', text, prefixes: { sn: text } };
  }
}

/** `count` queries about people of the file, in the order in which an office would mix them. */
export async function realisticQueries(file: string, rows: number, count: number): Promise<Query[]> {
  const people = await sample(file, rows, count);
  const dice = new Dice(7, count);
  const person = (): Sampled => dice.pick(people);
  const queries: Query[] = [];
  let left = Math.round((count * shares.prefix) / 100);
  while (left > 0) {
    for (const query of typing(person())) {
      if (left === 0) break;
      queries.push(query);
      left -= 1;
    }
  }
  for (const of of queryClasses) {
    if (of === 'prefix') continue;
    const wanted = Math.round((count * shares[of]) / 100);
    for (let index = 0; index < wanted; index += 1) queries.push(queryOf(of, person(), dice));
  }
  return shuffled(queries, dice);
}

function shuffled<T>(values: readonly T[], dice: Dice): T[] {
  const left = [...values];
  const mixed: T[] = [];
  while (left.length > 0) {
    const at = dice.below(left.length);
    const last = left.pop();
    if (last === undefined) break;
    const taken = at === left.length ? last : left[at];
    if (taken === undefined) break;
    mixed.push(taken);
    if (at < left.length) left[at] = last;
  }
  return mixed;
}
