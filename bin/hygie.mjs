#!/usr/bin/env node
// `npx hygie …`: the administration CLI and the server, under the pinned Node.
import { ensureInstalled, handOver } from '../tools/bootstrap.mjs';

await ensureInstalled();
await handOver('src/main.ts', process.argv.slice(2));
