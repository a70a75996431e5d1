/** Branded primitives: values of one shape that must never be swapped (design §5). */

declare const brand: unique symbol;

/** A primitive `T` that only the constructor of `Name` may make. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
