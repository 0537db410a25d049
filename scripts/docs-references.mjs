/** Writes the pages of the documentation whose text follows from the code. */
import { writeFileSync } from 'node:fs';
import { references } from '../test/docs/references.js';

for (const { path, text } of await references()) writeFileSync(new URL(`../${path}`, import.meta.url), text);
process.exit();
