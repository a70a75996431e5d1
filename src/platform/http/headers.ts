/** Header fields of every answer. A route may set its own over them, as one that serves a download does. */

/** For answers that are not pages: nothing in them may run or be framed. */
const plainPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const common: Readonly<Record<string, string>> = {
  'content-security-policy': plainPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cache-control': 'no-store',
};

/** The policy of the application's own pages: only its own files, no inline script, no frame of others. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "frame-src 'self' blob:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Of scripts, which a page may run as workers: they load and fetch from here alone. */
export const workerPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'";

/**
 * Of the frame in which a page of ours shows a message: styles of the message itself, images from `imageSources`, no script, no font, no
 * form, nothing else from anywhere.
 */
export function framePolicy(imageSources: string): string {
  return [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `img-src ${imageSources}`,
    "font-src 'none'",
    "script-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
  ].join('; ');
}

export function securityHeaders(isStrictTransport: boolean): Readonly<Record<string, string>> {
  return isStrictTransport ? { ...common, 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : common;
}

/** The policy of an answer about to be sent: a page gets that of pages, unless its route chose one. */
export function policyFor(contentType: unknown, policy: unknown): string | undefined {
  const isPage = typeof contentType === 'string' && contentType.startsWith('text/html');
  return isPage && policy === plainPolicy ? pagePolicy : undefined;
}
