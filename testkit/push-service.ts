/** A push service on loopback (RFC 8030) with the browsers behind it: checks who calls (RFC 8292) and opens what comes (RFC 8291). */
import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createPublicKey, type ECDH, hkdfSync, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { present } from '../src/base/assert.ts';
import type { Scope } from './database.ts';

/** A message as the browser reads it. */
export type Pushed = Readonly<Record<string, unknown>>;

export interface Browser {
  readonly url: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
  /** What came, the oldest first. */
  readonly pushed: Pushed[];
  /** What the service answers for it; 201 unless told. */
  status: number;
  /** Calls for it, those that it refused too. */
  calls: number;
}

interface Kept extends Browser {
  readonly pair: ECDH;
  readonly secret: Buffer;
}

export class PushService {
  /** As the configuration names it. */
  readonly host: string;
  /** Of calls that no service would take. */
  readonly faults: unknown[] = [];
  /** Keys that signed calls. */
  readonly signers = new Set<string>();
  readonly #browsers = new Map<string, Kept>();

  private constructor(host: string) {
    this.host = host;
  }

  static async open(scope: Scope): Promise<PushService> {
    let service: PushService | undefined;
    const server = createServer((request, response) => {
      void service?.answer(request).then((status) => response.writeHead(status).end());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    scope.after(async () => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    service = new PushService(`127.0.0.1:${address.port}`);
    return service;
  }

  subscribe(): Browser {
    const pair = createECDH('prime256v1');
    const secret = randomBytes(16);
    const path = `/push/${randomBytes(16).toString('hex')}`;
    const browser: Kept = {
      url: `http://${this.host}${path}`,
      keys: { p256dh: pair.generateKeys('base64url'), auth: secret.toString('base64url') },
      pushed: [],
      status: 201,
      calls: 0,
      pair,
      secret,
    };
    this.#browsers.set(path, browser);
    return browser;
  }

  private async answer(request: IncomingMessage): Promise<number> {
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk);
    const browser = this.#browsers.get((request.url ?? '').replace(/\?.*/, ''));
    if (browser === undefined) return 404;
    browser.calls += 1;
    try {
      this.#checkCaller(request);
      const message = JSON.parse(open(browser, Buffer.concat(body)).toString('utf8'));
      if (browser.status === 201) browser.pushed.push(message);
      return browser.status;
    } catch (fault) {
      this.faults.push(fault);
      return 400;
    }
  }

  #checkCaller({ method, headers }: IncomingMessage): void {
    assert.equal(method, 'POST');
    assert.equal(headers['content-encoding'], 'aes128gcm');
    assert.match(String(headers['ttl']), /^\d+$/);
    assert.match(String(headers['urgency']), /^(?:very-low|low|normal|high)$/);
    // RFC 8292 §2 and §3
    const given = present(/^vapid t=([^,]+), ?k=([\w-]+)$/.exec(headers.authorization ?? ''), 'a call is not signed');
    const [, token = '', key = ''] = given;
    const [head = '', claims = '', signature = ''] = token.split('.');
    const point = Buffer.from(key, 'base64url');
    const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
    const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    const signed = Buffer.from(`${head}.${claims}`);
    const isSigned = verify(
      'sha256',
      signed,
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    assert.ok(isSigned, 'a signature is wrong');
    const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
    const now = Date.now() / 1_000;
    assert.equal(aud, `http://${this.host}`);
    assert.ok(exp > now && exp <= now + 24 * 3_600, 'a signature holds too long');
    assert.match(sub, /^mailto:/);
    this.signers.add(key);
  }
}

/** RFC 8188 §2, RFC 8291 §3.4 */
function open({ pair, secret }: Kept, body: Buffer): Buffer {
  const salt = body.subarray(0, 16);
  const keyLength = present(body[20], 'a body has no header');
  const sender = body.subarray(21, 21 + keyLength);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), pair.getPublicKey(), sender]);
  const material = Buffer.from(hkdfSync('sha256', pair.computeSecret(sender), secret, info, 32));
  const derive = (name: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', material, salt, `Content-Encoding: ${name}\0`, length));
  const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
  const sealed = body.subarray(21 + keyLength);
  decipher.setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  return padded.subarray(0, padded.lastIndexOf(2));
}
