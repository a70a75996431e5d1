/** Ports of the loopback address. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { assert } from '../../../base/assert.ts';

export async function isPortFree(port: number): Promise<boolean> {
  return (await bindOnce(port)) !== undefined;
}

/** A port that the system says is free now; another program may take it before we do. */
export async function chooseFreePort(): Promise<number> {
  const port = await bindOnce(0);
  assert(port !== undefined, 'the system has no free port');
  return port;
}

async function bindOnce(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return undefined;
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? address?.port : undefined;
}
