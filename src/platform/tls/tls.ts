/**
 * TLS material: read from files, checked, and taken up again when it is renewed, without a restart.
 *
 * Guarantees: a context holds a certificate and the key that belongs to it; a renewal that is unreadable, malformed,
 * mismatched or expired leaves the one in force and raises an alarm in the log, once per change of the files.
 * Who the peer is, is not decided here: servers ask for a certificate and `domain/trust` judges it.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { Refusal } from '../../base/errors.ts';
import { tlsLimits } from '../../base/limits.ts';
import type { Log } from '../../base/log.ts';
import { wholeHandshakes } from '../wire/secure.ts';
import { tlsTexts } from './texts.ts';

/** What every TLS connection of Hygie asks at least, in and out. */
export const tlsFloor = {
  minVersion: 'TLSv1.2', // ANS-REF2 ECO.1.1.1
  // ANS-REF2 ECO.1.1.3: the list itself is not published; ephemeral keys and authenticated encryption, as ANSSI advises.
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
  ].join(':'),
  ecdhCurve: 'X25519:P-256:P-384',
  honorCipherOrder: true,
  ...wholeHandshakes,
} as const satisfies SecureContextOptions;

export interface TlsFiles {
  /** The certificate in PEM, alone or followed by its chain. */
  readonly certificatePath: string;
  readonly keyPath: string;
  /** Certificates between ours and the authority, when they are not in `certificatePath`. */
  readonly chainPath?: string;
  /** Authorities whose certificates peers are asked for. */
  readonly caPath?: string;
}

export interface TlsContexts {
  /** For `tls.connect`, `new TLSSocket` and `SNICallback`: ask for it at each connection. */
  current(): SecureContext;
  /** The same as options, for servers that make their own context. */
  options(): SecureContextOptions;
  expiresAt(): Date;
  /** Reads the files again if they changed. For SIGHUP, and by itself each `tlsLimits.pollMs`. */
  reload(): Promise<'renewed' | 'unchanged' | 'refused'>;
  /** Calls `listener` after each renewal. */
  onRenewal(listener: () => void): void;
  stop(): void;
}

interface Material {
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
  readonly certificate: X509Certificate;
}

/** Reads the files and watches them. Throws `Refusal` when they cannot serve at all; an expired certificate serves, with an alarm. */
export async function createTlsContexts(
  files: TlsFiles,
  { clock, log, pollMs = tlsLimits.pollMs }: { readonly clock: Clock; readonly log: Log; readonly pollMs?: number },
): Promise<TlsContexts> {
  // The state of the files is taken before they are read: a change meanwhile is seen by the next look.
  let seen = await stateOf(files);
  let inForce = await readMaterial(files);
  if (inForce.certificate.validToDate <= clock.now())
    log.error('tls-certificate-expired', { path: files.certificatePath });
  const listeners: (() => void)[] = [];

  const renew = async (): Promise<'renewed' | 'unchanged' | 'refused'> => {
    const state = await stateOf(files);
    if (state === seen) return 'unchanged';
    seen = state;
    try {
      const next = await readMaterial(files);
      if (next.certificate.validToDate <= clock.now()) {
        throw new Refusal('tls-certificate-expired', tlsTexts.expired(files.certificatePath));
      }
      inForce = next;
    } catch (fault) {
      log.error('tls-renewal-refused', { path: files.certificatePath }, fault);
      return 'refused';
    }
    log.info('tls-renewed', { path: files.certificatePath, expiresAt: inForce.certificate.validToDate.toISOString() });
    for (const listener of listeners) listener();
    return 'renewed';
  };

  let last: Promise<unknown> = Promise.resolve();
  const reload = (): Promise<'renewed' | 'unchanged' | 'refused'> => {
    const next = last.then(renew);
    last = next.catch(() => undefined);
    return next;
  };
  const timer = setInterval(
    () => void reload().catch((fault: unknown) => log.error('tls-reload-failed', {}, fault)),
    pollMs,
  );
  timer.unref();

  return {
    current: () => inForce.context,
    options: () => inForce.options,
    expiresAt: () => inForce.certificate.validToDate,
    reload,
    onRenewal: (listener) => listeners.push(listener),
    stop: () => clearInterval(timer),
  };
}

async function readMaterial(files: TlsFiles): Promise<Material> {
  const [certificatePem, keyPem, chainPem, caPem] = await Promise.all([
    readPem(files.certificatePath),
    readPem(files.keyPath),
    files.chainPath === undefined ? '' : readPem(files.chainPath),
    files.caPath === undefined ? undefined : readPem(files.caPath),
  ]);
  const certificate = parsePem(files.certificatePath, () => new X509Certificate(certificatePem));
  const key: KeyObject = parsePem(files.keyPath, () => createPrivateKey(keyPem));
  if (!certificate.checkPrivateKey(key)) {
    throw new Refusal('tls-key-mismatch', tlsTexts.mismatch(files.certificatePath, files.keyPath));
  }
  const options: SecureContextOptions = {
    ...tlsFloor,
    key: keyPem,
    cert: `${certificatePem}\n${chainPem}`,
    ...(caPem === undefined || files.caPath === undefined ? {} : { ca: splitCertificates(files.caPath, caPem) }),
  };
  const context = parsePem(files.caPath ?? files.certificatePath, () => createSecureContext(options));
  return { options, context, certificate };
}

async function readPem(path: string): Promise<string> {
  const file = await open(path, 'r').catch((fault: unknown) => {
    throw new Refusal('tls-file-unreadable', tlsTexts.unreadable(path), { cause: fault });
  });
  try {
    const { size } = await file.stat();
    if (size > tlsLimits.pemBytes) throw new Refusal('tls-file-too-long', tlsTexts.tooLong(path));
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function parsePem<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (fault) {
    throw new Refusal('tls-file-malformed', tlsTexts.malformed(path), { cause: fault });
  }
}

/** Node reads one certificate per element of `ca`. */
function splitCertificates(path: string, pem: string): string[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  // With no authority at all Node would fall back on the public ones.
  if (found.length === 0) throw new Refusal('tls-file-malformed', tlsTexts.malformed(path));
  return found;
}

/** A text that changes whenever one of the files is written or replaced. */
async function stateOf(files: TlsFiles): Promise<string> {
  const paths = [files.certificatePath, files.keyPath, files.chainPath, files.caPath];
  const states = await Promise.all(
    paths.map(async (path) => {
      if (path === undefined) return '';
      const status = await stat(path).catch(() => undefined);
      return status === undefined
        ? 'absent'
        : `${status.dev}:${status.ino}:${status.size}:${status.mtimeMs}:${status.ctimeMs}`;
    }),
  );
  return states.join(' ');
}
