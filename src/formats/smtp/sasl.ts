import { Secret } from '../../base/secret.ts';
import { refusal } from './refusals.ts';

/** AUTH (RFC 4954 §4). */
export interface AuthArguments {
  /** In upper case. */
  readonly mechanism: string;
  /** The initial response, decoded; `=` stands for an empty one. */
  readonly initialResponse?: Buffer;
}

export interface PasswordCredentials {
  /** On whose behalf, when the client says so. */
  readonly authorizationId?: string;
  readonly authenticationId: string;
  readonly password: Secret;
}

/** Reads what follows `AUTH `. */
export function parseAuthArguments(text: string): AuthArguments {
  const [, mechanism, response] = /^([A-Za-z0-9_-]{1,20})(?: ([A-Za-z0-9+/=]+))?$/.exec(text) ?? [];
  if (mechanism === undefined) throw refusal('smtp-arguments');
  if (response === undefined) return { mechanism: mechanism.toUpperCase() };
  return {
    mechanism: mechanism.toUpperCase(),
    initialResponse: response === '=' ? Buffer.alloc(0) : decodeBase64(response),
  };
}

/** Strict base64 (RFC 4648 §4): whole groups, right padding, one spelling for each value. */
export function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw refusal('smtp-base64');
  return bytes;
}

/** Reads the message of PLAIN: `[authzid] NUL authcid NUL passwd` (RFC 4616 §2). */
export function parsePlain(message: Buffer): PasswordCredentials {
  const parts = decodeCredential(message).split('\0');
  const [authorizationId, authenticationId, password] = parts;
  if (parts.length !== 3 || authenticationId === undefined || password === undefined) throw refusal('smtp-credentials');
  if (authenticationId === '' || password === '') throw refusal('smtp-credentials');
  return {
    ...(authorizationId !== undefined && authorizationId !== '' && { authorizationId }),
    authenticationId,
    password: new Secret(password),
  };
}

/** Writes the message of PLAIN in base64. */
export function printPlain(credentials: PasswordCredentials): string {
  const { authorizationId = '', authenticationId, password } = credentials;
  return Buffer.from(`${authorizationId}\0${authenticationId}\0${password.revealText()}`).toString('base64');
}

/** The two questions of LOGIN, in base64: never standardized, asked by Outlook and many others. */
export const loginPrompts = { name: 'VXNlcm5hbWU6', password: 'UGFzc3dvcmQ6' } as const;

/** The credentials that the two answers of LOGIN make. */
export function credentialsOfLogin(name: Buffer, password: Buffer): PasswordCredentials {
  const authenticationId = decodeCredential(name);
  const word = decodeCredential(password);
  if (authenticationId === '' || word === '' || `${authenticationId}${word}`.includes('\0')) {
    throw refusal('smtp-credentials');
  }
  return { authenticationId, password: new Secret(word) };
}

function decodeCredential(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) throw refusal('smtp-credentials');
  return text;
}
