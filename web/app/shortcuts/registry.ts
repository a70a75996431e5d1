/**
 * Shortcuts of the keyboard: each is declared by the screen that answers to it, with its French name, for as long as that screen
 * is shown. One place listens, and the help lists what is declared.
 *
 *   idle -- g --> waiting -- i --> « g i » is done        another key, or a second: idle
 */

/** `e`, `#`, `Shift+?` is `?`; two keys one after the other: `g i`. As `KeyboardEvent.key` names them. */
export type Keys = string;

export interface Shortcut {
  readonly keys: readonly Keys[];
  /** French. */
  readonly label: string;
  readonly group: ShortcutGroup;
  /** Undefined: it is answered elsewhere, and listed here. */
  readonly run?: () => unknown;
}

export type ShortcutGroup = 'list' | 'message' | 'go' | 'all';

export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  /** Milliseconds. */
  readonly at: number;
}

/** After the first of two keys, the second is waited for so long. */
const sequenceMs = 1_200;

export class Shortcuts {
  #declared: readonly Shortcut[] = [];
  #first: { readonly key: string; readonly at: number } | undefined;
  readonly #listeners = new Set<() => void>();

  /** Until the returned function is called. What was declared last answers first. */
  declare(shortcuts: readonly Shortcut[]): () => void {
    this.#declared = [...shortcuts, ...this.#declared];
    this.#tell();
    return () => {
      this.#declared = this.#declared.filter((each) => !shortcuts.includes(each));
      this.#tell();
    };
  }

  /** Each once, for the help. */
  readonly list = (): readonly Shortcut[] => this.#declared;

  readonly subscribe = (onChange: () => void): (() => void) => {
    this.#listeners.add(onChange);
    return () => this.#listeners.delete(onChange);
  };

  /** Whether the key was one of ours, and was answered. */
  press({ key, ctrlKey, metaKey, altKey, at }: PressedKey): boolean {
    if (ctrlKey || metaKey || altKey || key === 'Shift') return false;
    const first = this.#first !== undefined && at - this.#first.at < sequenceMs ? this.#first.key : undefined;
    this.#first = undefined;
    const pair = first === undefined ? undefined : this.#find(`${first} ${key}`);
    const found = pair ?? this.#find(key);
    if (found?.run !== undefined) {
      found.run();
      return true;
    }
    if (this.#declared.some(({ keys }) => keys.some((each) => each.startsWith(`${key} `)))) this.#first = { key, at };
    return false;
  }

  #find(pressed: Keys): Shortcut | undefined {
    return this.#declared.find(({ keys, run }) => run !== undefined && keys.includes(pressed));
  }

  #tell(): void {
    for (const each of this.#listeners) each();
  }
}
