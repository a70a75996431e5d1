/** What the routes of JMAP share. */
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../../domain/audit/audit.ts';
import type { HttpApp } from '../../../platform/http/app.ts';
import type { Product } from '../../product.ts';
import type { PushSender } from '../../product-push.ts';
import type { SignIn } from '../sign-in.ts';
import type { OpenBlob } from './blobs.ts';

export interface JmapParts {
  readonly product: Pick<Product, 'access' | 'audit' | 'clock' | 'database' | 'log' | 'mail' | 'transfer'> & {
    /** Undefined when no push service may be called. */
    readonly push?: PushSender | undefined;
    readonly config: { readonly sandbox: boolean; readonly http: { readonly publicUrl: string } };
  };
  readonly signIn: SignIn;
  readonly openBlob: OpenBlob;
}

/** Any instance: hooks do not depend on the types of routes. */
export type App = Pick<
  HttpApp,
  'get' | 'post' | 'addContentTypeParser' | 'removeAllContentTypeParsers' | 'setErrorHandler'
>;

/** RFC 8620 describes these routes, not the OpenAPI file. */
export const schema = { hide: true } as const;

/** The person behind a request, as the audit names them. */
export function actorOf({ signIn }: Pick<JmapParts, 'signIn'>, request: FastifyRequest): Actor {
  return signIn.personOf(request).actor;
}
