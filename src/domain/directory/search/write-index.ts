import { directorySearchLimits } from '../../../base/domain-limits.ts';
import type { Column } from './growing.ts';
import { aligned, type ColumnName, type Heading, columns as widths } from './index-format.ts';
import type { Slices } from './slices.ts';

export type IndexColumns = Readonly<Record<ColumnName, Column>>;

/** Cuts what it is given into parts of one size. */
class PartWriter {
  readonly #write: (part: Buffer) => Promise<void>;
  #part = Buffer.alloc(directorySearchLimits.partBytes);
  #used = 0;
  total = 0;

  constructor(write: (part: Buffer) => Promise<void>) {
    this.#write = write;
  }

  async take(octets: Uint8Array): Promise<void> {
    for (let at = 0; at < octets.length; ) {
      const piece = octets.subarray(at, at + this.#part.length - this.#used);
      this.#part.set(piece, this.#used);
      this.#used += piece.length;
      at += piece.length;
      if (this.#used === this.#part.length) await this.flush();
    }
    this.total += octets.length;
  }

  async flush(): Promise<void> {
    if (this.#used === 0) return;
    await this.#write(this.#part.subarray(0, this.#used));
    this.#part = Buffer.alloc(directorySearchLimits.partBytes);
    this.#used = 0;
  }
}

type Known = Omit<Heading, 'format' | 'sections'>;

/** The length of the heading depends on the places in it, which depend on its length: places are counted from its end, rounded up. */
function headingOf(known: Known, columns: IndexColumns): { heading: Buffer; sections: Heading['sections'] } {
  const names = Object.keys(widths) as ColumnName[]; // the keys of the constant above are its names
  let room = 0;
  for (;;) {
    let at = aligned(4 + room);
    const sections: Record<string, { at: number; bytes: number }> = {};
    for (const name of names) {
      sections[name] = { at, bytes: columns[name].byteLength };
      at = aligned(at + columns[name].byteLength);
    }
    const heading = Buffer.from(JSON.stringify({ format: 1, ...known, sections } satisfies Heading));
    if (heading.length <= room) return { heading: Buffer.concat([heading], room).fill(' ', heading.length), sections };
    room = heading.length;
  }
}

/** Returns how many octets were written. */
export async function writeIndex(
  known: Known,
  columns: IndexColumns,
  slices: Slices,
  write: (part: Buffer) => Promise<void>,
): Promise<number> {
  const { heading, sections } = headingOf(known, columns);
  const writer = new PartWriter(write);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(heading.length);
  await writer.take(length);
  await writer.take(heading);
  for (const name of Object.keys(sections) as ColumnName[]) {
    const column = columns[name];
    await writer.take(Buffer.alloc((sections[name]?.at ?? 0) - writer.total));
    await writer.take(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
    await slices.pause();
  }
  await writer.flush();
  return writer.total;
}
