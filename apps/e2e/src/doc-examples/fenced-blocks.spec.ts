import { expect, it } from '@jest/globals';
import { fencedBlocks, isTyped } from './fenced-blocks.js';

const page = `Words.

\`\`\`sh
curl -s a
\`\`\`

\`\`\`json
{ "a": 1 }
\`\`\`

   \`\`\`sh
   npm start
     more
   \`\`\`

\`\`\`sh
curl -s b
\`\`\`

Which is stored as

\`\`\`json
{ "b": 1 }
\`\`\`
`;

it('finds the blocks of a page, and takes JSON right below a command for its answer', () => {
  const blocks = fencedBlocks('a.md', page);
  expect(blocks).toEqual([
    { page: 'a.md', line: 3, language: 'sh', text: 'curl -s a\n', shown: '{ "a": 1 }\n' },
    { page: 'a.md', line: 11, language: 'sh', text: 'npm start\n  more\n', shown: null },
    { page: 'a.md', line: 16, language: 'sh', text: 'curl -s b\n', shown: null },
    { page: 'a.md', line: 22, language: 'json', text: '{ "b": 1 }\n', shown: null },
  ]);
  expect(blocks.map(isTyped)).toEqual([true, false, true, false]);
});
