// Reads a JSON list of texts from stdin with the npm package `yaml` in the folder that the first argument names, and
// prints for each what it says, with the type before each scalar, or null where the package refuses the text.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const YAML = createRequire(process.argv[2] + "/")("yaml");

const typed = (value) => {
  if (value instanceof Map) return { map: [...value].map(([key, item]) => [typed(key), typed(item)]) };
  if (Array.isArray(value)) return value.map(typed);
  if (value === null) return "null";
  if (typeof value === "number") return "float " + (Object.is(value, -0) ? "-0" : value);
  return { bigint: "int", boolean: "bool", string: "str" }[typeof value] + " " + value;
};

const read = (text) => {
  const options = { version: "1.2", schema: "core", intAsBigInt: true, logLevel: "silent" };
  const documents = YAML.parseAllDocuments(text, options);
  if (documents.empty || documents.length !== 1 || documents[0].errors.length) return null;
  return typed(documents[0].toJS({ mapAsMap: true }));
};

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)));
