import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { testAuthorityUnit } from '../../src/domain/trust/trust.ts';
import { pem } from './der.ts';
import { certificate, revocationList } from './sign.ts';

/**
 * A test certificate authority with the shape of IGC-Santé: a root, one authority for organisations below it, leaves of
 * three years. It signs anything it is asked to (expired, for another, revoked afterwards), so it never leaves tests and
 * the sandbox: the names of its authorities carry `testAuthorityUnit`, which `hygie serve` refuses.
 */

export interface AuthorityOptions {
  /** Distinguishes several authorities of one test. */
  readonly name: string;
  /** The day the authority is made: valid from a day before, for twenty years. */
  readonly at: Date;
  /** Written into every leaf as its CRL distribution point. */
  readonly crlUrl?: string;
  /** The organisational unit of its names: without `testAuthorityUnit`, for tests of what production accepts. */
  readonly unit?: string;
}

export interface IssueOptions {
  /** As on the white list: `CN=…,OU=318310021300028,O=…,ST=…,C=FR`. */
  readonly dn: string;
  /** Names and addresses that the certificate answers to; the loopback ones are always added. */
  readonly hosts?: readonly string[];
  /** From a day before the authority was made, for three years, unless told. */
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** EC P-256 unless told: RSA keys take ten times longer to make. */
  readonly keyType?: 'ec' | 'rsa';
  readonly role?: 'tls' | 'white-list-signer';
}

export interface Issued {
  readonly certificatePem: string;
  /** PKCS #8. */
  readonly keyPem: string;
  /** The certificate, then the authority for organisations: what a TLS server or client presents. */
  readonly chainPem: string;
  /** Lower-case hexadecimal without leading zeros. */
  readonly serial: string;
}

/** What must be kept to have the same authority again; it holds private keys. */
export interface AuthorityState {
  readonly options: Omit<AuthorityOptions, 'at'> & { readonly at: string };
  readonly rootKeyPem: string;
  readonly organisationsKeyPem: string;
  readonly rootPem: string;
  readonly organisationsPem: string;
  readonly revoked: readonly { readonly serial: string; readonly at: string }[];
  readonly crlNumber: number;
}

export interface Authority {
  readonly rootPem: string;
  readonly organisationsPem: string;
  /** The authority for organisations, then the root. */
  readonly chainPem: string;
  issue(options: IssueOptions): Issued;
  /** The certificate that signs white lists, with an RSA key; `CN=<name>`. */
  issueWhiteListSigner(options: { name: string; notBefore?: Date; notAfter?: Date }): Issued;
  revoke(serial: string, at?: Date): void;
  /** The list of the authority for organisations. */
  crlPem(thisUpdate: Date, nextUpdate: Date): string;
  /** The list of the root (it revokes nothing). */
  rootCrlPem(thisUpdate: Date, nextUpdate: Date): string;
  state(): AuthorityState;
}

const day = 24 * 3600 * 1000;
const loopback = ['localhost', '127.0.0.1', '::1'];

function newKey(type: 'ec' | 'rsa'): KeyObject {
  return type === 'ec'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    : generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40; // positive, and never shorter than 16 octets
  return bytes.toString('hex');
}

function keyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function authorityNames({ name, unit }: Omit<AuthorityOptions, 'at'>): { root: string; organisations: string } {
  const tail = `OU=${unit ?? testAuthorityUnit},O=HYGIE,C=FR`;
  return { root: `CN=AC RACINE ${name} TEST,${tail}`, organisations: `CN=AC ${name} ORGANISATIONS TEST,${tail}` };
}

/** A new authority, with new keys. */
export function createAuthority(options: AuthorityOptions): Authority {
  const rootKey = newKey('ec');
  const organisationsKey = newKey('ec');
  const names = authorityNames(options);
  const dates = {
    notBefore: new Date(options.at.getTime() - day),
    notAfter: new Date(options.at.getTime() + 20 * 365 * day),
  };
  const root = certificate({
    subject: names.root,
    issuer: names.root,
    serial: newSerial(),
    ...dates,
    key: rootKey,
    issuerKey: rootKey,
    role: 'authority',
  });
  const organisations = certificate({
    subject: names.organisations,
    issuer: names.root,
    serial: newSerial(),
    ...dates,
    key: organisationsKey,
    issuerKey: rootKey,
    role: 'authority',
    pathLength: 0,
  });
  return restoreAuthority({
    options: { ...options, at: options.at.toISOString() },
    rootKeyPem: keyPem(rootKey),
    organisationsKeyPem: keyPem(organisationsKey),
    rootPem: pem('CERTIFICATE', root),
    organisationsPem: pem('CERTIFICATE', organisations),
    revoked: [],
    crlNumber: 0,
  });
}

/** The authority that `state()` described, for instance after a restart of the sandbox. */
export function restoreAuthority(state: AuthorityState): Authority {
  const names = authorityNames(state.options);
  const rootKey = createPrivateKey(state.rootKeyPem);
  const organisationsKey = createPrivateKey(state.organisationsKeyPem);
  const madeAt = new Date(state.options.at).getTime();
  const revoked = state.revoked.map(({ serial, at }) => ({ serial, at: new Date(at) }));
  let crlNumber = state.crlNumber;

  const issue = (asked: IssueOptions): Issued => {
    const key = newKey(asked.keyType ?? 'ec');
    const serial = newSerial();
    const role = asked.role ?? 'tls';
    const der = certificate({
      subject: asked.dn,
      issuer: names.organisations,
      serial,
      notBefore: asked.notBefore ?? new Date(madeAt - day),
      notAfter: asked.notAfter ?? new Date(madeAt + 3 * 365 * day),
      key,
      issuerKey: organisationsKey,
      role,
      hosts: role === 'tls' ? [...loopback, ...(asked.hosts ?? [])] : [],
      ...(state.options.crlUrl === undefined ? {} : { crlUrl: state.options.crlUrl }),
    });
    const certificatePem = pem('CERTIFICATE', der);
    return { certificatePem, keyPem: keyPem(key), chainPem: certificatePem + state.organisationsPem, serial };
  };

  const list = (issuer: string, issuerKey: KeyObject, dates: { thisUpdate: Date; nextUpdate: Date }): string => {
    crlNumber += 1;
    const entries = issuerKey === organisationsKey ? revoked : [];
    return pem('X509 CRL', revocationList({ issuer, issuerKey, number: crlNumber, ...dates, revoked: entries }));
  };

  return {
    rootPem: state.rootPem,
    organisationsPem: state.organisationsPem,
    chainPem: state.organisationsPem + state.rootPem,
    issue,
    issueWhiteListSigner: ({ name, ...dates }) =>
      issue({
        dn: `CN=${name},OU=300000000000000,O=HYGIE,ST=Paris (75),C=FR`,
        keyType: 'rsa',
        role: 'white-list-signer',
        ...dates,
      }),
    revoke: (serial, at) => {
      revoked.push({ serial, at: at ?? new Date(madeAt) });
    },
    crlPem: (thisUpdate, nextUpdate) => list(names.organisations, organisationsKey, { thisUpdate, nextUpdate }),
    rootCrlPem: (thisUpdate, nextUpdate) => list(names.root, rootKey, { thisUpdate, nextUpdate }),
    state: () => ({
      ...state,
      revoked: revoked.map(({ serial, at }) => ({ serial, at: at.toISOString() })),
      crlNumber,
    }),
  };
}
