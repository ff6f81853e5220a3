// Validates with the npm package ajv in strict mode. The arguments are the folder of npm packages and the module of the
// dialect; stdin holds, for each schema, files that it must accept, and texts.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, dialect] = process.argv.slice(2);
const require = createRequire(folder + "/");
const Ajv = require(dialect).default;
const YAML = require("yaml");

const found = {};
for (const [name, { schema, files, texts }] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true });
  require("ajv-formats").default(ajv);
  const validate = ajv.compile(schema);
  const accepts = (text) => validate(YAML.parse(text, { version: "1.2" }));
  found[name] = { refused: files.filter((path) => !accepts(readFileSync(path, "utf8"))), accepted: texts.map(accepts) };
}
console.log(JSON.stringify(found));
