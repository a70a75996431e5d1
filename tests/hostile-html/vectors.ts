/** Hostile HTML messages, by what they try (docs/decisions/0029). `evil.example` and `pwned` are told apart for each by the test. */
import { mutationVectors } from './vectors/mutations.ts';
import { requestVectors } from './vectors/requests.ts';
import { scriptVectors } from './vectors/scripts.ts';
import { styleVectors } from './vectors/styles.ts';
import type { Vector } from './vectors/vector.ts';

export const vectors: readonly Vector[] = [...scriptVectors, ...requestVectors, ...styleVectors, ...mutationVectors];
