// Makes src/api/schema.ts, the types of every request and answer, from the contract.
import { readFile, writeFile } from 'node:fs/promises';
import openapiTs, { astToString } from 'openapi-typescript';

const contract = new URL('../../src/main/resources/openapi.yaml', import.meta.url);
const schema = new URL('../src/api/schema.ts', import.meta.url);

const types = await openapiTs(contract, { silent: true, defaultNonNullable: false, emptyObjectsUnknown: true });
const text = `// Generated from openapi.yaml by "npm run generate".\n${astToString(types)}`;
const before = await readFile(schema, 'utf8').catch(() => null);
// Writing only what changed keeps watchers quiet.
if (before !== text) await writeFile(schema, text);
