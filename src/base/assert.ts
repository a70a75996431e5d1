/** Assumptions of the program. A failed one is a bug (design §5): the ends answer 421 / BYE / serverFail / 500. */

export class AssertionFault extends Error {
  override readonly name = 'AssertionFault';
}

/** Throws {@link AssertionFault} unless `condition` holds. `message` must carry no health data and no secret. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFault(message);
}

/** Returns `value`, which must be neither `undefined` nor `null`. */
export function present<T>(value: T | undefined | null, message: string): T {
  if (value === undefined || value === null) throw new AssertionFault(message);
  return value;
}

/** The end of a `switch` over a union: the compiler proves that it is never reached. */
export function unreachable(value: never): never {
  throw new AssertionFault(`unreachable case of type ${typeof value}`);
}
