/**
 * Web Push (RFC 8030): short words to browsers, by the services that their makers run.
 *
 * Guarantees: only hosts that the configuration names are called, over TLS (in the sandbox also in plain on loopback), without
 * redirections, within a time, and nothing of an answer but its status is read. What is told is encrypted for the browser (RFC
 * 8291): its service sees when and how much, never what. Calls are signed with the operator's key (RFC 8292).
 */
import { ECDH } from 'node:crypto';
import webPush from 'web-push';
import { Refusal, Temporary } from '../../base/errors.ts';
import { webPushLimits } from '../../base/limits.ts';
import type { Secret } from '../../base/secret.ts';
import { isLoopbackAddress, isPublicAddress } from '../net/addresses.ts';
import { callHttp } from '../net/http-call.ts';

/** As a browser gives it: what is sent to `url` opens with these keys, both base64url. */
export interface PushTarget {
  readonly url: string;
  /** The point on P-256, uncompressed, and 16 octets. */
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** `gone`: there is no such subscription any more (RFC 8030 §7.3). */
export type PushOutcome = 'taken' | 'gone' | 'failed';

export interface WebPush {
  /** `applicationServerKey`: the uncompressed point, base64url. */
  readonly publicKey: string;
  /** Whether its host is one of those that may be called, in the way that it asks for. */
  mayCall(url: string): boolean;
  /** What cannot be reached or answers otherwise has `failed`. */
  send(target: PushTarget, text: string): Promise<PushOutcome>;
}

export interface WebPushOptions {
  /** `host`, or `host:port` for another port than that of the scheme. */
  readonly hosts: readonly string[];
  /** A loopback address may be reached, by `http:` too (the sandbox). */
  readonly allowLoopback: boolean;
  /** Who answers for what is sent: `mailto:` and an address. */
  readonly subject: string;
  readonly publicKey: Uint8Array;
  /** 32 octets. */
  readonly privateKey: Secret;
}

/** Whether something can be encrypted with them: a point of the curve, and as many octets as RFC 8291 §3.2 says. */
export function arePushKeys({ p256dh, auth }: PushTarget['keys']): boolean {
  if (!/^[\w-]{87}=?$/.test(p256dh) || !/^[\w-]{22}(?:==)?$/.test(auth)) return false;
  try {
    ECDH.convertKey(Buffer.from(p256dh, 'base64url'), 'prime256v1');
    return true;
  } catch {
    return false;
  }
}

export function createWebPush(options: WebPushOptions): WebPush {
  const publicKey = Buffer.from(options.publicKey).toString('base64url');
  const mayCall = (text: string): boolean => {
    const url = URL.parse(text);
    if (url === null || url.username !== '' || url.password !== '') return false;
    const isPlain = url.protocol === 'http:' && options.allowLoopback;
    return (url.protocol === 'https:' || isPlain) && options.hosts.includes(url.host);
  };
  return {
    publicKey,
    mayCall,
    async send(target, text) {
      // What was taken in may have left the configuration since.
      if (!mayCall(target.url)) return 'gone';
      const url = new URL(target.url);
      // RFC 8030 §5.2, §5.3; RFC 8291; RFC 8292 §2, §3
      const { headers, body } = webPush.generateRequestDetails({ endpoint: url.href, keys: target.keys }, text, {
        vapidDetails: {
          subject: options.subject,
          publicKey,
          privateKey: options.privateKey.revealBytes().toString('base64url'),
        },
        TTL: webPushLimits.ttlSeconds,
        urgency: 'normal',
      });
      const isPlain = url.protocol === 'http:';
      try {
        const answer = await callHttp({
          url,
          method: 'POST',
          headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
          body,
          timeoutMs: webPushLimits.callMs,
          mayReach: (address) =>
            (!isPlain && isPublicAddress(address)) || (options.allowLoopback && isLoopbackAddress(address)),
        });
        answer.discard();
        if (answer.status === 404 || answer.status === 410) return 'gone';
        return answer.status >= 200 && answer.status < 300 ? 'taken' : 'failed';
      } catch (fault) {
        if (fault instanceof Temporary || fault instanceof Refusal) return 'failed';
        throw fault;
      }
    },
  };
}
