// duckdb.mjs - runs one query in DuckDB: its answer is printed as CSV on
// standard output, its own seconds on standard error.
//
//     node duckdb.mjs [--threads N] SQL
//
// The seconds are those of the query alone. Starting node and loading DuckDB
// take more time, which a fair comparison must not count.
import { createRequire } from 'node:module';

const args = process.argv.slice(2);
const threads = args[0] === '--threads' ? Number(args.splice(0, 2)[1]) : 2;
if (args.length !== 1 || !Number.isInteger(threads) || threads < 1) {
    console.error('usage: duckdb.mjs [--threads N] SQL');
    process.exit(2);
}

const home = new URL('../data/cache/duckdb/', import.meta.url);
const { DuckDBInstance } = createRequire(home)('@duckdb/node-api');

const cell = (value) => {
    const text = value === null ? '' : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const database = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
});
const connection = await database.connect();
const start = process.hrtime.bigint();
const answer = await connection.runAndReadAll(args[0]);
const seconds = Number(process.hrtime.bigint() - start) / 1e9;

for (const row of [answer.columnNames(), ...answer.getRows()]) {
    console.log(row.map(cell).join(','));
}
console.error(seconds.toFixed(4));
