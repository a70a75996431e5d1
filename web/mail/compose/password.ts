/** A password to be said over the telephone: syllables that are heard as they are written. */

/** Without what French ears take for another: no c, q, h, w, x, y; no b beside p, no m beside n. */
const consonants = ['b', 'd', 'f', 'g', 'j', 'k', 'l', 'm', 'r', 's', 't', 'v', 'z'] as const;
const vowels = ['a', 'i', 'o', 'u'] as const;
const groups = 6;

/** 52 syllables, two to a group: 6 groups and two figures come to 74 bits. */
export const passwordBits = Math.floor(groups * 2 * Math.log2(consonants.length * vowels.length) + Math.log2(90));

/** `random(n)`: a whole number below n, each as likely. */
export function spokenPassword(random: (below: number) => number): string {
  const syllable = (): string => `${consonants[random(consonants.length)] ?? ''}${vowels[random(vowels.length)] ?? ''}`;
  const words = Array.from({ length: groups }, () => syllable() + syllable());
  return `${words.join('-')}-${10 + random(90)}`;
}

/** From the browser's generator, without the bias of a remainder. */
export function cryptoRandom(below: number): number {
  const limit = Math.floor(0x1_0000_0000 / below) * below;
  for (;;) {
    const [value = limit] = crypto.getRandomValues(new Uint32Array(1));
    if (value < limit) return value % below;
  }
}
