// Prints an Arrow IPC stream as JSON, for tests/test_arrow.py: the types of the
// columns, and for each batch its rows, with every value as a text or null.
//
//     node arrow_read.mjs APACHE_ARROW <stream
import fs from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { RecordBatchReader, Type } = require(process.argv[2]);

// A decimal is an integer of four words, and its type has the scale.
function decimal(words, scale) {
  let whole = 0n;
  for (let i = words.length - 1; i >= 0; i--)
    whole = (whole << 32n) | BigInt(words[i] >>> 0);
  whole = BigInt.asIntN(128, whole);
  return `${whole}e-${scale}`;
}

function text(value, type) {
  if (value === null)
    return null;
  switch (type.typeId) {
  case Type.Decimal:
    return decimal(value, type.scale);
  case Type.Date:
    return new Date(Number(value)).toISOString().slice(0, 10);
  case Type.Binary:
    return Buffer.from(value).toString('latin1');
  default:
    return String(value);
  }
}

const reader = RecordBatchReader.from(fs.readFileSync(0));
reader.open();
const fields = reader.schema.fields;
const batches = [];
for (const batch of reader) {
  const columns = fields.map((field, i) => {
    const column = batch.getChildAt(i);
    return Array.from({ length: batch.numRows },
      (_, row) => text(column.get(row), field.type));
  });
  batches.push(columns);
}
console.log(JSON.stringify({
  names: fields.map((field) => field.name),
  types: fields.map((field) => String(field.type)),
  batches,
}));
