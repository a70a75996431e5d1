/** What the schema cannot say: how keys agree with one another, and what production and the sandbox each refuse. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isLoopbackAddress } from '../net/addresses.ts';
import type { ConfigFault } from './check-value.ts';
import type { ConfigMode } from './config.ts';
import type { ConfigFile } from './schema.ts';
import { faultTexts } from './texts.ts';

interface Rule {
  /** Keys that the rule looks at: it is passed over while one of them is malformed. */
  readonly reads: readonly string[];
  readonly check: (config: ConfigFile) => readonly ConfigFault[] | Promise<readonly ConfigFault[]>;
}

/** What test authorities carry in their names (`testkit/authority`). */
const testMarker = 'HYGIE TEST';

// RFC 2606 §2, RFC 6761 §6: names that nobody can own.
const reservedDomain = /(^|\.)(example|test|invalid|localhost|local)$|(^|\.)example\.(com|net|org)$/;

export function rulesFor(mode: ConfigMode): readonly Rule[] {
  return [...commonRules, ...(mode === 'production' ? productionRules : sandboxRules)];
}

const commonRules: readonly Rule[] = [
  {
    reads: ['operator'],
    check: ({ operator }) => {
      const domain = operator.administrator.slice(operator.administrator.indexOf('@') + 1);
      if (operator.domains.includes(domain)) return [];
      return [fault('operator.administrator', faultTexts.administratorElsewhere, faultTexts.administratorElsewhereFix)];
    },
  },
  {
    reads: ['smtp', 'submission', 'http'],
    check: ({ smtp, submission, http }) => {
      const seen = new Map<number, string>();
      const ports: [string, number][] = [
        ['smtp.port', smtp.port],
        ['submission.port', submission.port],
        ['http.httpsPort', http.httpsPort],
      ];
      if (http.plainPort !== undefined) ports.push(['http.plainPort', http.plainPort]);
      return ports.flatMap(([path, port]) => {
        const other = seen.get(port);
        seen.set(port, path);
        // Port 0 stands for any free port.
        return port === 0 || other === undefined
          ? []
          : [fault(path, faultTexts.portTwice(other), faultTexts.portTwiceFix)];
      });
    },
  },
  {
    reads: ['keys'],
    check: ({ keys }) => onlyOf('keys', keys, { file: 'path', environment: 'name', command: 'argv' }),
  },
  {
    reads: ['blobs'],
    check: ({ blobs }) => {
      const what = `« driver »: « ${blobs.driver} »`;
      if (blobs.driver === 's3' && blobs.s3 === undefined) {
        return [fault('blobs.s3', faultTexts.neededFor(what), faultTexts.missingFix(faultTexts.object))];
      }
      if (blobs.driver === 'files' && blobs.s3 !== undefined) {
        return [fault('blobs.s3', faultTexts.uselessFor(what), faultTexts.uselessFix)];
      }
      return [];
    },
  },
  {
    reads: ['trust.whiteList'],
    check: ({ trust: { whiteList } }) => {
      const faults: ConfigFault[] = [];
      if ((whiteList.url === undefined) === (whiteList.path === undefined)) {
        faults.push(fault('trust.whiteList', faultTexts.whiteListNowhere, faultTexts.whiteListNowhereFix));
      }
      if (whiteList.alertAfterHours <= whiteList.warnAfterHours) {
        const { alertBeforeWarning, alertBeforeWarningFix } = faultTexts;
        faults.push(fault('trust.whiteList.alertAfterHours', alertBeforeWarning, alertBeforeWarningFix));
      }
      return faults;
    },
  },
  {
    reads: ['directory'],
    check: ({ directory: { publication, warnAfterDays, alertAfterDays } }) => {
      const faults: ConfigFault[] = [];
      if (alertAfterDays <= warnAfterDays) {
        faults.push(fault('directory.alertAfterDays', faultTexts.alertBeforeWarning, faultTexts.agesOutOfOrderFix));
      }
      for (const key of ['url', 'apiKey'] as const) {
        if (!publication.enabled || publication[key] !== undefined) continue;
        const problem = faultTexts.neededFor(faultTexts.whenPublishing);
        faults.push(fault(`directory.publication.${key}`, problem, faultTexts.missingFix(`« ${key} »`)));
      }
      return faults;
    },
  },
];

const productionRules: readonly Rule[] = [
  {
    reads: ['sandbox'],
    check: ({ sandbox }) =>
      sandbox ? [fault('sandbox', faultTexts.sandboxInProduction, faultTexts.sandboxInProductionFix)] : [],
  },
  {
    reads: ['operator.domains'],
    check: ({ operator }) =>
      operator.domains.flatMap((domain, index) =>
        reservedDomain.test(domain)
          ? [fault(`operator.domains[${index}]`, faultTexts.reservedDomain, faultTexts.reservedDomainFix)]
          : [],
      ),
  },
  {
    reads: ['http.plainPort'],
    check: ({ http }) =>
      http.plainPort === undefined
        ? []
        : [fault('http.plainPort', faultTexts.plainInProduction, faultTexts.plainInProductionFix)],
  },
  {
    reads: ['http.publicUrl', 'trust.whiteList', 'directory'],
    check: ({ http, trust, directory }) => {
      const addresses: readonly (readonly [path: string, url: string | undefined])[] = [
        ['http.publicUrl', http.publicUrl],
        ['trust.whiteList.url', trust.whiteList.url],
        ['directory.mailboxes.url', directory.mailboxes.url],
        ['directory.professionals.url', directory.professionals.url],
        ['directory.live.url', directory.live.url],
        ['directory.publication.url', directory.publication.url],
      ];
      return addresses.flatMap(([path, url]) =>
        url === undefined || url.startsWith('https:') ? [] : [fault(path, faultTexts.notHttps, faultTexts.notHttpsFix)],
      );
    },
  },
  {
    reads: ['trust', 'tls'],
    check: async ({ trust, tls }) => {
      const files: (readonly [path: string, file: string])[] = [
        ['tls.certificatePath', tls.certificatePath],
        ['tls.authorityPath', tls.authorityPath],
        ...trust.anchorPaths.map((file, index) => [`trust.anchorPaths[${index}]`, file] as const),
        ...(trust.whiteList.anchorPaths ?? []).map(
          (file, index) => [`trust.whiteList.anchorPaths[${index}]`, file] as const,
        ),
      ];
      return (await Promise.all(files.map(([path, file]) => refuseTestAuthority(path, file)))).flat();
    },
  },
];

const sandboxRules: readonly Rule[] = [
  {
    reads: ['sandbox'],
    check: ({ sandbox }) => (sandbox ? [] : [fault('sandbox', faultTexts.notSandbox, faultTexts.notSandboxFix)]),
  },
  {
    reads: ['operator.domains'],
    check: ({ operator }) =>
      operator.domains.flatMap((domain, index) =>
        domain.endsWith('.example')
          ? []
          : [fault(`operator.domains[${index}]`, faultTexts.sandboxDomain, faultTexts.sandboxDomainFix)],
      ),
  },
  {
    reads: ['smtp.host', 'submission.host', 'http.host'],
    check: ({ smtp, submission, http }) =>
      Object.entries({ smtp, submission, http }).flatMap(([name, { host }]) =>
        host === 'localhost' || isLoopbackAddress(host)
          ? []
          : [fault(`${name}.host`, faultTexts.notLoopback, faultTexts.notLoopbackFix)],
      ),
  },
];

/** Of the keys that each kind needs, the one of the kind chosen and no other. */
function onlyOf(
  path: string,
  value: { readonly kind: string },
  needs: Readonly<Record<string, string>>,
): ConfigFault[] {
  const what = `« kind »: « ${value.kind} »`;
  return Object.entries(needs).flatMap(([kind, key]) => {
    const isGiven = key in value;
    if (kind === value.kind && !isGiven)
      return [fault(`${path}.${key}`, faultTexts.neededFor(what), faultTexts.missingFix(`« ${key} »`))];
    if (kind !== value.kind && isGiven)
      return [fault(`${path}.${key}`, faultTexts.uselessFor(what), faultTexts.uselessFix)];
    return [];
  });
}

async function refuseTestAuthority(path: string, file: string): Promise<readonly ConfigFault[]> {
  try {
    const pem = await readFile(file, 'utf8');
    const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    const names = certificates
      .map((one) => new X509Certificate(one))
      .flatMap(({ subject, issuer }) => [subject, issuer]);
    if (names.length === 0) return [fault(path, faultTexts.pemUnreadable, faultTexts.pemUnreadableFix)];
    if (names.some((name) => name.includes(testMarker))) {
      return [fault(path, faultTexts.testAuthority, faultTexts.testAuthorityFix)];
    }
    return [];
  } catch {
    return [fault(path, faultTexts.pemUnreadable, faultTexts.pemUnreadableFix)];
  }
}

function fault(path: string, problem: string, fix: string): ConfigFault {
  return { path, problem, fix };
}
