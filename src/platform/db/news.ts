/**
 * The one connection that listens. States:
 *
 *   closed --listen--> connecting --ok--> listening --lost--> waiting --pause over--> connecting ... --close--> ended
 *
 * Every entry into `listening` but the first calls each listener with `''`: news sent while away is lost.
 */
import pg from 'pg';
import { databaseLimits } from '../../base/limits.ts';
import { asTemporary } from './faults.ts';
import { type ConnectionOptions, connectionConfig } from './pool.ts';

type Listener = (payload: string) => void;

export interface News {
  listen(channel: string, onNews: Listener): Promise<{ stop(): Promise<void> }>;
  close(): Promise<void>;
}

export function openNews(options: ConnectionOptions): News {
  return new NewsConnection(options);
}

class NewsConnection implements News {
  readonly #options: ConnectionOptions;
  readonly #listeners = new Map<string, Set<Listener>>();
  #client: pg.Client | undefined;
  #opening: Promise<pg.Client> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #probe: NodeJS.Timeout | undefined;
  #pauseMs: number = databaseLimits.newsRetryFirstMs;
  #ended = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  readonly listen: News['listen'] = async (channel, onNews) => {
    const client = await this.#connection().catch((fault: unknown) => {
      throw asTemporary(fault);
    });
    const present = this.#listeners.get(channel);
    const listeners = present ?? new Set<Listener>();
    this.#listeners.set(channel, listeners);
    listeners.add(onNews);
    // A failure here is a lost connection: reopening it listens to every channel again.
    if (present === undefined) await client.query(`listen ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
    return {
      stop: async () => {
        if (!listeners.delete(onNews) || listeners.size > 0) return;
        this.#listeners.delete(channel);
        await this.#client?.query(`unlisten ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
      },
    };
  };

  async close(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#retry);
    clearInterval(this.#probe);
    this.#listeners.clear();
    const client = this.#client ?? (await this.#opening?.catch(() => undefined));
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connection(): Promise<pg.Client> {
    if (this.#client !== undefined) return this.#client;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<pg.Client> {
    const { applicationName } = this.#options;
    const client = new pg.Client({
      ...connectionConfig({ ...this.#options, applicationName: `${applicationName} news` }),
      query_timeout: databaseLimits.connectMs,
    });
    let lost = false;
    const onLost = (): void => {
      if (lost) return;
      lost = true;
      this.#lose(client);
    };
    client.on('error', onLost);
    client.on('end', onLost);
    client.on('notification', ({ channel, payload }) => this.#tell(channel, payload ?? ''));
    try {
      await client.connect();
      for (const channel of this.#listeners.keys()) await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (fault) {
      lost = true;
      await client.end().catch(() => undefined);
      throw fault;
    }
    this.#client = client;
    this.#pauseMs = databaseLimits.newsRetryFirstMs;
    this.#probe = setInterval(() => {
      client.query('select 1').catch(() => {
        onLost();
        client.end().catch(() => undefined);
      });
    }, databaseLimits.newsProbeMs).unref();
    return client;
  }

  #lose(client: pg.Client): void {
    if (this.#client === client) {
      this.#client = undefined;
      clearInterval(this.#probe);
    }
    if (this.#ended) return;
    this.#options.log.warn('db.news-lost');
    this.#openLater();
  }

  #openLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#connection().then(
        () => {
          for (const channel of this.#listeners.keys()) this.#tell(channel, '');
        },
        () => {
          if (!this.#ended) this.#openLater();
        },
      );
    }, this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, databaseLimits.newsRetryLongestMs);
  }

  #tell(channel: string, payload: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener(payload);
  }
}
