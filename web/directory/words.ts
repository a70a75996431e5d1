/** How people, places and days of the directory are said. */
import { directoryTexts as texts } from '../texts/directory.ts';
import { dayNumbers } from '../ui/dates.ts';
import type { Correspondent, Place } from './types.ts';

/** The code in brackets that the nomenclature ends labels with says nothing to a person. */
export function plainLabel(label: string): string {
  return label.replace(/ \([A-Z]{1,5}\)$/, '');
}

/** « Médecin · Cardiologie » */
export function trade({ profession, speciality }: Pick<Correspondent, 'profession' | 'speciality'>): string {
  return [profession?.label, speciality === null ? null : plainLabel(speciality.label)].filter(isSaid).join(' · ');
}

/** « CHU de Tours, Tours (37) » */
export function placeLine({ organization, service, town, department }: Place): string {
  const where = isSaid(town) ? (isSaid(department) ? `${town} (${department})` : town) : undefined;
  return [service, organization, where].filter(isSaid).join(', ');
}

/** Where letters go: street, then postcode and town. */
export function placeAddress({ lines, postcode, town }: Place): string {
  return [...lines, [postcode, town].filter(isSaid).join(' ')].filter(isSaid).join(', ');
}

function isSaid(text: string | null | undefined): text is string {
  return text !== null && text !== undefined && text !== '';
}

const whole = new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 0 });

export function distanceLine(km: number): string {
  return km < 1 ? texts.near : texts.distance(whole.format(km));
}

const dayMonth = new Intl.DateTimeFormat('fr-FR', { day: 'numeric', month: 'long', timeZone: 'Europe/Paris' });
const dayMonthYear = new Intl.DateTimeFormat('fr-FR', { dateStyle: 'long', timeZone: 'Europe/Paris' });

/** « 21 novembre », with its year when it is not this one. */
export function editionDay(instant: string, now: Date): string {
  const at = new Date(instant);
  return at.getFullYear() === now.getFullYear() ? dayMonth.format(at) : dayMonthYear.format(at);
}

/** « 21/11/2026 » */
export function shortDay(instant: string): string {
  return dayNumbers(new Date(instant));
}

/** « 02 47 12 34 56 » of `0247123456`; others as they are. */
export function phoneLine(phone: string): string {
  const digits = phone.replace(/\D/g, '').replace(/^33(?=\d{9}$)/, '0');
  return /^0\d{9}$/.test(digits) ? (digits.match(/\d{2}/g) ?? []).join(' ') : phone;
}

/** Addresses as a person types or pastes them: lines, commas, semicolons, « Nom <adresse> ». Each once. */
export function readAddresses(text: string): readonly string[] {
  const found = text.split(/[\n,;]+/).map((each) => (/<([^<>]+)>/.exec(each)?.[1] ?? each).trim().toLowerCase());
  return [...new Set(found.filter((each) => each !== ''))];
}

/** Accents and case do not part names. */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Whether every typed word begins a word of one of the texts. */
export function holds(typed: string, said: readonly (string | null)[]): boolean {
  const words = said.flatMap((each) => folded(each ?? '').split(/[^\p{L}\p{N}]+/u));
  const asked = folded(typed)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(isSaid);
  return asked.every((begin) => words.some((word) => word.startsWith(begin)));
}
