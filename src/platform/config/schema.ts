/** The one schema of the configuration: its keys, their forms, bounds and defaults. */
import { type Static, Type } from 'typebox';
import { smtpdLimits } from '../../base/end-limits.ts';
import { gib, mib, smtpLimits } from '../../base/limits.ts';
import { directorySchema } from './directory-schema.ts';
import { closed, domainPattern, host, path, paths, port, text, url } from './schema-forms.ts';
import { formTexts, keyTexts } from './texts.ts';

/** Annotations that our own reader and the generated page use beside those of JSON Schema. */
export interface Annotations {
  /** What the value looks like, in French, after "donnez". */
  readonly form?: string;
  /** Never printed. */
  readonly secret?: boolean;
  /** A path: relative ones start from the folder of the configuration file. */
  readonly isPath?: boolean;
}

const listener = (description: string, defaultPort: number, maxSessions: number) =>
  Type.Object(
    {
      host: host(keyTexts.host, { default: '::' }),
      port: port(keyTexts.port, { default: defaultPort }),
      maxSessions: Type.Integer({
        description: keyTexts.maxSessions,
        minimum: 1,
        maximum: 100_000,
        default: maxSessions,
      }),
      maxSessionsPerPeer: Type.Integer({
        description: keyTexts.maxSessionsPerPeer,
        minimum: 1,
        maximum: 100_000,
        default: smtpdLimits.sessionsPerPeer,
      }),
    },
    { ...closed, description, default: {} },
  );

const certificate = {
  certificatePath: path(keyTexts.certificatePath),
  keyPath: path(keyTexts.keyPath),
  chainPath: Type.Optional(path(keyTexts.chainPath)),
};

const serviceNames = ['smtp', 'submission', 'http', 'worker'] as const;

export const configSchema = Type.Object(
  {
    sandbox: Type.Boolean({ description: keyTexts.sandbox, default: false }),
    operator: Type.Object(
      {
        name: text(keyTexts.operatorName, formTexts.text, { maxLength: 200 }),
        domains: Type.Array(text(keyTexts.operatorDomains, formTexts.domain, { pattern: domainPattern }), {
          description: keyTexts.operatorDomains,
          minItems: 1,
          maxItems: 1_000,
          uniqueItems: true,
        }),
        administrator: text(keyTexts.operatorAdministrator, formTexts.address, {
          pattern: '^[A-Za-z0-9._+-]{1,64}@[a-z0-9.-]{1,253}$',
        }),
        hostName: Type.Optional(text(keyTexts.operatorHostName, formTexts.domain, { pattern: domainPattern })),
        product: text(keyTexts.operatorProduct, formTexts.text, {
          default: 'Hygie',
          pattern: '^[A-Za-z0-9 ._/-]{1,64}$',
        }),
      },
      { ...closed, description: keyTexts.operator },
    ),
    dataFolder: path(keyTexts.dataFolder, { default: 'var' }),
    services: Type.Array(Type.Enum([...serviceNames], { description: keyTexts.services }), {
      description: keyTexts.services,
      minItems: 1,
      maxItems: serviceNames.length,
      uniqueItems: true,
      default: [...serviceNames],
    }),
    database: Type.Object(
      {
        url: Type.Optional(
          text(keyTexts.databaseUrl, formTexts.postgresUrl, { pattern: '^postgres(ql)?://', secret: true }),
        ),
        ownerUrl: Type.Optional(
          text(keyTexts.databaseOwnerUrl, formTexts.postgresUrl, { pattern: '^postgres(ql)?://', secret: true }),
        ),
        maxConnections: Type.Integer({
          description: keyTexts.databaseMaxConnections,
          minimum: 2,
          maximum: 500,
          default: 20,
        }),
      },
      { ...closed, description: keyTexts.database, default: {} },
    ),
    tls: Type.Object(
      { ...certificate, authorityPath: path(keyTexts.authorityPath) },
      { ...closed, description: keyTexts.tls },
    ),
    smtp: listener(keyTexts.smtp, 25, 1_000),
    submission: listener(keyTexts.submission, 587, 500),
    http: Type.Object(
      {
        host: host(keyTexts.host, { default: '::' }),
        httpsPort: port(keyTexts.httpsPort, { default: 443 }),
        plainPort: Type.Optional(port(keyTexts.plainPort)),
        publicUrl: url(keyTexts.httpPublicUrl),
        webFolder: Type.Optional(path(keyTexts.httpWebFolder)),
        tls: Type.Optional(Type.Object(certificate, { ...closed, description: keyTexts.httpTls })),
      },
      { ...closed, description: keyTexts.http },
    ),
    push: Type.Object(
      {
        hosts: Type.Array(host(keyTexts.pushHosts, { pattern: '^[a-z0-9.:-]+$' }), {
          description: keyTexts.pushHosts,
          maxItems: 50,
          uniqueItems: true,
          default: [],
        }),
      },
      { ...closed, description: keyTexts.push, default: {} },
    ),
    metrics: Type.Object(
      { token: Type.Optional(text(keyTexts.metricsToken, formTexts.text, { minLength: 16, secret: true })) },
      { ...closed, description: keyTexts.metrics, default: {} },
    ),
    trust: Type.Object(
      {
        anchorPaths: paths(keyTexts.trustAnchorPaths),
        crlUrls: Type.Array(url(keyTexts.trustCrlUrls), {
          description: keyTexts.trustCrlUrls,
          minItems: 1,
          maxItems: 50,
          uniqueItems: true,
        }),
        foreignFrom: Type.Enum(['refuse', 'warn'], { description: keyTexts.trustForeignFrom, default: 'refuse' }),
        crlWarnBeforeHours: Type.Integer({
          description: keyTexts.trustCrlWarnBeforeHours,
          minimum: 1,
          maximum: 720,
          default: 6,
        }),
        patientDomains: Type.Array(text(keyTexts.trustPatientDomains, formTexts.domain, { pattern: domainPattern }), {
          description: keyTexts.trustPatientDomains,
          maxItems: 10,
          default: ['patient.mssante.fr'],
        }),
        // Apicrypt V2 asks its users to switch interoperability on (seed 000, question 3).
        optInDomains: Type.Array(text(keyTexts.trustOptInDomains, formTexts.domain, { pattern: domainPattern }), {
          description: keyTexts.trustOptInDomains,
          maxItems: 100,
          default: ['mssante.apicrypt.org', 'interop-mssante.apicrypt.org'],
        }),
        whiteList: Type.Object(
          {
            url: Type.Optional(url(keyTexts.whiteListUrl)),
            path: Type.Optional(path(keyTexts.whiteListPath)),
            anchorPaths: Type.Optional(paths(keyTexts.whiteListAnchorPaths)),
            signerName: text(keyTexts.whiteListSignerName, formTexts.text, { default: 'alb.mssante.fr' }),
            // The publication rule is not known; ten-day gaps were seen in the directory of the same source.
            warnAfterHours: Type.Integer({
              description: keyTexts.whiteListWarnAfterHours,
              minimum: 1,
              maximum: 8_760,
              default: 72,
            }),
            alertAfterHours: Type.Integer({
              description: keyTexts.whiteListAlertAfterHours,
              minimum: 2,
              maximum: 8_760,
              default: 240,
            }),
            unconfirmedWarnHours: Type.Integer({
              description: keyTexts.whiteListUnconfirmedWarnHours,
              minimum: 1,
              maximum: 8_760,
              default: 24,
            }),
            unconfirmedAlertHours: Type.Integer({
              description: keyTexts.whiteListUnconfirmedAlertHours,
              minimum: 2,
              maximum: 8_760,
              default: 72,
            }),
            maxShrinkPercent: Type.Integer({
              description: keyTexts.whiteListMaxShrink,
              minimum: 0,
              maximum: 100,
              default: 20,
            }),
          },
          { ...closed, description: keyTexts.whiteList },
        ),
      },
      { ...closed, description: keyTexts.trust },
    ),
    directory: directorySchema,
    routes: Type.Record(
      Type.String({ pattern: domainPattern }),
      Type.Object(
        { host: host(keyTexts.routeHost), port: port(keyTexts.routePort, { default: 25, minimum: 1 }) },
        closed,
      ),
      { ...closed, description: keyTexts.routes, default: {}, form: formTexts.domain },
    ),
    dns: Type.Object(
      {
        servers: Type.Optional(
          Type.Array(text(keyTexts.dnsServers, formTexts.server, { pattern: '^[0-9a-fA-F.:[\\]]+$' }), {
            description: keyTexts.dnsServers,
            minItems: 1,
            maxItems: 5,
          }),
        ),
      },
      { ...closed, description: keyTexts.dns, default: {} },
    ),
    keys: Type.Object(
      {
        kind: Type.Enum(['file', 'environment', 'command'], { description: keyTexts.keysKind, default: 'file' }),
        path: Type.Optional(path(keyTexts.keysPath)),
        name: Type.Optional(text(keyTexts.keysName, formTexts.environmentName, { pattern: '^[A-Z][A-Z0-9_]*$' })),
        argv: Type.Optional(
          Type.Array(text(keyTexts.keysArgv, formTexts.text), {
            description: keyTexts.keysArgv,
            minItems: 1,
            maxItems: 20,
          }),
        ),
      },
      { ...closed, description: keyTexts.keys },
    ),
    blobs: Type.Object(
      {
        driver: Type.Enum(['files', 's3'], { description: keyTexts.blobsDriver, default: 'files' }),
        s3: Type.Optional(
          Type.Object(
            {
              endpoint: url(keyTexts.s3Endpoint),
              region: text(keyTexts.s3Region, formTexts.text),
              bucket: text(keyTexts.s3Bucket, formTexts.bucket, { pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$' }),
              prefix: Type.Optional(text(keyTexts.s3Prefix, formTexts.prefix, { pattern: '^[A-Za-z0-9/_-]+$' })),
              accessKeyId: text(keyTexts.s3AccessKeyId, formTexts.text),
              secretAccessKey: text(keyTexts.s3SecretAccessKey, formTexts.text, { secret: true }),
              caPath: Type.Optional(path(keyTexts.s3CaPath)),
            },
            { ...closed, description: keyTexts.s3 },
          ),
        ),
      },
      { ...closed, description: keyTexts.blobs, default: {} },
    ),
    limits: Type.Object(
      {
        messageBytes: Type.Integer({
          description: keyTexts.messageBytes,
          minimum: mib,
          maximum: smtpLimits.messageBytes,
          default: smtpLimits.messageBytes,
        }),
        accountQuotaBytes: Type.Integer({
          description: keyTexts.accountQuotaBytes,
          minimum: 10 * mib,
          maximum: 1_024 * gib,
          default: 10 * gib,
        }),
        undeleteDays: Type.Integer({ description: keyTexts.undeleteDays, minimum: 0, maximum: 365, default: 30 }),
      },
      { ...closed, description: keyTexts.limits, default: {} },
    ),
    log: Type.Object(
      {
        level: Type.Enum(['debug', 'info', 'warn', 'error'], { description: keyTexts.logLevel, default: 'info' }),
      },
      { ...closed, description: keyTexts.log, default: {} },
    ),
  },
  closed,
);

/** As the schema reads it, secrets still in clear: never leaves this folder. */
export type ConfigFile = Static<typeof configSchema>;

/** Environment variables that win over the file, and the key that each replaces. */
export const environmentKeys = {
  HYGIE_DATA: 'dataFolder',
  DATABASE_URL: 'database.url',
  DATABASE_OWNER_URL: 'database.ownerUrl',
  HYGIE_KEYS_PATH: 'keys.path',
  HYGIE_METRICS_TOKEN: 'metrics.token',
  HYGIE_DIRECTORY_API_KEY: 'directory.live.apiKey',
  HYGIE_PUBLICATION_API_KEY: 'directory.publication.apiKey',
  HYGIE_S3_ACCESS_KEY_ID: 'blobs.s3.accessKeyId',
  HYGIE_S3_SECRET_ACCESS_KEY: 'blobs.s3.secretAccessKey',
  HYGIE_LOG_LEVEL: 'log.level',
} as const;
