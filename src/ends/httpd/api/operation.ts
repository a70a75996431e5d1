/** What every operation of the API shares: who may call it, how its faults look, how its values are written. */
import type { FastifyRequest } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { Refusal } from '../../../base/errors.ts';
import { type AccountId, asId } from '../../../base/ids.ts';
import type { Right } from '../../../domain/access/access.ts';
import type { Act } from '../../../domain/audit/audit.ts';
import type { AccountRef } from '../../../domain/mail/mail.ts';
import type { HttpApp } from '../../../platform/http/app.ts';
import type { Product } from '../../product.ts';
import type { SignedIn, SignIn } from '../sign-in.ts';
import { apiTexts } from './texts.ts';

export interface ApiParts {
  readonly app: HttpApp;
  readonly product: Product;
  readonly signIn: SignIn;
}

/** Faults are sent by the shell, never by a route: the schema is there to be read. */
const faultSchema = Type.Unsafe<never>(Type.Ref('Problem#'));

interface Parts {
  readonly params?: TSchema;
  readonly querystring?: TSchema;
  readonly body?: TSchema;
}

type Security = { readonly [scheme: string]: readonly string[] }[];

/** A browser that signed in. */
export const sessionSecurity: Security = [{ session: [] }];

/** The options of a route that a person's app password of scope `api` opens, and a browser's session. */
export function operation<Answer extends TSchema, Given extends Parts>(
  { signIn }: Pick<ApiParts, 'signIn'>,
  summary: string,
  { answer, given }: { readonly answer: Answer; readonly given: Given },
) {
  const security: Security = [{ appPassword: [] }, { token: [] }, ...sessionSecurity];
  const response = { 200: answer, default: faultSchema };
  return { onRequest: signIn.require('api'), schema: { ...given, summary, security, response } };
}

/** As JSON carries it: instants as text. */
export type Wire<T> = T extends string
  ? T
  : T extends Date
    ? string
    : T extends readonly (infer Item)[]
      ? Wire<Item>[]
      : T extends object
        ? { -readonly [Key in keyof T]: Wire<T[Key]> }
        : T;

export function wire<T>(value: T): Wire<T> {
  return written(value) as Wire<T>; // the same shape, walked below
}

function written(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, written(inner)]));
}

/** An account of the path, its holder's rights, and who asks: what one may not see does not exist. */
export interface AccountView {
  readonly account: AccountRef;
  readonly person: SignedIn;
  readonly rights: ReadonlySet<Right>;
  readonly viewer: { readonly as: SignedIn['actor']; readonly account: AccountRef };
}

export async function accountOf(
  { product, signIn }: Pick<ApiParts, 'product' | 'signIn'>,
  request: FastifyRequest,
  accountId: string,
): Promise<AccountView> {
  const person = signIn.personOf(request);
  const account = { tenantId: person.tenantId, accountId: asId<AccountId>(accountId) };
  const rights = await product.access.rightsOn(product.database.db, person, account, product.clock.now());
  if (rights.size === 0) throw new Refusal('account-unknown', apiTexts.accountUnknown);
  return { account, person, rights, viewer: { as: person.actor, account } };
}

/** One act of the person who asks; `silent` when it may turn out that there is nothing to do. */
export function actOf<T>(
  { product }: Pick<ApiParts, 'product'>,
  { person }: Pick<AccountView, 'person'>,
  body: (act: Act) => Promise<T>,
): Promise<T> {
  return product.audit.act({ actor: person.actor, reason: 'api', silent: 'when-nothing-changed' }, body);
}
