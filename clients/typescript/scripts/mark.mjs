// Puts the line that tools know generated files by at the head of a file.
import { readFileSync, writeFileSync } from "node:fs";

const [file] = process.argv.slice(2);
writeFileSync(file, "// Code generated from api/openapi.yaml by openapi-typescript. DO NOT EDIT.\n" + readFileSync(file, "utf8"));
