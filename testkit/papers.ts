/** Papers and pictures of the small world, made here: a one-page PDF, and a curve as a PNG. */
import { crc32, deflateSync } from 'node:zlib';

/** WinAnsi is enough for French: what it lacks is written without. */
function pdfText(text: string): string {
  const latin = text.replaceAll('’', "'").replaceAll('\u202f', ' ').replaceAll('œ', 'oe');
  return [...latin]
    .map((character) => {
      const code = character.charCodeAt(0);
      if (code > 255) return '';
      return '()\\'.includes(character) || code > 126 ? `\\${code.toString(8).padStart(3, '0')}` : character;
    })
    .join('');
}

/** One A4 page: a title, then lines. */
export function onePagePdf(title: string, lines: readonly string[]): Buffer {
  const drawn = [
    `BT /B 16 Tf 60 770 Td (${pdfText(title)}) Tj ET`,
    ...lines.map((line, index) => `BT /F 11 Tf 60 ${735 - 18 * index} Td (${pdfText(line)}) Tj ET`),
  ].join('\n');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /Lang (fr) >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R /B 6 0 R >> >> >>',
    `<< /Length ${drawn.length} >>\nstream\n${drawn}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const at = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(`${body}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${trailer}`, 'latin1');
}

function pngChunk(kind: string, bytes: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), bytes]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(bytes.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** A curve on squared paper, as an electrocardiogram is printed. */
export function curvePng(width = 640, height = 240): Buffer {
  const beat = (x: number): number => {
    const phase = (x % 110) / 110;
    if (phase > 0.42 && phase < 0.46) return -70;
    if (phase >= 0.46 && phase < 0.49) return 30;
    return -10 * Math.sin(Math.PI * 4 * phase) * Number(phase < 0.25 || phase > 0.6);
  };
  const rows: Buffer[] = [];
  for (let y = 0; y < height; y += 1) {
    const row = Buffer.alloc(1 + width * 3, 0xff);
    row[0] = 0;
    for (let x = 0; x < width; x += 1) {
      const isGrid = x % 20 === 0 || y % 20 === 0;
      const [low, high] = [beat(x), beat(x + 1)].map((value) => height / 2 + value).toSorted((a, b) => a - b);
      const isCurve = y >= (low ?? 0) - 1 && y <= (high ?? 0) + 1;
      const [red, green, blue] = isCurve ? [20, 30, 40] : isGrid ? [246, 205, 205] : [255, 251, 248];
      row.set([red ?? 0, green ?? 0, blue ?? 0], 1 + x * 3);
    }
    rows.push(row);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', head),
    pngChunk('IDAT', deflateSync(Buffer.concat(rows))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}
