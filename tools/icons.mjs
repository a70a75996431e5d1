/** `node tools/icons.mjs`: the icons of the installed application, drawn as in web/public/icon.svg, into web/public/icons. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { repositoryRoot } from './bootstrap.mjs';

const green = [0x0f, 0x5f, 0x55];
const paper = [0xff, 0xfe, 0xfb];
/** Of a square of 64: the letter, and the radius of the corners. */
const bars = [
  [18, 16, 26, 48],
  [38, 16, 46, 48],
  [26, 28, 38, 35],
];
const corner = 15;
/** Points taken in each direction of a pixel: edges are smooth. */
const samples = 4;

function isInside(x, y) {
  const [dx, dy] = [Math.max(corner - x, x - (64 - corner), 0), Math.max(corner - y, y - (64 - corner), 0)];
  return dx * dx + dy * dy <= corner * corner;
}

function isLetter(x, y) {
  return bars.some(([left, top, right, bottom]) => x >= left && x < right && y >= top && y < bottom);
}

/** RGBA of one pixel. `isWhole`: the ground goes to the edge, systems cut it to their own shape. */
function pixel(column, row, size, isWhole) {
  let [ground, letter] = [0, 0];
  for (let index = 0; index < samples * samples; index += 1) {
    const x = ((column + ((index % samples) + 0.5) / samples) * 64) / size;
    const y = ((row + (Math.floor(index / samples) + 0.5) / samples) * 64) / size;
    if (isLetter(x, y)) letter += 1;
    else if (isWhole || isInside(x, y)) ground += 1;
  }
  const covered = ground + letter;
  if (covered === 0) return [0, 0, 0, 0];
  const mixed = green.map((each, channel) => Math.round((each * ground + paper[channel] * letter) / covered));
  return [...mixed, Math.round((255 * covered) / (samples * samples))];
}

/** RFC 2083 §3.2. */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function png(size, isWhole) {
  const lines = [];
  for (let row = 0; row < size; row += 1) {
    const line = [0]; // no filter
    for (let column = 0; column < size; column += 1) line.push(...pixel(column, row, size, isWhole));
    lines.push(Buffer.from(line));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(Buffer.concat(lines), { level: 9 });
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

const folder = join(repositoryRoot, 'web', 'public', 'icons');
mkdirSync(folder, { recursive: true });
for (const size of [192, 512]) {
  writeFileSync(join(folder, `icon-${size}.png`), png(size, false));
  writeFileSync(join(folder, `maskable-${size}.png`), png(size, true));
}
writeFileSync(join(folder, 'apple-touch.png'), png(180, true));
