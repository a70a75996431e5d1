/**
 * The two kinds of thrown error that are not bugs (design §5). An expected answer is neither: it is a returned union
 * member. Texts here are public: no content, no subject, no patient trait, no INS, no secret.
 */

/** The caller broke a rule or the grammar. `code` is stable (kebab-case); `publicText` may be shown to the caller. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  readonly publicText: string;

  constructor(code: string, publicText: string, options?: { cause?: unknown }) {
    super(`${code}: ${publicText}`, options);
    this.code = code;
    this.publicText = publicText;
  }
}

/** The world failed and may do better later. The cause is kept for the log, never for the caller. */
export class Temporary extends Error {
  override readonly name = 'Temporary';
  readonly code: string;
  readonly publicText: string;

  constructor(code: string, publicText: string, options?: { cause?: unknown }) {
    super(`${code}: ${publicText}`, options);
    this.code = code;
    this.publicText = publicText;
  }
}
