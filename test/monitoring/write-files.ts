import { writeFileSync } from 'node:fs';
import { GENERATED_FILES } from './files.js';

for (const { path, content } of GENERATED_FILES) writeFileSync(path, content());
