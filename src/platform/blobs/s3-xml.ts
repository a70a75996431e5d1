import { SaxesParser } from 'saxes';
import { Temporary } from '../../base/errors.ts';
import { blobTexts } from './texts.ts';

export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement {
  readonly name: string;
  text: string;
  readonly children: OpenElement[];
}

/** A small answer of the S3 store, already bounded in size. The parser knows no DTD and no entity but the five of XML. */
export function readXml(bytes: Buffer): XmlElement {
  const root: OpenElement = { name: '', text: '', children: [] };
  const path = [root];
  const parser = new SaxesParser();
  parser.on('error', (fault) => {
    throw new Temporary('blob-store-unreachable', blobTexts.unreachable, { cause: fault });
  });
  parser.on('opentag', ({ name }) => {
    const element: OpenElement = { name, text: '', children: [] };
    path.at(-1)?.children.push(element);
    path.push(element);
  });
  parser.on('text', (text) => {
    const element = path.at(-1);
    if (element) element.text += text;
  });
  parser.on('closetag', () => path.pop());
  // Outside the document there is nothing: an empty answer is an error too, which saxes tells when it closes.
  parser.write(bytes.toString('utf8')).close();
  return root.children[0] ?? root;
}
