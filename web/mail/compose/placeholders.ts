/** `{{date}}` and its like in a template: those that are known are filled, the others are asked for. */
import { escapeHtml } from './html-text.ts';

/** French, without accents or case; blanks at the ends do not count. */
const form = /\{\{\s*([^{}\n<>]{1,60}?)\s*\}\}/g;

export function placeholderKey(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

/** As they are written, the first of each. */
export function placeholdersIn(...texts: readonly string[]): readonly string[] {
  const found = new Map<string, string>();
  for (const text of texts) {
    for (const [, name = ''] of text.matchAll(form)) {
      const key = placeholderKey(name);
      if (!found.has(key)) found.set(key, name);
    }
  }
  return [...found.values()];
}

/** By key. What has no value stays as it is written. A value is never read again for placeholders. */
export type PlaceholderValues = ReadonlyMap<string, string>;

export function fillText(text: string, values: PlaceholderValues): string {
  return text.replace(form, (whole, name: string) => values.get(placeholderKey(name)) ?? whole);
}

export function fillHtml(html: string, values: PlaceholderValues): string {
  return html.replace(form, (whole, name: string) => {
    const value = values.get(placeholderKey(name));
    return value === undefined ? whole : escapeHtml(value);
  });
}

export interface KnownFacts {
  readonly today: string;
  /** Of the first recipient. */
  readonly correspondent: string | undefined;
  readonly me: string;
  readonly practice: string;
}

/** What nobody has to be asked for. The patient is: a wrong name is worse than a question. */
export function knownValues({ today, correspondent, me, practice }: KnownFacts): PlaceholderValues {
  const values = new Map([
    ['date', today],
    ['moi', me],
    ['cabinet', practice],
  ]);
  if (correspondent !== undefined && correspondent !== '') values.set('correspondant', correspondent);
  return values;
}

export function missingPlaceholders(names: readonly string[], values: PlaceholderValues): readonly string[] {
  return names.filter((name) => !values.has(placeholderKey(name)));
}
