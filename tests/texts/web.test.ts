import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../config/root.ts';
import { web } from '../../texts/pages.ts';

const sources = readdirSync(path.join(ROOT, 'web'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .toSorted()
  .map((file) => {
    const text = readFileSync(path.join(ROOT, 'web', file), 'utf8');
    return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  });

// A key without a text is found when the pages are compiled, because keys are typed.
describe('the texts of the pages', () => {
  test('are all used', () => {
    const patterns = sources.flatMap(keysIn);

    const unused = leaves(web).filter((key) => !patterns.some((pattern) => pattern.test(key)));

    expect(unused).toEqual([]);
  });

  test('stand in the files of texts and nowhere else', () => {
    const words = sources.flatMap(wordsIn);

    // The same in every language.
    expect(words).toEqual(['Message-ID']);
  });
});

/** Patterns of the keys that a source may ask for; a part that is put in may be any word. */
function keysIn(source: ts.SourceFile): RegExp[] {
  return nodesOf(source).flatMap((node) => {
    if (ts.isStringLiteralLike(node)) return [patternOf([node.text])];
    if (!ts.isTemplateExpression(node)) return [];
    const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
    return parts.some((part) => part.includes('.')) ? [patternOf(parts)] : [];
  });
}

function patternOf(parts: string[]): RegExp {
  const fixed = parts.map((part) => part.replace(/[^\w]/g, '\\$&'));
  return new RegExp(`^${fixed.join('[\\w-]+')}$`);
}

/** What a source would show to people without asking the texts: words between tags and in them. */
function wordsIn(source: ts.SourceFile): string[] {
  return nodesOf(source).flatMap((node) => {
    if (ts.isJsxText(node)) return /\p{L}{2}/u.test(node.text) ? [node.text.trim()] : [];
    if (!ts.isJsxAttribute(node) || !SHOWN.has(node.name.getText())) return [];
    const { initializer } = node;
    return initializer && ts.isStringLiteral(initializer) && /^\p{Lu}/u.test(initializer.text)
      ? [initializer.text]
      : [];
  });
}

const SHOWN = new Set([
  'label',
  'title',
  'placeholder',
  'description',
  'aria-label',
  'name',
  'legend',
  'lead',
]);

function nodesOf(node: ts.Node): ts.Node[] {
  const inside: ts.Node[] = [];
  node.forEachChild((child) => void inside.push(...nodesOf(child)));
  return [node, ...inside];
}

function leaves(tree: object, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? leaves(value, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );
}
