import { createServer } from 'node:net';

/** A base whose ports nobody holds; below those that the system gives to outgoing connections. */
export async function freePortBase(): Promise<number> {
  for (;;) {
    const base = 15_000 + 1_000 * Math.floor(Math.random() * 16);
    const ports = [25, 54, 80, 90, 125, 225, 443, 543, 587, 643, 687].map((shift) => base + shift);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return base;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
