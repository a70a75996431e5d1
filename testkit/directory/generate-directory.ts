/**
 * Writes the official extractions of an invented national directory, at any size: the same seed and sizes give the same bytes on every
 * machine. Nobody in them exists; numbers, addresses and telephones lie in ranges that are evidently invented.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type DamagedRow, damageOf } from './damage.ts';
import { furtherSkills } from './data/professions.ts';
import { Dice, Urn } from './dice.ts';
import { type ExtraMailbox, type ExtraPerson, extraRows } from './extra.ts';
import { ExtractionFile, pack } from './extraction-file.ts';
import { Mailboxes } from './mailboxes.ts';
import { People, type Person } from './people.ts';
import * as rows from './rows.ts';

export interface DirectoryOrder {
  readonly seed: number;
  /** Rows of the activities, and of the mailboxes; what is added comes on top. */
  readonly activities: number;
  readonly mailboxes: number;
  readonly publishedAt: Date;
  readonly folder: string;
  /** As the source sends them: one archive of mailboxes, one of the three others. */
  readonly zipped?: boolean;
  /** People and services of somebody's own, at the head of the files. */
  readonly extra?: { readonly people?: readonly ExtraPerson[]; readonly mailboxes?: readonly ExtraMailbox[] };
  /** The same world some days later: about so many rows of the activities were created, changed, deleted; of the mailboxes in proportion. */
  readonly later?: {
    readonly days: number;
    readonly created: number;
    readonly changed: number;
    readonly deleted: number;
  };
  /** Adds the odd rows that the source is known to hold, and some that it might. */
  readonly damage?: boolean;
}

export interface GeneratedDirectory {
  readonly mailboxesFile: string;
  /** Activities, skills, diplomas; or the archive of the three. */
  readonly professionalsFiles: readonly string[];
  /** Rows, without the header; damaged ones included. */
  readonly rows: {
    readonly mailboxes: number;
    readonly activities: number;
    readonly skills: number;
    readonly diplomas: number;
  };
  readonly damaged: readonly DamagedRow[];
}

const fullActivities = 2_000_000;
/** Of 455,471 rows of persons at the source, 169 repeat an address. */
const duplicateEvery = 2_696;
const sharedHundredths = 15;
/** Activities of a person, on average: what mailboxes are spread by. */
const activitiesEach = 1.13;

interface Files {
  readonly mailboxes: ExtractionFile;
  readonly activities: ExtractionFile;
  readonly skills: ExtractionFile;
  readonly diplomas: ExtractionFile;
}

/** `AAAAMMJJhhmm` at Paris, where the source is. */
function stamp(date: Date): string {
  return date.toLocaleString('sv-SE', { timeZone: 'Europe/Paris' }).replace(/\D/gu, '').slice(0, 12);
}

async function openFiles(folder: string, at: string): Promise<Files> {
  const create = (name: string, header: string): Promise<ExtractionFile> =>
    ExtractionFile.create(path.join(folder, `${name}_${at}.txt`), header);
  return {
    mailboxes: await create('Extraction_Correspondance_MSSante', rows.mailboxHeader),
    activities: await create('PS_LibreAcces_Personne_activite', rows.activityHeader),
    skills: await create('PS_LibreAcces_SavoirFaire', rows.skillHeader),
    diplomas: await create('PS_LibreAcces_Dipl_AutExerc', rows.diplomaHeader),
  };
}

class Writing {
  readonly #order: DirectoryOrder;
  readonly #files: Files;
  readonly #people: People;
  readonly #mailboxes: Mailboxes;
  readonly #furtherSkills = new Urn(furtherSkills, ({ weight }) => weight);
  readonly #reserved: ReadonlySet<string>;
  readonly #personalQuota: number;
  #activities = 0;
  #personal = 0;
  #shared = 0;

  constructor(order: DirectoryOrder, files: Files) {
    this.#order = order;
    this.#files = files;
    this.#people = new People(order.seed, Math.min(1, order.activities / fullActivities));
    this.#mailboxes = new Mailboxes(order.seed, this.#people, order.mailboxes + (order.later?.created ?? 0));
    this.#reserved = new Set(order.extra?.people?.map(({ rpps }) => rpps));
    this.#personalQuota = order.mailboxes - Math.round((order.mailboxes * sharedHundredths) / 100);
  }

  /** People until both quotas are full: the last of them only have a mailbox, as some have in the source. */
  async writeWorld(): Promise<number> {
    let index = 0;
    const more = (): boolean => this.#activities < this.#order.activities || this.#personal < this.#personalQuota;
    for (; more(); index += 1) {
      this.#writePerson(index, this.#order.activities - this.#activities, this.#order.later);
      this.#catchUpShared();
      if (index % 64 === 0) await this.#drain();
    }
    while (this.#shared < this.#order.mailboxes - this.#personalQuota) this.#writeShared();
    await this.#drain();
    return index;
  }

  /** Who came since: people after the last of the world. */
  async writeNewcomers(first: number, created: number): Promise<void> {
    const end = this.#activities + created;
    for (let index = first; this.#activities < end; index += 1) {
      const person = this.#people.at(index);
      this.#writeActivities(person, person, end - this.#activities);
      if (new Dice(this.#order.seed, 32, index).chance(25)) this.#writeMailboxes(person, person, 2);
      if (index % 64 === 0) await this.#drain();
    }
    await this.#drain();
  }

  #writePerson(index: number, activitiesLeft: number, later: DirectoryOrder['later']): void {
    const first = this.#people.at(index);
    if (this.#reserved.has(first.rpps)) return;
    const { activities } = this.#order;
    const shares = { deleted: (later?.deleted ?? 0) / activities, changed: (later?.changed ?? 0) / activities };
    const fate = later === undefined ? 'same' : this.#people.fate(index, shares, later.days);
    const now = fate === 'changed' ? this.#people.at(index, later?.days) : first;
    const isThere = fate !== 'deleted';
    if (activitiesLeft > 0) this.#writeActivities(first, isThere ? now : null, activitiesLeft);
    const left = this.#personalQuota - this.#personal;
    if (left > 0 && this.#hasMailbox(first, activitiesLeft, left))
      this.#writeMailboxes(first, isThere ? now : null, left);
  }

  /** Counts what the world has, and writes what is still there. */
  #writeActivities(first: Person, now: Person | null, left: number): void {
    const { activities, skills, diplomas } = this.#files;
    this.#activities += Math.min(first.practices.length, left);
    if (now === null) return;
    for (const practice of now.practices.slice(0, left)) activities.add(rows.activityRow(now, practice));
    if (now.speciality !== null) skills.add(rows.skillRow(now, now.speciality));
    const dice = new Dice(this.#order.seed, 33, now.index);
    if (now.profession.code === '10' && dice.chance(20)) skills.add(rows.skillRow(now, this.#furtherSkills.draw(dice)));
    if (now.category !== 'E') diplomas.add(rows.diplomaRow(now));
  }

  /** Professions differ in how many have one; what is still to be written decides how many in all. */
  #hasMailbox(person: Person, activitiesLeft: number, left: number): boolean {
    if (activitiesLeft <= 0) return true;
    const weight = person.profession.mailbox / this.#people.averageMailboxWeight;
    const peopleLeft = Math.max(1, activitiesLeft / activitiesEach);
    const share = Math.min(0.97, (0.93 * weight * left) / peopleLeft);
    return new Dice(this.#order.seed, 32, person.index).chance(share * 100);
  }

  #writeMailboxes(first: Person, now: Person | null, left: number): void {
    const { mailboxes } = this.#files;
    for (const mailbox of this.#mailboxes.personal(first, now?.practices ?? [], left)) {
      this.#personal += 1;
      if (now !== null) mailboxes.add(rows.personalMailboxRow(now, mailbox));
      if (this.#personal % duplicateEvery !== 7 || this.#personal >= this.#personalQuota) continue;
      this.#personal += 1;
      if (now !== null) mailboxes.add(rows.personalMailboxRow(now, { ...mailbox, isPaperless: !mailbox.isPaperless }));
    }
  }

  #catchUpShared(): void {
    const quota = this.#order.mailboxes - this.#personalQuota;
    while (this.#shared < quota && this.#shared * (100 - sharedHundredths) < this.#personal * sharedHundredths)
      this.#writeShared();
  }

  #writeShared(): void {
    const mailbox = this.#mailboxes.shared(this.#shared);
    const { later, activities } = this.#order;
    const deleted = (later?.deleted ?? 0) / activities;
    const isThere =
      later === undefined || this.#people.fate(-1 - this.#shared, { deleted, changed: 0 }, later.days) === 'same';
    this.#shared += 1;
    if (isThere) this.#files.mailboxes.add(rows.sharedMailboxRow(mailbox));
  }

  async #drain(): Promise<void> {
    for (const file of Object.values(this.#files)) if (file.isFull) await file.drain();
  }
}

async function packAll(files: Files, order: DirectoryOrder, at: string): Promise<string[]> {
  const texts = [files.activities.path, files.skills.path, files.diplomas.path];
  if (order.zipped !== true) return [files.mailboxes.path, ...texts];
  const professionals = path.join(order.folder, `PS_LibreAcces_${at}.zip`);
  const mailboxes = files.mailboxes.path.replace(/txt$/u, 'zip');
  await pack(mailboxes, [files.mailboxes.path], order.publishedAt);
  await pack(professionals, texts, order.publishedAt);
  for (const text of [files.mailboxes.path, ...texts]) await rm(text);
  return [mailboxes, professionals];
}

export async function generateDirectory(order: DirectoryOrder): Promise<GeneratedDirectory> {
  const at = stamp(order.publishedAt);
  const files = await openFiles(order.folder, at);
  const extra = extraRows(order.extra?.people ?? [], order.extra?.mailboxes ?? []);
  for (const row of extra.activities) files.activities.add(row);
  for (const row of extra.skills) files.skills.add(row);
  for (const row of extra.mailboxes) files.mailboxes.add(row);
  const writing = new Writing(order, files);
  const end = await writing.writeWorld();
  if (order.later !== undefined) await writing.writeNewcomers(end, order.later.created);
  const damaged = order.damage === true ? await damageOf(files) : [];
  for (const file of Object.values(files)) await file.close();
  const [mailboxesFile = '', ...professionalsFiles] = await packAll(files, order, at);
  const count = (file: ExtractionFile): number => file.lines - 1;
  return {
    mailboxesFile,
    professionalsFiles,
    rows: {
      mailboxes: count(files.mailboxes),
      activities: count(files.activities),
      skills: count(files.skills),
      diplomas: count(files.diplomas),
    },
    damaged,
  };
}
