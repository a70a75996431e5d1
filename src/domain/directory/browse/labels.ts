/** Codes with their labels, for rows read in bulk: one statement for all codes of a page. */
import { sql } from 'kysely';
import type { CodedFact } from '../../../formats/fhir/directory-facts.ts';
import type { Transaction } from '../../../platform/db/db.ts';

export type LabelList =
  | 'profession'
  | 'category'
  | 'skill-type'
  | 'skill'
  | 'mode'
  | 'sector'
  | 'section'
  | 'role'
  | 'genre'
  | 'country'
  | 'diploma-type'
  | 'diploma';

type Codes = Iterable<readonly [LabelList, string | null]>;

export interface Labels {
  coded(list: LabelList, code: string): CodedFact;
  codedOrNull(list: LabelList, code: string | null): CodedFact | null;
}

export async function readLabels(tx: Transaction, codes: Codes): Promise<Labels> {
  const wanted = new Map<string, readonly [LabelList, string]>();
  for (const [list, code] of codes) if (code !== null) wanted.set(`${list} ${code}`, [list, code]);
  const pairs = [...wanted.values()];
  const labels = new Map<string, string>();
  if (pairs.length > 0) {
    const { rows } = await sql<{ list: string; code: string; label: string }>`
      select l.list, l.code, l.label
        from unnest(${pairs.map(([list]) => list)}::text[], ${pairs.map(([, code]) => code)}::text[]) as w (list, code)
        join directory.label l on l.list = w.list and l.code = w.code`.execute(tx);
    for (const { list, code, label } of rows) labels.set(`${list} ${code}`, label);
  }
  const coded = (list: LabelList, code: string): CodedFact => ({ code, label: labels.get(`${list} ${code}`) ?? null });
  return { coded, codedOrNull: (list, code) => (code === null ? null : coded(list, code)) };
}
