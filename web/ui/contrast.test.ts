/** The colours of tokens.css can be read: WCAG 2.2, 1.4.3 (text) and 1.4.11 (what tells a control). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { contrast, readTokenColours } from './contrast.ts';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const colours = readTokenColours(css);

const grounds = ['paper', 'sheet', 'raised'];
const washes = ['hygie-wash', 'pro-wash', 'patient-wash', 'care-wash', 'alarm-wash'];
const meanings = ['hygie', 'pro', 'patient', 'care', 'alarm'];

/** Text, and every ground that it stands on somewhere. */
const textPairs: readonly (readonly [string, readonly string[]])[] = [
  ['ink', [...grounds, ...washes, 'mark']],
  ['soft', [...grounds, ...washes]],
  ['faint', [...grounds, 'hygie-wash']],
  ...meanings.map((meaning) => [meaning, [...grounds, `${meaning}-wash`]] as const),
  ['hygie', ['hygie-wash']],
  ['hygie-strong', [...grounds, 'hygie-wash']],
  ['alarm', ['hygie-wash']], // a menu's line that is pointed at
  ['on-hygie', ['hygie', 'hygie-strong']],
  ['paper', ['ink']], // tooltips, and chips that are on
];

/** The line around a field, a switch and a radio is all that tells them. */
const edgePairs: readonly (readonly [string, readonly string[]])[] = [
  ['edge', grounds],
  ['hygie', grounds], // focus, and what is chosen
];

for (const theme of ['light', 'dark'] as const) {
  const of = (name: string): string => {
    const colour = colours[theme].get(name);
    assert.ok(colour !== undefined, `tokens.css has no --${name}`);
    return colour;
  };
  const faults = (pairs: typeof textPairs, least: number): string[] =>
    pairs.flatMap(([front, behind]) =>
      behind.flatMap((ground) => {
        const found = contrast(of(front), of(ground));
        return found >= least ? [] : [`--${front} on --${ground}: ${found.toFixed(2)}`];
      }),
    );

  test(`in the ${theme} theme every text has a contrast of 4.5:1 on each of its grounds`, () => {
    assert.deepEqual(faults(textPairs, 4.5), []);
  });

  test(`in the ${theme} theme the edges of controls and the focus have a contrast of 3:1`, () => {
    assert.deepEqual(faults(edgePairs, 3), []);
  });
}

test('every colour of the tokens is in a pair, or is one that nobody has to read', () => {
  const paired = new Set([...textPairs, ...edgePairs].flatMap(([front, behind]) => [front, ...behind]));
  const decorative = ['line'];
  assert.deepEqual(
    [...colours.light.keys()].filter((name) => !paired.has(name) && !decorative.includes(name)),
    [],
  );
});

test('contrast is that of WCAG: black on white is 21:1, the same on the same 1:1', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21);
  assert.equal(contrast('#777777', '#777777'), 1);
  assert.ok(Math.abs(contrast('#767676', '#ffffff') - 4.54) < 0.01);
});
