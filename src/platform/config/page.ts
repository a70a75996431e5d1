import { formOf, type SchemaNode } from './check-value.ts';
import { configSchema, environmentKeys } from './schema.ts';
import { pageTexts } from './texts.ts';

/** The page `docs/operate/configuration.md`, which explains every key. */
export function renderConfigurationDoc(): string {
  const { title, intro, environmentTitle, environmentIntro, environmentHead, keysTitle, keysHead } = pageTexts;
  // TypeBox builds JSON Schema; `SchemaNode` names the part of it that the schema uses.
  const root = configSchema as unknown as SchemaNode;
  const variables = Object.entries(environmentKeys);
  return [
    `# ${title}`,
    ...intro,
    `## ${environmentTitle}`,
    environmentIntro,
    table(
      environmentHead,
      variables.map(([name, key]) => [code(name), code(key)]),
    ),
    `## ${keysTitle}`,
    table(keysHead, rowsOf(root, '')),
    '',
  ].join('\n\n');
}

function rowsOf(node: SchemaNode, prefix: string): string[][] {
  const properties = Object.entries(node.properties ?? {});
  const patterned = Object.values(node.patternProperties ?? {}).map((child) => [pageTexts.anyDomain, child] as const);
  return [...properties, ...patterned].flatMap(([name, child]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (child.type === 'object') {
      const heading = child.description === undefined ? [] : [[`**${code(path)}**`, '', '', child.description]];
      return [...heading, ...rowsOf(child, path)];
    }
    const secret = child.secret ? pageTexts.secret : '';
    return [[code(path), `${formIn(child)}${secret}`, defaultOf(node, name, child), child.description ?? '']];
  });
}

function formIn(node: SchemaNode): string {
  if (node.type !== 'array' || node.items === undefined) return formOf(node);
  return `[ ${formOf(node.items)}, … ]`;
}

function defaultOf(parent: SchemaNode, name: string, node: SchemaNode): string {
  if (node.default !== undefined) return code(JSON.stringify(node.default));
  return parent.required?.includes(name) ? pageTexts.required : pageTexts.optional;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

function code(text: string | undefined): string {
  return text === undefined || text === '' ? '' : `\`${text}\``;
}
