import type { AccountRef } from '../domain/mail/mail.ts';
import type { Product } from './product.ts';

/** The national identifiers of those who hold a personal account: nobody else's address stands under their number. */
export async function holdersOf(
  { access, database, clock }: Pick<Product, 'access' | 'database' | 'clock'>,
  account: AccountRef,
): Promise<readonly string[]> {
  const { db } = database;
  const at = clock.now();
  const numbers: string[] = [];
  for (const personId of await access.personsWithRights(db, account, at)) {
    const person = { tenantId: account.tenantId, personId };
    if (!(await access.rightsOn(db, person, account, at)).has('own')) continue;
    const rpps = (await access.getPerson(db, person))?.rpps ?? null;
    if (rpps !== null) numbers.push(`8${rpps}`);
  }
  return numbers;
}
