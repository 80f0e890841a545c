/**
 * Settings, read once per process from the environment, parsed, and refused in sentences when
 * wrong. Nothing else in the product reads the environment.
 */
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.stringbool();

const AN_OWN_ADDRESS =
  'must be an IP address of this machine; 0.0.0.0 stands for all of them, 127.0.0.1 for itself alone';
const AN_ADDRESS = 'must be an address without a path, as https://mapalus.example.go.id';
const webAddress = z
  .url({ protocol: /^https?$/, error: AN_ADDRESS, abort: true })
  .refine((url) => new URL(url).href === `${new URL(url).origin}/`, AN_ADDRESS)
  .transform((url) => new URL(url).origin);

// What Express takes as `trust proxy`, but for `true`: then callers would choose their address.
const proxy = z.union([
  z.enum(['loopback', 'linklocal', 'uniquelocal']),
  z.ipv4(),
  z.ipv6(),
  z.cidrv4(),
  z.cidrv6(),
]);
const trustedProxies = z.union(
  [
    z.string().regex(/^\d+$/).transform(Number),
    z
      .string()
      .transform((list) => list.split(',').map((each) => each.trim()))
      .pipe(z.array(proxy)),
  ],
  'must be how many proxies stand in front, or who they are: `loopback` or addresses, with commas',
);

const EachSetting = z.object({
  /** Where a machine without servers of its own keeps everything. */
  MAPALUS_HOME: z.string().min(1).default('.mapalus'),
  MAPALUS_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  /** Taken when an installation is made, and only then. */
  MAPALUS_INSTALLATION: z.enum(['real', 'training']).default('real'),

  /** The address on which API and worker listen; by default one that only the machine reaches. */
  HOST: z.union([z.ipv4(), z.ipv6(), z.literal('localhost')], AN_OWN_ADDRESS).default('127.0.0.1'),
  PORT: port.default(4300),
  BASE_URL: webAddress.optional(),
  WORKER_PORT: port.optional(),
  METRICS_TOKEN: z.string().min(16).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  TRUSTED_PROXIES: trustedProxies.optional(),

  /** The owner's connection; the serving roles' connections follow from it and the secret. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_URL_AUTH: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_URL_APP: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_URL_WORKER: z.url({ protocol: /^postgres(ql)?$/ }).optional(),

  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^.+:\d+$/, 'must be host:port')
    .optional(),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_TLS: flag.optional(),
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  TEMPORAL_TLS_CERT: z.string().optional(),
  TEMPORAL_TLS_KEY: z.string().optional(),
  TEMPORAL_TLS_CA: z.string().min(1).optional(),
  TEMPORAL_BINARY: z.string().min(1).optional(),
  WORKFLOW_BUNDLE: z.string().min(1).default('build/workflows.js'),

  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  /** `offered`: as the server offers it, and then with a certificate that holds. */
  SMTP_TLS: z.enum(['offered', 'required', 'opportunistic']).default('offered'),
  SMTP_CA: z.string().min(1).optional(),
  MAIL_FROM: z.string().min(3).default('Mapalus <mapalus@localhost>'),
  /** For how many days a mailbox may put a mail off before it is shown as failed. */
  MAIL_GIVE_UP_AFTER_DAYS: z.coerce.number().int().min(1).max(30).default(3),
  /** Where the embedded mailbox keeps what it received. */
  MAILBOX_FOLDER: z.string().optional(),

  /** The memory (MiB) that hashing a password takes, and that guessing one would take each time. */
  PASSWORD_MEMORY: z.coerce.number().int().min(1).max(4_096).default(64),
  /** How many attempts to sign in may fail in a quarter of an hour, before one is taken in every so many
   * seconds: of one account from one address, of one account from all, and of all accounts from one address. */
  SIGN_IN_FAILURES: z.coerce.number().int().min(1).max(1_000).default(10),
  SIGN_IN_FAILURES_ACCOUNT: z.coerce.number().int().min(1).max(10_000).default(30),
  SIGN_IN_FAILURES_ADDRESS: z.coerce.number().int().min(1).max(10_000).default(60),
  SIGN_IN_WAIT: z.coerce.number().int().min(1).max(3_600).default(60),
  /** How many requests of one person are worked on at once, and taken in a minute, by one API process. */
  REQUESTS_AT_ONCE: z.coerce.number().int().min(1).max(1_000).default(6),
  REQUESTS_PER_MINUTE: z.coerce.number().int().min(10).max(1_000_000).default(1_200),
  /** Within how many seconds a request's headers, and the whole of it, must have arrived. */
  HEADERS_TIMEOUT: z.coerce.number().int().min(1).max(600).default(10),
  REQUEST_TIMEOUT: z.coerce.number().int().min(1).max(3_600).default(30),
  /** For how many days a password works that somebody else chose, and a session that is used daily. */
  ONE_TIME_PASSWORD_DAYS: z.coerce.number().int().min(1).max(90).default(7),
  SESSION_DAYS: z.coerce.number().int().min(1).max(90).default(7),
  ADMIN_EMAIL: z.email().default('admin@mapalus.localhost'),
  ADMIN_PASSWORD: z.string().min(12, 'must have at least 12 characters').optional(),

  NODE_ENV: z.string().optional(),
});

/** The least memory (MiB) for which OWASP gives parameters of Argon2id with three passes. */
const LEAST_PASSWORD_MEMORY = 12;

const Settings = EachSetting
  // Connecting without the other half would be without any certificate.
  .refine(
    ({ TEMPORAL_TLS_CERT: cert, TEMPORAL_TLS_KEY: key }) =>
      (cert === undefined) === (key === undefined),
    { path: ['TEMPORAL_TLS_CERT'], error: 'goes together with TEMPORAL_TLS_KEY; one is not set' },
  )
  // A password would be told to anybody who answers in the server's place.
  .refine(
    ({ SMTP_TLS: tls, SMTP_CA: ca, SMTP_URL: url = '' }) =>
      tls !== 'opportunistic' || (ca === undefined && !/^smtps?:\/\/[^/]*@/.test(url)),
    {
      path: ['SMTP_TLS'],
      error:
        '`opportunistic` checks no certificate; with a password in SMTP_URL, or with SMTP_CA, ' +
        'choose `required`',
    },
  )
  .refine(({ HEADERS_TIMEOUT: headers, REQUEST_TIMEOUT: whole }) => headers <= whole, {
    path: ['HEADERS_TIMEOUT'],
    error: 'must not be longer than REQUEST_TIMEOUT, within which the whole request arrives',
  })
  .refine(
    ({ NODE_ENV: environment, PASSWORD_MEMORY: memory }) =>
      environment !== 'production' || memory >= LEAST_PASSWORD_MEMORY,
    {
      path: ['PASSWORD_MEMORY'],
      error: `must be at least ${LEAST_PASSWORD_MEMORY} (MiB) in production; less is for tests`,
    },
  );

export type Settings = z.infer<typeof Settings>;

/** A setting that cannot be used, said by its name and what would be right. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused';
}

/** Reads the settings. Empty values count as not set. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  // In English, also where requests are answered in another language.
  const parsed = Settings.safeParse(given, { error: z.locales.en().localeError });
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new SettingsRefused(`Some settings cannot be used:\n  ${lines.join('\n  ')}`);
}

/** The setting's value, or a refusal that says what it is for. */
export function required<Name extends keyof Settings>(
  settings: Settings,
  name: Name,
  purpose: string,
): NonNullable<Settings[Name]> {
  const value = settings[name];
  if (value === undefined || value === null) {
    throw new SettingsRefused(
      `${name} is not set. It names ${purpose}. ` +
        '`npm start` brings everything that is not named; this process alone needs it.',
    );
  }
  return value;
}
