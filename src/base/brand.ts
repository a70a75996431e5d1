/** Branded primitives: values of one shape that must never be swapped (design §5). */

declare const brand: unique symbol;

/**
 * A primitive `T` that only the constructor of `Name` may make. A branded `T` may be branded again: the names add up (a
 * `TenantId` is a `Uuid`), hence a record of names rather than one name, which would make the intersection `never`.
 */
export type Brand<T, Name extends string> = T & { readonly [brand]: { readonly [K in Name]: true } };
