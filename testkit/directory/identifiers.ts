/** Identifiers whose keys are right and whose ranges are evidently invented. */

/** The digit that makes `digits` with it pass Luhn's test (ISO/IEC 7812-1), as RPPS, SIREN and SIRET do. */
export function luhnKey(digits: string): string {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = index % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}

/** RPPS number of the person at `index`: in the range 899…, spread over it. */
export function rppsAt(index: number): string {
  // 7,654,321 has no factor in common with 10⁷: no two indexes meet.
  const spread = Number((BigInt(index) * 7_654_321n + 1_234_567n) % 10_000_000n);
  const digits = `899${String(spread).padStart(7, '0')}`;
  return digits + luhnKey(digits);
}

/** FINESS number of the `ordinal`th structure of a department, whose first two characters it starts with. */
export function finessAt(department: string, ordinal: number): string {
  const spread = (ordinal * 271_829 + 31_415) % 1_000_000;
  const tail = String(spread).padStart(6, '0');
  return `${department.slice(0, 2)}${tail}${luhnKey(tail)}`;
}

/** SIREN numbers start with 9 for structures, with 8 for the practices of one person. */
export function sirenAt(kind: 8 | 9, ordinal: number): string {
  const digits = `${kind}${String(ordinal % 10_000_000).padStart(7, '0')}`;
  return digits + luhnKey(digits);
}

export function siretAt(siren: string, establishment: number): string {
  const digits = siren + String(establishment).padStart(4, '0');
  return digits + luhnKey(digits);
}

/** A telephone number that is never given to anybody (ARCEP, decision 2018-0881: numbers for fiction). */
export function fictionalPhone(department: string, hash: number): string {
  const prefix = fictionalPrefixes[zoneOf(department)] ?? '019900';
  return prefix + String(hash % 10_000).padStart(4, '0');
}

const fictionalPrefixes: readonly string[] = ['019900', '026191', '035301', '046571', '053649'];

function zoneOf(department: string): number {
  if (/^(?:75|77|78|9[1-5])/u.test(department)) return 0;
  if (/^(?:14|18|22|27|28|29|35|36|37|41|44|45|49|50|53|56|61|72|76|85|97)/u.test(department)) return 1;
  if (/^(?:02|08|10|21|25|39|5[124578-9]|60|62|67|68|70|71|80|88|89|90)/u.test(department)) return 2;
  if (/^(?:01|0[3-7]|1[135]|2[0AB6]|30|34|38|42|43|48|63|66|69|73|74|83|84)/u.test(department)) return 3;
  return 4;
}
